//! The log in memory and in a state directory: both have to keep the same rules.

mod bounds;
mod gaps;
mod readers;
mod restarts;
mod unstored;

use std::net::IpAddr;

use super::*;
use crate::Severity;

/// Bounds that nothing comes near.
const PLENTY: LogOptions = LogOptions { records: 1_000_000, bytes: 1 << 30, unstored_bytes: 1 << 20 };

/// A log of each kind with these bounds. The directory is there for as long as the test.
fn both(options: LogOptions) -> (tempfile::TempDir, [TrapLog; 2]) {
    let directory = tempfile::tempdir().unwrap();
    let state = State::open(directory.path()).unwrap();
    let logs = [TrapLog::in_memory(options), TrapLog::open(options, &state).unwrap()];
    (directory, logs)
}

fn from(source: &str, trap_oid: &str, severity: Option<Severity>) -> NewEntry {
    let source: IpAddr = source.parse().unwrap();
    let facts = Facts { source, trap_oid: Some(trap_oid.parse().unwrap()), severity };
    NewEntry { json: format!(r#"{{"source":"{source}","trap":"{trap_oid}"}}"#), facts }
}

/// So many records that are all alike.
fn some(count: usize) -> Vec<NewEntry> {
    (0..count).map(|_| from("10.0.0.1", "1.3.6.1.6.3.1.1.5.3", None)).collect()
}

fn numbers(page: &Page) -> Vec<u64> {
    page.entries.iter().filter_map(Entry::number).collect()
}

/// Reads to the end, however many readings it takes, and returns all numbers and how many were missed.
async fn all(log: &TrapLog, wanted: &Filter) -> (Vec<u64>, u64) {
    let (mut found, mut missed, mut after) = (Vec::new(), 0, 0);
    while after < log.last() {
        let page = log.try_read(after, wanted, 1000).await.unwrap();
        assert!(page.next > after, "a reading gets on");
        found.extend(numbers(&page));
        (missed, after) = (missed + page.missed, page.next);
    }
    (found, missed)
}
