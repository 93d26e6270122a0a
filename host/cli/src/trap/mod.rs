//! `snmp-proxy trap`: sends one notification, for people and for tests.
//!
//! `event` makes of what was typed what is to be sent, and finds everything that is wrong with it before anything is
//! looked up; `varbind` reads OID TYPE VALUE; `receiver` finds the address; `sent` says what came of it.

mod event;
mod flags;
mod names;
mod receiver;
mod sent;
#[cfg(test)]
mod tests;
mod varbind;

use config::{Facts, Settings};
use proxy::StartError;
use snmp::{
    RequestError, Target,
    notification::{Notification, TrapV1},
    usm::LocalEngine,
};
use snmp_engine::{Engine, Session};
use tokio::time::Instant;

pub(super) use self::flags::TrapArgs;
use self::{receiver::Receiver, sent::Sent};
use super::{CommandError, Exit};

/// What is behind the arguments in the help.
pub(super) const HELP: &str = "\
TYPE is a letter as snmptrap has it, or a word:
  i integer      s string (octet-string)    a ipaddress
  u unsigned     x hex, octets as ff 00     o oid (objid)
  c counter32    d decimal, octets as 255 0 n null, its value is ignored
  C counter64    b bits, as numbers 0 3 7   opaque, octets in hex
  t timeticks

An inform is repeated until it is acknowledged, a trap is sent once and may get lost.
In version 3 the receiver must know the engine that a trap comes from (snmptrapd: createUser -e), or take any;
an inform asks the receiver for its own.";

/// The port of receivers.
const TRAP_PORT: u16 = 162;

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
    let device = args.device.device_at(&settings, TRAP_PORT)?;
    let credentials = args.device.credentials(settings.limits.requests.community_octets)?;
    let mut event = args.event(&credentials, Instant::now())?;
    let timeout = args.device.timeout_or(settings.limits.snmp.get_timeout);
    let engine = Engine::bind(settings.limits.hub_options()).await.map_err(StartError::Sockets)?;
    let begun = Instant::now();
    let mut is_unanswered = false;
    let found = receiver::find(device.target.host(), device.port, settings.limits.snmp.resolve_deadline).await;
    let result = match found {
        Err(error) => Err(error.to_string()),
        Ok(Receiver { addr, local }) => {
            if let Event::TrapV1(trap) = &mut event
                && args.takes_our_address(trap)
                && let Some(local) = local
            {
                trap.agent_addr = local;
            }
            let facts = Facts { host: device.target.host(), addr: addr.ip(), sys_object_id: None };
            let options = settings.targets.options(settings.limits.request_options(), facts);
            let target = Target { addr, credentials: credentials.clone() };
            let sent = send(&engine.session(target, options), &event, begun + timeout).await;
            is_unanswered = sent.as_ref().is_err_and(RequestError::is_timeout);
            sent.map(|()| addr).map_err(|error| error.to_string())
        }
    };
    let target = args.device.target();
    let elapsed = begun.elapsed();
    Sent { event: &event, credentials: &credentials, target, result, is_unanswered, elapsed }.print(args.device.json)
}

async fn send(session: &Session, event: &Event, deadline: Instant) -> Result<(), RequestError> {
    match event {
        Event::TrapV1(trap) => session.trap_v1(trap).await,
        Event::Trap(notification, from) => session.trap(notification, from).await,
        Event::Inform(notification) => session.inform_before(notification, deadline).await,
    }
}
