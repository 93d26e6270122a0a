//! What others are told of tickets: each as it was at one moment.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use time::OffsetDateTime;

use crate::{KeptReport, State, Status, Ticket, TicketId};

/// A ticket as it was at one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// Its name.
    pub id: TicketId,
    /// The target as the client wrote it.
    pub target: Arc<str>,
    /// Where it is on its way.
    pub status: Status,
    /// The line for people; empty until it started.
    pub progress: Arc<str>,
    /// The counters of its recipes, in the order in which they first came.
    pub counters: Vec<(String, u64)>,
    /// How long its job has run, or ran; none if it never started.
    pub elapsed: Option<Duration>,
    /// Grows with every change that a client can see.
    pub version: u64,
    /// What it found, when complete.
    pub report: Option<Arc<KeptReport>>,
    /// Why it failed.
    pub error: Option<Arc<str>>,
}

/// Some of the tickets.
#[derive(Debug)]
pub struct TicketPage {
    /// The tickets, newest first.
    pub rows: Vec<TicketRow>,
    /// What the next page comes after; none where this one is the last.
    pub next: Option<u64>,
    /// How many there are on all pages.
    pub total: usize,
}

/// What a list tells of a ticket. Copying a whole page of these is cheap: the lock is taken meanwhile.
#[derive(Debug)]
pub struct TicketRow {
    /// Its name.
    pub id: TicketId,
    /// The target as the client wrote it.
    pub target: Arc<str>,
    /// Where it is on its way.
    pub status: Status,
    /// When it was submitted.
    pub created_at: OffsetDateTime,
    /// How long its job has run, or ran; none if it never started.
    pub elapsed: Option<Duration>,
}

impl Snapshot {
    pub(crate) fn of(id: TicketId, ticket: &Ticket<KeptReport>, now: Instant) -> Self {
        let (report, error) = match &ticket.state {
            State::Complete { result, .. } => (Some(Arc::clone(result)), None),
            State::Failed { error, .. } => (None, Some(Arc::clone(error))),
            State::Queued | State::Running { .. } | State::Cancelled { .. } => (None, None),
        };
        Self {
            id,
            target: Arc::clone(&ticket.target),
            status: ticket.state.status(),
            progress: Arc::clone(&ticket.progress),
            counters: ticket.counters.clone(),
            elapsed: ticket.elapsed(now),
            version: ticket.version,
            report,
            error,
        }
    }
}
