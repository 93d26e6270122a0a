//! What `collect` returned, checked: an object with exactly the sections that the plugin declares.

use limits::SandboxLimits;
use serde_json::{Map, Value};

use crate::{CollectError, DeviceError, ErrorKind, Manifest, text};

/// Octets of a section's name that an error shows.
const SHOWN_NAME: usize = 64;

/// Sections that a guest hands over in parts, each an array.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) sections: Map<String, Value>,
    octets: usize,
}

impl Parts {
    /// Adds rows to a section, or says why none of them is taken.
    pub(crate) fn take(
        &mut self,
        section: &str,
        rows: &str,
        manifest: &Manifest,
        limits: &SandboxLimits,
    ) -> Result<(), DeviceError> {
        let refused = |kind, message| DeviceError { kind, message, at: None };
        if !manifest.sections.iter().any(|declared| declared.name == section) {
            let message = format!("the manifest declares no section `{}`", text::clean(section, SHOWN_NAME));
            return Err(refused(ErrorKind::INVALID_ARGUMENT, message));
        }
        let octets = self.octets.saturating_add(rows.len());
        if octets > limits.rows_bytes {
            let message = format!("at most {} octets are possible (limit `rows_bytes`)", limits.rows_bytes);
            return Err(refused(ErrorKind::LIMIT_EXCEEDED, message));
        }
        let more: Vec<Value> = serde_json::from_str(rows).map_err(|error| {
            let message = format!("the rows are not a JSON array: {error}");
            refused(ErrorKind::INVALID_ARGUMENT, text::clean(&message, limits.message_bytes))
        })?;
        self.octets = octets;
        match self.sections.get_mut(section) {
            Some(Value::Array(rows)) => rows.extend(more),
            _ => {
                self.sections.insert(section.to_owned(), Value::Array(more));
            }
        }
        Ok(())
    }
}

/// Reads the JSON of a result, and puts the sections to it that were handed over in parts. Where it is no result, they
/// are kept. serde_json itself bounds how deep it may be nested.
pub(crate) fn parse(
    json: &str,
    parts: Parts,
    manifest: &Manifest,
    limits: &SandboxLimits,
) -> (Result<Map<String, Value>, CollectError>, Map<String, Value>) {
    match read(json, &parts, manifest, limits) {
        Ok(mut members) => {
            members.extend(parts.sections);
            (Ok(members), Map::new())
        }
        Err(error) => (Err(error), parts.sections),
    }
}

fn read(
    json: &str,
    parts: &Parts,
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
    if let Some(name) = members.keys().find(|name| parts.sections.contains_key(*name)) {
        return Err(CollectError::SectionTwice { section: name.clone() });
    }
    let is_there = |name: &str| members.contains_key(name) || parts.sections.contains_key(name);
    if let Some(section) = manifest.sections.iter().find(|section| !is_there(&section.name)) {
        return Err(CollectError::MissingSection { section: section.name.clone() });
    }
    Ok(members)
}

/// The sections that are not as their schemas say, a line for each.
pub(crate) fn misfits(sections: &Map<String, Value>, manifest: &Manifest) -> Vec<String> {
    let misfit = |(name, value): (&String, &Value)| {
        let declared = manifest.sections.iter().find(|section| section.name == *name)?;
        let mismatch = declared.shape.check(value).err()?;
        let path = if mismatch.path.is_empty() { ": " } else { " at " };
        Some(format!("section `{name}` is not as its schema says{path}{mismatch}"))
    };
    sections.iter().filter_map(misfit).collect()
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
    use crate::manifest::tests::{claims, section};

    fn manifest() -> Manifest {
        let mut claims = claims();
        claims.sections = vec![section("one", "{}"), section("two", "{}")];
        claims.check(&SandboxLimits::default()).unwrap()
    }

    /// A result after these rows of the section `two`, and what was kept.
    #[track_caller]
    fn check_after(rows: &[&str], json: &str, expected: &str) {
        let limits = SandboxLimits { output_bytes: 1_000, ..SandboxLimits::default() };
        let (manifest, mut parts) = (manifest(), Parts::default());
        rows.iter().for_each(|rows| parts.take("two", rows, &manifest, &limits).unwrap());
        let result = match parse(json, parts, &manifest, &limits) {
            (Ok(members), kept) if kept.is_empty() => Value::from(members).to_string(),
            (Err(error), kept) if kept.is_empty() => format!("{}: {error}", error.kind()),
            (result, kept) => format!("{} {}", result.unwrap_err(), Value::from(kept)),
        };
        assert_eq!(result, expected);
    }

    #[track_caller]
    fn check(json: &str, expected: &str) {
        check_after(&[], json, expected);
    }

    #[test]
    fn a_section_may_come_in_parts_which_are_kept_whatever_follows() {
        check_after(&["[1, 2]", "[]", "[{\"a\": 3}]"], r#"{"one": 1}"#, r#"{"one":1,"two":[1,2,{"a":3}]}"#);
        check_after(&["[]"], r#"{"one": 1}"#, r#"{"one":1,"two":[]}"#);
        check_after(&["[1]"], "[]", r#"returned what is not a JSON object: it is an array {"two":[1]}"#);
        check_after(
            &["[1]"],
            r#"{"one": 1, "two": 2}"#,
            r#"returned a section `two` after it had handed over rows of it {"two":[1]}"#,
        );
    }

    #[test]
    fn rows_that_are_none_or_too_many_are_refused_and_cost_no_others() {
        let limits = SandboxLimits { rows_bytes: 10, ..SandboxLimits::default() };
        let (manifest, mut parts) = (manifest(), Parts::default());
        let mut refused = |section: &str, rows: &str| {
            let error = parts.take(section, rows, &manifest, &limits).unwrap_err();
            format!("{}: {error}", error.kind)
        };
        assert_eq!(refused("x", "[]"), "invalid-argument: the manifest declares no section `x`");
        assert!(refused("two", "{}").starts_with("invalid-argument: the rows are not a JSON array: "));
        parts.take("two", "[1, 2]", &manifest, &limits).unwrap();
        let error = parts.take("one", "[1, 2]", &manifest, &limits).unwrap_err();
        assert_eq!(error.to_string(), "at most 10 octets are possible (limit `rows_bytes`)");
        parts.take("one", "[]", &manifest, &limits).unwrap();
        assert_eq!(Value::from(parts.sections).to_string(), r#"{"two":[1,2],"one":[]}"#);
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
    fn a_section_that_is_not_as_its_schema_says_is_told_with_its_place() {
        let mut claims = claims();
        let rows = r#"{"type": "array", "items": {"properties": {"a": {"type": "integer"}}}}"#;
        claims.sections = vec![section("one", rows), section("two", r#"{"type": "array"}"#)];
        let manifest = claims.check(&SandboxLimits::default()).unwrap();
        let told = |json: &str| misfits(&serde_json::from_str(json).unwrap(), &manifest);
        assert_eq!(told(r#"{"one": [{"a": 1}], "two": []}"#), [""; 0]);
        assert_eq!(
            told(r#"{"one": [{"a": 1}, {"a": "x"}], "two": 7}"#),
            [
                "section `one` is not as its schema says at [1].a: \"x\" is not an integer",
                "section `two` is not as its schema says: 7 is not an array",
            ]
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
