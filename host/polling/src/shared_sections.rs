//! What the recipes of one poll find, for those of them that ask for it: which recipe waits for which, and the sections.

use std::collections::{HashMap, HashSet};

use parking_lot::Mutex;
use runtime::{JobSections, Manifest, Sections};
use tokio::sync::watch;

/// The sections of one poll, as far as they are there and somebody asks for them.
#[derive(Debug)]
pub(super) struct SharedSections {
    found: Mutex<HashMap<String, String>>,
    wanted: Mutex<HashSet<String>>,
    /// Which recipes are done, by their place.
    done: watch::Sender<HashSet<usize>>,
}

impl SharedSections {
    pub(super) fn new() -> Self {
        Self { found: Mutex::default(), wanted: Mutex::default(), done: watch::Sender::default() }
    }

    /// These sections will be asked for.
    pub(super) fn want<'a>(&self, manifests: impl Iterator<Item = &'a Manifest>) {
        self.wanted.lock().extend(manifests.flat_map(|manifest| manifest.uses.iter().cloned()));
    }

    /// A recipe is done, and has found this.
    pub(super) fn done(&self, place: usize, sections: &Sections) {
        let wanted = self.wanted.lock();
        let mut found = self.found.lock();
        for (name, value) in sections.iter().filter(|(name, _)| wanted.contains(*name)) {
            found.insert(name.to_owned(), value.get().to_owned());
        }
        drop((wanted, found));
        self.done.send_modify(|done| {
            done.insert(place);
        });
    }

    /// Waits until these recipes are done.
    pub(super) async fn wait_for(&self, places: &HashSet<usize>) {
        let mut done = self.done.subscribe();
        // The sender lives as long as this.
        let _ = done.wait_for(|done| places.is_subset(done)).await;
    }
}

impl JobSections for SharedSections {
    fn section(&self, name: &str) -> Option<String> {
        self.found.lock().get(name).cloned()
    }
}

/// For each recipe the places of those that it waits for: those that fill what it uses. Of recipes that use each other
/// none waits for another, since none could be the first.
pub(super) fn waits(manifests: &[&Manifest]) -> Vec<HashSet<usize>> {
    let fills = |filler: &Manifest, section: &String| filler.sections.iter().any(|filled| filled.name == *section);
    let needs: Vec<HashSet<usize>> = (0..manifests.len())
        .map(|place| {
            let uses = manifests.get(place).map(|manifest| manifest.uses.as_slice()).unwrap_or_default();
            let is_needed = |(other, filler): &(usize, &&Manifest)| {
                *other != place && uses.iter().any(|section| fills(filler, section))
            };
            manifests.iter().enumerate().filter(is_needed).map(|(other, _)| other).collect()
        })
        .collect();
    let is_needed_by = |place: usize, other: usize| {
        let mut reached = HashSet::from([other]);
        let mut left = vec![other];
        while let Some(next) = left.pop() {
            let more = needs.get(next).into_iter().flatten().filter(|more| reached.insert(**more));
            left.extend(more.copied().collect::<Vec<_>>());
        }
        reached.contains(&place)
    };
    let without_circles = |(place, needed): (usize, &HashSet<usize>)| {
        needed.iter().copied().filter(|other| !is_needed_by(place, *other)).collect()
    };
    needs.iter().enumerate().map(without_circles).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::value::RawValue;

    use super::*;

    /// A plugin that fills a section of its name, for the tests of this crate.
    pub(crate) fn manifest(section: &str, uses: &[&str]) -> Manifest {
        Manifest {
            name: section.to_owned(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            sections: vec![runtime::Section {
                name: section.to_owned(),
                schema: runtime::Schema::default(),
                shape: schema::Schema::default(),
            }],
            timing: String::new(),
            starting: String::new(),
            declared: Vec::new(),
            reads: Vec::new(),
            device_prefixes: Vec::new(),
            params_schema: runtime::Schema::default(),
            params: schema::Schema::default(),
            probe: Vec::new(),
            uses: uses.iter().map(|name| (*name).to_owned()).collect(),
            allowed_secrets: Vec::new(),
            default_params: serde_json::Map::new(),
        }
    }

    #[track_caller]
    fn check(recipes: &[(&str, &[&str])], expected: &[&[usize]]) {
        let manifests: Vec<Manifest> = recipes.iter().map(|(section, uses)| manifest(section, uses)).collect();
        let waits = waits(&manifests.iter().collect::<Vec<_>>());
        let expected: Vec<HashSet<usize>> = expected.iter().map(|places| places.iter().copied().collect()).collect();
        assert_eq!(waits, expected);
    }

    #[test]
    fn a_recipe_waits_for_those_that_fill_what_it_uses() {
        check(&[("a", &[]), ("b", &["a", "c", "absent"]), ("c", &["a"])], &[&[], &[0, 2], &[0]]);
        check(&[("a", &["a"])], &[&[]]);
    }

    #[test]
    fn recipes_that_use_each_other_wait_for_none_of_them() {
        check(&[("a", &["b"]), ("b", &["a"]), ("c", &["a"])], &[&[], &[], &[0]]);
        check(&[("a", &["b"]), ("b", &["c"]), ("c", &["a", "d"]), ("d", &[])], &[&[], &[], &[3], &[]]);
    }

    #[tokio::test]
    async fn what_is_used_is_there_when_its_recipe_is_done() {
        let sections = SharedSections::new();
        sections.want([&manifest("b", &["a"])].into_iter());
        let found: Sections = [("a", "[1]"), ("z", "null")]
            .into_iter()
            .map(|(name, json)| (name.to_owned(), RawValue::from_string(json.to_owned()).unwrap()))
            .collect();
        let places = HashSet::from([0]);
        tokio::join!(sections.wait_for(&places), async { sections.done(0, &found) });
        assert_eq!((sections.section("a").as_deref(), sections.section("z")), (Some("[1]"), None));
    }
}
