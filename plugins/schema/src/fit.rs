//! Whether a value is as a schema says.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::{
    equal::{compare, is_whole, same},
    mismatch::{Mismatch, Step, beginning, shown},
};

/// Steps of a check, whatever the value is: a schema and a keyword of it that are looked at, a member, an item.
const STEPS: u64 = 1_000_000;

/// Steps beside these for each value within the value. Tables take four or five; a schema that refers to itself, or to
/// the same definition again and again, would take any number.
const STEPS_OF_VALUE: u64 = 32;

/// Schemas in one another. Values are nested less deep, so a schema that gets there refers to itself.
const DEPTH: u32 = 200;

/// Octets of a text that cost a step.
const OCTETS_OF_STEP: usize = 64;

/// Octets of a name that a message shows.
const SHOWN_OCTETS: usize = 64;

/// A check on its way.
pub(crate) struct Fitting<'a> {
    root: &'a Value,
    steps: u64,
    limit: u64,
    depth: u32,
}

impl<'a> Fitting<'a> {
    /// A check of this value.
    pub(crate) fn new(root: &'a Value, value: &Value) -> Self {
        Self::of(root, values(value))
    }

    /// A check of something with so many values.
    pub(crate) fn of(root: &'a Value, values: u64) -> Self {
        Self { root, steps: 0, limit: STEPS.saturating_add(STEPS_OF_VALUE.saturating_mul(values)), depth: 0 }
    }

    /// The schema that a `$ref` means.
    pub(crate) fn referred(&self, to: &Value) -> Option<&'a Value> {
        self.root.pointer(to.as_str()?.strip_prefix('#')?)
    }

    /// Holds a value against a schema of the root.
    pub(crate) fn check(&mut self, schema: &'a Value, value: &Value) -> Result<(), Mismatch> {
        self.count(1)?;
        if self.depth == DEPTH {
            return Err(self.exhausted(&format!("the schema is nested more than {DEPTH} deep")));
        }
        self.depth += 1;
        let checked = match schema {
            Value::Object(keywords) => self.keywords(keywords, value),
            Value::Bool(false) => Err(Mismatch::here("nothing is allowed here")),
            _ => Ok(()),
        };
        self.depth -= 1;
        checked
    }

    fn keywords(&mut self, schema: &'a Map<String, Value>, value: &Value) -> Result<(), Mismatch> {
        for (keyword, wanted) in schema {
            self.count(1)?;
            match keyword.as_str() {
                "type" => check_type(wanted, value)?,
                "enum" => {
                    let known = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
                    if !self.is_among(known, value)? {
                        return Err(Mismatch::of(value, format!("is none of {}", list(known))));
                    }
                }
                "const" if !self.is_among(std::slice::from_ref(wanted), value)? => {
                    return Err(Mismatch::of(value, format!("is not {}", shown(wanted))));
                }
                "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum" => check_range(keyword, wanted, value)?,
                "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                    self.check_size(keyword, wanted, value)?;
                }
                "items" => {
                    for (position, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item).map_err(|wrong| wrong.within(Step::Item(position)))?;
                    }
                }
                "properties" => self.check_members(schema, value)?,
                "additionalProperties" if !schema.contains_key("properties") => self.check_members(schema, value)?,
                "required" => {
                    self.count(wanted.as_array().map_or(0, Vec::len) as u64)?;
                    let members = value.as_object();
                    let names = wanted.as_array().into_iter().flatten().filter_map(Value::as_str);
                    if let Some(missing) =
                        members.and_then(|members| names.into_iter().find(|name| !members.contains_key(*name)))
                    {
                        return Err(Mismatch::missing(missing));
                    }
                }
                "$ref" => {
                    if let Some(to) = self.referred(wanted) {
                        self.check(to, value)?;
                    }
                }
                "allOf" => {
                    for schema in wanted.as_array().into_iter().flatten() {
                        self.check(schema, value)?;
                    }
                }
                "anyOf" | "oneOf" => self.check_alternatives(keyword == "oneOf", wanted, value)?,
                "not" => match self.check(wanted, value) {
                    Ok(()) => return Err(Mismatch::of(value, "is what must not be here")),
                    Err(_) => self.count(0)?,
                },
                _ => {}
            }
        }
        Ok(())
    }

    fn check_members(&mut self, schema: &'a Map<String, Value>, value: &Value) -> Result<(), Mismatch> {
        let (known, others) = (schema.get("properties"), schema.get("additionalProperties"));
        for (name, member) in value.as_object().into_iter().flatten() {
            self.count(1)?;
            let checked = match known.and_then(|known| known.get(name)).or(others) {
                Some(_) if is_unknown(known, others, name) => Err(unknown(known)),
                Some(schema) => self.check(schema, member),
                None => Ok(()),
            };
            checked.map_err(|wrong| wrong.within(Step::Member(name.clone())))?;
        }
        Ok(())
    }

    /// Where nothing fits, the alternative says most that got furthest into the value.
    fn check_alternatives(&mut self, is_one: bool, schemas: &'a Value, value: &Value) -> Result<(), Mismatch> {
        let mut fitting = 0;
        let mut furthest: Option<Mismatch> = None;
        let schemas = schemas.as_array().map(Vec::as_slice).unwrap_or_default();
        for schema in schemas {
            match self.check(schema, value) {
                Ok(()) if !is_one => return Ok(()),
                Ok(()) => fitting += 1,
                Err(wrong) => {
                    if furthest.as_ref().is_none_or(|furthest| wrong.path.len() > furthest.path.len()) {
                        furthest = Some(wrong);
                    }
                }
            }
            self.count(0)?;
        }
        match (fitting, furthest) {
            (1, _) => Ok(()),
            (0, Some(wrong)) if schemas.len() == 1 || !wrong.path.is_empty() => Err(wrong),
            (0, _) => Err(Mismatch::of(value, format!("is none of the {} things it may be", schemas.len()))),
            _ => Err(Mismatch::of(value, "is several of the things of which it may be one")),
        }
    }

    fn is_among(&mut self, known: &[Value], value: &Value) -> Result<bool, Mismatch> {
        let (steps, limit) = (&mut self.steps, self.limit);
        let mut step = || {
            *steps = steps.saturating_add(1);
            *steps <= limit
        };
        let is_known = known.iter().any(|known| same(known, value, &mut step));
        self.count(0)?;
        Ok(is_known)
    }

    fn check_size(&mut self, keyword: &str, wanted: &Value, value: &Value) -> Result<(), Mismatch> {
        let (size, what) = match (keyword, value) {
            ("minLength" | "maxLength", Value::String(text)) => {
                self.count((text.len() / OCTETS_OF_STEP) as u64)?;
                (text.chars().count(), "characters")
            }
            ("minItems" | "maxItems", Value::Array(items)) => (items.len(), "items"),
            ("minProperties" | "maxProperties", Value::Object(members)) => (members.len(), "members"),
            _ => return Ok(()),
        };
        check_bound(keyword, wanted, size, what)
    }

    /// Counts steps, and ends the check for good where there are too many.
    pub(crate) fn count(&mut self, steps: u64) -> Result<(), Mismatch> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > self.limit {
            return Err(self.exhausted(&format!("the check takes more than {} steps", self.limit)));
        }
        Ok(())
    }

    /// No alternative may be tried after this: whatever it says, the check did not get to its end.
    pub(crate) fn exhausted(&mut self, why: &str) -> Mismatch {
        self.steps = u64::MAX;
        Mismatch::here(format!("not checked to its end: {why}"))
    }
}

/// Holds a size against a keyword that begins with `min` or `max`.
pub(crate) fn check_bound(keyword: &str, wanted: &Value, size: usize, what: &str) -> Result<(), Mismatch> {
    let (size, limit) = (size as u64, wanted.as_u64().unwrap_or_default());
    if keyword.starts_with("min") && size < limit {
        return Err(Mismatch::here(format!("{size} {what} are fewer than {limit}")));
    }
    if keyword.starts_with("max") && size > limit {
        return Err(Mismatch::here(format!("{size} {what} are more than {limit}")));
    }
    Ok(())
}

/// Whether a member is none of those that are described, and there may be no others.
pub(crate) fn is_unknown(known: Option<&Value>, others: Option<&Value>, name: &str) -> bool {
    others == Some(&Value::Bool(false)) && known.is_none_or(|known| known.get(name).is_none())
}

/// That there is such a member, with those that may be there.
pub(crate) fn unknown(known: Option<&Value>) -> Mismatch {
    let known = known.and_then(Value::as_object);
    Mismatch::unknown(known.into_iter().flat_map(|known| known.keys().map(String::as_str)))
}

/// How many values a value consists of, itself included.
fn values(value: &Value) -> u64 {
    match value {
        Value::Array(items) => items.iter().map(values).sum::<u64>() + 1,
        Value::Object(members) => members.values().map(values).sum::<u64>() + 1,
        _ => 1,
    }
}

fn check_type(wanted: &Value, value: &Value) -> Result<(), Mismatch> {
    let names: Vec<&str> = match wanted {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let is = |name: &&str| match *name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => matches!(value, Value::Number(number) if is_whole(number)),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    if names.iter().any(is) {
        return Ok(());
    }
    let with_article = |name: &&str| match *name {
        "null" => "null".to_owned(),
        name @ ("integer" | "array" | "object") => format!("an {name}"),
        name => format!("a {name}"),
    };
    let names: Vec<String> = names.iter().map(with_article).collect();
    Err(Mismatch::of(value, format!("is not {}", names.join(" or "))))
}

fn check_range(keyword: &str, wanted: &Value, value: &Value) -> Result<(), Mismatch> {
    let (Value::Number(number), Value::Number(limit)) = (value, wanted) else { return Ok(()) };
    let problem = match (keyword, compare(number, limit)) {
        ("minimum", Some(Ordering::Less)) => "below",
        ("exclusiveMinimum", Some(Ordering::Less | Ordering::Equal)) => "not above",
        ("maximum", Some(Ordering::Greater)) => "above",
        ("exclusiveMaximum", Some(Ordering::Greater | Ordering::Equal)) => "not below",
        _ => return Ok(()),
    };
    Err(Mismatch::of(value, format!("is {problem} {limit}")))
}

fn list(values: &[Value]) -> String {
    beginning(&values.iter().map(shown).collect::<Vec<_>>().join(", "), 4 * SHOWN_OCTETS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Schema;

    #[track_caller]
    fn check(schema: &Value, value: &Value, expected: &str) {
        let schema = Schema::new(schema).unwrap();
        let checked = schema.check(value).map_or_else(|wrong| wrong.to_string(), |()| "ok".to_owned());
        assert_eq!(checked, expected);
    }

    #[test]
    fn a_table_is_held_against_its_schema_and_the_place_is_named() {
        let schema = json!({
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"mac": {"type": "string"}, "mtu": {"type": ["integer", "null"], "minimum": 0}},
                "required": ["mac"],
                "additionalProperties": false,
            },
        });
        check(&schema, &json!([{"mac": "a", "mtu": null}, {"mac": "b", "mtu": 1}]), "ok");
        check(&schema, &json!({}), "{} is not an array");
        check(&schema, &json!([{"mac": 1}]), "[0].mac: 1 is not a string");
        check(&schema, &json!([{"mac": "a"}, {}]), "[1]: `mac` is missing");
        check(&schema, &json!([{"mac": "a", "mtu": -1}]), "[0].mtu: -1 is below 0");
        check(&schema, &json!([{"mac": "a", "mtu": "1"}]), "[0].mtu: \"1\" is not an integer or null");
        check(&schema, &json!([{"mac": "a", "x": 1}]), "[0].x: no such member; there is `mac`, `mtu`");
    }

    #[test]
    fn whole_numbers_are_compared_to_the_digit() {
        let most = json!({ "type": "integer", "maximum": 18_446_744_073_709_551_614_u64 });
        check(&most, &json!(18_446_744_073_709_551_614_u64), "ok");
        check(&most, &json!(u64::MAX), "18446744073709551615 is above 18446744073709551614");
        check(&most, &json!(1.0), "ok");
        check(&most, &json!(1.5), "1.5 is not an integer");
        check(
            &json!({ "enum": [9_007_199_254_740_993_u64] }),
            &json!(9_007_199_254_740_992_u64),
            "9007199254740992 is none of 9007199254740993",
        );
        check(&json!({ "const": 1 }), &json!(1.0), "ok");
        check(&json!({ "exclusiveMinimum": 0, "exclusiveMaximum": 1 }), &json!(0.5), "ok");
        check(&json!({ "exclusiveMinimum": 0 }), &json!(0), "0 is not above 0");
    }

    #[test]
    fn sizes_are_those_of_texts_arrays_and_objects_only() {
        check(&json!({ "minLength": 2 }), &json!("ö"), "1 characters are fewer than 2");
        check(&json!({ "maxLength": 1 }), &json!("ö"), "ok");
        check(&json!({ "maxItems": 1 }), &json!([1, 2]), "2 items are more than 1");
        check(&json!({ "minProperties": 1 }), &json!({}), "0 members are fewer than 1");
        check(&json!({ "minItems": 3, "minLength": 3, "minimum": 3, "required": ["a"] }), &json!(null), "ok");
    }

    #[test]
    fn alternatives_are_tried_and_the_furthest_says_why() {
        let schema = json!({
            "anyOf": [{ "type": "null" }, { "$ref": "#/$defs/fan" }],
            "$defs": { "fan": { "type": "object", "properties": { "rpm": { "type": "integer" } } } },
        });
        check(&schema, &json!(null), "ok");
        check(&schema, &json!({ "rpm": 1 }), "ok");
        check(&schema, &json!({ "rpm": "x" }), "rpm: \"x\" is not an integer");
        check(&schema, &json!(1), "1 is none of the 2 things it may be");
        let one = json!({ "oneOf": [{ "minimum": 1 }, { "maximum": 5 }] });
        check(&one, &json!(0), "ok");
        check(&one, &json!(3), "3 is several of the things of which it may be one");
        check(&json!({ "allOf": [{ "minimum": 1 }, { "maximum": 5 }] }), &json!(9), "9 is above 5");
        check(&json!({ "not": { "type": "null" } }), &json!(null), "null is what must not be here");
        check(&json!({ "not": { "type": "null" } }), &json!(1), "ok");
    }

    #[test]
    fn others_are_held_against_what_is_said_of_others() {
        let others = json!({ "properties": { "a": true }, "additionalProperties": { "type": "integer" } });
        check(&others, &json!({ "a": "x", "b": 1 }), "ok");
        check(&others, &json!({ "b": "x" }), "b: \"x\" is not an integer");
        check(&json!({ "additionalProperties": false }), &json!({ "b": 1 }), "b: no such member; there is none");
        check(&json!({ "properties": { "a": false } }), &json!({ "a": 1 }), "a: nothing is allowed here");
    }

    #[test]
    fn a_schema_without_an_end_ends() {
        let deep = "not checked to its end: the schema is nested more than 200 deep";
        check(&json!({ "$ref": "#" }), &json!(1), deep);
        check(
            &json!({ "not": { "$ref": "#" } }),
            &json!(1),
            "not checked to its end: the check takes more than 1000032 steps",
        );
        check(
            &json!({ "anyOf": [{ "$ref": "#" }, { "$ref": "#" }, true] }),
            &json!(1),
            "not checked to its end: the check takes more than 1000032 steps",
        );
        // Each definition twice the next: 2^60 paths.
        let defs: Map<String, Value> = (0..60)
            .map(|place| {
                let next = json!({ "$ref": format!("#/$defs/d{}", place + 1) });
                (format!("d{place}"), json!({ "allOf": [next, next] }))
            })
            .chain([("d60".to_owned(), json!({ "type": "integer" }))])
            .collect();
        let doubling = json!({ "$ref": "#/$defs/d0", "$defs": defs });
        check(&doubling, &json!(1), "not checked to its end: the check takes more than 1000032 steps");
    }

    #[test]
    fn a_message_repeats_no_more_than_a_line_of_what_it_was_given() {
        check(
            &json!({ "type": "null" }),
            &json!("a\n".repeat(100)),
            &format!("\"{}…\" is not null", "a\\n".repeat(20)),
        );
        check(&json!({ "type": "null" }), &json!([1, 2]), "an array of 2 is not null");
    }
}
