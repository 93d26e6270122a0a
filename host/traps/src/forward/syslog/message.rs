//! A record as a syslog message (RFC 5424 section 6).

use std::fmt::Write as _;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::super::record::{Record, Varbind};
use crate::{Severity, text::one_line};

/// The SD-ID (RFC 5424 section 7). This program has no enterprise number of its own: 0 is reserved and so nobody's, as in
/// its engine id, while another number would be a maker's or one for documentation, which must not go out (RFC 5612).
const SD_ID: &str = "snmpTrap@0";

/// Octets of the value of a parameter. Longer ones are cut.
const PARAM_OCTETS: usize = 256;

/// sysUpTime.0 and snmpTrapOID.0: what they say stands elsewhere.
const NO_PARTS: [&str; 2] = ["1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0"];

/// Writes a record as a message of at most `max` octets; what is longer is cut and ends in `…`. One that is not stored
/// yet has no number, and says so.
pub(super) fn message(
    number: Option<u64>,
    record: &Record<'_>,
    severity: Option<Severity>,
    facility: u8,
    max: usize,
) -> Vec<u8> {
    let priority = u32::from(facility) * 8 + u32::from(severity.unwrap_or(Severity::Notice).code());
    let device = record.device().map_or_else(|| "-".to_owned(), |device| device.to_string());
    let trap = record.trap.as_ref();
    let oid = trap.and_then(|trap| trap.oid.as_deref());
    let name = trap.and_then(|trap| trap.name.as_deref()).or(oid);
    let time = record.received_at.as_deref().and_then(timestamp);
    let time = time.as_deref().unwrap_or("-");
    let mut message = format!("<{priority}>1 {time} {device} snmp-proxy - {} ", message_id(name));
    let number = number.map(|number| number.to_string());
    let source = record.transport.src.map(|source| source.to_string());
    let params = [
        ("number", number.as_deref()),
        ("stored", number.is_none().then_some("false")),
        ("source", source.as_deref()),
        ("oid", oid),
        ("version", record.snmp.version.as_deref()),
        ("pdu", record.snmp.pdu.as_deref()),
    ];
    write_data(&params, &mut message);
    let text = text(name, &record.varbinds);
    message.push(' ');
    // Section 6.4: UTF-8 is announced. Where it is ASCII, the mark would only be in the way.
    if !text.is_ascii() {
        message.push('\u{feff}');
    }
    message.push_str(&text);
    cut(&mut message, max);
    message.into_bytes()
}

/// Section 6.2.3: at most six digits behind the second.
fn timestamp(text: &str) -> Option<String> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let micros = time.nanosecond() / 1_000 * 1_000;
    time.replace_nanosecond(micros).ok()?.format(&Rfc3339).ok()
}

/// Section 6.2.7: 1 to 32 signs of ASCII that can be seen.
fn message_id(name: Option<&str>) -> String {
    let id: String = name.unwrap_or_default().chars().filter(char::is_ascii_graphic).take(32).collect();
    if id.is_empty() { "-".to_owned() } else { id }
}

fn write_data(params: &[(&str, Option<&str>)], message: &mut String) {
    message.push('[');
    message.push_str(SD_ID);
    for (name, value) in params {
        let Some(value) = value else { continue };
        let mut value = one_line(value);
        cut(&mut value, PARAM_OCTETS);
        message.push(' ');
        message.push_str(name);
        message.push_str("=\"");
        // Section 6.3.3.
        for sign in value.chars() {
            if matches!(sign, '"' | '\\' | ']') {
                message.push('\\');
            }
            message.push(sign);
        }
        message.push('"');
    }
    message.push(']');
}

/// The trap and its varbinds, for people.
fn text(name: Option<&str>, varbinds: &[Varbind<'_>]) -> String {
    let mut text = one_line(name.unwrap_or("trap"));
    for varbind in varbinds {
        let oid = varbind.oid.as_deref();
        if oid.is_some_and(|oid| NO_PARTS.contains(&oid)) {
            continue;
        }
        let value = varbind.text.as_deref().or(varbind.hex.as_deref()).or(varbind.value_type.as_deref());
        let value = one_line(value.unwrap_or_default());
        // Writing to a String cannot fail.
        let _ = match (varbind.name.as_deref(), varbind.index.as_deref()) {
            (Some(name), Some(index)) => write!(text, " {name}.{index}="),
            (Some(name), None) => write!(text, " {name}="),
            (None, _) => write!(text, " {}=", oid.unwrap_or("?")),
        };
        if value.is_empty() || value.contains([' ', '"', '=']) {
            let _ = write!(text, "\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
        } else {
            text.push_str(&value);
        }
    }
    text
}

fn cut(text: &mut String, max: usize) {
    if text.len() > max {
        text.truncate(text.floor_char_boundary(max.saturating_sub('…'.len_utf8())));
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(json: &str, severity: Option<Severity>, expected: &Expect) {
        let record = Record::read(json).unwrap();
        let message = message(Some(7), &record, severity, 16, 2_048);
        expected.assert_eq(std::str::from_utf8(&message).unwrap());
    }

    #[test]
    fn a_record_is_a_line_with_its_parts_in_their_places() {
        let json = r#"{"number":7,"received_at":"2026-01-01T00:00:00.123456789Z","transport":{"src":"10.0.0.2"},
            "snmp":{"version":"2c","pdu":"trap"},"device":{"address":"10.9.9.9"},
            "trap":{"oid":"1.3.6.1.6.3.1.1.5.3","name":"linkDown"},"varbinds":[
            {"oid":"1.3.6.1.2.1.1.3.0","name":"sysUpTime","index":"0","type":"time-ticks","value":1,"text":"0:00:00.01"},
            {"oid":"1.3.6.1.2.1.2.2.1.7.3","name":"ifAdminStatus","index":"3","type":"integer","value":2,"text":"down(2)"},
            {"oid":"1.3.6.1.4.1.9.1","type":"octet-string","value":"a \"b\"\nc","text":"a \"b\"\nc","hex":"00"}]}"#;
        check(
            json,
            Some(Severity::Warning),
            &expect![[
                r#"<132>1 2026-01-01T00:00:00.123456Z 10.9.9.9 snmp-proxy - linkDown [snmpTrap@0 number="7" source="10.0.0.2" oid="1.3.6.1.6.3.1.1.5.3" version="2c" pdu="trap"] linkDown ifAdminStatus.3=down(2) 1.3.6.1.4.1.9.1="a \"b\" c""#
            ]],
        );
    }

    #[test]
    fn what_is_not_known_is_left_out_and_is_a_notice() {
        check("{}", None, &expect![[r#"<133>1 - - snmp-proxy - - [snmpTrap@0 number="7"] trap"#]]);
    }

    #[test]
    fn quotes_backslashes_and_brackets_are_escaped_in_parameters() {
        let json = r#"{"snmp":{"version":"a\"b\\c]d[e\n"}}"#;
        check(
            json,
            None,
            &expect![[r#"<133>1 - - snmp-proxy - - [snmpTrap@0 number="7" version="a\"b\\c\]d[e "] trap"#]],
        );
    }

    #[test]
    fn text_that_is_not_ascii_is_announced_as_utf_8() {
        let json = r#"{"trap":{"oid":"1.2","name":"Störung x"}}"#;
        check(json, None, &expect![[r#"<133>1 - - snmp-proxy - Strungx [snmpTrap@0 number="7" oid="1.2"] ﻿Störung x"#]]);
    }

    #[test]
    fn a_long_message_is_cut_between_signs() {
        let json = format!(r#"{{"varbinds":[{{"oid":"1.2","text":"{}"}}]}}"#, "ü".repeat(3_000));
        for max in 200..210 {
            let message = message(Some(1), &Record::read(&json).unwrap(), None, 1, max);
            let text = String::from_utf8(message).unwrap();
            assert!(text.len() <= max && text.len() > max - 2 && text.ends_with("ü…"), "{max}: {text}");
        }
    }
}
