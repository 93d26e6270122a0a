//! Reads the values of a query, and collects everything that is wrong with them in the reference's words.

use std::time::Duration;

use super::problem::{Problems, Step};

/// Reads values one by one. What is wrong is told by [`QueryReader::finish`], all of it at once.
#[derive(Debug, Default)]
pub(super) struct QueryReader(Problems);

/// A value that is there: an empty one counts as none, as the reference has it.
pub(super) fn given(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.is_empty())
}

impl QueryReader {
    /// Notes that the value of `name` is wrong.
    pub(super) fn add(&mut self, kind: &'static str, name: &'static str, msg: impl Into<String>) {
        self.add_at(kind, &[Step::name("query"), Step::name(name)], msg);
    }

    /// Notes that a value is wrong, with its whole place.
    pub(super) fn add_at(&mut self, kind: &'static str, loc: &[Step], msg: impl Into<String>) {
        self.0.add(kind, loc, msg);
    }

    /// Reads a number, 0 or more.
    pub(super) fn number(&mut self, name: &'static str, text: &str) -> Option<u64> {
        let number = text.trim().parse().ok();
        if number.is_none() {
            self.add("int_parsing", name, "Input should be a valid integer, unable to parse string as an integer");
        }
        number
    }

    /// Reads how many entries an answer may have: from 1 to `max`.
    pub(super) fn limit(&mut self, name: &'static str, text: &str, max: usize) -> Option<usize> {
        let limit = usize::try_from(self.number(name, text)?).unwrap_or(usize::MAX);
        if limit == 0 {
            self.add("greater_than_equal", name, "Input should be greater than or equal to 1");
        } else if limit > max {
            self.add("less_than_equal", name, format!("Input should be less than or equal to {max}"));
        } else {
            return Some(limit);
        }
        None
    }

    /// Reads a time in seconds, 0 or more.
    pub(super) fn seconds(&mut self, name: &'static str, text: &str) -> Option<Duration> {
        let seconds = text.trim().parse::<f64>().ok().and_then(|wait| Duration::try_from_secs_f64(wait).ok());
        if seconds.is_none() {
            self.add("float_parsing", name, "Input should be a number of seconds, 0 or more");
        }
        seconds
    }

    /// Returns `params`, or everything that was wrong.
    pub(super) fn finish<T>(self, params: T) -> Result<T, Problems> {
        if self.0.is_empty() { Ok(params) } else { Err(self.0) }
    }
}
