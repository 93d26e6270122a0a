//! Where a value comes from, and what is wrong at that place.

use std::{collections::BTreeMap, fmt};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The configuration file; lines and columns count from 1.
    File {
        /// The file as it was named by the operator.
        name: String,
        /// The line of the key.
        line: usize,
        /// The character in the line.
        column: usize,
    },
    /// The environment variable of this name.
    Environment(String),
    /// The flag of this name, with its dashes.
    Flag(&'static str),
}

impl Origin {
    /// Returns how strong the source is; the stronger one wins.
    #[must_use]
    pub fn strength(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } => 1,
            Self::Environment(_) => 2,
            Self::Flag(_) => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { name, line, column } => write!(f, "{name}:{line}:{column}"),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// Where values come from that are not defaults, by section and key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(BTreeMap<(String, String), Origin>);

impl Origins {
    /// Notes where the value of a key comes from now.
    pub(crate) fn set(&mut self, section: &str, key: &str, origin: Origin) {
        self.0.insert((section.to_owned(), key.to_owned()), origin);
    }

    /// Where the value of a key comes from.
    pub(crate) fn of(&self, section: &str, key: &str) -> &Origin {
        self.0.get(&(section.to_owned(), key.to_owned())).unwrap_or(&Origin::Default)
    }
}

/// One thing that is wrong with the configuration, in one line: place, key, what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it was written.
    pub origin: Origin,
    /// The key as in the file, with its section; `None` where it is not about one key.
    pub key: Option<String>,
    /// What is wrong, in words; never a secret.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.origin)?;
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// What was found wrong so far: nothing stops at the first mistake, so that one run shows everything.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// What stops the program.
    pub(crate) problems: Vec<Problem>,
    /// What does not, but should be looked at.
    pub(crate) warnings: Vec<Problem>,
}

impl Findings {
    /// Something is wrong there.
    pub(crate) fn report(&mut self, origin: Origin, key: Option<String>, message: String) {
        self.problems.push(Problem { origin, key, message });
    }

    /// Something is wrong at a key, wherever its value comes from.
    pub(crate) fn report_key(&mut self, origins: &Origins, section: &str, key: &str, message: String) {
        self.report(origins.of(section, key).clone(), Some(format!("{section}.{key}")), message);
    }

    /// Something looks wrong at a key.
    pub(crate) fn warn_key(&mut self, origins: &Origins, section: &str, key: &str, message: String) {
        let origin = origins.of(section, key).clone();
        self.warnings.push(Problem { origin, key: Some(format!("{section}.{key}")), message });
    }
}
