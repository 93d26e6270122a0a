//! What came of a notification: one line for people, JSON for programs.

use std::{net::SocketAddr, time::Duration};

use serde::Serialize;
use snmp::{Clue, Credentials, Oid, RequestError, usm::LocalEngine};

use super::{Event, names::trap_name};
use crate::{CommandError, Exit, complain, output, say::note};

/// What came of a notification.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    pub(super) event: &'a Event,
    pub(super) credentials: &'a Credentials,
    /// The receiver as it was typed.
    pub(super) target: &'a str,
    /// Where it went, or why it did not or was not acknowledged.
    pub(super) result: Result<SocketAddr, String>,
    /// Whether the receiver has said nothing at all.
    pub(super) is_unanswered: bool,
    pub(super) elapsed: Duration,
}

#[derive(Serialize)]
pub(super) struct Body<'a> {
    target: &'a str,
    address: Option<SocketAddr>,
    version: &'static str,
    pdu: &'static str,
    trap_oid: Option<String>,
    engine_id: Option<String>,
    success: bool,
    acknowledged: bool,
    error: Option<&'a str>,
    timing: Timing,
}

#[derive(Serialize)]
struct Timing {
    total: f64,
}

impl Sent<'_> {
    /// Prints it and returns how the command ends by it.
    pub(super) fn print(&self, json: bool) -> Result<Exit, CommandError> {
        if json {
            output::print_json(&self.body())?;
        } else {
            match &self.result {
                Ok(addr) => output::print(&self.line(*addr))?,
                Err(error) => {
                    complain(error);
                    if let Some(hint) = self.hint() {
                        note(hint);
                    }
                }
            }
        }
        Ok(if self.result.is_ok() { Exit::Done } else { Exit::Failed })
    }

    /// What to look at where no acknowledgement came: receivers say nothing to what they do not let in.
    pub(super) fn hint(&self) -> Option<&'static str> {
        match (self.event, self.credentials) {
            (Event::Inform(_), Credentials::V3 { .. }) if self.is_unanswered => Some(
                "a receiver is silent to a user that it does not know; check that something listens on this port, \
                 and what filters it",
            ),
            (Event::Inform(_), _) if self.is_unanswered => Some(
                "a receiver is silent to a wrong community; check it (--community), that something listens on this \
                 port, and what filters it",
            ),
            _ => None,
        }
    }

    pub(super) fn line(&self, addr: SocketAddr) -> String {
        let version = self.version();
        match self.event {
            Event::Inform(notification) => {
                let milliseconds = self.elapsed.as_millis();
                format!("{addr} acknowledged the inform {} in {milliseconds} ms\n", named(&notification.trap_oid))
            }
            Event::Trap(notification, from) => {
                let engine = self.engine_id(from).map(|id| format!(", engine {id}")).unwrap_or_default();
                format!("sent the trap {} to {addr} (version {version}{engine})\n", named(&notification.trap_oid))
            }
            Event::TrapV1(trap) => format!(
                "sent the trap {}, generic {}, specific {}, from {} to {addr} (version 1)\n",
                trap.enterprise, trap.generic, trap.specific, trap.agent_addr
            ),
        }
    }

    pub(super) fn body(&self) -> Body<'_> {
        let (pdu, trap_oid, engine_id) = match self.event {
            // The OID that receivers will map it to.
            Event::TrapV1(trap) => ("trap-v1", trap.to_v2(None).ok().map(|mapped| mapped.trap_oid), None),
            Event::Trap(notification, from) => ("trap", Some(notification.trap_oid.clone()), self.engine_id(from)),
            Event::Inform(notification) => ("inform", Some(notification.trap_oid.clone()), None),
        };
        Body {
            target: self.target,
            address: self.result.as_ref().ok().copied(),
            version: self.version(),
            pdu,
            trap_oid: trap_oid.map(|oid| oid.to_string()),
            engine_id,
            success: self.result.is_ok(),
            acknowledged: self.result.is_ok() && matches!(self.event, Event::Inform(_)),
            error: self.result.as_ref().err().map(String::as_str),
            timing: Timing { total: self.elapsed.as_secs_f64() },
        }
    }

    fn version(&self) -> &'static str {
        match self.credentials {
            Credentials::V1 { .. } => "1",
            Credentials::V2c { .. } => "2c",
            Credentials::V3 { .. } => "3",
        }
    }

    /// The engine that a trap comes from, where the version says it.
    fn engine_id(&self, from: &LocalEngine) -> Option<String> {
        matches!(self.credentials, Credentials::V3 { .. }).then(|| from.id().to_string())
    }
}

/// An error without the engine's guess about silent agents: [`Sent::hint`] says what to look at.
pub(super) fn without_guess(error: &RequestError) -> String {
    let mut error = error.clone();
    if let RequestError::Timeout { clue, .. }
    | RequestError::NoEngineId { clue, .. }
    | RequestError::Deadline { clue, .. } = &mut error
        && matches!(clue, Some(Clue::Silence { .. }))
    {
        *clue = None;
    }
    error.to_string()
}

fn named(oid: &Oid) -> String {
    trap_name(oid).map_or_else(|| oid.to_string(), |name| format!("{name} ({oid})"))
}
