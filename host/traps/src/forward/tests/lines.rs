//! JSON lines into files and pipes.

use std::{fs, io::Read as _, path::Path};

use super::*;
use crate::forward::{lines::Lines, sink::Sink};

fn numbers(path: &Path) -> Vec<u64> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'));
    let number = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["number"].as_u64().unwrap();
    text.lines().map(number).collect()
}

fn to(path: &Path) -> ForwardOptions {
    options("lines", Destination::File { path: path.to_owned() })
}

#[tokio::test]
async fn each_record_is_a_line_also_after_the_file_was_rotated() {
    let folder = tempfile::tempdir().unwrap();
    let (path, old) = (folder.path().join("traps.jsonl"), folder.path().join("traps.jsonl.1"));
    let (log, cursors) = (log(1_000), Arc::default());
    let forwarders = start(to(&path), &log, &cursors).await;
    append(&log, 25).await;
    until(&forwarders, |stats| stats.sent == 25).await;
    fs::rename(&path, &old).unwrap();
    append(&log, 3).await;
    until(&forwarders, |stats| stats.sent == 28).await;
    assert_eq!(numbers(&old), (1..=25).collect::<Vec<_>>());
    assert_eq!(numbers(&path), [26, 27, 28]);
    // As logrotate's copytruncate does it.
    fs::write(&path, "").unwrap();
    append(&log, 1).await;
    until(&forwarders, |stats| stats.sent == 29).await;
    assert_eq!(numbers(&path), [29]);
}

#[tokio::test]
async fn a_line_that_somebody_left_unfinished_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traps.jsonl");
    fs::write(&path, "{\"number\":1,").unwrap();
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(&path), &log, &cursors).await;
    append(&log, 1).await;
    until(&forwarders, |stats| stats.sent == 1).await;
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("{\"number\":1,\n{\"number\":1,\"stored\":true,\"trap\""), "{text}");
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("later").join("traps.jsonl");
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(&path), &log, &cursors).await;
    append(&log, 2).await;
    until(&forwarders, |stats| stats.failed_attempts > 0).await;
    fs::create_dir(path.parent().unwrap()).unwrap();
    until(&forwarders, |stats| stats.sent == 2).await;
    assert_eq!(numbers(&path), [1, 2]);
}

#[tokio::test]
async fn a_pipe_that_nobody_reads_any_more_ends_the_forwarder() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    let sink = Sink::Lines(Lines::stream(writer));
    let forwarders = Forwarders::with_sinks(vec![(to(Path::new("-")), sink)], log.clone(), cursors);
    append(&log, 1).await;
    until(&forwarders, |stats| stats.sent == 1).await;
    let mut begin = [0; 10];
    reader.read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"{\"number\":");
    drop(reader);
    append(&log, 1).await;
    let stats = until(&forwarders, |stats| stats.state == ForwarderState::Ended).await;
    assert!(stats.last_error.unwrap().to_lowercase().contains("broken pipe"));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_tried_again() {
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(Path::new("/dev/full")), &log, &cursors).await;
    append(&log, 1).await;
    let stats = until(&forwarders, |stats| stats.failed_attempts > 1).await;
    assert_eq!((stats.sent, stats.state), (0, ForwarderState::Failing));
    assert!(stats.last_error.unwrap().contains("No space left"));
}
