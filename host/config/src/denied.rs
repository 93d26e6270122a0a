//! Which targets clients may not ask: `targets.deny` of the configuration. Pure: what is the host's own comes in as an
//! argument.

use std::{fmt, net::IpAddr, sync::Arc};

use address::forms;
use ipnet::IpNet;

/// What is denied, in the order of the file. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeniedTargets(Arc<[DeniedTarget]>);

/// Targets that are denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeniedTarget {
    /// Those with an address of this network.
    Network(IpNet),
    /// Those with an address of this host.
    Own,
}

/// The word for the host's own addresses.
pub(crate) const OWN: &str = "self";

impl DeniedTargets {
    /// The rule that denies an address, if one does: as it is sent to, and as the IPv4 address that it stands for.
    #[must_use]
    pub fn rule(&self, addr: IpAddr, is_own: impl Fn(IpAddr) -> bool) -> Option<DeniedTarget> {
        let denies = |rule: &DeniedTarget| {
            forms(addr).any(|form| match rule {
                DeniedTarget::Network(network) => network.contains(&form),
                DeniedTarget::Own => is_own(form),
            })
        };
        self.0.iter().copied().find(denies)
    }
}

impl FromIterator<DeniedTarget> for DeniedTargets {
    fn from_iter<I: IntoIterator<Item = DeniedTarget>>(rules: I) -> Self {
        Self(rules.into_iter().collect())
    }
}

impl fmt::Display for DeniedTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => network.fmt(f),
            Self::Own => f.write_str(OWN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_denied_in_all_its_forms() {
        let networks = ["127.0.0.0/8", "169.254.0.0/16", "2001:db8::/32"];
        let rules = networks.iter().map(|network| DeniedTarget::Network(network.parse().unwrap()));
        let denied: DeniedTargets = rules.chain([DeniedTarget::Own]).collect();
        let own: IpAddr = "192.0.2.1".parse().unwrap();
        let check = |addr: &str, expected: Option<&str>| {
            let rule = denied.rule(addr.parse().unwrap(), |addr| addr == own).map(|rule| rule.to_string());
            assert_eq!(rule.as_deref(), expected, "{addr}");
        };
        for addr in ["127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::", "::127.0.0.1"]
        {
            check(addr, Some("127.0.0.0/8"));
        }
        check("64:ff9b::169.254.169.254", Some("169.254.0.0/16"));
        check("2001:db8::1", Some("2001:db8::/32"));
        check("192.0.2.1", Some("self"));
        check("64:ff9b:1::192.0.2.1", Some("self"));
        for addr in ["128.0.0.1", "169.253.255.255", "::1", "fe80::1", "192.0.2.2", "64:ff9b::192.0.2.2"] {
            check(addr, None);
        }
        assert_eq!(DeniedTargets::default().rule(own, |_| true), None);
    }
}
