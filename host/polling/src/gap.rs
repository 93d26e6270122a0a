//! What is missing in a result, and why. A gap is never silent, and never costs the rest of the result.

use plugin_runtime::{CollectError, ErrorKind};
use serde::Serialize;
use snmp_engine::Oid;
use utoipa::ToSchema;

use super::deadline::Deadline;

/// Something that a result lacks although it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Gap {
    /// The recipe that lacks it.
    #[schema(example = "arp")]
    pub recipe: String,
    /// The table, subtree or object that could not be read to its end, as a dotted OID; null when the recipe failed
    /// as a whole.
    #[schema(example = "1.3.6.1.2.1.4.22.1")]
    pub table: Option<String>,
    /// `partial`: some rows are there; `failed`: none.
    #[schema(example = "partial")]
    pub status: &'static str,
    /// Why, for people.
    pub reason: String,
    /// Why, for programs: `timeout`, `non-increasing`, `row-limit`, `byte-limit`, `agent-error`, `malformed`,
    /// `authentication`, `clock`, ...; of a device that shows no system group `no-such-object`, `wrong-type` or
    /// `agent-error`; which deadline it was: `get-deadline`, `walk-deadline`, `recipe-deadline`,
    /// `job-deadline`; begins with `plugin-` when the recipe itself did something wrong.
    #[schema(example = "timeout")]
    pub kind: String,
    /// Rows that were read before.
    pub rows: u64,
    /// The last name that was read before it broke off, as a dotted OID.
    pub stopped_at: Option<String>,
}

impl Gap {
    /// The gap of a recipe that gave no result, with how many rows it had read until its deadline. None if it says that
    /// the device has nothing for it.
    pub(super) fn of_recipe(recipe: &str, error: &CollectError, deadline: Deadline, rows: u64) -> Option<Self> {
        let (kind, at) = match error {
            CollectError::Plugin { kind: ErrorKind::Unsupported, .. } => return None,
            CollectError::Plugin { kind, at, .. } => (kind.as_str().to_owned(), at.as_ref()),
            CollectError::Deadline => (deadline.kind().to_owned(), None),
            error => (format!("plugin-{}", error.kind()), None),
        };
        let reason = match error {
            CollectError::Deadline => format!("recipe `{recipe}` was not done: {}", deadline.words(rows)),
            // The texts of plugins stand alone; the runtime's continue a sentence about the plugin.
            CollectError::Plugin { .. } => format!("recipe `{recipe}` has no result: {error}"),
            error => format!("recipe `{recipe}` {error}"),
        };
        Some(Self {
            recipe: recipe.to_owned(),
            table: at.map(Oid::to_string),
            status: "failed",
            reason,
            kind,
            rows,
            stopped_at: None,
        })
    }

    /// Whether it is only that time was over for the recipe as a whole, or for all.
    pub(super) fn is_of_deadline(&self, deadline: Deadline) -> bool {
        self.kind == deadline.kind()
    }

    /// Roughly the memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let texts = [Some(&self.recipe), self.table.as_ref(), Some(&self.reason), self.stopped_at.as_ref()];
        size_of::<Self>() + texts.into_iter().flatten().map(String::len).sum::<usize>()
    }
}
