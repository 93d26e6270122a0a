//! The hostile guest: whatever it does, the report says so in words, and the next run is as if nothing had happened.

use std::{sync::Arc, time::Duration};

use limits::SandboxLimits;
use runtime::{CollectReport, Plugin, Runtime};
use serde_json::{Value, json};
use tokio::{sync::OnceCell, time::Instant};

use crate::world::{Heard, TestDevice, hostile_job, load_hostile, runtime_with, said};

struct Arena {
    runtime: Runtime,
    plugin: Plugin,
    heard: Arc<Heard>,
}

impl Arena {
    /// An arena with a second of CPU time. All of them share a runtime, which is a test of its own.
    async fn new() -> Self {
        static SHARED: OnceCell<(Runtime, Plugin)> = OnceCell::const_new();
        let start = || async {
            let limits = SandboxLimits { cpu: Duration::from_secs(1), ..SandboxLimits::default() };
            let arena = Self::with(limits).await;
            (arena.runtime, arena.plugin)
        };
        let (runtime, plugin) = SHARED.get_or_init(start).await.clone();
        Self { runtime, plugin, heard: Arc::default() }
    }

    async fn with(limits: SandboxLimits) -> Self {
        let runtime = runtime_with(limits);
        let plugin = load_hostile(&runtime).await;
        Self { runtime, plugin, heard: Arc::default() }
    }

    /// Lets the guest act for at most `time`, and then behave.
    async fn act_for(&self, time: Duration, act: &str, mib: u32) -> CollectReport {
        let mut job = hostile_job(TestDevice::default(), &self.heard, act, mib);
        job.deadline = Instant::now() + time;
        let report = self.runtime.collect(&self.plugin, job).await;
        let job = hostile_job(TestDevice::default(), &Arc::default(), "good", 0);
        let next = self.runtime.collect(&self.plugin, job).await;
        assert_eq!(said(&next), r#"{"hostile":"good"}"#, "after {act}");
        report
    }

    async fn act(&self, act: &str, mib: u32) -> CollectReport {
        self.act_for(Duration::from_secs(60), act, mib).await
    }
}

/// A section of a result, read.
fn section(report: &CollectReport, name: &str) -> serde_json::Value {
    let sections = report.result.as_ref().unwrap();
    serde_json::from_str(sections.get(name).unwrap().get()).unwrap()
}

async fn check(act: &str, mib: u32, expected: &str) {
    let report = Arena::new().await.act(act, mib).await;
    let said = said(&report);
    assert!(said.starts_with(expected), "{act}: {said}");
}

#[tokio::test]
async fn computing_for_ever() {
    check("spin", 0, "cpu-budget: used more than 1s of CPU time (limit `cpu`)").await;
    check("spin_in_bursts", 0, "cpu-budget: used more than 1s of CPU time (limit `cpu`)").await;
}

#[tokio::test]
async fn taking_memory_for_ever() {
    check("grow", 0, "memory-limit: wanted more than 64 MiB of memory (limit `memory_bytes`)").await;
}

#[tokio::test]
async fn recursing_for_ever() {
    check("recurse", 0, "stack-overflow: recursed until the stack was used up in ").await;
}

#[tokio::test]
async fn panicking() {
    let report = Arena::new().await.act("panic", 0).await;
    let said = said(&report);
    assert!(said.starts_with("panic: panicked: the hostile guest panics as it was told to at "), "{said}");
    assert!(said.contains("burning.rs:"), "{said}");
}

#[tokio::test]
async fn trapping_and_ending_itself() {
    check("trap", 0, "trap: trapped: wasm `unreachable` instruction executed in hostile_guest::").await;
    check("abort", 0, "trap: trapped: wasm `unreachable` instruction executed").await;
    check("exit", 0, "exit: exited with status 1 instead of returning").await;
}

#[tokio::test]
async fn waiting_for_ever_costs_no_cpu_and_ends_in_time() {
    let arena = Arena::new().await;
    let report = arena.act_for(Duration::from_millis(300), "sleep_for_ever", 0).await;
    assert_eq!(said(&report), "deadline: did not finish within its deadline");
    assert!(report.cpu < Duration::from_millis(200), "{:?}", report.cpu);
}

#[tokio::test]
async fn asking_for_ever() {
    let arena = Arena::with(SandboxLimits { host_calls: 10_000, ..SandboxLimits::default() }).await;
    let report = arena.act("ask_for_ever", 0).await;
    assert_eq!(said(&report), "host-calls: called the host more than 10000 times (limit `host_calls`)");
}

#[tokio::test]
async fn asking_a_device_that_never_answers() {
    let arena = Arena::new().await;
    let silent = TestDevice { silent: true, ..TestDevice::default() };
    let mut job = hostile_job(silent, &arena.heard, "ask_for_ever", 0);
    // Time enough to come to its question on a busy machine.
    job.deadline = Instant::now() + Duration::from_secs(3);
    let report = arena.runtime.collect(&arena.plugin, job).await;
    assert_eq!(said(&report), "deadline: did not finish within its deadline");
    assert_eq!(report.host_calls, 3);
}

#[tokio::test]
async fn computing_on_after_the_device_is_gone() {
    let arena = Arena::new().await;
    let gone = TestDevice { gone: true, ..TestDevice::default() };
    let report = arena.runtime.collect(&arena.plugin, hostile_job(gone, &arena.heard, "ignore_cancel", 0)).await;
    assert_eq!(said(&report), "cpu-budget: used more than 1s of CPU time (limit `cpu`)");
}

#[tokio::test]
async fn flooding_the_log() {
    let arena = Arena::with(SandboxLimits { cpu: Duration::from_secs(20), ..SandboxLimits::default() }).await;
    let report = arena.act("flood_log", 5).await;
    assert_eq!(said(&report), r#"{"hostile":"good"}"#);
    let lines = arena.heard.lines.lock();
    assert_eq!((lines.len(), report.log_dropped), (200, 100_005 - 200));
    assert_eq!(lines.first().unwrap(), "info: line 0 of a flood");
}

#[tokio::test]
async fn flooding_standard_error() {
    let arena = Arena::with(SandboxLimits { cpu: Duration::from_secs(20), ..SandboxLimits::default() }).await;
    let report = arena.act("flood_stderr", 5).await;
    assert_eq!(said(&report), r#"{"hostile":"good"}"#);
    let lines = arena.heard.lines.lock();
    assert!(lines.len() <= 200 && lines.iter().all(|line| line.len() < 1_100), "{}", lines.len());
}

#[tokio::test]
async fn exaggerating_progress() {
    let arena = Arena::new().await;
    let report = arena.act("huge_progress", 5).await;
    assert_eq!(said(&report), r#"{"hostile":"good"}"#);
    let progress = arena.heard.progress.lock();
    let [first, second] = progress.as_slice() else { panic!("{progress:?}") };
    assert!(first.len() < 2_000 && first.matches("counter_").count() == 32, "{first}");
    assert_eq!(second, r"\u{1b}[2J two\nlines []");
}

#[tokio::test]
async fn opening_too_much() {
    check("open_readers", 0, "limit-exceeded: at most 64 are possible (limit `open_readers`)").await;
    check("many_contexts", 0, "trap: ").await;
    check("wide_table", 0, "limit-exceeded: at most 64 are possible (limit `columns`)").await;
    check("huge_request", 7, "limit-exceeded: at most 10000 are possible (limit `get_names`)").await;
    check("huge_request", 10, "host-call-too-large: handed more than 8 MiB to the host in one call").await;
}

#[tokio::test]
async fn answering_too_much() {
    check("huge_result", 10, "output-too-large: returned more than 8 MiB (limit `output_bytes`)").await;
    check("huge_result", 100, "memory-limit: ").await;
    let report = Arena::new().await.act("huge_error", 5).await;
    let said = said(&report);
    assert!(said.starts_with("other: hhhh") && said.ends_with('…') && said.len() <= 1_007, "{}", said.len());
}

#[tokio::test]
async fn handing_over_too_much() {
    check("huge_rows", 100, "limit-exceeded: at most 64 MiB are possible (limit `rows_bytes`)").await;
    let report = Arena::new().await.act("huge_rows", 1).await;
    assert_eq!(said(&report), "gave-up: after handing over rows");
    assert_eq!(
        report.kept.get("hostile").map(|rows| rows.get().parse::<Value>().unwrap().as_array().unwrap().len()),
        Some(1)
    );
}

#[tokio::test]
async fn answering_nonsense() {
    check("deep_result", 0, "invalid-output: returned what is not a JSON object: recursion limit exceeded").await;
    check("invalid_json", 0, "invalid-output: returned what is not a JSON object: EOF while parsing").await;
    check("not_an_object", 0, "invalid-output: returned what is not a JSON object: it is an array").await;
    check("undeclared_section", 0, "undeclared-section: returned a section `system`, which it does not declare").await;
    check("missing_section", 0, "missing-section: returned no section `hostile`, which it declares").await;
}

#[tokio::test]
async fn looking_where_nothing_is_to_be_seen() {
    let arena = Arena::new().await;
    for act in ["read_file", "open_socket", "env", "undeclared_oid"] {
        let report = arena.act(act, 0).await;
        let findings = section(&report, "hostile");
        assert_eq!(findings.get("saw"), Some(&json!([])), "{act}: {findings}");
        assert_ne!(findings.get("refused"), Some(&json!([])), "{act}: {findings}");
    }
}

#[tokio::test]
async fn nothing_undeclared_is_asked_of_the_device() {
    let arena = Arena::new().await;
    let asked = Arc::default();
    let device = TestDevice { asked: Arc::clone(&asked), ..TestDevice::default() };
    arena.runtime.collect(&arena.plugin, hostile_job(device, &arena.heard, "undeclared_oid", 0)).await.result.unwrap();
    assert!(asked.lock().is_empty(), "{asked:?}");
}
