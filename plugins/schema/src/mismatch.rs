//! Where a value is not as its schema says, and why.

use std::fmt;

use serde_json::Value;

/// Where a value is not as its schema says, and why: `[3].mac: 7 is not a string`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The way to the place, from the outermost step on.
    pub path: Vec<Step>,
    /// What is there, cut where it is long; none where that is no value.
    found: Option<String>,
    /// What is wrong with it, for people.
    rule: String,
    /// Where it is a member that may not be there: those that may, as far as they are told.
    known: Option<Vec<String>>,
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The member of an object.
    Member(String),
    /// The item of an array, counted from 0.
    Item(usize),
}

impl Mismatch {
    pub(crate) fn here(rule: impl Into<String>) -> Self {
        Self { path: Vec::new(), found: None, rule: rule.into(), known: None }
    }

    pub(crate) fn of(value: &Value, rule: impl Into<String>) -> Self {
        Self { found: Some(shown(value)), ..Self::here(rule) }
    }

    /// A member that has to be there is not.
    pub(crate) fn missing(name: &str) -> Self {
        Self::here(format!("`{}` is missing", beginning(name, NAME_OCTETS)))
    }

    /// A member is there that may not be, since only these may.
    pub(crate) fn unknown<'a>(known: impl Iterator<Item = &'a str>) -> Self {
        let mut known: Vec<String> = known.map(|name| beginning(name, NAME_OCTETS)).collect();
        let more = known.len().saturating_sub(KNOWN);
        known.truncate(KNOWN);
        let names = listed(&known, more);
        Self { known: Some(known), ..Self::here(format!("no such member; there is {names}")) }
    }

    /// Whether it is that a member is there which may not be; with the names of those that may, as far as they are told.
    #[must_use]
    pub fn unknown_member(&self) -> Option<&[String]> {
        self.known.as_deref()
    }

    /// What is wrong there, without the value itself, which may be a secret: `the value is not a string`.
    #[must_use]
    pub fn without_value(&self) -> String {
        let the_value = if self.found.is_some() { "the value " } else { "" };
        format!("{the_value}{}", self.rule)
    }

    /// Where it is, as people write it: `[3].mac`. Empty for the value as a whole.
    #[must_use]
    pub fn place(&self) -> String {
        let mut place = String::new();
        for step in &self.path {
            match step {
                Step::Member(name) => {
                    let dot = if place.is_empty() { "" } else { "." };
                    place += &format!("{dot}{}", beginning(name, NAME_OCTETS));
                }
                Step::Item(position) => place += &format!("[{position}]"),
            }
        }
        place
    }

    pub(crate) fn within(mut self, step: Step) -> Self {
        self.path.insert(0, step);
        self
    }
}

/// Octets of a member's name that are shown.
const NAME_OCTETS: usize = 64;

/// Members that are told where another one is there.
const KNOWN: usize = 30;

fn listed(names: &[String], more: usize) -> String {
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") + &more }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place())?;
        let colon = if self.path.is_empty() { "" } else { ": " };
        write!(f, "{colon}")?;
        if let Some(found) = &self.found {
            write!(f, "{found} ")?;
        }
        f.write_str(&self.rule)
    }
}

/// Octets of a value that a message shows.
const VALUE_OCTETS: usize = 60;

/// A value in a message: as JSON where that is short.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Array(items) if !items.is_empty() => format!("an array of {}", items.len()),
        Value::Object(members) if !members.is_empty() => format!("an object of {}", members.len()),
        Value::String(text) => format!("\"{}\"", beginning(text, VALUE_OCTETS)),
        value => value.to_string(),
    }
}

/// As much of a text as a message repeats, without control characters.
pub(crate) fn beginning(text: &str, octets: usize) -> String {
    let mut shown = String::new();
    for sign in text.chars() {
        if shown.len() + sign.len_utf8() > octets {
            return shown + "…";
        }
        if sign.is_control() { shown.extend(sign.escape_default()) } else { shown.push(sign) }
    }
    shown
}
