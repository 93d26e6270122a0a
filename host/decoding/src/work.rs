//! From an input to messages that are opened: what takes long and waits for nobody.

use std::io;

use limits::DecodeLimits;
use runtime::MessagePart;
use snmp::usm::{KeyCache, User};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    Request,
    answer::{OtherPackets, PacketCounts},
    fragments::Fragments,
    frame::Frame,
    input::{self, InputError, Source},
    layers::{self, Found},
    opened::{self, OpenedMessage},
    packet::{Packet, PacketProblem},
};

/// A message, and what could be found out of it outside the sandbox.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) packet: usize,
    pub(super) frame: Option<Frame>,
    pub(super) part: MessagePart,
    pub(super) octets: Vec<u8>,
    pub(super) opened: OpenedMessage,
}

/// What is found in an input, in the order of its packets.
#[derive(Debug)]
pub(super) enum Item {
    Message(Box<Message>),
    Problem(PacketProblem),
}

/// What is in an input.
#[derive(Debug, Default)]
pub(super) struct Messages {
    pub(super) messages: Vec<Message>,
    pub(super) problems: Vec<PacketProblem>,
    pub(super) tally: Tally,
}

/// What became of the packets of an input.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) packets: PacketCounts,
    pub(super) others: Vec<OtherPackets>,
}

/// What comes of an input that is decoded while it is read.
#[derive(Debug)]
pub(super) enum Streamed {
    Item(Item),
    /// All was read.
    End(Tally),
    /// The input cannot be read at all.
    Failed(InputError),
    /// There are no random numbers.
    Random,
}

/// Keys of one input that are remembered. Beyond, they are made again, which only takes time.
const KEYS: usize = 1_000;

/// Kinds of packets without SNMP that are counted by themselves. Beyond, all others are one kind.
const MAX_KINDS: usize = 64;

/// Reads an input and opens its messages, as far as the limits allow. Fails where there are no random numbers.
pub(super) fn messages(
    request: &Request,
    limits: &DecodeLimits,
    until: Instant,
    stop: &CancellationToken,
) -> io::Result<Messages> {
    let mut found = Messages::default();
    let mut source = match input::open(Box::new(request.input.as_slice()), request.format, limits.text_bytes) {
        Ok(source) => source,
        Err(error) => {
            found.problems.push(PacketProblem::new("input", None, traps::error_chain(&error)));
            return Ok(found);
        }
    };
    let mut unpacking = Unpacking::new(&request.users, limits.fragments, source.is_capture())?;
    let mut items = Vec::new();
    let mut packets = 0;
    while let Some(next) = source.next() {
        if stop.is_cancelled() || Instant::now() >= until {
            items.push(Item::Problem(super::left_out("there was no time for the rest (limit `decode.time`)")));
            break;
        }
        packets += usize::from(next.is_ok());
        if packets > limits.packets {
            items.push(Item::Problem(input::too_many(limits.packets)));
            break;
        }
        unpacking.take(next, &mut items);
    }
    found.tally = unpacking.end(&mut items);
    for item in items {
        match item {
            Item::Message(message) => found.messages.push(*message),
            Item::Problem(wrong) => found.problems.push(wrong),
        }
    }
    Ok(found)
}

/// Reads an input of any length and hands on what is in it, packet by packet. Ends early where nobody takes it.
pub(super) fn stream(
    input: Box<dyn io::Read + Send>,
    request: &Request,
    limits: &DecodeLimits,
    to: &mpsc::Sender<Streamed>,
) {
    let opened = input::open(input, request.format, limits.text_bytes);
    let last = match opened {
        Err(error) => Streamed::Failed(error),
        Ok(source) => match Unpacking::new(&request.users, limits.fragments, source.is_capture()) {
            Err(_) => Streamed::Random,
            Ok(unpacking) => match hand_on(source, unpacking, to) {
                Some(tally) => Streamed::End(tally),
                None => return,
            },
        },
    };
    // Whoever has gone does not want to know.
    let _ = to.blocking_send(last);
}

/// Returns what became of the packets; nothing where nobody takes them.
fn hand_on(mut source: Source<'_>, mut unpacking: Unpacking<'_>, to: &mpsc::Sender<Streamed>) -> Option<Tally> {
    let mut items = Vec::new();
    while let Some(next) = source.next() {
        unpacking.take(next, &mut items);
        for item in items.drain(..) {
            to.blocking_send(Streamed::Item(item)).ok()?;
        }
    }
    let tally = unpacking.end(&mut items);
    for item in items {
        to.blocking_send(Streamed::Item(item)).ok()?;
    }
    Some(tally)
}

/// Takes packets one by one and finds the messages in them.
struct Unpacking<'a> {
    users: &'a [User],
    keys: KeyCache,
    fragments: Fragments,
    /// Of a capture, what is no SNMP is passed over; of what was given by itself, it is a problem.
    is_capture: bool,
    tally: Tally,
    unread: Option<UnreadPackets>,
    is_wrong: bool,
}

/// Packets behind each other that cannot be read for the same reason.
struct UnreadPackets {
    first: usize,
    last: usize,
    what: String,
}

impl<'a> Unpacking<'a> {
    fn new(users: &'a [User], max_fragments: usize, is_capture: bool) -> io::Result<Self> {
        Ok(Self {
            users,
            keys: KeyCache::new(KEYS)?,
            fragments: Fragments::new(max_fragments),
            is_capture,
            tally: Tally::default(),
            unread: None,
            is_wrong: false,
        })
    }

    fn take(&mut self, next: Result<Packet, PacketProblem>, items: &mut Vec<Item>) {
        match next {
            Ok(packet) => {
                self.tally.packets.read += 1;
                self.packet(&packet, items);
            }
            Err(wrong) => {
                self.is_wrong = true;
                items.push(Item::Problem(wrong));
            }
        }
    }

    fn packet(&mut self, packet: &Packet, items: &mut Vec<Item>) {
        match layers::find(packet) {
            Found::Fragment(fragment) => {
                let (whole, wrong) = self.fragments.add(*fragment);
                items.extend(wrong.map(Item::Problem));
                if let Some(whole) = whole {
                    self.add(packet.number, whole, items);
                }
            }
            found => self.add(packet.number, found, items),
        }
    }

    fn add(&mut self, packet: usize, found: Found, items: &mut Vec<Item>) {
        let (frame, part, octets) = match found {
            Found::Message(octets) => (None, MessagePart::Message, octets),
            Found::Pdu(octets) => (None, MessagePart::Pdu, octets),
            Found::Datagram(frame, octets) if !self.is_capture || layers::is_snmp(&frame, &octets) => {
                (Some(*frame), MessagePart::Message, octets)
            }
            Found::Datagram(..) => return self.other(packet, "UDP of something else", items),
            Found::Other(what) => return self.other(packet, &what, items),
            Found::Unread(what) => return self.unread(packet, what, items),
            Found::Fragment(_) => return,
        };
        self.tell_unread(items);
        if let Some(cut_from) = frame.as_ref().and_then(|frame| frame.cut_from) {
            let text = format!("the capture has only the beginning of this packet of {cut_from} octets");
            items.push(Item::Problem(PacketProblem::new("capture", Some(packet), text)));
        }
        let opened = match part {
            MessagePart::Pdu => OpenedMessage { pdu: Some(octets.clone()), ..OpenedMessage::default() },
            _ => opened::open(&octets, packet, self.users, &self.keys),
        };
        items.push(Item::Message(Box::new(Message { packet, frame, part, octets, opened })));
    }

    /// Counts a packet that was read and holds no SNMP.
    fn other(&mut self, packet: usize, what: &str, items: &mut Vec<Item>) {
        self.tell_unread(items);
        if !self.is_capture {
            let text = format!("not SNMP: {what}");
            items.push(Item::Problem(PacketProblem::new("frame", Some(packet), text)));
        }
        self.tally.count(packet, what);
    }

    /// Notes a packet that cannot be read. Of many behind each other one problem tells.
    fn unread(&mut self, packet: usize, what: String, items: &mut Vec<Item>) {
        self.tally.count(packet, &what);
        match &mut self.unread {
            Some(unread) if unread.what == what && unread.last + 1 == packet => unread.last = packet,
            _ => {
                self.tell_unread(items);
                self.unread = Some(UnreadPackets { first: packet, last: packet, what });
            }
        }
    }

    fn tell_unread(&mut self, items: &mut Vec<Item>) {
        let Some(UnreadPackets { first, last, what }) = self.unread.take() else { return };
        let text = match first == last {
            true => format!("not read: {what}"),
            false => format!("not read, up to packet {last}: {what}"),
        };
        items.push(Item::Problem(PacketProblem::new("frame", Some(first), text)));
    }

    fn end(mut self, items: &mut Vec<Item>) -> Tally {
        self.tell_unread(items);
        let fragments = std::mem::replace(&mut self.fragments, Fragments::new(0));
        for (beginning, wrong) in fragments.rest() {
            let packet = wrong.packet.unwrap_or_default();
            items.push(Item::Problem(wrong));
            if let Some(beginning) = beginning {
                self.add(packet, beginning, items);
            }
        }
        self.tell_unread(items);
        if self.is_capture && self.tally.packets.read == 0 && !self.is_wrong {
            items.push(Item::Problem(PacketProblem::new("capture", None, "the capture has no packet")));
        }
        self.tally
    }
}

impl Tally {
    fn count(&mut self, packet: usize, what: &str) {
        self.packets.other += 1;
        let is_new = !self.others.iter().any(|others| others.what == what);
        let what = if is_new && self.others.len() >= MAX_KINDS { "something else" } else { what };
        match self.others.iter_mut().find(|others| others.what == what) {
            Some(others) => others.packets += 1,
            None => self.others.push(OtherPackets { what: what.to_owned(), packets: 1, first: packet }),
        }
    }
}
