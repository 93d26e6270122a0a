//! What a component may have too much of.

use std::fmt;

/// A bound on what a plugin consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Functions of all modules together.
    Functions,
    /// Octets of one function.
    FunctionBytes,
    /// Locals of one function.
    Locals,
    /// Octets of all functions.
    CodeBytes,
    /// Tables of all modules together.
    Tables,
    /// Elements that a table has at the start.
    TableElements,
    /// Octets of what is put into memories and tables at the start.
    DataBytes,
    /// Modules and components within it.
    Modules,
    /// Components in one another.
    Nesting,
    /// Types, imports, exports, globals, instances and adapters.
    Items,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Functions => "functions",
            Self::FunctionBytes => "in one function",
            Self::Locals => "locals in one function",
            Self::CodeBytes => "of code",
            Self::Tables => "tables",
            Self::TableElements => "elements in one table",
            Self::DataBytes => "of data",
            Self::Modules => "modules",
            Self::Nesting => "components in one another",
            Self::Items => "types, imports, exports, globals and instances",
        })
    }
}

impl Part {
    /// So many of it: a size where it is counted in octets.
    fn amount(self, count: u64) -> String {
        match self {
            Self::FunctionBytes | Self::CodeBytes | Self::DataBytes => snmp::size(count),
            _ => count.to_string(),
        }
    }

    /// What bounds it: the key of the configuration, or nothing where it is no key.
    fn setting(self) -> &'static str {
        match self {
            Self::Functions => " (limit `functions`)",
            Self::FunctionBytes => " (limit `function_bytes`)",
            Self::Locals => " (limit `function_locals`)",
            Self::CodeBytes => " (limit `code_bytes`)",
            Self::Tables => " (limit `instances`)",
            Self::DataBytes => " (limit `data_bytes`)",
            Self::Modules => " (limit `modules`)",
            Self::Items => " (limit `items`)",
            Self::TableElements | Self::Nesting => "",
        }
    }
}

/// A part that a component has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("has more than {} {part}{}", .part.amount(*.limit), .part.setting())]
pub struct Oversized {
    /// What it has too much of.
    pub part: Part,
    /// The limit.
    pub limit: u64,
}
