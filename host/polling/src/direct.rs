//! Operations that are answered at once: the value of one object, everything below an OID.
//!
//! They end when the client hangs up, since that drops their future.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use job::{Access, CredentialsName, DeviceSpec, GetSpec, WalkSpec};
use snmp::{Oid, Outcome, RequestError, Status, StopReason, UnknownValues, usm::Report};
use snmp_engine::{HubStats, Session, SubtreeWalk};
use tickets::{DirectSlots, NoSlot};
use tokio::{sync::SemaphorePermit, time::Instant};

pub use super::text::{ReadValue, WalkedObject};
use super::{
    DeviceSessions, ResolveError,
    deadline::Deadline,
    reach::{has_answered, in_words, is_answer, of_the_agent},
    text::walked,
};

/// Does direct operations.
#[derive(Debug)]
pub struct Direct {
    devices: Arc<DeviceSessions>,
    slots: Arc<DirectSlots>,
}

/// What a direct GET came to.
#[derive(Debug)]
pub struct GetAnswer {
    /// The value.
    pub result: Result<ReadValue, DirectError>,
    /// What to ask for instead of an object that the device does not have.
    pub hint: Option<String>,
    /// What was odd, a line each.
    pub warnings: Vec<String>,
    /// The address that answered; none where none did.
    pub address: Option<SocketAddr>,
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
    /// The address that answered; none where none did.
    pub address: Option<SocketAddr>,
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
    NoAnswerBecause(String),
    /// The agent of version 3 refused the request.
    #[error("The agent refused the request: {0}")]
    Refused(Report),
    /// The agent does not have the object.
    #[error("No such object")]
    NoSuchObject,
    /// Something else went wrong between the agent and here.
    #[error("SNMP failed: {0}")]
    Failed(String),
    /// Too much is running already.
    #[error(transparent)]
    NoSlot(#[from] NoSlot),
    /// This process keeps no credentials of this name.
    #[error("No credentials named `{0}` are kept here")]
    UnknownCredentials(CredentialsName),
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
    pub fn new(devices: Arc<DeviceSessions>, slots: Arc<DirectSlots>) -> Self {
        Self { devices, slots }
    }

    /// What the sockets have seen.
    #[must_use]
    pub fn hub_stats(&self) -> HubStats {
        self.devices.hub_stats()
    }

    /// Reads the value of one object.
    pub async fn get(&self, spec: &GetSpec) -> GetAnswer {
        let begun = Instant::now();
        match self.value(spec, begun + spec.timeout).await {
            Ok(Value { result, hint, warnings, addr }) => {
                GetAnswer { result, hint, warnings, address: Some(addr), elapsed: begun.elapsed() }
            }
            Err(error) => GetAnswer {
                result: Err(error),
                hint: None,
                warnings: Vec::new(),
                address: None,
                elapsed: begun.elapsed(),
            },
        }
    }

    /// Reads everything below an OID.
    pub async fn walk(&self, spec: &WalkSpec) -> WalkAnswer {
        let begun = Instant::now();
        let deadline = Deadline::of_operation(begun, spec.timeout);
        let none = |rows, error| WalkAnswer {
            rows,
            error: Some(error),
            warnings: Vec::new(),
            address: None,
            elapsed: begun.elapsed(),
        };
        match self.sessions(&spec.device, spec.timeout, deadline.at).await {
            Err(error) => none(None, error),
            Ok((sessions, _slot)) => match self.begin_walk(spec, &sessions, deadline).await {
                Err(errors) => none(Some(Vec::new()), none_answered(errors)),
                Ok(walk) => {
                    let address = Some(walk.session.peer());
                    let (rows, error, warnings) = walk.finish(deadline).await;
                    WalkAnswer { rows: Some(rows), error, warnings, address, elapsed: begun.elapsed() }
                }
            },
        }
    }

    /// What the first address answered that did.
    async fn value(&self, spec: &GetSpec, deadline: Instant) -> Result<Value, DirectError> {
        let (sessions, _slot) = self.sessions(&spec.device, spec.timeout, deadline).await?;
        let names = std::slice::from_ref(&spec.oid);
        let ask = |session: Session| async move {
            match session.get(names, deadline).await {
                Err(error) if !is_answer(&error) => Err(error),
                answer => Ok((session, answer)),
            }
        };
        let reached = self.devices.first_answer(&spec.device, &sessions, deadline, ask).await.map_err(none_answered)?;
        let (session, answer) = reached.answer;
        let mut warnings = of_the_agent(&session);
        let result = answer.map_err(DirectError::from).and_then(|varbinds| {
            warnings.extend(UnknownValues::among(&varbinds).warnings());
            varbinds.first().and_then(|varbind| ReadValue::of(&varbind.value)).ok_or(DirectError::NoSuchObject)
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
        self.devices.first_answer(&spec.device, sessions, deadline.at, ask).await.map(|reached| reached.answer)
    }

    /// Sessions with the addresses of a device, and the slot that they need.
    async fn sessions(
        &self,
        device: &DeviceSpec,
        timeout: Duration,
        deadline: Instant,
    ) -> Result<(Vec<Session>, SemaphorePermit<'_>), DirectError> {
        let slot = self.slots.take(timeout, deadline).await?;
        let credentials = match &device.access {
            Access::Given(credentials) => credentials,
            Access::Named(name) => return Err(DirectError::UnknownCredentials(name.clone())),
        };
        let limit = self.devices.limits.snmp.resolve_deadline.min(deadline.saturating_duration_since(Instant::now()));
        Ok((self.devices.sessions(device, credentials, limit).await?, slot))
    }
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
        let error = match (outcome.status, outcome.reason) {
            (Status::Complete | Status::Unsupported, _) => None,
            (_, Some(StopReason::Request(error))) if rows.is_empty() => Some(error.into()),
            (_, Some(StopReason::Request(RequestError::Report { report, .. }))) => Some(DirectError::Refused(report)),
            (_, Some(reason)) => {
                Some(DirectError::Failed(deadline.of_walk(&reason, outcome.rows, session.options()).0))
            }
            (_, None) => Some(DirectError::Failed("the walk broke off".to_owned())),
        };
        (rows, error, warnings)
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
fn none_answered(mut errors: Vec<RequestError>) -> DirectError {
    if errors.len() == 1
        && let Some(error) = errors.pop()
    {
        return error.into();
    }
    let is_silence = errors.iter().all(RequestError::is_timeout);
    let words = in_words(&errors);
    if is_silence { DirectError::NoAnswerBecause(words) } else { DirectError::Failed(words) }
}

impl From<RequestError> for DirectError {
    fn from(error: RequestError) -> Self {
        match error {
            error if error.is_silence() => Self::NoAnswer(error),
            RequestError::Report { report, .. } => Self::Refused(report),
            error if error.is_timeout() => Self::NoAnswerBecause(error.to_string()),
            error => Self::Failed(error.to_string()),
        }
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
