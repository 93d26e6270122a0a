//! JSON of plugins, checked and kept as text.
//!
//! A tree of values takes sixty times the octets of its text: 8 MiB of `{"a":0},` were 500 MB. So nothing that a plugin
//! says becomes a tree here. A check reads it once and builds nothing; what passes can be read as a tree by anybody who
//! wants one, since it goes no deeper and has no other numbers and texts than serde_json reads.

use std::{fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// A JSON Schema as its plugin wrote it: a JSON object; by default the one that everything fits. Cloning is cheap.
#[derive(Clone)]
pub struct Schema(Arc<RawValue>);

impl Default for Schema {
    fn default() -> Self {
        Self(Arc::from(RawValue::TRUE.to_owned()))
    }
}

impl Schema {
    /// Takes a text that is a JSON object, or says what is wrong with it.
    pub(crate) fn read(json: &str) -> Result<Self, String> {
        match kind_of(json) {
            Ok(Kind::Object) => {}
            Ok(_) => return Err("it is not a JSON object".to_owned()),
            Err(error) => return Err(format!("it is not JSON: {error}")),
        }
        let text = RawValue::from_string(json.to_owned()).map_err(|error| format!("it is not JSON: {error}"))?;
        Ok(Self(text.into()))
    }

    /// The text of a tree.
    pub(crate) fn of(tree: &serde_json::Value) -> Self {
        RawValue::from_string(tree.to_string()).map_or_else(|_| Self::default(), |text| Self(text.into()))
    }

    /// Its text.
    #[must_use]
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Its text, shared.
    #[must_use]
    pub fn shared(&self) -> Arc<RawValue> {
        Arc::clone(&self.0)
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What a JSON text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

impl Kind {
    /// In words, for `it is …`.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// Checks a text in full and says what it is. It takes no memory, but for the longest string with escapes in it.
pub(crate) fn kind_of(json: &str) -> serde_json::Result<Kind> {
    serde_json::from_str::<Kind>(json)
}

/// A JSON text without the white space between its parts, so that it fits into one line wherever it goes.
pub(crate) fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for sign in json.chars() {
        match sign {
            ' ' | '\t' | '\n' | '\r' if !in_string => continue,
            '"' if !is_escaped => in_string = !in_string,
            _ => {}
        }
        is_escaped = sign == '\\' && !is_escaped;
        text.push(sign);
    }
    text
}

/// The same, of a value.
pub(crate) fn compact_value(json: &RawValue) -> Box<RawValue> {
    // What was JSON is JSON.
    RawValue::from_string(compact(json.get())).unwrap_or_else(|_| json.to_owned())
}

impl<'de> Deserialize<'de> for Kind {
    /// Reads every value within, as a tree would be read: so serde_json bounds how deep it is nested, too.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Kind, E> {
        Ok(Kind::Bool)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Kind, E> {
        Ok(Kind::Number)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Kind, E> {
        Ok(Kind::Number)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Kind, E> {
        Ok(Kind::Number)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Kind, E> {
        Ok(Kind::Text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        while items.next_element::<Kind>()?.is_some() {}
        Ok(Kind::Array)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Kind, A::Error> {
        while members.next_entry::<Kind, Kind>()?.is_some() {}
        Ok(Kind::Object)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_is_taken_is_what_can_be_read_as_a_tree() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        for json in [
            "null",
            " true ",
            "-1.5e3",
            r#""\u00e4""#,
            "[1, [2]]",
            r#"{"a": {"b": []}}"#,
            "1e999",
            r#""\ud800""#,
            r#"{"a"}"#,
            r#"{1: 2}"#,
            "[1,]",
            "{} x",
            "",
            "\"\u{1}\"",
            &nested(100),
            &nested(200),
        ] {
            let tree = serde_json::from_str::<Value>(json).map_err(|error| error.to_string());
            let kind = kind_of(json).map_err(|error| error.to_string());
            assert_eq!(kind.clone().err(), tree.err(), "{json}: {kind:?}");
        }
    }

    #[test]
    fn white_space_between_parts_is_left_out() {
        let json = "{ \"a b\\\" c\" :\n[ 1.0e2,\t\" \\\\\" , \" \" ] }";
        assert_eq!(compact(json), r#"{"a b\" c":[1.0e2," \\"," "]}"#);
    }

    #[test]
    fn a_schema_is_kept_as_it_was_written() {
        let schema = Schema::read(r#"{ "b": 1.0e2, "a": [] }"#).unwrap();
        assert_eq!(serde_json::to_string(&schema).unwrap(), r#"{ "b": 1.0e2, "a": [] }"#);
        assert_eq!(Schema::read("[]").unwrap_err(), "it is not a JSON object");
    }
}
