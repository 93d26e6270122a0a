//! What is left out of a recording unless it is asked for by name: tables and columns that hold communities, keys and
//! users.

use std::collections::BTreeMap;

use snmp::Oid;

/// Objects that hold secrets: the name that asks for them, and the subtree.
const SECRETS: [(&str, &[u32]); 17] = [
    ("snmpCommunityTable", &[1, 3, 6, 1, 6, 3, 18, 1, 1]),
    ("usmUserTable", &[1, 3, 6, 1, 6, 3, 15, 1, 2, 2]),
    ("snmpUsmDHObjectsMIB", &[1, 3, 6, 1, 3, 101]),
    ("snmpVacmMIB", &[1, 3, 6, 1, 6, 3, 16]),
    ("snmpTargetAddrTable", &[1, 3, 6, 1, 6, 3, 12, 1, 2]),
    ("snmpTargetParamsTable", &[1, 3, 6, 1, 6, 3, 12, 1, 3]),
    ("entLogicalCommunity", &[1, 3, 6, 1, 2, 1, 47, 1, 2, 1, 1, 4]),
    ("eventCommunity", &[1, 3, 6, 1, 2, 1, 16, 9, 1, 1, 4]),
    ("trapDestTable", &[1, 3, 6, 1, 2, 1, 16, 19, 13]),
    ("ospfIfAuthKey", &[1, 3, 6, 1, 2, 1, 14, 7, 1, 16]),
    ("ospfVirtIfAuthKey", &[1, 3, 6, 1, 2, 1, 14, 9, 1, 9]),
    ("rip2IfConfAuthKey", &[1, 3, 6, 1, 2, 1, 23, 3, 1, 4]),
    ("vrrpOperAuthKey", &[1, 3, 6, 1, 2, 1, 68, 1, 3, 1, 10]),
    ("pppSecuritySecretsTable", &[1, 3, 6, 1, 2, 1, 10, 23, 2, 3]),
    ("dot11WEPDefaultKeysTable", &[1, 2, 840, 10036, 1, 3]),
    ("dot11WEPKeyMappingsTable", &[1, 2, 840, 10036, 1, 4]),
    ("cHsrpGrpAuth", &[1, 3, 6, 1, 4, 1, 9, 9, 106, 1, 2, 1, 1, 2]),
];

/// What is withheld of a recording, and how much of it there was.
#[derive(Clone, Debug, Default)]
pub(super) struct Withheld {
    subtrees: Vec<(&'static str, &'static [u32])>,
    /// How many values were left out, by name.
    pub(super) counts: BTreeMap<&'static str, u64>,
}

impl Withheld {
    /// Withholds all secrets but those that are included by name, and those that a subtree asks for that is theirs or lies
    /// within theirs. Fails with a name that there is not.
    pub(super) fn but(included: &[String], asked: &[Oid]) -> Result<Self, String> {
        if let Some(name) = included.iter().find(|name| !SECRETS.iter().any(|(known, _)| is_named(known, name))) {
            let names: Vec<_> = SECRETS.iter().map(|(name, _)| *name).collect();
            return Err(format!("--include {name}: nothing of this name is left out; there are {}", names.join(", ")));
        }
        let is_asked = |(known, subtree): &(&str, &[u32])| {
            included.iter().any(|name| is_named(known, name)) || asked.iter().any(|oid| oid.arcs().starts_with(subtree))
        };
        let subtrees = SECRETS.into_iter().filter(|secret| !is_asked(secret)).collect();
        Ok(Self { subtrees, counts: BTreeMap::new() })
    }

    /// The name of what a value belongs to that is withheld, if it is.
    pub(super) fn name_of(&self, name: &Oid) -> Option<&'static str> {
        let found = self.subtrees.iter().find(|(_, subtree)| name.arcs().starts_with(subtree));
        found.map(|(name, _)| *name)
    }

    /// Counts values that were left out, by a name that may be one of a partial recording.
    pub(super) fn count(&mut self, name: &str, values: u64) {
        if let Some((known, _)) = SECRETS.iter().find(|(known, _)| *known == name) {
            *self.counts.entry(known).or_default() += values;
        }
    }
}

fn is_named(known: &str, name: &str) -> bool {
    known.eq_ignore_ascii_case(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn withheld(included: &[&str], asked: &[&str]) -> Withheld {
        let included: Vec<String> = included.iter().map(ToString::to_string).collect();
        let asked: Vec<Oid> = asked.iter().map(|oid| oid.parse().unwrap()).collect();
        Withheld::but(&included, &asked).unwrap()
    }

    #[test]
    fn secrets_are_left_out_unless_they_are_asked_for() {
        let community: Oid = "1.3.6.1.6.3.18.1.1.1.2.7".parse().unwrap();
        assert_eq!(withheld(&[], &["1.3.6.1"]).name_of(&community), Some("snmpCommunityTable"));
        assert_eq!(withheld(&[], &["1.3.6.1.6.3.18"]).name_of(&community), Some("snmpCommunityTable"), "above it");
        assert_eq!(withheld(&[], &["1.3.6.1.6.3.18.1.1"]).name_of(&community), None);
        assert_eq!(withheld(&[], &["1.3.6.1.6.3.18.1.1.1.2"]).name_of(&community), None);
        assert_eq!(withheld(&["SNMPCommunityTable"], &[]).name_of(&community), None);
        assert_eq!(withheld(&[], &[]).name_of(&"1.3.6.1.6.3.18.1.2.1".parse().unwrap()), None);
        let error = Withheld::but(&["sysDescr".to_owned()], &[]).unwrap_err();
        assert!(
            error.starts_with("--include sysDescr: nothing of this name is left out; there are snmpComm"),
            "{error}"
        );
    }
}
