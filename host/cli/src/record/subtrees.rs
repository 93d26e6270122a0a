//! Which subtrees are recorded.

use proxy::Sandbox;
use snmp::Oid;

/// What is recorded where nothing is said: all of the tree of ISO. LLDP and link aggregation lie outside of 1.3.6.1.
const ALL: [u32; 1] = [1];

/// The subtrees in their order, each once and none within another.
pub(super) fn merged(asked: impl IntoIterator<Item = Oid>) -> Vec<Oid> {
    let mut asked: Vec<Oid> = asked.into_iter().collect();
    if asked.is_empty() {
        asked.push(Oid::from(ALL));
    }
    asked.sort();
    asked.dedup_by(|later, earlier| later.starts_with(earlier));
    asked
}

/// What these plugins say they read, and what every poll reads. Fails with a plugin that is not there.
pub(super) fn of_plugins(sandbox: &Sandbox, names: &[String]) -> Result<Vec<Oid>, String> {
    let (plugins, mut subtrees) = (sandbox.plugins(), Vec::new());
    for name in names.iter().map(String::as_str).chain([job::SYSTEM_INFO]) {
        let Some(plugin) = plugins.get(name) else {
            let known: Vec<_> = plugins.plugins().map(|plugin| plugin.manifest().name.as_str()).collect();
            return Err(format!("--plugins {name}: no such plugin; there are {}", known.join(", ")));
        };
        subtrees.extend(plugin.manifest().reads.iter().cloned());
    }
    Ok(subtrees)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtrees_are_in_order_and_none_is_within_another() {
        let check = |asked: &str, expected: &str| {
            let asked = asked.split_whitespace().map(|oid| oid.parse().unwrap());
            let merged = merged(asked).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            assert_eq!(merged, expected);
        };
        check("", "1");
        check("1.3.6.1.2.1.10 1.3.6.1.2.1.2 1.0.8802", "1.0.8802 1.3.6.1.2.1.2 1.3.6.1.2.1.10");
        check("1.3.6.1.2.1.2.2 1.3.6.1.2.1.2 1.3.6.1.2.1.2 1.3.6.1.2.1.22", "1.3.6.1.2.1.2 1.3.6.1.2.1.22");
    }
}
