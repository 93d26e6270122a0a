//! Tells the operator of senders whose messages are dropped for a reason that people can mend.
//!
//! Clocks and keys belong to an engine id alone (RFC 3414 section 2.2.1): two devices of one id drop each other's
//! traps, and so does one that has lost its count of boots, until this listener forgets it or starts again. That, an
//! unknown community or user, a wrong password, a wrong level and an engine ID of a wrong length are logged: each kind at most
//! once a minute, since anybody can send what looks like one. No community is logged.

use std::net::SocketAddr;

use const_hex::encode as hex;
use log_throttle::LogThrottle;
use snmp::message::ReceivedV3;
use tokio::time::Instant;

use super::stats::Refusal;

/// When each kind of mistake was logged last.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    community: LogThrottle,
    user: LogThrottle,
    privacy: LogThrottle,
    time: LogThrottle,
    digest: LogThrottle,
    level: LogThrottle,
    engine_id: LogThrottle,
    odd_engine_id: LogThrottle,
}

impl Warnings {
    /// Logs that nobody may send with the community of a message, unless that was logged of late.
    pub(super) fn bad_community(&mut self, source: SocketAddr, now: Instant) {
        if let Some(suppressed) = self.community.take(now.into_std()) {
            tracing::warn!(%source, suppressed, "dropped a notification: unknown community; see `traps.communities`");
        }
    }

    /// Logs what is wrong with a message of version 3, if it is such a mistake and none of its kind was logged of late.
    pub(super) fn note(&mut self, why: Refusal, message: &ReceivedV3<'_>, source: SocketAddr, now: Instant) {
        let (throttle, what) = match why {
            Refusal::UnknownUser => (&mut self.user, "unknown user name: no entry in [[traps.users]] has it"),
            Refusal::Decryption => (&mut self.privacy, "decryption error: wrong privacy password or protocol"),
            Refusal::NotInTimeWindow => (
                &mut self.time,
                "not in time window: it is late or a replay, its engine lost its count of boots, or two engines have this engine ID",
            ),
            Refusal::WrongDigest => {
                (&mut self.digest, "authentication failure: wrong password or protocol, or a forged message")
            }
            Refusal::SecurityLevel => {
                (&mut self.level, "unsupported security level for this user: too low, or a password is missing")
            }
            Refusal::EngineIdLength => (
                &mut self.engine_id,
                "invalid engine ID: it has fewer than 5 octets or more than 32 (RFC 3411); set `any_engine_id` for its user to accept it",
            ),
            _ => return,
        };
        let Some(suppressed) = throttle.take(now.into_std()) else { return };
        let (engine_id, engine_id_octets) = (shown(message.engine_id), message.engine_id.len());
        let user = message.user.get(..32).unwrap_or(message.user).escape_ascii();
        let level = message.level.as_str();
        tracing::warn!(%source, engine_id, engine_id_octets, %user, level, suppressed, "dropped a message of version 3: {what}");
    }

    /// Logs that a notification was let in whose engine ID has an odd length, unless that was logged of late.
    pub(super) fn odd_engine_id(&mut self, octets: &[u8], source: SocketAddr, now: Instant) {
        if let Some(suppressed) = self.odd_engine_id.take(now.into_std()) {
            let (engine_id, engine_id_octets) = (shown(octets), octets.len());
            tracing::warn!(
                %source, engine_id, engine_id_octets, suppressed,
                "accepted a notification whose engine ID has fewer than 5 octets or more than 32 (RFC 3411)"
            );
        }
    }
}

/// The beginning of an engine ID: as much as one may have.
fn shown(engine_id: &[u8]) -> String {
    hex(engine_id.get(..32).unwrap_or(engine_id))
}
