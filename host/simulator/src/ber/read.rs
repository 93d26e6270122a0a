//! Reading BER: a cursor over borrowed octets.

use snmp::{Oid, Value, Varbind};

use super::tag;

/// A cursor over BER elements. Each call takes one element off the front, or fails and leaves the cursor where it was.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

/// Why octets are not the BER that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BerError {
    /// The octets end inside an element.
    #[error("the octets end inside an element")]
    Truncated,
    /// There is an element, but not of the expected kind.
    #[error("expected tag {expected:#04x}, found {found:#04x}")]
    Tag {
        /// The identifier octet the message needs here.
        expected: u8,
        /// The one it has.
        found: u8,
    },
    /// A tag of more than one octet, which SNMP does not use.
    #[error("a tag of more than one octet")]
    LongTag,
    /// The indefinite form of a length, which RFC 3417 section 8 forbids.
    #[error("a length of indefinite form")]
    Indefinite,
    /// A length of more than four octets.
    #[error("a length of more than four octets")]
    Length,
    /// An INTEGER without content, or too large for its place.
    #[error("an integer that does not fit its place")]
    Integer,
    /// An OBJECT IDENTIFIER that is cut off, or has too many or too large arcs.
    #[error("an object identifier that is cut off or too large")]
    Oid,
}

impl<'a> Reader<'a> {
    /// Starts reading at the front of `octets`.
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self { rest: octets }
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Takes one element: its identifier octet and its content.
    pub(crate) fn element(&mut self) -> Result<(u8, &'a [u8]), BerError> {
        let [tag, first, after @ ..] = self.rest else { return Err(BerError::Truncated) };
        if tag & 0x1f == 0x1f {
            return Err(BerError::LongTag);
        }
        let (length, content) = match *first {
            short if short < 0x80 => (usize::from(short), after),
            0x80 => return Err(BerError::Indefinite),
            long => {
                let count = usize::from(long & 0x7f);
                if count > 4 {
                    return Err(BerError::Length);
                }
                let (digits, content) = after.split_at_checked(count).ok_or(BerError::Truncated)?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), content)
            }
        };
        let (content, rest) = content.split_at_checked(length).ok_or(BerError::Truncated)?;
        self.rest = rest;
        Ok((*tag, content))
    }

    /// Takes one element that has to have the identifier octet `expected`, and returns its content.
    pub(crate) fn expect(&mut self, expected: u8) -> Result<&'a [u8], BerError> {
        let before = self.rest;
        let (found, content) = self.element()?;
        if found == expected {
            return Ok(content);
        }
        self.rest = before;
        Err(BerError::Tag { expected, found })
    }

    /// Takes one INTEGER.
    pub(crate) fn integer(&mut self) -> Result<i32, BerError> {
        let before = self.rest;
        let read = signed(self.expect(tag::INTEGER)?).ok_or(BerError::Integer);
        if read.is_err() {
            self.rest = before;
        }
        read
    }

    /// Takes one OBJECT IDENTIFIER.
    pub(crate) fn oid(&mut self) -> Result<Oid, BerError> {
        let before = self.rest;
        let read = oid(self.expect(tag::OBJECT_IDENTIFIER)?).ok_or(BerError::Oid);
        if read.is_err() {
            self.rest = before;
        }
        read
    }

    /// Takes one element as a value; content that does not fit its tag stays as octets.
    pub(crate) fn value(&mut self) -> Result<Value, BerError> {
        let (tag, content) = self.element()?;
        Ok(value(tag, content).unwrap_or_else(|| Value::Unknown { tag, octets: content.to_vec() }))
    }

    /// Takes one name with its value.
    pub(crate) fn varbind(&mut self) -> Result<Varbind, BerError> {
        let before = self.rest;
        let mut inside = Reader::new(self.expect(tag::SEQUENCE)?);
        let read = inside.oid().and_then(|name| Ok(Varbind { name, value: inside.value()? }));
        if read.is_err() {
            self.rest = before;
        }
        read
    }
}

fn value(tag: u8, content: &[u8]) -> Option<Value> {
    let number = || unsigned(content).and_then(|number| u32::try_from(number).ok());
    let empty = |value| content.is_empty().then_some(value);
    match tag {
        tag::INTEGER => signed(content).map(Value::Integer),
        tag::OCTET_STRING => Some(Value::OctetString(content.to_vec())),
        tag::NULL => empty(Value::Null),
        tag::OBJECT_IDENTIFIER => oid(content).map(Value::ObjectIdentifier),
        tag::IP_ADDRESS => content.try_into().ok().map(Value::IpAddress),
        tag::COUNTER32 => number().map(Value::Counter32),
        tag::GAUGE32 => number().map(Value::Gauge32),
        tag::TIME_TICKS => number().map(Value::TimeTicks),
        tag::OPAQUE => Some(Value::Opaque(content.to_vec())),
        tag::NSAP_ADDRESS => Some(Value::NsapAddress(content.to_vec())),
        tag::COUNTER64 => unsigned(content).map(Value::Counter64),
        tag::UINTEGER32 => number().map(Value::UInteger32),
        tag::NO_SUCH_OBJECT => empty(Value::NoSuchObject),
        tag::NO_SUCH_INSTANCE => empty(Value::NoSuchInstance),
        tag::END_OF_MIB_VIEW => empty(Value::EndOfMibView),
        _ => None,
    }
}

fn signed(content: &[u8]) -> Option<i32> {
    let negative = content.first()? & 0x80 != 0;
    if content.len() > 8 {
        return None;
    }
    let start = if negative { -1_i64 } else { 0 };
    i32::try_from(content.iter().fold(start, |number, octet| number << 8 | i64::from(*octet))).ok()
}

fn unsigned(content: &[u8]) -> Option<u64> {
    let digits = match content {
        [] => return None,
        [0, digits @ ..] => digits,
        digits => digits,
    };
    (digits.len() <= 8).then(|| digits.iter().fold(0, |number, octet| number << 8 | u64::from(*octet)))
}

fn oid(content: &[u8]) -> Option<Oid> {
    let mut arcs = [0_u32; Oid::MAX_ARCS];
    let mut count = 0;
    let mut pending = 0_u64;
    let mut push = |arc: u64| {
        *arcs.get_mut(count)? = u32::try_from(arc).ok()?;
        count += 1;
        Some(())
    };
    let mut first = true;
    for octet in content {
        // Five octets of seven bits are more than any arc needs; this keeps the shift from overflowing.
        if pending > u64::from(u32::MAX) {
            return None;
        }
        pending = pending << 7 | u64::from(octet & 0x7f);
        if octet & 0x80 != 0 {
            continue;
        }
        if first {
            let top = (pending / 40).min(2);
            push(top)?;
            push(pending - top * 40)?;
            first = false;
        } else {
            push(pending)?;
        }
        pending = 0;
    }
    if content.last().is_some_and(|last| last & 0x80 != 0) {
        return None;
    }
    Oid::new(arcs.get(..count)?).ok()
}
