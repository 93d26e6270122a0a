//! Reads BER of unknown origin.
//!
//! snmp2's `AsnReader` cuts the octets into tag, length and content; what they mean is decided here. What cannot be
//! read is an error, but for the value of a varbind: the varbind says where it ends and its name was read, so one bad
//! value costs one value. Lengths longer than needed are legal (RFC 3417 section 8) and read; indefinite lengths are
//! not.

use snmp2::AsnReader;

use crate::{
    Oid, Value, Varbind,
    integer::{signed, unsigned},
    tag,
};

/// Octets that are read from their start.
#[derive(Clone)]
pub struct Reader<'a> {
    inner: AsnReader<'a>,
}

/// Why octets are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Something is missing at the end.
    #[error("truncated message")]
    Truncated,
    /// A length is indefinite or reaches behind the end.
    #[error("invalid length: indefinite, or beyond the end of the message")]
    Length,
    /// An identifier of more than one octet where a message has none. As the value of a varbind it is read.
    #[error("unsupported tag of more than one octet")]
    LongTag,
    /// Another element was expected.
    #[error("unexpected tag 0x{found:02x} instead of 0x{expected:02x}")]
    Tag {
        /// What belongs there.
        expected: u8,
        /// What is there.
        found: u8,
    },
    /// An integer without an octet, or of more than a message's field can hold.
    #[error("invalid INTEGER of {octets} octets")]
    Integer {
        /// How many it has.
        octets: usize,
    },
    /// A number below zero where there can be none.
    #[error("negative value for an unsigned field")]
    Negative,
    /// A name that is no OID of at most 128 arcs below 2³².
    #[error("invalid OID as the name of a varbind")]
    Name,
}

impl<'a> Reader<'a> {
    /// Reads `octets`.
    #[must_use]
    pub fn new(octets: &'a [u8]) -> Self {
        Self { inner: AsnReader::from_bytes(octets) }
    }

    /// Whether everything was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.bytes_left() == 0
    }

    /// How many octets were not read yet.
    #[must_use]
    pub(crate) fn octets_left(&self) -> usize {
        self.inner.bytes_left()
    }

    /// Reads the next element: its tag and its content.
    pub fn element(&mut self) -> Result<(u8, &'a [u8]), DecodeError> {
        let tag = self.inner.peek_byte().map_err(|_| DecodeError::Truncated)?;
        if tag & 0x1f == 0x1f {
            return Err(DecodeError::LongTag);
        }
        let content = self.inner.read_raw(tag).map_err(|_| DecodeError::Length)?;
        Ok((tag, content))
    }

    /// Reads the content of the next element, which must have this tag.
    pub fn expect(&mut self, expected: u8) -> Result<&'a [u8], DecodeError> {
        match self.element()? {
            (found, content) if found == expected => Ok(content),
            (found, _) => Err(DecodeError::Tag { expected, found }),
        }
    }

    /// Reads an INTEGER of a message: a version, an id, a status.
    pub fn integer(&mut self) -> Result<i32, DecodeError> {
        let content = self.expect(tag::INTEGER)?;
        let error = DecodeError::Integer { octets: content.len() };
        signed(content).and_then(|number| i32::try_from(number).ok()).ok_or(error)
    }

    /// Reads an INTEGER (0..2147483647) of a message.
    pub fn natural(&mut self) -> Result<u32, DecodeError> {
        u32::try_from(self.integer()?).map_err(|_| DecodeError::Negative)
    }

    /// Reads a name and its value.
    ///
    /// A value that cannot be read becomes [`Value::Unknown`], whatever is wrong with it. A name that cannot be read is
    /// an error: nobody knows what the value would be of.
    pub fn varbind(&mut self) -> Result<Varbind, DecodeError> {
        let content = self.expect(tag::SEQUENCE)?;
        let mut inner = Reader::new(content);
        let name = oid(inner.expect(tag::OBJECT_IDENTIFIER)?).ok_or(DecodeError::Name)?;
        let behind = content.len() - inner.octets_left();
        let value = match inner.element() {
            Ok((tag, content)) if inner.is_empty() && tag != tag::NO_ELEMENT => value(tag, content),
            _ => unusual(content.get(behind..).unwrap_or_default()),
        };
        Ok(Varbind { name, value })
    }
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("octets_left", &self.inner.bytes_left()).finish()
    }
}

fn value(tag: u8, content: &[u8]) -> Value {
    let small = || unsigned(content).and_then(|number| u32::try_from(number).ok());
    let fits = match tag {
        tag::INTEGER => signed(content).and_then(|number| i32::try_from(number).ok()).map(Value::Integer),
        tag::OCTET_STRING => Some(Value::OctetString(content.to_vec())),
        tag::NULL => content.is_empty().then_some(Value::Null),
        tag::OBJECT_IDENTIFIER => oid(content).map(Value::ObjectIdentifier),
        tag::IP_ADDRESS => content.try_into().ok().map(Value::IpAddress),
        tag::COUNTER32 => small().map(Value::Counter32),
        tag::GAUGE32 => small().map(Value::Gauge32),
        tag::TIME_TICKS => small().map(Value::TimeTicks),
        tag::OPAQUE => Some(Value::Opaque(content.to_vec())),
        tag::NSAP_ADDRESS => Some(Value::NsapAddress(content.to_vec())),
        tag::COUNTER64 => unsigned(content).map(Value::Counter64),
        tag::UINTEGER32 => small().map(Value::UInteger32),
        tag::NO_SUCH_OBJECT => Some(Value::NoSuchObject),
        tag::NO_SUCH_INSTANCE => Some(Value::NoSuchInstance),
        tag::END_OF_MIB_VIEW => Some(Value::EndOfMibView),
        _ => None,
    };
    fits.unwrap_or_else(|| Value::Unknown { tag, octets: content.to_vec() })
}

/// What stands behind a name where that is not one element with an identifier of one octet.
#[cold]
fn unusual(octets: &[u8]) -> Value {
    let (tag, octets) = high_tag(octets).unwrap_or_else(|| (tag::NO_ELEMENT, octets.to_vec()));
    Value::Unknown { tag, octets }
}

/// The first octet of an identifier in the high-tag-number form (X.690 section 8.1.2.4), and all of its octets with the
/// contents behind them. Nothing where the octets are not just such an element.
fn high_tag(octets: &[u8]) -> Option<(u8, Vec<u8>)> {
    let (first, identifier_octets) = (*octets.first()?, tag::high_octets(octets)?);
    let (identifier, _) = octets.split_at_checked(identifier_octets)?;
    // The last octet of the identifier stands before the length as a short one would.
    let last = identifier_octets.checked_sub(1)?;
    let mut reader = AsnReader::from_bytes(octets.get(last..)?);
    let content = reader.read_raw(*identifier.last()?).ok()?;
    (reader.bytes_left() == 0).then(|| (first, [identifier, content].concat()))
}

fn oid(content: &[u8]) -> Option<Oid> {
    // So many octets are one arc more at most. To begin with a list for the longest one would cost more than reading.
    if content.len() < FEW_ARCS { oid_within::<FEW_ARCS>(content) } else { oid_within::<{ Oid::MAX_ARCS }>(content) }
}

/// How many arcs most OIDs do not reach.
const FEW_ARCS: usize = 24;

fn oid_within<const MAX_ARCS: usize>(content: &[u8]) -> Option<Oid> {
    let mut octets = content.iter();
    let mut arcs = [0; MAX_ARCS];
    let [first, second, ..] = arcs.as_mut_slice() else { return None };
    // The first two arcs are in one number.
    let both = subidentifier(&mut octets)?;
    let head = (both / 40).min(2);
    *first = u32::try_from(head).ok()?;
    *second = u32::try_from(both - head * 40).ok()?;
    let mut count = 2;
    while !octets.as_slice().is_empty() {
        *arcs.get_mut(count)? = u32::try_from(subidentifier(&mut octets)?).ok()?;
        count += 1;
    }
    Oid::new(arcs.get(..count)?).ok()
}

/// Reads a number in octets of seven bits; nothing where it has no end, or cannot be an arc nor two.
#[inline]
fn subidentifier(octets: &mut std::slice::Iter<'_, u8>) -> Option<u64> {
    let mut octet = *octets.next()?;
    let mut number = u64::from(octet & 0x7f);
    while octet & 0x80 != 0 {
        if number >> 28 != 0 {
            return None;
        }
        octet = *octets.next()?;
        number = (number << 7) | u64::from(octet & 0x7f);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ber::Writer;

    /// Reads the value of a varbind whose value is `hex`.
    #[track_caller]
    fn check(hex: &str, expected: &str) {
        let value: Vec<u8> = hex.split(' ').map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect();
        let mut octets = vec![0x30, u8::try_from(value.len() + 3).unwrap(), 6, 1, 0x2b];
        octets.extend(value);
        let read = match Reader::new(&octets).varbind() {
            Ok(varbind) => format!("{:?}", varbind.value),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn lengths_longer_than_needed_are_legal() {
        check("02 81 01 05", "Integer(5)");
        check("02 84 00 00 00 02 01 00", "Integer(256)");
    }

    #[test]
    fn unsigned_numbers_without_their_leading_zero_are_positive() {
        check("41 02 ff ff", "Counter32(65535)");
        check("41 05 00 ff ff ff ff", "Counter32(4294967295)");
        check("46 08 ff ff ff ff ff ff ff ff", "Counter64(18446744073709551615)");
        check("46 09 00 80 00 00 00 00 00 00 00", "Counter64(9223372036854775808)");
    }

    #[test]
    fn octets_that_only_pad_an_integer_do_not_count() {
        check("02 05 00 7f ff ff ff", "Integer(2147483647)");
        check("02 06 ff ff 80 00 00 00", "Integer(-2147483648)");
        check("02 0a 00 00 00 00 00 00 00 00 00 00", "Integer(0)");
        check("42 0a 00 00 00 00 00 00 ff ff ff ff", "Gauge32(4294967295)");
        check("46 0a 00 00 ff ff ff ff ff ff ff ff", "Counter64(18446744073709551615)");
    }

    #[test]
    fn content_that_does_not_fit_its_tag_is_kept() {
        check("02 05 01 00 00 00 00", "Unknown { tag: 2, octets: [1, 0, 0, 0, 0] }");
        check("02 04 80 00 00 00", "Integer(-2147483648)");
        check("02 05 00 80 00 00 00", "Unknown { tag: 2, octets: [0, 128, 0, 0, 0] }");
        check("42 05 02 54 0b e4 00", "Unknown { tag: 66, octets: [2, 84, 11, 228, 0] }");
        check("46 09 01 00 00 00 00 00 00 00 00", "Unknown { tag: 70, octets: [1, 0, 0, 0, 0, 0, 0, 0, 0] }");
        check("40 03 01 02 03", "Unknown { tag: 64, octets: [1, 2, 3] }");
        check("06 00", "Unknown { tag: 6, octets: [] }");
        check("06 02 2b 86", "Unknown { tag: 6, octets: [43, 134] }");
        check("05 01 00", "Unknown { tag: 5, octets: [0] }");
        check("48 02 01 02", "Unknown { tag: 72, octets: [1, 2] }");
    }

    #[test]
    fn integers_without_octets_are_kept() {
        for tag in [0x02, 0x41, 0x42, 0x43, 0x46, 0x47] {
            check(&format!("{tag:02x} 00"), &format!("Unknown {{ tag: {tag}, octets: [] }}"));
        }
    }

    #[test]
    fn a_tag_of_several_octets_is_kept_with_all_of_them() {
        check("9f 78 04 40 20 00 00", "Unknown { tag: 159, octets: [159, 120, 64, 32, 0, 0] }");
        check("1f 85 01 00", "Unknown { tag: 31, octets: [31, 133, 1] }");
        check("5f ff ff 7f 81 01 05", "Unknown { tag: 95, octets: [95, 255, 255, 127, 5] }");
        // As short ones these would be an INTEGER and an identifier that goes on.
        check("1f 02 01 05", "Unknown { tag: 31, octets: [31, 2, 5] }");
        check("9f 1f 00", "Unknown { tag: 159, octets: [159, 31] }");
    }

    #[test]
    fn what_is_no_element_is_kept_under_tag_0() {
        check("04 80 00 00", "Unknown { tag: 0, octets: [4, 128, 0, 0] }");
        check("04 05 00", "Unknown { tag: 0, octets: [4, 5, 0] }");
        check("04", "Unknown { tag: 0, octets: [4] }");
        check("05 00 05 00", "Unknown { tag: 0, octets: [5, 0, 5, 0] }");
        check("9f 78 05 00", "Unknown { tag: 0, octets: [159, 120, 5, 0] }");
        check("9f f8", "Unknown { tag: 0, octets: [159, 248] }");
        check("9f 78 01 00 05 00", "Unknown { tag: 0, octets: [159, 120, 1, 0, 5, 0] }");
        check("00 01 07", "Unknown { tag: 0, octets: [0, 1, 7] }");
        let nothing = [0x30, 3, 6, 1, 0x2b];
        assert_eq!(Reader::new(&nothing).varbind().map(|varbind| varbind.value), Ok(Value::UNREADABLE));
    }

    #[test]
    fn an_oid_has_at_most_128_arcs_below_2_to_the_32() {
        let arcs = |octets: usize| oid(&vec![1; octets]).map(|oid| oid.arcs().len());
        let counted = [1, FEW_ARCS - 1, FEW_ARCS, 127, 128].map(arcs);
        assert_eq!(counted, [Some(2), Some(FEW_ARCS), Some(FEW_ARCS + 1), Some(128), None]);
        check("06 07 2b 80 80 80 80 80 01", "ObjectIdentifier(1.3.1)");
        check("06 06 2b 8f ff ff ff 7f", "ObjectIdentifier(1.3.4294967295)");
        check("06 06 2b 90 80 80 80 00", "Unknown { tag: 6, octets: [43, 144, 128, 128, 128, 0] }");
        check("06 05 90 80 80 81 00", "Unknown { tag: 6, octets: [144, 128, 128, 129, 0] }");
    }

    #[test]
    fn a_varbind_that_cannot_be_followed_is_an_error() {
        let read = |octets: &[u8]| Reader::new(octets).varbind().map_err(|error| error.to_string()).unwrap_err();
        assert_eq!(read(&[0x30, 9, 6, 1, 0x2b, 5, 0]), "invalid length: indefinite, or beyond the end of the message");
        assert_eq!(
            read(&[0x30, 0x80, 6, 1, 0x2b, 5, 0, 0, 0]),
            "invalid length: indefinite, or beyond the end of the message"
        );
        assert_eq!(read(&[0x31, 5, 6, 1, 0x2b, 5, 0]), "unexpected tag 0x31 instead of 0x30");
        assert_eq!(read(&[0x30, 4, 6, 0, 5, 0]), "invalid OID as the name of a varbind");
        assert_eq!(read(&[0x30, 0]), "truncated message");
        assert_eq!(read(&[0x3f, 0x81, 0, 5]), "unsupported tag of more than one octet");
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let octets = || prop::collection::vec(any::<u8>(), 0..200);
        prop_oneof![
            any::<i32>().prop_map(Value::Integer),
            octets().prop_map(Value::OctetString),
            Just(Value::Null),
            any_oid().prop_map(Value::ObjectIdentifier),
            any::<[u8; 4]>().prop_map(Value::IpAddress),
            any::<u32>().prop_map(Value::Counter32),
            any::<u32>().prop_map(Value::Gauge32),
            any::<u32>().prop_map(Value::TimeTicks),
            octets().prop_map(Value::Opaque),
            octets().prop_map(Value::NsapAddress),
            any::<u64>().prop_map(Value::Counter64),
            any::<u32>().prop_map(Value::UInteger32),
            Just(Value::NoSuchObject),
            Just(Value::NoSuchInstance),
            Just(Value::EndOfMibView),
            octets().prop_map(|octets| Value::Unknown { tag: 0x48, octets }),
            octets().prop_map(|octets| Value::Unknown { tag: 0x9f, octets: [&[0x9f, 0x82, 1], &octets[..]].concat() }),
            octets().prop_map(|octets| Value::Unknown { tag: 0, octets: [&[0], &octets[..]].concat() }),
            Just(Value::UNREADABLE),
        ]
    }

    fn any_oid() -> impl Strategy<Value = Oid> {
        let rest = || prop::collection::vec(any::<u32>(), 0..126);
        let head = prop_oneof![(0..2u32, 0..40u32), (Just(2), any::<u32>())];
        (head, rest()).prop_map(|((first, second), rest)| Oid::from([first, second]).join(&rest).unwrap())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(name in any_oid(), value in any_value()) {
            let varbind = Varbind { name, value };
            let mut writer = Writer::default();
            writer.varbind(&varbind);
            prop_assert_eq!(Reader::new(&writer.finish()).varbind(), Ok(varbind));
        }

        #[test]
        fn random_octets_are_read_without_a_panic(octets in prop::collection::vec(any::<u8>(), 0..100)) {
            let mut reader = Reader::new(&octets);
            while reader.varbind().is_ok() {}
            let mut reader = Reader::new(&octets);
            while let Ok((tag, content)) = reader.element() {
                let _ = value(tag, content);
            }
        }
    }
}
