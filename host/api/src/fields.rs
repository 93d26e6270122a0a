//! Reads the fields of a JSON object as leniently as the reference does, and collects everything that is wrong.
//!
//! Each method takes a field's name and what to use when it is absent, and answers `None` where a [`Problem`] was added:
//! the caller reads all fields first and gives up only then. Numbers may come as text (`"161"`) or as `2.0`, truths
//! as `"yes"` or `1`, because clients of the reference send them so. Unknown fields are not looked at.
//!
//! By hand, and not serde with a validator: clients match the reference's 422 bodies, which name every wrong field with
//! pydantic's kinds and words, and pydantic takes `"161"`, `2.0` and `"yes"`.
//!
//! [`Problem`]: super::problem::Problem

use std::{ops::RangeInclusive, time::Duration};

use limits::kind::Words;
use serde_json::{Map, Value};

use super::problem::{Problems, Step};

/// The fields of one object of a request.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    loc: Vec<Step>,
    problems: &'a mut Problems,
}

/// What a reader of a field finds wrong: a kind and what would be right.
type FieldProblem = (&'static str, String);

impl<'a> Fields<'a> {
    pub(super) fn new(object: &'a Map<String, Value>, loc: Vec<Step>, problems: &'a mut Problems) -> Self {
        Self { object, loc, problems }
    }

    /// Whether the field is there, null or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// Whether the field is there and null.
    pub(super) fn is_null(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(Value::is_null)
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, name: &'static str) -> Option<&'a str> {
        match self.object.get(name) {
            Some(value) => self.keep(name, text(value)),
            None => {
                self.add("missing", name, "Field required");
                None
            }
        }
    }

    /// A text, or `default`.
    pub(super) fn text_or(&mut self, name: &'static str, default: &'a str) -> Option<&'a str> {
        match self.object.get(name) {
            Some(value) => self.keep(name, text(value)),
            None => Some(default),
        }
    }

    /// A text, or nothing where the field is absent or null.
    pub(super) fn optional_text(&mut self, name: &'static str) -> Option<Option<&'a str>> {
        match self.object.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => self.keep(name, text(value)).map(Some),
        }
    }

    /// A whole number of `range`, or `default`.
    pub(super) fn integer_or(&mut self, name: &'static str, default: u64, range: RangeInclusive<u64>) -> Option<u64> {
        match self.object.get(name) {
            Some(value) => self.keep(name, integer(value).and_then(|number| within(number, &range))),
            None => Some(default),
        }
    }

    /// A truth, or `default`.
    pub(super) fn bool_or(&mut self, name: &'static str, default: bool) -> Option<bool> {
        match self.object.get(name) {
            Some(value) => self.keep(name, boolean(value)),
            None => Some(default),
        }
    }

    /// A whole number of `range`, or nothing where the field is absent, null or wrong.
    pub(super) fn optional_integer(&mut self, name: &'static str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.present(name)?;
        self.keep(name, integer(value).and_then(|number| within(number, &range)))
    }

    /// A truth, or nothing where the field is absent, null or wrong.
    pub(super) fn optional_bool(&mut self, name: &'static str) -> Option<bool> {
        let value = self.present(name)?;
        self.keep(name, boolean(value))
    }

    /// Seconds, perhaps with a fraction, or nothing where the field is absent, null or wrong.
    pub(super) fn optional_seconds(&mut self, name: &'static str, range: RangeInclusive<Duration>) -> Option<Duration> {
        let value = self.present(name)?;
        self.keep(name, seconds(value, &range))
    }

    /// One word of a few, in any case of letters, or nothing where the field is absent, null or wrong.
    pub(super) fn optional_word<T: Words>(&mut self, name: &'static str) -> Option<T> {
        let value = self.present(name)?;
        self.keep(name, word(value))
    }

    /// The places of the fields whose names are none of these.
    pub(super) fn unknown(&self, known: &[&str]) -> Vec<usize> {
        let unknown = self.object.keys().enumerate().filter(|(_, name)| !known.contains(&name.as_str()));
        unknown.map(|(place, _)| place).collect()
    }

    /// Another object inside this one, or nothing where the field is absent or null.
    pub(super) fn object(&mut self, name: &'static str) -> Option<Option<Fields<'_>>> {
        match self.object.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::Object(object)) => {
                let mut loc = self.loc.clone();
                loc.push(Step::name(name));
                Some(Some(Fields { object, loc, problems: &mut *self.problems }))
            }
            Some(_) => {
                self.add("model_attributes_type", name, NOT_AN_OBJECT);
                None
            }
        }
    }

    /// The objects of a list, or none where the field is absent or null. What is no list, or longer than `max`, is one
    /// problem; entries that are no objects are one each.
    pub(super) fn objects<T>(
        &mut self,
        name: &'static str,
        max: usize,
        mut read: impl FnMut(Fields<'_>) -> Option<T>,
    ) -> Vec<T> {
        let entries = match self.object.get(name) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(entries)) if entries.len() <= max => entries,
            Some(Value::Array(_)) => {
                self.add("too_long", name, format!("List should have at most {max} items"));
                return Vec::new();
            }
            Some(_) => {
                self.add("list_type", name, "Input should be a valid list");
                return Vec::new();
            }
        };
        let mut found = Vec::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            let Value::Object(object) = entry else {
                self.add_inside("model_attributes_type", name, &[Step::Index(place)], NOT_AN_OBJECT);
                continue;
            };
            let mut loc = self.loc.clone();
            loc.extend([Step::name(name), Step::Index(place)]);
            found.extend(read(Fields { object, loc, problems: &mut *self.problems }));
        }
        found
    }

    /// The field as it is, null included.
    pub(super) fn raw(&self, name: &'static str) -> Option<&'a Value> {
        self.object.get(name)
    }

    /// Adds a problem of this field.
    pub(super) fn add(&mut self, kind: &'static str, name: &'static str, msg: impl Into<String>) {
        let mut loc = self.loc.clone();
        loc.push(Step::name(name));
        self.problems.add(kind, &loc, msg);
    }

    /// Adds a problem of something in this object that has no name of ours.
    pub(super) fn add_at(&mut self, kind: &'static str, place: Step, msg: impl Into<String>) {
        let mut loc = self.loc.clone();
        loc.push(place);
        self.problems.add(kind, &loc, msg);
    }

    /// Adds a problem somewhere inside this field.
    pub(super) fn add_inside(
        &mut self,
        kind: &'static str,
        name: &'static str,
        inside: &[Step],
        msg: impl Into<String>,
    ) {
        let mut loc = self.loc.clone();
        loc.push(Step::name(name));
        loc.extend_from_slice(inside);
        self.problems.add(kind, &loc, msg);
    }

    /// The field, unless it is absent or null.
    fn present(&self, name: &'static str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn keep<T>(&mut self, name: &'static str, read: Result<T, FieldProblem>) -> Option<T> {
        read.map_err(|(kind, msg)| self.add(kind, name, msg)).ok()
    }
}

/// What the reference says of something that should have been an object.
pub(super) const NOT_AN_OBJECT: &str = "Input should be a valid dictionary or object to extract fields from";

fn text(value: &Value) -> Result<&str, FieldProblem> {
    value.as_str().ok_or_else(|| ("string_type", "Input should be a valid string".to_owned()))
}

fn integer(value: &Value) -> Result<i128, FieldProblem> {
    match value {
        Value::Bool(boolean) => Ok(i128::from(*boolean)),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => Ok(number.into()),
            (_, Some(number), _) => Ok(number.into()),
            // Beyond 2⁶⁴ the conversion saturates, and every range of a field says no.
            #[expect(clippy::cast_possible_truncation, reason = "a float without a fraction; saturates")]
            (_, _, Some(number)) if number.fract() == 0.0 => Ok(number as i128),
            _ => {
                let msg = "Input should be a valid integer, got a number with a fractional part";
                Err(("int_from_float", msg.to_owned()))
            }
        },
        Value::String(digits) => integer_of_text(digits).ok_or_else(|| {
            let msg = "Input should be a valid integer, unable to parse string as an integer";
            ("int_parsing", msg.to_owned())
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(("int_type", "Input should be a valid integer".to_owned()))
        }
    }
}

/// `161`, ` +161 `, `161.0`, as the reference takes them.
fn integer_of_text(text: &str) -> Option<i128> {
    let text = text.trim();
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    whole.parse().ok()
}

fn within(number: i128, range: &RangeInclusive<u64>) -> Result<u64, FieldProblem> {
    let (min, max) = (*range.start(), *range.end());
    match u64::try_from(number) {
        Ok(number) if number > max => Err(("less_than_equal", format!("Input should be less than or equal to {max}"))),
        Ok(number) if number >= min => Ok(number),
        Err(_) if number > i128::from(u64::MAX) => {
            Err(("less_than_equal", format!("Input should be less than or equal to {max}")))
        }
        _ => Err(("greater_than_equal", format!("Input should be greater than or equal to {min}"))),
    }
}

fn seconds(value: &Value, range: &RangeInclusive<Duration>) -> Result<Duration, FieldProblem> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let Some(number) = number.filter(|number| number.is_finite()) else {
        return Err(("float_type", "Input should be a valid number".to_owned()));
    };
    let (min, max) = (range.start().as_secs_f64(), range.end().as_secs_f64());
    if number < min {
        Err(("greater_than_equal", format!("Input should be greater than or equal to {min}")))
    } else if number > max {
        Err(("less_than_equal", format!("Input should be less than or equal to {max}")))
    } else {
        Ok(Duration::from_secs_f64(number))
    }
}

fn word<T: Words>(value: &Value) -> Result<T, FieldProblem> {
    let word = text(value)?;
    let found = T::WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    let words = || T::EXPECTS.replace('"', "'");
    found.map(|(_, meaning)| *meaning).ok_or_else(|| ("literal_error", format!("Input should be {}", words())))
}

fn boolean(value: &Value) -> Result<bool, FieldProblem> {
    const UNCLEAR: FieldProblem = ("bool_parsing", String::new());
    let read = match value {
        Value::Bool(boolean) => Ok(*boolean),
        Value::Number(number) => match number.as_f64() {
            Some(0.0) => Ok(false),
            Some(1.0) => Ok(true),
            _ => Err(UNCLEAR),
        },
        Value::String(word) => match word.to_ascii_lowercase().as_str() {
            "1" | "on" | "t" | "true" | "y" | "yes" => Ok(true),
            "0" | "off" | "f" | "false" | "n" | "no" => Ok(false),
            _ => Err(UNCLEAR),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => Err(("bool_type", String::new())),
    };
    read.map_err(|(kind, _)| match kind {
        "bool_type" => (kind, "Input should be a valid boolean".to_owned()),
        _ => (kind, "Input should be a valid boolean, unable to interpret input".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Reads `x` in three ways and shows what came out.
    #[track_caller]
    fn check(value: &Value, as_text: &str, as_integer: &str, as_truth: &str) {
        let object = json!({ "x": value });
        let object = object.as_object().unwrap();
        let mut problems = Problems::default();
        let mut shown = Vec::new();
        let mut fields = Fields::new(object, vec![], &mut problems);
        shown.push(fields.text("x").map(str::to_owned));
        shown.push(fields.integer_or("x", 0, 1..=65_535).map(|number| number.to_string()));
        shown.push(fields.bool_or("x", false).map(|boolean| boolean.to_string()));
        let mut kinds = problems.detail.iter().map(|problem| problem.kind);
        let shown: Vec<String> =
            shown.into_iter().map(|read| read.unwrap_or_else(|| kinds.next().unwrap().to_owned())).collect();
        assert_eq!(shown, [as_text, as_integer, as_truth]);
    }

    #[test]
    fn fields_are_read_as_leniently_as_the_reference_reads_them() {
        check(&json!("161"), "161", "161", "bool_parsing");
        check(&json!(" +161.00 "), " +161.00 ", "161", "bool_parsing");
        check(&json!("1.5"), "1.5", "int_parsing", "bool_parsing");
        check(&json!("1."), "1.", "int_parsing", "bool_parsing");
        check(&json!("Yes"), "Yes", "int_parsing", "true");
        check(&json!("off"), "off", "int_parsing", "false");
        check(&json!(1), "string_type", "1", "true");
        check(&json!(0.0), "string_type", "greater_than_equal", "false");
        check(&json!(2.0), "string_type", "2", "bool_parsing");
        check(&json!(2.5), "string_type", "int_from_float", "bool_parsing");
        check(&json!(-1), "string_type", "greater_than_equal", "bool_parsing");
        check(&json!(70_000), "string_type", "less_than_equal", "bool_parsing");
        check(&json!(1e300), "string_type", "less_than_equal", "bool_parsing");
        check(
            &json!("99999999999999999999999999999999999999999"),
            "99999999999999999999999999999999999999999",
            "int_parsing",
            "bool_parsing",
        );
        check(&json!(true), "string_type", "1", "true");
        check(&Value::Null, "string_type", "int_type", "bool_type");
        check(&json!([1]), "string_type", "int_type", "bool_type");
    }
}
