//! Records that lie together: packed to be kept, unpacked to be read.
//!
//! Records of notifications are much alike, and so are their neighbours: together they take a tenth of what they take
//! alone. So what is kept is a block of consecutive records, first what filters ask about them, then their JSON, so that
//! a reader who wants none of them unpacks little. A block does not say which numbers its records have; whoever keeps it
//! does.
//!
//! ```text
//! octet 0     the layout, 1
//! 4 octets    how many records there are (all numbers little endian)
//! 4 + 4       the length of the facts, and of their packed form, which follows
//! 4 + 4       the same for the JSON
//! ```
//!
//! A packed form as long as what was packed is plain, all others are zstd frames.
//!
//! By hand, and not postcard: filters read the facts of each record without a copy, and the layout must stay readable for
//! years, whatever the types in the program become. Compression is zstd's.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use snmp::Oid;

use super::{Facts, NewEntry};
use crate::Severity;

/// Records of one block.
pub(super) const BLOCK_RECORDS: usize = 256;

/// Octets of JSON in one block, unless a single record has more.
pub(super) const BLOCK_OCTETS: usize = 256 << 10;

/// Octets of a part of a block. A record beyond is not stored.
pub(super) const MAX_OCTETS: usize = 128 << 20;

/// What is shorter is not worth packing.
const WORTH_PACKING: usize = 128;

const LAYOUT: u8 = 1;

/// zstd's own level for those in a hurry. Packing costs less than a microsecond for each record of a large block, see
/// the benchmark.
const LEVEL: i32 = 1;

const NO_OID: u8 = 0xff;
const NO_SEVERITY: u8 = 0xff;

/// A block that cannot be read: it is damaged, or of a newer version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a block of records is damaged")]
pub(super) struct Damaged;

/// Packs records into blocks.
pub(super) struct Packer {
    zstd: zstd::bulk::Compressor<'static>,
    facts: Vec<u8>,
    json: Vec<u8>,
}

/// A packed block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) records: u64,
    pub(super) octets: Vec<u8>,
}

impl Packer {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { zstd: zstd::bulk::Compressor::new(LEVEL)?, facts: Vec::new(), json: Vec::new() })
    }

    /// Packs these records, in their order.
    pub(super) fn pack<'a>(&mut self, entries: impl IntoIterator<Item = &'a NewEntry>) -> io::Result<Vec<Block>> {
        // What an error left behind.
        self.facts.clear();
        self.json.clear();
        let mut blocks = Vec::new();
        let mut records = 0;
        for entry in entries {
            if records == BLOCK_RECORDS || (records > 0 && self.json.len() + entry.json.len() > BLOCK_OCTETS) {
                blocks.push(self.block(records)?);
                records = 0;
            }
            // The number goes in front when it is read.
            let json = entry.json.strip_prefix('{').unwrap_or(&entry.json);
            if json.len() > MAX_OCTETS {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            self.json.extend_from_slice(json.as_bytes());
            write_facts(&entry.facts, json.len(), &mut self.facts);
            records += 1;
        }
        if records > 0 {
            blocks.push(self.block(records)?);
        }
        Ok(blocks)
    }

    fn block(&mut self, records: usize) -> io::Result<Block> {
        let number = |length: usize| u32::try_from(length).map(u32::to_le_bytes).map_err(io::Error::other);
        let mut octets = vec![LAYOUT];
        octets.extend(number(records)?);
        for part in [&self.facts, &self.json] {
            let packed = if part.len() < WORTH_PACKING { None } else { Some(self.zstd.compress(part)?) };
            let packed = packed.as_ref().filter(|packed| packed.len() < part.len()).unwrap_or(part);
            octets.extend(number(part.len())?);
            octets.extend(number(packed.len())?);
            octets.extend_from_slice(packed);
        }
        self.facts.clear();
        self.json.clear();
        Ok(Block { records: records as u64, octets })
    }
}

/// How many records a block has; 0 where it cannot be read.
pub(super) fn records(block: &[u8]) -> u64 {
    Reader(block).head().map_or(0, |records| records as u64)
}

/// A block whose facts are unpacked.
pub(super) struct Opened<'a> {
    /// The facts of each record, and where its JSON begins and ends.
    pub(super) records: Vec<(Facts, std::ops::Range<usize>)>,
    json_length: usize,
    json: &'a [u8],
}

impl<'a> Opened<'a> {
    pub(super) fn read(block: &'a [u8]) -> Result<Self, Damaged> {
        let mut reader = Reader(block);
        let count = reader.head()?;
        let (length, packed) = reader.part()?;
        let (json_length, json) = reader.part()?;
        let facts = unpack(length, packed)?;
        let mut reader = Reader(&facts);
        let mut records = Vec::with_capacity(count.min(BLOCK_RECORDS));
        let mut begin = 0_usize;
        for _ in 0..count {
            let (facts, length) = reader.facts()?;
            let end = begin.checked_add(length).filter(|end| *end <= json_length).ok_or(Damaged)?;
            records.push((facts, begin..end));
            begin = end;
        }
        Ok(Self { records, json_length, json })
    }

    /// The JSON of all records.
    pub(super) fn json(&self) -> Result<String, Damaged> {
        String::from_utf8(unpack(self.json_length, self.json)?).map_err(|_| Damaged)
    }
}

fn unpack(length: usize, packed: &[u8]) -> Result<Vec<u8>, Damaged> {
    if packed.len() == length {
        return Ok(packed.to_vec());
    }
    let octets = zstd::bulk::decompress(packed, length.min(MAX_OCTETS + BLOCK_OCTETS)).map_err(|_| Damaged)?;
    if octets.len() == length { Ok(octets) } else { Err(Damaged) }
}

fn write_facts(facts: &Facts, json_length: usize, out: &mut Vec<u8>) {
    match facts.source {
        IpAddr::V4(address) => {
            out.push(4);
            out.extend(address.octets());
        }
        IpAddr::V6(address) => {
            out.push(6);
            out.extend(address.octets());
        }
    }
    out.push(facts.severity.map_or(NO_SEVERITY, Severity::code));
    match &facts.trap_oid {
        None => out.push(NO_OID),
        Some(oid) => {
            // An OID has at most 128 arcs.
            out.push(u8::try_from(oid.arcs().len()).unwrap_or(NO_OID));
            for arc in oid.arcs() {
                write_number(u64::from(*arc), out);
            }
        }
    }
    write_number(json_length as u64, out);
}

/// Seven bits in an octet, the lowest first; the highest bit says that there are more.
fn write_number(mut number: u64, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// What is left of something to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn octet(&mut self) -> Result<u8, Damaged> {
        let (octet, rest) = self.0.split_first().ok_or(Damaged)?;
        self.0 = rest;
        Ok(*octet)
    }

    fn octets<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        let (octets, rest) = self.0.split_first_chunk().ok_or(Damaged)?;
        self.0 = rest;
        Ok(*octets)
    }

    fn length(&mut self) -> Result<usize, Damaged> {
        usize::try_from(u32::from_le_bytes(self.octets()?)).map_err(|_| Damaged)
    }

    fn number(&mut self) -> Result<u64, Damaged> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let octet = self.octet()?;
            number |= u64::from(octet & 0x7f) << shift;
            if octet & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    /// How many records there are.
    fn head(&mut self) -> Result<usize, Damaged> {
        if self.octet()? == LAYOUT { self.length() } else { Err(Damaged) }
    }

    /// The length of a part, and its packed form.
    fn part(&mut self) -> Result<(usize, &'a [u8]), Damaged> {
        let (length, packed) = (self.length()?, self.length()?);
        let (part, rest) = self.0.split_at_checked(packed).ok_or(Damaged)?;
        self.0 = rest;
        Ok((length, part))
    }

    /// The facts of a record, and the length of its JSON.
    fn facts(&mut self) -> Result<(Facts, usize), Damaged> {
        let source = match self.octet()? {
            4 => Ipv4Addr::from(self.octets::<4>()?).into(),
            6 => Ipv6Addr::from(self.octets::<16>()?).into(),
            _ => return Err(Damaged),
        };
        let severity = match self.octet()? {
            NO_SEVERITY => None,
            code => Some(*Severity::ALL.get(usize::from(code)).ok_or(Damaged)?),
        };
        let trap_oid = match self.octet()? {
            NO_OID => None,
            arcs => {
                let arcs: Result<Vec<u32>, _> =
                    (0..arcs).map(|_| u32::try_from(self.number()?).map_err(|_| Damaged)).collect();
                Some(Oid::new(&arcs?).map_err(|_| Damaged)?)
            }
        };
        let length = usize::try_from(self.number()?).map_err(|_| Damaged)?;
        Ok((Facts { source, trap_oid, severity }, length))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_entry() -> impl Strategy<Value = NewEntry> {
        let oid = proptest::option::of(proptest::collection::vec(any::<u32>(), 0..=128));
        let severity = proptest::option::of(0..8_usize);
        (any::<IpAddr>(), oid, severity, "\\{\"a\":\"[a-zé]{0,300}\"\\}").prop_map(|(source, oid, severity, json)| {
            let trap_oid = oid.map(|arcs| Oid::new(&arcs).unwrap());
            NewEntry { json, facts: Facts { source, trap_oid, severity: severity.map(|code| Severity::ALL[code]) } }
        })
    }

    /// All records of these blocks, as they were before.
    fn unpacked(blocks: &[Block]) -> Vec<(Facts, String)> {
        let mut all = Vec::new();
        for block in blocks {
            let opened = Opened::read(&block.octets).unwrap();
            assert_eq!((opened.records.len() as u64, records(&block.octets)), (block.records, block.records));
            let json = opened.json().unwrap();
            all.extend(opened.records.into_iter().map(|(facts, place)| (facts, format!("{{{}", &json[place]))));
        }
        all
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked_as_it_was(entries in proptest::collection::vec(any_entry(), 0..40)) {
            let blocks = Packer::new().unwrap().pack(&entries).unwrap();
            let before: Vec<_> = entries.into_iter().map(|entry| (entry.facts, entry.json)).collect();
            prop_assert_eq!(unpacked(&blocks), before);
        }

        #[test]
        fn any_octets_are_a_block_or_damaged(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            let with_layout = [&[LAYOUT, 2, 0, 0, 0], octets.as_slice()].concat();
            for octets in [octets, with_layout] {
                let _ = Opened::read(&octets).and_then(|opened| opened.json());
            }
        }

        #[test]
        fn a_damaged_block_is_read_or_refused(
            entries in proptest::collection::vec(any_entry(), 1..9), place in 0..10_000_usize, change in 1..=255_u8,
        ) {
            let mut block = Packer::new().unwrap().pack(&entries).unwrap().remove(0).octets;
            let place = place % block.len();
            block[place] ^= change;
            if let Ok(opened) = Opened::read(&block) && let Ok(json) = opened.json() {
                for (_, place) in opened.records {
                    let _ = json.get(place);
                }
            }
        }
    }

    #[test]
    fn what_an_error_left_behind_is_in_no_block() {
        let facts = Facts { source: IpAddr::from([10, 0, 0, 1]), trap_oid: None, severity: None };
        let entry = |json: String| NewEntry { json, facts: facts.clone() };
        let mut packer = Packer::new().unwrap();
        let refused = packer.pack(&[entry("{\"a\":1}".to_owned()), entry("x".repeat(MAX_OCTETS + 1))]);
        assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        let blocks = packer.pack(&[entry("{\"b\":2}".to_owned())]).unwrap();
        assert_eq!(unpacked(&blocks), [(facts.clone(), "{\"b\":2}".to_owned())]);
    }

    #[test]
    fn many_records_make_several_blocks() {
        let facts = Facts { source: IpAddr::from([10, 0, 0, 1]), trap_oid: None, severity: None };
        let entry =
            |length: usize| NewEntry { json: format!("{{\"x\":\"{}\"}}", "x".repeat(length)), facts: facts.clone() };
        let check = |lengths: &[usize], expected: &[u64]| {
            let entries: Vec<_> = lengths.iter().map(|length| entry(*length)).collect();
            let blocks = Packer::new().unwrap().pack(&entries).unwrap();
            assert_eq!(blocks.iter().map(|block| block.records).collect::<Vec<_>>(), expected);
            assert_eq!(unpacked(&blocks).len(), lengths.len());
        };
        check(&[], &[]);
        check(&[1; 300], &[256, 44]);
        check(&[200 << 10, 100 << 10, 10], &[1, 2]);
        check(&[1, 900 << 10, 1], &[1, 1, 1]);
    }
}
