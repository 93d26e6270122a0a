//! What was given to be decoded, made into packets: text or octets, found out by themselves or as the client says.
//!
//! Nothing here knows SNMP. A capture is read while its packets are taken, everything else at once. A capture says what is around each packet; digits do not, which `layers` finds out then.

use std::{
    collections::VecDeque,
    io::{self, Read},
};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use limits::kind::Words;

use super::{
    capture::{self, BEGINNING_OCTETS, Capture},
    gzip::{GZIP, Unpacked},
    hex, layers,
    packet::{Link, Packet, PacketProblem},
};

/// How the input is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// It is found out.
    #[default]
    Auto,
    /// Hexadecimal digits, with or without blanks, or a dump with offsets.
    Hex,
    /// Base64, with the usual alphabet or the one for URLs, with or without padding.
    Base64,
    /// A capture file, pcap or pcapng; in text as base64 or as hexadecimal digits.
    Pcap,
    /// The octets themselves. Not in text.
    Binary,
}

impl Words for Format {
    const EXPECTS: &'static str = "\"auto\", \"hex\", \"base64\" or \"pcap\"";
    const WORDS: &'static [(&'static str, Self)] =
        &[("auto", Self::Auto), ("hex", Self::Hex), ("base64", Self::Base64), ("pcap", Self::Pcap)];
}

/// Everything that could be read of a text, or of one packet.
#[derive(Debug, Default)]
pub(super) struct Input {
    packets: VecDeque<Packet>,
    problems: VecDeque<PacketProblem>,
}

/// What packets come from.
pub(super) enum Source<'a> {
    /// A capture, read while its packets are taken.
    Capture(Box<Capture<Box<dyn Read + Send + 'a>>>),
    /// Packets that were written by themselves, and what is wrong with their text.
    Input(Input),
}

impl Source<'_> {
    /// Whether it is a capture, in which there may be anything. What was written by itself is meant to be SNMP.
    pub(super) fn is_capture(&self) -> bool {
        matches!(self, Self::Capture(_))
    }

    /// The next packet, or what is wrong; nothing at the end.
    pub(super) fn next(&mut self) -> Option<Result<Packet, PacketProblem>> {
        match self {
            Self::Capture(capture) => capture.next(),
            Self::Input(input) => match input.packets.pop_front() {
                Some(packet) => Some(Ok(packet)),
                None => input.problems.pop_front().map(Err),
            },
        }
    }
}

/// Why an input was not read at all.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// Reading failed.
    #[error("cannot read the input")]
    Read(#[from] io::Error),
    /// It is no capture and too long to be taken into memory.
    #[error("the input is not a capture and has more than {} (limit `decode.text_bytes`)", snmp::size(*.limit))]
    TooLong {
        /// The limit.
        limit: usize,
    },
}

/// Finds out what an input is. A capture, also one that gzip has packed, is read later; of anything else at most
/// `max_octets` are taken.
pub(super) fn open<'a>(
    mut from: Box<dyn Read + Send + 'a>,
    format: Format,
    max_octets: usize,
) -> Result<Source<'a>, InputError> {
    let mut beginning = beginning(&mut from)?;
    if format != Format::Binary && beginning.starts_with(&GZIP) {
        from = Box::new(Unpacked::new(io::Cursor::new(beginning).chain(from)));
        beginning = self::beginning(&mut from)?;
    }
    let is_capture = matches!(format, Format::Auto | Format::Pcap) && capture::is_one(&beginning);
    let whole: Box<dyn Read + Send + 'a> = Box::new(io::Cursor::new(beginning).chain(from));
    if is_capture {
        return Ok(Source::Capture(Box::new(Capture::new(whole))));
    }
    let mut octets = Vec::new();
    let limit = u64::try_from(max_octets).unwrap_or(u64::MAX);
    whole.take(limit.saturating_add(1)).read_to_end(&mut octets)?;
    if octets.len() > max_octets {
        return Err(InputError::TooLong { limit: max_octets });
    }
    Ok(read(&octets, format))
}

fn beginning(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    from.take(BEGINNING_OCTETS as u64).read_to_end(&mut octets)?;
    Ok(octets)
}

/// Reads octets that are no capture, but may be text that stands for one.
fn read(octets: &[u8], format: Format) -> Source<'static> {
    let utf_16 = utf_16(octets);
    let text = utf_16.as_deref().or_else(|| std::str::from_utf8(octets).ok()).filter(|text| is_text(text));
    // Windows puts a mark before text.
    let text = text.map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
    Source::Input(match (format, text) {
        (Format::Binary | Format::Auto, None) | (Format::Binary, _) => bare([octets.to_vec()]),
        (Format::Hex | Format::Base64, None) => problem("the input is not text"),
        (Format::Pcap, None) => problem(NO_CAPTURE),
        (format, Some(text)) => return read_text(text, format),
    })
}

/// Text as PowerShell writes the output of a program to a file: UTF-16 behind its mark.
fn utf_16(octets: &[u8]) -> Option<String> {
    let (mark, text) = octets.split_first_chunk::<2>()?;
    let unit: fn([u8; 2]) -> u16 = match mark {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let (units, rest) = text.as_chunks::<2>();
    let text = String::from_utf16(&units.iter().copied().map(unit).collect::<Vec<u16>>()).ok()?;
    rest.is_empty().then_some(text)
}

const NO_CAPTURE: &str = "not a capture: the input begins like neither pcap nor pcapng";

/// Reads text.
fn read_text(text: &str, format: Format) -> Source<'static> {
    if text.trim().is_empty() {
        return Source::Input(problem("there is nothing to decode"));
    }
    let is_base64 = match format {
        Format::Base64 => true,
        Format::Hex | Format::Binary => false,
        Format::Auto | Format::Pcap => is_base64(text),
    };
    let (packets, wrong) = if is_base64 {
        match base64_octets(text) {
            Ok(octets) => (vec![octets], Vec::new()),
            Err(wrong) => (Vec::new(), vec![wrong]),
        }
    } else {
        let hex::Reading { packets, wrong } = hex::read(text, |octets| layers::fits(octets) || capture::is_one(octets));
        (packets, wrong)
    };
    let (mut captures, packets): (Vec<_>, Vec<_>) =
        packets.into_iter().partition(|octets| format != Format::Hex && capture::is_one(octets));
    if let Some(octets) = captures.pop() {
        return Source::Capture(Box::new(Capture::new(Box::new(io::Cursor::new(octets)))));
    }
    let mut input = match packets {
        _ if format == Format::Pcap => problem(NO_CAPTURE),
        packets if packets.is_empty() && !wrong.is_empty() => Input::default(),
        packets => bare(packets),
    };
    input.problems.extend(wrong);
    Source::Input(input)
}

/// Packets without a capture around them.
fn bare(packets: impl IntoIterator<Item = Vec<u8>>) -> Input {
    let packets = packets.into_iter().filter(|octets| !octets.is_empty()).enumerate();
    let packet =
        |(place, octets)| Packet { number: place + 1, time: None, link: Link::Unknown, cut_from: None, octets };
    let packets: VecDeque<Packet> = packets.map(packet).collect();
    if packets.is_empty() { problem("there is nothing to decode") } else { Input { packets, ..Input::default() } }
}

pub(super) fn too_many(max_packets: usize) -> PacketProblem {
    PacketProblem::new(
        "input",
        None,
        format!("there are more than {max_packets} packets (limit `decode.packets`); the rest was left out"),
    )
}

fn problem(text: &str) -> Input {
    Input { problems: [PacketProblem::new("input", None, text)].into(), ..Input::default() }
}

/// Whether octets that are UTF-8 are meant to be read: control characters are in no text of ours.
fn is_text(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}'))
}

/// Whether text is more probably base64 than digits: it has nothing else, and letters beyond F.
fn is_base64(text: &str) -> bool {
    let (mut count, mut others, mut foreign) = (0, 0, 0);
    for c in text.trim().trim_end_matches('=').chars().filter(|c| !c.is_whitespace()) {
        count += 1;
        match c {
            'g'..='w' | 'y' | 'z' | 'G'..='W' | 'Y' | 'Z' | '+' | '/' => others += 1,
            _ if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') => {}
            _ => foreign += 1,
        }
    }
    // Of 64 characters 22 are digits; where nearly all are, the others are slips. Nobody writes base64 in pairs.
    let tokens = text.split_whitespace().count();
    others * 8 > count && foreign * 8 <= count && tokens <= text.lines().count()
}

/// Base64 as tools write it: line breaks anywhere, either alphabet, with or without padding.
fn base64_octets(text: &str) -> Result<Vec<u8>, PacketProblem> {
    const ANY_PADDING: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    const ENGINE: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
    let place = |wanted: usize| {
        let (mut line, mut column, mut count) = (1, 1, 0);
        for c in text.chars() {
            if !c.is_whitespace() {
                if count == wanted {
                    break;
                }
                count += 1;
            }
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        (line, column)
    };
    let dense: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let standard = |c: &char| match c {
        '-' => '+',
        '_' => '/',
        other => *other,
    };
    let dense: String = dense.iter().map(standard).collect();
    if let Some(at) = dense.chars().position(|c| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '/' | '=')) {
        return Err(PacketProblem::in_text(place(at), "not a character of base64"));
    }
    ENGINE.decode(&dense).map_err(|error| match error {
        base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol { offset: at, .. } => {
            PacketProblem::in_text(place(at), "invalid base64")
        }
        _ => PacketProblem::in_text(place(dense.len()), "base64 is cut off here"),
    })
}
