//! The escapes of a Python byte string, as values with the suffix `e` have them.

use crate::{LineError, scan::hex};

/// Reads the escapes.
pub(super) fn unescape(text: &[u8]) -> Result<Vec<u8>, LineError> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [sign, after @ ..] = rest {
        rest = after;
        if *sign != b'\\' {
            octets.push(*sign);
            continue;
        }
        let [escape, after @ ..] = rest else { return Err(LineError::Escape) };
        rest = after;
        octets.push(match escape {
            b'\\' | b'\'' | b'"' => *escape,
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            b'0'..=b'7' => {
                let more = rest.iter().take(2).take_while(|sign| matches!(sign, b'0'..=b'7')).count();
                let (digits, after) = rest.split_at(more);
                rest = after;
                let number =
                    digits.iter().fold(u32::from(escape - b'0'), |number, digit| number << 3 | u32::from(digit - b'0'));
                u8::try_from(number).map_err(|_| LineError::Escape)?
            }
            b'x' => {
                let (digits, after) = rest.split_at_checked(2).ok_or(LineError::Escape)?;
                rest = after;
                let pair = hex(digits).map_err(|_| LineError::Escape)?;
                pair.first().copied().ok_or(LineError::Escape)?
            }
            _ => return Err(LineError::Escape),
        });
    }
    Ok(octets)
}
