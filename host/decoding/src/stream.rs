//! Decoding while an input is read: of any length, in a memory that does not grow with it.

use std::io::Read;

use serde_json::value::{RawValue, to_raw_value};
use tokio::sync::mpsc;

use super::{
    Decoding, InputError, PacketProblem, Request,
    answer::{OtherPackets, PacketCounts},
    work::{self, Item, Message, Streamed, Tally},
};

/// What comes of an input, in the order of its packets.
#[derive(Debug)]
pub enum Decoded {
    /// A message, as [`super::Answer::messages`] has it, and what is wrong with it.
    Message(Box<RawValue>, Vec<PacketProblem>),
    /// Something else that is wrong.
    Problem(PacketProblem),
    /// The end: what became of the packets.
    End(PacketCounts, Vec<OtherPackets>),
}

/// Why decoding an input ended.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The input cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// It cannot be decoded.
    #[error(transparent)]
    Decode(#[from] super::DecodeError),
    /// Reading broke off without a reason.
    #[error("reading the input ended early")]
    BrokeOff,
}

/// An input that is being decoded. Dropping it ends the work, as soon as a read that is under way is done.
#[derive(Debug)]
pub struct DecodedStream<'a> {
    decoding: &'a Decoding,
    items: mpsc::Receiver<Streamed>,
    is_at_end: bool,
}

/// Items that were read and wait to be decoded.
const ITEMS_AHEAD: usize = 256;

impl Decoding {
    /// Decodes an input while it is read. `request` says how, and its own input is not looked at. Neither the number of
    /// packets nor the time is bounded. Must be called within a tokio runtime.
    pub fn stream(&self, input: Box<dyn Read + Send>, request: Request) -> DecodedStream<'_> {
        let (to, items) = mpsc::channel(ITEMS_AHEAD);
        let limits = self.limits.clone();
        tokio::task::spawn_blocking(move || work::stream(input, &request, &limits, &to));
        DecodedStream { decoding: self, items, is_at_end: false }
    }
}

impl DecodedStream<'_> {
    /// What was decoded next: of what is there, as much as the sandbox takes at once. Empty at the end.
    pub async fn next(&mut self) -> Result<Vec<Decoded>, StreamError> {
        if self.is_at_end {
            return Ok(Vec::new());
        }
        let mut streamed = Vec::new();
        if self.items.recv_many(&mut streamed, super::MESSAGES_AT_ONCE).await == 0 {
            return Err(StreamError::BrokeOff);
        }
        let plugins = self.decoding.plugins.now();
        let decoder = plugins.trap_decoder().ok_or(super::DecodeError::NoDecoder)?;
        let mut messages: Vec<Message> = Vec::new();
        // Where messages stand among all that has to be told.
        let mut told: Vec<Option<Decoded>> = Vec::new();
        for item in streamed {
            told.push(match item {
                Streamed::Item(Item::Message(message)) => {
                    messages.push(*message);
                    None
                }
                Streamed::Item(Item::Problem(wrong)) => Some(Decoded::Problem(wrong)),
                Streamed::End(Tally { packets, others }) => {
                    self.is_at_end = true;
                    Some(Decoded::End(packets, others))
                }
                Streamed::Failed(error) => return Err(error.into()),
                Streamed::Random => return Err(super::DecodeError::Random.into()),
            });
        }
        let mut decoded = self.decoding.some(decoder, &mut messages).await.into_iter();
        let mut next = || {
            let (message, problems) = decoded.next()?;
            // A message has nothing that JSON cannot express.
            Some(Decoded::Message(to_raw_value(&message).ok()?, problems))
        };
        Ok(told.into_iter().filter_map(|told| told.or_else(&mut next)).collect())
    }
}
