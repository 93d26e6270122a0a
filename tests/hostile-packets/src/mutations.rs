//! Every way to spoil a message in one place.

use crate::element::{Content, Element, INTEGER, OCTET_STRING, OID, SEQUENCE, length, long_length};

/// Tags in the place of the right one: other types, unknown ones, other PDUs, and the beginning of a long tag.
const TAGS: &[u8] =
    &[0x00, 0x02, 0x04, 0x05, 0x06, 0x1f, 0x30, 0x31, 0x40, 0x44, 0x46, 0x7f, 0x80, 0xa0, 0xa5, 0xa8, 0xff];

/// How deep elements may be nested in one datagram, about: each takes four octets.
const DEPTH: usize = 10_000;

/// The largest content that fits into a datagram with the rest of the message.
const LARGE: usize = 60_000;

/// Far more octets than a number or a name has, and few enough to read them often.
const LONG: usize = 2_000;

/// All packets that `message` becomes.
pub(crate) fn of(message: &Element) -> Vec<Vec<u8>> {
    let valid = message.encode();
    let mut packets = of_octets(&valid);
    for number in 0..message.count() {
        let mut original = message.clone();
        let Some(place) = original.at(number) else { continue };
        let others = [tags(place), lengths(place), nesting(place), contents(place)];
        for other in others.into_iter().flatten() {
            let mut spoilt = message.clone();
            if let Some(place) = spoilt.at(number) {
                *place = other;
                packets.push(spoilt.encode());
            }
        }
    }
    // Some changes change nothing, such as the first element moved to the front.
    packets.retain(|packet| *packet != valid);
    packets
}

/// Spoils the octets whatever they mean: cut at each, changed one by one, followed by others.
fn of_octets(octets: &[u8]) -> Vec<Vec<u8>> {
    let mut packets: Vec<Vec<u8>> = (0..octets.len()).map(|end| octets.iter().take(end).copied().collect()).collect();
    for place in 0..octets.len() {
        for change in [0x80, 0xff] {
            let changed = octets.iter().enumerate();
            packets.push(changed.map(|(at, octet)| if at == place { octet ^ change } else { *octet }).collect());
        }
    }
    packets.extend([[octets, &[0]].concat(), [octets, octets].concat(), [&[0], octets].concat()]);
    packets
}

fn tags(element: &Element) -> Vec<Element> {
    let others = TAGS.iter().filter(|tag| **tag != element.tag);
    others.map(|tag| Element { tag: *tag, ..element.clone() }).collect()
}

/// Lengths that are not those of the content, and the right one in forms that it should not have.
fn lengths(element: &Element) -> Vec<Element> {
    let right = element.content().len();
    let wrong = [0, right.saturating_sub(1), right + 1, right + 100, 0x7f, 0xffff].into_iter().map(length);
    let long = [1, 2, 3, 4, 8].into_iter().map(|octets| long_length(right, octets));
    // Without an end (X.690 section 8.1.3.6), reserved, as large as can be, negative if taken for signed.
    let odd = [vec![0x80], vec![0xff], [&[0x88][..], &[0xff; 8]].concat(), vec![0x84, 0x80, 0, 0, 0]];
    let all = wrong.chain(long).chain(odd);
    all.map(|octets| Element { length: Some(octets), ..element.clone() }).collect()
}

/// Elements that are missing, too many, in another order, deeper or less deep than they should be.
fn nesting(element: &Element) -> Vec<Element> {
    let with = |content| Element { content, ..element.clone() };
    let mut others = vec![Element::of(element.tag, [element.clone()]), Element::of(SEQUENCE, [element.clone()])];
    let Content::Elements(elements) = &element.content else { return others };
    let with_elements = |elements| with(Content::Elements(elements));
    others.push(with_elements(Vec::new()));
    for place in 0..elements.len() {
        let mut fewer = elements.clone();
        let removed = fewer.remove(place);
        let mut more = elements.clone();
        more.insert(place, removed.clone());
        let mut moved = fewer.clone();
        moved.insert(0, removed.clone());
        let mut flat = fewer.clone();
        if let Content::Elements(below) = removed.content {
            flat.splice(place..place, below);
        }
        others.extend([fewer, more, moved, flat].map(with_elements));
    }
    others
}

/// Contents that the type does not allow, or that are larger than anybody needs.
fn contents(element: &Element) -> Vec<Element> {
    let contents = match (element.tag, &element.content) {
        (SEQUENCE, Content::Elements(elements)) if elements.iter().all(|element| element.tag == SEQUENCE) => {
            return vec![many(elements), deep()];
        }
        (_, Content::Elements(_)) => return Vec::new(),
        (OID, _) => names(),
        (OCTET_STRING, _) => vec![Vec::new(), vec![0; 300], vec![0xff; LARGE]],
        _ => numbers(),
    };
    contents.into_iter().map(|octets| Element::octets(element.tag, &octets)).collect()
}

/// Numbers of no octet, of too many, with superfluous ones in front, negative, just beyond 32 and 64 bits.
fn numbers() -> Vec<Vec<u8>> {
    let lengths = [4, 5, 8, 9, 126, 127, 300].into_iter();
    let mut numbers: Vec<Vec<u8>> =
        lengths.flat_map(|length| [0x00, 0x7f, 0xff].map(|octet| vec![octet; length])).collect();
    numbers.extend([vec![], vec![0x80], vec![0x80, 0, 0, 0], vec![1, 0, 0, 0, 0], vec![0, 0xff, 0xff, 0xff, 0xff]]);
    numbers.extend([vec![1, 0, 0, 0, 0, 0, 0, 0, 0], vec![0xff; LONG]]);
    numbers
}

/// Names of no arc, with an arc that does not end, is too large or has superfluous octets, and of very many arcs.
fn names() -> Vec<Vec<u8>> {
    let too_large = [0x2b, 0x90, 0x80, 0x80, 0x80, 0x00].to_vec();
    let superfluous = [0x2b, 6, 0x80, 0x80, 0x01].to_vec();
    let many = |arcs: usize| [&[0x2b][..], &vec![1; arcs - 2]].concat();
    vec![
        vec![],
        vec![0x80],
        vec![0x2b, 0x86],
        vec![0xff; 20],
        vec![0xff; LONG],
        too_large,
        superfluous,
        many(128),
        many(129),
        many(LONG),
    ]
}

/// As many of the first element as fit.
fn many(elements: &[Element]) -> Element {
    let first = elements.first().cloned().unwrap_or_else(|| Element::octets(INTEGER, &[1]));
    let count = LARGE / first.encode().len();
    Element::of(SEQUENCE, vec![first; count])
}

/// One in the other, all the way down.
fn deep() -> Element {
    // The lengths shrink inwards; made as octets, since a tree this deep would use up the stack of whoever drops it.
    let mut octets = Vec::new();
    for depth in (0..DEPTH).rev() {
        octets.push(SEQUENCE);
        octets.extend(long_length(depth * 4, 2));
    }
    Element::octets(SEQUENCE, &octets)
}
