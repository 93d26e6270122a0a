//! Which addresses may be asked: those of one device, and none that the operator denies.
//!
//! It is asked right before a session with an address begins, so a name that stands for another address by then gains
//! nothing, and no packet has left when it refuses.

use std::{fmt, io, net::IpAddr, sync::Arc, time::Duration};

use address::{Host, NoTarget, check_ip};
use config::DeniedTargets;
use job::TargetRefused;
use parking_lot::Mutex;
use snmp_engine::udp::{InterfaceAddress, interface_addresses};
use tokio::time::Instant;

/// Decides which addresses may be asked.
pub(super) struct TargetGuard {
    /// Whether packets leave at all. Where a device is played inside the process, there is nobody to keep them from.
    has_network: bool,
    denied: DeniedTargets,
    list: fn() -> io::Result<Vec<InterfaceAddress>>,
    own: Mutex<Option<(Instant, Interfaces)>>,
}

/// The addresses of this host; none where the system does not tell them.
type Interfaces = Option<Arc<[InterfaceAddress]>>;

/// How long the addresses of this host are remembered: to list them for each poll would cost more than its packets.
const REMEMBERED: Duration = Duration::from_secs(5);

impl TargetGuard {
    /// Denies these.
    pub(super) fn new(denied: DeniedTargets) -> Self {
        Self { has_network: true, denied, list: interface_addresses, own: Mutex::default() }
    }

    /// Lets everything pass, for a device that is played inside the process.
    pub(super) fn without_network() -> Self {
        Self { has_network: false, ..Self::new(DeniedTargets::default()) }
    }

    /// Whether the host may be asked at this address.
    pub(super) fn check(&self, host: &Host, addr: IpAddr) -> Result<(), TargetRefused> {
        if !self.has_network {
            return Ok(());
        }
        let no_device = |reason: NoTarget| match host {
            Host::Name(_) => TargetRefused::ResolvesToNone { target: host.to_string(), addr: addr.to_canonical() },
            _ => TargetRefused::NoDevice { target: host.to_string(), reason: reason.to_string() },
        };
        check_ip(addr).map_err(no_device)?;
        let interfaces = self.interfaces();
        if address::forms(addr).any(|form| is_broadcast(interfaces.as_deref(), form)) {
            return Err(no_device(NoTarget::BroadcastOfNetwork));
        }
        match self.denied.rule(addr, |form| is_own(interfaces.as_deref(), form)) {
            None => Ok(()),
            Some(rule) => Err(TargetRefused::Denied {
                target: host.to_string(),
                addr: addr.to_canonical(),
                rule: rule.to_string(),
            }),
        }
    }

    fn interfaces(&self) -> Interfaces {
        let (now, mut own) = (Instant::now(), self.own.lock());
        match &*own {
            Some((since, interfaces)) if now.saturating_duration_since(*since) < REMEMBERED => interfaces.clone(),
            _ => {
                let interfaces = (self.list)().ok().map(Arc::from);
                *own = Some((now, Option::clone(&interfaces)));
                interfaces
            }
        }
    }
}

/// Without a list, the kernel refuses to send to it all the same: sockets do not broadcast unless they say so.
fn is_broadcast(interfaces: Option<&[InterfaceAddress]>, addr: IpAddr) -> bool {
    interfaces.unwrap_or_default().iter().any(|interface| interface.is_broadcast(addr))
}

/// Where the system does not tell its addresses, each may be one.
fn is_own(interfaces: Option<&[InterfaceAddress]>, addr: IpAddr) -> bool {
    addr.is_loopback() || interfaces.is_none_or(|interfaces| interfaces.iter().any(|interface| interface.addr == addr))
}

impl fmt::Debug for TargetGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TargetGuard").field("denied", &self.denied).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use config::DeniedTarget;

    use super::*;

    fn interfaces() -> io::Result<Vec<InterfaceAddress>> {
        let interface =
            |addr: [u8; 4], prefix_length| InterfaceAddress { addr: addr.into(), prefix_length, broadcast: None };
        Ok(vec![interface([127, 0, 0, 1], 8), interface([192, 0, 2, 10], 24)])
    }

    fn unsupported() -> io::Result<Vec<InterfaceAddress>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[track_caller]
    fn check(guard: &TargetGuard, host: &str, addr: &str, expected: &str) {
        let checked = guard.check(&host.parse().unwrap(), addr.parse().unwrap());
        assert_eq!(checked.map_or_else(|error| error.to_string(), |()| "allowed".to_owned()), expected);
    }

    #[tokio::test]
    async fn loopback_and_the_addresses_of_this_host_are_allowed_unless_they_are_denied() {
        let guard = TargetGuard { list: interfaces, ..TargetGuard::new(DeniedTargets::default()) };
        for addr in ["127.0.0.1", "::1", "192.0.2.10", "fe80::1", "169.254.1.1"] {
            check(&guard, "router1", addr, "allowed");
        }
        let denied = [DeniedTarget::Network("169.254.0.0/16".parse().unwrap()), DeniedTarget::Own];
        let guard = TargetGuard { list: interfaces, ..TargetGuard::new(denied.into_iter().collect()) };
        for addr in ["127.0.0.1", "127.3.2.1", "::1", "192.0.2.10"] {
            let words = format!("Target 'router1' is denied: {addr} is in `self` (setting `targets.deny`)");
            check(&guard, "router1", addr, &words);
        }
        check(
            &guard,
            "::ffff:169.254.169.254",
            "::ffff:169.254.169.254",
            "Target '::ffff:169.254.169.254' is denied: 169.254.169.254 is in `169.254.0.0/16` (setting `targets.deny`)",
        );
        check(&guard, "router1", "192.0.2.11", "allowed");
        // Where nobody knows what is the host's own, everything may be.
        let guard = TargetGuard { list: unsupported, ..TargetGuard::new([DeniedTarget::Own].into_iter().collect()) };
        check(&guard, "a", "192.0.2.1", "Target 'a' is denied: 192.0.2.1 is in `self` (setting `targets.deny`)");
    }

    #[tokio::test]
    async fn the_broadcast_addresses_of_this_hosts_networks_are_no_devices() {
        let guard = TargetGuard { list: interfaces, ..TargetGuard::new(DeniedTargets::default()) };
        let words = "it is the broadcast address of a network of this host, which stands for many devices: write the \
                     address of one";
        check(&guard, "192.0.2.255", "192.0.2.255", &format!("Target '192.0.2.255' is not a device: {words}"));
        check(
            &guard,
            "::ffff:127.255.255.255",
            "::ffff:127.255.255.255",
            &format!("Target '::ffff:127.255.255.255' is not a device: {words}"),
        );
        check(
            &guard,
            "all.example",
            "192.0.2.255",
            "Cannot resolve target 'all.example': it resolves to 192.0.2.255, which is not the address of a device",
        );
        check(&guard, "192.0.3.255", "192.0.3.255", "allowed");
    }
}
