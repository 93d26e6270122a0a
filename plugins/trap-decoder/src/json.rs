//! Writes JSON straight into text: a record is written once and never exists as a tree of values.

use std::fmt::Write as _;

/// JSON being written. Commas are put where they belong; brackets are the caller's.
#[derive(Debug, Default)]
pub(crate) struct Json {
    text: String,
}

impl Json {
    /// Nothing yet, with room for so many octets.
    pub(crate) fn with_capacity(octets: usize) -> Json {
        Json { text: String::with_capacity(octets) }
    }

    /// What was written.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Text that is JSON, or a part of it, already.
    pub(crate) fn raw(&mut self, json: &str) {
        self.text.push_str(json);
    }

    /// A comma, unless an object or array has just begun.
    fn comma(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }

    /// Begins an object or array in an array.
    pub(crate) fn open(&mut self, bracket: &str) {
        self.comma();
        self.text.push_str(bracket);
    }

    /// The key of the next value, which has to need no escaping.
    pub(crate) fn key(&mut self, key: &str) {
        self.comma();
        self.text.push('"');
        self.text.push_str(key);
        self.text.push_str("\":");
    }

    /// A member whose value is text that needs no escaping, or null.
    pub(crate) fn word(&mut self, key: &str, word: Option<&str>) {
        self.key(key);
        match word {
            Some(word) => self.quoted(|json| json.raw(word)),
            None => self.raw("null"),
        }
    }

    /// A member that is a number, or null.
    pub(crate) fn number_or_null(&mut self, key: &str, number: Option<i64>) {
        self.key(key);
        match number {
            Some(number) => self.signed(number),
            None => self.raw("null"),
        }
    }

    /// A text of parts that need no escaping.
    pub(crate) fn quoted(&mut self, parts: impl FnOnce(&mut Json)) {
        self.text.push('"');
        parts(self);
        self.text.push('"');
    }

    /// A text.
    pub(crate) fn string(&mut self, text: &str) {
        self.text.push('"');
        let mut plain = 0;
        for (position, octet) in text.bytes().enumerate() {
            if octet >= 0x20 && octet != b'"' && octet != b'\\' {
                continue;
            }
            self.text.push_str(text.get(plain..position).unwrap_or_default());
            plain = position + 1;
            match octet {
                b'"' => self.text.push_str("\\\""),
                b'\\' => self.text.push_str("\\\\"),
                b'\n' => self.text.push_str("\\n"),
                b'\r' => self.text.push_str("\\r"),
                b'\t' => self.text.push_str("\\t"),
                _ => {
                    // Writing to a String cannot fail.
                    let _ = write!(self.text, "\\u{octet:04x}");
                }
            }
        }
        self.text.push_str(text.get(plain..).unwrap_or_default());
        self.text.push('"');
    }

    /// A number without a sign.
    #[inline]
    pub(crate) fn number(&mut self, mut number: u64) {
        if number < 10 {
            return self.text.push(char::from(b'0' + number as u8));
        }
        let mut digits = [0_u8; 20];
        let mut begin = digits.len();
        for (position, digit) in digits.iter_mut().enumerate().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
            begin = position;
            if number == 0 {
                break;
            }
        }
        let digits = digits.get(begin..).unwrap_or_default();
        self.text.push_str(std::str::from_utf8(digits).unwrap_or_default());
    }

    /// A number that may be negative.
    pub(crate) fn signed(&mut self, number: i64) {
        if number < 0 {
            self.text.push('-');
        }
        self.number(number.unsigned_abs());
    }

    /// Lower-case hex digits.
    pub(crate) fn hex(&mut self, octets: &[u8]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.text.reserve(octets.len() * 2);
        for octet in octets {
            for digit in [octet >> 4, octet & 15] {
                self.text.push(DIGITS.get(usize::from(digit)).copied().map_or('0', char::from));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = "a\"b\\c\n\r\t\u{1}ü☃";
        let mut json = Json::default();
        json.raw("{");
        json.key("text");
        json.string(text);
        json.word("none", None);
        json.number_or_null("number", Some(i64::MIN));
        json.key("list");
        json.raw("[");
        json.open("[");
        json.number(u64::MAX);
        json.raw("]");
        json.open("[]");
        json.raw("]}");
        let json = json.into_text();
        let read: snmp_proxy_sdk::serde_json::Value = snmp_proxy_sdk::serde_json::from_str(&json).unwrap();
        assert_eq!(read["text"], text);
        assert!(json.ends_with(r#""none":null,"number":-9223372036854775808,"list":[[18446744073709551615],[]]}"#));
    }
}
