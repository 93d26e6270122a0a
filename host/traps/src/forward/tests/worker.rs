//! The rules that hold for all receivers. Time is paused.

use super::*;
use crate::forward::{attempt::Failure, sink::Sink};

fn nowhere() -> Destination {
    Destination::File { path: "-".into() }
}

fn rule(name: &str) -> ForwardOptions {
    ForwardOptions { backoff: Duration::from_secs(60), ..options(name, nowhere()) }
}

fn scripted(options: ForwardOptions, scripted: Scripted, log: &TrapLog, cursors: &Arc<MemoryCursors>) -> Forwarders {
    Forwarders::with_sinks(vec![(options, Sink::Scripted(scripted))], log.clone(), cursors.clone())
}

fn take_all(entries: &[Entry]) -> Answer {
    Answer::Now(Attempt::taken(entries.len()))
}

async fn next(seen: &mut mpsc::UnboundedReceiver<Seen>) -> Vec<u64> {
    // Time is paused: where nothing comes, this is over at once.
    tokio::time::timeout(Duration::from_secs(3_600), seen.recv()).await.unwrap().unwrap().1
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_was_down_gets_everything_once_and_in_order() {
    let (log, cursors, is_up) = (log(100), Arc::default(), Switch::default());
    let up = is_up.clone();
    let (receiver, mut seen) = Scripted::new(move |entries| {
        if up.is_on() { take_all(entries) } else { Answer::Now(Attempt::default().failed("nobody listens")) }
    });
    let forwarders = scripted(rule("a"), receiver, &log, &cursors);
    append(&log, 25).await;
    let mut at = Vec::new();
    for _ in 0..9 {
        let (when, numbers) = seen.recv().await.unwrap();
        assert_eq!(numbers, (1..=10).collect::<Vec<_>>(), "nothing is left out and nothing overtakes");
        at.push(when);
    }
    let pauses: Vec<f64> = at.windows(2).map(|at| (at[1] - at[0]).as_secs_f64()).collect();
    for (pause, whole) in pauses.iter().zip([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]) {
        assert!((whole * 0.74..=whole + 0.01).contains(pause), "{pauses:?}");
    }
    let stats = forwarders.stats().remove(0);
    assert_eq!((stats.sent, stats.behind, stats.state), (0, 25, ForwarderState::Failing));
    assert_eq!(stats.last_error.as_deref(), Some("nobody listens"));
    is_up.turn_on();
    for batch in [1..=10, 11..=20, 21..=25] {
        assert_eq!(next(&mut seen).await, batch.collect::<Vec<_>>());
    }
    let stats = until(&forwarders, |stats| stats.sent == 25).await;
    assert_eq!((stats.behind, stats.state, stats.failed_attempts), (0, ForwarderState::Working, 9));
    assert!(seen.try_recv().is_err(), "once");
}

#[tokio::test(start_paused = true)]
async fn a_forwarder_goes_on_after_a_restart_where_it_was() {
    let (log, cursors) = (log(100), Arc::default());
    append(&log, 5).await;
    let (receiver, mut seen) = Scripted::new(take_all);
    let forwarders = scripted(rule("a"), receiver, &log, &cursors);
    append(&log, 2).await;
    assert_eq!(next(&mut seen).await, [6, 7], "the first time, it begins at the end of the log");
    forwarders.stop(Duration::from_secs(1)).await;
    append(&log, 3).await;
    let (receiver, mut seen) = Scripted::new(take_all);
    let _forwarders = scripted(rule("a"), receiver, &log, &cursors);
    assert_eq!(next(&mut seen).await, [8, 9, 10]);
    let (receiver, mut seen) = Scripted::new(take_all);
    let _another = scripted(rule("b"), receiver, &log, &cursors);
    append(&log, 1).await;
    assert_eq!(next(&mut seen).await, [11], "cursors have names");
}

#[tokio::test(start_paused = true)]
async fn a_cursor_moves_only_behind_what_was_taken() {
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    cursors.save("a", 0).await.unwrap();
    append(&log, 6).await;
    let mut answers = 0;
    let (receiver, mut seen) = Scripted::new(move |_| {
        answers += 1;
        match answers {
            1 => Answer::Now(Attempt::taken(4).failed("gone")),
            _ => Answer::Now(Attempt::default().failed("gone")),
        }
    });
    let forwarders = scripted(rule("a"), receiver, &log, &cursors);
    assert_eq!(next(&mut seen).await.len(), 6);
    assert_eq!(next(&mut seen).await, [5, 6]);
    forwarders.stop(Duration::from_secs(1)).await;
    assert_eq!(cursors.load("a").await.unwrap(), Some(4));
}

#[tokio::test(start_paused = true)]
async fn a_cursor_beyond_the_end_of_the_log_is_taken_for_its_end() {
    for in_the_log in [0, 5] {
        let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
        cursors.save("a", 1_000).await.unwrap();
        append(&log, in_the_log).await;
        let (receiver, mut seen) = Scripted::new(take_all);
        let forwarders = scripted(rule("a"), receiver, &log, &cursors);
        append(&log, 2).await;
        let end = u64::try_from(in_the_log).unwrap();
        assert_eq!(next(&mut seen).await, [end + 1, end + 2], "what comes from now on");
        assert_eq!(until(&forwarders, |stats| stats.sent == 2).await.behind, 0);
        forwarders.stop(Duration::from_secs(1)).await;
        assert_eq!(cursors.load("a").await.unwrap(), Some(end + 2), "the cursor goes back to where the log is");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cursor_beyond_the_end_goes_back_even_if_nothing_comes() {
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    cursors.save("a", 1_000).await.unwrap();
    append(&log, 5).await;
    let (receiver, mut seen) = Scripted::new(take_all);
    let forwarders = scripted(rule("a"), receiver, &log, &cursors);
    until(&forwarders, |_| log.last() == 5).await;
    forwarders.stop(Duration::from_secs(1)).await;
    assert!(seen.try_recv().is_err(), "what was there before is left alone");
    assert_eq!(cursors.load("a").await.unwrap(), Some(5));
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_hangs_holds_up_nobody_else_and_is_tried_again() {
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    let (hangs, mut hanging) = Scripted::new(|_| Answer::Never);
    let (works, mut working) = Scripted::new(take_all);
    let sinks = vec![(rule("hangs"), Sink::Scripted(hangs)), (rule("works"), Sink::Scripted(works))];
    let forwarders = Forwarders::with_sinks(sinks, log.clone(), cursors);
    append(&log, 1).await;
    assert_eq!(next(&mut hanging).await, [1]);
    assert_eq!(next(&mut working).await, [1]);
    assert_eq!(next(&mut hanging).await, [1], "after its time");
    let stats = forwarders.stats().remove(0);
    assert_eq!(stats.last_error.as_deref(), Some("did not finish within 30s"));
}

#[tokio::test(start_paused = true)]
async fn beyond_its_spool_a_forwarder_passes_over_the_oldest_and_counts_them() {
    let (log, cursors, is_up) = (log(1_000), Arc::default(), Switch::default());
    let up = is_up.clone();
    let (receiver, mut seen) = Scripted::new(move |entries| {
        if up.is_on() { take_all(entries) } else { Answer::Now(Attempt::default().failed("nobody listens")) }
    });
    let forwarders = scripted(ForwardOptions { spool: 5, ..rule("a") }, receiver, &log, &cursors);
    append(&log, 3).await;
    assert_eq!(next(&mut seen).await, [1, 2, 3]);
    append(&log, 100).await;
    assert_eq!(next(&mut seen).await, [99, 100, 101, 102, 103]);
    is_up.turn_on();
    assert_eq!(next(&mut seen).await, [99, 100, 101, 102, 103]);
    let stats = until(&forwarders, |stats| stats.sent == 5).await;
    assert_eq!((stats.passed_over, stats.behind), (98, 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_log_has_forgotten_is_counted_as_passed_over() {
    let (log, cursors) = (log(4), Arc::<MemoryCursors>::default());
    cursors.save("a", 2).await.unwrap();
    append(&log, 10).await;
    let (receiver, mut seen) = Scripted::new(take_all);
    let forwarders = scripted(rule("a"), receiver, &log, &cursors);
    assert_eq!(next(&mut seen).await, [7, 8, 9, 10]);
    assert_eq!(until(&forwarders, |stats| stats.sent == 4).await.passed_over, 4);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_is_counted_and_the_next_ones_are_sent() {
    let (log, cursors) = (log(100), Arc::default());
    let (receiver, mut seen) = Scripted::new(|entries| {
        let refused = usize::from(entries[0].number() == Some(1));
        let reason = (refused > 0).then(|| "no such trap".to_owned());
        Answer::Now(Attempt { done: 1, refused, reason, failure: None })
    });
    let forwarders = scripted(rule("a"), receiver, &log, &cursors);
    append(&log, 2).await;
    assert_eq!(next(&mut seen).await, [1, 2]);
    assert_eq!(next(&mut seen).await, [2]);
    let stats = until(&forwarders, |stats| stats.sent == 1).await;
    assert_eq!((stats.refused, stats.failed_attempts, stats.behind), (1, 0, 0));
    assert_eq!(stats.last_error.as_deref(), Some("no such trap"));
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_refuses_everything_gets_fewer_and_fewer_until_it_takes_one() {
    let (log, cursors) = (log(1_000), Arc::default());
    let (receiver, mut seen) = Scripted::new(|entries| {
        let refused = usize::from(entries[0].number() != Some(14));
        Answer::Now(Attempt { done: 1, refused, ..Attempt::default() })
    });
    let _forwarders = scripted(rule("a"), receiver, &log, &cursors);
    append(&log, 100).await;
    let mut at = Vec::new();
    for _ in 0..17 {
        at.push(seen.recv().await.unwrap().0);
    }
    let pauses: Vec<f64> = at.windows(2).map(|at| (at[1] - at[0]).as_secs_f64()).collect();
    let growing = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.0, 10.0, 10.0];
    // Behind the one that was taken there is none, and then they begin anew.
    let expected = growing.into_iter().chain([0.0, 0.01, 0.02]);
    for (pause, whole) in pauses.iter().zip(expected) {
        assert!((whole * 0.74..=whole + 0.003).contains(pause), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_do_not_shorten_the_pauses_between_failures() {
    let (log, cursors) = (log(100), Arc::default());
    let mut attempts = 0;
    let (receiver, mut seen) = Scripted::new(move |_| {
        attempts += 1;
        let refused = usize::from(attempts % 2 == 0);
        let attempt = Attempt { done: refused, refused, ..Attempt::default() };
        Answer::Now(if refused == 0 { attempt.failed("busy") } else { attempt })
    });
    let _forwarders = scripted(rule("a"), receiver, &log, &cursors);
    append(&log, 10).await;
    let mut at = Vec::new();
    for _ in 0..8 {
        at.push(seen.recv().await.unwrap().0);
    }
    for (at, whole) in at.chunks(2).zip([1.0, 2.0, 4.0, 8.0]) {
        let pause = (at[1] - at[0]).as_secs_f64();
        assert!((whole * 0.74..=whole + 0.01).contains(&pause), "{pause} for {whole}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_the_filter_wants_is_sent() {
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    let filter = Filter { oids: vec!["1.3.6.1.4.1.9".parse().unwrap()], ..Filter::default() };
    let (receiver, mut seen) = Scripted::new(take_all);
    let forwarders = scripted(ForwardOptions { filter, ..rule("a") }, receiver, &log, &cursors);
    for oid in [Some("1.3.6.1.4.1.9.0.1"), Some("1.3.6.1.4.1.99.0.1"), None, Some("1.3.6.1.4.1.9.0.2"), None] {
        log.append(vec![NewEntry { json: "{\"a\":1}".to_owned(), facts: facts(oid) }]).await.unwrap();
    }
    assert_eq!(next(&mut seen).await, [1, 4]);
    assert_eq!(until(&forwarders, |stats| stats.behind == 0).await.sent, 2);
    forwarders.stop(Duration::from_secs(1)).await;
    assert_eq!(cursors.load("a").await.unwrap(), Some(5), "what nobody wants is dealt with, too");
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_gone_for_good_ends_its_forwarder() {
    let (log, cursors) = (log(100), Arc::default());
    let (receiver, mut seen) = Scripted::new(|_| {
        Answer::Now(Attempt { failure: Some(Failure::Never { error: "broken pipe".to_owned() }), ..Attempt::default() })
    });
    let forwarders = scripted(rule("a"), receiver, &log, &cursors);
    append(&log, 1).await;
    assert_eq!(next(&mut seen).await, [1]);
    let stats = until(&forwarders, |stats| stats.state == ForwarderState::Ended).await;
    assert_eq!((stats.last_error.as_deref(), stats.behind), (Some("broken pipe"), 1));
    assert_eq!(seen.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn what_is_in_the_log_is_sent_before_the_end() {
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    let (receiver, mut seen) = Scripted::new(take_all);
    let forwarders = scripted(rule("a"), receiver, &log, &cursors);
    append(&log, 35).await;
    forwarders.stop(Duration::from_secs(10)).await;
    let mut sent = 0;
    while let Some((_, numbers)) = seen.recv().await {
        sent += numbers.len();
    }
    assert_eq!((sent, cursors.load("a").await.unwrap()), (35, Some(35)));
}

#[tokio::test(start_paused = true)]
async fn the_end_waits_for_nobody_longer_than_its_grace() {
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    let mut answers = 0;
    let (receiver, mut seen) = Scripted::new(move |_| {
        answers += 1;
        if answers == 1 { Answer::Now(Attempt::taken(3)) } else { Answer::Never }
    });
    let options = ForwardOptions { timeout: Duration::from_secs(3_600), ..rule("a") };
    let forwarders = scripted(options, receiver, &log, &cursors);
    append(&log, 8).await;
    assert_eq!(next(&mut seen).await.len(), 8);
    assert_eq!(next(&mut seen).await.len(), 5);
    let began = Instant::now();
    forwarders.stop(Duration::from_secs(5)).await;
    assert_eq!(began.elapsed().as_secs(), 5);
    assert_eq!(cursors.load("a").await.unwrap(), Some(3));
    assert_eq!(forwarders.stats()[0].state, ForwarderState::Ended);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_stored_goes_on_from_memory_and_not_again_when_it_is_stored() {
    let (log, cursors, is_up) = (log(100), Arc::<MemoryCursors>::default(), Switch::default());
    let (receiver, mut seen) = Scripted::new(take_all);
    let forwarders = scripted(rule("a"), receiver, &log, &cursors);
    let up = is_up.clone();
    let (away, mut seen_away) = Scripted::new(move |entries| {
        if up.is_on() { take_all(entries) } else { Answer::Now(Attempt::default().failed("nobody listens")) }
    });
    let others = scripted(rule("b"), away, &log, &cursors);
    append(&log, 1).await;
    assert_eq!((next(&mut seen).await, next(&mut seen_away).await), (vec![1], vec![1]));
    log.keep_unstored(&some(3));
    assert_eq!(next(&mut seen).await, [0, 0, 0]);
    let stats = until(&forwarders, |stats| stats.sent == 4).await;
    assert_eq!((stats.unstored, stats.behind), (3, 0));
    assert_eq!(others.stats().remove(0).behind, 4);
    assert!(log.store_unstored().await.unwrap());
    append(&log, 1).await;
    assert_eq!(next(&mut seen).await, [5], "2 to 4 came from memory");
    // Who was away has them from the log.
    is_up.turn_on();
    while next(&mut seen_away).await != [1] {}
    assert_eq!(next(&mut seen_away).await, [2, 3, 4, 5]);
    forwarders.stop(Duration::from_secs(1)).await;
    let (receiver, mut seen) = Scripted::new(take_all);
    let _forwarders = scripted(rule("a"), receiver, &log, &cursors);
    append(&log, 1).await;
    assert_eq!(next(&mut seen).await, [6], "the cursor is behind what came from memory");
}
