//! The record of a notification: what the decoder says, and around it what the host knows of the message.
//!
//! The one place that says which members a record has and in which order; the trap log and `decode` both write it.

use std::net::{IpAddr, SocketAddr};

use runtime::{
    AddressCandidates, DecodedBy, Enrichment, Meanings, RecordedPdu, RecordedTrap, RecordedV1, RecordedVarbind,
    Severity, TrapRecord,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A record, ready to be written.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NotificationRecord)]
pub struct Record<'a> {
    /// Nobody else's, anywhere; none of a packet that was only decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// RFC 3339.
    pub received_at: Option<&'a str>,
    /// Who has received it; none of a packet that was only decoded.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = RecordReceiver<'static>)]
    pub receiver: Option<RecordReceiver<'a>>,
    /// How it came.
    pub transport: Transport,
    /// What the message says.
    pub snmp: Snmp<'a>,
    /// What only a trap of version 1 has.
    pub v1: Option<&'a RecordedV1>,
    /// Which device it is about.
    pub device: Device<'a>,
    /// sysUpTime.0 of the message, in hundredths of a second.
    pub uptime_ticks: Option<u64>,
    /// Which notification it is.
    pub trap: Option<&'a RecordedTrap>,
    /// How much it matters: `emergency`, `alert`, `critical`, `error`, `warning`, `notice`, `informational` or `debug`.
    #[schema(value_type = Option<String>, example = "warning")]
    pub severity: Option<Severity>,
    /// The variables, in their order.
    pub varbinds: &'a [RecordedVarbind],
    /// What enrichers added.
    pub enrichment: &'a Enrichment,
    /// Which plugins read it.
    pub decoded_by: &'a DecodedBy,
    /// What enrichers know of it, by plugin.
    #[schema(value_type = BTreeMap<String, Object>)]
    pub decoded: &'a Meanings,
    /// What is odd about it.
    pub flags: &'a [String],
    /// None where repetitions are not looked for.
    pub dedupe: Option<Dedupe<'a>>,
    /// The message in hexadecimal.
    pub raw_hex: String,
}

/// Who has received it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = RecordReceiver)]
pub struct RecordReceiver<'a> {
    /// The name of the receiver.
    #[schema(required = false)]
    pub receiver: &'a str,
    /// The name of its site.
    pub site: Option<&'a str>,
}

/// How it came.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = RecordTransport)]
pub struct Transport {
    /// Always `udp`.
    proto: &'static str,
    /// Who sent it.
    #[schema(value_type = Option<String>, example = "192.0.2.1")]
    src: Option<IpAddr>,
    /// From which port.
    src_port: Option<u16>,
    /// Where it came in.
    #[schema(value_type = Option<String>, example = "192.0.2.10:162")]
    local: Option<SocketAddr>,
}

/// What the message says.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordSnmp)]
pub struct Snmp<'a> {
    /// The PDU.
    #[serde(flatten)]
    pdu: &'a RecordedPdu,
    /// `hmac:` and 16 hexadecimal digits: what tells communities apart without telling them. The same for as long as the
    /// state directory lives; without one, for as long as the process runs.
    community_ref: Option<&'a str>,
    /// What version 3 says of its security.
    security: Option<&'a SecurityBody>,
}

/// Which device it is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordDevice)]
pub struct Device<'a> {
    /// Its address.
    #[schema(value_type = Option<String>, example = "192.0.2.1")]
    address: Option<IpAddr>,
    /// What said so: `snmpTrapAddress`, `agent-addr` or `udp`.
    address_from: Option<&'static str>,
    /// Its name.
    name: Option<&'a str>,
    /// The addresses that the PDU names.
    candidates: &'a AddressCandidates,
}

/// How often it came.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = RecordDedupe)]
pub struct Dedupe<'a> {
    /// The same for notifications that say the same.
    pub key: &'a str,
    /// Notifications that this record stands for.
    pub count: u64,
}

/// What a message of version 3 says of its security, and what of it is proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SecurityBody {
    /// The user's name.
    pub user: String,
    /// `noAuthNoPriv`, `authNoPriv` or `authPriv`.
    pub level: &'static str,
    /// The authoritative engine, in hexadecimal.
    pub engine_id: String,
    /// How often that engine has booted, as the message says: of a packet that was only decoded any number, or null where
    /// it cannot be read.
    pub engine_boots: Option<i64>,
    /// For how many seconds it has run since, as the message says; likewise.
    pub engine_time: Option<i64>,
    /// The context's name; null where it is encrypted.
    pub context: Option<String>,
    /// The engine that holds the context, in hexadecimal; null where it is encrypted.
    pub context_engine_id: Option<String>,
    /// Whether the user's keys have signed the message. Of a packet that was only decoded, its time is not checked.
    pub authentic: bool,
    /// Whether it was encrypted and could be decrypted.
    pub decrypted: bool,
}

/// What the host knows of a message.
#[derive(Clone, Debug, Default)]
pub struct MessageFacts<'a> {
    /// The sender's address; none of a message without its datagram.
    pub source: Option<IpAddr>,
    /// The port that it was sent from.
    pub source_port: Option<u16>,
    /// Where it came in.
    pub local: Option<SocketAddr>,
    /// When it came (RFC 3339).
    pub received_at: Option<&'a str>,
    /// What tells its community from others.
    pub community_ref: Option<&'a str>,
    /// What version 3 says of its security.
    pub security: Option<&'a SecurityBody>,
    /// Whether the PDU may say whose notification it is: its sender passes on what others sent.
    pub is_relayed: bool,
    /// The message.
    pub octets: &'a [u8],
}

impl<'a> Record<'a> {
    /// Puts what the host knows around what the decoder has found.
    #[must_use]
    pub fn new(found: &'a TrapRecord, known: &MessageFacts<'a>) -> Self {
        Self {
            id: None,
            received_at: known.received_at,
            receiver: None,
            transport: Transport { proto: "udp", src: known.source, src_port: known.source_port, local: known.local },
            snmp: Snmp { pdu: &found.snmp, community_ref: known.community_ref, security: known.security },
            v1: found.v1.as_ref(),
            device: Device::of(&found.device.candidates, known),
            uptime_ticks: found.uptime_ticks,
            trap: found.trap.as_ref(),
            severity: found.severity,
            varbinds: &found.varbinds,
            enrichment: &found.enrichment,
            decoded_by: &found.decoded_by,
            decoded: &found.decoded,
            flags: &found.flags,
            dedupe: None,
            raw_hex: const_hex::encode(known.octets),
        }
    }
}

impl<'a> Device<'a> {
    /// Anybody can write any address into a PDU, so only a sender that is trusted to pass on what others sent is believed.
    fn of(candidates: &'a AddressCandidates, known: &MessageFacts<'_>) -> Self {
        let stated = |text: &Option<String>| {
            let address: IpAddr = text.as_deref()?.parse().ok()?;
            (known.is_relayed && !address.is_unspecified()).then_some(address)
        };
        let named = stated(&candidates.snmp_trap_address)
            .map(|address| (address, "snmpTrapAddress"))
            .or_else(|| Some((stated(&candidates.agent_addr)?, "agent-addr")))
            .or_else(|| Some((known.source?, "udp")));
        Self {
            address: named.map(|(address, _)| address),
            address_from: named.map(|(_, from)| from),
            name: None,
            candidates,
        }
    }
}

impl Record<'_> {
    /// The device that it is about, as far as anybody can know.
    #[must_use]
    pub fn device_address(&self) -> Option<IpAddr> {
        self.device.address
    }
}

/// Whether the trap log takes a PDU of this name.
pub(crate) fn is_notification(pdu: &str) -> bool {
    matches!(pdu, "trap-v1" | "trap" | "inform")
}
