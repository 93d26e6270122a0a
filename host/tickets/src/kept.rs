//! A report while it waits to be asked for: what is long in it is compressed.

use budget::{AnswerBudget, Permit};
use job::Report;

use crate::packed::Packed;

/// What a poll found, kept until somebody asks or its time is over. Its memory is of the budget until nobody reads it any
/// more.
#[derive(Debug)]
pub struct KeptReport {
    /// The target and every section.
    pub data: Packed,
    /// What the poll took.
    pub stats: Packed,
    /// What is missing: a list.
    pub gaps: Packed,
    /// What looked wrong to the recipes, as `recipe: line`: a list.
    pub warnings: Packed,
    /// What the recipes said: a list.
    pub log: Packed,
    /// Seconds by the recipes' timing names, and `total`.
    pub timing: Vec<(String, f64)>,
    /// Gaps beyond the limit on their number.
    pub gaps_dropped: u64,
    /// Log lines beyond the limit on their number.
    pub log_dropped: u64,
    /// Whether something is missing.
    pub partial: bool,
    memory: Permit,
}

impl KeptReport {
    /// Compresses a report.
    #[must_use]
    pub fn new(report: &Report, budget: &AnswerBudget) -> Self {
        let data = Packed::new(report.data.get());
        let stats = Packed::of(&report.stats);
        let (gaps, warnings, log) = (Packed::of(&report.gaps), Packed::of(&report.warnings), Packed::of(&report.log));
        let packed = [&data, &stats, &gaps, &warnings, &log].map(Packed::bytes);
        let memory = budget.keep(size_of::<Self>() + packed.iter().sum::<usize>());
        let partial = report.partial();
        let Report { timing, gaps_dropped, log_dropped, .. } = report;
        let (timing, gaps_dropped, log_dropped) = (timing.clone(), *gaps_dropped, *log_dropped);
        Self { data, stats, gaps, warnings, log, timing, gaps_dropped, log_dropped, partial, memory }
    }

    /// Roughly the memory it takes, in octets.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.memory.bytes()
    }
}
