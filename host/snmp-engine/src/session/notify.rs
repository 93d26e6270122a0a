//! Sends notifications: a trap as one datagram that nobody answers, an inform as a request.
//!
//! What a trap became of is not known, so it takes no permit of the window and says nothing about its receiver.

use std::time::{Duration, Instant};

use snmp::{
    Oid, RequestError,
    message::MAX_DATAGRAM,
    notification::{Notification, TrapV1},
    pdu::ErrorStatus,
    retry::Attempts,
    usm::LocalEngine,
};

use super::{Session, device::Device, identity::Identity, outgoing::Outgoing};
use crate::clock::{now, timeout_at};

impl Session {
    /// Sends a trap of version 2c or 3, once; whether it arrived nobody knows. `from` is who sends it in version 3: its
    /// id, boots and time are in the message, and the user's keys are made for it. Version 2c does not say.
    pub async fn trap(&self, notification: &Notification, from: &LocalEngine) -> Result<(), RequestError> {
        check_oids(notification.unwritable())?;
        let device = &self.device;
        let id = some_id();
        let datagram = match &*device.identity {
            Identity::Community(security) => security
                .seal_trap_v2c(id, notification)
                .ok_or(RequestError::NotInVersion { version: "1", pdus: "traps of version 2" })?,
            Identity::User(user) => {
                let started = now();
                let until = started + device.options.packet_timeout;
                let sealed = user.seal_trap(&device.hub, notification, from, id, until).await;
                sealed.ok_or_else(|| device.not_sent(started))?
            }
        };
        device.send_once(&datagram).await
    }

    /// Sends a trap of version 1, once; whether it arrived nobody knows.
    pub async fn trap_v1(&self, trap: &TrapV1) -> Result<(), RequestError> {
        check_oids(trap.unwritable())?;
        let no_such_trap = |version| RequestError::NotInVersion { version, pdus: "traps of version 1" };
        let datagram = match &*self.device.identity {
            Identity::Community(security) => security.seal_trap_v1(trap).ok_or(no_such_trap("2c"))?,
            Identity::User(_) => return Err(no_such_trap("3")),
        };
        self.device.send_once(&datagram).await
    }

    /// Sends an inform until it is acknowledged, with the retries, the window and the discovery of any request. Takes at
    /// most what all of these may take in the worst case.
    pub async fn inform(&self, notification: &Notification) -> Result<(), RequestError> {
        self.acknowledged(notification, now() + self.longest_exchange()).await
    }

    /// Sends an inform until it is acknowledged, but no longer than this.
    pub async fn inform_before(
        &self,
        notification: &Notification,
        deadline: tokio::time::Instant,
    ) -> Result<(), RequestError> {
        self.acknowledged(notification, deadline.into_std()).await
    }

    async fn acknowledged(&self, notification: &Notification, deadline: Instant) -> Result<(), RequestError> {
        let answer = self.device.exchange(Outgoing::Inform(notification), Attempts::All, deadline).await?;
        let response = answer.response;
        match response.error_status {
            ErrorStatus::NO_ERROR => Ok(()),
            status => Err(RequestError::AgentError {
                peer: self.device.peer,
                status,
                index: response.error_index,
                name: notification.name_at(response.error_index),
            }),
        }
    }

    /// How long a request may take: two rounds of all its attempts, since a receiver that answers others is asked as
    /// often once more, and the discovery of the engine twice, since it may have changed.
    fn longest_exchange(&self) -> Duration {
        let options = &self.device.options;
        let attempts = options.packet_timeout.saturating_mul(options.retries.saturating_add(1));
        let engine = options.discovery_timeout.saturating_add(options.report_grace);
        attempts.saturating_add(engine).saturating_mul(2).min(LONGEST)
    }
}

impl Device {
    /// Sends a datagram that nobody answers, as soon as the socket has room.
    async fn send_once(&self, datagram: &[u8]) -> Result<(), RequestError> {
        check_size(datagram)?;
        let failed = |error: std::io::Error| RequestError::Io { peer: self.peer, error: error.to_string() };
        let started = now();
        let until = started + self.options.packet_timeout;
        while !self.hub.send(self.peer, datagram).map_err(failed)? {
            timeout_at(until, self.hub.writable(self.peer))
                .await
                .map_err(|_| self.not_sent(started))?
                .map_err(failed)?;
        }
        self.counters.sent(false);
        Ok(())
    }
}

/// No inform waits longer than this for its acknowledgement, whatever the options say.
const LONGEST: Duration = Duration::from_secs(3_600);

/// Refuses a message that is larger than any datagram.
pub(super) fn check_size(datagram: &[u8]) -> Result<(), RequestError> {
    match datagram.len() {
        octets if octets > MAX_DATAGRAM => Err(RequestError::TooLarge { octets, max: MAX_DATAGRAM }),
        _ => Ok(()),
    }
}

fn check_oids(unwritable: Option<&Oid>) -> Result<(), RequestError> {
    unwritable.map_or(Ok(()), |name| Err(RequestError::Unwritable { name: name.clone() }))
}

/// An id that nobody will answer. Receivers take two messages of one id for the same, so no two follow each other. Who
/// guesses it gains nothing, since no answer is waited for; the ids of requests and informs are the hub's.
fn some_id() -> i32 {
    fastrand::i32(0..=i32::MAX)
}
