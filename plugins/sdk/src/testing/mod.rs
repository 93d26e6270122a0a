//! Running a plugin natively: its own code, a recorded device, no WebAssembly.
//!
//! [`run`] does what the host does around a plugin: refuses what the manifest does not declare, hands the
//! parameters over, and holds the result against the schemas of the manifest.
//! It knows no memory ceiling, no CPU budget and no deadline; those are the host's own tests.

mod recorded;
mod recording;
mod schema;

pub use recorded::RecordedDevice;
pub use schema::conforms;

use serde_json::Value as Json;

use crate::oids::dotted;
use crate::{Collector, Error, ErrorKind, Level, Manifest, collector};

/// What a run of a plugin gave.
#[derive(Clone, Debug)]
pub struct Run {
    /// The result, or the plugin's error.
    pub result: Result<Json, Error>,
    /// The lines it logged.
    pub log: Vec<(Level, String)>,
    /// The progress it made: the line and the counters given with it.
    pub progress: Vec<(String, Vec<(String, u64)>)>,
}

impl Run {
    /// A section of the result.
    ///
    /// # Panics
    ///
    /// With the plugin's error where the run failed, and with the names there are where no section has this one.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "runs in tests, which end here, at the line that asked")]
    pub fn section(&self, name: &str) -> &Json {
        match self.try_section(name) {
            Ok(Some(section)) => section,
            Ok(None) => panic!("the result has no section `{name}`; it has {}", self.section_names()),
            Err(Error { kind, message, at: None }) => panic!("the run failed: {kind:?}: {message}"),
            Err(Error { kind, message, at: Some(at) }) => {
                panic!("the run failed: {kind:?}: {message}, at {}", dotted(at))
            }
        }
    }

    /// A section of the result, if there is one of this name; the plugin's error where the run failed.
    pub fn try_section(&self, name: &str) -> Result<Option<&Json>, &Error> {
        self.result.as_ref().map(|result| result.get(name))
    }

    fn section_names(&self) -> String {
        let names = self.result.iter().filter_map(Json::as_object).flat_map(|members| members.keys());
        let names: Vec<&str> = names.map(String::as_str).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

/// Runs the plugin against a recorded device. `params` is the text of a JSON object, `{}` for none.
///
/// A result that breaks the plugin's own manifest is an error of kind `other` that says where.
pub fn run<C: Collector>(device: &mut RecordedDevice, params: &str) -> Run {
    let manifest = C::describe();
    device.allow_only(&manifest.reads);
    let result = collector::run::<C>(device, params).and_then(|json| {
        check(&manifest, &json).map_err(|problem| Error::new(ErrorKind::Other, format!("bad result: {problem}")))
    });
    let (log, progress) = device.take_events();
    Run { result, log, progress }
}

fn schema(text: &str) -> Result<Json, String> {
    let schema: Json = serde_json::from_str(text).map_err(|wrong| wrong.to_string())?;
    if schema.is_object() { Ok(schema) } else { Err("not an object".to_owned()) }
}

fn check(manifest: &Manifest, json: &str) -> Result<Json, String> {
    schema(&manifest.params_schema).map_err(|wrong| format!("schema of the parameters: {wrong}"))?;
    let result: Json = serde_json::from_str(json).map_err(|wrong| wrong.to_string())?;
    let members = result.as_object().ok_or("not an object")?;
    if let Some(extra) = members.keys().find(|&name| manifest.sections.iter().all(|section| section.name != *name)) {
        return Err(format!("section {extra} is not declared"));
    }
    for section in &manifest.sections {
        let value = members.get(&section.name).ok_or_else(|| format!("section {} is missing", section.name))?;
        let schema =
            serde_json::from_str(&section.schema).map_err(|wrong| format!("schema of {}: {wrong}", section.name))?;
        conforms(&schema, value).map_err(|problem| format!("section {}{problem}", section.name))?;
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(result: Result<Json, Error>, expected: &str) {
        let run = Run { result, log: Vec::new(), progress: Vec::new() };
        let panic = std::panic::catch_unwind(|| run.section("processors").clone()).unwrap_err();
        assert_eq!(panic.downcast_ref::<String>().unwrap(), expected);
    }

    #[test]
    fn a_run_that_failed_says_why_where_its_result_is_asked_for() {
        let error = Error::new(ErrorKind::Timeout, "no answer");
        check(Err(error.clone()), "the run failed: ErrorKind::Timeout: no answer");
        check(Err(error.at([1, 3, 6])), "the run failed: ErrorKind::Timeout: no answer, at 1.3.6");
        check(Ok(json!({"a": 1, "b": 2})), "the result has no section `processors`; it has a, b");
        check(Ok(json!({})), "the result has no section `processors`; it has none");
    }

    #[test]
    fn a_section_is_there_or_the_error_is() {
        let run = |result| Run { result, log: Vec::new(), progress: Vec::new() };
        let good = run(Ok(json!({"a": null})));
        assert_eq!((good.section("a"), good.try_section("b").unwrap()), (&Json::Null, None));
        let bad = run(Err(Error::new(ErrorKind::Other, "x")));
        assert_eq!(bad.try_section("a").unwrap_err().message, "x");
    }
}
