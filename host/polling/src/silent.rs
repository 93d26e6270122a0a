//! Waiting for a device that may be silent: without a slot after a while, so that others can use it.
//!
//! A slot stands for the memory and the processor time of plugins, and a socket that waits takes neither.

use std::time::Duration;

use job::Events;
use tokio::{
    pin,
    time::{Instant, timeout, timeout_at},
};

/// Waits for the first answer of a device, and gives the slot away when that takes longer than `after`. When the device has
/// answered, it waits for a slot again, until the `deadline` at most; behind that nothing goes on anyway.
pub(super) async fn first_answer<T, E>(
    events: &dyn Events,
    after: Duration,
    deadline: Instant,
    asking: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    pin!(asking);
    if let Ok(answered) = timeout(after, &mut asking).await {
        return answered;
    }
    events.pause();
    let answer = asking.await?;
    let _ = timeout_at(deadline, events.resume()).await;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use job::{Event, Running};
    use parking_lot::Mutex;

    use super::*;

    /// Notes what a job does, and gives a slot back after a second.
    #[derive(Clone, Default)]
    struct Noted(Arc<Mutex<Vec<&'static str>>>);

    impl Events for Noted {
        fn tell(&self, _: Event) {}

        fn pause(&self) {
            self.0.lock().push("paused");
        }

        fn resume(&self) -> Running<()> {
            let noted = self.clone();
            Box::pin(async move {
                tokio::time::sleep(Duration::from_secs(1)).await;
                noted.0.lock().push("resumed");
            })
        }
    }

    /// Waits for a device that answers, or fails, after so many milliseconds; shows what happened, and when it ended.
    async fn check(answer: Result<u64, u64>, deadline: u64, expected: &[&str], at: u64) {
        let (noted, begun, ms) = (Noted::default(), Instant::now(), Duration::from_millis);
        let asking = async {
            tokio::time::sleep(ms(answer.unwrap_or_else(|time| time))).await;
            answer
        };
        let answered = first_answer(&noted, ms(100), begun + ms(deadline), asking).await;
        assert_eq!((answered, begun.elapsed()), (answer, ms(at)));
        assert_eq!(*noted.0.lock(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_device_that_answers_soon_is_waited_for_with_the_slot() {
        check(Ok(50), 5_000, &[], 50).await;
        check(Err(50), 5_000, &[], 50).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_device_is_waited_for_without_and_needs_one_again_only_if_it_answers() {
        check(Ok(300), 5_000, &["paused", "resumed"], 1_300).await;
        check(Err(300), 5_000, &["paused"], 300).await;
        check(Ok(300), 500, &["paused"], 500).await;
    }
}
