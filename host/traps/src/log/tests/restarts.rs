//! What is there after a restart, after a kill and after a failure.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use super::*;

fn open(directory: &Path, options: LogOptions) -> TrapLog {
    TrapLog::open(options, &State::open(directory).unwrap()).unwrap()
}

#[tokio::test]
async fn a_log_goes_on_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    for begun in 0..3 {
        let log = open(directory.path(), PLENTY);
        assert_eq!((log.last(), log.stats().records), (begun * 10, begun * 10));
        assert_eq!(log.append(some(10)).await.unwrap(), begun * 10 + 10);
    }
    let log = open(directory.path(), LogOptions { records: 7, ..PLENTY });
    assert_eq!((log.stats().first, log.stats().records), (24, 7));
    assert_eq!(all(&log, &Filter::default()).await, ((24..=30).collect(), 23));
}

#[tokio::test]
async fn numbers_go_on_after_a_restart_when_all_records_are_gone() {
    let directory = tempfile::tempdir().unwrap();
    open(directory.path(), LogOptions { bytes: 1, ..PLENTY }).append(some(3)).await.unwrap();
    let log = open(directory.path(), PLENTY);
    assert_eq!((log.last(), log.stats().records), (3, 0));
    assert_eq!(log.append(some(1)).await.unwrap(), 4);
}

#[tokio::test]
async fn a_log_that_is_dropped_stores_what_was_handed_over() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), PLENTY);
    let mut append = Box::pin(log.append(some(3)));
    // Once: the records are on their way, and nobody waits for the answer.
    assert!(futures_util::poll!(append.as_mut()).is_pending());
    drop(append);
    drop(log);
    assert_eq!(open(directory.path(), PLENTY).last(), 3);
}

const CHILD: &str = "TRAP_LOG_CHILD";

/// What the child of the test below runs; nothing otherwise.
#[tokio::test]
async fn a_process_that_will_be_killed() {
    let Some(directory) = env::var_os(CHILD) else { return };
    let log = open(Path::new(&directory), LogOptions { records: 500, ..PLENTY });
    loop {
        let last = log.append(some(7)).await.unwrap();
        writeln!(std::io::stderr(), "stored {last}").unwrap();
    }
}

/// A command that runs one test of this program in a shell, after some of the shell's commands.
fn child(test: &str, before: &str, directory: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{before}exec \"$0\" --exact --nocapture log::tests::restarts::{test}")])
        .arg(env::current_exe().unwrap())
        .env(CHILD, directory)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// The number that a line of a child says was stored.
fn stored_in(line: &str) -> Option<u64> {
    line.strip_prefix("stored ")?.parse().ok()
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let mut before = 0;
    for round in 1..=3 {
        let mut child = child("a_process_that_will_be_killed", "", directory.path()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let seen = lines.by_ref().take(30 * round).filter_map(|line| stored_in(&line)).last();
        child.kill().unwrap();
        child.wait().unwrap();
        let stored = lines.filter_map(|line| stored_in(&line)).last().or(seen).unwrap();
        assert!(stored > before, "{stored}");
        let log = open(directory.path(), PLENTY);
        // A transaction may have ended that nobody was told of any more.
        assert!(log.last() == stored || log.last() == stored + 7, "{stored} {}", log.last());
        let (found, missed) = all(&log, &Filter::default()).await;
        assert_eq!(found, (missed + 1..=log.last()).collect::<Vec<_>>());
        assert!(log.last() < 500 || found.len() >= 500);
        before = log.last();
    }
}

/// What the child of the test below runs; nothing otherwise.
#[tokio::test]
async fn a_process_that_runs_out_of_room() {
    let Some(directory) = env::var_os(CHILD) else { return };
    let log = open(Path::new(&directory), PLENTY);
    let mut digit = 7_u64;
    loop {
        // Nothing that packing makes much shorter.
        let digits = (0..20_000).map(|_| {
            digit = digit.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'a' + (digit >> 60) as u8)
        });
        let json = format!(r#"{{"x":"{}"}}"#, digits.collect::<String>());
        let Ok(last) = log.append(vec![NewEntry { json, ..some(1).remove(0) }]).await else { break };
        assert_eq!(last, log.last());
        writeln!(std::io::stderr(), "stored {last}").unwrap();
    }
    // Readers need no room.
    let (found, missed) = all(&log, &Filter::default()).await;
    assert_eq!((found.len() as u64, missed), (log.last(), 0));
    writeln!(std::io::stderr(), "failed after {}", log.last()).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn records_that_find_no_room_are_refused_and_use_up_no_numbers() {
    let directory = tempfile::tempdir().unwrap();
    // A file may have 4 MiB, in units of 512 octets; beyond, writing fails instead of ending the process.
    let output = child("a_process_that_runs_out_of_room", "ulimit -f 8192; trap '' XFSZ; ", directory.path()).output();
    let said = String::from_utf8(output.unwrap().stderr).unwrap();
    let stored = said.lines().filter_map(stored_in).next_back().unwrap();
    assert!(said.contains(&format!("failed after {stored}\n")), "{said}");
    let log = open(directory.path(), PLENTY);
    assert_eq!(all(&log, &Filter::default()).await, ((1..=stored).collect(), 0));
    assert_eq!(log.append(some(1)).await.unwrap(), stored + 1);
}
