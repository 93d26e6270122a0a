//! The objects that notifications carry: names, enumerations and how values read. The files of `objects` are their source.

use snmp_proxy_sdk::enumeration::Names;
use snmp_proxy_sdk::traps::Severity;

use crate::json::Json;
use crate::oid;

/// An object or a notification.
#[derive(Debug)]
pub(crate) struct Object {
    /// The contents of its OBJECT IDENTIFIER.
    pub(crate) oid: &'static [u8],
    /// The MIB that defines it.
    pub(crate) mib: &'static str,
    /// Its name there.
    pub(crate) name: &'static str,
    /// How its value reads.
    pub(crate) syntax: Syntax,
    /// How much it matters, if it is a notification.
    pub(crate) severity: Option<Severity>,
}

/// How a value reads for people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Syntax {
    /// As its type says.
    Plain,
    /// DisplayString, SnmpAdminString: octets that are text.
    Text,
    /// MacAddress, PhysAddress.
    Mac,
    /// DateAndTime.
    DateAndTime,
    /// InetAddress: 4 octets, 16, or as many and a zone of 4.
    InetAddress,
    /// Octets that are never text.
    Octets,
    /// InterfaceIndex: a number by which an interface is known.
    IfIndex,
    /// BITS.
    Bits(&'static Names),
    /// An enumeration.
    Enumeration(&'static Names),
}

include!(concat!(env!("OUT_DIR"), "/objects.rs"));

/// The object that a name is an instance of, and the octets of the arcs that follow it.
#[inline]
pub(crate) fn find(name: &[u8]) -> Option<(&'static Object, &[u8])> {
    let after = OBJECTS.partition_point(|object| object.oid <= name);
    // No object contains another, so only the one before can be a prefix.
    let object = OBJECTS.get(after.checked_sub(1)?)?;
    Some((object, name.strip_prefix(object.oid)?))
}

/// Writes `IF-MIB::ifIndex.3`. Needs no escaping. Gives the dotted form for what is not known.
pub(crate) fn write_named(content: &[u8], json: &mut Json) {
    let Some((object, index)) = find(content) else {
        return oid::write_dotted(content, json);
    };
    json.raw(object.mib);
    json.raw("::");
    json.raw(object.name);
    if !index.is_empty() {
        json.raw(".");
        oid::write_index(index, json);
    }
}

/// The same as text.
pub(crate) fn named(content: &[u8]) -> String {
    let mut json = Json::default();
    write_named(content, &mut json);
    json.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_found_with_its_index_and_what_is_near_an_object_is_not() {
        assert_eq!(named(&[0x2b, 6, 1, 2, 1, 2, 2, 1, 7, 0x83, 0x7f]), "IF-MIB::ifAdminStatus.511");
        assert_eq!(named(&[0x2b, 6, 1, 6, 3, 1, 1, 5, 1]), "SNMPv2-MIB::coldStart");
        assert_eq!(named(&[0x2b, 6, 1, 2, 1, 2, 2, 1]), "1.3.6.1.2.1.2.2.1");
        assert_eq!(named(&[0x2b]), "1.3");
        assert_eq!(named(&[0x2b, 0x7f]), "1.3.127");
    }

    /// The daemons' own walks, in tests/recordings.
    #[test]
    fn every_object_of_the_recorded_daemons_has_a_name() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings");
        let mut named = 0;
        for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
            if file.extension().is_none_or(|extension| extension != "snmpwalk") {
                continue;
            }
            for line in std::fs::read_to_string(&file).unwrap().lines() {
                // What has no OID goes on from the line before.
                let Some((name, _)) = line.strip_prefix('.').and_then(|line| line.split_once(" = ")) else { continue };
                let arcs: Vec<u64> = name.split('.').map(|arc| arc.parse().unwrap()).collect();
                let mut content = Vec::new();
                oid::encode([arcs[0] * 40 + arcs[1]].into_iter().chain(arcs[2..].iter().copied()), &mut content);
                assert!(find(&content).is_some(), "{name} in {}", file.display());
                named += 1;
            }
        }
        assert!(named > 2_000, "{named}");
    }

    #[test]
    fn names_and_mibs_need_no_escaping() {
        let plain = |text: &str| text.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
        assert!(OBJECTS.iter().all(|object| plain(object.name) && plain(object.mib)));
    }
}
