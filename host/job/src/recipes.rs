//! Which plugins a poll runs: those that were asked for by name, and those that `auto` finds fit for the device.
//!
//! The first recipe of every poll is [`SYSTEM_INFO`]. Whoever takes a poll checks its recipes against a [`Catalogue`] of
//! the plugins that there are where it will run; whoever runs it finds the plugins themselves.

use std::collections::HashSet;

use serde_json::{Map, Value};
use snmp::Oid;

use crate::{PluginId, Recipe};

/// The recipe that runs first in every poll.
pub const SYSTEM_INFO: &str = "system-info";

/// The name that stands for all plugins that fit the device.
pub const AUTO: &str = "auto";

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
    /// How it stands to the plugins that come with the program.
    pub standing: Standing,
}

/// How a plugin stands to those that come with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It was added, and the operator lets it take over their sections.
    TakesOver,
    /// It comes with the program, or is in the place of one that does.
    Bundled,
    /// It was added.
    Added,
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
        /// The one before it.
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

    /// The plugins.
    pub(crate) fn entries(&self) -> &[CatalogueEntry] {
        &self.0
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
    let mut filled: Vec<(&str, &str)> = Vec::new();
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
            standing: Standing::Bundled,
        }
    }

    fn installed() -> Vec<CatalogueEntry> {
        vec![
            manifest("arp", &["arp_table"], &[]),
            manifest("arp-all", &["arp_table"], &["1.3.6.1.4.1.9"]),
            manifest("cisco", &["vlans"], &["1.3.6.1.4.1.9.1", "1.3.6.1.4.1.9.12"]),
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
            &["nonsense", "arp", "arp", "arp-all"],
            expect![[r#"
                0: no such recipe; there are arp, arp-all, cisco, system-info
                2: duplicate `arp`
                3: `arp-all` fills the section `arp_table`, and so does `arp`
            "#]],
        );
    }
}
