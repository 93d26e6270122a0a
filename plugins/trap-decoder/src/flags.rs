//! What was odd about a PDU, as a set of words. A flag never means that something was left out silently.

/// A set of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags(u32);

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $word:literal;)+) => {
        impl Flags {
            $($(#[$doc])* pub(crate) const $name: Flags = Flags(1 << $bit);)+
        }

        /// Every flag with its word, in the order in which records list them.
        const WORDS: &[(Flags, &str)] = &[$((Flags::$name, $word)),+];
    };
}

flags! {
    /// The octets end before the PDU does, or an inner length reaches beyond what contains it.
    TRUNCATED = 0, "truncated";
    /// Octets follow where nothing is expected any more.
    TRAILING_OCTETS = 1, "trailing_octets";
    /// What should be there is not: a field, a varbind's value, a whole PDU.
    MISSING_FIELD = 2, "missing_field";
    /// A field has another type than the PDU's definition says.
    UNEXPECTED_TYPE = 3, "unexpected_type";
    /// The PDU is not one that SNMP defines.
    UNKNOWN_PDU = 4, "unknown_pdu";
    /// A length in more octets than it needs, which RFC 3417 section 8 allows.
    NON_MINIMAL_LENGTH = 5, "non_minimal_length";
    /// The indefinite form of a length, which SNMP forbids. Everything up to the end of the container is taken.
    INDEFINITE_LENGTH = 6, "indefinite_length";
    /// A number in more octets than it needs.
    NON_MINIMAL_INTEGER = 7, "non_minimal_integer";
    /// A number that its type cannot hold.
    INTEGER_RANGE = 8, "integer_range";
    /// An unsigned number sent as a negative one; it is read as the unsigned one.
    NEGATIVE_UNSIGNED = 9, "negative_unsigned";
    /// Octets that are no object identifier, or not its shortest form, or more than 128 arcs.
    BAD_OID = 10, "bad_oid";
    /// Contents that are no value of their type.
    BAD_VALUE = 11, "bad_value";
    /// A value of a type that SMIv2 does not define.
    UNKNOWN_TYPE = 12, "unknown_type";
    /// More varbinds than [`MAX_VARBINDS`](crate::pdu::MAX_VARBINDS): the rest is only in the octets.
    VARBINDS_CUT = 13, "varbinds_cut";
    /// sysUpTime.0 and snmpTrapOID.0 are not the first two varbinds.
    VARBIND_ORDER = 14, "varbind_order";
    /// No sysUpTime.0 in a notification of version 2.
    MISSING_UPTIME = 15, "missing_uptime";
    /// No snmpTrapOID.0 in a notification of version 2.
    MISSING_TRAP_OID = 16, "missing_trap_oid";
    /// More than one snmpTrapOID.0; the first one counts.
    DUPLICATE_TRAP_OID = 17, "duplicate_trap_oid";
    /// sysUpTime or snmpTrapOID without the `.0` of their instance.
    WITHOUT_INSTANCE = 18, "scalar_without_instance";
    /// generic-trap is none of 0 to 6; it is treated as 6.
    GENERIC_RANGE = 19, "generic_out_of_range";
    /// specific-trap is negative or too large; the trap OID has the unsigned number of its last 32 bits.
    SPECIFIC_RANGE = 20, "specific_out_of_range";
    /// The enterprise ends in `.0` already, and the trap OID has another one, as RFC 3584 says.
    ENTERPRISE_ZERO = 21, "enterprise_ends_in_zero";
    /// agent-addr is not four octets of IpAddress.
    AGENT_ADDR = 22, "bad_agent_addr";
    /// Counter64 in a version 1 message, which has no such type.
    COUNTER64_IN_V1 = 23, "counter64_in_v1";
    /// A PDU of one version in a message of another.
    WRONG_VERSION = 24, "pdu_of_other_version";
    /// noSuchObject, noSuchInstance or endOfMibView in a notification.
    EXCEPTION_VALUE = 25, "exception_value";
    /// A notification with an error-status or error-index that is not 0.
    ERROR_STATUS = 26, "error_status";
    /// snmpTrapCommunity among the varbinds: a community in clear, which a proxy on the way has added.
    CARRIES_COMMUNITY = 27, "carries_community";
}

impl Flags {
    /// Adds flags.
    pub(crate) fn set(&mut self, flags: Flags) {
        self.0 |= flags.0;
    }

    /// True if one of them is set.
    pub(crate) fn has(self, flags: Flags) -> bool {
        self.0 & flags.0 != 0
    }

    /// The words of those that are set.
    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> {
        WORDS.iter().filter(move |(flag, _)| self.has(*flag)).map(|(_, word)| *word)
    }
}
