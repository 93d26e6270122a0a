//! Which columns of a section people see, and how they are named.
//!
//! The choice is the plugin's: the keyword `x-table` in the JSON Schema of a section. Where it chooses nothing, all
//! columns are shown that fit. People choose with `--columns` and `--wide`. What is left out is named, never silent.

use serde_json::{Map, Value};

/// The keyword of a section's schema that says how people see the section.
const KEYWORD: &str = "x-table";

/// The longest title; longer ones are cut.
const TITLE_CHARS: usize = 40;

/// What a plugin says about how people see a section.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TableHints<'a> {
    hints: Option<&'a Map<String, Value>>,
    properties: Option<&'a Map<String, Value>>,
}

impl<'a> TableHints<'a> {
    /// Those of a section of this schema.
    pub(super) fn of(schema: &'a Value) -> Self {
        Self { hints: schema.get(KEYWORD).and_then(Value::as_object), properties: properties_of(schema) }
    }

    /// The columns worth a place on the screen, in their order; none where the plugin makes no choice.
    pub(super) fn columns(self) -> Vec<&'a str> {
        self.value("columns").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The title of a column.
    pub(super) fn title(self, column: &str) -> String {
        let title = self.value("titles").and_then(|titles| titles.get(column)).and_then(Value::as_str);
        title.unwrap_or(column).chars().take(TITLE_CHARS).collect::<String>().to_uppercase()
    }

    /// The unit of a column's numbers, where it has one.
    pub(super) fn unit(self, column: &str) -> Option<&'a str> {
        self.value("units")?.get(column)?.as_str()
    }

    /// The columns, or the values of a section that has no rows, that the schema describes, and their schemas.
    pub(super) fn properties(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.properties.into_iter().flatten()
    }

    fn value(self, name: &str) -> Option<&'a Value> {
        self.hints?.get(name)
    }
}

/// The properties of a section, or of its rows: where they stand, or behind the references that generators of schemas
/// make of a type.
fn properties_of(schema: &Value) -> Option<&Map<String, Value>> {
    let of_rows = followed(schema, schema);
    let of_rows = of_rows.get("items").map_or(of_rows, |items| followed(schema, items));
    of_rows.get("properties")?.as_object()
}

/// What a schema stands for: `{"$ref": "#/$defs/Row"}` is what is there. A reference to a reference is followed once.
fn followed<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
    pointer.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

/// A column that somebody asks for: `speed`, or of one section only `interfaces.speed`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct WantedColumn {
    section: Option<String>,
    column: String,
}

impl WantedColumn {
    /// Reads what was typed.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let (section, column) = match text.trim().split_once('.') {
            None => (None, text.trim()),
            Some((section, column)) => (Some(section.to_owned()), column),
        };
        if column.is_empty() || section.as_deref() == Some("") {
            return Err("a column is a name such as speed, or interfaces.speed for one section".to_owned());
        }
        Ok(Self { section, column: column.to_owned() })
    }

    /// Whether it is of this section. Which columns the section has is another question.
    pub(super) fn is_of(&self, section: &str) -> bool {
        self.section.as_deref().is_none_or(|wanted| wanted == section)
    }

    /// Whether it is of one section only.
    pub(super) fn names_its_section(&self) -> bool {
        self.section.is_some()
    }

    /// The column's name.
    pub(super) fn column(&self) -> &str {
        &self.column
    }
}

impl std::fmt::Display for WantedColumn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.section {
            Some(section) => write!(f, "{section}.{}", self.column),
            None => f.write_str(&self.column),
        }
    }
}

/// The columns of a table that fit into a width, of these and in their order. The first is there however wide it is; a
/// narrow one may stand where a wider one before it did not fit.
pub(super) fn fitting(widths: &[usize], between: usize, width: usize) -> Vec<bool> {
    let mut taken = 0;
    widths
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let with_it = if place == 0 { *column } else { taken + between + column };
            let fits = place == 0 || with_it <= width;
            if fits {
                taken = with_it;
            }
            fits
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hints_stand_in_the_schema_of_the_section() {
        let schema = json!({
            "items": { "properties": { "a": {}, "b": {} } },
            "x-table": { "columns": ["b", 7, "a"], "titles": { "b": "Load" }, "units": { "b": "%" } },
        });
        let hints = TableHints::of(&schema);
        assert_eq!(hints.columns(), ["b", "a"]);
        assert_eq!((hints.title("a"), hints.title("b")), ("A".to_owned(), "LOAD".to_owned()));
        assert_eq!((hints.unit("a"), hints.unit("b")), (None, Some("%")));
        for odd in [json!({}), json!({ "x-table": [] }), json!({ "x-table": { "columns": {}, "units": 1 } })] {
            let hints = TableHints::of(&odd);
            assert_eq!((hints.columns().len(), hints.unit("a"), hints.title("a")), (0, None, "A".to_owned()));
        }
    }

    #[test]
    fn properties_are_found_behind_references() {
        let names =
            |schema: &Value| TableHints::of(schema).properties().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let rows = json!({ "$defs": { "Row": { "properties": { "a": {} } } }, "items": { "$ref": "#/$defs/Row" } });
        assert_eq!(names(&rows), ["a"]);
        assert_eq!(names(&json!({ "properties": { "b": {}, "a": {} } })), ["b", "a"]);
        assert_eq!(names(&json!({ "$ref": "#" })), [""; 0]);
    }

    #[test]
    fn a_wanted_column_may_be_of_one_section() {
        let wanted = WantedColumn::read(" arp_table.mac").unwrap();
        assert_eq!(wanted.to_string(), "arp_table.mac");
        assert!(wanted.is_of("arp_table") && !wanted.is_of("interfaces"));
        assert!(WantedColumn::read("mac").unwrap().is_of("interfaces"));
        assert!(
            WantedColumn::read("").is_err() && WantedColumn::read("a.").is_err() && WantedColumn::read(".a").is_err()
        );
    }

    #[test]
    fn columns_fit_into_the_width_and_the_first_is_always_there() {
        assert_eq!(fitting(&[5, 10, 3], 2, 22), [true, true, true]);
        assert_eq!(fitting(&[5, 10, 3], 2, 21), [true, true, false]);
        assert_eq!(fitting(&[5, 30, 3], 2, 20), [true, false, true]);
        assert_eq!(fitting(&[50, 3], 2, 20), [true, false]);
    }
}
