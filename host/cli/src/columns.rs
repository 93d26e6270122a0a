//! Which columns of a section people see, and how they are named.
//!
//! The choice is the plugin's: the keyword `x-table` in the JSON Schema of a section. Where it chooses nothing, all
//! columns are shown that fit. People choose with `--columns` and `--wide`. What is left out is named, never silent.

use std::collections::HashMap;

use serde_json::{Map, Value};
use spelling::closest;

/// The keyword of a section's schema that says how people see the section.
const KEYWORD: &str = "x-table";

/// The longest title; longer ones are cut.
const TITLE_CHARS: usize = 40;

/// What a plugin says about how people see a section.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TableHints<'a> {
    hints: Option<&'a Map<String, Value>>,
    properties: Option<&'a Map<String, Value>>,
    takes_others: bool,
}

impl<'a> TableHints<'a> {
    /// Those of a section of this schema.
    pub(super) fn of(schema: &'a Value) -> Self {
        let hints = schema.get(KEYWORD).and_then(Value::as_object);
        let of_rows = schema_of_rows(schema);
        let others = of_rows.get("additionalProperties");
        Self {
            hints,
            properties: of_rows.get("properties").and_then(Value::as_object),
            takes_others: others.is_some_and(|others| *others != Value::Bool(false)),
        }
    }

    /// The columns worth a place on the screen, in their order; none where the plugin makes no choice.
    pub(super) fn columns(self) -> Vec<&'a str> {
        self.value("columns").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The titles of these columns, each another one: where a column's title is another column's title or name, its name
    /// is its title.
    pub(super) fn titles<'c>(self, columns: &[&'c str]) -> HashMap<&'c str, String> {
        let own = self.own_titles(columns);
        let of_column = |column: &str| {
            let name = column.to_uppercase();
            let has_twin = columns.iter().any(|other| *other != column && other.to_uppercase() == name);
            let name = if has_twin { column.to_owned() } else { name };
            own.get(column).map_or(name, |title| title.to_uppercase())
        };
        columns.iter().map(|column| (*column, of_column(column))).collect()
    }

    /// What stands before the values of a section that has no rows: their titles as the plugin writes them, each another
    /// one as with columns, or else their names.
    pub(super) fn labels<'c>(self, names: &[&'c str]) -> HashMap<&'c str, String> {
        let own = self.own_titles(names);
        let of_value = |name: &str| own.get(name).cloned().unwrap_or_else(|| name.to_owned());
        names.iter().map(|name| (*name, of_value(name))).collect()
    }

    /// The titles that are other words than the columns' names, and no other column's title or name.
    fn own_titles<'c>(self, columns: &[&'c str]) -> HashMap<&'c str, String> {
        let mut taken: HashMap<String, usize> = HashMap::new();
        for column in columns {
            let (title, name) = (self.title(column).to_uppercase(), column.to_uppercase());
            if title != name {
                *taken.entry(title).or_default() += 1;
            }
            *taken.entry(name).or_default() += 1;
        }
        let is_own = |(column, title): &(&str, String)| {
            let upper = title.to_uppercase();
            title != column && taken.get(&upper).is_none_or(|count| *count <= 1)
        };
        columns.iter().map(|column| (*column, self.title(column))).filter(is_own).collect()
    }

    /// The columns that are known before any row is: those that the schema describes, or that the plugin chooses.
    pub(super) fn declared(self) -> Vec<&'a str> {
        let mut declared: Vec<&str> = self.properties().map(|(name, _)| name.as_str()).collect();
        let more: Vec<&str> = self.columns().into_iter().filter(|column| !declared.contains(column)).collect();
        declared.extend(more);
        declared
    }

    /// Whether rows may have columns that the schema does not describe.
    fn is_open(self) -> bool {
        self.properties.is_none() || self.takes_others
    }

    /// The title that the plugin gives to a column, or its name.
    fn title(self, column: &str) -> String {
        let title = self.value("titles").and_then(|titles| titles.get(column)).and_then(Value::as_str);
        title.unwrap_or(column).chars().take(TITLE_CHARS).collect()
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

/// The schema of a section's rows, or of its values: where it stands, or behind the references that generators of schemas
/// make of a type.
fn schema_of_rows(schema: &Value) -> &Value {
    let of_rows = followed(schema, schema);
    of_rows.get("items").map_or(of_rows, |items| followed(schema, items))
}

/// What a schema stands for: `{"$ref": "#/$defs/Row"}` is what is there. A reference to a reference is followed once.
fn followed<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
    pointer.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

/// A column that somebody asks for, by its name or its title in any case of letters: `speed`, or of one section only
/// `interfaces.speed`.
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
        self.section.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(section))
    }

    /// The one of these columns that is meant: that of this name, or in any case of letters that of this name or of
    /// this title.
    pub(super) fn among<'c>(&self, columns: &[&'c str], hints: TableHints<'_>) -> Option<&'c str> {
        let is_like = |name: &str| name.to_lowercase() == self.column.to_lowercase();
        let named = |is_it: &dyn Fn(&str) -> bool| columns.iter().copied().find(|column| is_it(column));
        let titles = hints.titles(columns);
        named(&|column| column == self.column)
            .or_else(|| named(&is_like))
            .or_else(|| named(&|column| titles.get(column).is_some_and(|title| is_like(title))))
    }

    /// Whether it is of one section only.
    pub(super) fn names_its_section(&self) -> bool {
        self.section.is_some()
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

/// Columns that no section can have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct NoSuchColumns {
    /// What is wrong, a line for each column.
    pub(super) problems: Vec<String>,
    /// The columns that there are, a line for each section.
    pub(super) known: Vec<String>,
}

/// Finds those of the columns that no section can have. A section whose schema does not say which columns it has may have
/// any.
pub(super) fn check(wanted: &[WantedColumn], sections: &[(&str, TableHints<'_>)]) -> Result<(), NoSuchColumns> {
    let mut found = NoSuchColumns::default();
    for column in wanted {
        let of_it: Vec<_> = sections.iter().filter(|(section, _)| column.is_of(section)).collect();
        if let (Some(section), []) = (&column.section, of_it.as_slice()) {
            let names: Vec<&str> = sections.iter().map(|(name, _)| *name).collect();
            let like = closest(section, names.iter().copied());
            let like = like.map_or_else(|| format!("there are {}", names.join(", ")), meant);
            found.problems.push(format!("--columns {column}: no such section, {like}"));
            continue;
        }
        if of_it.iter().any(|(_, hints)| hints.is_open() || column.among(&hints.declared(), *hints).is_some()) {
            continue;
        }
        let names: Vec<&str> = of_it.iter().flat_map(|(_, hints)| hints.declared()).collect();
        let like = closest(&column.column, names).map(|like| format!(", {}", meant(like))).unwrap_or_default();
        found.problems.push(format!("--columns {column}: no such column{like}"));
        let known =
            of_it.iter().map(|(section, hints)| format!("columns of {section}: {}", hints.declared().join(", ")));
        let new: Vec<String> = known.filter(|line| !found.known.contains(line)).collect();
        found.known.extend(new);
    }
    if found.problems.is_empty() { Ok(()) } else { Err(found) }
}

fn meant(like: &str) -> String {
    format!("did you mean {like}?")
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
        let titles = hints.titles(&["a", "b"]);
        assert_eq!((titles["a"].as_str(), titles["b"].as_str()), ("A", "LOAD"));
        assert_eq!((hints.unit("a"), hints.unit("b")), (None, Some("%")));
        for odd in [json!({}), json!({ "x-table": [] }), json!({ "x-table": { "columns": {}, "units": 1 } })] {
            let hints = TableHints::of(&odd);
            assert_eq!((hints.columns().len(), hints.unit("a"), hints.titles(&["a"])["a"].as_str()), (0, None, "A"));
        }
    }

    #[test]
    fn no_two_columns_have_one_title() {
        let schema = json!({ "x-table": { "titles": {
            "type_name": "type", "admin_name": "admin", "one": "same", "two": "Same", "three": "one",
        } } });
        let hints = TableHints::of(&schema);
        let columns = ["type", "type_name", "admin_name", "one", "two", "three"];
        let titles = hints.titles(&columns);
        assert_eq!(
            columns.map(|column| titles[column].as_str()),
            ["TYPE", "TYPE_NAME", "ADMIN", "ONE", "TWO", "THREE"]
        );
        assert_eq!(hints.titles(&["type_name"])["type_name"], "TYPE", "there is no other");
        let twins = hints.titles(&["a", "A"]);
        assert_eq!((twins["a"].as_str(), twins["A"].as_str()), ("a", "A"));
    }

    #[test]
    fn a_column_is_meant_by_its_name_or_its_title_in_any_case() {
        let schema = json!({ "x-table": { "titles": { "admin_status_name": "admin", "type_name": "type" } } });
        let columns = ["admin_status", "admin_status_name", "type", "type_name", "Type"];
        let check = |text: &str, expected: Option<&str>| {
            let wanted = WantedColumn::read(text).unwrap();
            assert_eq!(wanted.among(&columns, TableHints::of(&schema)), expected, "{text}");
        };
        check("admin_status_name", Some("admin_status_name"));
        check("ADMIN", Some("admin_status_name"));
        check("interfaces.Admin", Some("admin_status_name"));
        check("TYPE", Some("type"));
        check("Type", Some("Type"));
        check("type_name", Some("type_name"));
        check("TYPE_NAME", Some("type_name"));
        check("oper", None);
    }

    #[test]
    fn a_column_that_no_section_can_have_is_told_with_those_that_there_are() {
        let described = json!({ "items": { "properties": { "index": {}, "speed": {} } }, "x-table": { "titles": { "speed": "rate" } } });
        let values = json!({ "properties": { "sysName": {} } });
        let sections = [("interfaces", TableHints::of(&described)), ("snmp_data", TableHints::of(&values))];
        let said = |columns: &str| {
            let wanted: Vec<_> = columns.split(',').map(|column| WantedColumn::read(column).unwrap()).collect();
            let NoSuchColumns { problems, known } = check(&wanted, &sections).err().unwrap_or_default();
            [problems, known].concat().join("\n")
        };
        assert_eq!(said("speed,RATE,Interfaces.index,sysname"), "");
        assert_eq!(
            said("sped,interface.speed,snmp_data.zz"),
            "--columns sped: no such column, did you mean speed?\n\
             --columns interface.speed: no such section, did you mean interfaces?\n\
             --columns snmp_data.zz: no such column\n\
             columns of interfaces: index, speed\n\
             columns of snmp_data: sysName"
        );
        let open = json!({ "items": { "properties": {}, "additionalProperties": true } });
        assert_eq!(check(&[WantedColumn::read("anything").unwrap()], &[("x", TableHints::of(&open))]), Ok(()));
        assert_eq!(check(&[WantedColumn::read("anything").unwrap()], &[("x", TableHints::default())]), Ok(()));
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
