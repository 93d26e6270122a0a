//! From an input to messages that are opened: what takes long and waits for nobody.

use std::io;

use plugin_runtime::MessagePart;
use snmp_engine::usm::KeyCache;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Request,
    answer::PacketCounts,
    fragments::Fragments,
    frame::Frame,
    input::{self, Input, Packet, Wrong},
    layers::{self, Found},
    opened::{self, OpenedMessage},
};
use crate::limits::DecodeLimits;

/// A message, and what could be found out of it outside the sandbox.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) packet: usize,
    pub(super) frame: Option<Frame>,
    pub(super) part: MessagePart,
    pub(super) octets: Vec<u8>,
    pub(super) opened: OpenedMessage,
}

/// What is in an input.
#[derive(Debug, Default)]
pub(super) struct Messages {
    pub(super) messages: Vec<Message>,
    pub(super) problems: Vec<Wrong>,
    pub(super) packets: PacketCounts,
}

/// Keys of one input that are remembered. Beyond, they are made again, which only takes time.
const KEYS: usize = 1_000;

/// Reads an input and opens its messages. Fails where there are no random numbers.
pub(super) fn messages(
    request: &Request,
    limits: &DecodeLimits,
    until: Instant,
    stop: &CancellationToken,
) -> io::Result<Messages> {
    let Input { packets, problems } = input::read(&request.input, request.format, limits.packets);
    let mut found = Messages { problems, ..Messages::default() };
    let mut fragments = Fragments::new(limits.fragments);
    let keys = KeyCache::new(KEYS)?;
    // Of a capture, what is no SNMP is passed over; of what was given by itself, it is a problem.
    let is_capture = packets.iter().any(|packet| packet.link != input::Link::Unknown);
    let mut adder = Adder { found: &mut found, request, keys: &keys, is_capture };
    for packet in packets {
        if stop.is_cancelled() || Instant::now() >= until {
            adder.found.problems.push(super::left_out("there was no time for the rest (limit `decode.time`)"));
            return Ok(found);
        }
        adder.found.packets.read += 1;
        adder.packet(&packet, &mut fragments);
    }
    for (beginning, wrong) in fragments.rest() {
        let packet = wrong.packet.unwrap_or_default();
        adder.found.problems.push(wrong);
        if let Some(beginning) = beginning {
            adder.add(packet, beginning);
        }
    }
    Ok(found)
}

struct Adder<'a> {
    found: &'a mut Messages,
    request: &'a Request,
    keys: &'a KeyCache,
    is_capture: bool,
}

impl Adder<'_> {
    fn packet(&mut self, packet: &Packet, fragments: &mut Fragments) {
        match layers::find(packet) {
            Found::Fragment(fragment) => {
                let (whole, wrong) = fragments.add(*fragment);
                self.found.problems.extend(wrong);
                if let Some(whole) = whole {
                    self.add(packet.number, whole);
                }
            }
            found => self.add(packet.number, found),
        }
    }

    fn add(&mut self, packet: usize, found: Found) {
        let (frame, part, octets) = match found {
            Found::Message(octets) => (None, MessagePart::Message, octets),
            Found::Pdu(octets) => (None, MessagePart::Pdu, octets),
            Found::Datagram(frame, octets) if !self.is_capture || layers::is_snmp(&frame, &octets) => {
                (Some(*frame), MessagePart::Message, octets)
            }
            Found::Datagram(..) => return self.other(packet, "a UDP datagram of something else"),
            Found::Other(what) => return self.other(packet, &what),
            Found::Fragment(_) => return,
        };
        if let Some(cut_from) = frame.as_ref().and_then(|frame| frame.cut_from) {
            let text = format!("the capture has only the beginning of this packet of {cut_from} octets");
            self.found.problems.push(Wrong::new("capture", Some(packet), text));
        }
        let opened = match part {
            MessagePart::Pdu => OpenedMessage { pdu: Some(octets.clone()), ..OpenedMessage::default() },
            _ => opened::open(&octets, packet, &self.request.users, self.keys),
        };
        self.found.messages.push(Message { packet, frame, part, octets, opened });
    }

    fn other(&mut self, packet: usize, what: &str) {
        self.found.packets.other += 1;
        if !self.is_capture {
            self.found.problems.push(Wrong::new("frame", Some(packet), format!("no SNMP here: {what}")));
        }
    }
}
