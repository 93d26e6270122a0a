//! From what the listener let in to what it says: through the sandbox, in batches.
//!
//! What the decoder cannot make anything of is kept all the same, with a flag and its octets.

use std::sync::Arc;

use decoding::{
    names,
    record::{Dedupe, MessageFacts, Record, RecordReceiver, SecurityBody},
    rfc_3339,
};
use ipnet::IpNet;
use mibs::Mibs;
use runtime::{LivePlugins, MessageVersion, NotificationPdu, RecordedPdu, Runtime, TrapRecord};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use traps::{Arrival, Facts, NewEntry, Sender, UserSecurity, Version, listener::Reply};
use uuid::Builder;

use super::{counters::Counters, dedupe::Key};

/// The flag of a record whose PDU broke the decoder.
const NOT_DECODED: &str = "not_decoded";

/// The flag of a record with octets behind its message.
const OCTETS_BEHIND: &str = "octets_behind_message";

/// The flag of a record whose sender has an engine ID of fewer than 5 octets or more than 32.
const ENGINE_ID_LENGTH: &str = "engine_id_length";

/// The object that differs between two notifications that say the same.
const SYS_UP_TIME: &str = "1.3.6.1.2.1.1.3.0";

/// What a varbind takes in memory with its name, its MIB and its texts, about.
const OCTETS_OF_A_VARBIND: usize = 500;

/// What turns arrivals into what they say.
#[derive(Debug)]
pub(super) struct TrapDecoding {
    pub(super) runtime: Runtime,
    pub(super) plugins: LivePlugins,
    pub(super) settings: RecordSettings,
    pub(super) counters: Arc<Counters>,
}

/// What records say of the proxy that received them.
#[derive(Clone, Debug)]
pub(super) struct RecordSettings {
    /// The name of this proxy.
    pub(super) proxy_name: String,
    /// Where it stands.
    pub(super) site: Option<String>,
    /// Senders that are believed when a PDU says whose notification it is.
    pub(super) trusted_relays: Vec<IpNet>,
}

/// A notification, and what it says.
#[derive(Debug)]
pub(super) struct DecodedTrap {
    arrival: Arrival,
    found: TrapRecord,
}

impl TrapDecoding {
    /// Decodes and enriches: one for each arrival, in their order.
    pub(super) async fn of(&self, mut arrivals: Vec<Arrival>) -> Vec<DecodedTrap> {
        let mut found = self.decode(&mut arrivals).await;
        let failures = self.runtime.enrich(self.plugins.now().trap_enrichers(), &mut found).await;
        for failure in failures {
            self.counters.enricher_failures.add(failure.records);
            tracing::debug!(%failure, "an enricher failed");
        }
        arrivals.into_iter().zip(found).map(|(arrival, found)| DecodedTrap { arrival, found }).collect()
    }

    /// Takes the PDUs, which nobody needs behind this.
    async fn decode(&self, arrivals: &mut [Arrival]) -> Vec<TrapRecord> {
        let plugins = self.plugins.now();
        let Some(decoder) = plugins.trap_decoder() else {
            return arrivals.iter().map(|arrival| self.unreadable(arrival)).collect();
        };
        let notification = |arrival: &mut Arrival| NotificationPdu {
            version: version(arrival.version),
            pdu: std::mem::take(&mut arrival.pdu),
        };
        let notifications = arrivals.iter_mut().map(notification).collect();
        let decoded = self.runtime.decode(decoder, notifications).await;
        let mut found = Vec::with_capacity(arrivals.len());
        for (arrival, decoded) in arrivals.iter().zip(decoded) {
            let mut record = decoded.unwrap_or_else(|error| {
                tracing::debug!(source = %arrival.source, %error, "a notification was not decoded");
                self.unreadable(arrival)
            });
            if arrival.octets_behind > 0 {
                record.add_flag(OCTETS_BEHIND);
            }
            if matches!(&arrival.sender, Sender::User(user) if user.engine_id.oddity().is_some()) {
                record.add_flag(ENGINE_ID_LENGTH);
            }
            names::name(&mut record, Mibs::standard());
            found.push(record);
        }
        found
    }

    /// What is known of a notification without its PDU.
    fn unreadable(&self, arrival: &Arrival) -> TrapRecord {
        self.counters.not_decoded.add(1);
        let (version, pdu) = match (arrival.version, &arrival.reply) {
            (Version::V1, _) => ("1", "trap-v1"),
            (Version::V2c, None) => ("2c", "trap"),
            (Version::V2c, Some(_)) => ("2c", "inform"),
            (Version::V3, None) => ("3", "trap"),
            (Version::V3, Some(_)) => ("3", "inform"),
        };
        let snmp = RecordedPdu { version: version.to_owned(), pdu: pdu.to_owned(), ..RecordedPdu::default() };
        let mut record = TrapRecord { snmp, ..TrapRecord::default() };
        record.add_flag(NOT_DECODED);
        record
    }
}

impl DecodedTrap {
    /// What has to be done once it is stored.
    pub(super) fn take_reply(&mut self) -> Option<Reply> {
        self.arrival.reply.take()
    }

    /// Whether somebody waits for an acknowledgement.
    pub(super) fn is_inform(&self) -> bool {
        self.arrival.reply.is_some()
    }

    /// About how much memory it takes.
    pub(super) fn octets(&self) -> usize {
        let Self { arrival, found } = self;
        let fixed = size_of::<Self>() + arrival.message.len();
        fixed + found.varbinds.len() * OCTETS_OF_A_VARBIND
    }

    /// The same for notifications that say the same: of one source, but for the time.
    pub(super) fn key(&self) -> Key {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update(text.len().to_be_bytes());
            hash.update(text);
        };
        add(&self.arrival.source.ip().to_string());
        add(&self.found.snmp.pdu);
        add(self.found.trap.as_ref().and_then(|trap| trap.oid.as_deref()).unwrap_or_default());
        add(self.found.device.candidates.agent_addr.as_deref().unwrap_or_default());
        let varbinds = self.found.varbinds.iter();
        for varbind in varbinds.filter(|varbind| varbind.oid.as_deref() != Some(SYS_UP_TIME)) {
            add(varbind.oid.as_deref().or(varbind.oid_hex.as_deref()).unwrap_or_default());
            add(varbind.value_type.as_deref().unwrap_or_default());
            // What is octets may look the same as text and not be it.
            match &varbind.hex {
                Some(hex) => add(hex),
                // A value has nothing that JSON cannot express.
                None => add(&serde_json::to_string(&varbind.value).unwrap_or_default()),
            }
        }
        let mut key = Key::default();
        key.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        key
    }

    /// Writes its record. `dedupe` is its key and for how many it stands, where repetitions are looked for.
    pub(super) fn entry(&self, settings: &RecordSettings, dedupe: Option<(Key, u64)>) -> NewEntry {
        let Self { arrival, found } = self;
        let received_at = rfc_3339(OffsetDateTime::from(arrival.received_at));
        let (community_ref, security) = match &arrival.sender {
            Sender::Community(reference) => (Some(reference.as_str()), None),
            Sender::User(security) => (None, Some(security_body(security))),
        };
        let source = arrival.source.ip();
        let known = MessageFacts {
            source: Some(source),
            source_port: Some(arrival.source.port()),
            local: Some(arrival.local),
            received_at: Some(&received_at),
            community_ref,
            security: security.as_ref(),
            is_relayed: settings.trusted_relays.iter().any(|network| network.contains(&source)),
            octets: &arrival.message,
        };
        let mut record = Record::new(found, &known);
        record.id = Some(id(arrival));
        record.receiver = Some(RecordReceiver { receiver: &settings.proxy_name, site: settings.site.as_deref() });
        let key = dedupe.map(|(key, _)| const_hex::encode(key));
        record.dedupe = key.as_deref().zip(dedupe).map(|(key, (_, count))| Dedupe { key, count });
        let facts = Facts {
            source: record.device_address().unwrap_or(source),
            trap_oid: found.trap.as_ref().and_then(|trap| trap.oid.as_deref()?.parse().ok()),
            severity: found.severity,
        };
        // A record has nothing that JSON cannot express.
        NewEntry { json: serde_json::to_string(&record).unwrap_or_default(), facts }
    }
}

/// An id that sorts by time (RFC 9562 section 5.7). What makes it differ from others is not secret: nothing is given to who
/// knows an id.
fn id(arrival: &Arrival) -> String {
    let since = arrival.received_at.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let mut random = [0; 10];
    fastrand::fill(&mut random);
    let millis = u64::try_from(since.as_millis()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
}

fn version(version: Version) -> MessageVersion {
    match version {
        Version::V1 => MessageVersion::V1,
        Version::V2c => MessageVersion::V2c,
        Version::V3 => MessageVersion::V3,
    }
}

fn security_body(security: &UserSecurity) -> SecurityBody {
    use snmp::usm::SecurityLevel;
    SecurityBody {
        user: security.name.clone(),
        level: security.level.as_str(),
        engine_id: const_hex::encode(security.engine_id.octets()),
        engine_boots: Some(security.engine_boots.into()),
        engine_time: Some(security.engine_time.into()),
        context: Some(String::from_utf8_lossy(&security.context).into_owned()),
        context_engine_id: Some(const_hex::encode(&security.context_engine_id)),
        authentic: security.level > SecurityLevel::NoAuthNoPriv,
        decrypted: security.level == SecurityLevel::AuthPriv,
    }
}
