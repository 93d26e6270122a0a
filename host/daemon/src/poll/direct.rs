//! Operations that are answered at once: the value of one object, everything below an OID.
//!
//! They share the slots of the polls, so that they cannot be used around `polls.max_concurrent`, and they end when the
//! client hangs up, since that drops their future.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde::Serialize;
use snmp_engine::{HubStats, RequestError, Session, Status, StopReason, Target, UnknownValues, usm::Report};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};
use utoipa::ToSchema;

use super::{
    ResolveError, Runner,
    deadline::Deadline,
    spec::{DeviceSpec, GetSpec, WalkSpec},
    text::value_text,
};

/// Does direct operations.
#[derive(Debug)]
pub struct Direct {
    runner: Arc<Runner>,
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// One object of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WalkedObject {
    /// Its name as a dotted OID.
    #[schema(example = "1.3.6.1.2.1.1.5.0")]
    pub oid: String,
    /// Its value as text.
    #[schema(example = "core-switch-1")]
    pub value: String,
}

/// What a direct GET came to.
#[derive(Debug)]
pub struct GetAnswer {
    /// The value as text.
    pub result: Result<String, DirectError>,
    /// What was odd, a line each.
    pub warnings: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// What a direct walk came to: what was read, also when it broke off.
#[derive(Debug)]
pub struct WalkAnswer {
    /// What was read; none if the walk never began.
    pub rows: Option<Vec<WalkedObject>>,
    /// Why it broke off, if it did.
    pub error: Option<DirectError>,
    /// What was odd, a line each; nothing is missing for it.
    pub warnings: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Why a direct operation failed. The texts are what a client reads.
#[derive(Debug, thiserror::Error)]
pub enum DirectError {
    /// The target has no address.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// No answer came. The text is that of the reference, to the letter; [`Self::detail`] says more.
    #[error("No SNMP response received before timeout")]
    NoAnswer(RequestError),
    /// No answer came, and there is more to say of it.
    #[error("No SNMP response received before timeout: {0}")]
    NoAnswerBecause(RequestError),
    /// The agent of version 3 refused the request.
    #[error("The agent refused the request: {0}")]
    Refused(Report),
    /// The agent does not have the object.
    #[error("No such object")]
    NoSuchObject,
    /// Something else went wrong between the agent and here.
    #[error("SNMP failed: {0}")]
    Failed(String),
    /// All slots are taken for longer than the operation may take.
    #[error("No free slot within {timeout:?}: {slots} operations are running (limit `polls.max_concurrent`)")]
    NoSlot {
        /// The operation's timeout.
        timeout: Duration,
        /// How many slots there are.
        slots: usize,
    },
    /// Too many others are waiting for a slot.
    #[error("{bound} direct operations are waiting already (limit `polls.direct_waiting`)")]
    TooManyWaiting {
        /// How many may wait.
        bound: usize,
    },
}

impl DirectError {
    /// What there is to say beside the text: who was asked, how often, and what silence can mean.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        if let Self::NoAnswer(error) = self { Some(error.to_string()) } else { None }
    }
}

impl Direct {
    /// Operations that take their slots from `slots`.
    #[must_use]
    pub fn new(runner: Arc<Runner>, slots: Arc<Semaphore>) -> Self {
        Self { runner, slots, waiting: AtomicUsize::new(0) }
    }

    /// What the sockets have seen.
    #[must_use]
    pub fn hub_stats(&self) -> HubStats {
        self.runner.hub_stats()
    }

    /// Reads the value of one object.
    pub async fn get(&self, spec: &GetSpec) -> GetAnswer {
        let begun = Instant::now();
        let (result, warnings) = match self.value(spec, begun + spec.timeout).await {
            Ok((value, warnings)) => (value.ok_or(DirectError::NoSuchObject), warnings),
            Err(error) => (Err(error), Vec::new()),
        };
        GetAnswer { result, warnings, elapsed: begun.elapsed() }
    }

    /// Reads everything below an OID.
    pub async fn walk(&self, spec: &WalkSpec) -> WalkAnswer {
        let begun = Instant::now();
        let deadline = begun + spec.timeout;
        match self.session(&spec.device, spec.timeout, deadline).await {
            Err(error) => WalkAnswer { rows: None, error: Some(error), warnings: Vec::new(), elapsed: begun.elapsed() },
            Ok((session, _slot)) => {
                let Walked { rows, error, warnings } =
                    walk(&session, spec, Deadline::of_operation(begun, spec.timeout)).await;
                WalkAnswer { rows: Some(rows), error, warnings, elapsed: begun.elapsed() }
            }
        }
    }

    /// The value as text, where there is one, and what was odd.
    async fn value(&self, spec: &GetSpec, deadline: Instant) -> Result<(Option<String>, Vec<String>), DirectError> {
        let (session, _slot) = self.session(&spec.device, spec.timeout, deadline).await?;
        let varbinds = session.get(std::slice::from_ref(&spec.oid), deadline).await?;
        let mut warnings = of_the_agent(&session);
        warnings.extend(UnknownValues::among(&varbinds).warnings());
        Ok((varbinds.first().and_then(|varbind| value_text(&varbind.value)), warnings))
    }

    /// A session with the device, and the slot that it needs.
    async fn session(
        &self,
        device: &DeviceSpec,
        timeout: Duration,
        deadline: Instant,
    ) -> Result<(Session, SemaphorePermit<'_>), DirectError> {
        let slot = self.slot(timeout, deadline).await?;
        let limit = self.runner.limits.snmp.resolve_deadline.min(deadline.saturating_duration_since(Instant::now()));
        let addr = self.runner.resolver.resolve(&device.target, device.port, limit).await?;
        let target = Target { addr, credentials: device.credentials.clone() };
        let options = self.runner.profiles.options(device, addr);
        Ok((self.runner.engine.session(target, options), slot))
    }

    async fn slot(&self, timeout: Duration, deadline: Instant) -> Result<SemaphorePermit<'_>, DirectError> {
        if let Ok(slot) = self.slots.try_acquire() {
            return Ok(slot);
        }
        let bound = self.runner.limits.polls.direct_waiting;
        let _place = Place::take(&self.waiting, bound).ok_or(DirectError::TooManyWaiting { bound })?;
        let slots = self.runner.limits.polls.max_concurrent;
        match tokio::time::timeout_at(deadline, self.slots.acquire()).await {
            Ok(Ok(slot)) => Ok(slot),
            // The semaphore is never closed, and if it were, there would be no slot either.
            Ok(Err(_)) | Err(_) => Err(DirectError::NoSlot { timeout, slots }),
        }
    }
}

/// What a walk came to that was begun.
struct Walked {
    rows: Vec<WalkedObject>,
    error: Option<DirectError>,
    warnings: Vec<String>,
}

async fn walk(session: &Session, spec: &WalkSpec, deadline: Deadline) -> Walked {
    let mut rows = Vec::new();
    let mut walk = session.walk(spec.oid.clone(), deadline.at);
    while let Some(batch) = walk.next().await {
        rows.extend(batch.iter().filter_map(|varbind| {
            Some(WalkedObject { oid: varbind.name.to_string(), value: value_text(&varbind.value)? })
        }));
    }
    let outcome = walk.outcome();
    let mut warnings = of_the_agent(session);
    warnings.extend(outcome.warnings());
    let error = match (outcome.status, outcome.reason) {
        (Status::Complete | Status::Unsupported, _) => None,
        (_, Some(StopReason::Request(error))) if rows.is_empty() => Some(error.into()),
        (_, Some(StopReason::Request(RequestError::Report { report, .. }))) => Some(DirectError::Refused(report)),
        (_, Some(reason)) => Some(DirectError::Failed(deadline.of_walk(&reason, outcome.rows, session.options()).0)),
        (_, None) => Some(DirectError::Failed("the walk broke off".to_owned())),
    };
    Walked { rows, error, warnings }
}

/// What is odd about the agent itself.
pub(super) fn of_the_agent(session: &Session) -> Vec<String> {
    session.engine_id().and_then(|id| id.oddity()).into_iter().collect()
}

impl From<RequestError> for DirectError {
    fn from(error: RequestError) -> Self {
        match error {
            error if error.is_silence() => Self::NoAnswer(error),
            RequestError::Report { report, .. } => Self::Refused(report),
            error if matches!(error.kind(), "timeout" | "deadline") => Self::NoAnswerBecause(error),
            error => Self::Failed(error.to_string()),
        }
    }
}

/// A place among those that wait, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, bound: usize) -> Option<Self> {
        let taken = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(waiting);
        (taken < bound).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
