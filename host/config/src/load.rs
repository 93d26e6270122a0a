//! Lays the sources over the defaults, the stronger over the weaker.
//!
//! Nothing stops at the first mistake: a wrong value is reported and what was there stays in its place, so that one
//! run shows everything. What takes several keys to judge is in `settle.rs`.

use std::collections::BTreeMap;

use limits::kind::Raw;
use thiserror::Error;
use toml::de::DeTable;

use super::{Origin, Problem, Settings, Sources, Written, sources::File};

/// What environment variables start with that set keys.
const ENVIRONMENT_PREFIX: &str = "SNMP_PROXY__";

/// A configuration that was understood.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the program runs on.
    pub settings: Settings,
    /// What does not stop the program, but should be looked at.
    pub warnings: Vec<Problem>,
    pub(super) written: Written,
    pub(super) origins: Origins,
}

impl Loaded {
    /// Returns where the value of a key comes from.
    #[must_use]
    pub fn origin(&self, section: &str, key: &str) -> &Origin {
        self.origins.of(section, key)
    }
}

/// Everything that is wrong with the configuration, one line each.
#[derive(Debug, Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError {
    /// What is wrong, in the order of the sources.
    pub problems: Vec<Problem>,
}

/// Makes settings of the sources.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let mut layers = Layers::default();
    if let Some(file) = &sources.file {
        layers.lay_file(file);
    }
    layers.lay_environment(&sources.environment);
    layers.lay_flags(sources);
    layers.settle(&sources.environment)
}

/// Where values come from that are not defaults, by section and key.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins(pub(super) BTreeMap<(String, String), Origin>);

impl Origins {
    pub(super) fn of(&self, section: &str, key: &str) -> &Origin {
        self.0.get(&(section.to_owned(), key.to_owned())).unwrap_or(&Origin::Default)
    }
}

/// The values so far, and what was wrong with what was laid over them.
#[derive(Default)]
pub(super) struct Layers {
    pub(super) written: Written,
    pub(super) origins: Origins,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

impl Layers {
    fn lay_file(&mut self, file: &File) {
        let (document, errors) = DeTable::parse_recoverable(&file.text);
        let start = self.problems.len();
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
        if let Some(of_file) = self.problems.get_mut(start..) {
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
            if let Some(list) = self.list_of_variable(&path) {
                self.report(origin, None, format!("entries [[{list}]] stand in the file only"));
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
        let result = match self.written.section_mut(section) {
            Some(section) if keys.contains(&key) => section.set(key, raw),
            _ => {
                let lists = self.written.lists();
                let lists = lists.iter().filter_map(|list| list.name().strip_prefix(section)?.strip_prefix('.'));
                Err(unknown("key", key, &keys.into_iter().chain(lists).collect::<Vec<_>>()))
            }
        };
        match result {
            Ok(()) => {
                self.origins.0.insert((section.to_owned(), key.to_owned()), origin);
            }
            Err(message) => self.report(origin, Some(path), message),
        }
    }

    pub(super) fn report(&mut self, origin: Origin, key: Option<String>, message: String) {
        self.problems.push(Problem { origin, key, message });
    }

    fn knows_section(&self, name: &str) -> bool {
        self.written.sections().iter().any(|section| section.name() == name)
    }

    fn keys_of(&self, section: &str) -> Vec<&'static str> {
        let sections = self.written.sections();
        let found = sections.iter().find(|known| known.name() == section);
        found.map(|section| section.keys().iter().map(|key| key.name).collect()).unwrap_or_default()
    }

    fn unknown_section(&self, name: &str) -> String {
        let sections = self.written.sections();
        let holders: Vec<_> = sections
            .iter()
            .filter(|section| self.keys_of(section.name()).contains(&name))
            .map(|section| format!("{}.{name}", section.name()))
            .collect();
        // A key outside its section is the more likely mistake where it is spelled right.
        if !holders.is_empty() {
            return format!("unknown section, did you mean {}?", holders.join(" or "));
        }
        let lists = self.written.lists();
        let lists = lists.iter().map(|list| list.name()).filter(|list| !list.contains('.'));
        let known: Vec<_> = sections.iter().map(|section| section.name()).chain(lists).collect();
        unknown("section", name, &known)
    }
}

/// Says that there is no such section or key, and which one might be meant.
pub(super) fn unknown(what: &str, written: &str, known: &[&str]) -> String {
    match closest(written, known.iter().copied()) {
        Some(name) => format!("unknown {what}, did you mean {name}?"),
        None => format!("unknown {what}, known are {}", known.join(", ")),
    }
}

/// The one of these names that is most like what was written, if any is, in whatever case of letters.
pub fn closest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&written, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}
