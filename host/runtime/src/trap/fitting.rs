//! Which notifications an enricher is for.

use snmp::{Oid, notification::is_below};

use super::TrapRecord;
use crate::EnricherManifest;

impl EnricherManifest {
    /// Whether it is for this notification.
    #[must_use]
    pub fn is_for(&self, record: &TrapRecord) -> bool {
        let oid = |dotted: &Option<String>| dotted.as_deref().and_then(|dotted| dotted.parse::<Oid>().ok());
        let trap = record.trap.as_ref().and_then(|trap| oid(&trap.oid));
        let enterprise = record.v1.as_ref().and_then(|v1| oid(&v1.enterprise));
        let any = |fits: &dyn Fn(&Oid) -> bool| self.prefixes.iter().any(fits);
        trap.is_some_and(|trap| any(&|prefix| is_below(&trap, prefix)))
            || enterprise.is_some_and(|enterprise| any(&|prefix| enterprise.starts_with(prefix)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Schema,
        trap::{RecordedTrap, RecordedV1},
    };

    #[test]
    fn an_enricher_is_for_notifications_below_its_prefixes_by_either_number() {
        let check = |prefix: &str, trap: Option<&str>, enterprise: Option<&str>, expected| {
            let manifest = EnricherManifest {
                name: "an-enricher".to_owned(),
                version: "1.0.0".to_owned(),
                summary: String::new(),
                prefixes: vec![prefix.parse().unwrap()],
                schema: Schema::read("{}").unwrap(),
            };
            let trap = RecordedTrap { oid: trap.map(str::to_owned), ..RecordedTrap::default() };
            let v1 = RecordedV1 { enterprise: enterprise.map(str::to_owned), ..RecordedV1::default() };
            let record = TrapRecord { trap: Some(trap), v1: Some(v1), ..TrapRecord::default() };
            assert_eq!(manifest.is_for(&record), expected, "{prefix} {record:?}");
        };
        check("1.3.6.1.4.1.9", Some("1.3.6.1.4.1.9"), None, true);
        check("1.3.6.1.4.1.9", Some("1.3.6.1.4.1.9.9.43.2.0.1"), None, true);
        check("1.3.6.1.4.1.9", Some("1.3.6.1.4.1.99"), None, false);
        check("1.3.6.1.4.1.9", Some("1.3.6.1.4.1"), None, false);
        check("1.3.6.1.4.1.9", Some("1.3.6.1.6.3.1.1.5.3"), Some("1.3.6.1.4.1.9.1.1"), true);
        check("1.3.6.1.2.1.14.16.2.16", Some("1.3.6.1.2.1.14.16.2.0.16"), Some("1.3.6.1.2.1.14.16.2"), true);
        check("1.3.6.1.2.1.14.16.2.0.16", Some("1.3.6.1.2.1.14.16.2.16"), None, true);
        check("1.3.6.1.2.1.14.16.2.16", None, None, false);
    }
}
