//! The two numbers of a notification.
//!
//! RFC 3584 section 3.1 makes `enterprise.0.specific` of a trap of version 1. Where the MIB defines the notification
//! without the zero (OSPF-TRAP-MIB, UCD-SNMP-MIB, many vendors), version 2c sends `enterprise.specific`, so that one event
//! comes under two numbers. Whoever asks for either means the event.

use crate::Oid;

/// Whether a notification of this number is `prefix` or below it, by this number or by its other one.
#[must_use]
pub fn is_below(trap: &Oid, prefix: &Oid) -> bool {
    if trap.starts_with(prefix) {
        return true;
    }
    // Above the last arcs both numbers are the same, and that was compared just now.
    let [head @ .., last] = trap.arcs() else { return false };
    let with_zero = match prefix.arcs().strip_prefix(head) {
        Some([0]) => true,
        Some([0, arc]) => arc == last,
        _ => false,
    };
    let without_zero = match (head, prefix.arcs()) {
        ([head @ .., 0], [before @ .., arc]) => arc == last && before == head,
        _ => false,
    };
    with_zero || without_zero
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_number_finds_a_notification_and_no_other_one() {
        let check = |trap: &str, prefix: &str, expected| {
            assert_eq!(is_below(&trap.parse().unwrap(), &prefix.parse().unwrap()), expected, "{trap} below {prefix}");
        };
        let (with, without) = ("1.3.6.1.2.1.14.16.2.0.16", "1.3.6.1.2.1.14.16.2.16");
        for trap in [with, without] {
            for prefix in [with, without, "1.3.6.1.2.1.14.16.2", "1.3.6.1.2.1.14.16.2.0", "1.3"] {
                check(trap, prefix, true);
            }
            for prefix in [
                "1.3.6.1.2.1.14.16.2.1",
                "1.3.6.1.2.1.14.16.2.0.1",
                "1.3.6.1.2.1.14.16.2.0.16.0",
                "1.3.6.1.2.1.14.16.2.16.0",
                "1.3.6.1.2.1.14.16",
                "1.3.6.1.2.1.14.16.3",
            ] {
                check(trap, prefix, prefix == "1.3.6.1.2.1.14.16");
            }
        }
        // An enterprise that ends in a zero itself: LLDP-MIB's.
        check("1.0.8802.1.1.2.0.0.1", "1.0.8802.1.1.2.0.1", true);
        check("1.0.8802.1.1.2.0.1", "1.0.8802.1.1.2.0.0.1", true);
        // Arcs that end in zeros, and hardly any.
        check("1.3.0", "1.3", true);
        check("1.0.0", "1.0", true);
        check("0", "0.0", true);
        check("1", "2", false);
    }
}
