//! What an agent says about an object: the SMI's types, kept exactly, and what is none of them.

use crate::{
    Oid,
    integer::{signed, unsigned},
    tag,
};

/// The value of an object (RFC 2578 section 7.1), or the reason why there is none (RFC 3416 section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// INTEGER, Integer32.
    Integer(i32),
    /// OCTET STRING, BITS.
    OctetString(Vec<u8>),
    /// NULL.
    Null,
    /// OBJECT IDENTIFIER.
    ObjectIdentifier(Oid),
    /// IpAddress.
    IpAddress([u8; 4]),
    /// Counter32.
    Counter32(u32),
    /// Gauge32, Unsigned32.
    Gauge32(u32),
    /// TimeTicks: hundredths of a second.
    TimeTicks(u32),
    /// Opaque: the wrapped octets.
    Opaque(Vec<u8>),
    /// NsapAddress (RFC 1442, obsolete, tag 0x45).
    NsapAddress(Vec<u8>),
    /// Counter64.
    Counter64(u64),
    /// UInteger32 (RFC 1442, obsolete, tag 0x47).
    UInteger32(u32),
    /// The agent does not know this object; also a version 1 agent's noSuchName.
    NoSuchObject,
    /// The agent knows the object, but not this instance.
    NoSuchInstance,
    /// Nothing follows this name.
    EndOfMibView,
    /// Any other tag, or content that does not fit its tag, kept as it came.
    Unknown {
        /// The identifier octet; the first of them where it has its five low bits set, and so has several (X.690
        /// section 8.1.2.4). 0, which is never the tag of a value, for what is no element: nothing at all, lengths
        /// that reach beyond the varbind, octets behind the value.
        tag: u8,
        /// The content octets. Where the identifier has several octets, all of them stand before the contents; of what
        /// is no element, everything that stands behind the name.
        octets: Vec<u8>,
    },
}

impl Value {
    /// What stands for a value of which nothing can be read.
    pub const UNREADABLE: Self = Self::Unknown { tag: 0, octets: Vec::new() };

    /// Whether this is one of the three exceptions of RFC 3416: no value, but a reason.
    #[must_use]
    pub fn is_exception(&self) -> bool {
        matches!(self, Self::NoSuchObject | Self::NoSuchInstance | Self::EndOfMibView)
    }

    /// The number that it is, also where it has too many octets for its type: integers of up to 64 bits, as some agents
    /// send them in types of 32 (`42 05 02 54 0b e4 00` is a Gauge32 of 10¹⁰).
    #[must_use]
    pub fn number(&self) -> Option<i128> {
        match self {
            Self::Integer(number) => Some((*number).into()),
            Self::Counter32(number) | Self::Gauge32(number) | Self::TimeTicks(number) | Self::UInteger32(number) => {
                Some((*number).into())
            }
            Self::Counter64(number) => Some((*number).into()),
            Self::Unknown { tag: tag::INTEGER, octets } => signed(octets).map(Into::into),
            Self::Unknown {
                tag: tag::COUNTER32 | tag::GAUGE32 | tag::TIME_TICKS | tag::COUNTER64 | tag::UINTEGER32,
                octets,
            } => unsigned(octets).map(Into::into),
            _ => None,
        }
    }

    /// The SMI's name of the type, e.g. `Counter32`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Integer(_) => "INTEGER",
            Self::OctetString(_) => "OCTET STRING",
            Self::Null => "NULL",
            Self::ObjectIdentifier(_) => "OBJECT IDENTIFIER",
            Self::IpAddress(_) => "IpAddress",
            Self::Counter32(_) => "Counter32",
            Self::Gauge32(_) => "Gauge32",
            Self::TimeTicks(_) => "TimeTicks",
            Self::Opaque(_) => "Opaque",
            Self::NsapAddress(_) => "NsapAddress",
            Self::Counter64(_) => "Counter64",
            Self::UInteger32(_) => "UInteger32",
            Self::NoSuchObject => "noSuchObject",
            Self::NoSuchInstance => "noSuchInstance",
            Self::EndOfMibView => "endOfMibView",
            Self::Unknown { .. } => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_too_many_octets_is_that_number() {
        let number = |tag: u8, octets: &[u8]| Value::Unknown { tag, octets: octets.to_vec() }.number();
        assert_eq!(number(tag::GAUGE32, &[2, 0x54, 0x0b, 0xe4, 0]), Some(10_000_000_000));
        assert_eq!(number(tag::INTEGER, &[0, 0x80, 0, 0, 0]), Some(2_147_483_648));
        assert_eq!(number(tag::INTEGER, &[0xff, 0x7f, 0xff, 0xff, 0xff]), Some(-2_147_483_649));
        assert_eq!(number(tag::COUNTER32, &[0xff; 8]), Some(u64::MAX.into()));
        assert_eq!(number(tag::INTEGER, &[1; 9]), None);
        assert_eq!(number(tag::INTEGER, &[]), None);
        assert_eq!(number(tag::OCTET_STRING, &[5]), None);
        assert_eq!(Value::Counter64(7).number(), Some(7));
    }
}

/// The name of an object instance and its value (RFC 3416 section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Varbind {
    /// The instance.
    pub name: Oid,
    /// Its value, or why there is none.
    pub value: Value,
}
