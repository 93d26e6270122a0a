//! The six standard traps by their names (RFC 3418, RFC 2863, RFC 1213).

use job::parse_oid;
use snmp::Oid;

/// The standard traps in the order of their numbers.
const NAMES: [&str; 6] = ["coldStart", "warmStart", "linkDown", "linkUp", "authenticationFailure", "egpNeighborLoss"];

/// Reads a trap's OID or a standard trap's name, with or without its MIB's name and `::` before it.
pub(super) fn trap_oid(text: &str) -> Result<Oid, String> {
    let name = text.rsplit_once("::").map_or(text, |(_, name)| name);
    let number = NAMES.iter().zip(1..).find_map(|(known, number)| known.eq_ignore_ascii_case(name).then_some(number));
    match number {
        Some(number) => Ok(Oid::from([1, 3, 6, 1, 6, 3, 1, 1, 5, number])),
        None => parse_oid(text)
            .map_err(|error| format!("{text:?} is not an OID ({error}) and not one of the traps {}", NAMES.join(", "))),
    }
}

/// The name of a standard trap.
pub(super) fn trap_name(oid: &Oid) -> Option<&'static str> {
    match oid.arcs() {
        [1, 3, 6, 1, 6, 3, 1, 1, 5, number] => NAMES.get(usize::try_from(*number).ok()?.checked_sub(1)?).copied(),
        _ => None,
    }
}
