//! The parts of an index, read one after another as the INDEX clause of the table names them (RFC 2578 section 7.7).

use std::net::Ipv4Addr;

use crate::{
    Oid,
    address::{InetAddress, octets_of},
    mac::Mac,
    text::text,
};

/// Reads an index part by part. Each method takes its part off the beginning; none where the index does not begin so.
///
/// ```
/// use snmp_proxy_sdk::index::IndexReader;
///
/// // ipNetToPhysicalTable: ifIndex, and an address with its type and its length.
/// let index = [7, 1, 4, 192, 0, 2, 1];
/// let read = IndexReader::read(&index, |index| Some((index.u32()?, index.inet_address()?)));
/// assert_eq!(read.map(|(if_index, address)| format!("{address} on {if_index}")).as_deref(), Some("192.0.2.1 on 7"));
///
/// // What stands behind the last part is not read over.
/// assert_eq!(IndexReader::read(&[7, 1], |index| index.u32()), None);
/// ```
///
/// For addresses that agents write in other ways than the MIB says, there is [`AddressIndexes`](crate::index::AddressIndexes).
#[derive(Clone, Debug)]
pub struct IndexReader<'a> {
    arcs: &'a [u32],
}

impl<'a> IndexReader<'a> {
    /// Starts at the beginning of an index.
    #[must_use]
    pub fn new(index: &'a [u32]) -> IndexReader<'a> {
        IndexReader { arcs: index }
    }

    /// Reads a whole index: none where `read` gives none, or leaves something behind.
    pub fn read<T>(index: &'a [u32], read: impl FnOnce(&mut IndexReader<'a>) -> Option<T>) -> Option<T> {
        let mut reader = IndexReader::new(index);
        let parts = read(&mut reader)?;
        reader.end().then_some(parts)
    }

    /// A number: INTEGER, Unsigned32, TimeTicks.
    pub fn u32(&mut self) -> Option<u32> {
        let (&number, rest) = self.arcs.split_first()?;
        self.arcs = rest;
        Some(number)
    }

    /// An OCTET STRING of a fixed length.
    pub fn fixed<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        self.octets(LENGTH)?.try_into().ok()
    }

    /// An OCTET STRING with its length before it.
    pub fn counted(&mut self) -> Option<Vec<u8>> {
        let length = self.u32()?;
        self.octets(usize::try_from(length).ok()?)
    }

    /// An OCTET STRING that is IMPLIED: all that is left.
    pub fn implied(&mut self) -> Option<Vec<u8>> {
        self.octets(self.arcs.len())
    }

    /// A text (SnmpAdminString, DisplayString) with its length before it.
    pub fn text(&mut self) -> Option<String> {
        self.counted().map(|octets| text(&octets))
    }

    /// A text that is IMPLIED: all that is left.
    pub fn implied_text(&mut self) -> Option<String> {
        self.implied().map(|octets| text(&octets))
    }

    /// An OBJECT IDENTIFIER with the number of its arcs before it.
    pub fn oid(&mut self) -> Option<Oid> {
        let length = self.u32()?;
        self.take(usize::try_from(length).ok()?).map(<[u32]>::to_vec)
    }

    /// An OBJECT IDENTIFIER that is IMPLIED: all that is left.
    pub fn implied_oid(&mut self) -> Option<Oid> {
        self.take(self.arcs.len()).map(<[u32]>::to_vec)
    }

    /// A MacAddress: six arcs. Zeros are kept.
    pub fn mac(&mut self) -> Option<Mac> {
        self.fixed().map(Mac)
    }

    /// An IpAddress: four arcs.
    pub fn ip_address(&mut self) -> Option<Ipv4Addr> {
        self.fixed::<4>().map(Ipv4Addr::from)
    }

    /// An InetAddressType, and the InetAddress (RFC 4001) of it with its length before it.
    pub fn inet_address(&mut self) -> Option<InetAddress> {
        let (address, rest) = InetAddress::split_index(self.arcs)?;
        self.arcs = rest;
        Some(address)
    }

    /// True when nothing is left.
    #[must_use]
    pub fn end(&self) -> bool {
        self.arcs.is_empty()
    }

    fn octets(&mut self, count: usize) -> Option<Vec<u8>> {
        octets_of(self.take(count)?)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u32]> {
        let (taken, rest) = self.arcs.split_at_checked(count)?;
        self.arcs = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<'a, T: std::fmt::Debug + PartialEq>(
        index: &'a [u32],
        read: impl FnOnce(&mut IndexReader<'a>) -> Option<T>,
        expected: Option<&T>,
    ) {
        assert_eq!(IndexReader::read(index, read).as_ref(), expected, "{index:?}");
    }

    #[test]
    fn every_kind_of_part_is_read_as_the_smi_writes_it() {
        check(&[3, 97, 98, 99, 7], |index| Some((index.text()?, index.u32()?)), Some(&("abc".to_owned(), 7)));
        check(&[97, 98], IndexReader::implied_text, Some(&"ab".to_owned()));
        check(&[0], IndexReader::counted, Some(&Vec::new()));
        check(&[1, 2], IndexReader::fixed::<2>, Some(&[1, 2]));
        check(&[2, 1, 3, 9], |index| Some((index.oid()?, index.implied_oid()?)), Some(&(vec![1, 3], vec![9])));
        check(&[0, 0, 0x5e, 0, 0x53, 1], IndexReader::mac, Some(&Mac([0, 0, 0x5e, 0, 0x53, 1])));
        check(&[192, 0, 2, 1], IndexReader::ip_address, Some(&Ipv4Addr::new(192, 0, 2, 1)));
    }

    #[test]
    fn an_index_that_is_too_short_too_long_or_no_octets_is_none() {
        check(&[], IndexReader::u32, None);
        check(&[1, 2], IndexReader::u32, None);
        check(&[3, 97, 98], IndexReader::text, None);
        check(&[u32::MAX], IndexReader::counted, None);
        check(&[256], IndexReader::implied, None);
        check(&[1, 4, 192, 0, 2], IndexReader::inet_address, None);
        check(&[1, 4, 192, 0, 2, 1, 0], IndexReader::inet_address, None);
    }
}
