//! What is heard of a poll while it runs: progress in an order that clients expect, and the plugins' log lines.

use std::sync::{Arc, Mutex, PoisonError};

use plugin_runtime::{JobEvents, LogLevel};

use super::{line::Lines, recipes::Recipe, report::LogLine};

/// Who hears how a poll goes. Called often and from several threads, so it must return soon.
pub trait PollEvents: Send + Sync + 'static {
    /// The poll is this far; without a line the one before stays. Counters keep their value until they are given again.
    fn progress(&self, line: Option<&Arc<str>>, counters: &[(String, u64)]);

    /// A recipe logged a line.
    fn log(&self, recipe: &str, level: LogLevel, line: &str);
}

/// Everything that the recipes of one poll say, in order.
pub(super) struct Voice {
    events: Arc<dyn PollEvents>,
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

/// Whether a line of this level is worth a place in the result.
pub(super) fn is_warning(level: LogLevel) -> bool {
    matches!(level, LogLevel::Warn | LogLevel::Error)
}

impl Voice {
    pub(super) fn new(events: Arc<dyn PollEvents>, log_lines: usize) -> Self {
        Self { events, log_lines, said: Mutex::default() }
    }

    /// Shows a line of the poll itself.
    pub(super) fn show(&self, line: &str) {
        self.events.progress(Some(&line.into()), &[]);
    }

    /// These recipes start now.
    pub(super) fn start(&self, recipes: &[Recipe]) {
        let lines = recipes.iter().map(|recipe| recipe.plugin.manifest().starting.as_str().into());
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        // The lock is held while the lines are passed on, so that they arrive in their order.
        for line in said.lines.start(lines) {
            self.events.progress(Some(&line), &[]);
        }
    }

    /// A recipe, counted from 0 in the order of starting, is done.
    pub(super) fn done(&self, recipe: usize) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        for line in said.lines.done(recipe) {
            self.events.progress(Some(&line), &[]);
        }
    }

    /// What was logged so far; it is not kept.
    pub(super) fn take_log(&self) -> Logged {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
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
        self.voice.events.log(&self.recipe, level, line);
        let mut said = self.voice.said.lock().unwrap_or_else(PoisonError::into_inner);
        if is_warning(level) && said.warnings.len() < self.voice.log_lines {
            said.warnings.push(format!("{}: {line}", self.recipe));
        }
        if said.log.len() < self.voice.log_lines {
            said.log.push(LogLine { recipe: self.recipe.clone(), level, line: line.to_owned() });
        } else {
            said.log_dropped += 1;
        }
    }

    fn progress(&self, line: &str, counters: &[(String, u64)]) {
        let mut said = self.voice.said.lock().unwrap_or_else(PoisonError::into_inner);
        let line = said.lines.say(self.place, line);
        self.voice.events.progress(line.as_ref(), counters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;

    impl PollEvents for Nobody {
        fn progress(&self, _: Option<&Arc<str>>, _: &[(String, u64)]) {}
        fn log(&self, _: &str, _: LogLevel, _: &str) {}
    }

    #[test]
    fn chatter_does_not_push_out_warnings_and_both_are_bounded() {
        let voice = Arc::new(Voice::new(Arc::new(Nobody), 2));
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
