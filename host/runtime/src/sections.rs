//! The sections of a result.

use serde::{Serialize, Serializer};
use serde_json::{Value, value::RawValue};

/// The sections of a result, in the plugin's order, each as the JSON that the plugin wrote.
#[derive(Debug, Default)]
pub struct Sections(Vec<(String, Box<RawValue>)>);

impl Sections {
    /// The sections with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), &**value))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is nothing in any of them: no row, and no member but null, an empty text, or another one without
    /// content.
    #[must_use]
    pub fn hold_nothing(&self) -> bool {
        self.0.iter().all(|(_, value)| holds_nothing(value.get()))
    }

    /// Puts a section there, in the place of an earlier one of that name.
    pub(crate) fn put(&mut self, name: &str, value: Box<RawValue>) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, earlier)) => *earlier = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// The section of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// Texts longer than this are not looked at: they hold something.
const EMPTY_OCTETS: usize = 4 << 10;

fn holds_nothing(json: &str) -> bool {
    fn is_empty(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.values().all(is_empty),
            Value::Bool(_) | Value::Number(_) => false,
        }
    }
    json.len() <= EMPTY_OCTETS && serde_json::from_str(json).is_ok_and(|value| is_empty(&value))
}

impl FromIterator<(String, Box<RawValue>)> for Sections {
    fn from_iter<I: IntoIterator<Item = (String, Box<RawValue>)>>(sections: I) -> Self {
        let mut all = Self::default();
        all.extend(sections);
        all
    }
}

impl Extend<(String, Box<RawValue>)> for Sections {
    fn extend<I: IntoIterator<Item = (String, Box<RawValue>)>>(&mut self, sections: I) {
        sections.into_iter().for_each(|(name, value)| self.put(&name, value));
    }
}

impl IntoIterator for Sections {
    type Item = (String, Box<RawValue>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Serialize for Sections {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_without_rows_and_values_hold_nothing() {
        let check = |json: &[&str], expected: bool| {
            let section = |json: &&str| ((*json).to_owned(), RawValue::from_string((*json).to_owned()).unwrap());
            let sections: Sections = json.iter().map(section).collect();
            assert_eq!(sections.hold_nothing(), expected, "{json:?}");
        };
        check(&[], true);
        check(&["[]", "{}", "null", r#"{"fans": [], "name": null, "of": {"text": ""}}"#], true);
        check(&["[]", "[{}]"], false);
        check(&[r#"{"count": 0}"#], false);
        check(&["false"], false);
        check(&[&format!("{}null{}", "[".repeat(3_000), "]".repeat(3_000))], false);
    }
}
