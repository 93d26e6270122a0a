//! Which records somebody wants: by sender, by trap OID, by how much they matter.

use ipnet::IpNet;
use snmp::{Oid, notification::is_below};

use super::Facts;
use crate::Severity;

/// Which records somebody wants. Of several kinds of conditions all must hold, of one kind any; none holds always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Networks of devices, of which one has to be the record's.
    pub sources: Vec<IpNet>,
    /// What the trap OID begins with, by either of the two numbers that a notification may have ([`is_below`]).
    pub oids: Vec<Oid>,
    /// The least severe that is wanted. What has no severity is not.
    pub severity: Option<Severity>,
}

impl Filter {
    /// Whether a record with these facts is wanted.
    #[must_use]
    pub fn wants(&self, facts: &Facts) -> bool {
        let source = || self.sources.iter().any(|network| network.contains(&facts.source));
        let begins = |oid: &Oid| self.oids.iter().any(|prefix| is_below(oid, prefix));
        (self.sources.is_empty() || source())
            && (self.oids.is_empty() || facts.trap_oid.as_ref().is_some_and(begins))
            && self.severity.is_none_or(|min| facts.severity.is_some_and(|severity| severity <= min))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_wanted_where_all_kinds_of_conditions_hold() {
        let facts = Facts {
            source: "10.1.2.3".parse().unwrap(),
            trap_oid: Some("1.3.6.1.6.3.1.1.5.3".parse().unwrap()),
            severity: Some(Severity::Warning),
        };
        let check = |sources: &[&str], oids: &[&str], severity, expected| {
            let filter = Filter {
                sources: sources.iter().map(|network| network.parse().unwrap()).collect(),
                oids: oids.iter().map(|oid| oid.parse().unwrap()).collect(),
                severity,
            };
            assert_eq!(filter.wants(&facts), expected, "{filter:?}");
        };
        check(&[], &[], None, true);
        check(&["10.0.0.0/8", "fd00::/8"], &[], None, true);
        check(&["192.0.2.0/24"], &[], None, false);
        check(&[], &["1.3.6.1.6.3.1.1.5"], None, true);
        check(&[], &["1.3.6.1.6.3.1.1.5.30"], None, false);
        check(&[], &[], Some(Severity::Warning), true);
        check(&[], &[], Some(Severity::Error), false);
        check(&["10.0.0.0/8"], &["1.3.6.1.4.1"], None, false);
    }

    #[test]
    fn one_oid_finds_an_event_of_version_1_and_the_same_of_version_2c() {
        let facts = |oid: &str| Facts {
            source: "10.1.2.3".parse().unwrap(),
            trap_oid: Some(oid.parse().unwrap()),
            severity: None,
        };
        let events = ["1.3.6.1.2.1.14.16.2.0.16", "1.3.6.1.2.1.14.16.2.16"];
        for wanted in events {
            let filter = Filter { oids: vec![wanted.parse().unwrap()], ..Filter::default() };
            assert!(events.iter().all(|event| filter.wants(&facts(event))), "{wanted}");
            assert!(!filter.wants(&facts("1.3.6.1.2.1.14.16.2.0.1")));
        }
    }
}
