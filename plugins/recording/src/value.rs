//! What a recording says of an object.

/// An object instance and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The name of the instance: 2 to [`MAX_ARCS`] arcs that BER can express.
    pub name: Vec<u32>,
    /// Its value.
    pub value: Value,
}

/// The most arcs of an object identifier (RFC 2578 section 3.5).
pub const MAX_ARCS: usize = 128;

/// A value of RFC 2578, or whatever else an agent sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// INTEGER, Integer32.
    Integer(i32),
    /// OCTET STRING, BITS.
    OctetString(Vec<u8>),
    /// NULL.
    Null,
    /// OBJECT IDENTIFIER: 2 to [`MAX_ARCS`] arcs that BER can express.
    ObjectIdentifier(Vec<u32>),
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
    /// NsapAddress (RFC 1442, obsolete).
    NsapAddress(Vec<u8>),
    /// Counter64.
    Counter64(u64),
    /// UInteger32 (RFC 1442, obsolete).
    UInteger32(u32),
    /// noSuchObject (RFC 3416).
    NoSuchObject,
    /// noSuchInstance (RFC 3416).
    NoSuchInstance,
    /// endOfMibView (RFC 3416).
    EndOfMibView,
    /// Any other tag, or content that does not fit its tag.
    Unknown {
        /// The BER identifier octet.
        tag: u8,
        /// The content octets.
        octets: Vec<u8>,
    },
}

/// The identifier octets of values (RFC 2578, RFC 3416).
pub(crate) mod tag {
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
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
