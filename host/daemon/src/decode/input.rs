//! What was given to be decoded, made into packets: text or octets, found out by themselves or as the client says.
//!
//! Nothing here knows SNMP. A capture says what is around each packet; digits do not, which `layers` finds out then.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{capture, hex, layers};
use crate::config::Words;

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

/// A packet, and what its capture says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    /// Its place in the input, counted from 1.
    pub(super) number: usize,
    pub(super) time: Option<OffsetDateTime>,
    pub(super) link: Link,
    /// How many octets it had, where the capture has fewer.
    pub(super) cut_from: Option<u32>,
    pub(super) octets: Vec<u8>,
}

/// What a packet begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// Anything: to be found out.
    Unknown,
    /// An Ethernet header.
    Ethernet,
    /// An IP header.
    Ip,
    /// The header of Linux' cooked captures, in its first version.
    CookedV1,
    /// The header of Linux' cooked captures, in its second version.
    CookedV2,
    /// The protocol family in four octets of either order.
    Loopback,
    /// What nobody here can read, by its number among the link types.
    Other(i32),
}

/// What went wrong, and where. A text of the input is not repeated beyond one character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Wrong {
    /// The packet it is about, counted from 1; none where it is about the input as a whole.
    pub packet: Option<usize>,
    /// What it is about: `input` (the text), `capture`, `frame`, `message`, `security` or `decoder`.
    pub part: &'static str,
    /// The line of the text, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The character of the line, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The octet of the capture, the packet or the message at which it is wrong, counted from 0.
    pub offset: Option<usize>,
    /// What is wrong, for people.
    pub text: String,
}

/// Everything that could be read of an input.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub(super) packets: Vec<Packet>,
    pub(super) problems: Vec<Wrong>,
}

impl Wrong {
    pub(crate) fn new(part: &'static str, packet: Option<usize>, text: impl Into<String>) -> Self {
        Self { packet, part, line: None, column: None, offset: None, text: text.into() }
    }

    pub(crate) fn in_text((line, column): (usize, usize), text: impl Into<String>) -> Self {
        Self { line: Some(line), column: Some(column), ..Self::new("input", None, text) }
    }

    pub(crate) fn at(self, offset: usize) -> Self {
        Self { offset: Some(offset), ..self }
    }
}

/// Reads octets, which may be text. `max_packets` are read; the rest is one problem.
pub(super) fn read(octets: &[u8], format: Format, max_packets: usize) -> Input {
    let text = std::str::from_utf8(octets).ok().filter(|text| is_text(text));
    // Windows puts a mark before text.
    let text = text.map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
    match (format, text) {
        (Format::Binary, _) => bare([octets.to_vec()], max_packets),
        (Format::Auto | Format::Pcap, _) if capture::is_one(octets) => capture::read(octets, max_packets),
        (Format::Auto, None) => bare([octets.to_vec()], max_packets),
        (Format::Hex | Format::Base64, None) => problem("this is no text"),
        (Format::Pcap, None) => problem("this is no capture: its first octets are those of neither pcap nor pcapng"),
        (format, Some(text)) => read_text(text, format, max_packets),
    }
}

/// Reads text.
fn read_text(text: &str, format: Format, max_packets: usize) -> Input {
    if text.trim().is_empty() {
        return problem("there is nothing to decode");
    }
    let is_base64 = match format {
        Format::Base64 => true,
        Format::Hex | Format::Binary => false,
        Format::Auto | Format::Pcap => is_base64(text),
    };
    let (packets, wrong) = if is_base64 {
        match base64_octets(text) {
            Ok(octets) => (vec![octets], None),
            Err(wrong) => (Vec::new(), Some(wrong)),
        }
    } else {
        let hex::Reading { packets, wrong } = hex::read(text, layers::fits);
        (packets, wrong)
    };
    let capture = packets.iter().find(|octets| format != Format::Hex && capture::is_one(octets));
    let mut input = match capture {
        Some(octets) => capture::read(octets, max_packets),
        None if format == Format::Pcap => {
            problem("this is no capture: its first octets are those of neither pcap nor pcapng")
        }
        None if packets.is_empty() && wrong.is_some() => Input::default(),
        None => bare(packets, max_packets),
    };
    input.problems.extend(wrong);
    if input.packets.is_empty() && input.problems.is_empty() {
        return problem("there is nothing to decode");
    }
    input
}

/// Packets without a capture around them.
fn bare(packets: impl IntoIterator<Item = Vec<u8>>, max_packets: usize) -> Input {
    let mut input = Input::default();
    for (place, octets) in packets.into_iter().filter(|octets| !octets.is_empty()).enumerate() {
        if place >= max_packets {
            input.problems.push(too_many(max_packets));
            break;
        }
        input.packets.push(Packet { number: place + 1, time: None, link: Link::Unknown, cut_from: None, octets });
    }
    if input.packets.is_empty() && input.problems.is_empty() {
        return problem("there is nothing to decode");
    }
    input
}

pub(super) fn too_many(max_packets: usize) -> Wrong {
    Wrong::new(
        "input",
        None,
        format!("there are more than {max_packets} packets (limit `decode.packets`); the rest was left out"),
    )
}

fn problem(text: &str) -> Input {
    Input { packets: Vec::new(), problems: vec![Wrong::new("input", None, text)] }
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
fn base64_octets(text: &str) -> Result<Vec<u8>, Wrong> {
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
        return Err(Wrong::in_text(place(at), "this character is none of base64's"));
    }
    ENGINE.decode(&dense).map_err(|error| match error {
        base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol { offset: at, .. } => {
            Wrong::in_text(place(at), "base64 cannot have this here")
        }
        _ => Wrong::in_text(place(dense.len()), "base64 is cut off here"),
    })
}
