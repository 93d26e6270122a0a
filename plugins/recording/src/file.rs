//! What a file is, before its lines are read: packed, in UTF-16, or no recording at all.

use std::borrow::Cow;

/// The most octets of a recording, unpacked.
pub const MAX_OCTETS: usize = 256 << 20;

/// Why a file is no recording that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is more than [`MAX_OCTETS`], perhaps only once it is unpacked.
    #[error("it is larger than 256 MiB")]
    TooLarge,
    /// gzip packed it, and it cannot be unpacked.
    #[error("cannot decompress it with gzip: {0}")]
    Gzip(String),
    /// It is a file of another kind.
    #[error("it is {0}")]
    Other(&'static str),
    /// It holds values without names.
    #[error("it holds values without their names, as `snmpwalk -Ov` prints them: make it with `snmpwalk -On`")]
    NoNames,
    /// It is text of another kind.
    #[error("it is neither a .snmprec file nor the output of snmpwalk: make it with `snmpwalk -On`")]
    Neither,
}

/// Starts of files of other kinds that people have beside their recordings.
const OTHERS: [(&[u8], &str); 12] = [
    (b"\xff\xfe\0\0", "in UTF-32: save it as UTF-8"),
    (b"\0\0\xfe\xff", "in UTF-32: save it as UTF-8"),
    (b"PK\x03\x04", "a zip archive: unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"),
    (b"BZh", "packed with bzip2: unpack it"),
    (b"\xfd7zXZ\0", "packed with xz: unpack it"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it"),
    (b"\xd4\xc3\xb2\xa1", "a capture of packets: `snmp-proxy decode` reads it"),
    (b"\xa1\xb2\xc3\xd4", "a capture of packets: `snmp-proxy decode` reads it"),
    (b"\x4d\x3c\xb2\xa1", "a capture of packets: `snmp-proxy decode` reads it"),
    (b"\x0a\x0d\x0d\x0a", "a capture of packets: `snmp-proxy decode` reads it"),
    (b"SQLite format 3\0", "a database: the recording is beside it"),
];

/// What a file of gzip begins with.
const GZIP: &[u8] = b"\x1f\x8b";

/// The text of a file of at most `limit` octets: unpacked, and UTF-16 turned into UTF-8, without a byte order mark.
pub(crate) fn text_of_file(octets: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, ReadError> {
    if octets.starts_with(GZIP) {
        return Ok(Cow::Owned(text(&unpacked(octets, limit)?, limit)?.into_owned()));
    }
    text(octets, limit)
}

fn text(octets: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, ReadError> {
    if octets.len() > limit {
        return Err(ReadError::TooLarge);
    }
    if let Some((_, kind)) = OTHERS.iter().find(|(start, _)| octets.starts_with(start)) {
        return Err(ReadError::Other(kind));
    }
    Ok(match octets {
        [0xff, 0xfe, units @ ..] => Cow::Owned(from_utf16(units, u16::from_le_bytes)),
        [0xfe, 0xff, units @ ..] => Cow::Owned(from_utf16(units, u16::from_be_bytes)),
        // A recording begins with an ASCII sign, so without a mark a NUL beside it says the same.
        [1..=0x7f, 0, ..] => Cow::Owned(from_utf16(octets, u16::from_le_bytes)),
        [0, 1..=0x7f, ..] => Cow::Owned(from_utf16(octets, u16::from_be_bytes)),
        _ => Cow::Borrowed(without_mark(octets)),
    })
}

/// The text without UTF-8's byte order mark.
pub(crate) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// UTF-16 as UTF-8 (RFC 2781). What is no character becomes U+FFFD.
fn from_utf16(octets: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let (pairs, rest) = octets.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let signs = char::decode_utf16(units).map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER));
    // Half a unit is what a cut file ends with.
    let text: String = signs.chain(rest.first().map(|_| char::REPLACEMENT_CHARACTER)).collect();
    text.into_bytes()
}

/// Unpacks all that gzip has packed, one behind the other. Zeros may fill up the last block of a tape or a disk.
#[cfg(feature = "gzip")]
fn unpacked(octets: &[u8], limit: usize) -> Result<Vec<u8>, ReadError> {
    use std::io::Read as _;

    let mut unpacked = Vec::new();
    let mut rest = octets;
    while !rest.is_empty() {
        if !rest.starts_with(GZIP) {
            let at = octets.len() - rest.len();
            return Err(ReadError::Gzip(format!("other data follows the packed data at octet {at}")));
        }
        let mut member = flate2::bufread::GzDecoder::new(rest);
        let room = limit.saturating_add(1).saturating_sub(unpacked.len());
        member
            .by_ref()
            .take(room as u64)
            .read_to_end(&mut unpacked)
            .map_err(|error| ReadError::Gzip(error.to_string()))?;
        if unpacked.len() > limit {
            break;
        }
        let behind = member.into_inner();
        let zeros = behind.iter().take_while(|octet| **octet == 0).count();
        rest = behind.get(zeros..).unwrap_or_default();
    }
    Ok(unpacked)
}

#[cfg(not(feature = "gzip"))]
fn unpacked(_: &[u8], _: usize) -> Result<Vec<u8>, ReadError> {
    Err(ReadError::Other("packed with gzip: unpack it"))
}
