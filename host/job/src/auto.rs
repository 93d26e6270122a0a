//! Which plugins `auto` adds to a poll, and where it has to choose between several.
//!
//! Several plugins may fill the same section; in one poll only one of them does. The longer sysObjectID prefix wins. What a
//! bundled plugin fills stays its own, unless the operator named the plugin that takes over: nobody's results change
//! because a file lies in a folder.

use std::collections::HashSet;

use serde_json::Map;
use snmp::Oid;

use crate::{Catalogue, CatalogueEntry, Recipe, Standing};

impl Catalogue {
    /// What has to be looked for before [`Catalogue::fitting`] can say which recipes `auto` adds for a device: subtrees,
    /// each once.
    #[must_use]
    pub fn probes(&self, sys_object_id: Option<&Oid>) -> Vec<Oid> {
        let fitting = self.entries().iter().filter(|entry| fit(entry, sys_object_id).is_some());
        let mut probes: Vec<Oid> = fitting.flat_map(|entry| entry.probe.iter().cloned()).collect();
        probes.sort();
        probes.dedup();
        probes
    }

    /// The recipes that `auto` adds to these for a device, the most specific first. `is_there` says of a subtree that
    /// was looked for whether the device has something in it.
    #[must_use]
    pub fn fitting(
        &self,
        chosen: &[Recipe],
        sys_object_id: Option<&Oid>,
        is_there: impl Fn(&Oid) -> bool,
    ) -> Vec<Recipe> {
        let is_wanted = |entry: &&CatalogueEntry| entry.probe.is_empty() || entry.probe.iter().any(&is_there);
        let is_chosen = |entry: &&CatalogueEntry| chosen.iter().any(|recipe| recipe.plugin.name == entry.plugin.name);
        let mut filled: HashSet<&str> = self.entries().iter().filter(is_chosen).flat_map(sections).collect();
        let mut fitting: Vec<(usize, &CatalogueEntry)> = self
            .entries()
            .iter()
            .filter(is_wanted)
            .filter_map(|entry| Some((fit(entry, sys_object_id)?, entry)))
            .collect();
        let bundled: HashSet<&str> = fitting
            .iter()
            .filter(|(_, entry)| entry.standing == Standing::Bundled)
            .flat_map(|(_, entry)| sections(entry))
            .collect();
        fitting.retain(|(_, entry)| {
            entry.standing != Standing::Added || sections(entry).all(|section| !bundled.contains(section))
        });
        fitting.sort_by_key(|(fit, entry)| (usize::MAX - fit, entry.standing, &entry.plugin.name));
        let mut picked = Vec::new();
        for (_, entry) in fitting {
            if sections(entry).all(|section| !filled.contains(section)) {
                filled.extend(sections(entry));
                picked.push(Recipe { plugin: entry.plugin.clone(), params: Map::new() });
            }
        }
        picked
    }

    /// Where `auto` has to choose between plugins in a way that somebody may not expect: a line for each.
    #[must_use]
    pub fn disputes(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (place, one) in self.entries().iter().enumerate() {
            for other in self.entries().iter().skip(place + 1) {
                let shared = sections(one).find(|section| sections(other).any(|another| another == *section));
                lines.extend(shared.and_then(|section| dispute(one, other, section)));
            }
        }
        lines
    }
}

/// What is to be told of two plugins that fill the same section.
fn dispute(one: &CatalogueEntry, other: &CatalogueEntry, section: &str) -> Option<String> {
    let (first, second) = if one.standing <= other.standing { (one, other) } else { (other, one) };
    let names = (&first.plugin.name, &second.plugin.name);
    match (first.standing, second.standing) {
        (Standing::Bundled, Standing::Added) => Some(format!(
            "`{}` fills the section `{section}` of the bundled plugin `{}`: `auto` leaves it out, unless \
             `plugins.takes_over` names it",
            names.1, names.0
        )),
        (first_standing, second_standing) if first_standing == second_standing => {
            let devices = same_devices(first, second)?;
            let winner = names.0.min(names.1);
            Some(format!(
                "`{}` and `{}` fill the section `{section}` for {devices}: `auto` takes `{winner}`",
                names.0, names.1
            ))
        }
        _ => None,
    }
}

/// The devices that both plugins fit equally well, in words.
fn same_devices(one: &CatalogueEntry, other: &CatalogueEntry) -> Option<String> {
    if one.device_prefixes.is_empty() && other.device_prefixes.is_empty() {
        return Some("every device".to_owned());
    }
    let shared = one.device_prefixes.iter().find(|prefix| other.device_prefixes.contains(prefix))?;
    Some(format!("devices whose sysObjectID begins with {shared}"))
}

/// How well a plugin fits a device: the length of the longest prefix, 0 for one that fits every device.
fn fit(entry: &CatalogueEntry, sys_object_id: Option<&Oid>) -> Option<usize> {
    if entry.device_prefixes.is_empty() {
        return Some(0);
    }
    let device = sys_object_id?;
    entry.device_prefixes.iter().filter(|prefix| device.starts_with(prefix)).map(|prefix| prefix.arcs().len()).max()
}

fn sections(entry: &CatalogueEntry) -> impl Iterator<Item = &str> {
    entry.sections.iter().map(String::as_str)
}

#[cfg(test)]
pub(crate) mod tests {
    use schema::Schema;

    use super::*;
    use crate::{PluginBuild, PluginId};

    /// A plugin of the catalogue, for the tests of this crate.
    pub(crate) fn entry(name: &str, sections: &[&str], prefixes: &[&str], standing: Standing) -> CatalogueEntry {
        CatalogueEntry {
            plugin: PluginId {
                name: name.to_owned(),
                build: Some(PluginBuild { version: "1.0.0".to_owned(), digest: "sha256:00".to_owned() }),
            },
            sections: sections.iter().map(|name| (*name).to_owned()).collect(),
            device_prefixes: prefixes.iter().map(|oid| oid.parse().unwrap()).collect(),
            standing,
            probe: Vec::new(),
            params: Schema::default(),
        }
    }

    fn bundled() -> Vec<CatalogueEntry> {
        vec![
            entry("arp", &["arp_table"], &[], Standing::Bundled),
            entry("system-info", &["snmp_data", "system"], &[], Standing::Bundled),
        ]
    }

    /// What `auto` adds for a Cisco device beside these, and what is told at load.
    #[track_caller]
    fn check(added: &[CatalogueEntry], chosen: &[&str], expected: &[&str], told: &[&str]) {
        let catalogue: Catalogue = bundled().into_iter().chain(added.iter().cloned()).collect();
        let recipe = |name: &&str| Recipe { plugin: entry(name, &[], &[], Standing::Added).plugin, params: Map::new() };
        let chosen: Vec<Recipe> = ["system-info"].iter().chain(chosen).map(recipe).collect();
        let picked = catalogue.fitting(&chosen, Some(&"1.3.6.1.4.1.9.1.5".parse().unwrap()), |_| true);
        let names: Vec<&str> = picked.iter().map(|recipe| recipe.plugin.name.as_str()).collect();
        assert_eq!(names, expected);
        assert_eq!(catalogue.disputes(), told);
    }

    #[test]
    fn a_section_of_a_bundled_plugin_is_taken_over_only_where_the_operator_says_so() {
        let better = |standing| entry("better-arp", &["arp_table"], &["1.3.6.1.4.1.9"], standing);
        let told = "`better-arp` fills the section `arp_table` of the bundled plugin `arp`: `auto` leaves it out, unless \
                    `plugins.takes_over` names it";
        check(&[better(Standing::Added)], &[], &["arp"], &[told]);
        check(&[better(Standing::TakesOver)], &[], &["better-arp"], &[]);
        check(&[better(Standing::Added)], &["better-arp"], &[], &[told]);
        // Also where both fit every device: a tie goes to the bundled one, or to whom the operator names.
        check(&[entry("a", &["arp_table"], &[], Standing::TakesOver)], &[], &["a"], &[]);
    }

    #[test]
    fn nobody_takes_a_part_of_what_is_not_its_own() {
        let greedy = entry("greedy", &["fans", "arp_table"], &["1.3.6.1.4.1.9.1.5"], Standing::Added);
        let told = "`greedy` fills the section `arp_table` of the bundled plugin `arp`: `auto` leaves it out, unless \
                    `plugins.takes_over` names it";
        check(&[greedy], &[], &["arp"], &[told]);
    }

    #[test]
    fn the_longer_prefix_wins_and_a_tie_is_told() {
        let fans = |name: &str, prefixes: &[&str]| entry(name, &["fans"], prefixes, Standing::Added);
        check(&[fans("a", &[]), fans("b", &["1.3.6.1.4.1.9"])], &[], &["b", "arp"], &[]);
        check(&[fans("a", &["1.3.6.1.4.1.9"]), fans("b", &["1.3.6.1.4.1.9.1"])], &[], &["b", "arp"], &[]);
        check(
            &[fans("b", &["1.3.6.1.4.1.9"]), fans("a", &["1.3.6.1.4.1.9", "1.3.6.1.4.1.11"])],
            &[],
            &["a", "arp"],
            &[
                "`b` and `a` fill the section `fans` for devices whose sysObjectID begins with 1.3.6.1.4.1.9: `auto` takes `a`",
            ],
        );
        check(
            &[fans("a", &[]), fans("b", &[])],
            &[],
            &["arp", "a"],
            &["`a` and `b` fill the section `fans` for every device: `auto` takes `a`"],
        );
    }

    #[test]
    fn without_a_sys_object_id_only_what_fits_every_device_is_taken() {
        let catalogue: Catalogue =
            bundled().into_iter().chain([entry("fans", &["fans"], &["1.3.6.1"], Standing::Added)]).collect();
        let picked = catalogue.fitting(&[], None, |_| true);
        let names: Vec<&str> = picked.iter().map(|recipe| recipe.plugin.name.as_str()).collect();
        assert_eq!(names, ["arp", "system-info"]);
    }

    #[test]
    fn auto_takes_what_looks_for_something_only_where_it_is() {
        let mut fans = entry("fans", &["fans"], &[], Standing::Added);
        fans.probe = vec!["1.3.6.1.4.1.9.9.13".parse().unwrap()];
        let mut cisco = entry("cisco-only", &["cisco"], &["1.3.6.1.4.1.9"], Standing::Added);
        cisco.probe = vec!["1.3.6.1.4.1.9.9.23".parse().unwrap()];
        let catalogue: Catalogue = [fans, cisco].into_iter().collect();
        let other = "1.3.6.1.4.1.8072".parse().unwrap();
        assert_eq!(catalogue.probes(Some(&other)).len(), 1, "what is for other devices is not looked for");
        let names = |is_there: bool| {
            let fitting = catalogue.fitting(&[], Some(&other), |_| is_there);
            fitting.into_iter().map(|recipe| recipe.plugin.name).collect::<Vec<_>>()
        };
        assert_eq!(names(true), ["fans"]);
        assert_eq!(names(false), [""; 0]);
    }
}
