//! What `collect` returned, checked: an object with exactly the sections that the plugin declares, each kept as text,
//! without white space between its parts.

use std::{borrow::Cow, fmt};

use limits::SandboxLimits;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    CollectError, Manifest, Sections,
    json::{Kind, compact, kind_of},
    text,
};

/// Octets of a section's name that an error shows.
const SHOWN_NAME: usize = 64;

/// Reads the JSON of a result. serde_json itself bounds how deep it may be nested.
pub(crate) fn parse(json: &str, manifest: &Manifest, limits: &SandboxLimits) -> Result<Sections, CollectError> {
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
    if let Some(section) = manifest.sections.iter().find(|section| sections.get(&section.name).is_none()) {
        return Err(CollectError::MissingSection { section: section.name.clone() });
    }
    Ok(sections)
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
            let value = compact(members.next_value::<&RawValue>()?);
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
    use crate::manifest::tests::claims;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let mut claims = claims();
        claims.sections = vec![("one".to_owned(), "{}".to_owned()), ("two".to_owned(), "{}".to_owned())];
        let manifest = claims.check(&SandboxLimits::default()).unwrap();
        let limits = SandboxLimits { output_bytes: 1_000, ..SandboxLimits::default() };
        let result = match parse(json, &manifest, &limits) {
            Ok(sections) => serde_json::to_string(&sections).unwrap(),
            Err(error) => format!("{}: {error}", error.kind()),
        };
        assert_eq!(result, expected);
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
