//! From text to entries, with the place of every mistake.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use limits::{Section, kind::Raw};
use spelling::unknown;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Lock,
    keys::{EntryKeys, LockKeys, VERSION},
};

/// Everything that is wrong with a lock, one line each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LockError {
    /// What is wrong, in the order of the lines.
    pub problems: Vec<LockProblem>,
}

/// One thing that is wrong, in one line: place, key, what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockProblem {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// The file as it is called in messages.
    pub file: String,
    /// The key; none where it is not about one.
    pub key: Option<String>,
    /// What is wrong, in words.
    pub message: String,
}

impl fmt::Display for LockProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// The list of plugins.
const LIST: &str = "plugins";

/// Reads a lock.
pub(super) fn read(name: &str, text: &str) -> Result<Lock, LockError> {
    let mut reader = Reader { name, text, problems: Vec::new() };
    let lock = reader.lock();
    if reader.problems.is_empty() {
        return Ok(lock);
    }
    reader.problems.sort();
    Err(LockError { problems: reader.problems })
}

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    problems: Vec<LockProblem>,
}

impl Reader<'_> {
    fn lock(&mut self) -> Lock {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.report(at, None, error.message().to_owned());
        }
        // What is behind a mistake of the syntax stands in the wrong place, and its keys are no mistakes.
        if !self.problems.is_empty() {
            return Lock::default();
        }
        let mut keys = LockKeys::default();
        let mut lock = Lock { text: self.text.to_owned(), ..Lock::default() };
        let is_list = |(key, _): &(&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let key: &std::borrow::Cow<'_, str> = key.get_ref();
            key == LIST
        };
        for (key, value) in document.get_ref().iter().filter(|entry| !is_list(entry)) {
            self.set(&mut keys, "", &[LIST], key, value);
        }
        if let Some((key, value)) = document.get_ref().iter().find(is_list) {
            match value.get_ref() {
                DeValue::Array(entries) => self.entries(entries, &mut lock),
                _ => self.report(
                    key.span().start,
                    Some(LIST.to_owned()),
                    "expected entries [[plugins]], with two brackets",
                ),
            }
        }
        let says_version = document.get_ref().keys().any(|key| key.get_ref() == "version");
        if !says_version && self.problems.is_empty() && !self.text.trim().is_empty() {
            self.report(
                0,
                Some("version".to_owned()),
                format!("is missing: write version = {VERSION} above everything"),
            );
        }
        lock.is_pinned = keys.pinned;
        lock
    }

    fn entries(&mut self, entries: &[Spanned<DeValue<'_>>], lock: &mut Lock) {
        let (mut names, mut files) = (HashMap::new(), HashSet::new());
        for entry in entries {
            let at = entry.span().start;
            let Some(table) = entry.get_ref().as_table() else {
                self.report(at, Some(LIST.to_owned()), "expected an entry [[plugins]]");
                continue;
            };
            let mut keys = EntryKeys::default();
            let (mut at_name, mut at_file) = (at, at);
            for (key, value) in table {
                self.set(&mut keys, "plugins.", &[], key, value);
                match key.get_ref().as_ref() {
                    "name" => at_name = key.span().start,
                    "file" => at_file = key.span().start,
                    _ => {}
                }
            }
            let Some(name) = keys.name.take() else {
                if at_name == at {
                    self.report(at, Some("plugins.name".to_owned()), "is missing");
                }
                continue;
            };
            if let Some(line) = names.insert(name.clone(), self.place(at_name).0) {
                self.report(
                    at_name,
                    Some("plugins.name".to_owned()),
                    format!("duplicate {name}, which is in line {line} already"),
                );
            }
            if let Some(file) = keys.file.as_ref().filter(|file| !files.insert((*file).clone())) {
                self.report(at_file, Some("plugins.file".to_owned()), format!("duplicate {file}"));
            }
            lock.entries.push(keys.entry(name));
        }
    }

    fn set(
        &mut self,
        keys: &mut dyn Section,
        prefix: &str,
        others: &[&'static str],
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let name = key.get_ref();
        let known: Vec<&str> = keys.keys().iter().map(|key| key.name).chain(others.iter().copied()).collect();
        let set = if known.contains(&name.as_ref()) {
            keys.set(name, Raw::Toml(value.get_ref()))
        } else {
            Err(unknown("key", name, &known))
        };
        if let Err(message) = set {
            self.report(key.span().start, Some(format!("{prefix}{name}")), message);
        }
    }

    fn report(&mut self, at: usize, key: Option<String>, message: impl Into<String>) {
        let (line, column) = self.place(at);
        self.problems.push(LockProblem { line, column, file: self.name.to_owned(), key, message: message.into() });
    }

    /// Returns the line and the character of the byte at this offset.
    fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}
