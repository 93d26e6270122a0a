//! Runs of guests: what they get, what they may not, and how each ends.

use std::{sync::Arc, time::Duration};

use limits::SandboxLimits;
use runtime::{CollectReport, Runtime};
use tokio::{sync::oneshot, time::Instant};

use crate::{
    guest::Guest,
    world::{Heard, TestDevice, collect, job, load, runtime, runtime_with, said},
};

const SPIN: &str = "(loop $again (br $again)) (unreachable)";

/// Runs a guest once, and then a good one to see that nothing is left of it.
async fn run_on(runtime: &Runtime, guest: Guest, device: TestDevice, heard: &Arc<Heard>) -> CollectReport {
    let name = guest.name;
    let plugin = load(runtime, name, guest.build()).await;
    let report = runtime.collect(&plugin, job(device, heard)).await;
    let good = load(runtime, "good", Guest::good("good").build()).await;
    assert_eq!(said(&collect(runtime, &good).await), r#"{"good":{}}"#, "after `{name}`");
    report
}

async fn run(guest: Guest) -> CollectReport {
    run_on(&runtime(), guest, TestDevice::default(), &Arc::default()).await
}

async fn check(guest: Guest, expected: &str) {
    assert_eq!(said(&run(guest).await), expected);
}

/// A guest whose `collect` asks for `oid` by `get` and returns the error it got as its own.
fn asking_for(oid: &[u32]) -> Guest {
    let mut guest = Guest::good("asking");
    let names = guest.oids(&[oid]);
    guest.collect =
        format!("(call $get (call $agent) (i32.const {names}) (i32.const 1) (i32.const 512)) (i32.const 512)");
    guest
}

/// Opens a table of ifDescr; its handle is at address 516. Goes on with `then`.
fn reading(then: &str) -> Guest {
    let mut guest = Guest::good("reading");
    let columns = guest.oids(&[&[1, 3, 6, 1, 2, 1, 2, 2, 1, 2], &[1, 3, 6, 1, 2, 1, 2, 2, 1, 3]]);
    let done = guest.returning(r#"{"good": 1}"#);
    let open = format!("(call $agent) (i32.const {columns}) (i32.const 2) (i32.const 512)");
    guest.collect = format!("(call $open_table {open}) {then} {done}");
    guest
}

const NEXT: &str = "(call $next (i32.load (i32.const 516)) (i32.const 528))";
const DROP: &str = "(call $drop_reader (i32.load (i32.const 516)))";

#[tokio::test]
async fn a_good_run_returns_its_sections() {
    let report = run(Guest::good("fine")).await;
    assert_eq!(said(&report), r#"{"good":{}}"#);
    assert_eq!((report.host_calls, report.log_dropped), (0, 0));
    assert!((1 << 20..2 << 20).contains(&report.peak_memory), "{}", report.peak_memory);
}

#[tokio::test]
async fn a_guest_that_spins_ends_with_its_cpu_budget() {
    let runtime = runtime_with(SandboxLimits { cpu: Duration::from_millis(200), ..SandboxLimits::default() });
    let report = run_on(&runtime, Guest::doing("spinning", SPIN), TestDevice::default(), &Arc::default()).await;
    assert_eq!(said(&report), "cpu-budget: used more than 200ms of CPU time (limit `cpu`)");
    assert!((200..400).contains(&report.cpu.as_millis()), "{:?}", report.cpu);
}

#[tokio::test]
async fn rows_that_the_device_gives_add_to_the_cpu_budget() {
    let limits = SandboxLimits {
        cpu: Duration::from_millis(100),
        cpu_per_row: Duration::from_millis(50),
        cpu_ceiling: Duration::from_millis(250),
        ..SandboxLimits::default()
    };
    let runtime = runtime_with(limits);
    for (rows, then, expected) in [
        (1, NEXT.to_owned(), "cpu-budget: used more than 150ms of CPU time (limit `cpu_per_row`)"),
        (2, NEXT.repeat(2), "cpu-budget: used more than 200ms of CPU time (limit `cpu_per_row`)"),
        (3, NEXT.repeat(3), "cpu-budget: used more than 250ms of CPU time (limit `cpu_ceiling`)"),
    ] {
        let report = run_on(&runtime, reading(&format!("{then} {SPIN}")), TestDevice::default(), &Arc::default()).await;
        assert_eq!(said(&report), expected, "{rows} rows");
    }
}

#[tokio::test]
async fn a_dropped_run_stops_its_guest_even_if_it_spins() {
    let runtime = runtime_with(SandboxLimits { cpu: Duration::from_secs(600), ..SandboxLimits::default() });
    let plugin = load(&runtime, "reading", reading(SPIN).build()).await;
    let (on_use, used) = oneshot::channel();
    let (on_drop, dropped) = oneshot::channel();
    let device = TestDevice { on_use: Some(on_use).into(), on_drop: Some(on_drop), ..TestDevice::default() };
    let run = tokio::spawn({
        let runtime = runtime.clone();
        async move { runtime.collect(&plugin, job(device, &Arc::default())).await }
    });
    used.await.unwrap();
    run.abort();
    // The device goes only when the guest is gone: its budget of CPU time is ten minutes.
    let stopped = tokio::time::timeout(Duration::from_secs(60), dropped).await;
    assert!(stopped.is_ok(), "the guest still spins");
}

#[tokio::test]
async fn a_run_ends_at_its_deadline_whatever_the_guest_does() {
    let runtime = runtime_with(SandboxLimits { cpu: Duration::from_secs(600), ..SandboxLimits::default() });
    for guest in [Guest::doing("spinning", SPIN), asking_for(&[1, 3, 6, 1, 2, 1, 1])] {
        let plugin = load(&runtime, guest.name, guest.build()).await;
        let mut job = job(TestDevice { silent: true, ..TestDevice::default() }, &Arc::default());
        job.deadline = Instant::now() + Duration::from_millis(100);
        let report = runtime.collect(&plugin, job).await;
        assert_eq!(said(&report), "deadline: did not finish within its deadline");
    }
}

#[tokio::test]
async fn waiting_for_the_device_costs_no_cpu() {
    let runtime = runtime();
    let plugin = load(&runtime, "asking", asking_for(&[1, 3, 6, 1, 2, 1, 1]).build()).await;
    let mut job = job(TestDevice { silent: true, ..TestDevice::default() }, &Arc::default());
    job.deadline = Instant::now() + Duration::from_millis(300);
    let report = runtime.collect(&plugin, job).await;
    assert_eq!(said(&report), "deadline: did not finish within its deadline");
    assert!(report.cpu < Duration::from_millis(100), "{:?}", report.cpu);
}

#[tokio::test]
async fn spinning_guests_leave_room_for_good_ones() {
    let runtime = runtime_with(SandboxLimits { cpu: Duration::from_millis(500), ..SandboxLimits::default() });
    let spinning = load(&runtime, "spinning", Guest::doing("spinning", SPIN).build()).await;
    let good = load(&runtime, "good", Guest::good("good").build()).await;
    let spinners: Vec<_> = (0..8)
        .map(|_| {
            let (runtime, plugin) = (runtime.clone(), spinning.clone());
            tokio::spawn(async move { collect(&runtime, &plugin).await })
        })
        .collect();
    for _ in 0..10 {
        assert_eq!(said(&collect(&runtime, &good).await), r#"{"good":{}}"#);
    }
    for spinner in spinners {
        assert_eq!(spinner.await.unwrap().result.unwrap_err().kind(), "cpu-budget");
    }
}

#[tokio::test]
async fn guests_beyond_a_limit_wait_for_their_turn() {
    let limits = SandboxLimits { cpu: Duration::from_millis(100), ..SandboxLimits::default() };
    one_at_a_time(SandboxLimits { concurrent_guests: 1, ..limits.clone() }).await;
    one_at_a_time(SandboxLimits { guests_memory_bytes: 1, ..limits }).await;
}

async fn one_at_a_time(limits: SandboxLimits) {
    let runtime = runtime_with(limits);
    let waiting = load(&runtime, "asking", asking_for(&[1, 3, 6, 1, 2, 1, 1]).build()).await;
    let good = load(&runtime, "good", Guest::good("good").build()).await;
    let (on_use, used) = oneshot::channel();
    let device = TestDevice { silent: true, on_use: Some(on_use).into(), ..TestDevice::default() };
    let first = tokio::spawn({
        let runtime = runtime.clone();
        async move { runtime.collect(&waiting, job(device, &Arc::default())).await }
    });
    used.await.unwrap();
    let mut second = job(TestDevice::default(), &Arc::default());
    second.deadline = Instant::now() + Duration::from_millis(50);
    assert_eq!(runtime.collect(&good, second).await.result.unwrap_err().kind(), "deadline");
    first.abort();
    assert_eq!(said(&collect(&runtime, &good).await), r#"{"good":{}}"#);
}

#[tokio::test]
async fn a_trap_is_told_with_the_functions_it_was_in() {
    check(Guest::doing("trapping", "(unreachable)"), "trap: trapped: wasm `unreachable` instruction executed in work")
        .await;
    check(
        Guest::doing("dividing", "(i32.div_u (i32.const 1) (i32.const 0))"),
        "trap: trapped: integer divide by zero in work",
    )
    .await;
}

#[tokio::test]
async fn endless_recursion_is_told_as_such() {
    check(
        Guest::doing("recursing", "(call $recurse (i32.const 0))"),
        "stack-overflow: recursed until the stack was used up in recurse",
    )
    .await;
}

#[tokio::test]
async fn memory_has_a_ceiling() {
    let grow = "(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (unreachable)";
    let report = run(Guest::doing("growing", grow)).await;
    assert_eq!(said(&report), "memory-limit: wanted more than 64 MiB of memory (limit `memory_bytes`)");
    assert!((60 << 20..=64 << 20).contains(&report.peak_memory), "{}", report.peak_memory);
}

#[tokio::test]
async fn a_result_is_bounded_and_must_be_what_was_declared() {
    let returning = |json: &str| {
        let mut guest = Guest::good("returning");
        guest.collect = guest.returning(json);
        guest
    };
    check(returning("[1]"), "invalid-output: returned what is not a JSON object: it is an array").await;
    check(returning("{}"), "missing-section: returned no section `good`, which it declares").await;
    check(
        returning(r#"{"good": 1, "bad": 2}"#),
        "undeclared-section: returned a section `bad`, which it does not declare",
    )
    .await;
    let large = "(drop (memory.grow (i32.const 200)))
        (i32.store (i32.const 512) (i32.const 0)) (i32.store (i32.const 516) (i32.const 0))
        (i32.store (i32.const 520) (i32.const 10000000)) (i32.const 512)";
    check(Guest::doing("large", large), "output-too-large: returned more than 8 MiB (limit `output_bytes`)").await;
}

#[tokio::test]
async fn what_a_guest_hands_over_in_one_call_is_bounded() {
    let large = "(drop (memory.grow (i32.const 200)))
        (call $log (i32.const 0) (i32.const 0) (i32.const 10000000)) (unreachable)";
    check(
        Guest::doing("large", large),
        "host-call-too-large: handed more than 8 MiB to the host in one call (limit `hostcall_bytes`)",
    )
    .await;
}

#[tokio::test]
async fn calls_of_the_host_are_bounded() {
    let runtime = runtime_with(SandboxLimits { host_calls: 100, ..SandboxLimits::default() });
    let chatty = "(loop $again (call $params (i32.const 512)) (br $again)) (unreachable)";
    let report = run_on(&runtime, Guest::doing("chatty", chatty), TestDevice::default(), &Arc::default()).await;
    assert_eq!(said(&report), "host-calls: called the host more than 100 times (limit `host_calls`)");
}

#[tokio::test]
async fn a_chatty_guest_pays_for_its_own_work_alone() {
    let runtime = runtime_with(SandboxLimits { cpu: Duration::from_millis(100), ..SandboxLimits::default() });
    let mut guest = Guest::good("chatty");
    let done = guest.returning(r#"{"good": 1}"#);
    guest.collect = format!(
        "(loop $again (call $log (i32.const 0) (i32.const 0) (i32.const 100))
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $count) (i32.const 20000)))) {done}"
    );
    let heard = Arc::default();
    let report = run_on(&runtime, guest, TestDevice::default(), &heard).await;
    assert_eq!(said(&report), r#"{"good":1}"#);
    assert_eq!((report.host_calls, report.log_dropped), (20_000, 19_800));
    assert_eq!(heard.lines.lock().len(), 200);
}

#[tokio::test]
async fn only_what_is_declared_is_asked_for() {
    let refused = |oid: &str, why: &str| format!("{oid}: {why}");
    check(
        asking_for(&[1, 3, 6, 1, 4, 1, 9]),
        &refused(
            "not-declared",
            "1.3.6.1.4.1.9 is outside the subtrees that the manifest declares, so nothing was sent",
        ),
    )
    .await;
    check(asking_for(&[1]), &refused("invalid-argument", "`1` has fewer than 2 arcs")).await;
    check(asking_for(&[7, 1, 2]), &refused("invalid-argument", "`7.1.2` starts with arcs that no OID has")).await;
    check(asking_for(&[1; 129]), &refused("invalid-argument", "an OID has at most 128 arcs")).await;
}

#[tokio::test]
async fn nothing_is_sent_for_what_is_not_declared() {
    let asked = Arc::default();
    let device = TestDevice { asked: Arc::clone(&asked), ..TestDevice::default() };
    run_on(&runtime(), asking_for(&[1, 3, 6, 1, 4, 1, 9]), device, &Arc::default()).await.result.unwrap_err();
    assert!(asked.lock().is_empty());
}

#[tokio::test]
async fn every_reader_is_ended_once() {
    let check = async |then: &str, expected: &str, result: &str| {
        let ended = Arc::default();
        let device = TestDevice { ended: Arc::clone(&ended), ..TestDevice::default() };
        let report = run_on(&runtime(), reading(then), device, &Arc::default()).await;
        assert_eq!(*ended.lock(), [expected], "{then}");
        assert!(said(&report).starts_with(result), "{then}: {}", said(&report));
    };
    let good = r#"{"good":1}"#;
    check(&format!("{NEXT} {NEXT} {NEXT} {NEXT} {DROP}"), "3 Complete", good).await;
    // Forgotten, let go of, and left behind by a trap.
    check(&format!("{NEXT} {NEXT} {NEXT} {NEXT}"), "3 Complete", good).await;
    check(&format!("{NEXT} {DROP}"), "1 Partial", good).await;
    check(&format!("{NEXT} (unreachable)"), "1 Partial", "trap: ").await;
    // Asked early how it ended, which ends it.
    check(&format!("{NEXT} (call $outcome (i32.load (i32.const 516)) (i32.const 560)) {NEXT}"), "1 Partial", good)
        .await;
}

#[tokio::test]
async fn readers_are_bounded() {
    let mut guest = reading("");
    let open =
        guest.collect.split("(call $open_table").nth(1).unwrap().split(')').take(4).collect::<Vec<_>>().join(")");
    // Opens readers for ever, and returns the first error.
    guest.collect = format!(
        "(loop $more (call $open_table{open})) (br_if $more (i32.eqz (i32.load8_u (i32.const 512))))) (i32.const 512)"
    );
    assert_eq!(opened(guest, "limit-exceeded: at most 64 are possible (limit `open_readers`)").await, 64);

    let mut guest = reading("");
    guest.collect = format!(
        "(loop $more (call $open_table{open})) (if (i32.eqz (i32.load8_u (i32.const 512))) (then {DROP} (br $more)))) (i32.const 512)"
    );
    assert_eq!(opened(guest, "limit-exceeded: at most 1000 are possible (limit `readers`)").await, 1_000);
}

/// How many readers a guest opens until it fails with these words.
async fn opened(guest: Guest, expected: &str) -> usize {
    let asked = Arc::default();
    let device = TestDevice { asked: Arc::clone(&asked), ..TestDevice::default() };
    let report = run_on(&runtime(), guest, device, &Arc::default()).await;
    assert_eq!(said(&report), expected);
    asked.lock().len()
}

#[tokio::test]
async fn progress_and_log_are_passed_on_within_bounds() {
    let mut guest = Guest::good("telling");
    let (line, line_length) = guest.text("half\nway");
    let (name, name_length) = guest.text("rows_read");
    let (bad, bad_length) = guest.text("Rows Read");
    let counters = guest.words(&[name, name_length, 7, bad, bad_length, 8]);
    let done = guest.returning(r#"{"good": 1}"#);
    guest.collect = format!(
        "(call $progress (i32.const {line}) (i32.const {line_length}) (i32.const {counters}) (i32.const 2))
        (call $log (i32.const 2) (i32.const {line}) (i32.const {line_length})) {done}"
    );
    let heard: Arc<Heard> = Arc::default();
    let report = run_on(&runtime(), guest, TestDevice::default(), &heard).await;
    assert_eq!(said(&report), r#"{"good":1}"#);
    assert_eq!(*heard.progress.lock(), [r#"half\nway [("rows_read", 7)]"#]);
    assert_eq!(*heard.lines.lock(), [r"warn: half\nway"]);
}

#[tokio::test]
async fn a_run_and_its_runtime_may_be_dropped_while_a_guest_waits() {
    let runtime = runtime_with(SandboxLimits { cpu: Duration::from_secs(600), ..SandboxLimits::default() });
    let plugin = load(&runtime, "asking", asking_for(&[1, 3, 6, 1, 2, 1, 1]).build()).await;
    let (on_use, used) = oneshot::channel();
    let (on_drop, dropped) = oneshot::channel();
    let device =
        TestDevice { silent: true, on_use: Some(on_use).into(), on_drop: Some(on_drop), ..TestDevice::default() };
    let mut run = Box::pin(runtime.collect(&plugin, job(device, &Arc::default())));
    tokio::select! {
        _ = &mut run => panic!("nobody answered it"),
        _ = used => {}
    }
    drop(run);
    drop(runtime);
    assert!(tokio::time::timeout(Duration::from_secs(60), dropped).await.is_ok());
}
