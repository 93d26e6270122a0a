//! A race of attempts, for datagrams what RFC 8305 section 5 is for connections: one after the other, and the first that
//! succeeds ends the others.
//!
//! Knows nothing of addresses. Whoever drops it drops all attempts.

use std::{collections::VecDeque, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::time::{Instant, sleep_until};

/// Runs `attempts` until one succeeds, and drops the others then. The next one starts when one before it has failed,
/// when the future beside one that runs says that it will hardly succeed, or when `after` has passed. Where all fail,
/// their errors come in the order of the attempts.
pub(super) async fn race<T, E, F, D>(attempts: Vec<(F, D)>, after: Duration) -> Result<T, Vec<E>>
where
    F: Future<Output = Result<T, E>>,
    D: Future<Output = ()>,
{
    let mut waiting: VecDeque<_> = attempts.into_iter().enumerate().collect();
    let (mut running, mut doubts) = (FuturesUnordered::new(), FuturesUnordered::new());
    let mut failed: Vec<(usize, E)> = Vec::new();
    let (mut is_next_due, mut due_at) = (true, Instant::now());
    loop {
        if is_next_due && let Some((place, (attempt, doubt))) = waiting.pop_front() {
            running.push(numbered(place, attempt));
            doubts.push(numbered(place, doubt));
            due_at = Instant::now() + after;
        }
        is_next_due = false;
        let has_more = !waiting.is_empty();
        tokio::select! {
            // Whoever has succeeded already wins over the time.
            biased;
            ended = running.next(), if !running.is_empty() => match ended {
                Some((_, Ok(success))) => return Ok(success),
                Some((place, Err(error))) => {
                    failed.push((place, error));
                    is_next_due = true;
                }
                None => {}
            },
            Some((place, ())) = doubts.next(), if has_more => {
                // One that has failed has started the next already.
                is_next_due = failed.iter().all(|(failed, _)| *failed != place);
            }
            () = sleep_until(due_at), if has_more => is_next_due = true,
            else => {
                failed.sort_by_key(|(place, _)| *place);
                return Err(failed.into_iter().map(|(_, error)| error).collect());
            }
        }
    }
}

async fn numbered<F: Future>(place: usize, attempt: F) -> (usize, F::Output) {
    (place, attempt.await)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs attempts of `(milliseconds, whether it succeeds)`, the next after 100 ms; shows what came of it and when.
    async fn check(attempts: &[(u64, bool)], expected: &str, at: u64) {
        let attempts: Vec<_> = attempts.iter().map(|(time, succeeds)| (*time, *succeeds, None)).collect();
        check_with_doubts(&attempts, expected, at).await;
    }

    /// The same with `(milliseconds, whether it succeeds, when it is doubted)`.
    async fn check_with_doubts(attempts: &[(u64, bool, Option<u64>)], expected: &str, at: u64) {
        let begun = Instant::now();
        let attempt = |(place, (time, succeeds, doubted)): (usize, &(u64, bool, Option<u64>))| {
            let (time, succeeds, doubted) = (Duration::from_millis(*time), *succeeds, *doubted);
            let attempt = async move {
                tokio::time::sleep(time).await;
                if succeeds { Ok(place) } else { Err(place) }
            };
            let doubt = async move {
                match doubted {
                    Some(doubted) => tokio::time::sleep(Duration::from_millis(doubted)).await,
                    None => std::future::pending().await,
                }
            };
            (attempt, doubt)
        };
        let result = race(attempts.iter().enumerate().map(attempt).collect(), Duration::from_millis(100)).await;
        let shown = result.map_or_else(|errors| format!("none: {errors:?}"), |place| place.to_string());
        assert_eq!((shown.as_str(), begun.elapsed()), (expected, Duration::from_millis(at)), "{attempts:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_starts_after_a_while_or_when_one_has_failed_and_the_first_success_wins() {
        check(&[(50, true), (0, true)], "0", 50).await;
        check(&[(500, true), (50, true)], "1", 150).await;
        check(&[(120, true), (50, true)], "0", 120).await;
        check(&[(10, false), (50, true)], "1", 60).await;
        check(&[(500, false), (50, false), (10, true)], "2", 160).await;
        check(&[(500, false), (500, true)], "1", 600).await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_starts_at_once_when_one_is_doubted_which_goes_on_all_the_same() {
        check_with_doubts(&[(500, false, Some(10)), (50, true, None)], "1", 60).await;
        check_with_doubts(&[(500, false, Some(0)), (500, false, Some(10)), (50, true, None)], "2", 60).await;
        check_with_doubts(&[(40, true, Some(10)), (50, true, None)], "0", 40).await;
        // There is no more to start.
        check_with_doubts(&[(50, true, Some(10))], "0", 50).await;
        check_with_doubts(&[(500, false, Some(10)), (500, true, Some(5))], "1", 510).await;
        // One that has failed is doubted no more.
        check_with_doubts(&[(10, false, Some(20)), (500, true, None), (10, true, None)], "2", 120).await;
    }

    #[tokio::test(start_paused = true)]
    async fn where_none_succeeds_all_errors_come_in_order() {
        check(&[(500, false), (10, false), (10, false)], "none: [0, 1, 2]", 500).await;
        check(&[(10, false)], "none: [0]", 10).await;
        check(&[], "none: []", 0).await;
    }

    #[tokio::test(start_paused = true)]
    async fn one_alone_is_not_hurried() {
        check(&[(10_000, true)], "0", 10_000).await;
    }
}
