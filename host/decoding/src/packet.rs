//! A packet as it was given, and what is wrong with one.

use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

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
    /// What its capture says, as a number among the link types of tcpdump.org.
    Type(i32),
}

/// What went wrong, and where. A text of the input is not repeated beyond one character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DecodeProblem)]
pub struct PacketProblem {
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

impl PacketProblem {
    /// What is wrong with this part of the input, in words.
    #[must_use]
    pub fn new(part: &'static str, packet: Option<usize>, text: impl Into<String>) -> Self {
        Self { packet, part, line: None, column: None, offset: None, text: text.into() }
    }

    /// What is wrong at this place of a text, its line and its column counted from 1.
    #[must_use]
    pub fn in_text((line, column): (usize, usize), text: impl Into<String>) -> Self {
        Self { line: Some(line), column: Some(column), ..Self::new("input", None, text) }
    }

    /// The same, at this octet of the packet.
    #[must_use]
    pub fn at(self, offset: usize) -> Self {
        Self { offset: Some(offset), ..self }
    }
}
