//! Makes [`TrapSettings`] of the values that all sources left.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
};

use limits::TRAP_COMMUNITIES;
use secrecy::{ExposeSecret as _, SecretString};
use traps::forward::{Destination, ForwardOptions};

use super::{ForwardKeys, TrapKeys, TrapSettings, UserKeys, forward::forward, users::user};
use crate::{
    list::Listed,
    network::checked_community,
    origin::{Findings, Origins},
    secret_file,
};

/// What is written of notifications: the table, and its two lists.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrapTables<'a> {
    pub(crate) keys: &'a TrapKeys,
    pub(crate) users: &'a [Listed<UserKeys>],
    pub(crate) forward: &'a [Listed<ForwardKeys>],
}

/// Returns what the keys and entries mean, or reports what is wrong with them.
pub(crate) fn settle(
    tables: TrapTables<'_>,
    origins: &Origins,
    environment: &[(String, String)],
    findings: &mut Findings,
) -> TrapSettings {
    let users = tables.users.iter().filter_map(|entry| user(entry, findings)).collect();
    let mut names = BTreeSet::new();
    let mut receivers = Vec::new();
    for entry in tables.forward {
        if let Some(receiver) = forward(entry, findings) {
            if !names.insert(receiver.name.clone()) {
                findings.problems.push(entry.problem(Some("name"), "an earlier entry has this name"));
            }
            receivers.push(receiver);
        }
    }

    let mut keys = tables.keys.clone();
    keys.communities.extend(communities_of_file(tables.keys, origins, findings));
    if keys.communities.len() > TRAP_COMMUNITIES {
        findings.report_key(origins, "traps", "communities", format!("there are more than {TRAP_COMMUNITIES}"));
    }
    let settings = keys.settings(host_name(environment), users, receivers);
    // What has a mistake might have let somebody in.
    let has_mistakes =
        findings.problems.iter().any(|problem| problem.key.as_ref().is_some_and(|key| key.starts_with("traps.")));
    if !settings.listen.is_empty() && !settings.lets_somebody_in() && !has_mistakes {
        let message =
            "nothing could come in: give traps.communities, entries [[traps.users]] or traps.accept_any_community";
        findings.report_key(origins, "traps", "listen", message.to_owned());
    }
    for entry in tables.forward {
        let own = settings.forward.iter().find(|forward| {
            entry.right().is_some_and(|keys| keys.name.as_ref() == Some(&forward.name))
                && comes_back(forward, &settings)
        });
        if own.is_some() {
            let message = "is this proxy itself: each notification would come back and be forwarded again";
            findings.problems.push(entry.problem(Some("address"), message));
        }
    }
    settings
}

fn communities_of_file(keys: &TrapKeys, origins: &Origins, findings: &mut Findings) -> Vec<SecretString> {
    let Some(path) = &keys.communities_file else { return Vec::new() };
    let file = match secret_file::read(path) {
        Ok(file) => file,
        Err(error) => {
            findings.report_key(origins, "traps", "communities_file", secret_file::cannot_read(path, &error));
            return Vec::new();
        }
    };
    if file.world_readable {
        findings.warn_key(origins, "traps", "communities_file", secret_file::everybody_may_read(path));
    }
    let mut communities = Vec::new();
    for (line, number) in file.secret.expose_secret().lines().map(str::trim).zip(1..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match checked_community(line.into()) {
            Ok(community) => communities.push(community),
            Err(message) => {
                let message = format!("{}: line {number} {message}", path.display());
                findings.report_key(origins, "traps", "communities_file", message);
            }
        }
    }
    communities
}

/// Whether what goes there comes in here, as far as the addresses say so.
fn comes_back(forward: &ForwardOptions, settings: &TrapSettings) -> bool {
    let Destination::Snmp { address, .. } = &forward.to else { return false };
    let named = || (address.host().canonical() == "localhost").then(|| Ipv4Addr::LOCALHOST.into());
    let Some(host) = address.host().ip().or_else(named) else { return false };
    let is_here = |ip: IpAddr| ip.to_canonical() == host || (ip.is_unspecified() && host.is_loopback());
    settings.listen.iter().any(|listen| listen.port() == address.port() && is_here(listen.ip()))
}

/// The name of this machine.
fn host_name(environment: &[(String, String)]) -> String {
    let of_system = of_system(environment).filter(|name| !name.is_empty());
    // Every machine has a name; one that does not tell it is still this one.
    of_system.unwrap_or_else(|| "localhost".to_owned())
}

#[cfg(unix)]
fn of_system(_: &[(String, String)]) -> Option<String> {
    nix::unistd::gethostname().ok()?.into_string().ok()
}

#[cfg(not(unix))]
fn of_system(environment: &[(String, String)]) -> Option<String> {
    environment.iter().find(|(name, _)| name == "COMPUTERNAME").map(|(_, value)| value.clone())
}
