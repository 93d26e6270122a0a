//! The parameters of a plugin, as one types them.

use serde_json::{Map, Value};

/// The parameters of a run.
#[derive(Clone, Debug)]
pub(super) struct Params(pub(super) Map<String, Value>);

/// Reads a JSON object.
pub(super) fn params(text: &str) -> Result<Params, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(params)) => Ok(Params(params)),
        Ok(_) => Err("the parameters are not a JSON object".to_owned()),
        Err(error) => Err(format!("the parameters are not JSON: {error}")),
    }
}
