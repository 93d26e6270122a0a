//! What gzip has packed, unpacked while it is read.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// What a file of gzip begins with.
pub(super) const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// Unpacks all members of a file, one behind the other. Zeros behind one are passed over, which fill up the last block
/// of a tape or a disk; anything else there is an error, once what was packed has been read.
pub(super) struct Unpacked<R: Read> {
    /// None behind an error.
    member: Option<GzDecoder<BufReader<R>>>,
}

impl<R: Read> Unpacked<R> {
    /// Unpacks what begins as [`GZIP`] does.
    pub(super) fn new(from: R) -> Self {
        Self { member: Some(GzDecoder::new(BufReader::new(from))) }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(member) = &mut self.member else { return Ok(0) };
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let mut from = self.member.take().map(GzDecoder::into_inner);
            let Some(from_mut) = &mut from else { return Ok(0) };
            match first_behind_zeros(from_mut)? {
                None => return Ok(0),
                Some(first) if first == GZIP[0] => self.member = from.map(GzDecoder::new),
                Some(_) => return Err(io::Error::other("other data follows the data that gzip packed")),
            }
        }
    }
}

/// The first octet that is not zero, which stays where it is.
fn first_behind_zeros(from: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let octets = from.fill_buf()?;
        if octets.is_empty() {
            return Ok(None);
        }
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        let first = octets.get(zeros).copied();
        from.consume(zeros);
        if first.is_some() {
            return Ok(first);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn packed(octets: &[u8]) -> Vec<u8> {
        let mut packing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packing.write_all(octets).unwrap();
        packing.finish().unwrap()
    }

    fn unpacked(octets: &[u8]) -> (Vec<u8>, Option<String>) {
        let mut unpacked = Vec::new();
        let error = Unpacked::new(octets).read_to_end(&mut unpacked).err();
        (unpacked, error.map(|error| error.to_string()))
    }

    #[test]
    fn zeros_behind_a_file_are_no_part_of_it_and_members_follow_each_other() {
        let (one, other) = (packed(b"one "), packed(b"other"));
        for zeros in [0, 1, 512, 100_000] {
            let zeros = vec![0; zeros];
            let file = [&one, &zeros[..], &other, &zeros].concat();
            assert_eq!(unpacked(&file), (b"one other".to_vec(), None), "{}", zeros.len());
        }
    }

    #[test]
    fn other_data_behind_a_file_is_told_when_all_of_it_was_read() {
        let file = [&packed(b"all of it")[..], b"\0\0more"].concat();
        let error = "other data follows the data that gzip packed".to_owned();
        assert_eq!(unpacked(&file), (b"all of it".to_vec(), Some(error)));
        let whole = packed(b"all of it");
        assert!(unpacked(&whole[..whole.len() - 4]).1.is_some(), "cut off");
    }
}
