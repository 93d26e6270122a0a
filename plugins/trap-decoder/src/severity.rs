//! How much notifications matter: `severities.txt` is the source.

use snmp_proxy_sdk::traps::Severity;

use crate::oid;

include!(concat!(env!("OUT_DIR"), "/severities.rs"));

/// The severity of the notification of this number, which may have a needless `.0` at its end.
///
/// A notification has two numbers where its MIB has no zero before the last arc: its own, and the one that RFC 3584
/// section 3.1 makes of its form in version 1. Proxies write either of them, so either finds it.
pub(crate) fn of(trap: &[u8]) -> Option<Severity> {
    let trap = oid::shortest(trap);
    let without_instance = trap.strip_suffix(&[0]);
    let others = || other_numbers(&trap).into_iter().flatten().find_map(|other| exact(&other));
    exact(&trap).or_else(|| exact(without_instance?)).or_else(others)
}

fn exact(trap: &[u8]) -> Option<Severity> {
    let place = SEVERITIES.binary_search_by(|(oid, _)| (*oid).cmp(trap)).ok()?;
    SEVERITIES.get(place).map(|(_, severity)| *severity)
}

/// The same number without the zero before its last arc, where it has one, and with one more.
fn other_numbers(trap: &[u8]) -> [Option<Vec<u8>>; 2] {
    let before = trap.split_last().and_then(|(_, before)| before.iter().rposition(|octet| octet & 0x80 == 0));
    let Some((head, last)) = before.and_then(|end| trap.split_at_checked(end + 1)) else { return [None, None] };
    let without = match head {
        [rest @ .., arc, 0] if arc & 0x80 == 0 => Some([rest, &[*arc], last].concat()),
        _ => None,
    };
    [without, Some([head, &[0], last].concat())]
}
