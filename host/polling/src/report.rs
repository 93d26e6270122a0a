//! What a poll found, in the form in which it is kept until somebody asks: JSON that needs no more work.

use plugin_runtime::LogLevel;
use serde::{
    Serialize,
    ser::{SerializeMap, Serializer},
};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;

use super::{Gap, packed::Packed};

/// What a poll found: with its data as JSON, or compressed while it waits to be asked for.
#[derive(Debug)]
pub struct Report<D = Box<RawValue>, S = PollStats> {
    /// The target and every section.
    pub data: D,
    /// Seconds by the plugins' timing names, and `total`.
    pub timing: Vec<(String, f64)>,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// Gaps beyond the bound on their number.
    pub gaps_dropped: u64,
    /// What it took.
    pub stats: S,
    /// What looked wrong to the plugins, as `recipe: line`.
    pub warnings: Vec<String>,
    /// What the plugins said.
    pub log: Vec<LogLine>,
    /// Log lines beyond the bound on their number.
    pub log_dropped: u64,
}

/// A report while it waits to be asked for: what is long in it is compressed.
pub type PackedReport = Report<Packed, Packed>;

/// What a poll took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Learned {
    /// Whether it is asked by GETBULK.
    pub bulk: bool,
    /// Rows that one GETBULK asks for.
    pub max_repetitions: u16,
    /// Requests that may be in flight to it.
    pub window: usize,
}

/// How one recipe ended, and what it took.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RecipeStats {
    /// The recipe.
    pub recipe: String,
    /// `complete`, `partial`, `unsupported` (the device has nothing for it) or `failed`.
    #[schema(example = "complete")]
    pub status: &'static str,
    /// Why it has no result, in its plugin's words where those say it; null where it has one.
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
    #[serde(skip_serializing_if = "is_zero")]
    pub tables_dropped: u64,
    /// Time that its plugin computed, in milliseconds.
    pub cpu_ms: f64,
    /// The most memory that its plugin had, in octets.
    pub peak_memory: usize,
    /// How often its plugin called the host.
    pub host_calls: u64,
}

/// How the reading of one table or subtree ended, and what it took.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TableStats {
    /// The table's entry, or the root of the subtree, as a dotted OID.
    #[schema(example = "1.3.6.1.2.1.2.2.1")]
    pub table: String,
    /// `complete`, `partial`, `unsupported` (the agent has no such table) or `failed`.
    #[schema(example = "complete")]
    pub status: &'static str,
    /// Rows that were read.
    pub rows: u64,
    /// The last name that was read before it broke off, as a dotted OID.
    pub stopped_at: Option<String>,
    /// Why it broke off, for people; null where nothing is missing.
    pub reason: Option<String>,
    /// Why, for programs, as in `gaps`; `ended-early` where the recipe wanted no more.
    pub kind: Option<&'static str>,
    /// SNMP requests, each counted once however often it was sent.
    pub requests: u64,
    /// Times that a request was sent again.
    pub retries: u64,
    /// Times that an answer did not come in time.
    pub timeouts: u64,
    /// Mean time between a request and its answer, in milliseconds.
    pub round_trip_ms: Option<f64>,
}

/// A line that a plugin logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LogLine {
    /// The recipe that said it.
    pub recipe: String,
    /// `debug`, `info`, `warn` or `error`.
    #[serde(serialize_with = "level_word")]
    #[schema(value_type = String, example = "warn")]
    pub level: LogLevel,
    /// What it said.
    pub line: String,
}

impl Report {
    /// Compresses the data and the statistics, for the time until somebody asks.
    #[must_use]
    pub fn pack(self) -> PackedReport {
        let data = Packed::new(&self.data);
        let Self { data: _, timing, gaps, gaps_dropped, stats, warnings, log, log_dropped } = self;
        // Numbers and texts: there is nothing that JSON could not say.
        let stats = serde_json::value::to_raw_value(&stats)
            .map_or_else(|_| Packed::new(RawValue::NULL), |json| Packed::new(&json));
        Report { data, timing, gaps, gaps_dropped, stats, warnings, log, log_dropped }
    }
}

impl<D, S> Report<D, S> {
    /// Whether something is missing.
    #[must_use]
    pub fn partial(&self) -> bool {
        !self.gaps.is_empty() || self.gaps_dropped > 0
    }
}

impl PackedReport {
    /// Roughly the memory it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let log = self.log.iter().map(|line| size_of::<LogLine>() + line.recipe.len() + line.line.len());
        let warnings = self.warnings.iter().map(|warning| size_of::<String>() + warning.len());
        let lists = self.gaps.iter().map(Gap::bytes).chain(log).chain(warnings);
        size_of::<Self>() + self.data.len() + self.stats.len() + lists.sum::<usize>()
    }
}

/// The `data` of a result. Its first keys are those of the reference, in the reference's order. What a device says of
/// itself is always there, empty where it says nothing.
pub(super) struct Data<'a> {
    pub(super) target: &'a str,
    pub(super) sections: &'a [Map<String, Value>],
    /// Whether [`USUAL_SECTIONS`] are there, empty or not.
    pub(super) usual_sections: bool,
}

/// The section of the system group.
const SNMP_DATA: &str = "snmp_data";

/// Sections that clients of the reference expect to be there.
const USUAL_SECTIONS: [&str; 2] = ["interfaces", "arp_table"];

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut data = serializer.serialize_map(None)?;
        data.serialize_entry("target", self.target)?;
        if !self.sections.iter().any(|sections| sections.contains_key(SNMP_DATA)) {
            data.serialize_entry(SNMP_DATA, &Map::new())?;
        }
        for (name, value) in self.sections.iter().flatten() {
            data.serialize_entry(name, value)?;
        }
        for name in USUAL_SECTIONS {
            if self.usual_sections && !self.sections.iter().any(|sections| sections.contains_key(name)) {
                data.serialize_entry(name, &[(); 0])?;
            }
        }
        data.end()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn level_word<S: Serializer>(level: &LogLevel, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(level.as_str())
}
