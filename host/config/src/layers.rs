//! Lays the sources over the defaults.
//!
//! Nothing stops at the first mistake: a wrong value is reported and what was there stays in its place, so that one
//! run shows everything. What takes several keys to judge is in `settle.rs`.

use limits::kind::Raw;
use spelling::unknown;
use toml::de::{DeTable, DeValue};

use super::{
    ConfigKeys, Origin, Problem, Sources,
    origin::{Findings, Origins},
    sources::File,
};

/// What environment variables start with that set keys.
const ENVIRONMENT_PREFIX: &str = "SNMP_PROXY__";

/// The values so far, and what was wrong with what was laid over them.
#[derive(Default)]
pub(super) struct Layers {
    pub(super) keys: ConfigKeys,
    pub(super) origins: Origins,
    pub(super) findings: Findings,
}

impl Layers {
    /// Lays all sources over what is there, the stronger over the weaker.
    pub(super) fn lay(&mut self, sources: &Sources) {
        if let Some(file) = &sources.file {
            self.lay_file(file);
        }
        self.lay_environment(&sources.environment);
        self.lay_flags(sources);
    }

    fn lay_file(&mut self, file: &File) {
        let (document, errors) = DeTable::parse_recoverable(&file.text);
        let start = self.findings.problems.len();
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.report(file.origin(at), None, error.message().to_owned());
        }
        for (section, value) in document.get_ref() {
            let name = section.get_ref();
            if self.knows_list(name) {
                self.lay_list(file, name, value.get_ref(), section.span().start);
                continue;
            }
            let wrong = match value.get_ref().as_table() {
                _ if !self.knows_section(name) => self.unknown_section(name),
                None => format!("expected a table [{name}]"),
                Some(keys) => {
                    for (key, value) in keys {
                        let (path, at) = (format!("{name}.{}", key.get_ref()), key.span().start);
                        if self.knows_list(&path) {
                            self.lay_list(file, &path, value.get_ref(), at);
                        } else {
                            self.set(name, key.get_ref(), Raw::Toml(value.get_ref()), file.origin(at));
                        }
                    }
                    continue;
                }
            };
            self.report(file.origin(section.span().start), Some(name.to_string()), wrong);
        }
        // The parser sorts keys by name; the reader of the message goes through the file from top to bottom.
        if let Some(of_file) = self.findings.problems.get_mut(start..) {
            of_file.sort_by_key(|problem| match problem.origin {
                Origin::File { line, column, .. } => (line, column),
                _ => (0, 0),
            });
        }
    }

    fn lay_environment(&mut self, environment: &[(String, String)]) {
        let mut ours: Vec<_> = environment
            .iter()
            .filter_map(|(name, value)| Some((name, name.strip_prefix(ENVIRONMENT_PREFIX)?, value)))
            .collect();
        ours.sort();
        for (name, path, value) in ours {
            let origin = Origin::Environment(name.clone());
            if value.contains(char::REPLACEMENT_CHARACTER) {
                self.report(origin, None, "is not UTF-8".to_owned());
                continue;
            }
            let path = path.to_ascii_lowercase();
            if self.lay_alone(&path, value, &origin) {
                continue;
            }
            if let Some(list) = self.list_of_variable(&path) {
                self.report(origin, None, format!("entries [[{list}]] can only be set in the configuration file"));
                continue;
            }
            match path.split_once("__") {
                Some((section, key)) if self.knows_section(section) => {
                    self.set(section, key, Raw::Text(value), origin);
                }
                Some((section, _)) => {
                    let message = self.unknown_section(section);
                    self.report(origin, None, message);
                }
                None => self.report(origin, None, format!("expected {ENVIRONMENT_PREFIX}SECTION__KEY")),
            }
        }
    }

    fn lay_flags(&mut self, sources: &Sources) {
        for flag in &sources.flags {
            self.set(flag.section, flag.key, Raw::Text(&flag.value), Origin::Flag(flag.name));
        }
    }

    fn set(&mut self, section: &str, key: &str, raw: Raw<'_>, origin: Origin) {
        let path = format!("{section}.{key}");
        let keys = self.keys_of(section);
        let result = match self.keys.section_mut(section) {
            Some(section) if keys.contains(&key) => section.set(key, raw),
            _ => {
                let lists = self.keys.lists();
                let lists = lists.iter().filter_map(|list| list.name().strip_prefix(section)?.strip_prefix('.'));
                Err(unknown("key", key, &keys.into_iter().chain(lists).collect::<Vec<_>>()))
            }
        };
        match result {
            Ok(()) => {
                self.origins.set(section, key, origin);
            }
            Err(message) => self.report(origin, Some(path), message),
        }
    }

    fn report(&mut self, origin: Origin, key: Option<String>, message: String) {
        self.findings.report(origin, key, message);
    }

    fn knows_section(&self, name: &str) -> bool {
        self.keys.sections().iter().any(|section| section.name() == name)
    }

    fn keys_of(&self, section: &str) -> Vec<&'static str> {
        let sections = self.keys.sections();
        let found = sections.iter().find(|known| known.name() == section);
        found.map(|section| section.keys().iter().map(|key| key.name).collect()).unwrap_or_default()
    }

    fn unknown_section(&self, name: &str) -> String {
        let sections = self.keys.sections();
        let holders: Vec<_> = sections
            .iter()
            .filter(|section| self.keys_of(section.name()).contains(&name))
            .map(|section| format!("{}.{name}", section.name()))
            .collect();
        // A key outside its section is the more likely mistake where it is spelled right.
        if !holders.is_empty() {
            return format!("unknown section, did you mean {}?", holders.join(" or "));
        }
        let lists = self.keys.lists();
        let lists = lists.iter().map(|list| list.name()).filter(|list| !list.contains('.'));
        let known: Vec<_> = sections.iter().map(|section| section.name()).chain(lists).collect();
        unknown("section", name, &known)
    }

    /// Whether there is a list of this name.
    fn knows_list(&self, name: &str) -> bool {
        self.keys.lists().iter().any(|list| list.name() == name)
    }

    /// Reads a list of the file.
    fn lay_list(&mut self, file: &File, name: &str, value: &DeValue<'_>, at: usize) {
        let Some(list) = self.keys.lists_mut().into_iter().find(|list| list.name() == name) else { return };
        let max = list.max();
        let entries = match value {
            DeValue::Array(entries) if entries.len() <= max => entries,
            DeValue::Array(_) => {
                let message = format!("has more than {max} entries");
                return self.report(file.origin(at), Some(name.to_owned()), message);
            }
            DeValue::Table(keys)
                if !keys.is_empty() && keys.keys().all(|key| list.alone().contains(&&**key.get_ref())) =>
            {
                let mut wrong = Vec::new();
                for (key, value) in keys {
                    let (origin, key) = (file.origin(key.span().start), key.get_ref());
                    if let Err(message) = list.set_alone(key, Raw::Toml(value.get_ref()), origin.clone()) {
                        wrong.push(Problem { origin, key: Some(format!("{name}.{key}")), message });
                    }
                }
                return self.findings.problems.extend(wrong);
            }
            _ => {
                let message = format!("expected entries [[{name}]], with two brackets");
                return self.report(file.origin(at), Some(name.to_owned()), message);
            }
        };
        let mut problems = Vec::new();
        for entry in entries {
            let origin = file.origin(entry.span().start);
            match entry.get_ref().as_table() {
                Some(table) => problems.extend(list.read(file, table, origin)),
                None => problems.push(Problem {
                    origin,
                    key: Some(name.to_owned()),
                    message: format!("expected an entry [[{name}]]"),
                }),
            }
        }
        self.findings.problems.extend(problems);
    }

    /// Sets a key that needs no entry from a variable, without its prefix and in lower case. Says no where it is no such key.
    fn lay_alone(&mut self, path: &str, value: &str, origin: &Origin) -> bool {
        let Some((name, key)) = path.split_once("__") else { return false };
        let lists = self.keys.lists_mut();
        let found = lists.into_iter().find(|list| list.name() == name && list.alone().contains(&key));
        let Some(list) = found else { return false };
        if let Err(message) = list.set_alone(key, Raw::Text(value), origin.clone()) {
            self.report(origin.clone(), Some(format!("{name}.{key}")), message);
        }
        true
    }

    /// The list that an environment variable means, without its prefix and in lower case.
    fn list_of_variable(&self, path: &str) -> Option<&'static str> {
        let lists = self.keys.lists();
        lists.iter().map(|list| list.name()).find(|name| {
            let behind = path.strip_prefix(&name.replace('.', "__"));
            behind.is_some_and(|behind| behind.is_empty() || behind.starts_with("__"))
        })
    }
}
