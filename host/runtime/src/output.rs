//! What `collect` returned, checked: an object with exactly the sections that the plugin declares, each kept as text,
//! without white space between its parts.

use std::{borrow::Cow, fmt};

use limits::SandboxLimits;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    CollectError, DeviceError, ErrorKind, Manifest, Sections,
    json::{Kind, compact, compact_value, kind_of},
    text,
};

/// Octets of a section's name that an error shows.
const SHOWN_NAME: usize = 64;

/// Sections that a guest hands over in parts, each an array.
#[derive(Default)]
pub(crate) struct Parts {
    /// The rows of each as JSON, with commas between them.
    sections: Vec<(String, String)>,
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
            let message = format!("at most {} are possible (limit `rows_bytes`)", snmp::size(limits.rows_bytes));
            return Err(refused(ErrorKind::LIMIT_EXCEEDED, message));
        }
        let not_rows = |why: String| {
            let message = format!("the rows are not a JSON array: {why}");
            refused(ErrorKind::INVALID_ARGUMENT, text::clean(&message, limits.message_bytes))
        };
        match kind_of(rows) {
            Ok(Kind::Array) => {}
            Ok(other) => return Err(not_rows(format!("it is {}", other.words()))),
            Err(error) => return Err(not_rows(error.to_string())),
        }
        self.octets = octets;
        let rows = compact(rows);
        let rows = rows.strip_prefix('[').and_then(|rows| rows.strip_suffix(']')).unwrap_or_default();
        match self.sections.iter_mut().find(|(name, _)| name == section) {
            Some((_, all)) => {
                if !all.is_empty() && !rows.is_empty() {
                    all.push(',');
                }
                all.push_str(rows);
            }
            None => self.sections.push((section.to_owned(), rows.to_owned())),
        }
        Ok(())
    }

    fn has(&self, section: &str) -> bool {
        self.sections.iter().any(|(name, _)| name == section)
    }

    /// The sections, each with all its rows.
    pub(crate) fn into_sections(self) -> Sections {
        // Rows that were read are JSON in one array, too.
        let section = |(name, rows)| Some((name, RawValue::from_string(format!("[{rows}]")).ok()?));
        self.sections.into_iter().filter_map(section).collect()
    }
}

/// Reads the JSON of a result, and puts the sections to it that were handed over in parts. Where it is no result, they
/// are kept.
pub(crate) fn parse(
    json: &str,
    parts: Parts,
    manifest: &Manifest,
    limits: &SandboxLimits,
) -> (Result<Sections, CollectError>, Sections) {
    match read(json, &parts, manifest, limits) {
        Ok(mut sections) => {
            sections.extend(parts.into_sections());
            (Ok(sections), Sections::default())
        }
        Err(error) => (Err(error), parts.into_sections()),
    }
}

/// serde_json itself bounds how deep it may be nested.
fn read(json: &str, parts: &Parts, manifest: &Manifest, limits: &SandboxLimits) -> Result<Sections, CollectError> {
    if json.len() > limits.output_bytes {
        return Err(CollectError::OutputTooLarge { limit: limits.output_bytes });
    }
    let wrong = |error: serde_json::Error| CollectError::InvalidOutput {
        reason: text::clean(&error.to_string(), limits.message_bytes),
    };
    match kind_of(json).map_err(wrong)? {
        Kind::Object => {}
        other => return Err(CollectError::InvalidOutput { reason: format!("it is {}", other.words()) }),
    }
    let read = ReadSections { manifest, sections: Sections::default() };
    let sections = read.deserialize(&mut serde_json::Deserializer::from_str(json)).map_err(wrong)??;
    if let Some((name, _)) = sections.iter().find(|(name, _)| parts.has(name)) {
        return Err(CollectError::SectionTwice { section: name.to_owned() });
    }
    let is_there = |name: &str| sections.get(name).is_some() || parts.has(name);
    if let Some(section) = manifest.sections.iter().find(|section| !is_there(&section.name)) {
        return Err(CollectError::MissingSection { section: section.name.clone() });
    }
    Ok(sections)
}

/// The sections that are not as their schemas say, a line for each.
pub(crate) fn misfits(sections: &Sections, manifest: &Manifest) -> Vec<String> {
    let misfit = |(name, value): (&str, &RawValue)| {
        let declared = manifest.sections.iter().find(|section| section.name == *name)?;
        let mismatch = declared.shape.check_text(value).err()?;
        let path = if mismatch.path.is_empty() { ": " } else { " at " };
        Some(format!("section `{name}` is not as its schema says{path}{mismatch}"))
    };
    sections.iter().filter_map(misfit).collect()
}

/// Takes the declared sections out of an object. Of one that is there twice the last one counts, as everywhere.
struct ReadSections<'a> {
    manifest: &'a Manifest,
    sections: Sections,
}

impl<'de> DeserializeSeed<'de> for ReadSections<'_> {
    type Value = Result<Sections, CollectError>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ReadSections<'_> {
    type Value = Result<Sections, CollectError>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let Self { manifest, mut sections } = self;
        while let Some(Name(name)) = members.next_key()? {
            if !manifest.sections.iter().any(|section| section.name == *name) {
                let error = CollectError::UndeclaredSection { section: text::clean(&name, SHOWN_NAME) };
                members.next_value::<IgnoredAny>()?;
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return Ok(Err(error));
            }
            let value = compact_value(members.next_value::<&RawValue>()?);
            sections.put(&name, value);
        }
        Ok(Ok(sections))
    }
}

/// A member's name.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

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
        let json_of = |sections: &Sections| serde_json::to_string(sections).unwrap();
        let result = match parse(json, parts, &manifest, &limits) {
            (Ok(sections), kept) if kept.is_empty() => json_of(&sections),
            (Err(error), kept) if kept.is_empty() => format!("{}: {error}", error.kind()),
            (result, kept) => format!("{} {}", result.unwrap_err(), json_of(&kept)),
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
        assert_eq!(serde_json::to_string(&parts.into_sections()).unwrap(), r#"{"two":[1,2],"one":[]}"#);
    }

    #[test]
    fn a_result_has_exactly_the_declared_sections() {
        check(r#"{"one": 1, "two": [2]}"#, r#"{"one":1,"two":[2]}"#);
        check(r#"{"one": 1, "two": 2, "one": 3}"#, r#"{"one":3,"two":2}"#);
        check(r#"{"one": 1}"#, "missing-section: returned no section `two`, which it declares");
        check(
            r#"{"one": 1, "two": 2, "three\n": 3}"#,
            "undeclared-section: returned a section `three`, which it does not declare",
        );
    }

    /// Read as trees, these eight mebibytes took five hundred.
    #[test]
    fn a_section_is_kept_as_it_was_written() {
        check(r#"{"two": [ 1.0e2,{"b":0, "a":0} ], "one": -0.0}"#, r#"{"two":[1.0e2,{"b":0,"a":0}],"one":-0.0}"#);
    }

    #[test]
    fn a_section_that_is_not_as_its_schema_says_is_told_with_its_place() {
        let mut claims = claims();
        let rows = r#"{"type": "array", "items": {"properties": {"a": {"type": "integer"}}}}"#;
        claims.sections = vec![section("one", rows), section("two", r#"{"type": "array"}"#)];
        let manifest = claims.check(&SandboxLimits::default()).unwrap();
        let told = |json: &str| {
            misfits(&parse(json, Parts::default(), &manifest, &SandboxLimits::default()).0.unwrap(), &manifest)
        };
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
