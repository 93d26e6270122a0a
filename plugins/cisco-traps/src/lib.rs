//! The enricher `cisco-traps`: what Cisco's notifications about configuration, environment, replaceable parts and log
//! messages mean.
//!
//! It names the notification and its varbinds (`objects`), and answers one event with the words that matter: what
//! happened, to which part, in which state, by whom (`events`). A varbind that is missing costs only what it would
//! have said. All is from the MIBs that Cisco publishes; there is nothing to ask a device for.

mod events;
mod objects;

use snmp_proxy_sdk::traps::{Additions, EnricherManifest, TrapEnricher, TrapRecord, VarbindAdditions};
use snmp_proxy_sdk::{Error, enumeration, export_trap_enricher, oid, oids};

use objects::{Object, Syntax};

/// The plugin.
#[derive(Clone, Copy, Debug)]
pub struct CiscoTraps;

impl TrapEnricher for CiscoTraps {
    fn describe() -> EnricherManifest {
        let summary = "Cisco's notifications about configuration, environment, parts and log messages.";
        EnricherManifest::new("cisco-traps", env!("CARGO_PKG_VERSION"), summary)
            .prefixes(&[
                oid!("1.3.6.1.4.1.9.9.13"),
                oid!("1.3.6.1.4.1.9.9.41"),
                oid!("1.3.6.1.4.1.9.9.43"),
                oid!("1.3.6.1.4.1.9.9.91"),
                oid!("1.3.6.1.4.1.9.9.117"),
            ])
            .schema(include_str!("../schema/decoded.json"))
    }

    fn enrich(record: &TrapRecord) -> Result<Option<Additions>, Error> {
        let named = (0..).zip(&record.varbinds).filter_map(|(position, varbind)| {
            let (object, index) = objects::find(varbind.name()?)?;
            let mut additions = VarbindAdditions {
                position,
                name: Some(object.name.to_owned()),
                mib: Some(object.mib.to_owned()),
                index: Some(oids::dotted(index)),
                ..VarbindAdditions::default()
            };
            explain(object, varbind.value.as_i64(), &mut additions);
            Some(additions)
        });
        let additions = named.fold(Additions::default(), Additions::varbind);
        Ok(Some(match record.trap_oid().and_then(|trap| objects::event(&trap)) {
            Some(event) => events::describe(event, record, additions.trap(event.name, event.mib)),
            None => additions,
        }))
    }
}

/// Says what a number means, where the object is an enumeration.
fn explain(object: &Object, number: Option<i64>, additions: &mut VarbindAdditions) {
    let (Syntax::Enumeration(names), Some(number)) = (object.syntax, number) else { return };
    if let Some(name) = enumeration::name_of(names, number) {
        additions.text = Some(format!("{name}({number})"));
        additions.enumeration = Some(name.to_owned());
    }
}

export_trap_enricher!(CiscoTraps);

#[cfg(test)]
mod tests;
