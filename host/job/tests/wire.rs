//! The form of jobs between processes: what a released version wrote is read for as long as its version is known.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::{fs, path::PathBuf};

use job::{
    Access, DirectError, Event, GetAnswer, GetSpec, JobError, PollJob, Report, TargetName, WalkAnswer, WalkSpec,
    wire::{self, WireError},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use snmp::{Community, Credentials};

fn frozen() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("wire/v1")
}

/// Reads a frozen copy and writes it again: nothing is lost and nothing is added.
fn check<T: Serialize + DeserializeOwned>(name: &str) {
    let text = fs::read_to_string(frozen().join(name)).unwrap();
    let read: T = wire::read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let written: Value = serde_json::from_str(&wire::write(&read).unwrap()).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(&text).unwrap(), "{name}");
}

#[test]
fn every_frozen_message_is_read_and_written_again_as_it_was() {
    let mut names: Vec<_> =
        fs::read_dir(frozen()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in &names {
        match name.split(['-', '.']).next().unwrap() {
            "poll" => check::<PollJob>(name),
            "get" => check::<GetSpec>(name),
            "walk" => check::<WalkSpec>(name),
            "event" => check::<Event>(name),
            "report" => check::<Report>(name),
            "answer" if name.starts_with("answer-walk") => check::<WalkAnswer>(name),
            "answer" => check::<GetAnswer>(name),
            "direct" => check::<DirectError>(name),
            "error" => check::<JobError>(name),
            other => panic!("{other} is read by no type"),
        }
    }
    assert!(names.len() >= 24, "{names:?}");
}

fn poll() -> PollJob {
    wire::read(&fs::read_to_string(frozen().join("poll.json")).unwrap()).unwrap()
}

#[test]
fn credentials_that_a_job_carries_are_never_written() {
    let mut job = poll();
    job.device.access = Access::Given(Credentials::V2c { community: Community::from("canary") });
    let refused = wire::write(&job).unwrap_err().to_string();
    assert!(matches!(wire::write(&job), Err(WireError::Invalid(_))) && !refused.contains("canary"), "{refused}");
    assert!(!format!("{job:?}").contains("canary"));
}

#[test]
fn a_version_that_is_not_known_is_refused_by_its_number() {
    let newer = wire::write(&poll()).unwrap().replace("\"version\":1,\"body\"", "\"version\":2,\"body\"");
    assert!(matches!(wire::read::<PollJob>(&newer), Err(WireError::UnknownVersion { found: 2 })));
}

#[test]
fn what_another_process_sends_is_checked_as_if_a_client_had_sent_it() {
    let text = wire::write(&poll()).unwrap();
    for (from, to) in [
        ("core1.lab.example", "0x7f.1"),
        ("core1.lab.example", ""),
        ("\"port\":161", "\"port\":70000"),
        ("\"never\"", "\"sometimes\""),
    ] {
        assert!(wire::read::<PollJob>(&text.replace(from, to)).is_err(), "{to}");
    }
    assert_eq!(poll().device.target, TargetName::read("core1.lab.example", 255).unwrap());
}
