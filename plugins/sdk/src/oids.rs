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
        for wrong in ["", "1..3", "1.x", "1.+3", "1.4294967296", "1.3."] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
