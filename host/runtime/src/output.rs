//! What `collect` returned, checked: an object with exactly the sections that the plugin declares.

use limits::SandboxLimits;
use serde_json::{Map, Value};

use crate::{CollectError, Manifest, text};

/// Octets of a section's name that an error shows.
const SHOWN_NAME: usize = 64;

/// Reads the JSON of a result. serde_json itself bounds how deep it may be nested.
pub(crate) fn parse(
    json: &str,
    manifest: &Manifest,
    limits: &SandboxLimits,
) -> Result<Map<String, Value>, CollectError> {
    if json.len() > limits.output_bytes {
        return Err(CollectError::OutputTooLarge { limit: limits.output_bytes });
    }
    let value = serde_json::from_str(json).map_err(|error| CollectError::InvalidOutput {
        reason: text::clean(&error.to_string(), limits.message_bytes),
    })?;
    let Value::Object(members) = value else {
        return Err(CollectError::InvalidOutput { reason: format!("it is {}", kind_of(&value)) });
    };
    let declared = |name: &str| manifest.sections.iter().any(|section| section.name == name);
    if let Some(name) = members.keys().find(|name| !declared(name)) {
        return Err(CollectError::UndeclaredSection { section: text::clean(name, SHOWN_NAME) });
    }
    if let Some(section) = manifest.sections.iter().find(|section| !members.contains_key(&section.name)) {
        return Err(CollectError::MissingSection { section: section.name.clone() });
    }
    Ok(members)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::tests::claims;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let mut claims = claims();
        claims.sections = vec![("one".to_owned(), "{}".to_owned()), ("two".to_owned(), "{}".to_owned())];
        let manifest = claims.check(&SandboxLimits::default()).unwrap();
        let limits = SandboxLimits { output_bytes: 1_000, ..SandboxLimits::default() };
        let result = match parse(json, &manifest, &limits) {
            Ok(members) => Value::from(members).to_string(),
            Err(error) => format!("{}: {error}", error.kind()),
        };
        assert_eq!(result, expected);
    }

    #[test]
    fn a_result_has_exactly_the_declared_sections() {
        check(r#"{"one": 1, "two": [2]}"#, r#"{"one":1,"two":[2]}"#);
        check(r#"{"one": 1}"#, "missing-section: returned no section `two`, which it declares");
        check(
            r#"{"one": 1, "two": 2, "three\n": 3}"#,
            "undeclared-section: returned a section `three`, which it does not declare",
        );
    }

    #[test]
    fn what_is_no_object_is_refused() {
        check("[]", "invalid-output: returned what is not a JSON object: it is an array");
        check("", "invalid-output: returned what is not a JSON object: EOF while parsing a value at line 1 column 0");
        check(
            &"[".repeat(500),
            "invalid-output: returned what is not a JSON object: recursion limit exceeded at line 1 column 128",
        );
        check(&" ".repeat(1_001), "output-too-large: returned more than 1000 octets (limit `output_bytes`)");
    }
}
