//! What `auto` looks for on a device before it takes a plugin.
//!
//! A subtree is there if the device has something in it, or is itself a value: the plugin may name a table, a scalar or
//! one instance. Nothing is asked for that the operator takes away from the plugins that look for it.

use std::sync::Arc;

use job::AUTO;
use runtime::{JobEvents as _, LogLevel, Manifest};
use snmp::{Oid, RequestError, Varbind};
use snmp_engine::Session;
use tokio::time::Instant;

use super::progress::{ProgressReporter, RecipeReporter};

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct Probes(Vec<Probe>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Probe {
    /// As the plugin names it.
    subtree: Oid,
    /// What may be read of it.
    part: Oid,
}

impl Probes {
    /// Looks for these subtrees, as far as a plugin that looks for them may read them.
    pub(super) fn new<'a>(subtrees: &[Oid], manifests: impl Iterator<Item = &'a Manifest>) -> Self {
        let of_manifest = |manifest: &'a Manifest| {
            let wanted = manifest.probe.iter().filter(|probe| subtrees.contains(probe));
            let parts = |subtree: &Oid| {
                let probe = |part| Probe { subtree: subtree.clone(), part };
                manifest.readable_within(subtree).into_iter().map(probe).collect::<Vec<_>>()
            };
            wanted.flat_map(parts).collect::<Vec<_>>()
        };
        let mut probes: Vec<Probe> = manifests.flat_map(of_manifest).collect();
        probes.sort();
        probes.dedup();
        Self(probes)
    }

    /// Which of the subtrees the device has something in, as far as it says; what cannot be told is a warning.
    pub(super) async fn look_for(
        &self,
        session: &Session,
        deadline: Instant,
        progress: &Arc<ProgressReporter>,
    ) -> Vec<Oid> {
        let (found, error) = self.found(session, deadline).await;
        if let Some(error) = error {
            let events = RecipeReporter::new(Arc::clone(progress), AUTO.to_owned(), 0);
            events.log(LogLevel::Warn, &format!("cannot tell which plugins fit the device: {error}"));
        }
        found
    }

    /// The subtrees that the device has something in, and why that cannot be told of others.
    async fn found(&self, session: &Session, deadline: Instant) -> (Vec<Oid>, Option<RequestError>) {
        if self.0.is_empty() {
            return (Vec::new(), None);
        }
        let starts: Vec<Oid> = self.0.iter().map(|probe| start(&probe.part)).collect();
        let answers = match session.get_next(&starts, deadline).await {
            Ok(answers) => answers,
            Err(error) => return (Vec::new(), Some(error)),
        };
        let is_hit =
            |(probe, found): &(&Probe, &Varbind)| found.name.starts_with(&probe.part) && !found.value.is_exception();
        let mut found: Vec<Oid> =
            self.0.iter().zip(&answers).filter(is_hit).map(|(probe, _)| probe.subtree.clone()).collect();
        // What comes next says nothing of the name itself.
        let is_open = |probe: &&Probe| !found.contains(&probe.subtree) && start(&probe.part) == probe.part;
        let open: Vec<&Probe> = self.0.iter().filter(is_open).collect();
        if open.is_empty() {
            return (found, None);
        }
        let names: Vec<Oid> = open.iter().map(|probe| probe.part.clone()).collect();
        match session.get(&names, deadline).await {
            Ok(values) => {
                let is_there = |(_, value): &(&&Probe, &Varbind)| !value.value.is_exception();
                found.extend(open.iter().zip(&values).filter(is_there).map(|(probe, _)| probe.subtree.clone()));
                (found, None)
            }
            Err(error) => (found, Some(error)),
        }
    }
}

/// The name after which the first one in a subtree comes. Nothing lies between an object and its instance 0.
fn start(subtree: &Oid) -> Oid {
    match subtree.arcs().split_last() {
        Some((0, object)) => Oid::new(object).unwrap_or_else(|_| subtree.clone()),
        _ => subtree.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, time::Duration};

    use simulator::{PlayedDevice, Recording};
    use snmp::{Credentials, HubOptions, RequestOptions, Target};
    use snmp_engine::Engine;

    use super::*;
    use crate::shared_sections::tests::manifest;

    fn oid(text: &str) -> Oid {
        text.parse().unwrap()
    }

    /// A plugin that declares these subtrees, of which the operator leaves it those, and looks for this one.
    fn plugin(declared: &[&str], reads: &[&str], probe: &str) -> Manifest {
        let oids = |texts: &[&str]| texts.iter().map(|text| oid(text)).collect();
        Manifest { declared: oids(declared), reads: oids(reads), probe: vec![oid(probe)], ..manifest("ups", &[]) }
    }

    /// Which of what the plugins look for a device with two outlets in upsOutputTable has, besides upsOutputNumLines.0.
    async fn found(plugins: &[Manifest]) -> Vec<String> {
        let recording = "1.3.6.1.2.1.33.1.4.1.0|2|5\n1.3.6.1.2.1.33.1.4.3.0|2|2\n1.3.6.1.2.1.33.1.4.4.1.2.1|2|230\n\
                         1.3.6.1.2.1.33.1.4.4.1.2.2|2|231\n";
        let played = PlayedDevice::new(&Recording::parse(recording.as_bytes()).recording);
        let agent = Arc::new(move |datagram: &[u8]| played.answer(datagram));
        let engine = Engine::with_local_agent(HubOptions::default(), agent).unwrap();
        let community = PlayedDevice::COMMUNITY.into();
        let target = Target { addr: SocketAddr::from(([0; 4], 161)), credentials: Credentials::V2c { community } };
        let session = engine.session(target, RequestOptions::default());
        let wanted: Vec<Oid> = plugins.iter().flat_map(|plugin| plugin.probe.clone()).collect();
        let probes = Probes::new(&wanted, plugins.iter());
        let (found, error) = probes.found(&session, Instant::now() + Duration::from_secs(60)).await;
        assert!(error.is_none(), "{error:?}");
        found.iter().map(Oid::to_string).collect()
    }

    #[track_caller]
    fn check(found: &[String], probe: &str, is_there: bool) {
        let expected = if is_there { vec![probe.to_owned()] } else { Vec::new() };
        assert_eq!(found, expected, "{probe}");
    }

    #[tokio::test]
    async fn a_scalar_is_found_by_its_object_and_by_its_instance() {
        for (reads, probe, is_there) in [
            ("1.3.6.1.2.1.33", "1.3.6.1.2.1.33.1.4.1", true),
            ("1.3.6.1.2.1.33", "1.3.6.1.2.1.33.1.4.1.0", true),
            // Declared as the one instance that it has.
            ("1.3.6.1.2.1.33.1.4.1.0", "1.3.6.1.2.1.33.1.4.1", true),
            ("1.3.6.1.2.1.33.1.4.1.0", "1.3.6.1.2.1.33.1.4.1.0", true),
            ("1.3.6.1.2.1.33", "1.3.6.1.2.1.33.1.4.2.0", false),
            ("1.3.6.1.2.1.33", "1.3.6.1.2.1.33.1.4.2", false),
        ] {
            check(&found(&[plugin(&[reads], &[reads], probe)]).await, probe, is_there);
        }
    }

    #[tokio::test]
    async fn a_subtree_is_found_by_what_is_below_it_and_an_instance_by_itself() {
        for (probe, is_there) in [
            ("1.3.6.1.2.1.33", true),
            ("1.3.6.1.2.1.33.1.4.4.1.2", true),
            ("1.3.6.1.2.1.33.1.4.4.1.2.1", true),
            ("1.3.6.1.2.1.33.1.4.4.1.2.2", true),
            ("1.3.6.1.2.1.33.1.4.4.1.2.3", false),
            ("1.3.6.1.2.1.33.1.5", false),
        ] {
            check(&found(&[plugin(&["1.3.6.1.2.1.33"], &["1.3.6.1.2.1.33"], probe)]).await, probe, is_there);
        }
    }

    #[tokio::test]
    async fn what_the_operator_takes_away_is_not_looked_for() {
        let declared = ["1.3.6.1.2.1.33"];
        let none = plugin(&declared, &[], "1.3.6.1.2.1.33");
        assert!(Probes::new(&none.probe, std::iter::once(&none)).0.is_empty());
        assert_eq!(found(&[none]).await, [""; 0]);
        let a_part = plugin(&declared, &["1.3.6.1.2.1.33.1.4.3"], "1.3.6.1.2.1.33");
        check(&found(&[a_part]).await, "1.3.6.1.2.1.33", true);
        let another = plugin(&declared, &["1.3.6.1.2.1.33.1.5"], "1.3.6.1.2.1.33");
        check(&found(&[another]).await, "1.3.6.1.2.1.33", false);
    }
}
