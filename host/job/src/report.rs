//! What a poll comes to: its data, what is missing in it and why, and what it took.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::LogLine;

/// What a poll found.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// The target and every section, as JSON.
    pub data: Box<RawValue>,
    /// Seconds by the recipes' timing names, and `total`.
    pub timing: Vec<(String, f64)>,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// Gaps beyond the limit on their number.
    pub gaps_dropped: u64,
    /// What it took.
    pub stats: PollStats,
    /// What looked wrong to the recipes, as `recipe: line`.
    pub warnings: Vec<String>,
    /// What the recipes said.
    pub log: Vec<LogLine>,
    /// Log lines beyond the limit on their number.
    pub log_dropped: u64,
}

/// How the reading of something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReadStatus {
    /// All of it was read.
    Complete,
    /// Some of it was read.
    Partial,
    /// The device has none of it.
    Unsupported,
    /// None of it was read.
    Failed,
}

impl ReadStatus {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Unsupported => "unsupported",
            Self::Failed => "failed",
        }
    }
}

/// Something that a result lacks although it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Gap {
    /// The recipe that lacks it.
    #[schema(example = "arp")]
    pub recipe: String,
    /// The table, subtree or object that could not be read to its end, as a dotted OID; null when the recipe failed
    /// as a whole.
    #[schema(example = "1.3.6.1.2.1.4.22.1")]
    pub table: Option<String>,
    /// `partial`: some rows are there; `failed`: none.
    pub status: ReadStatus,
    /// Why, for people.
    pub reason: String,
    /// Why, for programs: `timeout`, `non-increasing`, `row-limit`, `byte-limit`, `agent-error`, `malformed`,
    /// `authentication`, `clock`, ...; of a device that shows no system group `no-such-object`, `wrong-type` or
    /// `agent-error`; which deadline it was: `get-deadline`, `walk-deadline`, `recipe-deadline`,
    /// `job-deadline`; `withheld`: the operator takes it away from the plugin; begins with `plugin-` when the recipe itself did something wrong.
    #[schema(example = "timeout")]
    pub kind: String,
    /// Rows that were read before.
    pub rows: u64,
    /// The last name that was read before it broke off, as a dotted OID.
    pub stopped_at: Option<String>,
}

/// What a poll took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PollStats {
    /// The address that was polled: of a name the one that answered first.
    pub address: String,
    /// SNMP requests, each counted once however often it was sent; those to other addresses of the name included, which
    /// count for no recipe.
    pub requests: u64,
    /// Times that a request was sent again.
    pub retries: u64,
    /// Times that an answer did not come in time.
    pub timeouts: u64,
    /// Variables in the answers.
    pub varbinds: u64,
    /// Mean time between a request and its answer, in milliseconds.
    pub round_trip_ms: Option<f64>,
    /// What was learned of the device.
    pub learned: Learned,
    /// How each recipe ended, and what it took.
    pub recipes: Vec<RecipeStats>,
}

/// What was learned of a device, which the next poll starts with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Learned {
    /// Whether it is asked by GETBULK.
    pub bulk: bool,
    /// Rows that one GETBULK asks for.
    pub max_repetitions: u16,
    /// Requests that may be in flight to it.
    pub window: usize,
}

/// How one recipe ended, and what it took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecipeStats {
    /// The recipe.
    pub recipe: String,
    /// `complete`, `partial`, `unsupported` (the device has nothing for it) or `failed`.
    pub status: ReadStatus,
    /// Why it has no result, or no more than what it had handed over, in its plugin's words where those say it; null
    /// where it has one. There always is a reason where it is `unsupported`.
    #[schema(example = "no Ethernet ports")]
    pub reason: Option<String>,
    /// Rows that were read from all its tables.
    pub rows: u64,
    /// SNMP requests, each counted once however often it was sent.
    pub requests: u64,
    /// Times that a request was sent again.
    pub retries: u64,
    /// Times that an answer did not come in time.
    pub timeouts: u64,
    /// Mean time between a request and its answer, in milliseconds.
    pub round_trip_ms: Option<f64>,
    /// The tables and subtrees that it read, in the order of its asking.
    pub tables: Vec<TableStats>,
    /// Tables that are not listed, because there were too many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tables_dropped: u64,
    /// Time that its plugin computed, in milliseconds.
    pub cpu_ms: f64,
    /// The most memory that its plugin had, in octets.
    pub peak_memory: usize,
    /// How often its plugin called the host.
    pub host_calls: u64,
}

/// How the reading of one table or subtree ended, and what it took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TableStats {
    /// The table's entry, or the root of the subtree, as a dotted OID.
    #[schema(example = "1.3.6.1.2.1.2.2.1")]
    pub table: String,
    /// `complete`, `partial`, `unsupported` (the agent has no such table) or `failed`.
    pub status: ReadStatus,
    /// Rows that were read.
    pub rows: u64,
    /// The last name that was read before it broke off, as a dotted OID.
    pub stopped_at: Option<String>,
    /// Why it broke off, for people; null where nothing is missing.
    pub reason: Option<String>,
    /// Why, for programs, as in `gaps`; `ended-early` where the recipe wanted no more.
    pub kind: Option<String>,
    /// SNMP requests, each counted once however often it was sent.
    pub requests: u64,
    /// Times that a request was sent again.
    pub retries: u64,
    /// Times that an answer did not come in time.
    pub timeouts: u64,
    /// Mean time between a request and its answer, in milliseconds.
    pub round_trip_ms: Option<f64>,
}

impl Report {
    /// Whether something is missing.
    #[must_use]
    pub fn partial(&self) -> bool {
        !self.gaps.is_empty() || self.gaps_dropped > 0
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Seconds with six digits, as the reference gives them.
#[must_use]
pub fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}
