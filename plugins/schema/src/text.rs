//! A JSON text that may be too large to become a tree of values, held against a schema.
//!
//! As a tree a text takes up to eighty times its octets. So a large array or object is read part by part, and only what is
//! small enough becomes a tree.

use std::{borrow::Cow, fmt};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    Schema,
    fit::{Fitting, check_bound, is_unknown, unknown},
    mismatch::{Mismatch, Step},
};

/// Values of a text that becomes a tree.
const TREE_VALUES: usize = 16_384;

/// How deep large arrays and objects are nested in one another, references counted. Tables have one or two levels.
const LARGE_DEPTH: u32 = 16;

/// How many values a JSON text has, or a few more: what opens a list and what separates in one.
#[must_use]
pub fn count_values(json: &str) -> usize {
    let (mut in_string, mut is_escaped, mut values) = (false, false, 1);
    for sign in json.bytes() {
        match sign {
            b'"' if !is_escaped => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => values += 1,
            _ => {}
        }
        is_escaped = sign == b'\\' && !is_escaped;
    }
    values
}

impl Schema {
    /// Like [`Schema::check`], of a JSON text. Memory is bounded, however large the text is; where a part with very many
    /// values can only be checked as a whole, that is the mismatch.
    pub fn check_text(&self, json: &RawValue) -> Result<(), Mismatch> {
        let mut fitting = Fitting::of(self.root(), count_values(json.get()) as u64);
        Check { fitting: &mut fitting, schema: self.root(), depth: 0 }.part(json)
    }
}

/// A schema that parts of a text are held against.
struct Check<'a, 'f> {
    fitting: &'f mut Fitting<'a>,
    schema: &'a Value,
    depth: u32,
}

impl<'a> Check<'a, '_> {
    fn part(&mut self, json: &RawValue) -> Result<(), Mismatch> {
        let values = count_values(json.get());
        if values <= TREE_VALUES {
            let value: Value = serde_json::from_str(json.get()).map_err(|error| Mismatch::here(error.to_string()))?;
            return self.fitting.check(self.schema, &value);
        }
        self.fitting.count(1)?;
        if self.depth == LARGE_DEPTH {
            let why = format!("more than {TREE_VALUES} values more than {LARGE_DEPTH} deep");
            return Err(self.fitting.exhausted(&why));
        }
        let keywords = match self.schema {
            Value::Object(keywords) => keywords,
            Value::Bool(false) => return Err(Mismatch::here("nothing is allowed here")),
            _ => return Ok(()),
        };
        if let Some(to) = keywords.get("$ref").and_then(|to| self.fitting.referred(to)) {
            self.with(to).part(json)?;
        }
        let read = if json.get().starts_with('[') { self.items(keywords, json) } else { self.members(keywords, json) };
        read.unwrap_or_else(|error| Err(Mismatch::here(error.to_string())))
    }

    /// Another schema for the same part or one within it.
    fn with(&mut self, schema: &'a Value) -> Check<'a, '_> {
        Check { fitting: &mut *self.fitting, schema, depth: self.depth + 1 }
    }

    fn items(&mut self, keywords: &'a Map<String, Value>, json: &RawValue) -> serde_json::Result<Result<(), Mismatch>> {
        let each = keywords.get("items");
        let read = Parts(|_: Option<Cow<'_, str>>, position: usize, item: &RawValue| match each {
            Some(schema) => self.with(schema).part(item).map_err(|wrong| wrong.within(Step::Item(position))),
            None => Ok(()),
        });
        let read = read.deserialize(&mut serde_json::Deserializer::from_str(json.get()))?;
        Ok(read.and_then(|items| {
            self.rest(keywords, "array", &|keyword, wanted| match keyword {
                "minItems" | "maxItems" => check_bound(keyword, wanted, items, "items"),
                _ => Ok(()),
            })
        }))
    }

    fn members(
        &mut self,
        keywords: &'a Map<String, Value>,
        json: &RawValue,
    ) -> serde_json::Result<Result<(), Mismatch>> {
        let (known, others) = (keywords.get("properties"), keywords.get("additionalProperties"));
        let mut missing: Vec<&str> = keywords
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let read = Parts(|name: Option<Cow<'_, str>>, _: usize, member: &RawValue| {
            let name = name.unwrap_or_default();
            missing.retain(|wanted| *wanted != name);
            match known.and_then(|known| known.get(&*name)).or(others) {
                Some(_) if is_unknown(known, others, &name) => {
                    Err(unknown(known).within(Step::Member(name.into_owned())))
                }
                Some(schema) => {
                    self.with(schema).part(member).map_err(|wrong| wrong.within(Step::Member(name.into_owned())))
                }
                None => Ok(()),
            }
        });
        let read = read.deserialize(&mut serde_json::Deserializer::from_str(json.get()))?;
        Ok(read.and_then(|members| {
            missing.first().map_or(Ok(()), |name| Err(Mismatch::missing(name)))?;
            self.rest(keywords, "object", &|keyword, wanted| match keyword {
                "minProperties" | "maxProperties" => check_bound(keyword, wanted, members, "members"),
                _ => Ok(()),
            })
        }))
    }

    /// What a schema says of a large part besides what is in it.
    fn rest(
        &mut self,
        keywords: &'a Map<String, Value>,
        kind: &str,
        sizes: &dyn Fn(&str, &Value) -> Result<(), Mismatch>,
    ) -> Result<(), Mismatch> {
        for (keyword, wanted) in keywords {
            match keyword.as_str() {
                "type" => {
                    let names = wanted.as_array().map_or_else(|| std::slice::from_ref(wanted), Vec::as_slice);
                    if !names.iter().any(|name| name == kind) {
                        return Err(Mismatch::here(format!("it is an {kind}, and its `type` is {wanted}")));
                    }
                }
                "enum" | "const" | "allOf" | "anyOf" | "oneOf" | "not" => {
                    return Err(self.fitting.exhausted(&format!("`{keyword}` of more than {TREE_VALUES} values")));
                }
                keyword => sizes(keyword, wanted)?,
            }
        }
        Ok(())
    }
}

/// Hands each item or member of a text to a function, with its name and position, until it finds one that is wrong.
/// Returns how many there are.
struct Parts<F>(F);

impl<'de, F> DeserializeSeed<'de> for Parts<F>
where
    F: FnMut(Option<Cow<'de, str>>, usize, &'de RawValue) -> Result<(), Mismatch>,
{
    type Value = Result<usize, Mismatch>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F> Visitor<'de> for Parts<F>
where
    F: FnMut(Option<Cow<'de, str>>, usize, &'de RawValue) -> Result<(), Mismatch>,
{
    type Value = Result<usize, Mismatch>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        let (mut count, mut checked) = (0, Ok(()));
        // What follows a part that is wrong is read all the same, so that the text is.
        while let Some(item) = items.next_element::<&RawValue>()? {
            if checked.is_ok() {
                checked = self.0(None, count, item);
            }
            count += 1;
        }
        Ok(checked.map(|()| count))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut count, mut checked) = (0, Ok(()));
        while let Some((Name(name), member)) = members.next_entry::<Name<'de>, &RawValue>()? {
            if checked.is_ok() {
                checked = self.0(Some(name), count, member);
            }
            count += 1;
        }
        Ok(checked.map(|()| count))
    }
}

/// A member's name, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> de::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A text says the same as the tree of it, with more rows than become a tree.
    #[track_caller]
    fn check(schema: &Value, json: &str, expected: &str) {
        let json = RawValue::from_string(json.to_owned()).unwrap();
        let told = Schema::new(schema).unwrap().check_text(&json).err().map(|wrong| wrong.to_string());
        assert_eq!(told.unwrap_or_default(), expected);
    }

    fn rows(last: &str) -> String {
        format!("[{}{last}]", r#"{"port":1,"name":"a, [b"},"#.repeat(20_000))
    }

    fn table() -> Value {
        json!({
            "type": "array",
            "items": { "$ref": "#/$defs/row" },
            "maxItems": 20_001,
            "$defs": { "row": {
                "type": "object",
                "properties": { "port": { "type": "integer" } },
                "required": ["port"],
            } },
        })
    }

    #[test]
    fn rows_of_a_large_table_are_checked_one_by_one() {
        check(&table(), &rows(r#"{"port": 2}"#), "");
        check(&table(), &rows(r#"{"port": "x"}"#), r#"[20000].port: "x" is not an integer"#);
        check(&table(), &rows("{}"), "[20000]: `port` is missing");
        check(&table(), &rows(r#"{"port": 2}, {"port": 3}"#), "20002 items are more than 20001");
        check(&json!({ "type": "object" }), &rows("0"), "it is an array, and its `type` is \"object\"");
    }

    #[test]
    fn large_tables_may_lie_within_objects() {
        let schema = json!({ "properties": { "rows": table()["items"], "all": table() }, "required": ["all", "more"],
            "$defs": table()["$defs"] });
        check(&schema, &format!(r#"{{"\u0061ll": {}, "more": 1}}"#, rows(r#"{"port": 2}"#)), "");
        check(&schema, &format!(r#"{{"all": {}, "more": 1}}"#, rows("7")), "all[20000]: 7 is not an object");
        check(&schema, &format!(r#"{{"all": {}}}"#, rows("{\"port\": 1}")), "`more` is missing");
    }

    #[test]
    fn what_cannot_be_checked_part_by_part_is_told() {
        check(&json!({ "anyOf": [true] }), &rows("0"), "not checked to its end: `anyOf` of more than 16384 values");
        let itself = json!({ "items": { "$ref": "#" } });
        let nested = "[".repeat(50) + &rows("0") + &"]".repeat(50);
        check(
            &itself,
            &nested,
            &format!("{}not checked to its end: more than 16384 values more than 16 deep", "[0]".repeat(8) + ": "),
        );
    }

    #[test]
    fn the_values_of_a_text_are_counted() {
        for (json, expected) in [("0", 1), (r#"[1, "a,[\"{", {"b": 2}]"#, 5), ("[]", 2)] {
            assert_eq!(count_values(json), expected, "{json}");
        }
    }
}
