//! BER elements as a tree that can be spoilt in one place and is encoded as it stands.

/// An element.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) tag: u8,
    /// The octets that stand for the length; none: the right ones.
    pub(crate) length: Option<Vec<u8>>,
    pub(crate) content: Content,
}

/// What is in an element.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Octets(Vec<u8>),
    Elements(Vec<Element>),
}

/// The universal tags, and those of SNMP (RFC 3416).
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const IP_ADDRESS: u8 = 0x40;
pub(crate) const COUNTER_32: u8 = 0x41;
pub(crate) const TIME_TICKS: u8 = 0x43;
pub(crate) const COUNTER_64: u8 = 0x46;

impl Element {
    pub(crate) fn octets(tag: u8, octets: &[u8]) -> Self {
        Self { tag, length: None, content: Content::Octets(octets.to_vec()) }
    }

    pub(crate) fn of(tag: u8, elements: impl Into<Vec<Self>>) -> Self {
        Self { tag, length: None, content: Content::Elements(elements.into()) }
    }

    /// The element as it goes over the wire.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let content = self.content();
        let mut octets = vec![self.tag];
        octets.extend(self.length.clone().unwrap_or_else(|| length(content.len())));
        octets.extend(content);
        octets
    }

    /// The octets behind the length.
    pub(crate) fn content(&self) -> Vec<u8> {
        match &self.content {
            Content::Octets(octets) => octets.clone(),
            Content::Elements(elements) => elements.iter().flat_map(Self::encode).collect(),
        }
    }

    /// How many elements there are, this one and all below it.
    pub(crate) fn count(&self) -> usize {
        match &self.content {
            Content::Octets(_) => 1,
            Content::Elements(elements) => 1 + elements.iter().map(Self::count).sum::<usize>(),
        }
    }

    /// The element of this number: 0 is this one, and those below it follow in the order of the wire.
    pub(crate) fn at(&mut self, number: usize) -> Option<&mut Self> {
        let Some(mut below) = number.checked_sub(1) else { return Some(self) };
        let Content::Elements(elements) = &mut self.content else { return None };
        for element in elements {
            let count = element.count();
            if below < count {
                return element.at(below);
            }
            below -= count;
        }
        None
    }
}

/// A length in as few octets as it takes.
pub(crate) fn length(length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(short @ ..0x80) => vec![short],
        _ => long_length(length, length.to_be_bytes().iter().skip_while(|octet| **octet == 0).count()),
    }
}

/// A length in the long form with so many octets (at most 8).
pub(crate) fn long_length(length: usize, octets: usize) -> Vec<u8> {
    let all = length.to_be_bytes();
    let last = all.iter().skip(all.len().saturating_sub(octets)).copied();
    [0x80 | u8::try_from(octets).unwrap_or(0x7f)].into_iter().chain(last).collect()
}
