//! The name of a new plugin: one that the plugin contract, the languages and the other plugins allow.

use std::{fmt, str::FromStr};

use plugin_folder::is_kebab_case;

/// The name of a new plugin, lower-kebab-case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginName(String);

/// Why a plugin cannot have a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// It is not of the form that the contract wants.
    #[error(
        "a plugin's name is lower-kebab-case of at most {} octets, such as fan-speeds",
        plugin_folder::PluginName::MAX_OCTETS
    )]
    Form,
    /// It is a word of a language, or a module that comes with one.
    #[error("`{0}` means something else in the languages of plugins: choose another name")]
    Reserved(String),
    /// Another plugin has it.
    #[error("`{0}` comes with snmp-proxy, as a plugin or a section of one: choose another name")]
    Taken(String),
}

/// Plugins that come with the program, and sections that they fill: the new plugin's section is called like it.
const TAKEN: [&str; 10] = [
    "system-info",
    "interfaces",
    "arp",
    "arp-table",
    "trap-decoder",
    "cisco-traps",
    "auto",
    "target",
    "system",
    "snmp-data",
];

/// Names of one word that are no name of a module: words of Rust, Python, JavaScript and C, crates and modules that come
/// with them, and what the templates import.
const RESERVED: [&str; 84] = [
    "abstract", "alloc", "and", "as", "assert", "async", "auto", "await", "become", "bool", "box", "break", "case",
    "catch", "char", "class", "const", "continue", "core", "crate", "debugger", "def", "default", "del", "delete",
    "do", "double", "dyn", "elif", "else", "enum", "except", "export", "extends", "extern", "false", "final",
    "finally", "float", "fn", "for", "from", "function", "gen", "global", "goto", "if", "impl", "import", "in", "int",
    "is", "json", "lambda", "let", "loop", "macro", "match", "mod", "move", "mut", "new", "not", "null", "or", "pass",
    "plugin", "priv", "pub", "raise", "ref", "return", "self", "static", "std", "struct", "super", "test", "trait",
    "true", "try", "type", "while", "yield",
];

/// Further modules of Python's own, of which one with the plugin's name would be taken instead.
const MODULES: [&str; 24] = [
    "array",
    "calendar",
    "code",
    "collections",
    "copy",
    "csv",
    "dataclasses",
    "email",
    "fractions",
    "http",
    "io",
    "ipaddress",
    "logging",
    "math",
    "os",
    "platform",
    "queue",
    "random",
    "re",
    "signal",
    "socket",
    "statistics",
    "string",
    "time",
];

impl PluginName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, lower_snake_case.
    #[must_use]
    pub fn module(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl FromStr for PluginName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if !is_kebab_case(text) {
            return Err(InvalidName::Form);
        }
        if TAKEN.contains(&text) {
            return Err(InvalidName::Taken(text.to_owned()));
        }
        if RESERVED.contains(&text) || MODULES.contains(&text) {
            return Err(InvalidName::Reserved(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for PluginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_contract_languages_and_other_plugins_allow() {
        for good in ["fan-speeds", "bgp4", "a", "if-mib-2"] {
            assert_eq!(good.parse::<PluginName>().map(|name| name.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "Fans", "fan_speeds", "-fans", "fans-", "a--b", "4g", "lüfter", &"a".repeat(65)] {
            assert_eq!(bad.parse::<PluginName>(), Err(InvalidName::Form), "{bad}");
        }
        for (bad, word) in
            [("match", "means something else"), ("json", "means"), ("interfaces", "comes with snmp-proxy")]
        {
            assert!(bad.parse::<PluginName>().unwrap_err().to_string().contains(word), "{bad}");
        }
        assert_eq!("fan-speeds".parse::<PluginName>().unwrap().module(), "fan_speeds");
    }
}
