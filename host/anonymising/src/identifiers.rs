//! What is known of a recording before anything is replaced: addresses, and names that stand within other texts.

use std::collections::{HashMap, HashSet};

use snmp::{Oid, Value, Varbind};

use crate::{
    index::{Found, Part, by_parts, octets},
    ipv4, ipv6, mac,
    objects::{Kind, Objects},
    report::IdentifierKind,
    text::{Text, mac_of},
    words::is_of_word,
};

/// What is known.
#[derive(Debug, Default)]
pub(crate) struct Identifiers {
    ipv4: HashSet<[u8; 4]>,
    ipv6: HashSet<[u8; 16]>,
    macs: HashSet<[u8; 6]>,
    /// Names, serial numbers and secrets in small letters, to be found within texts.
    phrases: HashMap<String, IdentifierKind>,
    /// The most words of a phrase.
    words: usize,
    /// What the columns say that say of which subtype another is.
    subtypes: HashMap<Oid, i32>,
}

/// Names that say nothing of whom a device belongs to, and stand in many texts.
const COMMON: [&str; 16] = [
    "access",
    "cisco",
    "core",
    "default",
    "device",
    "host",
    "linux",
    "local",
    "localdomain",
    "localhost",
    "none",
    "private",
    "public",
    "router",
    "switch",
    "unknown",
];

/// Whether octets of an object that is not known are no text, and look like a MAC address.
fn is_mac(octets: &[u8]) -> bool {
    Text::of(octets).is_none() && octets.try_into().is_ok_and(mac::looks_like_one)
}

/// sysDescr.0 (RFC 3418).
const SYS_DESCR: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 1, 0];

/// How sysDescr begins where it is what `uname -a` prints: the name of the machine stands behind.
const SYSTEMS: [&str; 7] = ["Linux", "FreeBSD", "OpenBSD", "NetBSD", "DragonFly", "Darwin", "SunOS"];

/// The fewest signs of a phrase, and of one with a digit.
const SHORTEST: usize = 4;
const SHORTEST_WITH_DIGIT: usize = 3;

/// The most words of a phrase: a longer name is found by its parts only.
const MAX_WORDS: usize = 8;

impl Identifiers {
    pub(crate) fn among(varbinds: &[Varbind], objects: &Objects, secrets: &[&str]) -> Self {
        let mut identifiers = Self::default();
        secrets.iter().for_each(|secret| identifiers.phrase(secret, IdentifierKind::Secret));
        for Varbind { name, value } in varbinds {
            let place = objects.find(name);
            if let Some(place) = place {
                identifiers.index(place.index, &place.table.index);
            }
            match (place.and_then(|place| place.kind), value) {
                (Some(Kind::Keep), _) => {}
                (_, Value::IpAddress(address)) => identifiers.address(*address),
                (
                    Some(Kind::Words(what @ (IdentifierKind::Name | IdentifierKind::Serial | IdentifierKind::Secret))),
                    Value::OctetString(octets),
                ) => {
                    if let Some(text) = Text::of(octets) {
                        identifiers.name(&text.text, what);
                    }
                }
                (Some(Kind::Mac), Value::OctetString(octets)) => identifiers.mac(octets),
                (Some(Kind::BridgeId), Value::OctetString(octets)) => {
                    identifiers.mac(octets.get(2..).unwrap_or_default());
                }
                (Some(Kind::Address), Value::OctetString(octets)) => identifiers.octets(octets),
                (None, Value::OctetString(octets)) if name.arcs() == SYS_DESCR => identifiers.node_name(octets),
                (None, Value::OctetString(octets)) if is_mac(octets) => identifiers.mac(octets),
                (_, Value::Integer(number)) if objects.is_subtype(name) => {
                    identifiers.subtypes.insert(name.clone(), *number);
                }
                _ => {}
            }
        }
        identifiers
    }

    pub(crate) fn has_ipv4(&self, octets: &[u8]) -> bool {
        octets.try_into().is_ok_and(|address: [u8; 4]| self.ipv4.contains(&address))
    }

    pub(crate) fn has_ipv6(&self, octets: &[u8]) -> bool {
        octets.try_into().is_ok_and(|address: [u8; 16]| self.ipv6.contains(&address))
    }

    pub(crate) fn has_mac(&self, octets: &[u8]) -> bool {
        octets.try_into().is_ok_and(|mac: [u8; 6]| self.macs.contains(&mac))
    }

    /// What a phrase in small letters is, if it is known.
    pub(crate) fn what(&self, phrase: &str) -> Option<IdentifierKind> {
        self.phrases.get(phrase).copied()
    }

    /// The most words of a phrase that is known.
    pub(crate) fn max_words(&self) -> usize {
        self.words
    }

    /// Whether a phrase stands within a text.
    pub(crate) fn is_within(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.phrases.keys().any(|phrase| text.contains(phrase.as_str()))
    }

    /// What a column says of the subtype of another one.
    pub(crate) fn subtype(&self, name: &Oid) -> Option<i32> {
        self.subtypes.get(name).copied()
    }

    fn index(&mut self, arcs: &[u32], parts: &[Part]) {
        for (what, range) in by_parts(arcs, parts).unwrap_or_default() {
            let octets = arcs.get(range).and_then(octets).unwrap_or_default();
            match what {
                Found::Ipv4 | Found::Ipv6 => self.octets(&octets),
                Found::Mac => self.mac(&octets),
                Found::Engine => {}
                Found::Text => {
                    if let Some(text) = Text::of(&octets) {
                        self.name(&text.text, IdentifierKind::Name);
                    }
                }
            }
        }
    }

    fn address(&mut self, address: [u8; 4]) {
        if ipv4::is_of_somebody(address) {
            self.ipv4.insert(address);
        }
    }

    fn octets(&mut self, octets: &[u8]) {
        if let Ok(address) = octets.try_into() {
            self.address(address);
        } else if let Ok(address) = <[u8; 16]>::try_from(octets)
            && ipv6::is_of_somebody(address)
        {
            self.ipv6.insert(address);
            self.macs.extend(ipv6::mac_within(address));
        }
    }

    fn mac(&mut self, octets: &[u8]) {
        let written = || Text::of(octets).and_then(|text| mac_of(text.text.trim()));
        self.macs.extend(octets.try_into().ok().or_else(written).filter(|mac| mac::is_of_somebody(*mac)));
    }

    /// Takes the name of a machine from what `uname -a` prints of it.
    fn node_name(&mut self, octets: &[u8]) {
        let Some(text) = Text::of(octets) else { return };
        let mut words = text.text.split_whitespace();
        if words.next().is_some_and(|system| SYSTEMS.contains(&system))
            && let Some(node) = words.next()
        {
            self.name(node, IdentifierKind::Name);
        }
    }

    /// Takes a name: as a whole, and each of its parts between dots and brackets.
    fn name(&mut self, name: &str, what: IdentifierKind) {
        let name = name.trim();
        if what == IdentifierKind::Name {
            name.split(['.', '(', ')', ' ', ',']).for_each(|part| self.phrase(part, what));
        }
        self.phrase(name, what);
    }

    fn phrase(&mut self, phrase: &str, what: IdentifierKind) {
        let phrase = phrase.trim_matches(|sign| !is_of_word(sign)).to_lowercase();
        let words = phrase.split(|sign| !is_of_word(sign)).count();
        let is_number = phrase.chars().all(|sign| sign.is_ascii_digit()) && what == IdentifierKind::Name;
        let has_digit = phrase.contains(|sign: char| sign.is_ascii_digit());
        let shortest = if has_digit { SHORTEST_WITH_DIGIT } else { SHORTEST };
        if phrase.chars().count() < shortest || words > MAX_WORDS || is_number || COMMON.contains(&phrase.as_str()) {
            return;
        }
        self.words = self.words.max(words);
        self.phrases.entry(phrase).or_insert(what);
    }
}
