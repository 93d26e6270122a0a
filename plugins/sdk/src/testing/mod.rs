//! Running a plugin natively: its own code, a recorded device, no WebAssembly.
//!
//! [`run`] does what the host does around a plugin: refuses what the manifest does not declare, hands the
//! parameters over, and holds the result against the schemas of the manifest.
//! It knows no memory ceiling, no CPU budget and no deadline; those are the host's own tests.

mod recorded;
mod schema;
mod snmprec;

pub use recorded::RecordedDevice;
pub use schema::conforms;

use serde_json::Value as Json;

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
    /// A section of the result; null where there is no result or no such section.
    #[must_use]
    pub fn section(&self, name: &str) -> &Json {
        const NULL: &Json = &Json::Null;
        self.result.as_ref().ok().and_then(|result| result.get(name)).unwrap_or(NULL)
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
