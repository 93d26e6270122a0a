//! Hides communities that stand in a PDU: proxies add the one of the original sender as snmpTrapCommunity.0 (RFC 3584
//! section 3.1, SNMP-COMMUNITY-MIB).

/// snmpTrapCommunity (1.3.6.1.6.3.18.1.4) as its contents stand in BER. Some agents forget the instance behind it.
const OBJECT: [u8; 8] = [0x2b, 6, 1, 6, 3, 18, 1, 4];

/// The identifier of an OCTET STRING.
const OCTET_STRING: u8 = 0x04;

/// Writes `*` over every such community, octet by octet, so that all lengths stay right.
pub(super) fn mask_communities(octets: &mut [u8]) {
    let mut rest = octets;
    while let Some(place) = rest.windows(OBJECT.len()).position(|window| window == OBJECT) {
        rest = rest.get_mut(place + OBJECT.len()..).unwrap_or_default();
        let instance = usize::from(rest.first() == Some(&0));
        let Some((community, length)) = octet_string(rest.get(instance..).unwrap_or_default()) else { continue };
        let begin = instance + community;
        let end = begin.saturating_add(length).min(rest.len());
        rest.get_mut(begin..end).unwrap_or_default().fill(b'*');
        rest = rest.get_mut(end..).unwrap_or_default();
    }
}

/// Where the contents of an OCTET STRING begin, and how many octets it says that they have (X.690 section 8.1.3).
fn octet_string(octets: &[u8]) -> Option<(usize, usize)> {
    let [OCTET_STRING, length, behind @ ..] = octets else { return None };
    let more = usize::from(length & 0x7f);
    if *length < 0x80 {
        return Some((2, more));
    }
    let length = behind.get(..more).filter(|length| length.len() <= size_of::<u64>())?;
    let length = length.iter().fold(0_u64, |length, octet| length << 8 | u64::from(*octet));
    Some((2 + more, usize::try_from(length).unwrap_or(usize::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(octets: &[u8], expected: &[u8]) {
        let mut masked = octets.to_vec();
        mask_communities(&mut masked);
        assert_eq!(masked, expected);
    }

    fn varbind(length: &[u8], community: &[u8]) -> Vec<u8> {
        [&[0x30, 0x19, 0x06, 0x09], &OBJECT[..], &[0, OCTET_STRING], length, community].concat()
    }

    #[test]
    fn every_community_in_a_pdu_is_hidden() {
        for length in [&[6][..], &[0x81, 6], &[0x82, 0, 6], &[0x84, 0, 0, 0, 6]] {
            let before = |community: &[u8]| [&varbind(length, community)[..], b"behind it"].concat();
            check(&before(b"secret"), &before(b"******"));
        }
        let without_instance = |community: &[u8]| [&OBJECT[..], &[OCTET_STRING, 6], community].concat();
        check(&without_instance(b"secret"), &without_instance(b"******"));
        let twice = |first: &[u8], second: &[u8]| [varbind(&[1], first), varbind(&[1], second)].concat();
        check(&twice(b"a", b"b"), &twice(b"*", b"*"));
    }

    #[test]
    fn what_is_broken_costs_nothing_behind_it() {
        // It says that it is longer than the PDU.
        check(&varbind(&[99], b"secret"), &varbind(&[99], b"******"));
        for rest in [&[][..], &[0x80, b'x'], &[0x89, 1, 2, 3], b"\x81"] {
            let octets = varbind(rest, b"");
            check(&octets, &octets);
        }
        check(b"nothing of the kind", b"nothing of the kind");
    }
}
