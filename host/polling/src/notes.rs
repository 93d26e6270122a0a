//! What one recipe read and what it could not read, noted while it runs.
//!
//! The words here are the engine's and not the plugin's: what is missing in a result must not depend on what a plugin
//! makes of it. Everything is bounded, and what is beyond a bound is counted.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicU64, Ordering},
};

use job::{Gap, TableStats};
use parking_lot::{Mutex, MutexGuard};
use runtime::{ErrorKind, ReadOutcome, ReadStatus};
use snmp::{Oid, counted};
use snmp_engine::Stats;
use tokio::time::Instant;

use super::{deadline::Deadline, words::millis};

/// The notes on one recipe.
#[derive(Debug)]
pub(super) struct Notes {
    /// That of the recipe.
    deadline: Deadline,
    asked: AtomicU64,
    max_gaps: usize,
    max_tables: usize,
    noted: Mutex<RecipeNote>,
}

#[derive(Debug, Default)]
struct RecipeNote {
    gaps: Vec<Missing>,
    gaps_dropped: u64,
    warnings: Vec<String>,
    warnings_dropped: u64,
    tables: Vec<Arc<Table>>,
    tables_dropped: u64,
    /// What was read from tables that are not listed is in here, too.
    rows: u64,
    is_any_supported: bool,
}

/// A gap without the name of the recipe.
#[derive(Debug)]
struct Missing {
    /// Its place in the order in which the plugin asked.
    number: u64,
    at: Oid,
    status: job::ReadStatus,
    reason: String,
    kind: &'static str,
    rows: u64,
    stopped_at: Option<Oid>,
}

/// A table or a subtree that is being read.
#[derive(Debug)]
pub(super) struct Table {
    number: u64,
    at: Oid,
    /// That of the recipe.
    deadline: Deadline,
    /// Weak, for the notes list their tables: who is polled no more would be remembered for ever.
    notes: Weak<Notes>,
    progress: Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    rows: u64,
    last: Option<Oid>,
    taken: Stats,
    end: Option<End>,
}

/// How the reading of a table ended.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) status: ReadStatus,
    pub(super) rows: u64,
    pub(super) stopped_at: Option<Oid>,
    /// In words, and in one word for programs; none where nothing is missing.
    pub(super) reason: Option<(String, &'static str)>,
}

/// All that was noted.
#[derive(Debug)]
pub(super) struct Summary {
    pub(super) gaps: Vec<Gap>,
    pub(super) gaps_dropped: u64,
    /// What was odd and left nothing out, a line each.
    pub(super) warnings: Vec<String>,
    pub(super) tables: Vec<TableStats>,
    pub(super) tables_dropped: u64,
    pub(super) rows: u64,
    /// Whether tables were read, and the device has none of them.
    pub(super) is_unsupported: bool,
}

impl Notes {
    pub(super) fn new(deadline: Deadline, max_gaps: usize, max_tables: usize) -> Arc<Self> {
        Arc::new(Self { deadline, asked: AtomicU64::new(0), max_gaps, max_tables, noted: Mutex::default() })
    }

    /// Numbers a GET or a reader.
    pub(super) fn number(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed)
    }

    /// Notes that a table is read from now on.
    pub(super) fn table(self: &Arc<Self>, at: Oid) -> Arc<Table> {
        let table = Arc::new(Table {
            number: self.number(),
            at,
            deadline: self.deadline,
            notes: Arc::downgrade(self),
            progress: Mutex::default(),
        });
        let mut noted = self.lock();
        if noted.tables.len() < self.max_tables {
            noted.tables.push(Arc::clone(&table));
        } else {
            noted.tables_dropped += 1;
        }
        table
    }

    /// Notes that a GET failed.
    pub(super) fn get_failed(&self, number: u64, at: Option<Oid>, why: (String, &'static str)) {
        let (reason, kind) = why;
        if let Some(at) = at {
            let missing =
                Missing { number, at, status: job::ReadStatus::Failed, reason, kind, rows: 0, stopped_at: None };
            self.lock().add(missing, self.max_gaps);
        }
    }

    /// Notes what was odd in what was read.
    pub(super) fn warn(&self, warnings: &[String]) {
        self.lock().warn(warnings, self.max_gaps);
    }

    /// All that was noted of the recipe of this name. A table that is still being read has ended now.
    pub(super) fn summary(&self, recipe: &str) -> Summary {
        let noted = self.lock();
        let (tables, tables_dropped) = (noted.tables.clone(), noted.tables_dropped);
        // A table is locked before the notes, never the other way round.
        drop(noted);
        let tables: Vec<_> = tables.iter().map(|table| table.stats()).collect();
        let mut noted = self.lock();
        noted.gaps.sort_by_key(|missing| missing.number);
        let gaps = noted.gaps.iter().map(|missing| missing.gap(recipe)).collect();
        let is_unsupported = (!tables.is_empty() || tables_dropped > 0) && !noted.is_any_supported;
        let (gaps_dropped, rows) = (noted.gaps_dropped, noted.rows);
        let mut warnings = std::mem::take(&mut noted.warnings);
        match std::mem::take(&mut noted.warnings_dropped) {
            0 => {}
            more => warnings.push(format!("{} (limit `polls.noted_gaps`)", counted(more, "more warning"))),
        }
        Summary { gaps, gaps_dropped, warnings, tables, tables_dropped, rows, is_unsupported }
    }

    fn lock(&self) -> MutexGuard<'_, RecipeNote> {
        self.noted.lock()
    }
}

impl RecipeNote {
    fn add(&mut self, missing: Missing, max: usize) {
        if self.gaps.len() < max {
            self.gaps.push(missing);
        } else {
            self.gaps_dropped += 1;
        }
    }

    /// As many warnings are remembered as gaps.
    fn warn(&mut self, warnings: &[String], max: usize) {
        for warning in warnings {
            if self.warnings.len() < max {
                self.warnings.push(warning.clone());
            } else {
                self.warnings_dropped += 1;
            }
        }
    }
}

/// How the reading ended, as a report says it.
fn in_job(status: ReadStatus) -> job::ReadStatus {
    match status {
        ReadStatus::Complete => job::ReadStatus::Complete,
        ReadStatus::Partial => job::ReadStatus::Partial,
        ReadStatus::Unsupported => job::ReadStatus::Unsupported,
        ReadStatus::Failed => job::ReadStatus::Failed,
    }
}

impl Missing {
    fn gap(&self, recipe: &str) -> Gap {
        Gap {
            recipe: recipe.to_owned(),
            table: Some(self.at.to_string()),
            status: self.status,
            reason: self.reason.clone(),
            kind: self.kind.to_owned(),
            rows: self.rows,
            stopped_at: self.stopped_at.as_ref().map(Oid::to_string),
        }
    }
}

impl Table {
    /// Notes that rows were read, the last of them of this name, and what it took so far.
    pub(super) fn read(&self, rows: u64, last: Option<Oid>, taken: Stats) {
        let mut progress = self.lock();
        progress.rows += rows;
        progress.last = last;
        progress.taken = taken;
        drop(progress);
        if let Some(notes) = self.notes.upgrade() {
            notes.lock().rows += rows;
        }
    }

    /// Notes how the reading ended, and what was odd. What is missing becomes a gap.
    pub(super) fn ended(&self, end: End, warnings: &[String], taken: Stats) {
        let mut progress = self.lock();
        if progress.end.is_some() {
            return;
        }
        // Without notes, nobody wants to know any more.
        let Some(notes) = self.notes.upgrade() else { return };
        let mut noted = notes.lock();
        noted.warn(warnings, notes.max_gaps);
        noted.is_any_supported |= end.status != ReadStatus::Unsupported;
        if let (ReadStatus::Partial | ReadStatus::Failed, Some((reason, kind))) = (end.status, end.reason.clone()) {
            let missing = Missing {
                number: self.number,
                at: self.at.clone(),
                status: in_job(end.status),
                reason,
                kind,
                rows: end.rows,
                stopped_at: end.stopped_at.clone(),
            };
            noted.add(missing, notes.max_gaps);
        }
        drop(noted);
        progress.taken = taken;
        progress.end = Some(end);
    }

    /// How the reading ended. Where it goes on, it ends now, and `stop` is called.
    pub(super) fn outcome(&self, stop: impl FnOnce()) -> ReadOutcome {
        let mut progress = self.lock();
        if progress.end.is_none() {
            stop();
        }
        let end = self.end(&mut progress);
        let (reason, kind) = end.reason.unzip();
        let (reason, kind) = (reason.unwrap_or_default(), kind.map(ErrorKind::word));
        ReadOutcome { status: end.status, kind, rows: end.rows, reason, stopped_at: end.stopped_at }
    }

    fn stats(&self) -> TableStats {
        let mut progress = self.lock();
        let end = self.end(&mut progress);
        let (reason, kind) = end.reason.unzip();
        let taken = &progress.taken;
        TableStats {
            table: self.at.to_string(),
            status: in_job(end.status),
            rows: end.rows,
            stopped_at: end.stopped_at.as_ref().map(Oid::to_string),
            reason,
            kind: kind.map(str::to_owned),
            requests: taken.requests,
            retries: taken.retries,
            timeouts: taken.timeouts,
            round_trip_ms: taken.mean_round_trip.map(millis),
        }
    }

    /// How the reading ended; now, if it goes on.
    fn end(&self, progress: &mut Progress) -> End {
        if let Some(end) = &progress.end {
            return end.clone();
        }
        if let Some(notes) = self.notes.upgrade() {
            notes.lock().is_any_supported = true;
        }
        let (rows, deadline) = (progress.rows, self.deadline);
        let reason = if Instant::now() >= deadline.at {
            (deadline.words(rows), deadline.kind())
        } else {
            ("the reading was ended early".to_owned(), "ended-early")
        };
        let status = if rows == 0 { ReadStatus::Failed } else { ReadStatus::Partial };
        let end = End { status, rows, stopped_at: progress.last.clone(), reason: Some(reason) };
        progress.end = Some(end.clone());
        end
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn notes_that_nobody_wants_any_more_are_gone_although_they_list_tables() {
        let deadline = Deadline::of_job(Instant::now(), Duration::from_secs(60));
        let notes = Notes::new(deadline, 10, 10);
        let table = notes.table("1.3.6".parse().unwrap());
        table.read(3, None, Stats::default());
        assert_eq!(notes.summary("arp").tables.first().map(|table| table.rows), Some(3));
        let gone = Arc::downgrade(&notes);
        drop(notes);
        assert!(gone.upgrade().is_none());
        table.read(1, None, Stats::default());
    }
}
