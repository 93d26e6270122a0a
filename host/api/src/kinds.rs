//! The kinds of fields that several forms have: numbers, truths, texts, words, times.

use std::{marker::PhantomData, ops::RangeInclusive, time::Duration};

use limits::kind::Words;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    fields::Fields,
    form::{Kind, optional},
};

/// A text that must be there.
#[derive(Debug)]
pub(super) struct Text {
    /// How long it is, where that is checked.
    pub(super) octets: Option<RangeInclusive<usize>>,
}

/// A text that need not be there; null is the same as nothing.
#[derive(Debug)]
pub(super) struct OptionalText {
    /// How many octets it has at most.
    pub(super) octets: Option<usize>,
}

/// A secret text that need not be there; null is the same as nothing.
#[derive(Debug)]
pub(super) struct OptionalSecret {
    /// How many octets it has.
    pub(super) octets: RangeInclusive<usize>,
}

/// A truth that has a default.
#[derive(Debug)]
pub(super) struct Bool {
    pub(super) default: bool,
}

/// A truth that need not be there.
#[derive(Debug)]
pub(super) struct OptionalBool;

/// A whole number that has a default.
#[derive(Debug)]
pub(super) struct Integer<T> {
    pub(super) range: RangeInclusive<T>,
    pub(super) default: T,
}

/// A whole number that need not be there; null is the same as nothing.
#[derive(Debug)]
pub(super) struct OptionalInteger<T> {
    pub(super) range: RangeInclusive<T>,
}

/// A whole number of seconds that has a default.
#[derive(Debug)]
pub(super) struct WholeSeconds {
    pub(super) range: RangeInclusive<u64>,
    pub(super) default: Duration,
}

/// Seconds, perhaps with a fraction, that need not be there; null is the same as nothing.
#[derive(Debug)]
pub(super) struct OptionalSeconds {
    pub(super) range: RangeInclusive<Duration>,
}

/// One word of a few, in any case of letters, that need not be there; null is the same as nothing.
#[derive(Debug)]
pub(super) struct OptionalWord<T> {
    /// The name of the schema that has the words.
    schema: &'static str,
    words: PhantomData<T>,
}

impl<T> OptionalWord<T> {
    pub(super) const fn named(schema: &'static str) -> Self {
        Self { schema, words: PhantomData }
    }
}

impl Kind for Text {
    type Value = String;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<String> {
        fields.text(name).map(str::to_owned)
    }

    fn schema(&self) -> Value {
        match &self.octets {
            Some(octets) => json!({ "type": "string", "minLength": octets.start(), "maxLength": octets.end() }),
            None => json!({ "type": "string" }),
        }
    }

    fn is_required(&self) -> bool {
        true
    }
}

impl Kind for OptionalText {
    type Value = Option<String>;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Option<String>> {
        Some(fields.optional_text(name)?.map(str::to_owned))
    }

    fn schema(&self) -> Value {
        match self.octets {
            Some(max) => json!({ "type": ["string", "null"], "maxLength": max }),
            None => json!({ "type": ["string", "null"] }),
        }
    }
}

impl Kind for OptionalSecret {
    type Value = Option<SecretString>;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Option<SecretString>> {
        Some(fields.optional_text(name)?.map(SecretString::from))
    }

    fn schema(&self) -> Value {
        let (min, max) = (self.octets.start(), self.octets.end());
        json!({ "type": ["string", "null"], "writeOnly": true, "minLength": min, "maxLength": max })
    }
}

impl Kind for Bool {
    type Value = bool;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<bool> {
        fields.bool_or(name, self.default)
    }

    fn schema(&self) -> Value {
        json!({ "type": "boolean" })
    }

    fn default(&self) -> Option<Value> {
        Some(self.default.into())
    }
}

impl Kind for OptionalBool {
    type Value = bool;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<bool> {
        fields.optional_bool(name)
    }

    fn schema(&self) -> Value {
        json!({ "type": ["boolean", "null"] })
    }
}

impl<T: Copy + TryFrom<u64> + TryInto<u64>> Kind for Integer<T> {
    type Value = T;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<T> {
        let number = fields.integer_or(name, wide(self.default), wide_range(&self.range))?;
        T::try_from(number).ok()
    }

    fn schema(&self) -> Value {
        integers("integer".into(), &wide_range(&self.range))
    }

    fn default(&self) -> Option<Value> {
        Some(wide(self.default).into())
    }
}

impl<T: Copy + TryFrom<u64> + TryInto<u64>> Kind for OptionalInteger<T> {
    type Value = T;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<T> {
        let number = fields.optional_integer(name, wide_range(&self.range))?;
        T::try_from(number).ok()
    }

    fn schema(&self) -> Value {
        integers(json!(["integer", "null"]), &wide_range(&self.range))
    }
}

impl Kind for WholeSeconds {
    type Value = Duration;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Duration> {
        match fields.raw(name) {
            None => Some(self.default),
            Some(_) => fields.integer_or(name, 0, self.range.clone()).map(Duration::from_secs),
        }
    }

    fn schema(&self) -> Value {
        integers("integer".into(), &self.range)
    }

    fn default(&self) -> Option<Value> {
        let (seconds, fraction) = (self.default.as_secs(), self.default.as_secs_f64());
        Some(if self.default.subsec_nanos() == 0 { seconds.into() } else { fraction.into() })
    }
}

impl Kind for OptionalSeconds {
    type Value = Duration;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Duration> {
        fields.optional_seconds(name, self.range.clone())
    }

    fn schema(&self) -> Value {
        let (min, max) = (self.range.start().as_secs_f64(), self.range.end().as_secs_f64());
        json!({ "type": ["number", "null"], "minimum": min, "maximum": max })
    }
}

impl<T: Words> Kind for OptionalWord<T> {
    type Value = T;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<T> {
        fields.optional_word(name)
    }

    fn schema(&self) -> Value {
        optional(self.schema)
    }

    fn named(&self) -> Vec<(&'static str, Value)> {
        let words: Vec<_> = T::WORDS.iter().map(|(word, _)| word).collect();
        vec![(self.schema, json!({ "type": "string", "enum": words }))]
    }
}

#[expect(clippy::needless_pass_by_value, reason = "made for it")]
fn integers(kind: Value, range: &RangeInclusive<u64>) -> Value {
    json!({ "type": kind, "minimum": range.start(), "maximum": range.end() })
}

/// No number of a form is beyond 2⁶⁴.
fn wide<T: TryInto<u64>>(number: T) -> u64 {
    number.try_into().unwrap_or(u64::MAX)
}

fn wide_range<T: Copy + TryInto<u64>>(range: &RangeInclusive<T>) -> RangeInclusive<u64> {
    wide(*range.start())..=wide(*range.end())
}
