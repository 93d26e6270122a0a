//! What a guest tells people, within bounds: log lines and progress.

use std::{collections::BTreeSet, sync::Arc};

use limits::SandboxLimits;

use crate::{JobEvents, LogLevel, text};

/// Passes on what a guest tells, until it tells too much.
pub(crate) struct LogBook {
    limits: Arc<SandboxLimits>,
    events: Arc<dyn JobEvents>,
    lines: u32,
    dropped: u64,
    progress_calls: u32,
    counters: BTreeSet<String>,
}

impl LogBook {
    pub(crate) fn new(limits: Arc<SandboxLimits>, events: Arc<dyn JobEvents>) -> Self {
        Self { limits, events, lines: 0, dropped: 0, progress_calls: 0, counters: BTreeSet::new() }
    }

    /// Passes a line on, or counts it as dropped.
    pub(crate) fn write(&mut self, level: LogLevel, line: &str) {
        if self.lines == self.limits.log_lines {
            self.dropped += 1;
            return;
        }
        self.lines += 1;
        self.events.log(level, &text::clean(line, self.limits.log_line_bytes));
    }

    /// Passes a progress on, with those counters that have a proper name.
    pub(crate) fn progress(&mut self, line: &str, counters: Vec<(String, u64)>) {
        if self.progress_calls == self.limits.progress_calls {
            return;
        }
        self.progress_calls += 1;
        let mut kept = Vec::new();
        for (name, count) in counters {
            if kept.len() < self.limits.progress_counters && self.knows(&name) {
                kept.push((name, count));
            }
        }
        self.events.progress(&text::clean(line, self.limits.progress_line_bytes), &kept);
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether the counter was there before, or there is room for it.
    fn knows(&mut self, name: &str) -> bool {
        if self.counters.contains(name) {
            return true;
        }
        if self.counters.len() == self.limits.progress_counters || !text::is_snake_case(name) {
            return false;
        }
        self.counters.insert(name.to_owned())
    }
}
