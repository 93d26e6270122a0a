//! Running a plugin natively: its own code, a recorded device, no WebAssembly.
//!
//! [`run`] does what the host does around a plugin: refuses what the manifest does not declare, hands the
//! parameters over, and holds the result against the schemas of the manifest.
//! It knows no memory ceiling, no CPU budget and no deadline; those are the host's own tests.

mod faults;
mod recorded;
mod recording;

use std::collections::BTreeMap;

pub use faults::every_fault;
pub use recorded::RecordedDevice;
use schema::Schema;
use serde_json::Value as Json;

use crate::{Collector, ConfiguredCollector, Error, ErrorKind, Level, Manifest, Section, collector, oids::dotted};

/// The kind of error that says that a plugin breaks its own manifest.
const BROKEN: &str = "breaks-its-manifest";

/// What a run of a plugin gave.
#[derive(Clone, Debug)]
pub struct Run {
    /// The result, or the plugin's error.
    pub result: Result<Json, Error>,
    /// The lines it logged.
    pub log: Vec<(Level, String)>,
    /// The progress it made: the line and the counters given with it.
    pub progress: Vec<(String, Vec<(String, u32)>)>,
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
            Err(Error { kind, message, at: None }) => panic!("the run failed: {kind}: {message}"),
            Err(Error { kind, message, at: Some(at) }) => {
                panic!("the run failed: {kind}: {message}, at {}", dotted(at))
            }
        }
    }

    /// A section of the result, if there is one of this name; the plugin's error where the run failed.
    pub fn try_section(&self, name: &str) -> Result<Option<&Json>, &Error> {
        self.result.as_ref().map(|result| result.get(name))
    }

    /// True unless the result breaks the plugin's own manifest, or the plugin asked for what it does not declare. An error
    /// that the plugin returns for a device that gave it nothing breaks no rule.
    #[must_use]
    pub fn breaks_no_rule(&self) -> bool {
        let is_broken = |error: &Error| error.kind == BROKEN || error.kind == ErrorKind::NotDeclared;
        !self.result.as_ref().is_err_and(is_broken)
    }

    fn section_names(&self) -> String {
        let names = self.result.iter().filter_map(Json::as_object).flat_map(|members| members.keys());
        let names: Vec<&str> = names.map(String::as_str).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

/// Runs the plugin against a recorded device. `params` is the text of a JSON object, `{}` for none.
///
/// A result that breaks the plugin's own manifest is an error of the kind `breaks-its-manifest` that says where, and so
/// are parameters that its schema does not allow.
pub fn run<C: Collector>(device: &mut RecordedDevice, params: &str) -> Run {
    run_as(&C::describe(), device, params, |device| collector::run::<C>(device, params))
}

/// Like [`run`], for a plugin that is configured. A configuration that it refuses is the error.
pub fn run_configured<C: ConfiguredCollector>(configuration: &str, device: &mut RecordedDevice, params: &str) -> Run {
    let collector = match C::configure(configuration) {
        Ok(collector) => collector,
        Err(error) => return Run { result: Err(error), log: Vec::new(), progress: Vec::new() },
    };
    run_as(&collector.describe(), device, params, |device| collector::run_configured(&collector, device, params))
}

fn run_as(
    manifest: &Manifest,
    device: &mut RecordedDevice,
    params: &str,
    run: impl FnOnce(&mut RecordedDevice) -> Result<String, Error>,
) -> Run {
    device.allow_only(&manifest.reads);
    device.allow_sections(used(manifest));
    let result = collect(manifest, device, params, run);
    let (log, progress) = device.take_events();
    Run { result, log, progress }
}

fn collect(
    manifest: &Manifest,
    device: &mut RecordedDevice,
    params: &str,
    run: impl FnOnce(&mut RecordedDevice) -> Result<String, Error>,
) -> Result<Json, Error> {
    let bad = |what: &str| {
        let what = what.to_owned();
        move |problem: String| Error::new(BROKEN, format!("bad {what}: {problem}"))
    };
    check_manifest(manifest).map_err(bad("manifest"))?;
    // A plugin says in its own words what is wrong with its parameters; the host would not let it come to that.
    let json = run(device)?;
    check_params(manifest, params).map_err(bad("parameters"))?;
    check(manifest, &json, device.take_handed_over()).map_err(bad("result"))
}

/// Holds a value against a schema; says where and why it differs (`[3].mac: 7 is not a string`).
pub fn conforms(schema: &Json, value: &Json) -> Result<(), String> {
    let schema = Schema::new(schema).map_err(|wrong| wrong.to_string())?;
    schema.check(value).map_err(|wrong| wrong.to_string())
}

/// The sections of other plugins that the manifest names.
fn used(manifest: &Manifest) -> Vec<String> {
    let uses = manifest.hints.iter().find(|(name, _)| name == "uses").map(|(_, value)| value.as_str());
    let names = uses.into_iter().flat_map(|value| value.split(',')).map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

fn read(text: &str) -> Result<(Json, Schema), String> {
    let json: Json = serde_json::from_str(text).map_err(|wrong| wrong.to_string())?;
    if !json.is_object() {
        return Err("not an object".to_owned());
    }
    let schema = Schema::new(&json).map_err(|wrong| wrong.to_string())?;
    Ok((json, schema))
}

fn check_manifest(manifest: &Manifest) -> Result<(), String> {
    read(&manifest.params_schema).map_err(|wrong| format!("schema of the parameters: {wrong}"))?;
    for section in &manifest.sections {
        let name = &section.name;
        let (schema, _) = read(&section.schema).map_err(|wrong| format!("schema of {name}: {wrong}"))?;
        check_columns(section, &schema).map_err(|wrong| format!("section {name}: {wrong}"))?;
    }
    Ok(())
}

/// Whether the hints of a section are on its own columns: a misspelt one would never be shown.
fn check_columns(section: &Section, schema: &Json) -> Result<(), String> {
    let followed = |schema: &Json, to: &Json| -> Option<Json> {
        let pointer = to.get("$ref")?.as_str()?.strip_prefix('#')?;
        schema.pointer(pointer).cloned()
    };
    let rows = schema.get("items").unwrap_or(schema);
    let rows = followed(schema, rows).unwrap_or_else(|| rows.clone());
    for (name, value) in &section.hints {
        let columns: Vec<&str> = match name.split_once('.') {
            Some(("title" | "unit", column)) => vec![column],
            _ if name == "columns" || name == "key" => value.split(',').map(str::trim).collect(),
            _ => continue,
        };
        let is_known = |column: &str| rows.get("properties").is_some_and(|properties| properties.get(column).is_some());
        if let Some(column) = columns.into_iter().find(|column| !is_known(column)) {
            return Err(format!("the hint {name} names {column}, which is no property"));
        }
    }
    Ok(())
}

fn check_params(manifest: &Manifest, params: &str) -> Result<(), String> {
    let (_, schema) = read(&manifest.params_schema)?;
    let params = serde_json::from_str(params).map_err(|wrong| wrong.to_string())?;
    schema.check(&params).map_err(|wrong| wrong.to_string())
}

fn check(manifest: &Manifest, json: &str, handed_over: BTreeMap<String, Vec<Json>>) -> Result<Json, String> {
    let mut result: Json = serde_json::from_str(json).map_err(|wrong| wrong.to_string())?;
    let members = result.as_object_mut().ok_or("not an object")?;
    for (name, rows) in handed_over {
        if members.insert(name.clone(), Json::Array(rows)).is_some() {
            return Err(format!("section {name} is there, and rows of it were handed over, too"));
        }
    }
    if let Some(extra) = members.keys().find(|&name| manifest.sections.iter().all(|section| section.name != *name)) {
        return Err(format!("section {extra} is not declared"));
    }
    for section in &manifest.sections {
        let value = members.get(&section.name).ok_or_else(|| format!("section {} is missing", section.name))?;
        let (_, schema) = read(&section.schema).map_err(|wrong| format!("schema of {}: {wrong}", section.name))?;
        schema.check(value).map_err(|wrong| format!("section {}: {wrong}", section.name))?;
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
        check(Err(error.clone()), "the run failed: timeout: no answer");
        check(Err(error.at([1, 3, 6])), "the run failed: timeout: no answer, at 1.3.6");
        check(Ok(json!({"a": 1, "b": 2})), "the result has no section `processors`; it has a, b");
        check(Ok(json!({})), "the result has no section `processors`; it has none");
    }

    #[track_caller]
    fn check_hint(name: &str, value: &str, expected: Result<(), &str>) {
        let rows = r##"{"items": {"$ref": "#/$defs/Row"}, "$defs": {"Row": {"properties": {"load": {}}}}}"##;
        for schema in [rows, r#"{"items": {"properties": {"load": {}}}}"#, r#"{"properties": {"load": {}}}"#] {
            let mut manifest = Manifest::new("a", "1.0.0", "b").section("s", schema);
            manifest.sections[0].hints.push((name.to_owned(), value.to_owned()));
            assert_eq!(check_manifest(&manifest), expected.map_err(str::to_owned));
        }
    }

    #[test]
    fn hints_of_a_section_are_on_its_columns() {
        check_hint("columns", "load, load", Ok(()));
        check_hint("unit.load", "%", Ok(()));
        check_hint("later", "laod", Ok(()));
        check_hint("columns", "laod", Err("section s: the hint columns names laod, which is no property"));
        check_hint("title.laod", "x", Err("section s: the hint title.laod names laod, which is no property"));
    }

    #[test]
    fn a_section_that_comes_in_parts_is_whole_in_the_result() {
        let manifest = Manifest::new("a", "1.0.0", "b").section("s", r#"{"items": {"type": "integer"}}"#);
        let parts = |rows: Vec<Json>| BTreeMap::from([("s".to_owned(), rows)]);
        assert_eq!(super::check(&manifest, "{}", parts(vec![json!(1)])).unwrap(), json!({"s": [1]}));
        assert_eq!(
            super::check(&manifest, "{}", parts(vec![json!("x")])).unwrap_err(),
            "section s: [0]: \"x\" is not an integer"
        );
        assert!(super::check(&manifest, r#"{"s": []}"#, parts(vec![])).is_err());
        assert_eq!(super::check(&manifest, "{}", BTreeMap::new()).unwrap_err(), "section s is missing");
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
