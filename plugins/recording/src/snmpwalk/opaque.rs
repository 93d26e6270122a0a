//! What net-snmp wraps into an Opaque (draft-perkins-opaque-01): floats and integers of 64 bits.

use crate::{LineError, scan::text_of};

/// Reads `Float: 1.5`, and returns the wrapped octets. Units may stand behind the number.
pub(super) fn wrapped(content: &[u8]) -> Result<Vec<u8>, LineError> {
    let text = text_of(content);
    let (kind, number) = text.split_once(": ").ok_or(LineError::Type)?;
    let number = number.split_ascii_whitespace().next().unwrap_or_default();
    match kind {
        "Float" => float(number),
        "Double" => Ok(tagged(0x79, &double(number)?.to_be_bytes())),
        "Counter64" => number.parse().map(|number| tagged(0x76, &unsigned(number))).map_err(|_| LineError::Number),
        "Int64" => number.parse().map(|number| tagged(0x7a, &signed(number))).map_err(|_| LineError::Number),
        "UInt64" => number.parse().map(|number| tagged(0x7b, &unsigned(number))).map_err(|_| LineError::Number),
        _ => Err(LineError::Type),
    }
}

/// Reads a number that net-snmp calls a float. It calls a double the same, and prints both with six decimals: what no
/// float is printed as was a double.
fn float(text: &str) -> Result<Vec<u8>, LineError> {
    let double = double(text)?;
    // net-snmp has room for 127 characters, and cuts off what does not fit: the size of the number is lost.
    if text.len() > 100 && !text.contains('.') {
        return Err(LineError::Range);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the nearest float is what was printed, or it was none")]
    let float = double as f32;
    let is_double =
        float.is_finite() != double.is_finite() || (format!("{float:.6}") != text && format!("{double:.6}") == text);
    Ok(if is_double { tagged(0x79, &double.to_be_bytes()) } else { tagged(0x78, &float.to_be_bytes()) })
}

fn double(text: &str) -> Result<f64, LineError> {
    // The C library of Windows has words of its own.
    let (sign, magnitude) = text.strip_prefix('-').map_or((1.0, text), |magnitude| (-1.0, magnitude));
    match magnitude {
        "inf" | "1.#INF" | "1.#INF00" => Ok(f64::INFINITY * sign),
        "nan" | "1.#QNAN" | "1.#QNAN0" | "1.#IND" | "1.#IND00" => Ok(f64::NAN.copysign(sign)),
        digits if digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) => {
            digits.parse::<f64>().map(|number| number * sign).map_err(|_| LineError::Number)
        }
        _ => Err(LineError::Number),
    }
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    // At most nine octets.
    [&[0x9f, tag, content.len() as u8], content].concat()
}

/// The content of a BER INTEGER that is not negative.
fn unsigned(number: u64) -> Vec<u8> {
    shortest(&i128::from(number).to_be_bytes())
}

fn signed(number: i64) -> Vec<u8> {
    shortest(&number.to_be_bytes())
}

/// Drops octets at the start that only repeat the sign.
fn shortest(octets: &[u8]) -> Vec<u8> {
    let mut rest = octets;
    while let [first, after @ ..] = rest
        && matches!((first, after.first()), (0, Some(0..=0x7f)) | (0xff, Some(0x80..)))
    {
        rest = after;
    }
    rest.to_vec()
}
