//! The seam between taking a job and running it: a poll, a GET, a walk.

use std::sync::Arc;

use crate::{Events, GetAnswer, GetSpec, Running, WalkAnswer, WalkSpec};

/// A kind of job, and what it comes to.
pub trait Job: Send + 'static {
    /// What it comes to, why it came to nothing included.
    type Answer: Send + 'static;
}

/// Runs jobs of a kind: runs this job, tells what happens, and stops when the future is dropped.
///
/// Dropping must stop everything that the job started, at any `.await`, without waiting.
pub trait Runner<J: Job>: Send + Sync + 'static {
    /// Runs a job to its end.
    fn run(&self, job: J, events: Arc<dyn Events>) -> Running<J::Answer>;
}

impl Job for GetSpec {
    type Answer = GetAnswer;
}

impl Job for WalkSpec {
    type Answer = WalkAnswer;
}
