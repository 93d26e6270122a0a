//! Decoding what people hand in: text or octets, to messages with their meaning.
//!
//! `input` makes packets of what was given (`hex`, `capture`), `layers` and `fragments` find the messages in them, and
//! `opened` verifies and decrypts. That is pure work of this process and never touches the contents of a PDU: they go to
//! the trap decoder in its sandbox, and `answer` puts both together with `names` for the numbers. `stream` does so while the input is read. Everything
//! has its bounds in `[decode]`.

mod answer;
mod capture;
mod code;
mod foreign;
mod fragments;
mod frame;
mod gzip;
mod headers;
mod hex;
mod input;
mod layers;
pub mod names;
mod numerals;
mod opened;
mod outline;
mod packet;
pub mod record;
mod rfc_3339;
mod stream;
mod work;

use std::net::SocketAddr;

use limits::DecodeLimits;
use mibs::Mibs;
use runtime::{LivePlugins, MessagePart, MessageVersion, NotificationPdu, Runtime, TrapDecoder, TrapRecord};
use secrecy::ExposeSecret as _;
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};
use snmp::{ber::tag, usm::User};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use tokio_util::sync::CancellationToken;
use traps::CommunityRefs;

use self::{
    answer::nest,
    outline::Outline,
    work::{Message, Tally},
};
pub use self::{
    answer::{Answer, DecodedMessage, OtherPackets, PacketCounts},
    frame::{Checksum, Frame, IpPart, LinkPart, UdpPart, VlanTag},
    headers::HeaderNode,
    input::{Format, InputError},
    packet::PacketProblem,
    rfc_3339::rfc_3339,
    stream::{Decoded, DecodedStream, StreamError},
};
use crate::record::{MessageFacts, Record, is_notification};

/// What is to be decoded.
#[derive(Debug)]
pub struct Request {
    /// Text or octets.
    pub input: Vec<u8>,
    /// How it is written.
    pub format: Format,
    /// Users whose messages are to be verified and decrypted.
    pub users: Vec<User>,
}

/// Why nothing was decoded at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The plugin that knows PDUs is not there.
    #[error("the plugin `trap-decoder` is missing")]
    NoDecoder,
    /// Too much is being decoded already.
    #[error("too many decode requests at once (limit `decode.concurrent`); try again")]
    Busy,
    /// There was no time.
    #[error("did not read the input within its deadline (limit `decode.time`)")]
    Time,
    /// There are no random numbers for the keys of users.
    #[error("cannot read random bytes")]
    Random,
}

/// Decodes.
#[derive(Debug)]
pub struct Decoding {
    runtime: Runtime,
    plugins: LivePlugins,
    limits: DecodeLimits,
    refs: CommunityRefs,
    places: Semaphore,
}

/// Messages that go to the sandbox together. Their records and trees are in memory until they are written.
const MESSAGES_AT_ONCE: usize = 64;

impl Decoding {
    /// Decodes with the trap decoder and the enrichers of these plugins. `refs` is what records call communities.
    #[must_use]
    pub fn new(runtime: Runtime, plugins: LivePlugins, limits: DecodeLimits, refs: CommunityRefs) -> Self {
        let places = Semaphore::new(limits.concurrent);
        Self { runtime, plugins, limits, refs, places }
    }

    /// Decodes an input. Cancel-safe: dropping the future stops the work.
    pub async fn decode(&self, request: Request) -> Result<Answer, DecodeError> {
        let until = Instant::now() + self.limits.time;
        let plugins = self.plugins.now();
        let decoder = plugins.trap_decoder().ok_or(DecodeError::NoDecoder)?;
        let place = timeout_at(until, self.places.acquire()).await;
        let _place = place.ok().and_then(Result::ok).ok_or(DecodeError::Busy)?;
        let stop = CancellationToken::new();
        let _stopped = stop.clone().drop_guard();
        let limits = self.limits.clone();
        // Keys take milliseconds each; they would hold up everybody else on this thread.
        let reading = tokio::task::spawn_blocking(move || work::messages(&request, &limits, until, &stop));
        let messages = timeout_at(until, reading).await.ok().and_then(Result::ok);
        let mut found = messages.ok_or(DecodeError::Time)?.map_err(|_| DecodeError::Random)?;
        let Tally { packets, others } = std::mem::take(&mut found.tally);
        let mut answer = Answer { packets, others, ..Answer::default() };
        let mut bytes = 0;
        let mut rest = found.messages.as_mut_slice();
        while !rest.is_empty() {
            let (some, behind) = rest.split_at_mut(rest.len().min(MESSAGES_AT_ONCE));
            rest = behind;
            let Ok(decoded) = timeout_at(until, self.some(decoder, some)).await else {
                answer.problems.push(left_out("there was no time for the rest (limit `decode.time`)"));
                break;
            };
            for (message, problems) in decoded {
                let Ok(json) = to_raw_value(&message) else { continue };
                bytes += json.get().len();
                if bytes > self.limits.answer_bytes {
                    answer.problems.push(left_out(
                        "the answer is as large as it may be (limit `decode.answer_bytes`); the rest was left out",
                    ));
                    rest = &mut [];
                    break;
                }
                answer.messages.push(json);
                answer.problems.extend(problems);
            }
        }
        answer.problems.append(&mut found.problems);
        answer.problems.sort_by_key(|problem| problem.packet.unwrap_or(0));
        Ok(answer)
    }

    /// Decodes some messages in the sandbox.
    async fn some(&self, decoder: &TrapDecoder, messages: &mut [Message]) -> Vec<(DecodedMessage, Vec<PacketProblem>)> {
        let mut problems = vec![Vec::new(); messages.len()];
        let mut trees = Vec::with_capacity(messages.len());
        for (message, problems) in messages.iter_mut().zip(&mut problems) {
            let tree = self.tree(decoder, message, problems).await;
            let outline = Outline::of(&tree, message.part, &message.octets);
            message.opened.fill(&outline);
            // As a tree it would take twenty times as much until it is written.
            let tree = to_raw_value(&tree).unwrap_or_else(|_| RawValue::NULL.to_owned());
            trees.push((tree, outline.flags));
        }
        let (mut places, mut notifications) = (Vec::new(), Vec::new());
        for (place, message) in messages.iter_mut().enumerate() {
            if let Some(pdu) = message.opened.pdu.take() {
                places.push(place);
                notifications.push(NotificationPdu { version: version(message, &pdu), pdu });
            }
        }
        let mut records: Vec<Option<TrapRecord>> = vec![None; messages.len()];
        let decoded = self.runtime.decode(decoder, notifications).await;
        for (place, decoded) in places.into_iter().zip(decoded) {
            let (Some(record), Some(problems), Some(message)) =
                (records.get_mut(place), problems.get_mut(place), messages.get(place))
            else {
                continue;
            };
            match decoded {
                Ok(mut decoded) => {
                    names::name(&mut decoded, Mibs::standard());
                    *record = Some(decoded);
                }
                Err(error) => problems.push(PacketProblem::new("decoder", Some(message.packet), error.to_string())),
            }
        }
        let notifications = records.iter_mut().flatten().filter(|record| is_notification(&record.snmp.pdu));
        self.runtime.enrich(self.plugins.now().trap_enrichers(), notifications).await;
        let mut done = Vec::with_capacity(messages.len());
        for (((message, record), mut problems), (tree, flags)) in
            messages.iter_mut().zip(records).zip(problems).zip(trees)
        {
            problems.extend(message.opened.problem.take());
            let community = message.opened.community.take();
            let community_ref = community.map(|community| self.refs.of(community.expose_secret()));
            done.push((answered(message, community_ref.as_deref(), record.as_ref(), tree, flags), problems));
        }
        done
    }

    /// The tree of a message, with what was decrypted in it.
    async fn tree(&self, decoder: &TrapDecoder, message: &mut Message, problems: &mut Vec<PacketProblem>) -> Value {
        let octets = message.octets.clone();
        let Some(mut tree) = self.one_tree(decoder, message.part, octets, ("message", message.packet), problems).await
        else {
            return Value::Null;
        };
        if let Some(octets) = message.opened.decrypted.take() {
            let place = ("decrypted", message.packet);
            let decrypted = self.one_tree(decoder, MessagePart::ScopedPdu, octets, place, problems).await;
            nest(&mut tree, decrypted.unwrap_or_default());
        }
        names::name_tree(&mut tree, Mibs::standard());
        Value::Object(tree)
    }

    async fn one_tree(
        &self,
        decoder: &TrapDecoder,
        part: MessagePart,
        octets: Vec<u8>,
        (place, packet): (&'static str, usize),
        problems: &mut Vec<PacketProblem>,
    ) -> Option<Map<String, Value>> {
        let tree = match self.runtime.tree(decoder, part, octets).await {
            Ok(tree) => tree,
            Err(error) => {
                problems.push(PacketProblem::new("decoder", Some(packet), error.to_string()));
                return None;
            }
        };
        for problem in tree.get("problems").and_then(Value::as_array).into_iter().flatten() {
            let text = problem.get("text").and_then(Value::as_str).unwrap_or_default();
            let offset = problem.get("offset").and_then(Value::as_u64).and_then(|offset| usize::try_from(offset).ok());
            problems.push(PacketProblem { offset, ..PacketProblem::new(place, Some(packet), text) });
        }
        Some(tree)
    }
}

/// Whose PDU it is; of a PDU alone, what fits it.
fn version(message: &Message, pdu: &[u8]) -> MessageVersion {
    match message.opened.version {
        Some("1") => MessageVersion::V1,
        Some("3") => MessageVersion::V3,
        None if pdu.first() == Some(&tag::TRAP_V1) => MessageVersion::V1,
        _ => MessageVersion::V2c,
    }
}

fn answered(
    message: &mut Message,
    community_ref: Option<&str>,
    found: Option<&TrapRecord>,
    tree: Box<RawValue>,
    mut flags: Vec<String>,
) -> DecodedMessage {
    let opened = &mut message.opened;
    let frame = message.frame.as_ref();
    let (ip, udp) = (frame.and_then(|frame| frame.ip.as_ref()), frame.and_then(|frame| frame.udp.as_ref()));
    let known = MessageFacts {
        source: ip.map(|ip| ip.src),
        source_port: udp.map(|udp| udp.src_port),
        local: ip.zip(udp).map(|(ip, udp)| SocketAddr::new(ip.dst, udp.dst_port)),
        received_at: frame.and_then(|frame| frame.captured_at.as_deref()),
        community_ref,
        security: opened.security.as_ref(),
        is_relayed: false,
        octets: &message.octets,
    };
    let notification = found.filter(|found| is_notification(&found.snmp.pdu));
    // A record has nothing that JSON cannot express.
    let record = notification.and_then(|found| to_raw_value(&Record::new(found, &known)).ok());
    let varbinds = found.map_or(&[] as &[_], |found| &found.varbinds);
    let pdu = found.map(|found| &found.snmp);
    let closed = opened.is_closed.then(|| "encrypted".to_owned());
    for flag in found.iter().flat_map(|found| &found.flags) {
        if !flags.contains(flag) {
            flags.push(flag.clone());
        }
    }
    DecodedMessage {
        version: opened.version,
        pdu: pdu.map(|pdu| pdu.pdu.clone()).or(closed),
        request_id: pdu.and_then(|pdu| pdu.request_id),
        error_status: pdu.and_then(|pdu| pdu.error_status),
        error_index: pdu.and_then(|pdu| pdu.error_index),
        non_repeaters: pdu.and_then(|pdu| pdu.non_repeaters),
        max_repetitions: pdu.and_then(|pdu| pdu.max_repetitions),
        varbinds: to_raw_value(varbinds).unwrap_or_else(|_| RawValue::NULL.to_owned()),
        flags,
        record,
        security: opened.security.take(),
        frame: message.frame.take(),
        tree,
    }
}

fn left_out(text: &str) -> PacketProblem {
    PacketProblem::new("input", None, text)
}

#[cfg(test)]
mod tests;
