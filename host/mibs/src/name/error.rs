//! Why a text names no object, in words for whoever wrote it.

use crate::{MAX_ARCS, index::IndexError};

/// Why a text names no object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// It is empty.
    #[error("an OID or a name is missing: write `1.3.6.1.2.1.1.5.0` or `sysName.0`")]
    Empty,
    /// It has too many octets or arcs.
    #[error("too long: an OID has at most {MAX_ARCS} arcs")]
    TooLong,
    /// There is no such module.
    #[error("unknown MIB module `{module}`{}", offer(.closest))]
    UnknownModule {
        /// What was written.
        module: String,
        /// What might be meant.
        closest: Vec<String>,
    },
    /// There is no such name.
    #[error("unknown name `{name}`{}{}", within(.module.as_deref()), offer(.closest))]
    UnknownName {
        /// What was written.
        name: String,
        /// The module that was named.
        module: Option<String>,
        /// What might be meant.
        closest: Vec<String>,
    },
    /// Several modules define it, for different objects.
    #[error("ambiguous name `{name}`: write {}", .choices.join(" or "))]
    Ambiguous {
        /// What was written.
        name: String,
        /// The full names.
        choices: Vec<String>,
    },
    /// A name does not lie right below the one before it.
    #[error("`{name}` is not right below `{parent}`{}", offer(.closest))]
    NotBelow {
        /// What was written.
        name: String,
        /// What stands before it.
        parent: String,
        /// What might be meant.
        closest: Vec<String>,
    },
    /// Something is no arc and no name.
    #[error("`{text}` is neither an arc nor a name: arcs are numbers from 0 to 4294967295")]
    Arc {
        /// What was written.
        text: String,
    },
    /// Nothing stands behind a dot.
    #[error("`{text}` has a dot without a name or a number behind it")]
    EmptyPart {
        /// What was written.
        text: String,
    },
    /// It begins with what stands behind a name.
    #[error("`{text}` cannot stand there: begin with a name or, without a module, with a number")]
    Beginning {
        /// What was written.
        text: String,
    },
    /// A bracket or a quote has no end, or something stands behind it.
    #[error("`{text}` has an unmatched bracket or quote, or something between two parts")]
    Unmatched {
        /// What was written.
        text: String,
    },
    /// An index stands behind what has no instances.
    #[error("`{object}` is a {kind} and has no index: name a column")]
    NoInstances {
        /// The object.
        object: String,
        /// What it is.
        kind: &'static str,
    },
    /// Something stands behind a scalar that is not its one instance.
    #[error("`{object}` is a scalar: its one instance is `{object}.0`")]
    Scalar {
        /// The object.
        object: String,
    },
    /// A part of an index is wrong.
    #[error("index of `{object}`: {error}")]
    Index {
        /// The column.
        object: String,
        /// What is wrong.
        error: IndexError,
    },
    /// There are more parts than the index has.
    #[error("`{object}` has an index of {parts}: {}", .names.join(", "))]
    TooManyParts {
        /// The column.
        object: String,
        /// How many parts there are.
        parts: String,
        /// Their names.
        names: Vec<String>,
    },
}

fn within(module: Option<&str>) -> String {
    module.map(|module| format!(" in {module}")).unwrap_or_default()
}

fn offer(closest: &[String]) -> String {
    match closest {
        [] => String::new(),
        closest => format!(", did you mean {}?", closest.join(" or ")),
    }
}
