//! Which plugins a poll runs: those that were asked for by name, and those that `auto` finds fit for the device.
//!
//! The first recipe of every poll is [`SYSTEM_INFO`]: what it reads decides whether the device answers at all, and which
//! device it is. Deciding is pure and knows manifests only; the plugins themselves are put in at the end.

use std::collections::HashSet;

use plugin_runtime::{Manifest, Plugin, PluginSet};
use serde_json::{Map, Value};
use snmp_engine::Oid;

/// The recipe that runs first in every poll.
pub const SYSTEM_INFO: &str = "system-info";

/// The name that stands for all plugins that fit the device.
pub const AUTO: &str = "auto";

/// Keys of `data` that no plugin can fill.
const RESERVED_SECTIONS: [&str; 1] = ["target"];

/// The recipes of one poll, checked: their plugins exist and fill different sections.
#[derive(Clone, Debug)]
pub struct Recipes {
    /// Always [`SYSTEM_INFO`].
    pub first: Recipe,
    /// The others, in the order in which they were asked for.
    pub others: Vec<Recipe>,
    /// Whether those that fit the device are added.
    pub auto: bool,
}

/// One plugin to run.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The plugin.
    pub plugin: Plugin,
    /// What it is told.
    pub params: Map<String, Value>,
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
    #[error("`{0}` is asked for twice")]
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

impl Recipes {
    /// Finds the plugins of a list of recipes, or everything that is wrong with it.
    pub fn select(plugins: &PluginSet, requested: &[Requested]) -> Result<Self, Vec<RecipeProblem>> {
        let manifests: Vec<&Manifest> = plugins.plugins().map(Plugin::manifest).collect();
        let problems = check(&manifests, requested);
        let recipe = |name: &str| {
            let params = requested.iter().find(|wanted| wanted.name == name).map(|wanted| wanted.params.clone());
            Some(Recipe { plugin: plugins.get(name)?.clone(), params: params.unwrap_or_default() })
        };
        match recipe(SYSTEM_INFO) {
            Some(first) if problems.is_empty() => Ok(Self {
                first,
                others: requested
                    .iter()
                    .filter(|wanted| wanted.name != SYSTEM_INFO && wanted.name != AUTO)
                    .filter_map(|wanted| recipe(&wanted.name))
                    .collect(),
                auto: requested.iter().any(|wanted| wanted.name == AUTO),
            }),
            Some(_) => Err(problems),
            None => {
                let known = names(&manifests);
                Err(vec![RecipeProblem { place: 0, reason: RecipeError::Unknown { known } }])
            }
        }
    }

    /// The recipes that run after the first one, now that it is known which device it is.
    #[must_use]
    pub fn others_for(&self, plugins: &PluginSet, sys_object_id: Option<&Oid>) -> Vec<Recipe> {
        let mut others = self.others.clone();
        if self.auto {
            let known: Vec<&Manifest> = plugins.plugins().map(Plugin::manifest).collect();
            let chosen: Vec<&Manifest> =
                std::iter::once(&self.first).chain(&self.others).map(|recipe| recipe.plugin.manifest()).collect();
            let picked = pick(&known, &chosen, sys_object_id);
            others.extend(
                picked
                    .into_iter()
                    .filter_map(|name| Some(Recipe { plugin: plugins.get(name)?.clone(), params: Map::new() })),
            );
        }
        others
    }
}

/// Everything that is wrong with a list of recipes.
fn check(known: &[&Manifest], requested: &[Requested]) -> Vec<RecipeProblem> {
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    let mut filled: Vec<(&str, &str)> = RESERVED_SECTIONS.iter().map(|section| (*section, "the poll")).collect();
    if let Some(first) = find(known, SYSTEM_INFO) {
        filled.extend(first.sections.iter().map(|section| (section.name.as_str(), SYSTEM_INFO)));
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
        if !first {
            add(RecipeError::Twice(manifest.name.clone()));
        } else if manifest.name != SYSTEM_INFO {
            for section in &manifest.sections {
                if let Some((_, other)) = filled.iter().find(|(name, _)| *name == section.name) {
                    let (name, other) = (manifest.name.clone(), (*other).to_owned());
                    add(RecipeError::SameSection { name, other, section: section.name.clone() });
                }
                filled.push((&section.name, &manifest.name));
            }
        }
    }
    problems
}

/// The names of the plugins that fit a device and fill nothing that `chosen` fills, the most specific first.
fn pick<'a>(known: &[&'a Manifest], chosen: &[&Manifest], sys_object_id: Option<&Oid>) -> Vec<&'a str> {
    let mut fitting: Vec<(usize, &Manifest)> =
        known.iter().filter_map(|manifest| Some((fit(manifest, sys_object_id)?, *manifest))).collect();
    fitting.sort_by(|(fit_a, a), (fit_b, b)| fit_b.cmp(fit_a).then_with(|| a.name.cmp(&b.name)));
    let mut filled: HashSet<&str> = RESERVED_SECTIONS.into();
    filled.extend(chosen.iter().flat_map(|manifest| &manifest.sections).map(|section| section.name.as_str()));
    let mut picked = Vec::new();
    for (_, manifest) in fitting {
        if manifest.sections.iter().all(|section| !filled.contains(section.name.as_str())) {
            filled.extend(manifest.sections.iter().map(|section| section.name.as_str()));
            picked.push(manifest.name.as_str());
        }
    }
    picked
}

/// How well a plugin fits a device: the length of the longest prefix, 0 for one that fits every device.
fn fit(manifest: &Manifest, sys_object_id: Option<&Oid>) -> Option<usize> {
    if manifest.device_prefixes.is_empty() {
        return Some(0);
    }
    let device = sys_object_id?;
    manifest.device_prefixes.iter().filter(|prefix| device.starts_with(prefix)).map(|prefix| prefix.arcs().len()).max()
}

fn find<'a>(known: &[&'a Manifest], name: &str) -> Option<&'a Manifest> {
    known.iter().find(|manifest| manifest.name == name).copied()
}

fn names(known: &[&Manifest]) -> Vec<String> {
    known.iter().map(|manifest| manifest.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use plugin_runtime::Section;
    use serde_json::json;

    use super::*;

    fn manifest(name: &str, sections: &[&str], prefixes: &[&str]) -> Manifest {
        Manifest {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            sections: sections.iter().map(|name| Section { name: (*name).to_owned(), schema: json!({}) }).collect(),
            timing: name.to_owned(),
            starting: String::new(),
            reads: vec![],
            device_prefixes: prefixes.iter().map(|oid| oid.parse().unwrap()).collect(),
            params_schema: json!({}),
        }
    }

    fn installed() -> Vec<Manifest> {
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
        let known: Vec<&Manifest> = installed.iter().collect();
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
                2: `arp` is asked for twice
                3: `arp-all` fills the section `arp_table`, and so does `arp`
                4: `sneaky` fills the section `target`, and so does `the poll`
            "#]],
        );
    }

    #[track_caller]
    fn check_pick(chosen: &[&str], sys_object_id: Option<&str>, expected: &[&str]) {
        let installed = installed();
        let known: Vec<&Manifest> = installed.iter().collect();
        let chosen: Vec<&Manifest> =
            ["system-info"].iter().chain(chosen).map(|name| find(&known, name).unwrap()).collect();
        let device = sys_object_id.map(|oid| oid.parse().unwrap());
        assert_eq!(pick(&known, &chosen, device.as_ref()), expected);
    }

    #[test]
    fn auto_takes_the_most_specific_plugin_for_each_section() {
        check_pick(&[], Some("1.3.6.1.4.1.9.1.5"), &["cisco", "arp-all"]);
        check_pick(&[], Some("1.3.6.1.4.1.8072.3"), &["arp"]);
        check_pick(&[], None, &["arp"]);
        check_pick(&["arp"], Some("1.3.6.1.4.1.9.1.5"), &["cisco"]);
    }
}
