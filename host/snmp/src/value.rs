//! What an agent says about an object: the SMI's types, kept exactly, and what is none of them.

use crate::Oid;

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
        /// The BER identifier octet.
        tag: u8,
        /// The content octets.
        octets: Vec<u8>,
    },
}

impl Value {
    /// What stands for a value whose message is no BER, when it is the only one that was asked for. Tag 0 is never
    /// that of a value.
    pub const UNREADABLE: Self = Self::Unknown { tag: 0, octets: Vec::new() };

    /// Whether this is one of the three exceptions of RFC 3416: no value, but a reason.
    #[must_use]
    pub fn is_exception(&self) -> bool {
        matches!(self, Self::NoSuchObject | Self::NoSuchInstance | Self::EndOfMibView)
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

/// The name of an object instance and its value (RFC 3416 section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Varbind {
    /// The instance.
    pub name: Oid,
    /// Its value, or why there is none.
    pub value: Value,
}
