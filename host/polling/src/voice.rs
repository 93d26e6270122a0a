//! What is heard of a poll while it runs: progress in an order that clients expect, and the plugins' log lines.

use std::sync::Arc;

use job::{Event, Events, LogLine};
use parking_lot::Mutex;
use runtime::{JobEvents, LogLevel};

use super::line::Lines;

/// Everything that the recipes of one poll say, in order.
pub(super) struct Voice {
    events: Arc<dyn Events>,
    log_lines: usize,
    said: Mutex<Said>,
}

#[derive(Default)]
struct Said {
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

impl Voice {
    pub(super) fn new(events: Arc<dyn Events>, log_lines: usize) -> Self {
        Self { events, log_lines, said: Mutex::default() }
    }

    /// Shows a line of the poll itself.
    pub(super) fn show(&self, line: &str) {
        self.tell_progress(Some(line.into()), &[]);
    }

    /// Recipes with these lines start now.
    pub(super) fn start<'a>(&self, starting: impl Iterator<Item = &'a str>) {
        let lines = starting.map(Into::into);
        let mut said = self.said.lock();
        // The lock is held while the lines are passed on, so that they arrive in their order.
        for line in said.lines.start(lines) {
            self.tell_progress(Some(line), &[]);
        }
    }

    /// A recipe, counted from 0 in the order of starting, is done.
    pub(super) fn done(&self, recipe: usize) {
        let mut said = self.said.lock();
        for line in said.lines.done(recipe) {
            self.tell_progress(Some(line), &[]);
        }
    }

    fn tell_progress(&self, line: Option<Arc<str>>, counters: &[(String, u64)]) {
        self.events.tell(Event::Progress { line, counters: counters.to_vec() });
    }

    /// What was logged so far; it is not kept.
    pub(super) fn take_log(&self) -> Logged {
        let mut said = self.said.lock();
        Logged {
            lines: std::mem::take(&mut said.log),
            lines_dropped: std::mem::take(&mut said.log_dropped),
            warnings: std::mem::take(&mut said.warnings),
        }
    }
}

/// The part of one recipe in a [`Voice`].
pub(super) struct RecipeVoice {
    voice: Arc<Voice>,
    recipe: String,
    place: usize,
}

impl RecipeVoice {
    pub(super) fn new(voice: Arc<Voice>, recipe: String, place: usize) -> Self {
        Self { voice, recipe, place }
    }
}

impl JobEvents for RecipeVoice {
    fn log(&self, level: LogLevel, line: &str) {
        let line = LogLine { recipe: self.recipe.clone(), level: in_job(level), line: line.to_owned() };
        self.voice.events.tell(Event::Log(line.clone()));
        let mut said = self.voice.said.lock();
        if line.level.is_warning() && said.warnings.len() < self.voice.log_lines {
            said.warnings.push(format!("{}: {}", self.recipe, line.line));
        }
        if said.log.len() < self.voice.log_lines {
            said.log.push(line);
        } else {
            said.log_dropped += 1;
        }
    }

    fn progress(&self, line: &str, counters: &[(String, u64)]) {
        let mut said = self.voice.said.lock();
        let line = said.lines.say(self.place, line);
        self.voice.tell_progress(line, counters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chatter_does_not_push_out_warnings_and_both_are_bounded() {
        let voice = Arc::new(Voice::new(Arc::new(()), 2));
        let recipe = RecipeVoice::new(Arc::clone(&voice), "arp".to_owned(), 0);
        for (level, line) in [
            (LogLevel::Debug, "a"),
            (LogLevel::Info, "b"),
            (LogLevel::Warn, "c"),
            (LogLevel::Error, "d"),
            (LogLevel::Warn, "e"),
        ] {
            recipe.log(level, line);
        }
        let logged = voice.take_log();
        assert_eq!(logged.lines.iter().map(|line| &*line.line).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((logged.lines_dropped, logged.warnings), (3, vec!["arp: c".to_owned(), "arp: d".to_owned()]));
    }
}
