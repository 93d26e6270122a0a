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

/// The plugins that can be asked for.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    entries: Vec<CatalogueEntry>,
    compiling: Vec<String>,
    failed: Vec<(String, String)>,
}

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
    /// What `auto` looks for on the device before it takes the plugin, one of which has to be there; empty: nothing.
    pub probe: Vec<Oid>,
    /// What its parameters have to be like.
    pub params: Schema,
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
pub struct RecipeRequest {
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
    /// It could not be loaded.
    #[error("`{name}` could not be loaded: it {reason}")]
    Failed {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
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
    /// Its parameters are not as its schema says. What they are is not repeated.
    #[error("{}", params_in_words(.0))]
    Params(Mismatch),
    /// `auto` has nothing that it could be told.
    #[error("`auto` takes no parameters")]
    AutoParams,
}

/// What is wrong with parameters, without what they are.
fn params_in_words(mismatch: &Mismatch) -> String {
    match (mismatch.unknown_member(), mismatch.path.as_slice()) {
        (Some([]), [_]) => "no such parameter; it takes none".to_owned(),
        (Some(known), [_]) => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("no such parameter; there is {}", known.join(", "))
        }
        _ => format!("the parameters are wrong: {}", mismatch.without_value()),
    }
}

impl RecipeRequest {
    /// The plugin `name` without parameters.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), params: Map::new() }
    }
}

impl Catalogue {
    /// Adds plugins that are still being compiled, by name. They can be asked for; the runner waits for them.
    #[must_use]
    pub fn with_compiling(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.compiling.extend(names);
        self
    }

    /// Adds plugins that could not be loaded, by name and with the reason.
    #[must_use]
    pub fn with_failed(mut self, failed: impl IntoIterator<Item = (String, String)>) -> Self {
        self.failed.extend(failed);
        self
    }

    /// Finds the plugins of a list of recipes, or everything that is wrong with it.
    pub fn select(&self, requested: &[RecipeRequest]) -> Result<SelectedRecipes, Vec<RecipeProblem>> {
        let problems = self.check(requested);
        if self.id(SYSTEM_INFO).is_none() {
            return Err(vec![RecipeProblem { place: 0, reason: self.missing(SYSTEM_INFO) }]);
        } else if !problems.is_empty() {
            return Err(problems);
        }
        let recipe = |name: &str| {
            let params = requested.iter().find(|wanted| wanted.name == name).map(|wanted| wanted.params.clone());
            Some(Recipe { plugin: self.id(name)?, params: params.unwrap_or_default() })
        };
        let others = requested.iter().map(|wanted| wanted.name.as_str());
        let others = others.filter(|name| *name != SYSTEM_INFO && *name != AUTO);
        Ok(SelectedRecipes {
            recipes: std::iter::once(SYSTEM_INFO).chain(others).filter_map(recipe).collect(),
            auto: requested.iter().any(|wanted| wanted.name == AUTO),
        })
    }

    /// Finds the first recipe that cannot be run after all: it fills the section of another, or its parameters are wrong.
    /// Where a plugin was still being compiled when the job was taken, nobody knew then.
    #[must_use]
    pub fn conflict(&self, recipes: &[Recipe]) -> Option<RecipeProblem> {
        let request =
            |recipe: &Recipe| RecipeRequest { name: recipe.plugin.name.clone(), params: recipe.params.clone() };
        let requested: Vec<_> = recipes.iter().map(request).collect();
        let is_new = |problem: &RecipeProblem| {
            matches!(problem.reason, RecipeError::SameSection { .. } | RecipeError::Params(_))
        };
        self.check(&requested).into_iter().find(is_new)
    }

    /// The plugins that are there.
    pub(crate) fn entries(&self) -> &[CatalogueEntry] {
        &self.entries
    }

    /// Those that are still being compiled.
    #[must_use]
    pub fn compiling(&self) -> &[String] {
        &self.compiling
    }

    /// Which plugin a name means. One that is still being compiled takes the place of the one that is there.
    fn id(&self, name: &str) -> Option<PluginId> {
        if self.compiling.iter().any(|compiling| compiling == name) {
            return Some(PluginId { name: name.to_owned(), build: None });
        }
        self.find(name).map(|entry| entry.plugin.clone())
    }

    fn find(&self, name: &str) -> Option<&CatalogueEntry> {
        self.entries.iter().find(|entry| entry.plugin.name == name)
    }

    /// Why there is no plugin of this name.
    fn missing(&self, name: &str) -> RecipeError {
        match self.failed.iter().find(|(failed, _)| failed == name) {
            Some((name, reason)) => RecipeError::Failed { name: name.clone(), reason: reason.clone() },
            None => {
                let known = self.entries.iter().map(|entry| &entry.plugin.name).chain(&self.compiling);
                let mut known: Vec<String> = known.cloned().collect();
                known.sort();
                known.dedup();
                RecipeError::Unknown { known }
            }
        }
    }

    /// Everything that is wrong with a list of recipes.
    fn check(&self, requested: &[RecipeRequest]) -> Vec<RecipeProblem> {
        let mut problems = Vec::new();
        let mut seen = HashSet::new();
        let mut filled: Vec<(&str, &str)> = Vec::new();
        if let Some(first) = self.find(SYSTEM_INFO) {
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
            let Some(plugin) = self.id(&wanted.name) else {
                add(self.missing(&wanted.name));
                continue;
            };
            if !first {
                add(RecipeError::Twice(plugin.name));
                continue;
            }
            // What one takes and fills that is still being compiled, nobody knows yet.
            let Some(entry) = self.find(&wanted.name).filter(|_| plugin.build.is_some()) else { continue };
            let mismatch = entry.params.check(&Value::Object(wanted.params.clone())).err();
            mismatch.into_iter().for_each(|mismatch| add(RecipeError::Params(mismatch)));
            // The sections of the first recipe are there already.
            let sections = if plugin.name == SYSTEM_INFO { &[] } else { entry.sections.as_slice() };
            for section in sections {
                if let Some((_, other)) = filled.iter().find(|(name, _)| name == section) {
                    let (name, other) = (wanted.name.clone(), (*other).to_owned());
                    add(RecipeError::SameSection { name, other, section: section.clone() });
                }
                filled.push((section, &wanted.name));
            }
        }
        problems
    }
}

impl FromIterator<CatalogueEntry> for Catalogue {
    fn from_iter<I: IntoIterator<Item = CatalogueEntry>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::auto::tests::entry;

    fn manifest(name: &str, sections: &[&str], prefixes: &[&str]) -> CatalogueEntry {
        entry(name, sections, prefixes, Standing::Bundled)
    }

    #[test]
    fn parameters_that_do_not_fit_are_told_without_what_they_are() {
        let mut arp = manifest("arp", &["arp_table"], &[]);
        let schema =
            serde_json::json!({ "properties": { "all": { "type": "boolean" } }, "additionalProperties": false });
        arp.params = Schema::new(&schema).unwrap();
        let known: Catalogue = [arp].into_iter().collect();
        let told = |params: Value| {
            let requested = RecipeRequest { name: "arp".to_owned(), params: params.as_object().unwrap().clone() };
            known.check(&[requested]).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(told(serde_json::json!({ "all": true })), "");
        assert_eq!(
            told(serde_json::json!({ "all": "hunter2" })),
            "the parameters are wrong: the value is not a boolean"
        );
        assert_eq!(told(serde_json::json!({ "al": true })), "no such parameter; there is `all`");
    }

    fn installed() -> Vec<CatalogueEntry> {
        vec![
            manifest("arp", &["arp_table"], &[]),
            manifest("arp-all", &["arp_table"], &["1.3.6.1.4.1.9"]),
            manifest("cisco", &["vlans"], &["1.3.6.1.4.1.9.1", "1.3.6.1.4.1.9.12"]),
            manifest("system-info", &["snmp_data", "system"], &[]),
        ]
    }

    /// What is wrong with a list of recipes, where `slow` is still being compiled and `broken` could not be loaded.
    #[expect(clippy::needless_pass_by_value, reason = "as expect-test is used everywhere")]
    fn check_list(requested: &[&str], expected: Expect) {
        let failed = [("broken".to_owned(), "has no name".to_owned())];
        let catalogue: Catalogue = installed().into_iter().collect();
        let catalogue = catalogue.with_compiling(["slow".to_owned()]).with_failed(failed);
        let requested: Vec<RecipeRequest> = requested.iter().map(|name| RecipeRequest::named(name)).collect();
        let problems: Vec<String> =
            catalogue.check(&requested).iter().map(|problem| format!("{}: {problem}\n", problem.place)).collect();
        expected.assert_eq(&problems.concat());
    }

    #[test]
    fn every_recipe_that_cannot_be_run_is_reported_at_its_place() {
        check_list(&["arp", "cisco", "system-info", "auto"], expect![""]);
        check_list(
            &["nonsense", "arp", "arp", "arp-all", "slow", "slow", "broken"],
            expect![[r#"
                0: no such recipe; there are arp, arp-all, cisco, slow, system-info
                2: duplicate `arp`
                3: `arp-all` fills the section `arp_table`, and so does `arp`
                5: duplicate `slow`
                6: `broken` could not be loaded: it has no name
            "#]],
        );
    }

    #[test]
    fn a_plugin_that_is_still_being_compiled_can_be_asked_for_and_its_sections_are_looked_at_later() {
        let requested = ["arp", "arp-all"].map(RecipeRequest::named);
        let now: Catalogue = installed().into_iter().collect();
        assert!(now.select(&requested).is_err());
        let before = now.clone().with_compiling(["arp-all".to_owned()]);
        let recipes = before.select(&requested).unwrap().recipes;
        let builds: Vec<bool> = recipes.iter().map(|recipe| recipe.plugin.build.is_some()).collect();
        assert_eq!(builds, [true, true, false]);
        assert_eq!(before.conflict(&recipes), None);
        let conflict = now.conflict(&recipes).unwrap();
        assert_eq!(conflict.to_string(), "`arp-all` fills the section `arp_table`, and so does `arp`");
        assert_eq!(conflict.place, 2);
    }
}
