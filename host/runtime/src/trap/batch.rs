//! Questions to a plugin in batches. When a call fails, its questions are asked again one by one, so that only the
//! guilty one has no answer.
//!
//! It decides nothing about time but this: a call gets half of what is left, so that one that only waits leaves the
//! others a chance.

use std::ops::Range;

use limits::SandboxLimits;
use tokio::time::Instant;

use crate::CollectError;

/// A plugin's function that takes a list of questions.
pub(super) trait Questions: Sync {
    /// What it says to one of them.
    type Answer: Send;

    /// How many there are.
    fn count(&self) -> usize;

    /// The octets of one of them.
    fn octets(&self, place: usize) -> usize;

    /// Asks some of them in one call, in a store of its own.
    fn ask(
        &self,
        which: Range<usize>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<Result<Self::Answer, CollectError>>, CollectError>> + Send;

    /// Whether it is worth the time to look for the guilty question after this error.
    fn is_worth_repeating(error: &CollectError) -> bool;
}

/// Asks all questions; there is one answer for each, in their order.
pub(super) async fn ask_all<Q: Questions>(
    questions: &Q,
    deadline: Instant,
    limits: &SandboxLimits,
) -> Vec<Result<Q::Answer, CollectError>> {
    let mut answers = Vec::with_capacity(questions.count());
    while answers.len() < questions.count() {
        let batch = next_batch(questions, answers.len(), limits);
        match ask(questions, batch.clone(), deadline).await {
            Ok(told) => answers.extend(told),
            Err(error) if batch.len() == 1 => answers.push(Err(error)),
            Err(error) if Q::is_worth_repeating(&error) => {
                for place in batch {
                    match ask(questions, place..place + 1, deadline).await {
                        Ok(told) => answers.extend(told),
                        Err(error) => answers.push(Err(error)),
                    }
                }
            }
            Err(error) => answers.extend(batch.map(|_| Err(error.clone()))),
        }
    }
    answers
}

/// Asks once, and sees to it that there are as many answers as questions.
async fn ask<Q: Questions>(
    questions: &Q,
    which: Range<usize>,
    deadline: Instant,
) -> Result<Vec<Result<Q::Answer, CollectError>>, CollectError> {
    let (asked, now) = (which.len(), Instant::now());
    if now >= deadline {
        return Err(CollectError::Deadline);
    }
    let answers = questions.ask(which, now + (deadline - now) / 2).await?;
    if answers.len() == asked { Ok(answers) } else { Err(CollectError::WrongNumber { answered: answers.len(), asked }) }
}

/// The questions from `first` on that fit into one call; at least one.
fn next_batch<Q: Questions>(questions: &Q, first: usize, limits: &SandboxLimits) -> Range<usize> {
    let max = questions.count().min(first.saturating_add(limits.batch_notifications.max(1)));
    let mut octets = questions.octets(first);
    let mut end = first + 1;
    while end < max {
        octets = octets.saturating_add(questions.octets(end));
        if octets > limits.batch_octets {
            break;
        }
        end += 1;
    }
    first..end
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use parking_lot::Mutex;

    use super::*;

    /// Questions of one octet each, of which some make the call fail.
    struct Test {
        count: usize,
        guilty: Option<(usize, CollectError)>,
        calls: Mutex<Vec<Range<usize>>>,
    }

    impl Questions for Test {
        type Answer = usize;

        fn count(&self) -> usize {
            self.count
        }

        fn octets(&self, _place: usize) -> usize {
            1
        }

        async fn ask(
            &self,
            which: Range<usize>,
            deadline: Instant,
        ) -> Result<Vec<Result<usize, CollectError>>, CollectError> {
            self.calls.lock().push(which.clone());
            match &self.guilty {
                Some((guilty, CollectError::Deadline)) if which.contains(guilty) => {
                    tokio::time::sleep_until(deadline).await;
                    Err(CollectError::Deadline)
                }
                Some((guilty, CollectError::WrongNumber { .. })) if which.contains(guilty) => Ok(Vec::new()),
                Some((guilty, error)) if which.contains(guilty) => Err(error.clone()),
                _ => Ok(which.map(Ok).collect()),
            }
        }

        fn is_worth_repeating(error: &CollectError) -> bool {
            !matches!(error, CollectError::CpuBudget { .. })
        }
    }

    async fn check(count: usize, guilty: Option<(usize, CollectError)>, max: (usize, usize), expected: &str) {
        let questions = Test { count, guilty, calls: Mutex::default() };
        let limits = SandboxLimits { batch_notifications: max.0, batch_octets: max.1, ..SandboxLimits::default() };
        let deadline = Instant::now() + Duration::from_secs(8);
        let answers: Vec<_> = ask_all(&questions, deadline, &limits)
            .await
            .into_iter()
            .map(|answer| answer.map_or_else(|error| error.kind().to_owned(), |answer| answer.to_string()))
            .collect();
        let calls: Vec<_> = questions.calls.into_inner();
        assert_eq!(format!("{calls:?} {}", answers.join(" ")), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_batch_is_bounded_by_number_and_octets() {
        check(0, None, (2, 100), "[] ").await;
        check(5, None, (2, 100), "[0..2, 2..4, 4..5] 0 1 2 3 4").await;
        check(5, None, (100, 3), "[0..3, 3..5] 0 1 2 3 4").await;
        check(2, None, (0, 0), "[0..1, 1..2] 0 1").await;
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_guilty_question_has_no_answer() {
        let trap = CollectError::Trapped { message: String::new(), backtrace: Vec::new() };
        check(4, Some((1, trap)), (3, 100), "[0..3, 0..1, 1..2, 2..3, 3..4] 0 trap 2 3").await;
        let wrong = CollectError::WrongNumber { answered: 0, asked: 1 };
        check(2, Some((0, wrong)), (3, 100), "[0..2, 0..1, 1..2] wrong-number 1").await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_worth_repeating_fails_together() {
        let slow = CollectError::CpuBudget { limit: Duration::ZERO, setting: "trap_cpu" };
        check(4, Some((1, slow)), (3, 100), "[0..3, 3..4] cpu-budget cpu-budget cpu-budget 3").await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_only_waits_leaves_time_for_the_others() {
        check(3, Some((0, CollectError::Deadline)), (3, 100), "[0..3, 0..1, 1..2, 2..3] deadline 1 2").await;
    }
}
