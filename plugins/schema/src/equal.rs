//! When two JSON values are the same (JSON Schema core, section 4.2.2): numbers by their mathematical value.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// Compares two numbers: whole ones to the digit.
pub(crate) fn compare(one: &Number, other: &Number) -> Option<Ordering> {
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// The number, where it is whole and written so.
fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// Whether a number has no fraction: `1.0` is whole, too.
pub(crate) fn is_whole(number: &Number) -> bool {
    whole(number).is_some() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// Whether two values are the same. Counts each pair that it looks at.
pub(crate) fn same(one: &Value, other: &Value, steps: &mut impl FnMut() -> bool) -> bool {
    if !steps() {
        return false;
    }
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => compare(one, other) == Some(Ordering::Equal),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other, steps))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| same(value, other, steps)))
        }
        (one, other) => one == other,
    }
}
