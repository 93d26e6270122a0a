//! What only this machine can tell about a configuration: whether its host is here, and who may read its file.

use std::{
    net::{Ipv4Addr, ToSocketAddrs as _, UdpSocket},
    path::Path,
};

use address::NoTarget;

use super::{Loaded, Origin, Problem, layers::Layers, secret_file};

/// Looks whether the server could listen on its host here. The port may be taken by the server that runs.
#[must_use]
pub fn check_host(loaded: &Loaded) -> Option<Problem> {
    let host = loaded.settings.server.host.to_string();
    let message = match (host.as_str(), 0).to_socket_addrs() {
        Err(error) => format!("cannot resolve {host}: {error}"),
        Ok(addrs) => {
            let errors: Vec<_> = addrs.map(|addr| UdpSocket::bind(addr).err()).collect();
            match errors.into_iter().reduce(|one, other| one.and(other)) {
                None => format!("{host} has no address"),
                Some(None) => return None,
                Some(Some(error)) => format!("{host} is not an address of this machine: {error}"),
            }
        }
    };
    let origin = loaded.origin("server", "host").clone();
    Some(Problem { origin, key: Some("server.host".to_owned()), message })
}

impl Layers {
    /// Refuses an address that no server can listen on, on any machine.
    pub(super) fn check_listening(&mut self) {
        let host = &self.keys.server.host;
        let is_broadcast = host.ip() == Some(Ipv4Addr::BROADCAST.into());
        let message = match (host.ip(), host.check_receiver()) {
            (Some(addr), _) if addr.is_multicast() || is_broadcast => {
                "stands for many machines: write an address of this one, or 0.0.0.0 or :: for all that it has"
                    .to_owned()
            }
            (_, Err(error @ (NoTarget::NoZone | NoTarget::Zone))) => error.to_string(),
            (_, Err(NoTarget::Ipv4Compatible)) => "is not an address that a machine can have".to_owned(),
            _ => return,
        };
        self.findings.report_key(&self.origins, "server", "host", message);
    }

    /// Warns where everybody on this machine may read a secret in the configuration file.
    pub(super) fn check_readers(&mut self) {
        let sections = self.keys.sections();
        let of_sections = sections.iter().flat_map(|section| {
            let secrets = section.keys().into_iter().filter(|key| key.value.as_deref().is_some_and(is_secret));
            secrets.map(|key| (format!("{}.{}", section.name(), key.name), self.origins.of(section.name(), key.name)))
        });
        let lists = self.keys.lists();
        let of_lists = lists.iter().flat_map(|list| list.secrets(is_secret));
        let found = of_sections.chain(of_lists).find_map(|(key, origin)| match origin {
            Origin::File { name, .. } if secret_file::may_everybody_read(Path::new(name)) => {
                let message =
                    format!("{}, and a secret stands in it: chmod o-r", secret_file::everybody_may_read(name.as_ref()));
                Some(Problem { origin: origin.clone(), key: Some(key), message })
            }
            _ => None,
        });
        self.findings.warnings.extend(found);
    }
}

/// Whether a value is one that is never shown.
fn is_secret(shown: &str) -> bool {
    shown.contains("***")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Flag, Sources, load};

    #[track_caller]
    fn check(host: &str, expected: &str) {
        let flag = Flag { name: "--host", section: "server", key: "host", value: host.to_owned() };
        let said = match load(&Sources { flags: vec![flag], ..Sources::default() }) {
            Err(error) => error.to_string(),
            Ok(loaded) => check_host(&loaded).map(|problem| problem.to_string()).unwrap_or_default(),
        };
        assert!(said.starts_with(expected) && said.is_empty() == expected.is_empty(), "{host}: {said}");
    }

    #[test]
    fn a_host_must_be_one_that_a_server_can_listen_on_here() {
        for host in ["127.0.0.1", "0.0.0.0", "localhost", "::ffff:127.0.0.1"] {
            check(host, "");
        }
        for host in ["224.0.0.1", "255.255.255.255", "ff02::1%1", "::ffff:224.0.0.1"] {
            check(host, "flag --host: server.host: stands for many machines: ");
        }
        check("fe80::1", "flag --host: server.host: a link-local address needs its zone");
        check("::1:8899", "flag --host: server.host: is not an address that a machine can have");
        // Of a network for documentation (RFC 5737), and a name that never resolves (RFC 6761 section 6.4).
        check("192.0.2.1", "flag --host: server.host: 192.0.2.1 is not an address of this machine: ");
        check("nobody.invalid", "flag --host: server.host: cannot resolve nobody.invalid: ");
    }
}
