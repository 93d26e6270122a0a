//! The deadlines of a poll, by name: of a packet, a GET, a walk, a recipe, the whole.
//!
//! Several of them hold at a time. When the time is over, the words and the kind say which one it was, so that nobody
//! has to guess which key of the configuration to change.

use std::time::Duration;

use snmp::{Clue, RequestError, RequestOptions, StopReason};
use tokio::time::Instant;

use super::words::{in_seconds, rows};

/// A time that is not to be exceeded, and what it is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    /// When it is over.
    pub(super) at: Instant,
    what: DeadlineKind,
    limit: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DeadlineKind {
    Get,
    Walk,
    Direct,
    Recipe,
    Job,
}

impl Deadline {
    /// Of a whole poll.
    pub(super) fn of_job(begun: Instant, limit: Duration) -> Self {
        Self { at: begun + limit, what: DeadlineKind::Job, limit }
    }

    /// Of a direct operation.
    pub(super) fn of_operation(begun: Instant, limit: Duration) -> Self {
        Self { at: begun + limit, what: DeadlineKind::Direct, limit }
    }

    /// Of one recipe that starts now, within this deadline.
    pub(super) fn recipe(self, limit: Duration) -> Self {
        self.within(DeadlineKind::Recipe, limit)
    }

    /// Of one GET that starts now, within this deadline.
    pub(super) fn get(self, limit: Duration) -> Self {
        self.within(DeadlineKind::Get, limit)
    }

    /// Of one walk that starts now, within this deadline.
    pub(super) fn walk(self, limit: Duration) -> Self {
        self.within(DeadlineKind::Walk, limit)
    }

    fn within(self, what: DeadlineKind, limit: Duration) -> Self {
        let at = Instant::now() + limit;
        if at < self.at { Self { at, what, limit } } else { self }
    }

    /// Whether it is that of the whole poll.
    pub(super) fn is_of_job(self) -> bool {
        self.what == DeadlineKind::Job
    }

    /// The kind, in one word for programs.
    pub(super) fn kind(self) -> &'static str {
        match self.what {
            DeadlineKind::Get => "get-deadline",
            DeadlineKind::Walk | DeadlineKind::Direct => "walk-deadline",
            DeadlineKind::Recipe => "recipe-deadline",
            DeadlineKind::Job => "job-deadline",
        }
    }

    /// What took too long, and how many rows were read by then.
    pub(super) fn words(self, read: u64) -> String {
        let (what, name) = match self.what {
            DeadlineKind::Get => ("GET", "`get_timeout`"),
            DeadlineKind::Walk => ("walk", "`walk_timeout`"),
            DeadlineKind::Direct => ("walk", "`timeout`"),
            DeadlineKind::Recipe => ("recipe", "limit `polls.recipe_deadline`"),
            DeadlineKind::Job => ("poll", "limit `polls.job_deadline`"),
        };
        let read = if self.what == DeadlineKind::Get { String::new() } else { format!(" after {}", rows(read)) };
        format!("the {what} took longer than {} ({name}){read}", in_seconds(self.limit))
    }

    /// The same, and what is known of the agent.
    fn words_and(self, read: u64, clue: Option<&Clue>) -> String {
        let words = self.words(read);
        match clue {
            Some(clue) => format!("{words}; {clue}"),
            None => words,
        }
    }

    /// Why a request failed, in words and for programs.
    pub(super) fn of_request(self, error: &RequestError, options: &RequestOptions) -> (String, &'static str) {
        match error {
            RequestError::Deadline { clue, .. } => (self.words_and(0, clue.as_ref()), self.kind()),
            error => (request_words(error, options), error.kind()),
        }
    }

    /// Why a walk stopped, in words and for programs.
    pub(super) fn of_walk(self, reason: &StopReason, read: u64, options: &RequestOptions) -> (String, &'static str) {
        match reason {
            StopReason::Request(RequestError::Deadline { clue, .. }) => {
                (self.words_and(read, clue.as_ref()), self.kind())
            }
            StopReason::Request(error @ RequestError::Timeout { .. }) => {
                (format!("{}, after {}", request_words(error, options), rows(read)), error.kind())
            }
            reason => (reason.to_string(), reason.kind()),
        }
    }
}

/// A packet's time is a deadline, too.
fn request_words(error: &RequestError, options: &RequestOptions) -> String {
    match error {
        RequestError::Timeout { .. } => {
            let RequestOptions { packet_timeout, retries, .. } = options;
            format!("{error} (`packet_timeout` {}, `retries` {retries})", in_seconds(*packet_timeout))
        }
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_nearest_deadline_is_the_one_that_is_named() {
        let seconds = Duration::from_secs;
        let job = Deadline::of_job(Instant::now(), seconds(1_800));
        let recipe = job.recipe(seconds(900));
        let check = |deadline: Deadline, kind: &str, words: &str| {
            assert_eq!((deadline.kind(), deadline.words(1_234).as_str()), (kind, words));
        };
        check(
            recipe.walk(seconds(120)),
            "walk-deadline",
            "the walk took longer than 120 s (`walk_timeout`) after 1,234 rows",
        );
        check(recipe.get(seconds(10)), "get-deadline", "the GET took longer than 10 s (`get_timeout`)");
        let words = "the recipe took longer than 900 s (limit `polls.recipe_deadline`) after 1,234 rows";
        check(recipe.walk(seconds(1_000)), "recipe-deadline", words);
        tokio::time::advance(seconds(1_700)).await;
        let words = "the poll took longer than 1800 s (limit `polls.job_deadline`) after 1,234 rows";
        check(job.recipe(seconds(900)).walk(seconds(120)), "job-deadline", words);
    }

    #[test]
    fn the_time_of_a_packet_is_named_too() {
        let deadline = Deadline::of_operation(Instant::now(), Duration::from_secs(60));
        let peer = "192.0.2.1:161".parse().unwrap();
        let waited = Duration::from_millis(4_500);
        let timeout = StopReason::Request(RequestError::Timeout { peer, attempts: 3, waited, clue: None });
        let (words, kind) = deadline.of_walk(&timeout, 2, &RequestOptions::default());
        assert_eq!(kind, "timeout");
        let expected = "192.0.2.1:161 did not answer 3 requests in 4.5 s (`packet_timeout` 1.5 s, `retries` 2), \
                        after 2 rows";
        assert_eq!(words, expected);
    }

    #[test]
    fn what_is_known_at_a_deadline_is_told_with_it() {
        let deadline = Deadline::of_operation(Instant::now(), Duration::from_secs(60));
        let (peer, waited) = ("192.0.2.1:161".parse().unwrap(), Duration::from_secs(60));
        let clue = Some(Clue::NeverAnswered { context: None, is_encrypted: true });
        let error = RequestError::Deadline { peer, attempts: 1, waited, clue };
        let (words, kind) = deadline.of_walk(&StopReason::Request(error), 0, &RequestOptions::default());
        assert_eq!(kind, "walk-deadline");
        let expected = "the walk took longer than 60 s (`timeout`) after 0 rows; it told its engine ID before: \
                        perhaps the privacy password or protocol is wrong";
        assert_eq!(words, expected);
    }
}
