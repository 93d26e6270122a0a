//! Lists of tables: `[[targets]]`, `[[traps.users]]`, `[[traps.forward]]`.
//!
//! They stand in the file and nowhere else: no variable and no flag could say which entry it means. Each entry is a
//! section like any other, with its keys, ranges and sentences, and remembers where each of them was written. What the
//! keys of an entry mean together is said where they are declared; what takes a look around to judge comes when all
//! sources are read.

use std::collections::BTreeMap;

use limits::{Key, Section, kind::Raw};
use toml::de::DeTable;

use spelling::unknown;

use super::{Origin, Problem, sources::File};

/// The keys of one entry. The section's name is that of the list, as in `[[traps.users]]`.
pub(crate) trait Entry: Section + Clone + Default {
    /// Entries of the list. Beyond, the program does not start.
    const MAX_ENTRIES: usize;

    /// Keys that need no entry: without one, the table `[list]` or a variable of the environment may give them.
    const ALONE: &'static [&'static str] = &[];

    /// What is wrong with the keys together; asked only where each of them is right.
    fn check(&self, given: Given<'_>) -> Vec<EntryProblem>;
}

/// The names of the keys that an entry gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'a>(&'a BTreeMap<String, Origin>);

/// What is wrong with an entry: at which of its keys, or at all of it, and in words.
#[derive(Debug)]
pub(crate) struct EntryProblem {
    pub(super) key: Option<&'static str>,
    pub(super) message: String,
}

/// An entry as it was written.
#[derive(Clone, Debug)]
pub(crate) struct Listed<K> {
    pub(crate) keys: K,
    origin: Origin,
    origins: BTreeMap<String, Origin>,
    is_right: bool,
}

/// A list, whatever its entries are.
pub(crate) trait List {
    /// Returns its name in the file, with the table that it stands in.
    fn name(&self) -> &'static str;
    /// Returns what the list is about, one entry per line.
    fn doc(&self) -> &'static [&'static str];
    /// Returns the keys of an entry that gives none.
    fn keys(&self) -> Vec<Key>;
    /// Returns how many entries there may be.
    fn max(&self) -> usize;
    /// Reads an entry, and returns what is wrong with it.
    fn read(&mut self, file: &File, table: &DeTable<'_>, origin: Origin) -> Vec<Problem>;
    /// Returns the keys that need no entry.
    fn alone(&self) -> &'static [&'static str];
    /// Sets a key that needs no entry, in one of its own.
    fn set_alone(&mut self, key: &str, raw: Raw<'_>, origin: Origin) -> Result<(), String>;
    /// Returns the keys of entries whose values are secrets as they are shown, with where they were written.
    fn secrets(&self, is_secret: fn(&str) -> bool) -> Vec<(String, &Origin)>;
    /// Returns the keys that entries have, as lines with their origins.
    fn shown(&self) -> Vec<Vec<(String, String)>>;
}

impl Given<'_> {
    /// Whether the entry gives this key.
    pub(crate) fn has(self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// All of them.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl EntryProblem {
    /// Something about all of the entry.
    pub(crate) fn entry(message: impl Into<String>) -> Self {
        Self { key: None, message: message.into() }
    }

    /// Something about one of its keys.
    pub(crate) fn key(key: &'static str, message: impl Into<String>) -> Self {
        Self { key: Some(key), message: message.into() }
    }
}

impl<K: Entry> Listed<K> {
    /// The keys, where nothing was wrong with them. Else everything has been said.
    pub(super) fn right(&self) -> Option<&K> {
        self.is_right.then_some(&self.keys)
    }

    /// Where the value of a key comes from.
    pub(super) fn origin(&self, key: &str) -> &Origin {
        self.origins.get(key).unwrap_or(&Origin::Default)
    }

    /// Something that is wrong at a key, or at the entry where the key is not given.
    pub(super) fn problem(&self, key: Option<&str>, message: impl Into<String>) -> Problem {
        let list = self.keys.name();
        Problem {
            origin: key.and_then(|key| self.origins.get(key)).unwrap_or(&self.origin).clone(),
            key: Some(key.map_or(list.to_owned(), |key| format!("{list}.{key}"))),
            message: message.into(),
        }
    }

    fn read(file: &File, table: &DeTable<'_>, origin: Origin) -> (Self, Vec<Problem>) {
        let mut entry = Self { keys: K::default(), origin, origins: BTreeMap::new(), is_right: false };
        let mut problems = Vec::new();
        let list = entry.keys.name();
        let known: Vec<_> = entry.keys.keys().iter().map(|key| key.name).collect();
        for (key, value) in table {
            let (name, origin) = (key.get_ref(), file.origin(key.span().start));
            let set = if known.contains(&name.as_ref()) {
                entry.keys.set(name, Raw::Toml(value.get_ref()))
            } else {
                Err(unknown("key", name, &known))
            };
            match set {
                Ok(()) => drop(entry.origins.insert(name.to_string(), origin)),
                Err(message) => problems.push(Problem { origin, key: Some(format!("{list}.{name}")), message }),
            }
        }
        if problems.is_empty() {
            let wrong = entry.keys.check(Given(&entry.origins));
            problems.extend(wrong.into_iter().map(|wrong| entry.problem(wrong.key, wrong.message)));
        }
        entry.is_right = problems.is_empty();
        (entry, problems)
    }
}

impl<K: Entry> List for Vec<Listed<K>> {
    fn name(&self) -> &'static str {
        K::default().name()
    }

    fn doc(&self) -> &'static [&'static str] {
        K::default().doc()
    }

    fn keys(&self) -> Vec<Key> {
        K::default().keys()
    }

    fn max(&self) -> usize {
        K::MAX_ENTRIES
    }

    fn read(&mut self, file: &File, table: &DeTable<'_>, origin: Origin) -> Vec<Problem> {
        let (entry, problems) = Listed::read(file, table, origin);
        self.push(entry);
        problems
    }

    fn alone(&self) -> &'static [&'static str] {
        K::ALONE
    }

    fn set_alone(&mut self, key: &str, raw: Raw<'_>, origin: Origin) -> Result<(), String> {
        let origins = BTreeMap::from([(key.to_owned(), origin.clone())]);
        let mut entry = Listed { keys: K::default(), origin, origins, is_right: false };
        entry.keys.set(key, raw)?;
        if let Some(wrong) = entry.keys.check(Given(&entry.origins)).into_iter().next() {
            return Err(wrong.message);
        }
        entry.is_right = true;
        self.push(entry);
        Ok(())
    }

    fn secrets(&self, is_secret: fn(&str) -> bool) -> Vec<(String, &Origin)> {
        let of_entry = |entry: &'_ Listed<K>| {
            let keys = entry.keys.keys().into_iter().filter(|key| key.value.as_deref().is_some_and(is_secret));
            keys.map(|key| key.name).collect::<Vec<_>>()
        };
        let name = self.name();
        let all = self.iter().flat_map(|entry| of_entry(entry).into_iter().map(move |key| (entry, key)));
        all.map(|(entry, key)| (format!("{name}.{key}"), entry.origin(key))).collect()
    }

    fn shown(&self) -> Vec<Vec<(String, String)>> {
        let lines = |entry: &Listed<K>| {
            let keys = entry.keys.keys().into_iter();
            keys.filter_map(|key| Some((format!("{} = {}", key.name, key.value?), entry.origin(key.name).to_string())))
                .collect()
        };
        self.iter().map(lines).collect()
    }
}
