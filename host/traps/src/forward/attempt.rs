//! What all receivers say of records that they were to take: how far they came, and why not further.

use std::time::Duration;

/// What came of one attempt.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// Records at the front that are dealt with: taken or refused.
    pub(super) done: usize,
    /// How many of them were refused, for good.
    pub(super) refused: usize,
    /// Why the last one was.
    pub(super) reason: Option<String>,
    /// Why it did not come further.
    pub(super) failure: Option<Failure>,
}

/// Why an attempt did not come further.
#[derive(Debug)]
pub(super) enum Failure {
    /// It may go well another time.
    Later {
        /// What went wrong, without secrets.
        error: String,
        /// For how long the receiver wants to be left alone.
        pause: Option<Duration>,
    },
    /// It never will, for any record.
    Never {
        /// What went wrong, without secrets.
        error: String,
    },
}

impl Attempt {
    /// All of so many were taken.
    pub(super) fn taken(done: usize) -> Self {
        Self { done, ..Self::default() }
    }

    /// Nothing more was taken, but may be later.
    pub(super) fn failed(mut self, error: impl Into<String>) -> Self {
        self.failure = Some(Failure::Later { error: error.into(), pause: None });
        self
    }
}
