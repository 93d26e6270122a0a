//! Which subtrees are recorded.

use std::collections::BTreeMap;

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

/// What plugins read.
#[derive(Debug, Default)]
pub(super) struct OfPlugins {
    pub(super) reads: Vec<Oid>,
    /// What they declare and the operator takes away, or a part of it: plugin and subtree.
    pub(super) withheld: Vec<(String, Oid)>,
}

/// What these plugins read, and what every poll reads. Fails with a plugin that is not there.
pub(super) fn of_plugins(sandbox: &Sandbox, names: &[String]) -> Result<OfPlugins, String> {
    let (plugins, mut of_plugins) = (sandbox.plugins(), OfPlugins::default());
    for name in names.iter().map(String::as_str).chain([job::SYSTEM_INFO]) {
        let Some(plugin) = plugins.get(name) else {
            let known: Vec<_> = plugins.plugins().map(|plugin| plugin.manifest().name.as_str()).collect();
            return Err(format!("--plugins {name}: no such plugin; there are {}", known.join(", ")));
        };
        let manifest = plugin.manifest();
        of_plugins.reads.extend(manifest.reads.iter().cloned());
        let withheld = manifest.declared.iter().filter(|declared| !manifest.may_read(declared));
        of_plugins.withheld.extend(withheld.map(|declared| (name.to_owned(), declared.clone())));
    }
    Ok(of_plugins)
}

/// What of it is not recorded for another reason: a line for each plugin.
pub(super) fn withheld_lines(withheld: &[(String, Oid)], recorded: &[Oid]) -> Vec<String> {
    let mut by_plugin: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (plugin, subtree) in withheld {
        if !recorded.iter().any(|root| subtree.starts_with(root)) {
            by_plugin.entry(plugin).or_default().push(subtree.to_string());
        }
    }
    let line = |(plugin, subtrees): (&str, Vec<String>)| {
        format!(
            "left out, or a part of it, since plugins.lock takes it away from {plugin} (`reads`): {}",
            subtrees.join(", ")
        )
    };
    by_plugin.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operator_takes_away_is_told_unless_it_is_recorded_all_the_same() {
        let oid = |text: &str| text.parse::<Oid>().unwrap();
        let withheld = |plugin: &str, text: &str| (plugin.to_owned(), oid(text));
        let withheld = [withheld("fans", "1.3.6.1.4.1.9"), withheld("arp", "1.3.6.1.2.1.4"), withheld("fans", "1.3.7")];
        let words = "left out, or a part of it, since plugins.lock takes it away from";
        assert_eq!(
            withheld_lines(&withheld, &[oid("1.3.6.1.2.1")]),
            [format!("{words} fans (`reads`): 1.3.6.1.4.1.9, 1.3.7")]
        );
        assert_eq!(withheld_lines(&withheld, &[oid("1.3")]), [""; 0]);
    }

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
