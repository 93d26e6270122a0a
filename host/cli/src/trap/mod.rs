//! `snmp-proxy trap`: sends one notification, for people and for tests.
//!
//! `event` makes of what was typed what is to be sent, and finds everything that is wrong with it before anything is
//! looked up; `varbind` reads OID TYPE VALUE; `positional` knows net-snmp's order of words; `receiver` finds the addresses;
//! `sent` says what came of it.

mod event;
mod flags;
mod names;
mod positional;
mod receiver;
mod sent;
#[cfg(test)]
mod tests;
mod varbind;

use std::net::Ipv4Addr;

use config::{Facts, Settings};
use proxy::StartError;
use snmp::{
    Credentials, RequestError, Target,
    notification::{Notification, TrapV1},
    usm::LocalEngine,
};
use snmp_engine::{Engine, Session};
use tokio::time::Instant;

pub(super) use self::flags::TrapArgs;
use self::{receiver::Receiver, sent::Sent};
use super::{CommandError, Exit, say::note};

/// What is behind the arguments in the help.
pub(super) const HELP: &str = "\
TYPE is a letter as snmptrap has it, or a word:
  i integer      s string (octet-string)    a ipaddress
  u unsigned     x hex, octets as ff 00     o oid (objid)
  c counter32    d decimal, octets as 255 0 n null, its value is ignored
  C counter64    b bits, as numbers 0 3 7   opaque, octets in hex
  t timeticks

An inform is repeated until it is acknowledged, a trap is sent once and may get lost.
Of a name with several addresses, an inform that one does not acknowledge goes to the next.
In version 3 the receiver must know the engine ID of a trap (snmptrapd: createUser -e), or accept any;
an inform uses the engine ID of the receiver.";

/// What is to be sent.
#[derive(Debug)]
enum Event {
    /// A trap of version 1.
    TrapV1(TrapV1),
    /// A trap of version 2c or 3, and in version 3 who it comes from.
    Trap(Notification, LocalEngine),
    /// An inform.
    Inform(Notification),
}

/// Sends and says what came of it: a failure where it could not be sent or was not acknowledged.
pub(super) async fn trap(args: TrapArgs, settings: Settings) -> Result<Exit, CommandError> {
    let device = args.device.receiver(&settings)?;
    let credentials = args.device.credentials(settings.limits.requests.community_octets)?;
    let args = args.in_our_order(matches!(credentials, Credentials::V1 { .. }))?;
    let mut event = args.event(&credentials, Instant::now())?;
    let timeout = args.device.timeout_or(settings.limits.snmp.get_timeout);
    let engine = Engine::bind(settings.limits.hub_options()).await.map_err(StartError::Sockets)?;
    let begun = Instant::now();
    let (host, limits) = (device.target.host(), &settings.limits.snmp);
    let (mut failed, mut errors, mut result) = (Vec::new(), Vec::new(), None);
    match receiver::find(host, device.port, limits.resolve_deadline, limits.addresses).await {
        Err(error) => errors.push(error.to_string()),
        Ok(receivers) => {
            let takes_ours = matches!(&event, Event::TrapV1(trap) if args.takes_our_address(trap));
            let last = begun + timeout;
            for (shares, Receiver { addr, local }) in (1..=receivers.len() as u32).rev().zip(receivers) {
                if let (Event::TrapV1(trap), true) = (&mut event, takes_ours) {
                    trap.agent_addr = local.unwrap_or(Ipv4Addr::UNSPECIFIED);
                }
                let facts = Facts { host, addr: addr.ip(), sys_object_id: None };
                let options = settings.targets.options(settings.limits.request_options(), facts);
                let target = Target { addr, credentials: credentials.clone() };
                let share = last.saturating_duration_since(Instant::now()) / shares;
                match send(&engine.session(target, options), &event, Instant::now() + share).await {
                    Ok(()) => {
                        result = Some(addr);
                        break;
                    }
                    Err(error) => failed.push(error),
                }
            }
        }
    }
    errors.extend(failed.iter().map(sent::without_guess));
    let is_unanswered = !failed.is_empty() && failed.iter().all(RequestError::is_silence);
    let result = result.ok_or_else(|| errors.join("; "));
    let hint = args.device.port_hint().filter(|_| result.is_err());
    let target = args.device.target();
    let elapsed = begun.elapsed();
    let sent = Sent { event: &event, credentials: &credentials, target, result, is_unanswered, elapsed };
    let exit = sent.print(args.device.json)?;
    if let Some(hint) = hint {
        note(&hint);
    }
    Ok(exit)
}

async fn send(session: &Session, event: &Event, deadline: Instant) -> Result<(), RequestError> {
    match event {
        Event::TrapV1(trap) => session.trap_v1(trap).await,
        Event::Trap(notification, from) => session.trap(notification, from).await,
        Event::Inform(notification) => session.inform_before(notification, deadline).await,
    }
}
