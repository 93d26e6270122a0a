//! Subtrees that hold secrets. No plugin reads them, whatever its manifest declares, unless the operator allows it to
//! this plugin by name: a plugin is installed without being read, and its result goes to whoever asked for the poll.
//!
//! What is here is defined to hold communities, keys or passwords, or to say who has access with which of them. Objects
//! that the MIB wants to be read as empty are here as well, since agents exist that show them.

use snmp::Oid;

/// A subtree that holds secrets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Secret {
    subtree: &'static [u32],
    /// The object of the MIB.
    pub(crate) name: &'static str,
}

/// All of them, by what they hold.
const SECRETS: &[Secret] = &[
    // Communities: RFC 3584, RFC 2669 (docsDevNmAccessCommunity).
    Secret { subtree: &[1, 3, 6, 1, 6, 3, 18, 1, 1], name: "snmpCommunityTable" },
    Secret { subtree: &[1, 3, 6, 1, 2, 1, 69, 1, 2, 1, 4], name: "docsDevNmAccessCommunity" },
    // Users, their keys, and who has access: RFC 3414, RFC 2786, RFC 3415.
    Secret { subtree: &[1, 3, 6, 1, 6, 3, 15, 1, 2, 2], name: "usmUserTable" },
    Secret { subtree: &[1, 3, 6, 1, 3, 101], name: "snmpUsmDHObjectsMIB" },
    Secret { subtree: &[1, 3, 6, 1, 6, 3, 16, 1], name: "vacmMIBObjects" },
    // Secrets of links: RFC 1472, IEEE 802.11.
    Secret { subtree: &[1, 3, 6, 1, 2, 1, 10, 23, 2, 3], name: "pppSecuritySecrets" },
    Secret { subtree: &[1, 2, 840, 10036, 1, 3], name: "dot11WEPDefaultKeysTable" },
    Secret { subtree: &[1, 2, 840, 10036, 1, 4], name: "dot11WEPKeyMappingsTable" },
    // Keys of routing protocols: RFC 4750, RFC 1724, RFC 2787.
    Secret { subtree: &[1, 3, 6, 1, 2, 1, 14, 7, 1, 16], name: "ospfIfAuthKey" },
    Secret { subtree: &[1, 3, 6, 1, 2, 1, 14, 9, 1, 9], name: "ospfVirtIfAuthKey" },
    Secret { subtree: &[1, 3, 6, 1, 2, 1, 23, 3, 1, 4], name: "rip2IfConfAuthKey" },
    Secret { subtree: &[1, 3, 6, 1, 2, 1, 68, 1, 3, 1, 10], name: "vrrpOperAuthKey" },
    // Cisco: HSRP, and passwords for copying configurations and images.
    Secret { subtree: &[1, 3, 6, 1, 4, 1, 9, 9, 106, 1, 2, 1, 1, 2], name: "cHsrpGrpAuth" },
    Secret { subtree: &[1, 3, 6, 1, 4, 1, 9, 9, 96, 1, 1, 1, 1, 8], name: "ccCopyUserPassword" },
    Secret { subtree: &[1, 3, 6, 1, 4, 1, 9, 9, 10, 1, 2, 1, 1, 15], name: "ciscoFlashCopyRemotePassword" },
];

impl Secret {
    /// Whether a name is in it.
    pub(crate) fn holds(&self, name: &Oid) -> bool {
        name.arcs().starts_with(self.subtree)
    }
}

/// The subtree with secrets that a name is in, unless what is allowed covers the name.
pub(crate) fn around(name: &Oid, allowed: &[Oid]) -> Option<&'static Secret> {
    let secret = SECRETS.iter().find(|secret| secret.holds(name))?;
    (!allowed.iter().any(|allowed| name.starts_with(allowed))).then_some(secret)
}

/// The subtrees with secrets below a name, as far as what is allowed does not cover them.
pub(crate) fn below(name: &Oid, allowed: &[Oid]) -> Vec<&'static Secret> {
    let is_below =
        |secret: &&Secret| secret.subtree.len() > name.arcs().len() && secret.subtree.starts_with(name.arcs());
    let is_allowed = |secret: &&Secret| allowed.iter().any(|allowed| secret.subtree.starts_with(allowed.arcs()));
    SECRETS.iter().filter(|secret| is_below(secret) && !is_allowed(secret)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        text.parse().unwrap()
    }

    #[test]
    fn a_name_in_a_subtree_with_secrets_is_found_and_what_is_beside_it_is_not() {
        let found = |name: &str| around(&oid(name), &[]).map(|secret| secret.name);
        assert_eq!(found("1.3.6.1.6.3.18.1.1.1.2.5"), Some("snmpCommunityTable"));
        assert_eq!(found("1.3.6.1.6.3.18.1.1"), Some("snmpCommunityTable"));
        assert_eq!(found("1.3.6.1.6.3.18.1.2"), None);
        assert_eq!(found("1.3.6.1.2.1.14.7.1.15.1"), None);
    }

    #[test]
    fn what_is_allowed_is_no_secret_any_more() {
        let name = oid("1.3.6.1.6.3.18.1.1.1.2.5");
        assert!(around(&name, &[oid("1.3.6.1.6.3.18")]).is_none());
        assert!(around(&name, &[oid("1.3.6.1.6.3.18.1.1.1.2")]).is_none());
        assert!(around(&name, &[oid("1.3.6.1.6.3.18.1.1.1.3")]).is_some());
    }

    #[test]
    fn a_walk_from_above_meets_what_is_below() {
        let names = |root: &str, allowed: &[Oid]| {
            below(&oid(root), allowed).iter().map(|secret| secret.name).collect::<Vec<_>>()
        };
        assert_eq!(names("1.3.6.1.6.3", &[]), ["snmpCommunityTable", "usmUserTable", "vacmMIBObjects"]);
        assert_eq!(names("1.3.6.1.6.3", &[oid("1.3.6.1.6.3.16")]), ["snmpCommunityTable", "usmUserTable"]);
        assert_eq!(names("1.3.6.1.2.1.2", &[]), [""; 0]);
    }
}
