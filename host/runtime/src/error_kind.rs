//! What went wrong, in one word: those of the REST API, and whatever a plugin says.

use std::{borrow::Cow, fmt};

use plugin_folder::is_kebab_case;

/// What went wrong, in one word for programs: lower-kebab-case, at most 64 octets.
///
/// The contract with plugins lists the words. The list grows, so a word that is not known is no mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ErrorKind(Cow<'static, str>);

impl ErrorKind {
    /// What the agent sent cannot be read.
    pub const MALFORMED: Self = Self::word("malformed");
    /// The object is outside the subtrees that the plugin declares.
    pub const NOT_DECLARED: Self = Self::word("not-declared");
    /// The object is in a subtree that holds secrets.
    pub const SECRET: Self = Self::word("secret");
    /// The plugin ended a reading before its end.
    pub const ENDED_EARLY: Self = Self::word("ended-early");
    /// A bound of the host was reached.
    pub const LIMIT_EXCEEDED: Self = Self::word("limit-exceeded");
    /// An argument makes no sense.
    pub const INVALID_ARGUMENT: Self = Self::word("invalid-argument");
    /// The version of SNMP has no such thing.
    pub const NOT_IN_VERSION: Self = Self::word("not-in-version");
    /// The device has nothing that the plugin could collect.
    pub const UNSUPPORTED: Self = Self::word("unsupported");
    /// Anything else.
    pub const OTHER: Self = Self::word("other");

    /// A word of the host's own.
    #[must_use]
    pub const fn word(word: &'static str) -> Self {
        Self(Cow::Borrowed(word))
    }

    /// The word that a plugin says; `other` for what is no word.
    pub(crate) fn of_plugin(word: String) -> Self {
        if is_kebab_case(&word) { Self(Cow::Owned(word)) } else { Self::OTHER }
    }

    /// The word, e.g. `agent-error`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_says_any_word_and_nothing_but_a_word() {
        let check = |said: &str, expected: &str| assert_eq!(ErrorKind::of_plugin(said.to_owned()).as_str(), expected);
        check("unsupported", "unsupported");
        check("fans-on-fire", "fans-on-fire");
        check("", "other");
        check("Bad\nWord", "other");
        check(&"a".repeat(65), "other");
    }
}
