//! A report while it waits to be asked for: what is long in it is compressed.

use job::{Gap, LogLine, Report};
use serde_json::value::RawValue;

use crate::packed::Packed;

/// What a poll found, kept until somebody asks or its time is over.
#[derive(Debug)]
pub struct KeptReport {
    data: Packed,
    stats: Packed,
    /// Seconds by the recipes' timing names, and `total`.
    pub timing: Vec<(String, f64)>,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// Gaps beyond the limit on their number.
    pub gaps_dropped: u64,
    /// What looked wrong to the recipes, as `recipe: line`.
    pub warnings: Vec<String>,
    /// What the recipes said.
    pub log: Vec<LogLine>,
    /// Log lines beyond the limit on their number.
    pub log_dropped: u64,
    /// Whether something is missing.
    pub partial: bool,
}

impl KeptReport {
    /// The target and every section, as JSON; nothing only if this machine had no memory for it.
    #[must_use]
    pub fn data(&self) -> Option<Box<RawValue>> {
        self.data.unpack()
    }

    /// What the poll took, as JSON.
    #[must_use]
    pub fn stats(&self) -> Option<Box<RawValue>> {
        self.stats.unpack()
    }

    /// Roughly the memory it takes, in octets.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let log = self.log.iter().map(|line| size_of::<LogLine>() + line.recipe.len() + line.line.len());
        let warnings = self.warnings.iter().map(|warning| size_of::<String>() + warning.len());
        let lists = self.gaps.iter().map(gap_bytes).chain(log).chain(warnings);
        size_of::<Self>() + self.data.len() + self.stats.len() + lists.sum::<usize>()
    }
}

impl From<Report> for KeptReport {
    fn from(report: Report) -> Self {
        let (partial, data) = (report.partial(), Packed::new(&report.data));
        let Report { data: _, timing, gaps, gaps_dropped, stats, warnings, log, log_dropped } = report;
        // Numbers and texts: there is nothing that JSON could not say.
        let stats = serde_json::value::to_raw_value(&stats)
            .map_or_else(|_| Packed::new(RawValue::NULL), |json| Packed::new(&json));
        Self { data, stats, timing, gaps, gaps_dropped, warnings, log, log_dropped, partial }
    }
}

fn gap_bytes(gap: &Gap) -> usize {
    let texts = [Some(&gap.recipe), gap.table.as_ref(), Some(&gap.reason), Some(&gap.kind), gap.stopped_at.as_ref()];
    size_of::<Gap>() + texts.into_iter().flatten().map(String::len).sum::<usize>()
}
