//! Operations that are answered at once: the value of one object, everything below an OID.
//!
//! They end when their future is dropped, as it is when the client hangs up.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use job::{
    DeviceSpec, DirectError, Event, Events, GetAnswer, GetSpec, ReadValue, RowsRefused, Runner, Running, WalkAnswer,
    WalkSpec, WalkedObject,
};
use parking_lot::Mutex;
use snmp::{Oid, Outcome, RequestError, Status, StopReason, UnknownValues};
use snmp_engine::{Session, SubtreeWalk};
use tokio::time::{Instant, timeout_at};

use super::{
    DeviceSessions, ResolveError,
    deadline::Deadline,
    reach::{has_answered, in_words, is_answer, of_the_agent},
    silent,
    text::{read_value, walked},
    words,
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
    /// Tells the rows as they come, and reads on when there is room for more.
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

    /// Reads everything below an OID, and answers with all of it.
    pub async fn walk(&self, spec: &WalkSpec) -> WalkAnswer {
        let rows = Collected::default();
        let answer = self.walk_with(spec, &rows).await;
        let rows = rows.0.into_inner();
        WalkAnswer { rows: answer.rows.map(|_| rows), ..answer }
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
            let sessions = self.sessions(&spec.device, deadline.at).await.map_err(WalkNotStarted::Unresolved)?;
            self.begin_walk(spec, &sessions, deadline).await.map_err(WalkNotStarted::NoAnswer)
        };
        match silent::first_answer(events, self.0.limits.polls.silent_after, deadline.at, reaching).await {
            Err(WalkNotStarted::Unresolved(error)) => WalkAnswer::failed(error, begun.elapsed()),
            Err(WalkNotStarted::NoAnswer(errors)) => {
                let failed = WalkAnswer::failed(none_answered(errors), begun.elapsed());
                WalkAnswer { rows: Some(Vec::new()), ..failed }
            }
            Ok(walk) => {
                let address = Some(walk.session.peer());
                let (error, warnings) = walk.finish(deadline, events).await;
                WalkAnswer { rows: Some(Vec::new()), error, warnings, address, elapsed: begun.elapsed() }
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
    ) -> Result<StartedWalk, Vec<RequestError>> {
        let ask = |session: Session| async move {
            let mut walk = session.walk(spec.oid.clone(), deadline.at);
            match walk.next().await {
                None => match unanswered(&session, walk.outcome()) {
                    Some(error) => Err(error),
                    None => Ok(StartedWalk { session, walk, rows: Vec::new() }),
                },
                Some(varbinds) => Ok(StartedWalk { session, walk, rows: walked(&varbinds).collect() }),
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
enum WalkNotStarted {
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
struct StartedWalk {
    session: Session,
    walk: SubtreeWalk,
    rows: Vec<WalkedObject>,
}

impl StartedWalk {
    /// Tells what is read; returns why it broke off if it did, and what was odd.
    async fn finish(self, deadline: Deadline, events: &dyn Events) -> (Option<DirectError>, Vec<String>) {
        let Self { session, mut walk, mut rows } = self;
        let mut pause = Pause::default();
        let stop = loop {
            if !rows.is_empty() {
                events.tell(Event::Rows(rows));
            }
            if let Err(stop) = pause.until_ready(&mut walk, deadline, events).await {
                break Some(stop);
            }
            match walk.next().await {
                Some(varbinds) => rows = walked(&varbinds).collect(),
                None => break None,
            }
        };
        let outcome = walk.outcome();
        let mut warnings = of_the_agent(&session);
        warnings.extend(outcome.warnings());
        match stop {
            Some(WalkStop::RowsRefused(RowsRefused(words))) => return (Some(DirectError::Failed(words)), warnings),
            Some(WalkStop::Deadline) => {
                let words = format!("{}; {}", deadline.words(outcome.rows), pause.words());
                return (Some(DirectError::Failed(words)), warnings);
            }
            None => {}
        }
        let is_over = matches!(&outcome.reason, Some(StopReason::Request(RequestError::Deadline { .. })));
        let error = broken_off(outcome, deadline, &session).map(|error| match error {
            DirectError::Failed(words) if is_over && pause.0 >= LONG_PAUSE => {
                DirectError::Failed(format!("{words}; {}", pause.words()))
            }
            error => error,
        });
        (error, warnings)
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

/// Why a walk does not go on although the agent would.
enum WalkStop {
    /// Whoever asked wants no more.
    RowsRefused(RowsRefused),
    /// Whoever asked took so long to take the rows that the time is over.
    Deadline,
}

/// How long a walk has waited for whoever takes its rows.
#[derive(Default)]
struct Pause(Duration);

/// A wait for the client that is worth a word.
const LONG_PAUSE: Duration = Duration::from_secs(1);

impl Pause {
    /// Waits until more rows may be told. What is under way comes in meanwhile.
    async fn until_ready(
        &mut self,
        walk: &mut SubtreeWalk,
        deadline: Deadline,
        events: &dyn Events,
    ) -> Result<(), WalkStop> {
        let mut ready = events.ready();
        if let Some(ready) = (&mut ready).now_or_never() {
            return ready.map_err(WalkStop::RowsRefused);
        }
        let begun = Instant::now();
        let settled = walk.settle().await;
        let ready = timeout_at(deadline.at, ready).await;
        self.0 += begun.elapsed();
        let rows: Vec<_> = walked(&settled).collect();
        if !rows.is_empty() {
            events.tell(Event::Rows(rows));
        }
        match ready {
            Ok(ready) => ready.map_err(WalkStop::RowsRefused),
            Err(_) => Err(WalkStop::Deadline),
        }
    }

    fn words(&self) -> String {
        let whole = Duration::from_millis(self.0.as_millis().try_into().unwrap_or(u64::MAX));
        format!("it waited {} for the client to read the answer", words::in_seconds(whole))
    }
}

/// Keeps all rows.
#[derive(Default)]
struct Collected(Mutex<Vec<WalkedObject>>);

impl Events for Collected {
    fn tell(&self, event: Event) {
        if let Event::Rows(rows) = event {
            self.0.lock().extend(rows);
        }
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
    use job::{Access, DeviceOptions, RowsReady, TargetName};
    use limits::Limits;
    use simulator::{Simulator, SyntheticDevice};
    use snmp::{Community, Credentials};
    use snmp_engine::Engine;

    use super::*;

    /// A client that reads so many times.
    struct Reads(Mutex<usize>);

    impl Events for Reads {
        fn tell(&self, _: Event) {}

        fn ready(&self) -> RowsReady<'_> {
            let mut left = self.0.lock();
            let Some(fewer) = left.checked_sub(1) else { return Box::pin(std::future::pending()) };
            *left = fewer;
            Box::pin(std::future::ready(Ok(())))
        }
    }

    #[tokio::test]
    async fn a_walk_whose_client_stops_reading_ends_at_its_time_and_says_why() {
        let recording = SyntheticDevice::default().recording();
        let agent = Simulator::builder().device("public", recording).bind("127.0.0.1:0").await.unwrap();
        let limits = Limits::default();
        let engine = Engine::bind(limits.hub_options()).await.unwrap();
        let runner = DirectRunner::new(Arc::new(DeviceSessions::new(engine, limits, config::TargetRules::default())));
        let device = DeviceSpec {
            target: TargetName::read("127.0.0.1", 255).unwrap(),
            port: agent.addr().port(),
            access: Access::Given(Credentials::V2c { community: Community::from("public!endless") }),
            options: DeviceOptions::default(),
        };
        let spec = WalkSpec { device, oid: "1.3.6".parse().unwrap(), timeout: Duration::from_secs(2) };
        let answer = runner.run(spec, Arc::new(Reads(Mutex::new(3)))).await;
        let error = answer.error.unwrap().to_string();
        assert!(error.starts_with("SNMP failed: the walk took longer than 2 s (`timeout`) after "), "{error}");
        assert!(
            error.contains(" rows; it waited ") && error.ends_with(" s for the client to read the answer"),
            "{error}"
        );
        let requests = agent.device_counters("public").unwrap().requests;
        assert!(requests < 10, "{requests} requests while nobody reads");
        assert_eq!(answer.rows, Some(Vec::new()));
    }

    #[test]
    fn an_object_without_an_instance_may_be_a_scalar() {
        let instance = |text: &str| instance(&text.parse().unwrap()).map(|oid| oid.to_string());
        assert_eq!(instance("1.3.6.1.2.1.1.5").as_deref(), Some("1.3.6.1.2.1.1.5.0"));
        assert_eq!(instance("1.3.6.1.2.1.1.5.0"), None);
        assert_eq!(instance(&["1"; 128].join(".")), None);
    }
}
