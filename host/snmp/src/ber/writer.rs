//! Writes BER with the shortest lengths and integers there are.
//!
//! A length stands before what it counts, so the message is written from its end to its start: the last element
//! first, and the header of a SEQUENCE after its content. Nothing is measured twice or moved.

use crate::{Oid, Value, Varbind, ber::tag};

/// A message that grows from its end to its start.
#[derive(Debug, Default)]
#[must_use]
pub struct Writer {
    /// The octets so far, last octet first.
    reversed: Vec<u8>,
}

impl Writer {
    /// Starts a message that will probably have at most `capacity` octets.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { reversed: Vec::with_capacity(capacity) }
    }

    /// Returns the message, first octet first.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let mut octets = self.reversed;
        octets.reverse();
        octets
    }

    /// Writes what `content` writes, in a tag and a length.
    pub fn constructed(&mut self, tag: u8, content: impl FnOnce(&mut Self)) {
        let end = self.reversed.len();
        content(self);
        self.header(tag, self.reversed.len() - end);
    }

    /// Writes a string of octets under any tag.
    pub fn octets(&mut self, tag: u8, octets: &[u8]) {
        self.reversed.extend(octets.iter().rev());
        self.header(tag, octets.len());
    }

    /// Writes a string of octets: what `content` writes, then padded with zeros to whole blocks, then changed by
    /// `change`, which sees it first octet first. So a text is encrypted where it stands.
    pub(crate) fn changed_octets(
        &mut self,
        tag: u8,
        block_octets: usize,
        content: impl FnOnce(&mut Self),
        change: impl FnOnce(&mut [u8]),
    ) {
        let end = self.reversed.len();
        content(self);
        let blocks = (self.reversed.len() - end).next_multiple_of(block_octets.max(1));
        let padding = blocks - (self.reversed.len() - end);
        self.reversed.splice(end..end, std::iter::repeat_n(0, padding));
        let text = self.reversed.get_mut(end..).unwrap_or_default();
        text.reverse();
        change(text);
        text.reverse();
        self.header(tag, self.reversed.len() - end);
    }

    /// How many octets were written so far: those from here to the message's end.
    #[must_use]
    pub fn octets_written(&self) -> usize {
        self.reversed.len()
    }

    /// Writes a signed integer.
    pub fn integer(&mut self, tag: u8, number: i64) {
        let mut rest = number;
        let mut length = 0;
        loop {
            let octet = rest.to_le_bytes()[0];
            self.reversed.push(octet);
            length += 1;
            rest >>= 8;
            // The first octet carries the sign: one more is needed where it would read as the other one.
            let sign_shows = (octet & 0x80 != 0) == (rest < 0);
            if (rest == 0 || rest == -1) && sign_shows {
                break;
            }
        }
        self.header(tag, length);
    }

    /// Writes an unsigned integer: a leading zero where its first bit is set, nine octets from 2⁶³ on.
    pub fn unsigned(&mut self, tag: u8, number: u64) {
        let mut rest = number;
        let mut length = 0;
        loop {
            let octet = rest.to_le_bytes()[0];
            self.reversed.push(octet);
            length += 1;
            rest >>= 8;
            if rest == 0 {
                if octet & 0x80 != 0 {
                    self.reversed.push(0);
                    length += 1;
                }
                break;
            }
        }
        self.header(tag, length);
    }

    /// Writes an OID. One of fewer than two arcs is written with zeros behind it: `1` as `1.0`, before all it heads.
    pub fn oid(&mut self, oid: &Oid) {
        let end = self.reversed.len();
        let (first, second, rest) = match oid.arcs() {
            [first, second, rest @ ..] => (*first, *second, rest),
            [first] => (*first, 0, &[][..]),
            [] => (0, 0, &[][..]),
        };
        for arc in rest.iter().rev() {
            self.subidentifier(u64::from(*arc));
        }
        self.subidentifier(u64::from(first) * 40 + u64::from(second));
        self.header(tag::OBJECT_IDENTIFIER, self.reversed.len() - end);
    }

    /// Writes a value under its own tag.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Integer(number) => self.integer(tag::INTEGER, i64::from(*number)),
            Value::OctetString(octets) => self.octets(tag::OCTET_STRING, octets),
            Value::Null => self.header(tag::NULL, 0),
            Value::ObjectIdentifier(oid) => self.oid(oid),
            Value::IpAddress(octets) => self.octets(tag::IP_ADDRESS, octets),
            Value::Counter32(number) => self.unsigned(tag::COUNTER32, u64::from(*number)),
            Value::Gauge32(number) => self.unsigned(tag::GAUGE32, u64::from(*number)),
            Value::TimeTicks(number) => self.unsigned(tag::TIME_TICKS, u64::from(*number)),
            Value::Opaque(octets) => self.octets(tag::OPAQUE, octets),
            Value::NsapAddress(octets) => self.octets(tag::NSAP_ADDRESS, octets),
            Value::Counter64(number) => self.unsigned(tag::COUNTER64, *number),
            Value::UInteger32(number) => self.unsigned(tag::UINTEGER32, u64::from(*number)),
            Value::NoSuchObject => self.header(tag::NO_SUCH_OBJECT, 0),
            Value::NoSuchInstance => self.header(tag::NO_SUCH_INSTANCE, 0),
            Value::EndOfMibView => self.header(tag::END_OF_MIB_VIEW, 0),
            Value::Unknown { tag: tag::NO_ELEMENT, octets } => self.reversed.extend(octets.iter().rev()),
            Value::Unknown { tag, octets } if tag::is_high(*tag) => self.high_tag(*tag, octets),
            Value::Unknown { tag, octets } => self.octets(*tag, octets),
        }
    }

    /// Writes an element whose identifier has several octets, which stand before the contents in `octets`. Where they
    /// do not, the tag's number is 31, the least of this form: what is written can be read in any case.
    fn high_tag(&mut self, first: u8, octets: &[u8]) {
        let identifier = tag::high_octets(octets).filter(|_| octets.first() == Some(&first));
        let (identifier, content) = octets.split_at_checked(identifier.unwrap_or(0)).unwrap_or((&[], octets));
        let identifier = if identifier.is_empty() { &[first, 0x1f] } else { identifier };
        if let Some((last, before)) = identifier.split_last() {
            self.octets(*last, content);
            self.reversed.extend(before.iter().rev());
        }
    }

    /// Writes a name and its value.
    pub fn varbind(&mut self, varbind: &Varbind) {
        self.constructed(tag::SEQUENCE, |writer| {
            writer.value(&varbind.value);
            writer.oid(&varbind.name);
        });
    }

    /// Writes a name with NULL, as requests have it.
    pub fn unspecified(&mut self, name: &Oid) {
        self.constructed(tag::SEQUENCE, |writer| {
            writer.header(tag::NULL, 0);
            writer.oid(name);
        });
    }

    fn subidentifier(&mut self, number: u64) {
        let low = |number: u64| number.to_le_bytes()[0] & 0x7f;
        self.reversed.push(low(number));
        let mut rest = number >> 7;
        while rest > 0 {
            self.reversed.push(low(rest) | 0x80);
            rest >>= 7;
        }
    }

    fn header(&mut self, tag: u8, length: usize) {
        let mut rest = length;
        let mut octets = 0u8;
        loop {
            self.reversed.push(rest.to_le_bytes()[0]);
            octets += 1;
            rest >>= 8;
            if rest == 0 {
                break;
            }
        }
        if length > 0x7f {
            self.reversed.push(0x80 | octets);
        }
        self.reversed.push(tag);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &Value, expected: &str) {
        let mut writer = Writer::default();
        writer.value(value);
        let written: Vec<String> = writer.finish().iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(written.join(" "), expected);
    }

    #[test]
    fn integers_are_as_short_as_their_sign_allows() {
        check(&Value::Integer(0), "02 01 00");
        check(&Value::Integer(127), "02 01 7f");
        check(&Value::Integer(128), "02 02 00 80");
        check(&Value::Integer(-1), "02 01 ff");
        check(&Value::Integer(-128), "02 01 80");
        check(&Value::Integer(-129), "02 02 ff 7f");
        check(&Value::Integer(i32::MIN), "02 04 80 00 00 00");
        check(&Value::Integer(i32::MAX), "02 04 7f ff ff ff");
    }

    #[test]
    fn unsigned_numbers_are_never_read_as_negative() {
        check(&Value::Counter32(0), "41 01 00");
        check(&Value::Counter32(u32::MAX), "41 05 00 ff ff ff ff");
        check(&Value::Counter64(1 << 63), "46 09 00 80 00 00 00 00 00 00 00");
        check(&Value::Counter64(u64::MAX), "46 09 00 ff ff ff ff ff ff ff ff");
        check(&Value::Counter64(u64::MAX >> 1), "46 08 7f ff ff ff ff ff ff ff");
    }

    #[test]
    fn oids_are_written_in_base_128() {
        check(&Value::ObjectIdentifier(Oid::from([1, 3, 6, 1])), "06 03 2b 06 01");
        check(&Value::ObjectIdentifier(Oid::from([2, 999, 4294967295])), "06 07 88 37 8f ff ff ff 7f");
        check(&Value::ObjectIdentifier(Oid::from([1])), "06 01 28");
        check(&Value::ObjectIdentifier(Oid::from([2, 4294967295])), "06 05 90 80 80 80 4f");
    }

    #[test]
    fn changed_octets_are_padded_and_seen_in_their_order() {
        let mut writer = Writer::default();
        let content = |writer: &mut Writer| writer.octets(tag::OCTET_STRING, &[7, 8, 9]);
        writer.changed_octets(0x31, 4, content, |text| {
            assert_eq!(text, [4, 3, 7, 8, 9, 0, 0, 0]);
            text[0] = 0xff;
        });
        assert_eq!(writer.octets_written(), 10);
        assert_eq!(writer.finish(), [0x31, 8, 0xff, 3, 7, 8, 9, 0, 0, 0]);
    }

    #[test]
    fn lengths_are_as_short_as_they_can_be() {
        let mut writer = Writer::default();
        writer.octets(tag::OCTET_STRING, &[0; 127]);
        assert_eq!(writer.finish()[..2], [4, 127]);
        let mut writer = Writer::default();
        writer.octets(tag::OCTET_STRING, &[0; 128]);
        assert_eq!(writer.finish()[..3], [4, 0x81, 128]);
        let mut writer = Writer::default();
        writer.octets(tag::OCTET_STRING, &[0; 256]);
        assert_eq!(writer.finish()[..4], [4, 0x82, 1, 0]);
    }
}
