//! As much of JSON Schema as plugins' schemas need: types, properties, items, enum, minimum.
//! A keyword that this does not know is a problem itself, so that no part of a schema goes unchecked.
//! `x-table`, by which a section says how people see it, is held against the properties of its rows.

use serde_json::Value as Json;

/// Says whether a value is as the schema says; if not, where and why (`[3].mac: not a string`).
pub fn conforms(schema: &Json, value: &Json) -> Result<(), String> {
    let Some(keywords) = schema.as_object() else {
        return match schema {
            Json::Bool(true) => Ok(()),
            _ => Err(": nothing is allowed here".to_owned()),
        };
    };
    for (keyword, wanted) in keywords {
        match keyword.as_str() {
            "type" => check_type(wanted, value)?,
            "enum" => {
                if !wanted.as_array().is_some_and(|known| known.contains(value)) {
                    return Err(format!(": {value} is none of {wanted}"));
                }
            }
            "minimum" => {
                if value.as_f64().zip(wanted.as_f64()).is_some_and(|(value, least)| value < least) {
                    return Err(format!(": {value} is below {wanted}"));
                }
            }
            "items" => {
                for (position, item) in value.as_array().into_iter().flatten().enumerate() {
                    conforms(wanted, item).map_err(|problem| format!("[{position}]{problem}"))?;
                }
            }
            "properties" | "additionalProperties" | "required" => {}
            "x-table" => check_table(wanted, schema)?,
            "$schema" | "title" | "description" | "default" | "examples" | "format" => {}
            unknown => return Err(format!(": the schema's keyword {unknown} is not known here")),
        }
    }
    check_members(schema, value)
}

/// Whether what a section says about its table is of its own columns: a misspelt one would never be shown.
fn check_table(table: &Json, schema: &Json) -> Result<(), String> {
    let rows = schema.get("items").unwrap_or(schema);
    let check_column = |keyword: &str, column: &str| {
        let is_known = rows.get("properties").is_some_and(|properties| properties.get(column).is_some());
        if is_known { Ok(()) } else { Err(format!(": x-table.{keyword} names {column}, which is no property")) }
    };
    let parts = table.as_object().ok_or(": x-table is no object")?;
    for (keyword, part) in parts {
        match (keyword.as_str(), part) {
            ("columns", Json::Array(columns)) => {
                for column in columns {
                    let column =
                        column.as_str().ok_or_else(|| format!(": x-table.columns has {column}, which is no name"))?;
                    check_column(keyword, column)?;
                }
            }
            ("titles" | "units", Json::Object(texts)) => {
                for (column, text) in texts {
                    check_column(keyword, column)?;
                    if !text.is_string() {
                        return Err(format!(": x-table.{keyword}.{column} is not string"));
                    }
                }
            }
            _ => return Err(format!(": x-table.{keyword} is not known, or of the wrong type")),
        }
    }
    Ok(())
}

fn check_type(wanted: &Json, value: &Json) -> Result<(), String> {
    let wanted: Vec<&str> = match wanted {
        Json::Array(several) => several.iter().filter_map(Json::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    if wanted.iter().any(|&name| is(name)) { Ok(()) } else { Err(format!(": {value} is not {}", wanted.join(" or "))) }
}

fn check_members(schema: &Json, value: &Json) -> Result<(), String> {
    let Some(members) = value.as_object() else { return Ok(()) };
    for required in schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
        if !members.contains_key(required) {
            return Err(format!(": {required} is missing"));
        }
    }
    for (name, member) in members {
        let known = schema.get("properties").and_then(|properties| properties.get(name));
        if let Some(allowed) = known.or_else(|| schema.get("additionalProperties")) {
            conforms(allowed, member).map_err(|problem| format!(".{name}{problem}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: &Json, expected: Result<(), &str>) {
        let schema = json!({
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"mac": {"type": "string"}, "mtu": {"type": ["integer", "null"], "minimum": 0}},
                "required": ["mac"],
                "additionalProperties": false,
            },
        });
        assert_eq!(conforms(&schema, value), expected.map_err(str::to_owned));
    }

    #[test]
    fn a_value_is_held_against_its_schema() {
        check(&json!([{"mac": "a", "mtu": null}, {"mac": "b", "mtu": 1}]), Ok(()));
        check(&json!({}), Err(": {} is not array"));
        check(&json!([{"mac": 1}]), Err("[0].mac: 1 is not string"));
        check(&json!([{"mac": "a"}, {}]), Err("[1]: mac is missing"));
        check(&json!([{"mac": "a", "mtu": -1}]), Err("[0].mtu: -1 is below 0"));
        check(&json!([{"mac": "a", "x": 1}]), Err("[0].x: nothing is allowed here"));
        assert!(conforms(&json!({"pattern": "a"}), &json!("b")).is_err());
    }

    #[track_caller]
    fn check_table_of(table: &Json, expected: Result<(), &str>) {
        let rows = json!({"type": "array", "items": {"properties": {"load": {}}}, "x-table": table});
        assert_eq!(conforms(&rows, &json!([])), expected.map_err(str::to_owned));
        let values = json!({"type": "object", "properties": {"load": {}}, "x-table": table});
        assert_eq!(conforms(&values, &json!({})), expected.map_err(str::to_owned));
    }

    #[test]
    fn a_table_has_columns_that_are_properties() {
        check_table_of(&json!({"columns": ["load"], "titles": {"load": "CPU"}, "units": {"load": "%"}}), Ok(()));
        check_table_of(&json!({}), Ok(()));
        check_table_of(&json!([]), Err(": x-table is no object"));
        check_table_of(&json!({"columns": ["laod"]}), Err(": x-table.columns names laod, which is no property"));
        check_table_of(&json!({"units": {"laod": "%"}}), Err(": x-table.units names laod, which is no property"));
        check_table_of(&json!({"titles": {"load": 1}}), Err(": x-table.titles.load is not string"));
        check_table_of(&json!({"column": ["load"]}), Err(": x-table.column is not known, or of the wrong type"));
    }
}
