//! Replacing: names of objects and their values, each by what is known of the object.

use std::collections::HashMap;

use snmp::{Oid, Value, Varbind};

use crate::{
    identifiers::Identifiers,
    index::{Found, Part, by_parts, octets},
    ipv4, mac,
    objects::{Instance, Kind, Objects},
    report::{Counting, IdentifierKind, Report},
    scan::{Replace, scan},
    search::by_looks,
    seed::Seed,
    text::{Text, in_form_of, is_interface_name, looks_like_serial_number, mac_of},
};

/// What replaces, and counts what it has replaced.
#[derive(Debug)]
pub(crate) struct Replacing<'a> {
    objects: &'a Objects,
    identifiers: &'a Identifiers,
    replace: Counted<'a>,
}

/// The arcs of `enterprises`, behind which vendors have their objects.
const ENTERPRISES: [u32; 6] = [1, 3, 6, 1, 4, 1];

/// LldpChassisIdSubtype and LldpPortIdSubtype (IEEE 802.1AB): a MAC address, the name of an interface, ifAlias.
const CHASSIS_MAC: i32 = 4;
const CHASSIS_INTERFACE: i32 = 6;
const PORT_ALIAS: i32 = 1;

/// Where the indexes of unknown objects may begin: behind the number of an enterprise and two arcs, elsewhere behind the
/// number of a MIB and one.
fn shortest_object(arcs: &[u32]) -> usize {
    if arcs.starts_with(&ENTERPRISES) { 9 } else { 8 }
}

impl<'a> Replacing<'a> {
    pub(crate) fn new(seed: &'a Seed, objects: &'a Objects, identifiers: &'a Identifiers) -> Self {
        Self { objects, identifiers, replace: Counted::new(seed) }
    }

    pub(crate) fn into_report(self) -> Report {
        self.replace.counting.finish()
    }

    pub(crate) fn varbind(&mut self, Varbind { name, value }: Varbind) -> Varbind {
        let value = self.value(&name, value);
        Varbind { name: self.name(name), value }
    }

    /// Replaces what the index of an object's name says.
    fn name(&mut self, name: Oid) -> Oid {
        let mut arcs = name.arcs().to_vec();
        let found = match self.objects.find(&name) {
            Some(Instance { table, entry, index, .. }) => {
                let start = entry.len() + 1;
                let found = by_parts(index, &table.index).unwrap_or_else(|| {
                    let is_of_addresses = table.index.contains(&Part::Inet);
                    by_looks(index, 0, self.identifiers, is_of_addresses)
                });
                found.into_iter().map(|(what, range)| (what, range.start + start..range.end + start)).collect()
            }
            None => by_looks(&arcs, shortest_object(&arcs), self.identifiers, false),
        };
        for (what, range) in found {
            let Some(part) = arcs.get_mut(range) else { continue };
            let Some(before) = octets(part) else { continue };
            let after = match what {
                Found::Ipv4 | Found::Ipv6 => self.replace.address(&before),
                Found::Mac => self.replace.phys(&before),
                Found::Engine => self.replace.engine_id(before),
                Found::Text => Text::of(&before)
                    .map_or(before.clone(), |text| text.with(&self.replace.words_of(IdentifierKind::Name, &text))),
            };
            for (arc, octet) in part.iter_mut().zip(after) {
                *arc = octet.into();
            }
        }
        // There are as many arcs as before.
        Oid::new(&arcs).unwrap_or(name)
    }

    fn value(&mut self, name: &Oid, value: Value) -> Value {
        let place = self.objects.find(name);
        let kind = place.and_then(|place| place.kind);
        match (kind, value) {
            (Some(Kind::Keep), value) => value,
            (_, Value::IpAddress(address)) => Value::IpAddress(self.replace.ipv4(address)),
            (_, Value::ObjectIdentifier(oid)) => Value::ObjectIdentifier(self.name(oid)),
            (Some(Kind::Words(IdentifierKind::Serial)), Value::Integer(number)) => {
                Value::Integer(self.replace.serial_number(number))
            }
            (kind, Value::OctetString(octets)) => Value::OctetString(self.octets(name, kind, octets)),
            // An IpAddress of sixteen octets.
            (_, Value::Unknown { tag: 0x40, octets }) => {
                Value::Unknown { tag: 0x40, octets: self.replace.address(&octets) }
            }
            (_, value) => value,
        }
    }

    fn octets(&mut self, name: &Oid, kind: Option<Kind>, octets: Vec<u8>) -> Vec<u8> {
        match kind {
            Some(Kind::Keep) => octets,
            Some(Kind::Words(what)) => self.words(what, &octets),
            Some(Kind::PortDescription) => match Text::of(&octets) {
                Some(text) if !is_interface_name(&text.text) => {
                    text.with(&self.replace.words_of(IdentifierKind::Description, &text))
                }
                _ => self.search(name, octets),
            },
            Some(Kind::Mac) => self.replace.phys(&octets),
            Some(Kind::BridgeId) => match octets.split_at_checked(2) {
                Some((priority, mac)) => [priority, &self.replace.phys(mac)].concat(),
                None => octets,
            },
            Some(Kind::Address) => self.replace.address(&octets),
            Some(Kind::EngineId) => self.replace.engine_id(octets),
            Some(Kind::LldpId { subtype, mac, address }) => match self.subtype(name, subtype) {
                Some(found) if found == mac => self.replace.phys(&octets),
                Some(found) if found == address => self.replace.address(&octets),
                // A chassis that has a name is a device, unless that is an interface's; a port has an interface's, or an alias.
                Some(found) if mac == CHASSIS_MAC && found != CHASSIS_INTERFACE => {
                    self.words(IdentifierKind::Name, &octets)
                }
                Some(PORT_ALIAS) if mac != CHASSIS_MAC => self.words(IdentifierKind::Description, &octets),
                _ => self.search(name, octets),
            },
            Some(Kind::Blob) => {
                self.replace.counting.replaced(IdentifierKind::Blob, &octets);
                vec![0; octets.len()]
            }
            Some(Kind::Scan) | None => self.search(name, octets),
        }
    }

    /// The subtype that another column of the row has.
    fn subtype(&self, name: &Oid, column: u32) -> Option<i32> {
        let place = self.objects.find(name)?;
        let other = Oid::new(&[place.entry, &[column], place.index].concat()).ok()?;
        self.identifiers.subtype(&other)
    }

    fn words(&mut self, what: IdentifierKind, octets: &[u8]) -> Vec<u8> {
        match Text::of(octets) {
            Some(text) => text.with(&self.replace.words_of(what, &text)),
            None => {
                self.replace.counting.replaced(what, octets);
                self.replace.seed.octets(octets)
            }
        }
    }

    /// Replaces what is found within octets of which nothing is known.
    fn search(&mut self, name: &Oid, octets: Vec<u8>) -> Vec<u8> {
        if self.identifiers.has_mac(&octets) || self.identifiers.has_ipv6(&octets) {
            return self.binary(octets);
        }
        let Some(text) = Text::of(&octets) else { return self.binary(octets) };
        let enterprise = name.arcs().strip_prefix(&ENTERPRISES).and_then(|arcs| arcs.first());
        let enterprise = enterprise.filter(|_| self.objects.find(name).is_none());
        if enterprise.is_some() && looks_like_serial_number(text.text.trim()) {
            return text.with(&self.replace.words_of(IdentifierKind::Serial, &text));
        }
        self.replace.latin1 = text.latin1;
        let replaced = scan(&text.text, self.identifiers, &mut self.replace);
        if let Some(enterprise) = enterprise
            && replaced == text.text
            && text.text.contains(char::is_alphabetic)
        {
            self.replace.counting.unknown_text(*enterprise);
        }
        text.with(&replaced)
    }

    /// Octets that are no text: one address as a whole, or addresses that are known from elsewhere within.
    fn binary(&mut self, mut octets: Vec<u8>) -> Vec<u8> {
        if self.identifiers.has_ipv4(&octets) || self.identifiers.has_ipv6(&octets) {
            return self.replace.address(&octets);
        }
        let is_mac = <[u8; 6]>::try_from(octets.as_slice()).is_ok_and(mac::looks_like_one);
        if is_mac || self.identifiers.has_mac(&octets) {
            return self.replace.phys(&octets);
        }
        let mut at = 0;
        while at + 6 <= octets.len() {
            let here = |length: usize| octets.get(at..at + length);
            let (length, new) = match (here(16), here(6)) {
                (Some(part), _) if self.identifiers.has_ipv6(part) => (16, self.replace.address(part)),
                (_, Some(part)) if self.identifiers.has_mac(part) => (6, self.replace.phys(part)),
                _ => {
                    at += 1;
                    continue;
                }
            };
            if let Some(part) = octets.get_mut(at..at + length) {
                part.copy_from_slice(&new);
            }
            at += length;
        }
        octets
    }
}

/// Replaces by the seed, and counts.
#[derive(Debug)]
struct Counted<'a> {
    seed: &'a Seed,
    counting: Counting,
    /// Whether the text that is searched has one octet for each sign.
    latin1: bool,
    /// What was replaced before: an address stands in many places, and takes dozens of digests.
    ipv4: HashMap<[u8; 4], [u8; 4]>,
    ipv6: HashMap<[u8; 16], [u8; 16]>,
    macs: HashMap<[u8; 6], [u8; 6]>,
}

impl Replace for Counted<'_> {
    fn ipv4(&mut self, address: [u8; 4]) -> [u8; 4] {
        if ipv4::is_of_somebody(address) {
            self.counting.replaced(IdentifierKind::Ipv4, &address);
        }
        *self.ipv4.entry(address).or_insert_with(|| self.seed.ipv4(address))
    }

    fn ipv6(&mut self, address: [u8; 16]) -> [u8; 16] {
        let replaced = *self.ipv6.entry(address).or_insert_with(|| self.seed.ipv6(address));
        if replaced != address {
            self.counting.replaced(IdentifierKind::Ipv6, &address);
        }
        replaced
    }

    fn mac(&mut self, mac: [u8; 6]) -> [u8; 6] {
        if mac::is_of_somebody(mac) {
            self.counting.replaced(IdentifierKind::Mac, &mac);
        }
        *self.macs.entry(mac).or_insert_with(|| self.seed.mac(mac))
    }

    fn words(&mut self, what: IdentifierKind, words: &str) -> String {
        self.counting.replaced(what, words.to_lowercase().as_bytes());
        self.seed.words(words, self.latin1)
    }
}

impl<'a> Counted<'a> {
    fn new(seed: &'a Seed) -> Self {
        let (ipv4, ipv6, macs) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { seed, counting: Counting::default(), latin1: false, ipv4, ipv6, macs }
    }

    fn words_of(&mut self, what: IdentifierKind, text: &Text) -> String {
        self.latin1 = text.latin1;
        if text.text.contains(crate::words::is_of_word) { self.words(what, &text.text) } else { text.text.clone() }
    }

    /// An address in octets, whatever stands before or behind it: a family, a zone, a port.
    fn address(&mut self, octets: &[u8]) -> Vec<u8> {
        let (before, address, behind) = match octets.len() {
            4 | 6 | 8 => (0, 4, octets.len() - 4),
            5 => (1, 4, 0),
            16 | 18 | 20 => (0, 16, octets.len() - 16),
            17 => (1, 16, 0),
            _ => return self.words_of_address(octets),
        };
        let mut replaced = octets.to_vec();
        if let Some(part) = replaced.get_mut(before..before + address) {
            if let Ok(address) = <[u8; 4]>::try_from(&*part) {
                part.copy_from_slice(&self.ipv4(address));
            } else if let Ok(address) = <[u8; 16]>::try_from(&*part) {
                part.copy_from_slice(&self.ipv6(address));
            }
        }
        debug_assert_eq!(before + address + behind, octets.len(), "all of it is accounted for");
        replaced
    }

    /// An address that is a name.
    fn words_of_address(&mut self, octets: &[u8]) -> Vec<u8> {
        match Text::of(octets) {
            Some(text) => text.with(&self.words_of(IdentifierKind::Name, &text)),
            None => octets.to_vec(),
        }
    }

    /// A physical address of any length.
    fn phys(&mut self, octets: &[u8]) -> Vec<u8> {
        if let Ok(mac) = <[u8; 6]>::try_from(octets) {
            return self.mac(mac).to_vec();
        }
        if octets.iter().all(|octet| *octet == 0) {
            return octets.to_vec();
        }
        if let Some(text) = Text::of(octets)
            && let Some(mac) = mac_of(text.text.trim())
        {
            return text.with(&in_form_of(&text.text, self.mac(mac)));
        }
        self.counting.replaced(IdentifierKind::Mac, octets);
        if let Ok(eui64) = <[u8; 8]>::try_from(octets) {
            return self.seed.tail(eui64, 3).to_vec();
        }
        if let Ok(infiniband) = <[u8; 20]>::try_from(octets) {
            return self.seed.tail(infiniband, 13).to_vec();
        }
        self.seed.octets(octets)
    }

    /// An engine ID (RFC 3411): the enterprise and the format stay, and what stands behind them is as the format says.
    fn engine_id(&mut self, mut octets: Vec<u8>) -> Vec<u8> {
        let Some((head, rest)) = octets.split_at_mut_checked(5) else { return octets };
        let replaced = match (head, &*rest) {
            ([0x80..=0xff, .., 1], rest) if rest.len() == 4 => self.address(rest),
            ([0x80..=0xff, .., 2], rest) if rest.len() == 16 => self.address(rest),
            ([0x80..=0xff, .., 3], rest) if rest.len() == 6 => self.phys(rest),
            ([0x80..=0xff, .., 4], rest) => self.words_of_address(rest),
            (_, rest) => {
                self.counting.replaced(IdentifierKind::Name, rest);
                self.seed.octets(rest)
            }
        };
        for (octet, new) in rest.iter_mut().zip(replaced) {
            *octet = new;
        }
        octets
    }

    /// A serial number that is a number: another one of as many digits.
    fn serial_number(&mut self, number: i32) -> i32 {
        if number <= 0 {
            return number;
        }
        self.counting.replaced(IdentifierKind::Serial, number.to_string().as_bytes());
        let min = 10_i32.pow(number.ilog10());
        let count = i64::from(min.checked_mul(10).unwrap_or(i32::MAX)) - i64::from(min);
        let place = u64::try_from(number - min).unwrap_or_default();
        let place = self.seed.replace("serial", place, count.unsigned_abs());
        i32::try_from(place).map_or(number, |place| min + place)
    }
}
