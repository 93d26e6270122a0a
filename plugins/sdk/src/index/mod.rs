//! The indexes of tables: [`IndexReader`] reads what the MIB says, part by part, and for addresses there is more, since
//! agents write them in many ways.
//!
//! An index is read literally. Where that fails, the deviations that real agents are known for are tried, and one
//! counts only if it is the only one that fits: what fits none is malformed. The forms differ so much in length that no
//! literal index fits a deviation, and two deviations only where type and ifIndex may be exchanged; the properties below
//! hold that. Of such a row the other rows of its table tell, which are all written in one way; where they do not, it is
//! ambiguous, and left out.
//! The one exception is text: octets that spell an address are its text, even if they are as many as an address has.
//!
//! [`AddressIndexes`] reads the indexes of one table, counts the deviations and tells the job's log of them.

mod deviation;

pub use self::deviation::Deviation;
pub use crate::index_reader::IndexReader;
use crate::{
    Device, Level,
    address::{InetAddress, octets_of},
    malformed::Malformed,
    oids::dotted,
    table::Table,
    tally::Tally,
};

/// How a MIB says that an address is written into an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressForm {
    /// Four arcs, an IpAddress: ipAddrTable, and behind an ifIndex ipNetToMediaTable.
    Ipv4,
    /// 1 for internet and four arcs, a NetworkAddress of RFC 1155: atTable.
    NetworkAddress,
    /// Sixteen arcs, an Ipv6Address of RFC 2465: ipv6AddrTable. Windows writes the length 16 before them, which says
    /// what it is and is no deviation to warn of.
    Ipv6,
    /// `type.length.octets`, an InetAddressType and InetAddress of RFC 4001: ipAddressTable, ipNetToPhysicalTable,
    /// and the tables of CISCO-IETF-IP-MIB that were made from their drafts.
    Inet,
}

/// An index that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading<T> {
    /// What it holds.
    pub value: T,
    /// How it differs from what the MIB says; none where it does not.
    pub deviation: Option<Deviation>,
}

impl AddressForm {
    /// Reads an index that is an address. None where it is malformed.
    #[must_use]
    pub fn read(self, index: &[u32]) -> Option<Reading<InetAddress>> {
        self.certain(index).or_else(|| only(self.deviating(index)))
    }

    /// Reads an index that is an ifIndex and an address. None where it is malformed, or ambiguous by itself.
    #[must_use]
    pub fn read_behind_if_index(self, index: &[u32]) -> Option<Reading<(u32, InetAddress)>> {
        match self.orders(index) {
            [Some(one), Some(other)] => only([one, other]),
            [one, other] => one.or(other),
        }
    }

    /// What an index is with the ifIndex before the type, as all MIBs have it, and with the type before the ifIndex.
    fn orders(self, index: &[u32]) -> [Option<Reading<(u32, InetAddress)>>; 2] {
        let Some((&if_index, rest)) = index.split_first() else { return [None, None] };
        let behind = |reading: Reading<InetAddress>| reading.with((if_index, reading.value));
        if let Some(certain) = self.certain(rest) {
            return [Some(behind(certain)), None];
        }
        let deviating = self.deviating(rest).into_iter().map(behind).chain(self.family_before(index));
        [only(deviating), self.type_before_if_index(index)]
    }

    /// The readings that need no other to fail.
    fn certain(self, arcs: &[u32]) -> Option<Reading<InetAddress>> {
        let text = self.text(arcs).map(|address| Deviation::Text.of(address));
        text.or_else(|| self.literal(arcs).map(|value| Reading { value, deviation: None }))
    }

    fn literal(self, arcs: &[u32]) -> Option<InetAddress> {
        match (self, arcs) {
            (AddressForm::Ipv4, octets) | (AddressForm::NetworkAddress, [1, octets @ ..]) => {
                InetAddress::from_ipv4_arcs(octets)
            }
            (AddressForm::Ipv6, [16, octets @ ..]) if octets.len() == 16 => InetAddress::from_ipv6_arcs(octets),
            (AddressForm::Ipv6, octets) => InetAddress::from_ipv6_arcs(octets),
            (AddressForm::Inet, arcs) => InetAddress::from_index(arcs),
            (AddressForm::NetworkAddress, _) => None,
        }
    }

    /// The characters of an address, with their number before them or without.
    fn text(self, arcs: &[u32]) -> Option<InetAddress> {
        // The type says nothing here: there are agents that show IPv4 as ipv6(2).
        let text = match (self, arcs) {
            (AddressForm::Inet, [1..=4, text @ ..]) | (AddressForm::NetworkAddress, [1, text @ ..]) => text,
            (AddressForm::Ipv4 | AddressForm::Ipv6, text) => text,
            _ => return None,
        };
        let counted = || {
            let (&length, text) = text.split_first()?;
            if usize::try_from(length) == Ok(text.len()) { spelled(text) } else { None }
        };
        let address = spelled(text).or_else(counted)?;
        match self {
            AddressForm::Inet => Some(address),
            AddressForm::Ipv6 => address.is_ipv6().then_some(address),
            AddressForm::Ipv4 | AddressForm::NetworkAddress => (!address.is_ipv6()).then_some(address),
        }
    }

    /// The deviating readings of the address alone that fit.
    fn deviating(self, arcs: &[u32]) -> Vec<Reading<InetAddress>> {
        let before_zeros = arcs.strip_suffix(&[0, 0, 0, 0]);
        let mut fitting = Vec::new();
        let mut add = |deviation: Deviation, address: Option<InetAddress>| {
            fitting.extend(address.map(|address| deviation.of(address)));
        };
        match (self, arcs) {
            (AddressForm::Inet, &[kind @ 1..=4, ref octets @ ..]) => {
                add(Deviation::LengthMissing, of_type(kind, octets));
                if let 3 | 4 = kind {
                    add(Deviation::LengthAndZoneMissing, of_type(kind - 2, octets));
                } else if let Some(arcs) = before_zeros {
                    add(Deviation::ZerosBehind, InetAddress::from_index(arcs));
                    let octets = arcs.get(1..).unwrap_or_default();
                    add(Deviation::LengthMissingAndZerosBehind, of_type(kind, octets));
                    add(Deviation::ZerosInLength, counted(octets, 4).and_then(|octets| of_type(kind, octets)));
                } else {
                    // Only such addresses have zones, and anything of twenty octets may be anything.
                    let is_link_local = matches!(arcs, [2, 0xfe, 0x80..=0xbf, ..]);
                    let address = if is_link_local { of_type(kind + 2, octets) } else { None };
                    add(Deviation::LengthMissingAndZoneOfOtherType, address);
                    add(Deviation::ZoneOfOtherType, counted(octets, 0).and_then(|octets| of_type(kind + 2, octets)));
                }
            }
            (AddressForm::Ipv4, &[number]) => add(Deviation::OneNumber, one_number(number)),
            _ => {}
        }
        if self != AddressForm::Inet {
            add(Deviation::ZerosBehind, before_zeros.and_then(|arcs| self.literal(arcs)));
        }
        fitting
    }

    /// The reading, if it fits, of an index in a table of four arcs that has the family before them.
    fn family_before(self, index: &[u32]) -> Option<Reading<(u32, InetAddress)>> {
        match (self, index) {
            // Without the ifIndex this would be no better than to take the one for something else.
            (AddressForm::Ipv4, [if_index, 1, octets @ ..]) => {
                Some(Deviation::NetworkAddress.of((*if_index, InetAddress::from_ipv4_arcs(octets)?)))
            }
            _ => None,
        }
    }

    /// The reading, if it fits, with type and ifIndex exchanged. No interface is 0 there: that is a type, and unknown.
    fn type_before_if_index(self, index: &[u32]) -> Option<Reading<(u32, InetAddress)>> {
        match (self, index) {
            (AddressForm::Inet, &[kind @ 1..=4, if_index @ 1..=u32::MAX, ref rest @ ..]) => {
                let with_length = InetAddress::from_index(&[&[kind], rest].concat());
                let exchanged = with_length.map(|address| Deviation::TypeBeforeIfIndex.of((if_index, address)));
                let without =
                    || Some(Deviation::TypeBeforeIfIndexAndLengthMissing.of((if_index, of_type(kind, rest)?)));
                exchanged.or_else(without)
            }
            _ => None,
        }
    }
}

impl Deviation {
    fn of<T>(self, value: T) -> Reading<T> {
        Reading { value, deviation: Some(self) }
    }
}

impl<T> Reading<T> {
    fn with<U>(&self, value: U) -> Reading<U> {
        Reading { value, deviation: self.deviation }
    }
}

/// The one reading that fits. Two that say the same are one.
fn only<T: PartialEq>(readings: impl IntoIterator<Item = Reading<T>>) -> Option<Reading<T>> {
    let mut readings = readings.into_iter();
    let first = readings.next()?;
    readings.all(|other| other.value == first.value).then_some(first)
}

fn of_type(kind: u32, octets: &[u32]) -> Option<InetAddress> {
    InetAddress::from_octets(kind.into(), &octets_of(octets)?)
}

/// What follows a length that counts it and `more` arcs behind it.
fn counted(arcs: &[u32], more: usize) -> Option<&[u32]> {
    let (&length, octets) = arcs.split_first()?;
    (usize::try_from(length) == Ok(octets.len() + more)).then_some(octets)
}

/// An IPv4 address as a number. Small numbers are no address, but what an agent counts its rows with.
fn one_number(number: u32) -> Option<InetAddress> {
    let octets = number.to_be_bytes();
    matches!(octets, [1..=223, ..]).then(|| std::net::Ipv4Addr::from(octets).into())
}

/// The address that the arcs are the characters of. Some agents end it with NULs.
fn spelled(arcs: &[u32]) -> Option<InetAddress> {
    /// An IPv6 address has at most 45 characters; a zone and a prefix length may follow.
    const MAX_CHARACTERS: usize = 64;
    // Asked for every row, and almost never so.
    if arcs.len() > MAX_CHARACTERS || !arcs.iter().all(|arc| matches!(arc, 0 | 0x20..=0x7e)) {
        return None;
    }
    let octets = octets_of(arcs)?;
    InetAddress::from_text(std::str::from_utf8(&octets).ok()?.trim_end_matches('\0'))
}

/// The indexes of one table, being read: what deviates, and what is malformed or ambiguous, is counted.
#[derive(Clone, Debug)]
pub struct AddressIndexes {
    table: &'static str,
    form: AddressForm,
    deviations: Tally<Deviation>,
    malformed: Malformed,
    ambiguous: Malformed,
    /// Whether there are rows with the ifIndex first for sure, and rows with the type first.
    orders_seen: [bool; 2],
}

/// What an index with an ifIndex is, as far as its own row tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// The ifIndex and the address.
    Is(u32, InetAddress),
    /// It can be read in two ways. When all rows are there, [`AddressIndexes::decide`] tells which.
    Undecided,
    /// It is malformed.
    Malformed,
}

impl AddressIndexes {
    /// None read yet. `form` is how this table writes its addresses.
    #[must_use]
    pub fn new(table: &Table, form: AddressForm) -> AddressIndexes {
        AddressIndexes {
            table: table.name,
            form,
            deviations: Tally::default(),
            malformed: Malformed::new(table.name),
            ambiguous: Malformed::ambiguous(table.name),
            orders_seen: [false; 2],
        }
    }

    /// Reads an index that is an address.
    pub fn address(&mut self, index: &[u32]) -> Option<InetAddress> {
        self.count(index, self.form.read(index), InetAddress::to_string)
    }

    /// Reads an index that is an address, in a table that has the address in a column, too. Where the index is not
    /// as the MIB says, the column counts.
    pub fn address_or_column(&mut self, index: &[u32], column: Option<InetAddress>) -> Option<InetAddress> {
        let reading = match (self.form.read(index), column) {
            (Some(reading), Some(column)) if reading.deviation.is_some() && reading.value != column => {
                Some(Deviation::OnlyInColumn.of(column))
            }
            (None, Some(column)) => Some(Deviation::OnlyInColumn.of(column)),
            (reading, _) => reading,
        };
        self.count(index, reading, InetAddress::to_string)
    }

    /// Reads an index that is an ifIndex and an address, in a table whose indexes have no type that could change places.
    pub fn if_index_and_address(&mut self, index: &[u32]) -> Option<(u32, InetAddress)> {
        match self.behind_if_index(index) {
            Behind::Is(if_index, address) => Some((if_index, address)),
            Behind::Undecided => self.decide(index),
            Behind::Malformed => None,
        }
    }

    /// Reads an index that is an ifIndex and an address.
    pub fn behind_if_index(&mut self, index: &[u32]) -> Behind {
        let orders = self.form.orders(index);
        let reading = match orders {
            [Some(one), Some(other)] if one.value != other.value => return Behind::Undecided,
            // Either order says the same, and nothing of the others.
            [Some(one), Some(_)] => Some(one),
            [one, other] => {
                self.orders_seen[0] |= one.is_some();
                self.orders_seen[1] |= other.is_some();
                one.or(other)
            }
        };
        let read = self.count(index, reading, |(if_index, address)| format!("{address} of ifIndex {if_index}"));
        read.map_or(Behind::Malformed, |(if_index, address)| Behind::Is(if_index, address))
    }

    /// Reads an index that was undecided by itself as the other rows of the table are written. None where they do not
    /// tell. To be called when all of them are there.
    pub fn decide(&mut self, index: &[u32]) -> Option<(u32, InetAddress)> {
        let [one, other] = self.form.orders(index);
        let reading = match self.orders_seen {
            [true, false] => one,
            [false, true] => other,
            _ => {
                self.ambiguous.add(index);
                return None;
            }
        };
        self.count(index, reading, |(if_index, address)| format!("{address} of ifIndex {if_index}"))
    }

    /// Tells the job's log: a warning for each deviation, and one for what is malformed.
    pub fn report(&self, device: &mut dyn Device) {
        for (deviation, seen) in self.deviations.iter() {
            let rows = if seen.count == 1 { "row" } else { "rows" };
            let (table, count, example) = (self.table, seen.count, &seen.example);
            device.log(Level::Warn, &format!("{table}: {count} {rows} with an index that {deviation}, e.g. {example}"));
        }
        self.malformed.report(device);
        self.ambiguous.report(device);
    }

    fn count<T: Copy>(
        &mut self,
        index: &[u32],
        reading: Option<Reading<T>>,
        words: impl Fn(&T) -> String,
    ) -> Option<T> {
        let Some(Reading { value, deviation }) = reading else {
            self.malformed.add(index);
            return None;
        };
        if let Some(deviation) = deviation {
            self.deviations.add(deviation, || format!("{}, read as {}", dotted(index), words(&value)));
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests;
