//! A value of a result that may be absent, wrong or there.
//!
//! Agents send objects with the wrong SYNTAX. A number in the wrong integer class is still that number, and so is one
//! written as a text of digits; a text that spells an OID is still that OID. Anything else is `null` in the result. All of
//! these leave a warning, and none costs the other fields.

use std::{net::Ipv4Addr, str::FromStr};

use serde::{Serialize, Serializer};

use crate::{
    Oid, UnknownValue, Value,
    mac::PhysAddress,
    oids::{dotted, parse_text},
    text::text,
    warnings::Warnings,
};

/// A field of a result. Give it `#[serde(skip_serializing_if = "Field::is_absent")]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// The agent has no such object: the result has no such key.
    #[default]
    Absent,
    /// The agent sent something that is not what the MIB says: null, and a warning says what it was.
    Wrong,
    /// It is this.
    Is(T),
}

impl<T> Field<T> {
    /// For `skip_serializing_if`.
    pub fn is_absent(&self) -> bool {
        matches!(self, Field::Absent)
    }

    /// True unless there is a usable value; for `skip_serializing_if` where a reader takes no null.
    pub fn is_unusable(&self) -> bool {
        !matches!(self, Field::Is(_))
    }

    /// The value, if there is a usable one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Field::Is(value) => Some(value),
            Field::Absent | Field::Wrong => None,
        }
    }

    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Field::Absent => Field::Absent,
            Field::Wrong => Field::Wrong,
            Field::Is(value) => Field::Is(change(value)),
        }
    }

    /// Both values, where both are usable. Wrong if one is wrong, else absent if one is absent: a wrong value left
    /// its warning, and the result should have the null that belongs to it.
    ///
    /// ```
    /// use snmp_proxy_sdk::field::Field;
    ///
    /// let bytes = |size: Field<i64>, units: Field<i64>| size.zip(units).map(|(size, units)| size * units);
    /// assert_eq!(bytes(Field::Is(3), Field::Is(4096)), Field::Is(12288));
    /// assert_eq!(bytes(Field::Is(3), Field::Absent), Field::Absent);
    /// assert_eq!(bytes(Field::Absent, Field::Wrong), Field::Wrong);
    /// ```
    pub fn zip<U>(self, other: Field<U>) -> Field<(T, U)> {
        match (self, other) {
            (Field::Is(one), Field::Is(two)) => Field::Is((one, two)),
            (Field::Wrong, _) | (_, Field::Wrong) => Field::Wrong,
            (Field::Absent, _) | (_, Field::Absent) => Field::Absent,
        }
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field::Is(value) => value.serialize(serializer),
            Field::Absent | Field::Wrong => serializer.serialize_none(),
        }
    }
}

impl Field<String> {
    /// A DisplayString or SnmpAdminString. `object` is its name, for the warning.
    pub fn text(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<String> {
        read(object, value, "OCTET STRING", warnings, |value| match value {
            Value::OctetString(octets) => Some(text(octets)),
            _ => None,
        })
    }

    /// An OBJECT IDENTIFIER in dotted form, without a leading dot.
    pub fn oid(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<String> {
        Field::arcs(object, value, warnings).map(|arcs| dotted(&arcs))
    }
}

impl Field<Oid> {
    /// An OBJECT IDENTIFIER as arcs, such as a RowPointer.
    pub fn arcs(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<Oid> {
        let syntax = "OBJECT IDENTIFIER";
        if let Some(Value::OctetString(octets)) = value {
            let found = trimmed(octets).and_then(parse_text).map(Field::Is);
            let sent = if found.is_none() { format!(" {:?}", beginning(&text(octets))) } else { String::new() };
            warnings.add(format!("{object}: OCTET STRING{sent} instead of {syntax}"));
            return found.unwrap_or(Field::Wrong);
        }
        read(object, value, syntax, warnings, |value| match value {
            Value::ObjectIdentifier(arcs) => Some(arcs.clone()),
            _ => None,
        })
    }
}

impl Field<Vec<u8>> {
    /// An OCTET STRING as it was sent. In JSON these are numbers: say what they mean with [`Field::map`].
    pub fn octets(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<Vec<u8>> {
        read(object, value, "OCTET STRING", warnings, |value| match value {
            Value::OctetString(octets) => Some(octets.clone()),
            _ => None,
        })
    }
}

impl Field<i64> {
    /// An INTEGER, Integer32 or enumeration.
    pub fn integer(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<i64> {
        number(object, value, "INTEGER", i64::MIN, warnings)
    }

    /// A Gauge32 or Unsigned32.
    pub fn gauge(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<i64> {
        number(object, value, "Gauge32", 0, warnings)
    }

    /// A TimeTicks or TimeStamp: hundredths of a second.
    pub fn ticks(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<i64> {
        number(object, value, "TimeTicks", 0, warnings)
    }
}

impl Field<u32> {
    /// An InterfaceIndex; zero where the MIB allows InterfaceIndexOrZero, and where agents number from zero.
    ///
    /// The SYNTAX is INTEGER (1..2147483647), but sub-identifiers have 32 bits without a sign, and agents use them:
    /// an INTEGER of -1073716992 is the interface whose rows have the index 3221250304.
    pub fn if_index(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<u32> {
        match Field::integer(object, value, warnings) {
            Field::Is(number) => match u32::try_from(number).or_else(|_| i32::try_from(number).map(i32::cast_unsigned))
            {
                Ok(if_index) => Field::Is(if_index),
                Err(_) => {
                    warnings.add(format!("{object}: {number} instead of an ifIndex"));
                    Field::Wrong
                }
            },
            Field::Wrong => Field::Wrong,
            Field::Absent => Field::Absent,
        }
    }
}

impl Field<Ipv4Addr> {
    /// An IpAddress. The four octets in an OCTET STRING are the same address.
    pub fn ip_address(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<Ipv4Addr> {
        let found = read(object, value, "IpAddress", warnings, |value| match value {
            &Value::IpAddress((a, b, c, d)) => Some(Ipv4Addr::new(a, b, c, d)),
            Value::OctetString(octets) => <[u8; 4]>::try_from(octets.as_slice()).ok().map(Ipv4Addr::from),
            _ => None,
        });
        if let (Field::Is(_), Some(Value::OctetString(_))) = (&found, value) {
            warnings.add(format!("{object}: OCTET STRING instead of IpAddress"));
        }
        found
    }
}

impl Field<bool> {
    /// A TruthValue.
    pub fn truth(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<bool> {
        match Field::integer(object, value, warnings) {
            Field::Is(1) => Field::Is(true),
            Field::Is(2) => Field::Is(false),
            Field::Is(other) => {
                warnings.add(format!("{object}: {other} instead of true(1) or false(2)"));
                Field::Wrong
            }
            Field::Wrong => Field::Wrong,
            Field::Absent => Field::Absent,
        }
    }
}

impl Field<PhysAddress> {
    /// A PhysAddress or MacAddress.
    pub fn phys_address(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<PhysAddress> {
        read(object, value, "OCTET STRING", warnings, |value| match value {
            Value::OctetString(octets) => Some(PhysAddress::from_octets(octets)),
            _ => None,
        })
    }
}

fn number(object: &str, value: Option<&Value>, syntax: &str, least: i64, warnings: &mut Warnings) -> Field<i64> {
    let found = read(object, value, syntax, warnings, |value| any_number(value).filter(|&number| number >= least));
    warn_of_syntax(object, &found, value, syntax, warnings);
    found
}

/// Warns of a value that was read although it has the wrong SYNTAX.
pub(crate) fn warn_of_syntax<T>(
    object: &str,
    found: &Field<T>,
    value: Option<&Value>,
    syntax: &str,
    warnings: &mut Warnings,
) {
    if let (Field::Is(_), Some(value)) = (found, value)
        && (type_of(value) != Some(syntax) || matches!(value, Value::Unknown(_)) || octets_of_integer(value).is_some())
    {
        warnings.add(format!("{object}: {}", instead_of(value, syntax)));
    }
}

pub(crate) fn any_number(value: &Value) -> Option<i64> {
    match *value {
        Value::Integer(number) => Some(number),
        Value::Counter32(number) | Value::Gauge32(number) | Value::TimeTicks(number) | Value::Uinteger32(number) => {
            Some(number.into())
        }
        Value::Counter64(number) => number.try_into().ok(),
        Value::OctetString(ref octets) => number_in_text(octets),
        Value::Unknown(ref unknown) => oversized(unknown),
        _ => None,
    }
}

/// A text of decimal digits, with a minus sign or without. It has only one reading, unlike `1G` or `1e9`.
pub(crate) fn number_in_text<N: FromStr>(octets: &[u8]) -> Option<N> {
    let text = trimmed(octets)?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// As much of a text as a warning repeats.
fn beginning(text: &str) -> String {
    const CHARACTERS: usize = 80;
    let mut characters = text.chars();
    let beginning: String = characters.by_ref().take(CHARACTERS).collect();
    if characters.next().is_some() { beginning + "…" } else { beginning }
}

/// The text without the NULs and blanks that agents put behind it.
fn trimmed(octets: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(octets).ok()?;
    Some(text.trim_end_matches('\0').trim())
}

/// How many octets an INTEGER has that has more than the four of SMIv2; at least, since they may be padded.
fn octets_of_integer(value: &Value) -> Option<usize> {
    match *value {
        Value::Integer(number) if i32::try_from(number).is_err() => (5..=8).find(|octets| {
            let unused = 64 - 8 * octets;
            number << unused >> unused == number
        }),
        _ => None,
    }
}

/// The number of an integer that has more octets than its type (`42 05 02 54 0b e4 00` is a Gauge32 of 10¹⁰).
fn oversized(UnknownValue { tag, octets }: &UnknownValue) -> Option<i64> {
    if !matches!(*tag, COUNTER32 | GAUGE32 | TIME_TICKS | UINTEGER32) || octets.is_empty() {
        return None;
    }
    let padding = octets.iter().take_while(|&&octet| octet == 0).count();
    let digits = octets.get(padding..)?;
    let number = digits.iter().fold(0, |number: i128, &digit| number << 8 | i128::from(digit));
    if digits.len() > 8 { None } else { number.try_into().ok() }
}

/// The identifier octets of types (RFC 2578 section 7.1, RFC 3416 section 3).
const INTEGER: u32 = 0x02;
const NULL: u32 = 0x05;
const OBJECT_IDENTIFIER: u32 = 0x06;
const IP_ADDRESS: u32 = 0x40;
const COUNTER32: u32 = 0x41;
const GAUGE32: u32 = 0x42;
const TIME_TICKS: u32 = 0x43;
const COUNTER64: u32 = 0x46;
const UINTEGER32: u32 = 0x47;

/// Tells absent, wrong and right values apart, which is the same for every SYNTAX.
pub(crate) fn read<T>(
    object: &str,
    value: Option<&Value>,
    syntax: &str,
    warnings: &mut Warnings,
    decode: impl FnOnce(&Value) -> Option<T>,
) -> Field<T> {
    match value {
        None | Some(Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView) => Field::Absent,
        Some(value) => match decode(value) {
            Some(decoded) => Field::Is(decoded),
            None => {
                warnings.add(format!("{object}: {}", instead_of(value, syntax)));
                Field::Wrong
            }
        },
    }
}

/// `INTEGER instead of Gauge32`; of a value that is not of its type, how it is written: `Gauge32 of 5 octets`. The host's
/// own warning says what it holds.
fn instead_of(value: &Value, syntax: &str) -> String {
    let found = type_of(value);
    let words = match (value, found) {
        (Value::Unknown(UnknownValue { octets, .. }), Some(name)) => match octets.len() {
            0 => format!("{name} without octets"),
            1 => format!("{name} of 1 octet"),
            count => format!("{name} of {count} octets"),
        },
        (_, Some(name)) if let Some(count) = octets_of_integer(value) => format!("{name} of {count} octets"),
        (_, name) => name.unwrap_or("an unknown type").to_owned(),
    };
    if found == Some(syntax) { words } else { format!("{words} instead of {syntax}") }
}

/// The SMI's name of a type, also of a value that is not of it; none of a type that SMIv2 does not have.
fn type_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Integer(_) => "INTEGER",
        Value::OctetString(_) => "OCTET STRING",
        Value::Null => "NULL",
        Value::ObjectIdentifier(_) => "OBJECT IDENTIFIER",
        Value::IpAddress(_) => "IpAddress",
        Value::Counter32(_) => "Counter32",
        Value::Gauge32(_) => "Gauge32",
        Value::TimeTicks(_) => "TimeTicks",
        Value::Opaque(_) => "Opaque",
        Value::NsapAddress(_) => "NsapAddress",
        Value::Counter64(_) => "Counter64",
        Value::Uinteger32(_) => "UInteger32",
        Value::NoSuchObject => "noSuchObject",
        Value::NoSuchInstance => "noSuchInstance",
        Value::EndOfMibView => "endOfMibView",
        Value::Unknown(unknown) => match unknown.tag {
            INTEGER => "INTEGER",
            NULL => "NULL",
            OBJECT_IDENTIFIER => "OBJECT IDENTIFIER",
            IP_ADDRESS => "IpAddress",
            COUNTER32 => "Counter32",
            GAUGE32 => "Gauge32",
            TIME_TICKS => "TimeTicks",
            COUNTER64 => "Counter64",
            UINTEGER32 => "UInteger32",
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(field: impl Fn(Option<&Value>, &mut Warnings) -> String, value: &Value, expected: &Expect) {
        let mut warnings = Warnings::default();
        let field = field(Some(value), &mut warnings);
        let warnings: Vec<_> = warnings.iter().collect();
        expected.assert_eq(&format!("{field} {}", warnings.join("; ")));
    }

    #[test]
    fn a_number_of_another_class_is_kept_with_a_warning() {
        let gauge =
            |value: Option<&Value>, warnings: &mut Warnings| format!("{:?}", Field::gauge("ifSpeed", value, warnings));
        check(gauge, &Value::Gauge32(u32::MAX), &expect!["Is(4294967295) "]);
        check(gauge, &Value::Integer(10), &expect!["Is(10) ifSpeed: INTEGER instead of Gauge32"]);
        check(gauge, &Value::Integer(-1), &expect!["Wrong ifSpeed: INTEGER instead of Gauge32"]);
    }

    #[test]
    fn a_text_of_digits_is_that_number_and_no_other_text_is_one() {
        let gauge =
            |value: Option<&Value>, warnings: &mut Warnings| format!("{:?}", Field::gauge("ifSpeed", value, warnings));
        let is = |text: &[u8], expected: &Expect| check(gauge, &Value::OctetString(text.to_vec()), expected);
        is(b"1000000000", &expect!["Is(1000000000) ifSpeed: OCTET STRING instead of Gauge32"]);
        is(b" 10000000000\0", &expect!["Is(10000000000) ifSpeed: OCTET STRING instead of Gauge32"]);
        is(b"-1", &expect!["Wrong ifSpeed: OCTET STRING instead of Gauge32"]);
        is(b"1G", &expect!["Wrong ifSpeed: OCTET STRING instead of Gauge32"]);
        is(b"1e9", &expect!["Wrong ifSpeed: OCTET STRING instead of Gauge32"]);
        is(b"+1", &expect!["Wrong ifSpeed: OCTET STRING instead of Gauge32"]);
        is(b"", &expect!["Wrong ifSpeed: OCTET STRING instead of Gauge32"]);
        is(b"99999999999999999999", &expect!["Wrong ifSpeed: OCTET STRING instead of Gauge32"]);
        let integer =
            |value: Option<&Value>, warnings: &mut Warnings| format!("{:?}", Field::integer("x", value, warnings));
        check(integer, &Value::OctetString(b"-1".to_vec()), &expect!["Is(-1) x: OCTET STRING instead of INTEGER"]);
    }

    #[test]
    fn a_text_that_spells_an_oid_is_that_oid_and_the_warning_repeats_any_other() {
        let oid = |value: Option<&Value>, warnings: &mut Warnings| {
            format!("{:?}", Field::oid("sysObjectID", value, warnings))
        };
        let is = |text: &[u8], expected: &Expect| check(oid, &Value::OctetString(text.to_vec()), expected);
        is(
            b".1.3.6.1.4.1.32473.165.11",
            &expect![[r#"Is("1.3.6.1.4.1.32473.165.11") sysObjectID: OCTET STRING instead of OBJECT IDENTIFIER"#]],
        );
        is(
            b"1.3.6.1.4.1.32473\0",
            &expect![[r#"Is("1.3.6.1.4.1.32473") sysObjectID: OCTET STRING instead of OBJECT IDENTIFIER"#]],
        );
        is(
            b"enterprises.32473",
            &expect![[r#"Is("1.3.6.1.4.1.32473") sysObjectID: OCTET STRING instead of OBJECT IDENTIFIER"#]],
        );
        is(
            b"exampleProducts.7\0",
            &expect![[r#"Wrong sysObjectID: OCTET STRING "exampleProducts.7" instead of OBJECT IDENTIFIER"#]],
        );
        is(b"192.0.2.1", &expect![[r#"Wrong sysObjectID: OCTET STRING "192.0.2.1" instead of OBJECT IDENTIFIER"#]]);
        is(b"a\nb\xfc", &expect![[r#"Wrong sysObjectID: OCTET STRING "a\nbü" instead of OBJECT IDENTIFIER"#]]);
        is(b"", &expect![[r#"Wrong sysObjectID: OCTET STRING "" instead of OBJECT IDENTIFIER"#]]);
        is(
            "é".repeat(100).as_bytes(),
            &expect![[
                r#"Wrong sysObjectID: OCTET STRING "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé…" instead of OBJECT IDENTIFIER"#
            ]],
        );
        check(oid, &Value::ObjectIdentifier(vec![1, 3, 6]), &expect![[r#"Is("1.3.6") "#]]);
    }

    #[test]
    fn a_number_of_too_many_octets_is_kept_with_a_warning() {
        let gauge =
            |value: Option<&Value>, warnings: &mut Warnings| format!("{:?}", Field::gauge("ifSpeed", value, warnings));
        let unknown = |tag: u32, octets: &[u8]| Value::Unknown(UnknownValue { tag, octets: octets.to_vec() });
        let words = expect!["Is(10000000000) ifSpeed: Gauge32 of 5 octets"];
        check(gauge, &unknown(0x42, &[2, 0x54, 0x0b, 0xe4, 0]), &words);
        let words = expect!["Is(4294967295) ifSpeed: INTEGER of 5 octets instead of Gauge32"];
        check(gauge, &Value::Integer(4_294_967_295), &words);
        let words = expect!["Wrong ifSpeed: INTEGER of 5 octets instead of Gauge32"];
        check(gauge, &Value::Integer(-2_147_483_649), &words);
        let words = expect!["Wrong ifSpeed: INTEGER without octets instead of Gauge32"];
        check(gauge, &unknown(0x02, &[]), &words);
        let words = expect!["Wrong ifSpeed: an unknown type instead of Gauge32"];
        check(gauge, &unknown(0x9f78, &[0x40]), &words);
    }

    #[test]
    fn what_the_agent_does_not_have_is_absent_and_no_reason_for_a_warning() {
        let text =
            |value: Option<&Value>, warnings: &mut Warnings| format!("{:?}", Field::text("ifName", value, warnings));
        check(text, &Value::NoSuchObject, &expect!["Absent "]);
        check(text, &Value::EndOfMibView, &expect!["Absent "]);
        check(text, &Value::OctetString(Vec::new()), &expect![[r#"Is("") "#]]);
        check(text, &Value::Null, &expect!["Wrong ifName: NULL instead of OCTET STRING"]);
    }

    #[test]
    fn a_truth_value_is_one_or_two() {
        let truth =
            |value: Option<&Value>, warnings: &mut Warnings| format!("{:?}", Field::truth("x", value, warnings));
        check(truth, &Value::Integer(1), &expect!["Is(true) "]);
        check(truth, &Value::Integer(2), &expect!["Is(false) "]);
        check(truth, &Value::Integer(0), &expect!["Wrong x: 0 instead of true(1) or false(2)"]);
    }

    #[test]
    fn an_if_index_has_32_bits_with_or_without_a_sign() {
        let if_index =
            |value: Option<&Value>, warnings: &mut Warnings| format!("{:?}", Field::if_index("x", value, warnings));
        check(if_index, &Value::Integer(7), &expect!["Is(7) "]);
        check(if_index, &Value::Integer(0), &expect!["Is(0) "]);
        check(if_index, &Value::Integer(-1_073_716_992), &expect!["Is(3221250304) "]);
        check(if_index, &Value::Gauge32(3_221_250_304), &expect!["Is(3221250304) x: Gauge32 instead of INTEGER"]);
        check(
            if_index,
            &Value::Counter64(1 << 32),
            &expect!["Wrong x: Counter64 instead of INTEGER; x: 4294967296 instead of an ifIndex"],
        );
    }

    #[test]
    fn an_ip_address_is_four_octets() {
        let address =
            |value: Option<&Value>, warnings: &mut Warnings| format!("{:?}", Field::ip_address("x", value, warnings));
        check(address, &Value::IpAddress((192, 0, 2, 1)), &expect!["Is(192.0.2.1) "]);
        check(
            address,
            &Value::OctetString(vec![192, 0, 2, 1]),
            &expect!["Is(192.0.2.1) x: OCTET STRING instead of IpAddress"],
        );
        check(address, &Value::OctetString(vec![0; 16]), &expect!["Wrong x: OCTET STRING instead of IpAddress"]);
    }
}
