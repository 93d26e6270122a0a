//! Operations that are answered at once: the value of one object, everything below an OID.
//!
//! They end when their future is dropped, as it is when the client hangs up.

use std::{net::SocketAddr, sync::Arc};

use job::{
    DeviceSpec, DirectError, Events, GetAnswer, GetSpec, ReadValue, Runner, Running, WalkAnswer, WalkSpec, WalkedObject,
};
use snmp::{Oid, Outcome, RequestError, Status, StopReason, UnknownValues};
use snmp_engine::{Session, SubtreeWalk};
use tokio::time::Instant;

use super::{
    DeviceSessions, ResolveError,
    deadline::Deadline,
    reach::{has_answered, in_words, is_answer, of_the_agent},
    silent,
    text::{read_value, walked},
};

/// Runs direct operations: no plugin and no sandbox. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct DirectRunner(pub(super) Arc<DeviceSessions>);

impl Runner<GetSpec> for DirectRunner {
    fn run(&self, job: GetSpec, events: Arc<dyn Events>) -> Running<GetAnswer> {
        let runner = self.clone();
        Box::pin(async move { runner.get_with(&job, &*events).await })
    }
}

impl Runner<WalkSpec> for DirectRunner {
    fn run(&self, job: WalkSpec, events: Arc<dyn Events>) -> Running<WalkAnswer> {
        let runner = self.clone();
        Box::pin(async move { runner.walk_with(&job, &*events).await })
    }
}

impl DirectRunner {
    /// Operations on these devices.
    #[must_use]
    pub fn new(devices: Arc<DeviceSessions>) -> Self {
        Self(devices)
    }

    /// Reads the value of one object.
    pub async fn get(&self, spec: &GetSpec) -> GetAnswer {
        self.get_with(spec, &()).await
    }

    /// Reads everything below an OID.
    pub async fn walk(&self, spec: &WalkSpec) -> WalkAnswer {
        self.walk_with(spec, &()).await
    }

    async fn get_with(&self, spec: &GetSpec, events: &dyn Events) -> GetAnswer {
        let begun = Instant::now();
        match self.value(spec, begun + spec.timeout, events).await {
            Ok(Value { result, hint, warnings, addr }) => {
                GetAnswer { result, hint, warnings, address: Some(addr), elapsed: begun.elapsed() }
            }
            Err(error) => GetAnswer::failed(error, begun.elapsed()),
        }
    }

    async fn walk_with(&self, spec: &WalkSpec, events: &dyn Events) -> WalkAnswer {
        let begun = Instant::now();
        let deadline = Deadline::of_operation(begun, spec.timeout);
        let reaching = async {
            let sessions = self.sessions(&spec.device, deadline.at).await.map_err(NotBegun::Unresolved)?;
            self.begin_walk(spec, &sessions, deadline).await.map_err(NotBegun::NoAnswer)
        };
        match silent::first_answer(events, self.0.limits.polls.silent_after, deadline.at, reaching).await {
            Err(NotBegun::Unresolved(error)) => WalkAnswer::failed(error, begun.elapsed()),
            Err(NotBegun::NoAnswer(errors)) => {
                let failed = WalkAnswer::failed(none_answered(errors), begun.elapsed());
                WalkAnswer { rows: Some(Vec::new()), ..failed }
            }
            Ok(walk) => {
                let address = Some(walk.session.peer());
                let (rows, error, warnings) = walk.finish(deadline).await;
                WalkAnswer { rows: Some(rows), error, warnings, address, elapsed: begun.elapsed() }
            }
        }
    }

    /// What the first address answered that did.
    async fn value(&self, spec: &GetSpec, deadline: Instant, events: &dyn Events) -> Result<Value, DirectError> {
        let names = std::slice::from_ref(&spec.oid);
        let ask = |session: Session| async move {
            match session.get(names, deadline).await {
                Err(error) if !is_answer(&error) => Err(error),
                answer => Ok((session, answer)),
            }
        };
        let reaching = async {
            let sessions = self.sessions(&spec.device, deadline).await?;
            self.0.first_answer(&spec.device, &sessions, deadline, ask).await.map_err(none_answered)
        };
        let reached = silent::first_answer(events, self.0.limits.polls.silent_after, deadline, reaching).await?;
        let (session, answer) = reached.answer;
        let mut warnings = of_the_agent(&session);
        let result = answer.map_err(failed).and_then(|varbinds| {
            warnings.extend(UnknownValues::among(&varbinds).warnings());
            varbinds.first().and_then(|varbind| read_value(&varbind.value)).ok_or(DirectError::NoSuchObject)
        });
        let hint = match &result {
            Err(DirectError::NoSuchObject) => hint(&session, &spec.oid, deadline).await,
            _ => None,
        };
        Ok(Value { result, hint, warnings, addr: session.peer() })
    }

    /// Walks as far as the first objects, or to the end of one that has none.
    async fn begin_walk(
        &self,
        spec: &WalkSpec,
        sessions: &[Session],
        deadline: Deadline,
    ) -> Result<BegunWalk, Vec<RequestError>> {
        let ask = |session: Session| async move {
            let mut walk = session.walk(spec.oid.clone(), deadline.at);
            match walk.next().await {
                None => match unanswered(&session, walk.outcome()) {
                    Some(error) => Err(error),
                    None => Ok(BegunWalk { session, walk, rows: Vec::new() }),
                },
                Some(varbinds) => Ok(BegunWalk { session, walk, rows: walked(&varbinds).collect() }),
            }
        };
        self.0.first_answer(&spec.device, sessions, deadline.at, ask).await.map(|reached| reached.answer)
    }

    /// Sessions with the addresses of a device.
    pub(super) async fn sessions(&self, device: &DeviceSpec, deadline: Instant) -> Result<Vec<Session>, DirectError> {
        // This process keeps no credentials.
        let credentials = device.access.given().map_err(|name| DirectError::UnknownCredentials(name.clone()))?;
        let limit = self.0.limits.snmp.resolve_deadline.min(deadline.saturating_duration_since(Instant::now()));
        let sessions = self.0.sessions(device, credentials, limit).await;
        sessions.map_err(|error| match error {
            ResolveError::Refused(refused) => DirectError::TargetRefused(refused),
            error => DirectError::Unresolved(error.to_string()),
        })
    }
}

/// Why a walk has not begun.
enum NotBegun {
    Unresolved(DirectError),
    NoAnswer(Vec<RequestError>),
}

/// What a GET came to that was answered.
struct Value {
    result: Result<ReadValue, DirectError>,
    hint: Option<String>,
    warnings: Vec<String>,
    addr: SocketAddr,
}

/// A walk whose agent has answered.
struct BegunWalk {
    session: Session,
    walk: SubtreeWalk,
    rows: Vec<WalkedObject>,
}

impl BegunWalk {
    /// What was read, why it broke off if it did, and what was odd.
    async fn finish(self, deadline: Deadline) -> (Vec<WalkedObject>, Option<DirectError>, Vec<String>) {
        let Self { session, mut walk, mut rows } = self;
        while let Some(varbinds) = walk.next().await {
            rows.extend(walked(&varbinds));
        }
        let outcome = walk.outcome();
        let mut warnings = of_the_agent(&session);
        warnings.extend(outcome.warnings());
        (rows, broken_off(outcome, deadline, &session), warnings)
    }
}

/// Why a walk broke off, if it did.
pub(super) fn broken_off(outcome: Outcome, deadline: Deadline, session: &Session) -> Option<DirectError> {
    match (outcome.status, outcome.reason) {
        (Status::Complete | Status::Unsupported, _) => None,
        (_, Some(StopReason::Request(error))) if outcome.rows == 0 => Some(failed(error)),
        (_, Some(StopReason::Request(RequestError::Report { report, .. }))) => {
            Some(DirectError::Refused(report.to_string()))
        }
        (_, Some(reason)) => Some(DirectError::Failed(deadline.of_walk(&reason, outcome.rows, session.options()).0)),
        (_, None) => Some(DirectError::Failed("the walk broke off".to_owned())),
    }
}

/// What to ask for instead of an object that the device does not have: most often the instance was forgotten.
async fn hint(session: &Session, oid: &Oid, deadline: Instant) -> Option<String> {
    let scalar = instance(oid)?;
    let found = session.get(std::slice::from_ref(&scalar), deadline).await;
    let has_value = found.is_ok_and(|varbinds| varbinds.first().is_some_and(|varbind| !varbind.value.is_exception()));
    Some(if has_value {
        format!("try {scalar}: the value of an object is that of its instance .0")
    } else {
        "a value has an instance, such as .0: `walk` reads what is below an object, a column or a table".to_owned()
    })
}

/// The instance of a scalar object of this name (RFC 2578 section 7.9). None if the name has one already, or no place
/// for it.
fn instance(oid: &Oid) -> Option<Oid> {
    if oid.arcs().last() == Some(&0) { None } else { oid.join(&[0]).ok() }
}

/// Why a walk that has nothing got no answer at all; nothing where it got one.
fn unanswered(session: &Session, outcome: Outcome) -> Option<RequestError> {
    match outcome.reason? {
        StopReason::Request(error) if !has_answered(session) && !is_answer(&error) => Some(error),
        _ => None,
    }
}

/// Why no address answered: of several, each with its own reason.
pub(super) fn none_answered(mut errors: Vec<RequestError>) -> DirectError {
    if errors.len() == 1
        && let Some(error) = errors.pop()
    {
        return failed(error);
    }
    let is_silence = errors.iter().all(RequestError::is_timeout);
    let words = in_words(&errors);
    if is_silence { DirectError::NoAnswerBecause(words) } else { DirectError::Failed(words) }
}

/// Why a request failed, as a client reads it.
pub(super) fn failed(error: RequestError) -> DirectError {
    match error {
        error if error.is_silence() => DirectError::NoAnswer { detail: error.to_string() },
        RequestError::Report { report, .. } => DirectError::Refused(report.to_string()),
        error if error.is_timeout() => DirectError::NoAnswerBecause(error.to_string()),
        error => DirectError::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_without_an_instance_may_be_a_scalar() {
        let instance = |text: &str| instance(&text.parse().unwrap()).map(|oid| oid.to_string());
        assert_eq!(instance("1.3.6.1.2.1.1.5").as_deref(), Some("1.3.6.1.2.1.1.5.0"));
        assert_eq!(instance("1.3.6.1.2.1.1.5.0"), None);
        assert_eq!(instance(&["1"; 128].join(".")), None);
    }
}
