//! Hides communities that stand in a PDU: proxies add that of the original sender as snmpTrapCommunity (RFC 3584
//! section 3.1, SNMP-COMMUNITY-MIB).
//!
//! The value of that object is found by its position, as whoever decodes the PDU finds it: element by element, with
//! lengths in any form and arcs with any padding (X.690 sections 8.1.3 and 8.19.2). Nothing else is touched. Only where
//! elements do not fit into each other is their order not believed: there, whatever looks like the object costs the value
//! behind it.

use std::ops::Range;

use crate::ber::tag;

/// snmpTrapCommunity (1.3.6.1.6.3.18.1.4) in subidentifiers: the first two arcs share one. Some agents forget the instance
/// behind it.
const OBJECT: [u64; 8] = [43, 6, 1, 6, 3, 18, 1, 4];

/// Writes `*` over every such community in the PDU that begins at `start`, and in what stands behind it, octet by octet,
/// so that all lengths stay right.
pub fn hide_trap_communities(octets: &mut [u8], start: usize) {
    let mut found = Found { octets, values: Vec::new(), is_odd: false };
    found.in_pdu(start);
    if found.is_odd {
        found.anywhere(start);
    }
    for value in found.values {
        octets.get_mut(value).unwrap_or_default().fill(b'*');
    }
}

/// What is found in a PDU.
struct Found<'a> {
    octets: &'a [u8],
    /// Where the contents of the values are.
    values: Vec<Range<usize>>,
    /// Whether elements do not fit into each other.
    is_odd: bool,
}

/// An element, as far as it is there.
struct Element {
    tag: u8,
    content: Range<usize>,
    /// Where octets begin that may be of a secret: the contents, and of a length that cannot be believed all but its first
    /// octet.
    secret: usize,
}

impl Found<'_> {
    fn in_pdu(&mut self, start: usize) {
        let Some(pdu) = self.element(start..self.octets.len()) else { return };
        self.is_odd |= pdu.content.end < self.octets.len();
        let mut rest = pdu.content;
        // The fields before the varbinds, and the list of varbinds, which is the first SEQUENCE.
        while let Some(field) = self.element(rest.clone()) {
            rest.start = field.content.end;
            if field.tag == tag::SEQUENCE {
                self.in_varbinds(field.content);
                self.is_odd |= !rest.is_empty();
                return;
            }
        }
        self.is_odd = true;
    }

    fn in_varbinds(&mut self, mut rest: Range<usize>) {
        while let Some(varbind) = self.element(rest.clone()) {
            rest.start = varbind.content.end;
            let mut parts = varbind.content;
            let name = self.element(parts.clone());
            parts.start = name.as_ref().map_or(parts.start, |name| name.content.end);
            let value = self.element(parts.clone());
            let (Some(name), Some(value), tag::SEQUENCE) = (name, value, varbind.tag) else {
                self.is_odd = true;
                continue;
            };
            self.is_odd |= name.tag != tag::OBJECT_IDENTIFIER || value.content.end < parts.end;
            if self.object_at(name.content).is_some() {
                self.values.push(value.secret..parts.end);
            }
        }
    }

    /// Looks at every octet.
    fn anywhere(&mut self, start: usize) {
        for place in start..self.octets.len() {
            let Some(end) = self.object_at(place..self.octets.len()) else { continue };
            // The instance, if there is one: what the length in front of the name says, or one arc, or none.
            let before = place.checked_sub(1).and_then(|length| self.octets.get(length));
            let said = before.map_or(end, |length| place + usize::from(*length));
            for behind in [end, end + 1, said.max(end)] {
                let value = self.element(behind..self.octets.len());
                let value = value.filter(|value| value.tag == tag::OCTET_STRING);
                self.values.extend(value.map(|value| value.secret..value.content.end));
            }
        }
    }

    /// Where the name of the object ends that begins here, without its instance.
    fn object_at(&self, place: Range<usize>) -> Option<usize> {
        let mut octets = self.octets.get(place.clone())?.iter();
        for expected in OBJECT {
            let mut number = 0_u64;
            loop {
                let octet = *octets.next()?;
                number = number.checked_mul(1 << 7)? | u64::from(octet & 0x7f);
                if octet & 0x80 == 0 {
                    break;
                }
            }
            if number != expected {
                return None;
            }
        }
        Some(place.end - octets.len())
    }

    /// The first element in these octets; nothing where there are none. One that claims more than there is ends with them,
    /// and so does one whose length is indefinite or breaks off.
    fn element(&mut self, place: Range<usize>) -> Option<Element> {
        let octets = self.octets.get(place.clone())?;
        let (&tag, _) = octets.split_first()?;
        let identifier = if tag::is_high(tag) { tag::high_octets(octets).unwrap_or(octets.len()) } else { 1 };
        let first = octets.get(identifier).copied();
        let (length_octets, length) = match first {
            Some(short @ 0..0x80) => (1, Some(usize::from(short))),
            Some(long @ 0x81..) => {
                let more = usize::from(long & 0x7f);
                let digits = octets.get(identifier + 1..identifier + 1 + more);
                let add =
                    |number: usize, digit: &u8| number.checked_mul(1 << 8).map(|number| number | usize::from(*digit));
                (1 + more, digits.map(|digits| digits.iter().try_fold(0, add).unwrap_or(usize::MAX)))
            }
            None | Some(0x80) => (1, None),
        };
        let start = (place.start + identifier + length_octets).min(place.end);
        let left = place.end - start;
        let fits = length.is_some_and(|length| length <= left);
        self.is_odd |= !fits;
        let content = start..start + length.map_or(left, |length| length.min(left));
        let secret = if fits { start } else { (place.start + identifier + 1).min(place.end) };
        Some(Element { tag, content, secret })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OID: &[u8] = &[0x2b, 6, 1, 6, 3, 18, 1, 4, 0];

    /// An element with its length in the shortest form, in one octet more, and in eight.
    fn forms(tag: u8, content: &[u8]) -> [Vec<u8>; 3] {
        let length = content.len();
        let short = if length < 0x80 { vec![length as u8] } else { vec![0x82, (length >> 8) as u8, length as u8] };
        let padded = vec![0x83, 0, (length >> 8) as u8, length as u8];
        let eight = [&[0x88][..], &(length as u64).to_be_bytes()].concat();
        [short, padded, eight].map(|length| [&[tag], &length[..], content].concat())
    }

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let [short, ..] = forms(tag, content);
        short
    }

    fn varbind(name: &[u8], value: &[u8]) -> Vec<u8> {
        element(0x30, &[element(6, name), value.to_vec()].concat())
    }

    /// A trap of version 2c with these varbinds.
    fn pdu(varbinds: &[Vec<u8>]) -> Vec<u8> {
        element(0xa7, &[&[2, 1, 1, 2, 1, 0, 2, 1, 0][..], &element(0x30, &varbinds.concat())].concat())
    }

    /// Hides, and shows that nothing has changed but `secret`, wherever it stands.
    #[track_caller]
    fn check(octets: &[u8]) {
        let mut hidden = octets.to_vec();
        hide_trap_communities(&mut hidden, 0);
        let expected = octets.to_vec();
        let mut expected = String::from_utf8(expected.iter().flat_map(|octet| octet.escape_ascii()).collect()).unwrap();
        expected = expected.replace("secret", "******");
        assert_eq!(hidden.escape_ascii().to_string(), expected);
        assert_ne!(hidden, octets, "there was nothing to hide");
    }

    #[track_caller]
    fn check_untouched(octets: &[u8]) {
        let mut hidden = octets.to_vec();
        hide_trap_communities(&mut hidden, 0);
        assert_eq!(hidden.escape_ascii().to_string(), octets.escape_ascii().to_string());
    }

    #[test]
    fn communities_are_hidden_whatever_the_form_of_lengths_and_arcs() {
        for value in forms(4, b"secret") {
            check(&pdu(&[varbind(OID, &value)]));
            // Some agents forget the instance, others have one of several arcs.
            check(&pdu(&[varbind(&OID[..8], &value), varbind(&[OID, &[0x83, 1]].concat(), &value)]));
        }
        let padded: Vec<u8> = OID.iter().flat_map(|arc| [0x80, 0x80, *arc]).collect();
        let longer: Vec<u8> = OID.iter().flat_map(|arc| [[0x80; 12].as_slice(), &[*arc]].concat()).collect();
        for name in [padded.as_slice(), longer.as_slice()] {
            check(&pdu(&[varbind(name, &element(4, b"secret")), varbind(OID, &element(4, b"secret"))]));
        }
        for [name, whole] in [forms(6, OID), forms(6, &padded)].map(|[_, padded, eight]| [padded, eight]) {
            for name in [name, whole] {
                for varbind in forms(0x30, &[name, element(4, b"secret")].concat()) {
                    check(&pdu(&[varbind]));
                }
            }
        }
    }

    #[test]
    fn the_list_of_varbinds_is_found_in_every_pdu() {
        let varbinds = varbind(OID, &element(4, b"secret"));
        let v1 = [6, 1, 0x2b, 0x40, 4, 10, 0, 0, 1, 2, 1, 6, 2, 1, 0, 0x43, 1, 0];
        for list in forms(0x30, &varbinds) {
            for trap in forms(0xa4, &[&v1[..], &list].concat()) {
                check(&trap);
            }
            // Fields are missing, or are not what belongs there.
            check(&element(0xa6, &list));
            check(&element(0xa6, &[&[4, 0, 5, 0][..], &list].concat()));
        }
    }

    #[test]
    fn a_value_of_another_type_is_hidden_too() {
        for tag in [0x24, 0x44, 0x02, 0x7f] {
            let identifier = if tag == 0x7f { vec![0x7f, 0x81, 0x01] } else { vec![tag] };
            check(&pdu(&[varbind(OID, &[identifier, vec![6], b"secret".to_vec()].concat())]));
        }
    }

    #[test]
    fn what_only_looks_like_it_is_not_touched() {
        let other = [0x2b, 6, 1, 4, 1, 9, 9];
        let looks_like_it = varbind(OID, &element(4, b"secret"));
        // The value of another object: the same community, or octets that read as a varbind with one.
        check_untouched(&pdu(&[varbind(&other, &element(4, b"secret")), varbind(&other, &element(4, &looks_like_it))]));
        // An object whose name begins alike, or has the object's arcs inside.
        let longer = [&[0x2b, 6, 1, 6, 3, 18, 1, 0x84, 0x04, 0][..], &[0x2b, 6, 1, 6, 3, 18, 1, 5, 0]];
        for name in [longer[0], longer[1], &[&other[..], OID].concat()] {
            check_untouched(&pdu(&[varbind(name, &element(4, b"secret"))]));
        }
        check_untouched(&pdu(&[varbind(OID, &[5, 0]), varbind(&other, &element(6, OID))]));
        check_untouched(&pdu(&[]));
        check_untouched(b"");
    }

    #[test]
    fn where_elements_do_not_fit_communities_are_hidden_all_the_same() {
        let good = varbind(OID, &element(4, b"secret"));
        // The varbind, the name, the value or the list claims more or less than there is.
        let place = |octets: &[u8]| octets.windows(6).position(|window| window == b"secret").unwrap();
        let whole = pdu(std::slice::from_ref(&good));
        for before in [1, 2 + OID.len() + 1, 4 + OID.len() + 1, 6 + OID.len() + 1] {
            for length in [0, 1, 2 + OID.len() as u8, 0x7f, 0x80, 0x81, 0x84, 0xff] {
                let mut octets = whole.clone();
                let place = place(&octets) - before;
                octets[place] = length;
                let mut hidden = octets.clone();
                hide_trap_communities(&mut hidden, 0);
                assert!(hidden.ends_with(b"******"), "{before} {length:#x}: {}", hidden.escape_ascii());
            }
        }
        // Behind the list, behind the PDU, and in something that is no varbind.
        check(&[pdu(&[]), good.clone()].concat());
        check(&element(0xa7, &[&[2, 1, 1, 2, 1, 0, 2, 1, 0, 0x30, 0][..], &good].concat()));
        check(&pdu(&[element(0x31, &good)]));
        check(&pdu(&[element(6, OID), element(4, b"secret")]));
        check(&[&[0x30, 0x80][..], &good, &[0, 0]].concat());
        // The packet ends within the community.
        let mut cut = whole.clone();
        cut.truncate(whole.len() - 3);
        let mut hidden = cut.clone();
        hide_trap_communities(&mut hidden, 0);
        assert!(hidden.ends_with(b"***"));
    }

    proptest! {
        #[test]
        fn any_octets_keep_their_number(octets in proptest::collection::vec(any::<u8>(), 0..200), start in 0..250_usize) {
            let mut hidden = octets.clone();
            hide_trap_communities(&mut hidden, start);
            prop_assert_eq!(hidden.len(), octets.len());
            prop_assert_eq!(hidden.get(..start.min(octets.len())), octets.get(..start.min(octets.len())));
        }

        #[test]
        fn a_well_formed_pdu_keeps_everything_else(
            values in proptest::collection::vec((any::<bool>(), proptest::collection::vec(any::<u8>(), 0..30)), 0..6),
        ) {
            let other: &[u8] = &[0x2b, 6, 1, 4, 1, 9];
            let with = |hide: bool| {
                let varbinds = values.iter().map(|(is_community, value)| {
                    let value = if hide && *is_community { vec![b'*'; value.len()] } else { value.clone() };
                    varbind(if *is_community { OID } else { other }, &element(4, &value))
                });
                pdu(&varbinds.collect::<Vec<_>>())
            };
            let mut hidden = with(false);
            hide_trap_communities(&mut hidden, 0);
            prop_assert_eq!(hidden, with(true));
        }
    }
}
