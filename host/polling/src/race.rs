//! A race of attempts, for datagrams what RFC 8305 section 5 is for connections: one after the other, and the first that
//! succeeds ends the others.
//!
//! Knows nothing of addresses. Whoever drops it drops all attempts.

use std::{collections::VecDeque, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};

/// Runs `attempts` until one succeeds, and drops the others then. The next one starts when one before it has failed,
/// or when `after` has passed. Where all fail, their errors come in the order of the attempts.
pub(super) async fn race<T, E, F>(attempts: Vec<F>, after: Duration) -> Result<T, Vec<E>>
where
    F: Future<Output = Result<T, E>>,
{
    let mut waiting: VecDeque<_> =
        attempts.into_iter().enumerate().map(|(place, attempt)| numbered(place, attempt)).collect();
    let mut running = FuturesUnordered::new();
    let mut failed: Vec<(usize, E)> = Vec::new();
    running.extend(waiting.pop_front());
    loop {
        let has_more = !waiting.is_empty();
        tokio::select! {
            // Whoever has succeeded already wins over the time.
            biased;
            ended = running.next(), if !running.is_empty() => match ended {
                Some((_, Ok(success))) => return Ok(success),
                Some((place, Err(error))) => {
                    failed.push((place, error));
                    running.extend(waiting.pop_front());
                }
                None => {}
            },
            () = tokio::time::sleep(after), if has_more => running.extend(waiting.pop_front()),
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
    use tokio::time::Instant;

    use super::*;

    /// Runs attempts of `(milliseconds, whether it succeeds)`, the next after 100 ms; shows what came of it and when.
    async fn check(attempts: &[(u64, bool)], expected: &str, at: u64) {
        let begun = Instant::now();
        let attempt = |(place, (time, succeeds)): (usize, &(u64, bool))| {
            let (time, succeeds) = (Duration::from_millis(*time), *succeeds);
            async move {
                tokio::time::sleep(time).await;
                if succeeds { Ok(place) } else { Err(place) }
            }
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
