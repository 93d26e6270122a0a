//! What is heard of a poll while it runs: progress in an order that clients expect, and the plugins' log lines.

use std::sync::Arc;

use job::{Event, Events, LogLine};
use parking_lot::Mutex;
use runtime::{JobEvents, LogLevel};

use super::line::Lines;

/// Everything that the recipes of one poll say, in order.
pub(super) struct ProgressReporter {
    events: Arc<dyn Events>,
    log_lines: usize,
    reported: Mutex<Reported>,
}

#[derive(Default)]
struct Reported {
    lines: Lines,
    log: Vec<LogLine>,
    log_dropped: u64,
    /// Kept apart from the log, so that chatter cannot push them out of it.
    warnings: Vec<String>,
}

/// What the recipes of one poll logged.
#[derive(Default)]
pub(super) struct Logged {
    pub(super) lines: Vec<LogLine>,
    pub(super) lines_dropped: u64,
    pub(super) warnings: Vec<String>,
}

/// The level of a line, as a job tells it.
fn in_job(level: LogLevel) -> job::LogLevel {
    match level {
        LogLevel::Debug => job::LogLevel::Debug,
        LogLevel::Info => job::LogLevel::Info,
        LogLevel::Warn => job::LogLevel::Warn,
        LogLevel::Error => job::LogLevel::Error,
    }
}

impl ProgressReporter {
    pub(super) fn new(events: Arc<dyn Events>, log_lines: usize) -> Self {
        Self { events, log_lines, reported: Mutex::default() }
    }

    /// Shows a line of the poll itself.
    pub(super) fn show(&self, line: &str) {
        self.tell_progress(Some(line.into()), &[]);
    }

    /// Adds a warning of the poll itself.
    pub(super) fn warn(&self, line: &str) {
        let mut reported = self.reported.lock();
        if reported.warnings.len() < self.log_lines {
            reported.warnings.push(line.to_owned());
        }
    }

    /// Recipes with these lines start now.
    pub(super) fn start<'a>(&self, starting: impl Iterator<Item = &'a str>) {
        let lines = starting.map(Into::into);
        let mut reported = self.reported.lock();
        // The lock is held while the lines are passed on, so that they arrive in their order.
        for line in reported.lines.start(lines) {
            self.tell_progress(Some(line), &[]);
        }
    }

    /// A recipe, counted from 0 in the order of starting, is done.
    pub(super) fn done(&self, recipe: usize) {
        let mut reported = self.reported.lock();
        for line in reported.lines.done(recipe) {
            self.tell_progress(Some(line), &[]);
        }
    }

    fn tell_progress(&self, line: Option<Arc<str>>, counters: &[(String, u64)]) {
        self.events.tell(Event::Progress { line, counters: counters.to_vec() });
    }

    /// What was logged so far; it is not kept.
    pub(super) fn take_log(&self) -> Logged {
        let mut reported = self.reported.lock();
        Logged {
            lines: std::mem::take(&mut reported.log),
            lines_dropped: std::mem::take(&mut reported.log_dropped),
            warnings: std::mem::take(&mut reported.warnings),
        }
    }
}

/// The part of one recipe in a [`ProgressReporter`].
pub(super) struct RecipeReporter {
    progress: Arc<ProgressReporter>,
    recipe: String,
    place: usize,
}

impl RecipeReporter {
    pub(super) fn new(progress: Arc<ProgressReporter>, recipe: String, place: usize) -> Self {
        Self { progress, recipe, place }
    }
}

impl JobEvents for RecipeReporter {
    fn log(&self, level: LogLevel, line: &str) {
        let line = LogLine { recipe: self.recipe.clone(), level: in_job(level), line: line.to_owned() };
        self.progress.events.tell(Event::Log(line.clone()));
        let mut reported = self.progress.reported.lock();
        if line.level.is_warning() && reported.warnings.len() < self.progress.log_lines {
            reported.warnings.push(format!("{}: {}", self.recipe, line.line));
        }
        if reported.log.len() < self.progress.log_lines {
            reported.log.push(line);
        } else {
            reported.log_dropped += 1;
        }
    }

    fn progress(&self, line: &str, counters: &[(String, u64)]) {
        let mut reported = self.progress.reported.lock();
        let line = reported.lines.say(self.place, line);
        self.progress.tell_progress(line, counters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chatter_does_not_push_out_warnings_and_both_are_bounded() {
        let progress = Arc::new(ProgressReporter::new(Arc::new(()), 2));
        let recipe = RecipeReporter::new(Arc::clone(&progress), "arp".to_owned(), 0);
        for (level, line) in [
            (LogLevel::Debug, "a"),
            (LogLevel::Info, "b"),
            (LogLevel::Warn, "c"),
            (LogLevel::Error, "d"),
            (LogLevel::Warn, "e"),
        ] {
            recipe.log(level, line);
        }
        let logged = progress.take_log();
        assert_eq!(logged.lines.iter().map(|line| &*line.line).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((logged.lines_dropped, logged.warnings), (3, vec!["arp: c".to_owned(), "arp: d".to_owned()]));
    }
}
