//! Which plugins a poll runs: those that were asked for by name, and those that `auto` finds fit for the device.
//!
//! The first recipe of every poll is [`SYSTEM_INFO`]. Whoever takes a poll checks its recipes against a [`Catalogue`] of
//! the plugins that there are where it will run; whoever runs it finds the plugins themselves.

use std::collections::HashSet;

use schema::{Mismatch, Schema};
use serde_json::{Map, Value};
use snmp::Oid;

use crate::{PluginId, Recipe};

/// The recipe that runs first in every poll.
pub const SYSTEM_INFO: &str = "system-info";

/// The name that stands for all plugins that fit the device.
pub const AUTO: &str = "auto";

/// Keys of `data` that no plugin can fill.
const RESERVED_SECTIONS: [&str; 1] = ["target"];

/// The plugins that can be asked for.
#[derive(Clone, Debug, Default)]
pub struct Catalogue(Vec<CatalogueEntry>);

/// What whoever takes a poll must know of a plugin.
#[derive(Clone, Debug)]
pub struct CatalogueEntry {
    /// Which plugin it is.
    pub plugin: PluginId,
    /// The sections of `data` that it fills.
    pub sections: Vec<String>,
    /// The sysObjectID prefixes of the devices that it is for; empty: every device.
    pub device_prefixes: Vec<Oid>,
    /// What `auto` looks for on the device before it takes the plugin, one of which has to be there; empty: nothing.
    pub probe: Vec<Oid>,
    /// What its parameters have to be like.
    pub params: Schema,
}

/// The recipes of one poll, checked: their plugins exist and fill different sections.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectedRecipes {
    /// [`SYSTEM_INFO`], then the others in the order in which they were asked for.
    pub recipes: Vec<Recipe>,
    /// Whether those that fit the device are added.
    pub auto: bool,
}

/// One entry of a request's list of recipes.
#[derive(Clone, Debug, PartialEq)]
pub struct Requested {
    /// The plugin's name, or [`AUTO`].
    pub name: String,
    /// Its parameters.
    pub params: Map<String, Value>,
}

/// What is wrong with a list of recipes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct RecipeProblem {
    /// The entry, counted from 0.
    pub place: usize,
    /// Why it cannot be run.
    pub reason: RecipeError,
}

/// Why a recipe cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    /// There is no such plugin. What was asked for is not repeated.
    #[error("no such recipe; there are {}", .known.join(", "))]
    Unknown {
        /// The recipes that exist.
        known: Vec<String>,
    },
    /// It is there twice.
    #[error("duplicate `{0}`")]
    Twice(String),
    /// Another one fills the same part of the result.
    #[error("`{name}` fills the section `{section}`, and so does `{other}`")]
    SameSection {
        /// This recipe.
        name: String,
        /// The one before it, or the poll itself.
        other: String,
        /// What both fill.
        section: String,
    },
    /// Its parameters are not as its schema says. What they are is not repeated.
    #[error("the parameters are wrong: {}", .0.without_value())]
    Params(Mismatch),
    /// `auto` has nothing that it could be told.
    #[error("`auto` takes no parameters")]
    AutoParams,
}

impl Requested {
    /// The plugin `name` without parameters.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), params: Map::new() }
    }
}

impl Catalogue {
    /// Finds the plugins of a list of recipes, or everything that is wrong with it.
    pub fn select(&self, requested: &[Requested]) -> Result<SelectedRecipes, Vec<RecipeProblem>> {
        let known: Vec<&CatalogueEntry> = self.0.iter().collect();
        let problems = check(&known, requested);
        if find(&known, SYSTEM_INFO).is_none() {
            return Err(vec![RecipeProblem { place: 0, reason: RecipeError::Unknown { known: names(&known) } }]);
        } else if !problems.is_empty() {
            return Err(problems);
        }
        let recipe = |name: &str| {
            let params = requested.iter().find(|wanted| wanted.name == name).map(|wanted| wanted.params.clone());
            Some(Recipe { plugin: find(&known, name)?.plugin.clone(), params: params.unwrap_or_default() })
        };
        let others = requested.iter().map(|wanted| wanted.name.as_str());
        let others = others.filter(|name| *name != SYSTEM_INFO && *name != AUTO);
        Ok(SelectedRecipes {
            recipes: std::iter::once(SYSTEM_INFO).chain(others).filter_map(recipe).collect(),
            auto: requested.iter().any(|wanted| wanted.name == AUTO),
        })
    }

    /// What has to be looked for before [`Catalogue::fitting`] can say which recipes `auto` adds for a device: subtrees,
    /// each once.
    #[must_use]
    pub fn probes(&self, sys_object_id: Option<&Oid>) -> Vec<Oid> {
        let fitting = self.0.iter().filter(|entry| fit(entry, sys_object_id).is_some());
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
        let known: Vec<&CatalogueEntry> = self.0.iter().filter(is_wanted).collect();
        let chosen: Vec<&CatalogueEntry> =
            chosen.iter().filter_map(|recipe| find(&known, &recipe.plugin.name)).collect();
        let picked = pick(&known, &chosen, sys_object_id).into_iter();
        picked.map(|entry| Recipe { plugin: entry.plugin.clone(), params: Map::new() }).collect()
    }
}

impl FromIterator<CatalogueEntry> for Catalogue {
    fn from_iter<I: IntoIterator<Item = CatalogueEntry>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

/// Everything that is wrong with a list of recipes.
fn check(known: &[&CatalogueEntry], requested: &[Requested]) -> Vec<RecipeProblem> {
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    let mut filled: Vec<(&str, &str)> = RESERVED_SECTIONS.iter().map(|section| (*section, "the poll")).collect();
    if let Some(first) = find(known, SYSTEM_INFO) {
        filled.extend(first.sections.iter().map(|section| (section.as_str(), SYSTEM_INFO)));
    }
    for (place, wanted) in requested.iter().enumerate() {
        let mut add = |reason| problems.push(RecipeProblem { place, reason });
        let first = seen.insert(wanted.name.as_str());
        if wanted.name == AUTO {
            if !first {
                add(RecipeError::Twice(AUTO.to_owned()));
            } else if !wanted.params.is_empty() {
                add(RecipeError::AutoParams);
            }
            continue;
        }
        let Some(manifest) = find(known, &wanted.name) else {
            add(RecipeError::Unknown { known: names(known) });
            continue;
        };
        if let Err(mismatch) = manifest.params.check(&Value::Object(wanted.params.clone())) {
            add(RecipeError::Params(mismatch));
        }
        if !first {
            add(RecipeError::Twice(manifest.plugin.name.clone()));
        } else if manifest.plugin.name != SYSTEM_INFO {
            for section in &manifest.sections {
                if let Some((_, other)) = filled.iter().find(|(name, _)| name == section) {
                    let (name, other) = (manifest.plugin.name.clone(), (*other).to_owned());
                    add(RecipeError::SameSection { name, other, section: section.clone() });
                }
                filled.push((section, &manifest.plugin.name));
            }
        }
    }
    problems
}

/// The plugins that fit a device and fill nothing that `chosen` fills, the most specific first.
fn pick<'a>(
    known: &[&'a CatalogueEntry],
    chosen: &[&CatalogueEntry],
    sys_object_id: Option<&Oid>,
) -> Vec<&'a CatalogueEntry> {
    let mut fitting: Vec<(usize, &CatalogueEntry)> =
        known.iter().filter_map(|manifest| Some((fit(manifest, sys_object_id)?, *manifest))).collect();
    fitting.sort_by(|(fit_a, a), (fit_b, b)| fit_b.cmp(fit_a).then_with(|| a.plugin.name.cmp(&b.plugin.name)));
    let mut filled: HashSet<&str> = RESERVED_SECTIONS.into();
    filled.extend(chosen.iter().flat_map(|manifest| &manifest.sections).map(String::as_str));
    let mut picked = Vec::new();
    for (_, manifest) in fitting {
        if manifest.sections.iter().all(|section| !filled.contains(section.as_str())) {
            filled.extend(manifest.sections.iter().map(String::as_str));
            picked.push(manifest);
        }
    }
    picked
}

/// How well a plugin fits a device: the length of the longest prefix, 0 for one that fits every device.
fn fit(manifest: &CatalogueEntry, sys_object_id: Option<&Oid>) -> Option<usize> {
    if manifest.device_prefixes.is_empty() {
        return Some(0);
    }
    let device = sys_object_id?;
    manifest.device_prefixes.iter().filter(|prefix| device.starts_with(prefix)).map(|prefix| prefix.arcs().len()).max()
}

fn find<'a>(known: &[&'a CatalogueEntry], name: &str) -> Option<&'a CatalogueEntry> {
    known.iter().find(|manifest| manifest.plugin.name == name).copied()
}

fn names(known: &[&CatalogueEntry]) -> Vec<String> {
    known.iter().map(|manifest| manifest.plugin.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn manifest(name: &str, sections: &[&str], prefixes: &[&str]) -> CatalogueEntry {
        CatalogueEntry {
            plugin: PluginId { name: name.to_owned(), version: "1.0.0".to_owned(), digest: "sha256:00".to_owned() },
            sections: sections.iter().map(|name| (*name).to_owned()).collect(),
            device_prefixes: prefixes.iter().map(|oid| oid.parse().unwrap()).collect(),
            probe: Vec::new(),
            params: Schema::default(),
        }
    }

    #[test]
    fn parameters_that_do_not_fit_are_told_without_what_they_are() {
        let mut arp = manifest("arp", &["arp_table"], &[]);
        let schema =
            serde_json::json!({ "properties": { "all": { "type": "boolean" } }, "additionalProperties": false });
        arp.params = Schema::new(&schema).unwrap();
        let known = [&arp];
        let told = |params: Value| {
            let requested = Requested { name: "arp".to_owned(), params: params.as_object().unwrap().clone() };
            check(&known, &[requested]).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(told(serde_json::json!({ "all": true })), "");
        assert_eq!(
            told(serde_json::json!({ "all": "hunter2" })),
            "the parameters are wrong: the value is not a boolean"
        );
        assert_eq!(told(serde_json::json!({ "al": true })), "the parameters are wrong: nothing is allowed here");
    }

    #[test]
    fn auto_takes_what_looks_for_something_only_where_it_is() {
        let mut fans = manifest("fans", &["fans"], &[]);
        fans.probe = vec!["1.3.6.1.4.1.9.9.13".parse().unwrap()];
        let mut cisco = manifest("cisco-only", &["cisco"], &["1.3.6.1.4.1.9"]);
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

    fn installed() -> Vec<CatalogueEntry> {
        vec![
            manifest("arp", &["arp_table"], &[]),
            manifest("arp-all", &["arp_table"], &["1.3.6.1.4.1.9"]),
            manifest("cisco", &["vlans"], &["1.3.6.1.4.1.9.1", "1.3.6.1.4.1.9.12"]),
            manifest("sneaky", &["target"], &[]),
            manifest("system-info", &["snmp_data", "system"], &[]),
        ]
    }

    #[expect(clippy::needless_pass_by_value, reason = "as expect-test is used everywhere")]
    fn check_list(requested: &[&str], expected: Expect) {
        let installed = installed();
        let known: Vec<&CatalogueEntry> = installed.iter().collect();
        let requested: Vec<Requested> = requested.iter().map(|name| Requested::named(name)).collect();
        let problems: Vec<String> =
            check(&known, &requested).iter().map(|problem| format!("{}: {problem}\n", problem.place)).collect();
        expected.assert_eq(&problems.concat());
    }

    #[test]
    fn every_recipe_that_cannot_be_run_is_reported_at_its_place() {
        check_list(&["arp", "cisco", "system-info", "auto"], expect![""]);
        check_list(
            &["nonsense", "arp", "arp", "arp-all", "sneaky"],
            expect![[r#"
                0: no such recipe; there are arp, arp-all, cisco, sneaky, system-info
                2: duplicate `arp`
                3: `arp-all` fills the section `arp_table`, and so does `arp`
                4: `sneaky` fills the section `target`, and so does `the poll`
            "#]],
        );
    }

    #[track_caller]
    fn check_pick(chosen: &[&str], sys_object_id: Option<&str>, expected: &[&str]) {
        let installed = installed();
        let known: Vec<&CatalogueEntry> = installed.iter().collect();
        let chosen: Vec<&CatalogueEntry> =
            ["system-info"].iter().chain(chosen).map(|name| find(&known, name).unwrap()).collect();
        let device = sys_object_id.map(|oid| oid.parse().unwrap());
        let picked = pick(&known, &chosen, device.as_ref()).into_iter().map(|entry| entry.plugin.name.as_str());
        assert_eq!(picked.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn auto_takes_the_most_specific_plugin_for_each_section() {
        check_pick(&[], Some("1.3.6.1.4.1.9.1.5"), &["cisco", "arp-all"]);
        check_pick(&[], Some("1.3.6.1.4.1.8072.3"), &["arp"]);
        check_pick(&[], None, &["arp"]);
        check_pick(&["arp"], Some("1.3.6.1.4.1.9.1.5"), &["cisco"]);
    }
}
