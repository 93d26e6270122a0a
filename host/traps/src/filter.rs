//! Which records somebody wants: by sender, by trap OID, by how much they matter.

use ipnet::IpNet;
use snmp_engine::Oid;

use crate::{Facts, Severity};

/// Which records somebody wants. Of several kinds of conditions all must hold, of one kind any; none holds always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Networks of devices, of which one has to be the record's.
    pub sources: Vec<IpNet>,
    /// What the trap OID begins with.
    pub oids: Vec<Oid>,
    /// The least severe that is wanted. What has no severity is not.
    pub severity: Option<Severity>,
}

impl Filter {
    /// Whether a record with these facts is wanted.
    #[must_use]
    pub fn wants(&self, facts: &Facts) -> bool {
        let source = || self.sources.iter().any(|network| network.contains(&facts.source));
        let begins = |oid: &Oid| self.oids.iter().any(|prefix| oid.starts_with(prefix));
        (self.sources.is_empty() || source())
            && (self.oids.is_empty() || facts.trap_oid.as_ref().is_some_and(begins))
            && self.severity.is_none_or(|least| facts.severity.is_some_and(|severity| severity <= least))
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
}
