//! Gaps of a recipe as a whole.

use job::{Gap, ReadStatus};
use runtime::{CollectError, WithheldName};
use snmp::Oid;

use super::deadline::Deadline;

/// The gap of a recipe that gave no result, with how many rows it had read until its deadline.
pub(super) fn of_recipe(recipe: &str, error: &CollectError, deadline: Deadline, rows: u64) -> Gap {
    let (kind, at) = match error {
        CollectError::Plugin { kind, at, .. } => (kind.as_str().to_owned(), at.as_deref()),
        CollectError::Deadline => (deadline.kind().to_owned(), None),
        error => (format!("plugin-{}", error.kind()), None),
    };
    let reason = match error {
        CollectError::Deadline => format!("recipe `{recipe}` did not finish: {}", deadline.words(rows)),
        // The texts of plugins stand alone; the runtime's continue a sentence about the plugin.
        CollectError::Plugin { .. } => format!("recipe `{recipe}` has no result: {error}"),
        error => format!("recipe `{recipe}` {error}"),
    };
    Gap {
        recipe: recipe.to_owned(),
        table: at.map(Oid::to_string),
        status: ReadStatus::Failed,
        reason,
        kind,
        rows,
        stopped_at: None,
    }
}

/// The gap of what the operator takes away from a recipe.
pub(super) fn of_withheld(recipe: &str, withheld: &WithheldName) -> Gap {
    let WithheldName { name, is_partly_read } = withheld;
    let part = if *is_partly_read { ", but for a part of it" } else { "" };
    Gap {
        recipe: recipe.to_owned(),
        table: Some(name.to_string()),
        status: if *is_partly_read { ReadStatus::Partial } else { ReadStatus::Failed },
        reason: format!("plugins.lock takes it away from this plugin{part} (key `reads`)"),
        kind: "withheld".to_owned(),
        rows: 0,
        stopped_at: None,
    }
}

/// Whether a gap is only that time was over for the recipe as a whole, or for all.
pub(super) fn is_of_deadline(gap: &Gap, deadline: Deadline) -> bool {
    gap.kind == deadline.kind()
}
