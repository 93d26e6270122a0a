//! The sections of a poll's result as tables for people.
//!
//! Nothing is known of any plugin here: a section is a list of rows, or a set of values, or a value, and each of these
//! can be laid out whatever it is about. Columns come in the order in which the plugin's schema names them, or else in
//! that of its rows.

use std::{collections::HashSet, fmt::Write};

use serde_json::{Map, Value};

use super::{
    colours::{Colours, Style},
    columns::{TableHints, WantedColumn, fitting},
    output::{self, BETWEEN},
    units::in_unit,
};

/// How people want to see sections.
#[derive(Debug)]
pub(super) struct View<'a> {
    /// Colours, or none.
    pub(super) colours: Colours,
    /// Characters in a line of the terminal; none where there is no terminal, which no table is too wide for.
    pub(super) width: Option<usize>,
    /// Show all columns, however wide the table is.
    pub(super) wide: bool,
    /// Show these columns; none: the usual ones.
    pub(super) wanted: &'a [WantedColumn],
}

/// Sections laid out.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The text.
    pub(super) text: String,
    /// Columns that were asked for and that no section has.
    pub(super) unknown: Vec<String>,
    /// What is odd in rows of which it is not shown, a line for each section.
    pub(super) warnings: Vec<String>,
}

/// Lays out the `data` of a result. Of a section, `hints` finds what its plugin says about it.
pub(super) fn sections<'a>(data: &str, hints: impl Fn(&str) -> TableHints<'a>, view: &View<'_>) -> Page {
    let Ok(Value::Object(data)) = serde_json::from_str(data) else { return Page::default() };
    let mut text = String::new();
    let mut found = HashSet::new();
    let mut warnings = Vec::new();
    for (name, section) in &data {
        let (hints, heading) = (hints(name), view.colours.paint(Style::Title, name));
        // Writing to a String cannot fail.
        let _ = match section {
            Value::Array(rows) if rows.is_empty() => {
                let of_here = view.wanted.iter().filter(|wanted| wanted.is_of(name));
                // Which columns an empty table would have, its schema alone can tell.
                let declared = hints.declared();
                let may_have = |wanted: &WantedColumn| {
                    wanted.among(&declared, hints).is_some() || (declared.is_empty() && wanted.names_its_section())
                };
                found.extend(of_here.filter(|wanted| may_have(wanted)));
                writeln!(text, "{heading}: none\n")
            }
            Value::Array(rows) => {
                let rows = Rows::of(rows);
                let chosen = rows.choice(name, hints, view);
                found.extend(chosen.wanted);
                warnings.extend(rows.unseen_warnings(name, &chosen.columns));
                let table = rows.table(&chosen.columns, hints, view.colours);
                let left_out = left_out(&chosen.left_out, view);
                writeln!(text, "{heading}: {}\n{table}{left_out}", rows.count())
            }
            Value::Object(values) if values.is_empty() => writeln!(text, "{heading}: none\n"),
            Value::Object(values) => {
                let chosen = choice_of_values(values, name, hints, view);
                found.extend(chosen.wanted);
                let keys: Vec<&str> = values.keys().map(String::as_str).collect();
                let labels = hints.labels(&known(&keys, hints));
                let label = |key: &str| labels.get(key).cloned().unwrap_or_else(|| key.to_owned());
                let shown = chosen.columns.iter().filter_map(|key| Some((key, values.get(*key)?)));
                let rows = shown.map(|(key, value)| vec![format!("  {}", label(key)), cell(value, hints.unit(key))]);
                let table = output::table(&[], rows, Colours::None);
                let left_out = left_out(&chosen.left_out, view);
                writeln!(text, "{heading}:\n{table}{left_out}")
            }
            value => writeln!(text, "{heading}: {}\n", output::printable(&in_words(value))),
        };
    }
    let is_found = |wanted: &WantedColumn| found.iter().any(|found| *found == wanted);
    let unknown = view.wanted.iter().filter(|wanted| !is_found(wanted)).map(ToString::to_string).collect();
    Page { text, unknown, warnings }
}

/// Which of a section's values to show: those that were asked for, or the plugin's choice, or all.
fn choice_of_values<'a, 'b>(
    values: &'a Map<String, Value>,
    section: &str,
    hints: TableHints<'a>,
    view: &View<'b>,
) -> Choice<'a, 'b> {
    let keys: Vec<&str> = values.keys().map(String::as_str).collect();
    let wanted = wanted(view, section, &keys, hints);
    if !wanted.is_empty() {
        let columns: Vec<&str> = wanted.iter().filter_map(|wanted| wanted.among(&keys, hints)).collect();
        let columns = if columns.is_empty() { keys } else { columns };
        return Choice { columns, left_out: Vec::new(), wanted };
    }
    let chosen: Vec<&str> = hints.columns().into_iter().filter(|column| values.contains_key(*column)).collect();
    if view.wide || chosen.is_empty() {
        return Choice { columns: keys, left_out: Vec::new(), wanted };
    }
    let holds = |key: &&str| values.get(*key).is_some_and(|value| !in_words(value).is_empty());
    let left_out = keys.into_iter().filter(|key| !chosen.contains(key)).filter(holds).collect();
    Choice { columns: chosen, left_out, wanted }
}

/// The columns that were asked for of those that a section has or may have.
fn wanted<'b>(view: &View<'b>, section: &str, keys: &[&str], hints: TableHints<'_>) -> Vec<&'b WantedColumn> {
    let columns = known(keys, hints);
    let is_of_here = |wanted: &&WantedColumn| wanted.is_of(section) && wanted.among(&columns, hints).is_some();
    view.wanted.iter().filter(is_of_here).collect()
}

/// The columns of rows, and those that their schema describes.
fn known<'a>(keys: &[&'a str], hints: TableHints<'a>) -> Vec<&'a str> {
    let declared = hints.declared().into_iter().filter(|column| !keys.contains(column));
    keys.iter().copied().chain(declared).collect()
}

/// A section's rows. One that is no object stands in a column of its own.
struct Rows<'a>(Vec<Row<'a>>);

enum Row<'a> {
    Fields(&'a Map<String, Value>),
    Value(&'a Value),
}

/// The column of rows that have no columns.
const VALUE: &str = "value";

/// The column in which rows say what is odd about them, as the standard plugins have it.
const WARNINGS: &str = "warnings";

/// Which columns of a section are shown.
struct Choice<'a, 'b> {
    columns: Vec<&'a str>,
    /// Those that hold something and are not shown.
    left_out: Vec<&'a str>,
    /// Those that were asked for.
    wanted: Vec<&'b WantedColumn>,
}

impl<'a> Rows<'a> {
    fn of(rows: &'a [Value]) -> Self {
        Self(rows.iter().map(|row| row.as_object().map_or(Row::Value(row), Row::Fields)).collect())
    }

    fn count(&self) -> usize {
        self.0.len()
    }

    /// Which columns to show: those that were asked for, or the plugin's choice, or all; of these those that hold
    /// something and fit.
    fn choice<'b>(&self, section: &str, hints: TableHints<'a>, view: &View<'b>) -> Choice<'a, 'b> {
        let keys = self.keys();
        let wanted = wanted(view, section, &keys, hints);
        if !wanted.is_empty() {
            let columns = known(&keys, hints);
            let columns = wanted.iter().filter_map(|wanted| wanted.among(&columns, hints)).collect();
            return Choice { columns, left_out: Vec::new(), wanted };
        }
        if view.wide {
            return Choice { columns: keys, left_out: Vec::new(), wanted };
        }
        let holding: Vec<&str> = keys.iter().copied().filter(|key| self.holds(key)).collect();
        let mut columns: Vec<&str> = hints.columns().into_iter().filter(|column| holding.contains(column)).collect();
        if columns.is_empty() {
            // Of rows without any content, what they are called is better than nothing.
            columns = if holding.is_empty() { keys.clone() } else { holding.clone() };
        }
        if let Some(width) = view.width {
            let titles = hints.titles(&known(&keys, hints));
            let title = |column: &str| titles.get(column).map_or(0, |title| output::width(title));
            let widths: Vec<usize> =
                columns.iter().map(|column| self.width(column, hints).max(title(column))).collect();
            let mut fits = fitting(&widths, BETWEEN, width).into_iter();
            columns.retain(|_| fits.next().unwrap_or_default());
        }
        let left_out = holding.into_iter().filter(|key| !columns.contains(key)).collect();
        Choice { columns, left_out, wanted }
    }

    fn table(&self, columns: &[&str], hints: TableHints<'_>, colours: Colours) -> String {
        let titles = hints.titles(&known(&self.keys(), hints));
        let header: Vec<&str> =
            columns.iter().map(|column| titles.get(column).map_or(*column, String::as_str)).collect();
        let rows = self.0.iter().map(|row| columns.iter().map(|column| row.cell(column, hints)).collect::<Vec<_>>());
        output::table(&header, rows, colours)
    }

    /// Every key of the rows in the order of the rows: one that an earlier row lacks stands before the key that follows
    /// it in its own row.
    fn keys(&self) -> Vec<&'a str> {
        let mut keys: Vec<&str> = Vec::new();
        for row in &self.0 {
            let Row::Fields(fields) = row else { continue };
            let mut following = keys.len();
            for key in fields.keys().rev() {
                match keys.iter().position(|known| known == key) {
                    Some(place) => following = place,
                    None => keys.insert(following, key),
                }
            }
        }
        if self.0.iter().any(|row| matches!(row, Row::Value(_))) && !keys.contains(&VALUE) {
            keys.push(VALUE);
        }
        keys
    }

    fn holds(&self, column: &str) -> bool {
        self.0.iter().any(|row| row.value(column).is_some_and(|value| !in_words(value).is_empty()))
    }

    fn width(&self, column: &str, hints: TableHints<'_>) -> usize {
        self.0.iter().map(|row| output::width(&row.cell(column, hints))).max().unwrap_or_default()
    }

    /// That rows have warnings, and how to see them, where the table does not show them.
    fn unseen_warnings(&self, section: &str, columns: &[&str]) -> Option<String> {
        if columns.contains(&WARNINGS) {
            return None;
        }
        let has_some = |row: &&Row<'_>| match row.value(WARNINGS) {
            Some(Value::Array(warnings)) => !warnings.is_empty(),
            _ => false,
        };
        let rows = match self.0.iter().filter(has_some).count() {
            0 => return None,
            1 => "1 row has warnings".to_owned(),
            count => format!("{count} rows have warnings"),
        };
        let first = columns.first().map(|column| format!("{section}.{column},")).unwrap_or_default();
        Some(format!("{section}: {rows}: --columns {first}{section}.{WARNINGS} shows them"))
    }
}

impl<'a> Row<'a> {
    fn value(&self, column: &str) -> Option<&'a Value> {
        match self {
            Self::Fields(fields) => fields.get(column),
            Self::Value(value) => (column == VALUE).then_some(value),
        }
    }

    fn cell(&self, column: &str, hints: TableHints<'_>) -> String {
        self.value(column).map(|value| cell(value, hints.unit(column))).unwrap_or_default()
    }
}

/// The line below a table that names what it lacks.
fn left_out(columns: &[&str], view: &View<'_>) -> String {
    if columns.is_empty() {
        return String::new();
    }
    let line = format!("not shown: {} (--wide shows all, --columns those you name)", columns.join(", "));
    let lines = output::wrapped(&line, view.width);
    lines.lines().map(|line| view.colours.paint(Style::Aside, line) + "\n").collect()
}

fn cell(value: &Value, unit: Option<&str>) -> String {
    unit.and_then(|unit| in_unit(value, unit)).unwrap_or_else(|| in_words(value))
}

/// Writes a value as a person would; of an object that stands for an address, just the address.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => match (fields.get("address"), fields.get("prefix_length")) {
            (Some(address), Some(length)) => format!("{}/{length}", in_words(address)),
            (Some(address), None) => in_words(address),
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
