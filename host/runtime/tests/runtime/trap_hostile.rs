//! Plugins for notifications that misbehave: whatever they do, only the guilty notification is without an answer, and
//! an enricher costs a record nothing but a flag.

use std::{sync::Arc, time::Duration};

use limits::SandboxLimits;
use runtime::{CollectError, MessagePart, TrapRecord};

use crate::{
    trap_guest::{GOOD_RECORD, act, enricher, enricher_doing},
    traps::{enriched, load_decoder, load_enricher, told},
    world::{TestDevice, hostile_job, load_hostile, runtime_with},
};

/// Limits that hostile guests reach soon.
pub(crate) fn tight() -> SandboxLimits {
    SandboxLimits {
        trap_cpu: Duration::from_millis(50),
        output_bytes: 200_000,
        hostcall_bytes: 200_000,
        ..SandboxLimits::default()
    }
}

/// What became of PDUs, in text.
async fn decoded(limits: SandboxLimits, acts: &[u8]) -> String {
    let runtime = runtime_with(limits);
    let decoder = load_decoder(&runtime).await;
    let answers = runtime.decode(&decoder, acts.iter().copied().map(told).collect()).await;
    let line = |answer: Result<TrapRecord, CollectError>| match answer {
        Ok(record) => format!("{} {}\n", record.snmp.pdu, record.decoded_by.plugin),
        Err(error) => format!("{}: {error}\n", error.kind()),
    };
    answers.into_iter().map(line).collect()
}

#[tokio::test]
async fn only_the_guilty_notification_is_not_decoded() {
    for (act, expected) in [
        (act::TRAP, "trap: trapped: wasm `unreachable` instruction executed"),
        (act::SPIN, "cpu-budget: used more than 50ms of CPU time (limit `trap_cpu`)"),
        (act::HUGE_TEXT, "output-too-large: returned more than 195.31 KiB (200000 octets) (limit `output_bytes`)"),
        (act::TOO_FEW_ANSWERS, "wrong-number: returned 0 results for 1 notifications"),
        (
            act::MILLIONS_OF_ANSWERS,
            "output-too-large: returned more than 195.31 KiB (200000 octets) (limit `output_bytes`)",
        ),
        (act::GROW, "memory-limit: wanted more than 64 MiB of memory (limit `memory_bytes`)"),
        (
            act::INVALID_JSON,
            "invalid-answer: gave an answer that the contract does not describe: EOF while parsing a value at line 1 column 8",
        ),
        (
            act::OTHER_JSON,
            "invalid-answer: gave an answer that the contract does not describe: invalid type: map, expected a sequence at line 1 \
             column 48",
        ),
        (
            act::NO_UNICODE,
            "invalid-answer: gave an answer that the contract does not describe: unexpected end of hex escape at line 1 column 27",
        ),
        (
            act::NESTED,
            "invalid-answer: gave an answer that the contract does not describe: invalid type: sequence, expected i64 at line 1 \
             column 67",
        ),
        (act::REFUSE, "limit-exceeded: no, thank you"),
    ] {
        let all = decoded(tight(), &[act::GOOD, act, act::GOOD]).await;
        assert_eq!(all, format!("trap decoder\n{expected}\ntrap decoder\n"), "act {act}");
    }
}

#[tokio::test]
async fn a_record_has_a_bound_of_its_own() {
    let limits = SandboxLimits { record_bytes: 100, ..SandboxLimits::default() };
    let expected = "record-too-large: returned more than 100 octets for one notification (limit `record_bytes`)\n";
    assert_eq!(decoded(limits, &[act::GOOD]).await, expected);
}

#[tokio::test]
async fn more_notifications_than_a_batch_holds_are_all_decoded() {
    let limits = SandboxLimits { batch_notifications: 3, ..SandboxLimits::default() };
    assert_eq!(decoded(limits, &[act::GOOD; 10]).await, "trap decoder\n".repeat(10));
    assert_eq!(decoded(SandboxLimits::default(), &[]).await, "");
}

#[tokio::test]
async fn time_bounds_a_batch_with_all_its_repeats() {
    let limits = SandboxLimits { trap_time: Duration::from_millis(300), ..SandboxLimits::default() };
    let all = decoded(limits, &[act::SPIN; 200]).await;
    assert_eq!(all.lines().count(), 200);
    assert_eq!(all.lines().last().unwrap(), "deadline: did not finish within its deadline");
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_gives_its_place_back() {
    let minute = Duration::from_secs(60);
    let limits = SandboxLimits { trap_guests: 1, trap_cpu: minute, trap_time: minute, ..SandboxLimits::default() };
    let runtime = runtime_with(limits);
    let decoder = load_decoder(&runtime).await;
    let spinning = runtime.decode(&decoder, vec![told(act::SPIN)]);
    assert!(tokio::time::timeout(Duration::from_millis(50), spinning).await.is_err());
    assert!(runtime.decode(&decoder, vec![told(act::GOOD)]).await.remove(0).is_ok());
}

#[tokio::test]
async fn polls_never_keep_notifications_waiting() {
    let runtime = runtime_with(SandboxLimits { concurrent_guests: 1, trap_guests: 1, ..SandboxLimits::default() });
    let (collector, decoder) = (load_hostile(&runtime).await, load_decoder(&runtime).await);
    let (used, in_use) = tokio::sync::oneshot::channel();
    let device = TestDevice { silent: true, on_use: Some(used).into(), ..TestDevice::default() };
    let job = hostile_job(device, &Arc::default(), "ask_for_ever", 0);
    let poll = runtime.collect(&collector, job);
    let decode = async {
        in_use.await.unwrap();
        runtime.decode(&decoder, vec![told(act::GOOD)]).await
    };
    tokio::select! {
        report = poll => panic!("{report:?}"),
        records = decode => assert!(records.iter().all(Result::is_ok), "{records:?}"),
    }
}

#[tokio::test]
async fn a_hostile_tree_is_an_error() {
    let runtime = runtime_with(tight());
    let decoder = load_decoder(&runtime).await;
    for (act, expected) in [
        (act::GOOD, "ok"),
        (act::TRAP, "trap: trapped: wasm `unreachable` instruction executed"),
        (act::SPIN, "cpu-budget: used more than 50ms of CPU time (limit `trap_cpu`)"),
        (act::HUGE_TEXT, "output-too-large: returned more than 195.31 KiB (200000 octets) (limit `output_bytes`)"),
        (
            act::INVALID_JSON,
            "invalid-output: returned what is not a JSON object: EOF while parsing a value at line 1 column 8",
        ),
        (
            act::NESTED,
            "invalid-output: returned what is not a JSON object: recursion limit exceeded at line 1 column 193",
        ),
        (act::REFUSE, "limit-exceeded: no, thank you"),
    ] {
        let tree = runtime.tree(&decoder, MessagePart::Message, vec![act, 0]).await;
        let said = tree.map_or_else(|error| format!("{}: {error}", error.kind()), |_| "ok".to_owned());
        assert_eq!(said, expected, "act {act}");
    }
}

#[tokio::test]
async fn an_enricher_that_uses_up_its_time_again_and_again_is_asked_no_more() {
    let limits = SandboxLimits { enricher_failures: 2, ..tight() };
    let runtime = runtime_with(limits);
    let spinning = load_enricher(&runtime, "slow", enricher_doing("slow", "(loop $spin (br $spin))")).await;
    let mut flags = Vec::new();
    for _ in 0..3 {
        let mut record: TrapRecord = serde_json::from_str(GOOD_RECORD).unwrap();
        let failures = runtime.enrich(std::slice::from_ref(&spinning), [&mut record]).await;
        flags.push((record.flags.concat(), failures.len()));
    }
    let (failed, out) = ("enricher_failed:slow".to_owned(), "enricher_out_of_service:slow".to_owned());
    assert_eq!(flags, [(failed.clone(), 1), (failed, 1), (out, 0)]);
}

#[tokio::test]
async fn an_enricher_that_fails_costs_the_record_nothing_but_a_flag() {
    let good = enricher("good", Some(r#"{"severity":"notice"}"#));
    for (act, expected) in [
        ("(unreachable)", "trapped: wasm `unreachable` instruction executed"),
        ("(loop $spin (br $spin))", "used more than 50ms of CPU time (limit `trap_cpu`)"),
        ("(local.set $count (i32.const 0))", "returned 0 results for 1 notifications"),
    ] {
        let bad = enricher_doing("bad", act);
        assert_eq!(
            enriched(&[("bad", bad), ("good", good.clone())]).await,
            format!(
                "by \"good\": notice {{}} [\"enricher_failed:bad\"]\nthe enricher `bad` failed with 1 record: {expected}"
            )
        );
    }
    for (additions, expected) in [
        ("[]", "gave an answer that the contract does not describe: it is an array"),
        (r#"{"severity":"terrible"}"#, "unknown variant"),
        (r#"{"varbinds":[{"position":1}]}"#, "it is about varbind 1, and the record has 1"),
        (r#"{"varbinds":[{"name":"x"}]}"#, "missing field `position` at line 1 column 25"),
    ] {
        let bad = enricher("bad", Some(additions));
        let said = enriched(&[("bad", bad), ("good", good.clone())]).await;
        assert!(said.starts_with("by \"good\": notice {} [\"enricher_failed:bad\"]\n"), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}
