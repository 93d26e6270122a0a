//! The form in which net-snmp's `snmpwalk -On` prints a device: lines of `OID = TYPE: VALUE`.
//!
//! Texts and hexadecimal values may go on over several lines. net-snmp prints names that it has no MIB for as `iso.…`;
//! these are read as well. What it says where there was no value (`No Such Object…`, `No more variables…`, `End of MIB`) is passed
//! over. With MIBs loaded it prints MAC addresses as unquoted text, `0:0:5e:0:53:1`: six such parts are taken as octets.

use snmp_engine::{Value, Varbind};

use super::{
    lines::{LineError, Lines, hex, oid, text_of},
    snmprec::address,
};

/// Reads all entries; lines that cannot be read are noted in `lines`.
pub(super) fn read(lines: &mut Lines<'_>) -> Vec<Varbind> {
    let mut varbinds = Vec::new();
    while let Some(line) = lines.next() {
        if line.trim_ascii().is_empty() || line.starts_with(b"#") || is_end(line) {
            continue;
        }
        let number = lines.number();
        let Some((name, said)) = split_entry(line) else {
            lines.note(number, line, LineError::NotAnEntry);
            continue;
        };
        let said = whole_entry(lines, said);
        match varbind(name, &said) {
            Ok(varbind) => varbinds.extend(varbind),
            Err(error) => lines.note(number, line, error),
        }
    }
    varbinds
}

/// Whether a line is the first of an entry.
pub(super) fn starts_entry(line: &[u8]) -> bool {
    split_entry(line).is_some()
}

/// Whether a line says that a walk over SNMPv1 has ended.
fn is_end(line: &[u8]) -> bool {
    line.trim_ascii() == b"End of MIB"
}

/// Splits the first line of an entry into the name and what is said of it.
fn split_entry(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = line.iter().position(|sign| matches!(sign, b' ' | b'='))?;
    let (name, said) = line.split_at_checked(end)?;
    let looks_like_a_name = name.starts_with(b"iso.") || name.starts_with(b".") || name.first()?.is_ascii_digit();
    let only_arcs =
        name.iter().skip_while(|sign| sign.is_ascii_alphabetic()).all(|sign| matches!(sign, b'0'..=b'9' | b'.'));
    let said = said.trim_ascii_start().strip_prefix(b"=")?;
    (looks_like_a_name && only_arcs).then_some((name, said.strip_prefix(b" ").unwrap_or(said)))
}

/// Joins the lines of an entry that goes on after its first line.
fn whole_entry(lines: &mut Lines<'_>, first: &[u8]) -> Vec<u8> {
    let mut said = first.to_vec();
    let quoted = first.strip_prefix(b"STRING: \"").or_else(|| first.strip_prefix(b"\""));
    if let Some(start) = quoted {
        let mut open = quote_is_open(start);
        while open && let Some(line) = lines.peek().filter(|line| !starts_entry(line)) {
            lines.next();
            said.push(b'\n');
            said.extend_from_slice(line);
            open = quote_is_open(line);
        }
        return said;
    }
    let hexadecimal = first.starts_with(b"Hex-STRING:") || first.starts_with(b"BITS:");
    let text = first.starts_with(b"STRING:");
    while let Some(line) = lines.peek().filter(|line| !starts_entry(line) && !is_end(line)) {
        let more_hex = hexadecimal && !line.is_empty() && hex(hex_part(line)).is_ok();
        // An empty line at the very end of the file ends its last line, and no text.
        let more_text = text && !(line.is_empty() && lines.next_is_last());
        if !more_hex && !more_text {
            break;
        }
        lines.next();
        said.push(b'\n');
        said.extend_from_slice(line);
    }
    said
}

/// Whether a quoted text goes on after this part of it.
fn quote_is_open(part: &[u8]) -> bool {
    let mut escaped = false;
    for sign in part {
        match sign {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return false,
            _ => {}
        }
    }
    true
}

fn varbind(name: &[u8], said: &[u8]) -> Result<Option<Varbind>, LineError> {
    let name = walk_oid(name)?;
    Ok(value(said)?.map(|value| Varbind { name, value }))
}

fn walk_oid(text: &[u8]) -> Result<snmp_engine::Oid, LineError> {
    match text.trim_ascii().strip_prefix(b"iso") {
        Some(rest) => oid(&[b"1", rest].concat()),
        None => oid(text),
    }
}

/// Reads what is said of a name; `None` where that is only that there is no value.
fn value(said: &[u8]) -> Result<Option<Value>, LineError> {
    const NO_VALUE: [&[u8]; 3] = [b"No Such Object", b"No Such Instance", b"No more variables left"];
    if NO_VALUE.iter().any(|start| said.starts_with(start)) {
        return Ok(None);
    }
    // "Wrong Type (should be Gauge32 or Unsigned32): INTEGER: 5": what the agent sent is what counts.
    if let Some(place) = said.strip_prefix(b"Wrong Type (").and_then(|_| said.windows(3).position(|w| w == b"): ")) {
        return value(said.get(place + 3..).unwrap_or_default());
    }
    if said.starts_with(b"\"") {
        return Ok(Some(Value::OctetString(unquote(said)?)));
    }
    let mut parts = said.splitn(2, |sign| *sign == b':');
    let kind = parts.next().unwrap_or_default();
    let content = parts.next().map(|content| content.strip_prefix(b" ").unwrap_or(content));
    let Some(content) = content else {
        return if said.trim_ascii() == b"NULL" { Ok(Some(Value::Null)) } else { Err(LineError::Type) };
    };
    typed_value(kind, content).map(Some)
}

fn typed_value(kind: &[u8], content: &[u8]) -> Result<Value, LineError> {
    let unsigned = || u32::try_from(number(content)?).map_err(|_| LineError::Range);
    match kind {
        b"STRING" if content.starts_with(b"\"") => Ok(Value::OctetString(unquote(content)?)),
        b"STRING" => Ok(Value::OctetString(mac(content).unwrap_or_else(|| content.to_vec()))),
        b"Hex-STRING" => Ok(Value::OctetString(hex(hex_part(content))?)),
        b"BITS" => bits(content),
        b"INTEGER" | b"Integer32" => Ok(Value::Integer(i32::try_from(number(content)?).map_err(|_| LineError::Range)?)),
        b"Counter32" => Ok(Value::Counter32(unsigned()?)),
        b"Gauge32" | b"Unsigned32" => Ok(Value::Gauge32(unsigned()?)),
        b"UInteger32" => Ok(Value::UInteger32(unsigned()?)),
        b"Timeticks" => Ok(Value::TimeTicks(unsigned()?)),
        b"Counter64" => Ok(Value::Counter64(u64::try_from(number(content)?).map_err(|_| LineError::Range)?)),
        b"OID" => Ok(Value::ObjectIdentifier(walk_oid(content)?)),
        b"IpAddress" => address(&text_of(content)),
        b"Network Address" => {
            let digits: Vec<u8> = content.iter().map(|sign| if *sign == b':' { b' ' } else { *sign }).collect();
            Ok(Value::IpAddress(hex(&digits)?.try_into().map_err(|_| LineError::Address)?))
        }
        b"Opaque" | b"OPAQUE" => opaque(content),
        _ => Err(LineError::Type),
    }
}

/// Reads `5`, `up(1)`, `(123) 0:00:01.23` or `30 seconds`.
fn number(content: &[u8]) -> Result<i128, LineError> {
    let content = content.trim_ascii();
    let open = content.iter().position(|sign| *sign == b'(');
    let close = content.iter().position(|sign| *sign == b')');
    let digits = match (open, close) {
        (Some(open), Some(close)) => content.get(open + 1..close).unwrap_or_default(),
        _ => content.split(|sign| *sign == b' ').next().unwrap_or_default(),
    };
    text_of(digits).parse().map_err(|_| LineError::Number)
}

/// The hexadecimal part of a value, without the text that `-OT` prints behind it in brackets.
fn hex_part(content: &[u8]) -> &[u8] {
    content.split(|sign| *sign == b'[').next().unwrap_or_default()
}

/// Reads `80 0A first(0) other(5)`: octets, then the names of the bits.
fn bits(content: &[u8]) -> Result<Value, LineError> {
    let words = content.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let pairs = words.take_while(|word| word.len() == 2 && word.iter().all(u8::is_ascii_hexdigit));
    Ok(Value::OctetString(hex(&pairs.collect::<Vec<_>>().concat())?))
}

/// Reads `Float: 1.5`, which net-snmp wraps into an Opaque as `9f 78 04` and four octets.
fn opaque(content: &[u8]) -> Result<Value, LineError> {
    let text = text_of(content.strip_prefix(b"Float: ").ok_or(LineError::Type)?);
    let float: f32 = text.trim().parse().map_err(|_| LineError::Range)?;
    let mut octets = vec![0x9f, 0x78, 0x04];
    octets.extend(float.to_be_bytes());
    Ok(Value::Opaque(octets))
}

/// Reads six parts of one or two hexadecimal digits between colons.
fn mac(content: &[u8]) -> Option<Vec<u8>> {
    let parts: Vec<&[u8]> = content.trim_ascii().split(|sign| *sign == b':').collect();
    let part = |part: &&[u8]| match part {
        [digit] | [b'0', digit] => u8::try_from((*digit as char).to_digit(16)?).ok(),
        pair => hex(pair).ok().filter(|octets| octets.len() == 1 && pair.len() == 2)?.first().copied(),
    };
    if parts.len() == 6 { parts.iter().map(part).collect() } else { None }
}

/// Reads a text in double quotes; a backslash takes the next octet as it is.
fn unquote(said: &[u8]) -> Result<Vec<u8>, LineError> {
    let mut octets = Vec::with_capacity(said.len());
    let mut rest = said.strip_prefix(b"\"").ok_or(LineError::Quote)?.iter();
    while let Some(sign) = rest.next() {
        match sign {
            b'\\' => octets.push(*rest.next().ok_or(LineError::Quote)?),
            b'"' => return if rest.as_slice().trim_ascii().is_empty() { Ok(octets) } else { Err(LineError::Quote) },
            _ => octets.push(*sign),
        }
    }
    Err(LineError::Quote)
}
