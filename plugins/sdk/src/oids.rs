//! Object identifiers as constants that the compiler has checked, and as text.

/// An object identifier in dotted form as a `&'static [u32]`. What is not one does not compile.
///
/// ```
/// use snmp_proxy_sdk::oid;
///
/// const SYS_NAME: &[u32] = oid!("1.3.6.1.2.1.1.5");
/// assert_eq!(SYS_NAME, [1, 3, 6, 1, 2, 1, 1, 5]);
/// ```
///
/// ```compile_fail
/// const WRONG: &[u32] = snmp_proxy_sdk::oid!("1.3..6");
/// ```
#[macro_export]
macro_rules! oid {
    ($dotted:expr) => {{
        const ARCS: usize = $crate::oids::count_arcs($dotted);
        const OID: [u32; ARCS] = $crate::oids::parse_arcs($dotted);
        const SLICE: &[u32] = &OID;
        SLICE
    }};
}

/// An instance of an object: the object's name and what follows it.
#[must_use]
pub fn instance(object: &[u32], index: &[u32]) -> Vec<u32> {
    [object, index].concat()
}

/// A scalar's only instance.
#[must_use]
pub fn scalar(object: &[u32]) -> Vec<u32> {
    instance(object, &[0])
}

/// The dotted form, without a leading dot.
#[must_use]
pub fn dotted(arcs: &[u32]) -> String {
    let mut text = String::with_capacity(arcs.len() * 3);
    for arc in arcs {
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(&arc.to_string());
    }
    text
}

/// Reads the dotted form at run time, with or without a leading dot. None where it is not one.
#[must_use]
pub fn parse(dotted: &str) -> Option<Vec<u32>> {
    let dotted = dotted.strip_prefix('.').unwrap_or(dotted);
    dotted.split('.').map(|arc| if is_number(arc) { arc.parse().ok() } else { None }).collect()
}

/// Reads a text that stands for an OID: the dotted form, or one that begins with names of SNMPv2-SMI, as net-snmp's tools
/// print it, with their module or `OID: ` before it or not (`enterprises.9.1`, `SNMPv2-SMI::enterprises.9.1`,
/// `.iso.org.dod.internet.private.enterprises.9.1`, `NET-SNMP-MIB::netSnmpAgentOIDs.10`). None for other names, and for
/// numbers that begin no OID (X.660: 0 to 2, then 0 to 39 below 0 and 1).
#[must_use]
pub fn parse_text(text: &str) -> Option<Vec<u32>> {
    let text = text.strip_prefix("OID: ").unwrap_or(text);
    let text = match text.split_once("::") {
        Some((module, name)) if MODULES.contains(&module) && !name.starts_with(|sign: char| !sign.is_alphabetic()) => {
            name
        }
        Some(_) => return None,
        None => text.strip_prefix('.').unwrap_or(text),
    };
    let mut arcs: Vec<u32> = Vec::new();
    let mut are_names = true;
    for part in text.split('.') {
        are_names &= !is_number(part);
        if are_names {
            let (_, known) = NAMES.iter().find(|(name, _)| *name == part)?;
            if !known.starts_with(&arcs) {
                return None;
            }
            arcs = known.to_vec();
        } else {
            arcs.push(if is_number(part) { part.parse().ok()? } else { return None });
        }
    }
    Some(arcs).filter(|arcs| matches!(arcs.as_slice(), [0 | 1, 0..=39, ..] | [2, _, ..]))
}

/// What defines the names that a text may begin with.
const MODULES: [&str; 4] = ["SNMPv2-SMI", "RFC1155-SMI", "NET-SNMP-MIB", "NET-SNMP-TC"];
const NAMES: [(&str, &[u32]); 17] = [
    ("ccitt", &[0]),
    ("zeroDotZero", &[0, 0]),
    ("iso", &[1]),
    ("joint-iso-ccitt", &[2]),
    ("org", &[1, 3]),
    ("dod", &[1, 3, 6]),
    ("internet", &[1, 3, 6, 1]),
    ("mgmt", &[1, 3, 6, 1, 2]),
    ("mib-2", &[1, 3, 6, 1, 2, 1]),
    ("experimental", &[1, 3, 6, 1, 3]),
    ("private", &[1, 3, 6, 1, 4]),
    ("enterprises", &[1, 3, 6, 1, 4, 1]),
    ("netSnmp", &[1, 3, 6, 1, 4, 1, 8072]),
    ("netSnmpAgentOIDs", &[1, 3, 6, 1, 4, 1, 8072, 3, 2]),
    ("linux", &[1, 3, 6, 1, 4, 1, 8072, 3, 2, 10]),
    ("snmpV2", &[1, 3, 6, 1, 6]),
    ("snmpModules", &[1, 3, 6, 1, 6, 3]),
];

fn is_number(text: &str) -> bool {
    text.bytes().all(|octet| octet.is_ascii_digit())
}

/// How many arcs a dotted form has. For [`oid!`](crate::oid).
#[doc(hidden)]
#[must_use]
#[expect(clippy::indexing_slicing, reason = "runs while compiling, where it is an error of the compiler")]
pub const fn count_arcs(dotted: &str) -> usize {
    let octets = dotted.as_bytes();
    let mut count = 1;
    let mut position = 0;
    while position < octets.len() {
        if octets[position] == b'.' {
            count += 1;
        }
        position += 1;
    }
    count
}

/// The arcs of a dotted form. For [`oid!`](crate::oid).
#[doc(hidden)]
#[must_use]
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "runs while compiling, where it is an error of the compiler"
)]
pub const fn parse_arcs<const ARCS: usize>(dotted: &str) -> [u32; ARCS] {
    let octets = dotted.as_bytes();
    let mut arcs = [0; ARCS];
    let (mut arc, mut digits, mut position) = (0, 0, 0);
    while position < octets.len() {
        match octets[position] {
            digit @ b'0'..=b'9' => {
                arcs[arc] = arcs[arc] * 10 + (digit - b'0') as u32;
                digits += 1;
            }
            b'.' if digits > 0 => {
                arc += 1;
                digits = 0;
            }
            _ => panic!("an oid is numbers with dots between them"),
        }
        position += 1;
    }
    assert!(digits > 0, "an oid ends with a number");
    arcs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_arcs_are_the_same_thing() {
        assert_eq!(oid!("1.3.6.1.4.1.4294967295"), [1, 3, 6, 1, 4, 1, u32::MAX]);
        assert_eq!(parse(".1.3.6"), Some(vec![1, 3, 6]));
        assert_eq!(dotted(&[1, 3, 6, 10]), "1.3.6.10");
        assert_eq!(scalar(oid!("1.3")), [1, 3, 0]);
        for (text, arcs) in [
            (".1.3.6.1.4.1.9.1", "1.3.6.1.4.1.9.1"),
            ("enterprises.9.1", "1.3.6.1.4.1.9.1"),
            (".enterprises.9.1", "1.3.6.1.4.1.9.1"),
            ("private.enterprises.9", "1.3.6.1.4.1.9"),
            ("SNMPv2-SMI::enterprises.9.1", "1.3.6.1.4.1.9.1"),
            (".iso.org.dod.internet.private.enterprises.9", "1.3.6.1.4.1.9"),
            ("iso.3.6.1.4.1.9", "1.3.6.1.4.1.9"),
            ("OID: .1.3.6.1.4.1.9", "1.3.6.1.4.1.9"),
            ("NET-SNMP-MIB::netSnmpAgentOIDs.10", "1.3.6.1.4.1.8072.3.2.10"),
            ("ccitt.0", "0.0"),
            ("SNMPv2-SMI::zeroDotZero", "0.0"),
        ] {
            assert_eq!(parse_text(text).as_deref().map(dotted).as_deref(), Some(arcs), "{text}");
        }
        for wrong in [
            "",
            "7",
            "iso",
            "192.0.2.1",
            "ciscoProducts.1",
            "enterprises.cisco.1",
            "enterprises.iso",
            "1.3.6.1.4.1.enterprises",
            "VENDOR-MIB::enterprises.9",
            "SNMPv2-SMI::9.1",
            "SNMPv2-SMI::",
            "enterprises.",
            "enterprises..9",
            "enterprises.+9",
            "enterprises.4294967296",
        ] {
            assert_eq!(parse_text(wrong), None, "{wrong}");
        }
        for wrong in ["", "1..3", "1.x", "1.+3", "1.4294967296", "1.3."] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
