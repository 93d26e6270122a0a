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
pub struct Report<D = Box<RawValue>> {
    /// The target and every section.
    pub data: D,
    /// Seconds by the plugins' timing names, and `total`.
    pub timing: Vec<(String, f64)>,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// Gaps beyond the bound on their number.
    pub gaps_dropped: u64,
    /// What it took.
    pub stats: PollStats,
    /// What looked wrong to the plugins, as `recipe: line`.
    pub warnings: Vec<String>,
    /// What the plugins said.
    pub log: Vec<LogLine>,
    /// Log lines beyond the bound on their number.
    pub log_dropped: u64,
}

/// What a poll took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct PollStats {
    /// The address that was polled.
    pub address: String,
    /// SNMP requests, each counted once however often it was sent.
    pub requests: u64,
    /// Times that a request was sent again.
    pub retries: u64,
    /// Times that an answer did not come in time.
    pub timeouts: u64,
    /// Variables in the answers.
    pub varbinds: u64,
    /// Mean time between a request and its answer, in milliseconds.
    pub round_trip_ms: Option<f64>,
    /// What each recipe used.
    pub recipes: Vec<RecipeStats>,
}

/// What one recipe used.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RecipeStats {
    /// The recipe.
    pub recipe: String,
    /// Time that its plugin computed, in milliseconds.
    pub cpu_ms: f64,
    /// The most memory that its plugin had, in octets.
    pub peak_memory: usize,
    /// How often its plugin called the host.
    pub host_calls: u64,
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
    /// Compresses the data, for the time until somebody asks.
    #[must_use]
    pub fn pack(self) -> Report<Packed> {
        let data = Packed::new(&self.data);
        let Self { data: _, timing, gaps, gaps_dropped, stats, warnings, log, log_dropped } = self;
        Report { data, timing, gaps, gaps_dropped, stats, warnings, log, log_dropped }
    }
}

impl<D> Report<D> {
    /// Whether something is missing.
    #[must_use]
    pub fn partial(&self) -> bool {
        !self.gaps.is_empty() || self.gaps_dropped > 0
    }
}

impl Report<Packed> {
    /// Roughly the memory it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let log = self.log.iter().map(|line| size_of::<LogLine>() + line.recipe.len() + line.line.len());
        let warnings = self.warnings.iter().map(|warning| size_of::<String>() + warning.len());
        let lists = self.gaps.iter().map(Gap::bytes).chain(log).chain(warnings);
        size_of::<Self>() + self.data.len() + lists.sum::<usize>()
    }
}

/// The `data` of a result. Its first keys are those of the reference, in the reference's order.
pub(super) struct Data<'a> {
    pub(super) target: &'a str,
    pub(super) sections: &'a [Map<String, Value>],
    /// Whether [`USUAL_SECTIONS`] are there, empty or not.
    pub(super) usual_sections: bool,
}

/// Sections that clients of the reference expect to be there.
const USUAL_SECTIONS: [&str; 2] = ["interfaces", "arp_table"];

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut data = serializer.serialize_map(None)?;
        data.serialize_entry("target", self.target)?;
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

fn level_word<S: Serializer>(level: &LogLevel, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(level.as_str())
}
