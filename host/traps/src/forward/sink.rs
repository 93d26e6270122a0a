//! What all receivers have in common: they get records from the front of what waits, and say how far they came.

use std::time::Duration;

use super::{lines::Lines, snmp::Snmp, syslog::Syslog, webhook::Webhook};
use crate::Entry;

/// A receiver, with its connection if it has one.
#[derive(Debug)]
pub(super) enum Sink {
    Webhook(Webhook),
    Syslog(Syslog),
    Lines(Lines),
    Snmp(Snmp),
    #[cfg(test)]
    Scripted(super::tests::Scripted),
}

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

impl Sink {
    /// Sends records from the front, at most as many as go at once. May be dropped at any time: what is half done is
    /// done again.
    pub(super) async fn send(&mut self, entries: &[Entry]) -> Attempt {
        match self {
            Self::Webhook(webhook) => webhook.send(entries).await,
            Self::Syslog(syslog) => syslog.send(entries).await,
            Self::Lines(lines) => lines.send(entries).await,
            Self::Snmp(snmp) => snmp.send(entries).await,
            #[cfg(test)]
            Self::Scripted(scripted) => scripted.send(entries).await,
        }
    }

    /// Takes leave of the receiver, where that means anything.
    pub(super) async fn close(&mut self) {
        if let Self::Syslog(syslog) = self {
            syslog.close().await;
        }
    }
}
