//! Flags that let simulated devices notify, and what they mean together.

use std::{net::SocketAddr, time::Duration};

use address::{HostPort, parse_socket_addr};
use clap::{Args, ValueEnum};
use job::Version;
use limits::kind::read_duration;
use secrecy::{ExposeSecret as _, SecretString};
use simulator::SimulatedUser;

use crate::{CommandError, net_snmp::version};

const HEADING: &str = "Traps";

/// The most octets of a community; a longer one is refused.
const COMMUNITY_OCTETS: usize = 255;

/// Flags of traps.
#[derive(Debug, Args)]
pub(super) struct TrapFlags {
    /// Receiver of traps; may be given several times. A device sends coldStart first, authenticationFailure after a
    /// request with a wrong community, and --trap at each interval
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = receiver, help_heading = HEADING)]
    trap_to: Vec<SocketAddr>,
    /// Time between two traps of a device, such as 10s or 500ms
    #[arg(
        long, value_name = "TIME", default_value = "10s", value_parser = every, requires = "trap_to", help_heading = HEADING
    )]
    trap_every: Duration,
    /// Trap that a device sends at each interval
    #[arg(long, value_name = "KIND", value_enum, default_value_t = TrapKind::Link, requires = "trap_to", help_heading = HEADING)]
    trap: TrapKind,
    /// Version of the traps: 1, 2c or 3 [default: 3 with --user, else 2c]
    #[arg(long, value_name = "VERSION", value_parser = version, requires = "trap_to", help_heading = HEADING)]
    trap_version: Option<Version>,
    /// Community of the traps; visible to everyone on this machine [default: the name of the device]
    #[arg(long, value_name = "TEXT", requires = "trap_to", help_heading = HEADING)]
    trap_community: Option<SecretString>,
    /// Send informs, and report those that are not acknowledged
    #[arg(long, requires = "trap_to", help_heading = HEADING)]
    inform: bool,
}

/// What a device tells every so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TrapKind {
    /// One of its interfaces goes down, then up again, then the next one
    Link,
    /// It was switched on
    ColdStart,
    /// It restarted
    WarmStart,
    /// A request had a wrong community
    AuthenticationFailure,
}

/// Reads the address of a receiver.
fn receiver(text: &str) -> Result<SocketAddr, String> {
    let addr = parse_socket_addr(text).map_err(|error| error.to_string())?;
    // That port 0 is none is told with everything else that is wrong.
    if let Ok(HostPort { host, .. }) = text.parse() {
        host.check_receiver().map_err(|error| error.to_string())?;
    }
    Ok(addr)
}

/// What is to be sent.
#[derive(Debug)]
pub(super) struct TrapPlan {
    pub(super) to: Vec<SocketAddr>,
    pub(super) every: Duration,
    pub(super) kind: TrapKind,
    pub(super) form: Form,
    pub(super) identity: Identity,
}

/// The PDU of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    V1,
    Trap,
    Inform,
}

/// With what it goes out.
#[derive(Clone, Debug)]
pub(super) enum Identity {
    /// This community, or the name of each device.
    Community(Option<SecretString>),
    /// The user of this name, the name of each device being the context.
    User(String),
}

impl TrapFlags {
    /// Returns what is to be sent, nothing, or what is wrong.
    pub(super) fn plan(&self, user: Option<&SimulatedUser>) -> Result<Option<TrapPlan>, CommandError> {
        let wrong = |words: &str| Err(CommandError::Usage(words.to_owned()));
        if self.trap_to.is_empty() {
            return Ok(None);
        }
        if self.trap_to.iter().any(|to| to.port() == 0) {
            return wrong("no receiver of traps listens on port 0");
        }
        let usual = if user.is_some() { Version::V3 } else { Version::V2c };
        let version = self.trap_version.unwrap_or(usual);
        let identity = match (version, user) {
            (Version::V3, None) => return wrong("traps of version 3 need a user (--user)"),
            (Version::V3, Some(_)) if self.trap_community.is_some() => {
                return wrong("traps of version 3 have a user and no community");
            }
            (Version::V3, Some(user)) => Identity::User(user.name().to_owned()),
            _ => Identity::Community(self.trap_community.clone()),
        };
        if self.trap_community.as_ref().is_some_and(|community| community.expose_secret().len() > COMMUNITY_OCTETS) {
            return wrong("a community has at most 255 octets");
        }
        let form = match (version, self.inform) {
            (Version::V1, true) => return wrong("version 1 has no informs"),
            (Version::V1, false) => Form::V1,
            (_, true) => Form::Inform,
            (_, false) => Form::Trap,
        };
        Ok(Some(TrapPlan { to: self.trap_to.clone(), every: self.trap_every, kind: self.trap, form, identity }))
    }
}

fn every(text: &str) -> Result<Duration, String> {
    const SHORTEST: Duration = Duration::from_millis(1);
    const LONGEST: Duration = Duration::from_secs(86_400);
    let time = read_duration(text).ok_or("expected a time such as 10, 500ms or 2m")?;
    if (SHORTEST..=LONGEST).contains(&time) { Ok(time) } else { Err("a time from 1ms to a day".to_owned()) }
}
