//! A varbind of a record as it was in the PDU: the inverse of how decoders write one.
//!
//! What is no number or address there, because its octets are none of its type, is in the record as octets, and is sent
//! as those octets under its own tag. Nothing is mended.

use snmp::{Oid, Value, Varbind, ber::Writer};

use super::super::record;

/// Rebuilds a varbind. The error is for people.
pub(super) fn varbind(varbind: &record::Varbind<'_>) -> Result<Varbind, String> {
    let name = varbind.oid.as_deref().ok_or("a varbind has no name that can be read")?;
    let bad = |why: &str| format!("{name} cannot be sent: {why}");
    let value = value(varbind).map_err(|why| bad(&why))?;
    Ok(Varbind { name: name.parse().map_err(|error: snmp::ParseOidError| bad(&error.to_string()))?, value })
}

fn value(varbind: &record::Varbind<'_>) -> Result<Value, String> {
    let word = varbind.value_type.as_deref().ok_or("it has no value")?;
    let octets = || {
        varbind
            .hex
            .as_deref()
            .and_then(|digits| const_hex::decode(digits).ok())
            .ok_or_else(|| format!("its octets are missing: {word}"))
    };
    let said = varbind.value.map(|value| value.get()).filter(|value| *value != "null");
    let unsigned = |tag: u8, make: fn(u32) -> Value| match said {
        Some(number) => {
            let number = number.parse::<u64>().map_err(|_| format!("invalid {word}: {number}"))?;
            Ok(u32::try_from(number).map_or_else(|_| unknown(tag, number_octets(i128::from(number))), make))
        }
        None => octets().map(|octets| unknown(tag, octets)),
    };
    match word {
        "integer" => match said {
            Some(number) => {
                let number = number.parse::<i64>().map_err(|_| format!("invalid {word}: {number}"))?;
                Ok(i32::try_from(number)
                    .map_or_else(|_| unknown(0x02, number_octets(i128::from(number))), Value::Integer))
            }
            None => octets().map(|octets| unknown(0x02, octets)),
        },
        "counter32" => unsigned(0x41, Value::Counter32),
        "gauge32" => unsigned(0x42, Value::Gauge32),
        "time-ticks" => unsigned(0x43, Value::TimeTicks),
        "uinteger32" => unsigned(0x47, Value::UInteger32),
        "counter64" => match said {
            Some(number) => number.parse().map(Value::Counter64).map_err(|_| format!("invalid {word}: {number}")),
            None => octets().map(|octets| unknown(0x46, octets)),
        },
        "octet-string" => octets().map(Value::OctetString),
        "opaque" => octets().map(Value::Opaque),
        "nsap-address" => octets().map(Value::NsapAddress),
        "object-identifier" => match said {
            Some(oid) => {
                let oid = oid.trim_matches('"').parse::<Oid>().map_err(|error| error.to_string())?;
                Ok(Value::ObjectIdentifier(oid))
            }
            None => octets().map(|octets| unknown(0x06, octets)),
        },
        "ip-address" => match said {
            Some(address) => {
                let address = address.trim_matches('"').parse::<std::net::Ipv4Addr>();
                let address = address.map_err(|error| error.to_string())?;
                Ok(Value::IpAddress(address.octets()))
            }
            None => octets().map(|octets| unknown(0x40, octets)),
        },
        "null" => empty(varbind, 0x05, Value::Null),
        "no-such-object" => empty(varbind, 0x80, Value::NoSuchObject),
        "no-such-instance" => empty(varbind, 0x81, Value::NoSuchInstance),
        "end-of-mib-view" => empty(varbind, 0x82, Value::EndOfMibView),
        "unknown" => {
            let tag = varbind.tag.ok_or("its tag is missing")?;
            octets().and_then(|octets| of_unknown_type(tag, octets))
        }
        _ => Err(format!("its type {word} is not known")),
    }
}

/// A value without octets, unless there were some.
fn empty(varbind: &record::Varbind<'_>, tag: u8, value: Value) -> Result<Value, String> {
    match varbind.hex.as_deref() {
        None => Ok(value),
        Some(hex) => Ok(unknown(tag, const_hex::decode(hex).ok().ok_or("its octets cannot be read")?)),
    }
}

/// A value as the engine has it: of a tag of several octets all of them are before the contents, as in the record, and
/// tag 0, which is none of a value, stands for a whole element.
fn of_unknown_type(tag: u8, octets: Vec<u8>) -> Result<Value, String> {
    if tag & 0x1f == 0x1f && (octets.first() != Some(&tag) || octets.iter().skip(1).all(|octet| octet & 0x80 != 0)) {
        return Err("the octets of its tag are missing".to_owned());
    }
    if tag == 0 {
        let mut element = Writer::default();
        element.octets(tag, &octets);
        return Ok(unknown(tag, element.finish()));
    }
    Ok(unknown(tag, octets))
}

fn unknown(tag: u8, octets: Vec<u8>) -> Value {
    Value::Unknown { tag, octets }
}

/// The shortest two's complement (X.690 section 8.3).
fn number_octets(number: i128) -> Vec<u8> {
    let octets = number.to_be_bytes();
    let sign = if number < 0 { 0xff } else { 0 };
    let padding = octets.windows(2).take_while(|pair| match pair {
        [first, second] => *first == sign && (second ^ sign) & 0x80 == 0,
        _ => false,
    });
    octets.get(padding.count()..).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The members as the decoder writes them; see its `value.rs`.
    #[track_caller]
    fn check(members: &str, expected: Result<Value, &str>) {
        let json = format!(r#"{{"varbinds":[{{"oid":"1.3.6.1.4.1.9.1",{members}}}]}}"#);
        let record = record::Record::read(&json).unwrap();
        let found = varbind(&record.varbinds[0]).map(|varbind| varbind.value);
        assert_eq!(found, expected.map_err(|why| format!("1.3.6.1.4.1.9.1 cannot be sent: {why}")), "{members}");
    }

    #[test]
    fn every_type_survives() {
        let oid = |text: &str| text.parse().unwrap();
        for (members, value) in [
            (r#""type":"integer","value":-2147483648,"text":"-2147483648","hex":null"#, Value::Integer(i32::MIN)),
            (r#""type":"octet-string","value":"a","text":"a","hex":"61""#, Value::OctetString(b"a".to_vec())),
            (
                r#""type":"octet-string","value":"0x00ff","text":"0x00ff","hex":"00ff""#,
                Value::OctetString(vec![0, 255]),
            ),
            (r#""type":"octet-string","value":"","text":"","hex":"""#, Value::OctetString(vec![])),
            (r#""type":"null","value":null,"text":null,"hex":null"#, Value::Null),
            (
                r#""type":"object-identifier","value":"1.3.6","text":"dod","hex":null"#,
                Value::ObjectIdentifier(oid("1.3.6")),
            ),
            (
                r#""type":"ip-address","value":"192.0.2.1","text":"192.0.2.1","hex":null"#,
                Value::IpAddress([192, 0, 2, 1]),
            ),
            (r#""type":"counter32","value":4294967295,"text":"4294967295","hex":null"#, Value::Counter32(u32::MAX)),
            (r#""type":"gauge32","value":7,"text":"7","hex":null"#, Value::Gauge32(7)),
            (r#""type":"time-ticks","value":14,"text":"0:00:00.14","hex":null"#, Value::TimeTicks(14)),
            (r#""type":"opaque","value":"0x9f78","text":"0x9f78","hex":"9f78""#, Value::Opaque(vec![0x9f, 0x78])),
            (r#""type":"nsap-address","value":"0x01","text":"0x01","hex":"01""#, Value::NsapAddress(vec![1])),
            (r#""type":"counter64","value":18446744073709551615,"text":"","hex":null"#, Value::Counter64(u64::MAX)),
            (r#""type":"uinteger32","value":9,"text":"9","hex":null"#, Value::UInteger32(9)),
            (r#""type":"no-such-object","value":null,"text":null,"hex":null"#, Value::NoSuchObject),
            (r#""type":"no-such-instance","value":null,"text":null,"hex":null"#, Value::NoSuchInstance),
            (r#""type":"end-of-mib-view","value":null,"text":null,"hex":null"#, Value::EndOfMibView),
            (r#""type":"unknown","tag":72,"value":null,"text":null,"hex":"0102""#, unknown(0x48, vec![1, 2])),
            (
                r#""type":"unknown","tag":159,"value":null,"text":null,"hex":"9f7840200000""#,
                unknown(0x9f, vec![0x9f, 0x78, 0x40, 0x20, 0, 0]),
            ),
            (r#""type":"unknown","tag":0,"value":null,"text":null,"hex":"0102""#, unknown(0, vec![0, 2, 1, 2])),
        ] {
            check(members, Ok(value));
        }
    }

    #[test]
    fn what_is_none_of_its_type_is_sent_as_its_octets() {
        for (members, value) in [
            (r#""type":"integer","value":2147483648,"hex":null"#, unknown(0x02, vec![0, 0x80, 0, 0, 0])),
            (
                r#""type":"integer","value":-9223372036854775808,"hex":null"#,
                unknown(0x02, vec![0x80, 0, 0, 0, 0, 0, 0, 0]),
            ),
            (r#""type":"integer","value":null,"hex":"""#, unknown(0x02, vec![])),
            (r#""type":"gauge32","value":4294967296,"hex":null"#, unknown(0x42, vec![1, 0, 0, 0, 0])),
            (
                r#""type":"counter64","value":null,"hex":"010000000000000000ff""#,
                unknown(0x46, vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 255]),
            ),
            (r#""type":"ip-address","value":null,"hex":"0102""#, unknown(0x40, vec![1, 2])),
            (r#""type":"object-identifier","value":null,"hex":"2b86""#, unknown(0x06, vec![0x2b, 0x86])),
            (r#""type":"null","value":null,"hex":"00""#, unknown(0x05, vec![0])),
            (r#""type":"end-of-mib-view","value":null,"hex":"00""#, unknown(0x82, vec![0])),
        ] {
            check(members, Ok(value));
        }
    }

    #[test]
    fn what_cannot_be_rebuilt_is_told() {
        check(r#""type":null,"value":null"#, Err("it has no value"));
        check(r#""type":"octet-string","value":"a","hex":"6""#, Err("its octets are missing: octet-string"));
        check(r#""type":"float","value":1"#, Err("its type float is not known"));
        check(
            r#""type":"object-identifier","value":"1.3.4294967296""#,
            Err("`4294967296` is not an arc: arcs are numbers from 0 to 4294967295"),
        );
    }
}
