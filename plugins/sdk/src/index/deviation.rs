//! How agents write an index otherwise than the MIB says.

use std::fmt;

/// What is known of an index that is not as the MIB says. Displayed as what follows "an index that".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deviation {
    /// `type.octets`. Cisco ASA and Firepower have no other form.
    LengthMissing,
    /// `type.octets` of ipv4z or ipv6z, without the four octets of the zone.
    LengthAndZoneMissing,
    /// The literal form and four zeros.
    ZerosBehind,
    /// `type.octets.0.0.0.0`: all addresses of IP Infusion's OcNOS.
    LengthMissingAndZerosBehind,
    /// `1.8.octets.0.0.0.0`, `2.20.octets.0.0.0.0`: the zeros are counted by the length.
    ZerosInLength,
    /// `1.8.octets.zone`, `2.20.octets.zone`: a zone behind an address of a type that has none.
    ZoneOfOtherType,
    /// `2.octets.zone`, of a link-local address.
    LengthMissingAndZoneOfOtherType,
    /// `type.ifIndex.length.octets`: all neighbours of OcNOS.
    TypeBeforeIfIndex,
    /// `type.ifIndex.octets`.
    TypeBeforeIfIndexAndLengthMissing,
    /// The characters of the address in the place of its octets.
    Text,
    /// `1.a.b.c.d` in a table of four arcs, as atTable has it.
    NetworkAddress,
    /// An IPv4 address as the one number of 32 bits.
    OneNumber,
    /// Something else, beside a column that has the address.
    OnlyInColumn,
}

/// As in "3 rows with an index that lacks the length of the address".
impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Deviation::LengthMissing => "lacks the length of the address",
            Deviation::LengthAndZoneMissing => "lacks the length and the zone of the address",
            Deviation::ZerosBehind => "has four zeros behind the address",
            Deviation::LengthMissingAndZerosBehind => "lacks the length of the address and has four zeros behind it",
            Deviation::ZerosInLength => "counts four zeros behind the address in its length",
            Deviation::ZoneOfOtherType => "has a zone behind the address, of a type that has none",
            Deviation::LengthMissingAndZoneOfOtherType => {
                "lacks the length of the address and has a zone behind it, of a type that has none"
            }
            Deviation::TypeBeforeIfIndex => "has the address type before the ifIndex",
            Deviation::TypeBeforeIfIndexAndLengthMissing => {
                "has the address type before the ifIndex and lacks the length of the address"
            }
            Deviation::Text => "has the address as text",
            Deviation::NetworkAddress => "has a 1 before the address",
            Deviation::OneNumber => "has the address as one number",
            Deviation::OnlyInColumn => "is not the address, which a column has",
        })
    }
}
