//! What is to be sent, of what was typed.

use std::{
    net::Ipv4Addr,
    time::{SystemTime, UNIX_EPOCH},
};

use snmp::{
    Credentials, Oid,
    notification::{Notification, TrapV1},
    usm::{EngineId, LocalEngine},
};
use tokio::time::Instant;

use super::{Event, TrapArgs, names, varbind::varbinds};
use crate::CommandError;

impl TrapArgs {
    /// Returns what is to be sent, or everything that is wrong with it.
    pub(super) fn event(&self, credentials: &Credentials, now: Instant) -> Result<Event, CommandError> {
        let mut problems = Vec::new();
        let is_v1 = matches!(credentials, Credentials::V1 { .. });
        let is_v3 = matches!(credentials, Credentials::V3 { .. });
        if is_v1 && self.inform {
            problems.push("--inform: version 1 has no informs".to_owned());
        }
        if !is_v1 {
            problems.extend(self.of_version_1().map(|flag| format!("{flag}: only traps of version 1 have it (-v 1)")));
        }
        if !is_v3 {
            problems
                .extend(self.of_an_engine().map(|flag| format!("{flag}: only traps of version 3 have it (--user)")));
        } else if self.inform {
            let of_trap = |flag| format!("{flag}: an inform uses the engine ID of its receiver");
            problems.extend(self.of_an_engine().map(of_trap));
        }
        let (trap, words) = self.words();
        let trap = trap.map(names::trap_oid).transpose().unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let varbinds = varbinds(&words).unwrap_or_else(|wrong| {
            problems.extend(wrong);
            Vec::new()
        });
        let trap_oid = match trap.or_else(|| self.trap_of_flags()) {
            Some(trap_oid) => trap_oid,
            None if problems.is_empty() && is_v1 => {
                problems.push("missing trap: give one, or --enterprise and --specific".to_owned());
                Oid::default()
            }
            None if problems.is_empty() => {
                problems.push("missing trap: give a name such as coldStart, or an OID".to_owned());
                Oid::default()
            }
            None => Oid::default(),
        };
        if !problems.is_empty() {
            return Err(CommandError::Usage(problems.join("\n")));
        }
        let notification = Notification { uptime: self.uptime.unwrap_or_else(uptime), trap_oid, varbinds };
        Ok(match (is_v1, self.inform) {
            (true, _) => Event::TrapV1(self.trap_v1(&notification)?),
            (false, true) => Event::Inform(notification),
            (false, false) => Event::Trap(notification, self.local_engine(now)?),
        })
    }

    /// Whether the address of a trap of version 1 is left to us.
    pub(super) fn takes_our_address(&self, trap: &TrapV1) -> bool {
        self.agent_addr.is_none() && trap.agent_addr.is_unspecified()
    }

    /// The trap as it was typed, and the words of the varbinds, three each: in version 1 the trap may be left out.
    fn words(&self) -> (Option<&str>, Vec<String>) {
        let has_none = self.of_version_1().next().is_some() && self.varbinds.len() % 3 == 2;
        match &self.trap {
            Some(word) if has_none => (None, std::iter::once(word).chain(&self.varbinds).cloned().collect()),
            trap => (trap.as_deref(), self.varbinds.clone()),
        }
    }

    /// The trap that the flags of version 1 name without one.
    fn trap_of_flags(&self) -> Option<Oid> {
        let named = TrapV1 {
            enterprise: self.enterprise.clone().unwrap_or_default(),
            agent_addr: Ipv4Addr::UNSPECIFIED,
            generic: self.generic.unwrap_or(6),
            specific: self.specific.unwrap_or_default(),
            timestamp: 0,
            varbinds: Vec::new(),
        };
        let is_whole = matches!(self.generic, Some(0..=5)) || (self.enterprise.is_some() && self.specific.is_some());
        if is_whole { named.to_v2(None).ok().map(|notification| notification.trap_oid) } else { None }
    }

    fn trap_v1(&self, notification: &Notification) -> Result<TrapV1, CommandError> {
        let mapped = notification.to_v1(None).map_err(|error| CommandError::Usage(error.to_string()))?;
        Ok(TrapV1 {
            enterprise: self.enterprise.clone().unwrap_or(mapped.enterprise),
            agent_addr: self.agent_addr.unwrap_or(mapped.agent_addr),
            generic: self.generic.unwrap_or(mapped.generic),
            specific: self.specific.unwrap_or(mapped.specific),
            ..mapped
        })
    }

    fn local_engine(&self, now: Instant) -> Result<LocalEngine, CommandError> {
        let id = match &self.engine_id {
            Some(id) => id.clone(),
            None => random_engine_id()?,
        };
        Ok(LocalEngine::new(id, self.engine_boots.unwrap_or_else(seconds_since_1970), now.into_std()))
    }
}

/// An engine id of no enterprise in the form "octets, administratively assigned" (RFC 3411, SnmpEngineID).
fn random_engine_id() -> Result<EngineId, CommandError> {
    let mut octets = [0x80, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0];
    let [_, _, _, _, _, random @ ..] = &mut octets;
    getrandom::fill(random).map_err(|error| CommandError::Usage(format!("--engine-id: is needed: {error}")))?;
    EngineId::new(&octets).map_err(|error| CommandError::Usage(error.to_string()))
}

/// How long this machine is up, in hundredths of a second; 0 where it does not say.
fn uptime() -> u32 {
    let said = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    let seconds = said.split(' ').next().and_then(|seconds| seconds.parse::<f64>().ok()).unwrap_or_default();
    // A counter of 32 bits comes round (RFC 2578 section 7.1.8).
    (seconds * 100.0) as u64 as u32
}

/// Boots for an engine that does not count them: higher each time, and a number of 31 bits until 2038.
fn seconds_since_1970() -> u32 {
    const MAX: u64 = 2_147_483_646;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_secs().min(MAX));
    u32::try_from(seconds).unwrap_or(1)
}
