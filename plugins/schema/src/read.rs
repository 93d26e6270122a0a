//! Whether a schema can be checked against: every keyword known and of its type, every reference to a schema in it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::mismatch::beginning;

/// Why a schema is none that can be checked against.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", if .at.is_empty() { String::new() } else { format!("at {}: ", .at) })]
pub struct SchemaError {
    /// Where, as a JSON pointer; empty: the schema itself.
    pub at: String,
    /// What is wrong there.
    pub problem: String,
}

/// Octets of a keyword or a reference that an error shows.
const SHOWN_OCTETS: usize = 64;

/// What a type can be.
pub(crate) const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// Checks a whole schema.
pub(crate) fn check(schema: &Value) -> Result<(), SchemaError> {
    let mut reading = Reading::default();
    reading.schema(schema, String::new())?;
    match reading.references.into_iter().find(|(_, to)| !reading.schemas.contains(to)) {
        Some((at, to)) => {
            let problem = format!("`$ref` to `#{}`, where no schema is", beginning(&to, SHOWN_OCTETS));
            Err(SchemaError { at, problem })
        }
        None => Ok(()),
    }
}

#[derive(Default)]
struct Reading {
    /// The places of schemas, as JSON pointers.
    schemas: HashSet<String>,
    /// The places of references, and what they refer to.
    references: Vec<(String, String)>,
}

impl Reading {
    fn schema(&mut self, schema: &Value, at: String) -> Result<(), SchemaError> {
        match schema {
            Value::Bool(_) => {}
            Value::Object(keywords) => {
                for (keyword, value) in keywords {
                    self.keyword(keyword, value, &at)?;
                }
            }
            _ => return Err(wrong(&at, "a schema is an object, `true` or `false`")),
        }
        self.schemas.insert(at);
        Ok(())
    }

    fn keyword(&mut self, keyword: &str, value: &Value, at: &str) -> Result<(), SchemaError> {
        let is = |is_right: bool, what: &str| {
            if is_right { Ok(()) } else { Err(wrong(at, &format!("`{keyword}` is not {what}"))) }
        };
        let below = || format!("{at}/{keyword}");
        match keyword {
            "type" => {
                let names = match value {
                    Value::Array(several) => several.iter().map(Value::as_str).collect(),
                    one => vec![one.as_str()],
                };
                is(
                    !names.is_empty()
                        && names.iter().flatten().filter(|name| TYPES.contains(name)).count() == names.len(),
                    "a type or several",
                )
            }
            "enum" => is(value.is_array(), "an array"),
            "const" | "default" | "examples" => Ok(()),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => is(value.is_number(), "a number"),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                is(value.is_u64(), "a whole number from 0 on")
            }
            "required" => {
                is(value.as_array().is_some_and(|names| names.iter().all(Value::is_string)), "an array of names")
            }
            "items" | "additionalProperties" | "not" => self.schema(value, below()),
            "properties" | "$defs" => {
                let schemas = value.as_object().ok_or_else(|| wrong(at, &format!("`{keyword}` is not an object")))?;
                self.members(schemas, &below())
            }
            "allOf" | "anyOf" | "oneOf" => {
                let schemas = value.as_array().filter(|schemas| !schemas.is_empty());
                let schemas = schemas.ok_or_else(|| wrong(at, &format!("`{keyword}` is not an array of schemas")))?;
                schemas
                    .iter()
                    .enumerate()
                    .try_for_each(|(place, schema)| self.schema(schema, format!("{at}/{keyword}/{place}")))
            }
            "$ref" => {
                let pointer = value.as_str().and_then(|reference| reference.strip_prefix('#'));
                let pointer = pointer.ok_or_else(|| wrong(at, "`$ref` is not `#` and a JSON pointer"))?;
                self.references.push((at.to_owned(), pointer.to_owned()));
                Ok(())
            }
            "$schema" | "$comment" | "title" | "description" | "format" => is(value.is_string(), "a text"),
            "deprecated" | "readOnly" | "writeOnly" => is(value.is_boolean(), "true or false"),
            keyword if keyword.starts_with("x-") => Ok(()),
            keyword => Err(wrong(at, &format!("the keyword `{}` is not known", beginning(keyword, SHOWN_OCTETS)))),
        }
    }

    fn members(&mut self, schemas: &Map<String, Value>, at: &str) -> Result<(), SchemaError> {
        schemas.iter().try_for_each(|(name, schema)| {
            // RFC 6901 section 3.
            let name = name.replace('~', "~0").replace('/', "~1");
            self.schema(schema, format!("{at}/{name}"))
        })
    }
}

fn wrong(at: &str, problem: &str) -> SchemaError {
    SchemaError { at: at.to_owned(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(schema: &Value, expected: &str) {
        let checked = super::check(schema).map_or_else(|error| error.to_string(), |()| "ok".to_owned());
        assert_eq!(checked, expected);
    }

    #[test]
    fn what_generators_of_schemas_write_is_known() {
        check(
            &json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": "Fans",
                "type": "array",
                "items": { "$ref": "#/$defs/Fan" },
                "x-table": { "whatever": 1 },
                "$defs": {
                    "Fan": {
                        "type": "object",
                        "properties": {
                            "rpm": { "type": ["integer", "null"], "format": "uint32", "minimum": 0 },
                            "state": { "anyOf": [{ "$ref": "#/$defs/a~1b" }, { "type": "null" }], "default": null },
                        },
                        "required": ["rpm"],
                        "additionalProperties": false,
                    },
                    "a/b": { "oneOf": [{ "const": "on", "description": "It turns." }, { "enum": ["off"] }] },
                },
            }),
            "ok",
        );
        check(&json!(true), "ok");
    }

    #[test]
    fn what_would_not_be_checked_is_refused_with_its_place() {
        check(&json!({ "items": { "pattern": "a" } }), "at /items: the keyword `pattern` is not known");
        check(&json!({ "patternProperties": {} }), "the keyword `patternProperties` is not known");
        check(&json!({ "properties": { "a": 1 } }), "at /properties/a: a schema is an object, `true` or `false`");
        check(&json!({ "type": "int" }), "`type` is not a type or several");
        check(&json!({ "type": [] }), "`type` is not a type or several");
        check(&json!({ "minLength": -1 }), "`minLength` is not a whole number from 0 on");
        check(&json!({ "anyOf": [] }), "`anyOf` is not an array of schemas");
        check(&json!({ "$ref": "other.json" }), "`$ref` is not `#` and a JSON pointer");
        check(&json!({ "not": { "$ref": "#/$defs/x" } }), "at /not: `$ref` to `#/$defs/x`, where no schema is");
        check(&json!({ "$ref": "#/enum/0", "enum": [{}] }), "`$ref` to `#/enum/0`, where no schema is");
        check(&json!([]), "a schema is an object, `true` or `false`");
    }
}
