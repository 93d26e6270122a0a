//! BER as SNMP uses it (RFC 3417 section 8): identifier, length, contents.
//!
//! The reader gives as much as is there. A length is only ever compared with the octets left, so a claimed gigabyte
//! costs nothing, and what was odd stays with the element as flags.

use crate::flags::Flags;

/// Elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

/// An element: its octets are `header` followed by `content`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// Where the identifier octet stands.
    pub(crate) offset: usize,
    /// The identifier octet; of a tag number in several octets the first.
    pub(crate) tag: u8,
    /// The octets of identifier and length.
    pub(crate) header: &'a [u8],
    /// How many octets the length claims; none in the indefinite form, and where the length itself breaks off.
    pub(crate) claimed: Option<u64>,
    /// The contents, as far as they are there.
    pub(crate) content: &'a [u8],
    /// What is odd about identifier and length.
    pub(crate) flags: Flags,
}

/// Identifier octets.
pub(crate) mod tag {
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const IP_ADDRESS: u8 = 0x40;
    pub(crate) const COUNTER32: u8 = 0x41;
    pub(crate) const GAUGE32: u8 = 0x42;
    pub(crate) const TIME_TICKS: u8 = 0x43;
    pub(crate) const OPAQUE: u8 = 0x44;
    pub(crate) const NSAP_ADDRESS: u8 = 0x45;
    pub(crate) const COUNTER64: u8 = 0x46;
    pub(crate) const UINTEGER32: u8 = 0x47;
    pub(crate) const NO_SUCH_OBJECT: u8 = 0x80;
    pub(crate) const NO_SUCH_INSTANCE: u8 = 0x81;
    pub(crate) const END_OF_MIB_VIEW: u8 = 0x82;
}

impl<'a> Reader<'a> {
    /// Reads from octets whose first one stands at `offset`.
    pub(crate) fn new(octets: &'a [u8], offset: usize) -> Reader<'a> {
        Reader { rest: octets, offset }
    }

    /// Where the next element would stand.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// True if nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The identifier octet of the next element.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element; none at the end.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Element<'a>> {
        let element = match *self.rest {
            [] => return None,
            // Almost every element: a tag of one octet, a length of one octet that fits.
            [tag, length @ 0..=0x7f, ref after @ ..] if tag & 0x1f != 0x1f && usize::from(length) <= after.len() => {
                let (header, after) = self.rest.split_at_checked(2)?;
                let content = after.get(..usize::from(length))?;
                let claimed = Some(u64::from(length));
                Element { offset: self.offset, tag, header, claimed, content, flags: Flags::default() }
            }
            [tag, ..] => self.unusual(tag)?,
        };
        let octets = element.header.len() + element.content.len();
        self.rest = self.rest.get(octets..).unwrap_or_default();
        self.offset += octets;
        Some(element)
    }

    #[cold]
    fn unusual(&self, tag: u8) -> Option<Element<'a>> {
        let mut flags = Flags::default();
        let mut header = 1;
        if tag & 0x1f == 0x1f {
            flags.set(Flags::UNKNOWN_TYPE);
            let more = self.rest.iter().skip(1).take_while(|&&octet| octet & 0x80 != 0).count();
            header += more + 1;
        }
        let mut claimed = None;
        match self.rest.get(header).copied() {
            None => flags.set(Flags::TRUNCATED),
            Some(0x80) => flags.set(Flags::INDEFINITE_LENGTH),
            Some(short @ 0..=0x7f) => claimed = Some(u64::from(short)),
            Some(long) => {
                let wanted = usize::from(long & 0x7f);
                let digits = self.rest.iter().skip(header + 1).take(wanted);
                let mut number: u64 = 0;
                for &digit in digits.clone() {
                    number = if number >> 56 == 0 { number << 8 | u64::from(digit) } else { u64::MAX };
                }
                if digits.clone().count() < wanted {
                    flags.set(Flags::TRUNCATED);
                } else {
                    claimed = Some(number);
                    if number < 0x80 || digits.clone().next() == Some(&0) {
                        flags.set(Flags::NON_MINIMAL_LENGTH);
                    }
                }
                header += digits.count();
            }
        }
        header = (header + 1).min(self.rest.len());
        let (header, after) = self.rest.split_at_checked(header)?;
        let wanted = claimed.map_or(usize::MAX, |claimed| usize::try_from(claimed).unwrap_or(usize::MAX));
        if wanted > after.len() && claimed.is_some() {
            flags.set(Flags::TRUNCATED);
        }
        let content = after.get(..wanted.min(after.len()))?;
        Some(Element { offset: self.offset, tag, header, claimed, content, flags })
    }
}

impl<'a> Element<'a> {
    /// Where the contents begin.
    pub(crate) fn content_offset(&self) -> usize {
        self.offset + self.header.len()
    }

    /// Reads the elements that this one contains.
    pub(crate) fn inside(&self) -> Reader<'a> {
        Reader::new(self.content, self.content_offset())
    }
}
