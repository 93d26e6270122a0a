//! Numbers that have no room in an `i64`, or a fraction: counters of 64 bits, and what net-snmp wraps in an Opaque.

use crate::{
    Value,
    field::{Field, any_number, number_in_text, read, warn_of_syntax},
    warnings::Warnings,
};

impl Field<u64> {
    /// A Counter32 or Counter64: which of them an agent sends is no news. Of numbers beyond 2^53 readers in JavaScript lose
    /// the last digits; a section that they read gives such a counter as a text.
    ///
    /// ```
    /// use snmp_proxy_sdk::{Value, field::Field, warnings::Warnings};
    ///
    /// let mut warnings = Warnings::default();
    /// let octets = Field::counter("ifHCInOctets", Some(&Value::Counter64(u64::MAX)), &mut warnings);
    /// assert_eq!(octets, Field::Is(18_446_744_073_709_551_615));
    /// ```
    pub fn counter(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<u64> {
        const SYNTAX: &str = "Counter32";
        let found = read(object, value, SYNTAX, warnings, |value| match value {
            Value::Counter64(number) => Some(*number),
            Value::OctetString(octets) => number_in_text(octets),
            other => any_number(other).and_then(|number| number.try_into().ok()),
        });
        if !matches!(value, Some(Value::Counter64(_))) {
            warn_of_syntax(object, &found, value, SYNTAX, warnings);
        }
        found
    }
}

/// The identifiers that net-snmp puts before the number in an Opaque, with its length (NET-SNMP-TC: Float, Double).
const FLOAT: [u8; 3] = [0x9f, 0x78, 4];
const DOUBLE: [u8; 3] = [0x9f, 0x79, 8];

impl Field<f64> {
    /// A float or a double in an Opaque, as net-snmp sends them. Whole numbers are taken, too, and so are texts of digits.
    /// What JSON has no form of (infinity, not a number) is wrong.
    ///
    /// ```
    /// use snmp_proxy_sdk::{Value, field::Field, warnings::Warnings};
    ///
    /// let load = Value::Opaque(vec![0x9f, 0x78, 4, 0x3f, 0x40, 0, 0]);
    /// assert_eq!(Field::real("laLoadFloat", Some(&load), &mut Warnings::default()), Field::Is(0.75));
    /// ```
    pub fn real(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<f64> {
        if let Some(Value::Opaque(octets)) = value {
            return match wrapped(octets).filter(|number| number.is_finite()) {
                Some(number) => Field::Is(number),
                None => {
                    warnings.add(format!("{object}: an Opaque without a number"));
                    Field::Wrong
                }
            };
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of more than 53 bits is no measurement")]
        let found = read(object, value, "Opaque", warnings, |value| any_number(value).map(|number| number as f64));
        warn_of_syntax(object, &found, value, "Opaque", warnings);
        found
    }
}

fn wrapped(octets: &[u8]) -> Option<f64> {
    if let Some(float) = octets.strip_prefix(&FLOAT) {
        Some(f32::from_be_bytes(float.try_into().ok()?).into())
    } else {
        Some(f64::from_be_bytes(octets.strip_prefix(&DOUBLE)?.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: PartialEq + std::fmt::Debug>(
        read: impl FnOnce(&mut Warnings) -> Field<T>,
        expected: &Field<T>,
        warning: &str,
    ) {
        let mut warnings = Warnings::default();
        assert_eq!(read(&mut warnings), *expected);
        assert_eq!(warnings.iter().collect::<Vec<_>>().join("; "), warning);
    }

    #[test]
    fn a_counter_has_64_bits_of_whatever_class_it_is() {
        let read = |value: Value| move |warnings: &mut Warnings| Field::counter("x", Some(&value), warnings);
        check(read(Value::Counter32(u32::MAX)), &Field::Is(u64::from(u32::MAX)), "");
        check(read(Value::Counter64(u64::MAX)), &Field::Is(u64::MAX), "");
        check(read(Value::Gauge32(7)), &Field::Is(7), "x: Gauge32 instead of Counter32");
        let text = Value::OctetString(b"18446744073709551615".to_vec());
        check(read(text), &Field::Is(u64::MAX), "x: OCTET STRING instead of Counter32");
        check(read(Value::Integer(-1)), &Field::Wrong, "x: INTEGER instead of Counter32");
        check(read(Value::NoSuchObject), &Field::Absent, "");
    }

    #[test]
    fn an_opaque_holds_a_float_or_a_double() {
        let read = |value: Value| move |warnings: &mut Warnings| Field::real("x", Some(&value), warnings);
        let double = [&DOUBLE[..], &0.1_f64.to_be_bytes()].concat();
        check(read(Value::Opaque(double)), &Field::Is(0.1), "");
        let nan = [&FLOAT[..], &f32::NAN.to_be_bytes()].concat();
        check(read(Value::Opaque(nan)), &Field::Wrong, "x: an Opaque without a number");
        check(read(Value::Opaque(vec![0x9f, 0x78, 4, 0])), &Field::Wrong, "x: an Opaque without a number");
        check(read(Value::Integer(3)), &Field::Is(3.0), "x: INTEGER instead of Opaque");
    }
}
