//! BITS, and the lists of ports that are written in the same way: octets whose bits have numbers.
//!
//! SMIv2 counts the bits from the first octet's highest one on, from 0 (RFC 2578 section 7.1.4). A PortList counts the
//! same bits from 1 on, since they are ports of a bridge (RFC 4363).

use serde::{Serialize, Serializer, ser::SerializeSeq};

use crate::{
    Value,
    field::{Field, read},
    warnings::Warnings,
};

/// The named bits of an object, in the order of the SMI: `&[(0, "other"), (1, "repeater")]`.
pub type BitNames = [(u32, &'static str)];

/// A value of the SYNTAX BITS: which bits are set. In JSON it is an array of their names; a bit without a name is its
/// number as a text, so that nothing is lost that is newer than the MIB.
///
/// ```
/// use snmp_proxy_sdk::bits::{BitNames, Bits};
///
/// const CAPABILITIES: &BitNames = &[(0, "other"), (1, "repeater"), (2, "bridge"), (4, "router")];
/// let bits = Bits::new(&[0b0010_1001], CAPABILITIES);
/// assert!(bits.is_set(2) && !bits.is_set(1));
/// assert_eq!(bits.numbers().collect::<Vec<_>>(), [2, 4, 7]);
/// assert_eq!(bits.names(), ["bridge", "router", "7"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits {
    octets: Vec<u8>,
    names: &'static BitNames,
}

impl Bits {
    /// Takes the octets of a value, and the names that the MIB has for its bits.
    #[must_use]
    pub fn new(octets: &[u8], names: &'static BitNames) -> Bits {
        Bits { octets: octets.to_vec(), names }
    }

    /// True when the bit of this number is set. Bits beyond the octets that were sent are not.
    #[must_use]
    pub fn is_set(&self, bit: u32) -> bool {
        self.numbers().any(|set| set == bit)
    }

    /// The numbers of the bits that are set, in their order.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        set_bits(&self.octets)
    }

    /// What the bits that are set are called, in the order of their numbers; one without a name by its number.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let name_of = |bit| self.names.iter().find(|(number, _)| *number == bit).map(|(_, name)| (*name).to_owned());
        self.numbers().map(|bit| name_of(bit).unwrap_or_else(|| bit.to_string())).collect()
    }
}

impl Serialize for Bits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = self.names();
        let mut sequence = serializer.serialize_seq(Some(names.len()))?;
        names.iter().try_for_each(|name| sequence.serialize_element(name))?;
        sequence.end()
    }
}

impl Field<Bits> {
    /// BITS, with the names of the bits.
    pub fn bits(object: &str, value: Option<&Value>, names: &'static BitNames, warnings: &mut Warnings) -> Field<Bits> {
        read(object, value, "OCTET STRING", warnings, |value| match value {
            Value::OctetString(octets) => Some(Bits::new(octets, names)),
            _ => None,
        })
    }
}

/// The ports in a PortList: bit 0 is port 1. They are ports of a bridge (dot1dBasePort), and no ifIndexes.
///
/// ```
/// assert_eq!(snmp_proxy_sdk::bits::ports(&[0b1000_0001, 0b0100_0000]), [1, 8, 10]);
/// ```
#[must_use]
pub fn ports(port_list: &[u8]) -> Vec<u32> {
    set_bits(port_list).map(|bit| bit + 1).collect()
}

fn set_bits(octets: &[u8]) -> impl Iterator<Item = u32> {
    let numbered = (0_u32..).step_by(8).zip(octets);
    numbered
        .flat_map(|(first, &octet)| (0..8).filter(move |bit| octet & (0x80 >> bit) != 0).map(move |bit| first + bit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_from_the_highest_of_the_first_octet() {
        for (octets, expected) in [
            (&[][..], &[][..]),
            (&[0x80], &[0]),
            (&[0x01, 0x80], &[7, 8]),
            (&[0, 0, 0xff], &[16, 17, 18, 19, 20, 21, 22, 23]),
        ] {
            assert_eq!(Bits::new(octets, &[]).numbers().collect::<Vec<_>>(), expected, "{octets:?}");
        }
    }

    #[test]
    fn bits_in_json_are_names() {
        let mut warnings = Warnings::default();
        let field = Field::bits("x", Some(&Value::OctetString(vec![0xa0])), &[(0, "a")], &mut warnings);
        assert_eq!(serde_json::to_string(&field).unwrap(), r#"["a","2"]"#);
        assert_eq!(Field::bits("x", Some(&Value::Integer(1)), &[], &mut warnings), Field::Wrong);
        assert_eq!(warnings.iter().collect::<Vec<_>>(), ["x: INTEGER instead of OCTET STRING"]);
    }
}
