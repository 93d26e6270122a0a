//! The one way a request takes: wait for a permit, find out the engine where the version has one, register, send, wait,
//! send again.
//!
//! Whoever drops the future at any point leaves nothing behind: the permit, the place among those who wait, the right to
//! discover and the duty to find out about a silent agent are all given back by their `Drop`.
//!
//! In version 3 an agent may say that the time was wrong: then the clock is right by now, and the request is sent once
//! more. It may have another engine id, or a clock that went back: then it is discovered once more. Each of them
//! happens once for a request; the second time it is the error.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use snmp::{
    RequestError,
    message::Security,
    profile::{Admission, Bulk, StaleEngine},
    retry::{Attempt, Attempts, Retry},
    usm::Report,
};

use super::{
    device::Device,
    identity::{Connected, Identity},
    notify::check_size,
    outgoing::Outgoing,
    window::{Probe, RequestPermit},
};
use crate::{
    clock::{now, timeout_at},
    hub::{Answer, Final, Hint, WaiterEvent, Waiting},
};

/// How long a request must have waited for an answer to say anything about its agent: a session with short timeouts must
/// not keep the others from asking.
const MIN_WAIT: Duration = Duration::from_secs(1);

/// How the waiting for an answer to one packet ended.
pub(super) enum WaitOutcome {
    /// With an answer of some kind.
    Final(Final),
    /// The time was over; if it was short, this is why.
    NoAnswer(Option<Hint>),
}

/// What came of a request under one id.
enum Reply {
    Answer(Answer),
    /// The agent refuses, and this may help.
    Refused(Report, Remedy),
}

/// What may help where an agent refuses.
#[derive(Clone, Copy)]
enum Remedy {
    /// Nothing.
    None,
    /// Sending it again: the clock is right by now.
    SendAgain,
    /// DiscoveryPermit the engine again.
    Discover { clock_went_back: bool },
}

/// What a request has used up so far.
pub(super) struct Progress {
    pub(super) retry: Retry,
    started: Instant,
    /// When the last wait ended.
    now: Instant,
    /// Whether it is the one to find out if the agent is back.
    is_probe: bool,
    /// Whether it is sent as often as any request of the session.
    pub(super) has_all_attempts: bool,
    /// Whether it got as many attempts once more.
    was_extended: bool,
}

impl Progress {
    /// How long was waited so far.
    pub(super) fn waited(&self) -> Duration {
        self.now.saturating_duration_since(self.started)
    }
}

impl Device {
    /// Sends a request until it is answered, and no longer than allowed.
    pub(super) async fn exchange(
        &self,
        asked: Outgoing<'_>,
        attempts: Attempts,
        deadline: Instant,
    ) -> Result<Answer, RequestError> {
        let peer = self.peer;
        if let Some(name) = asked.unwritable() {
            return Err(RequestError::Unwritable { name: name.clone() });
        }
        let _permit = self.permit(deadline).await?;
        let started = now();
        let probe = self.admit(asked, attempts, started)?;
        let allowed = attempts.allowed(self.options.retries);
        let retry = Retry::new(allowed, self.options.packet_timeout, deadline);
        let has_all_attempts = matches!(attempts, Attempts::All | Attempts::Rest);
        let is_probe = probe.is_some();
        let mut progress = Progress { retry, started, now: started, is_probe, has_all_attempts, was_extended: false };

        let mut connected = self.connect(None, &mut progress, deadline).await?;
        let (mut was_sent_again, mut was_discovered_again) = (false, false);
        loop {
            let (report, remedy) = match self.ask(asked, &connected.security, &mut progress).await? {
                Reply::Answer(answer) => {
                    self.look_for_restart(asked, &connected, &answer);
                    return Ok(answer);
                }
                Reply::Refused(report, remedy) => (report, remedy),
            };
            match (remedy, &connected.engine) {
                (Remedy::SendAgain, _) if !was_sent_again => was_sent_again = true,
                (Remedy::Discover { clock_went_back }, Some(engine)) if !was_discovered_again => {
                    was_discovered_again = true;
                    let stale = StaleEngine { engine: Arc::clone(engine), clock_went_back };
                    connected = self.connect(Some(&stale), &mut progress, deadline).await?;
                }
                _ => return Err(RequestError::Report { peer, report }),
            }
            progress.retry.allow_one_more();
        }
    }

    /// Sends a request under one id, again and again, until something comes of it.
    async fn ask(
        &self,
        asked: Outgoing<'_>,
        security: &Arc<Security>,
        progress: &mut Progress,
    ) -> Result<Reply, RequestError> {
        let peer = self.peer;
        let mut waiting = self.hub.wait_for(peer, security, self.options.any_source);
        let sent_at = progress.now;
        let mut is_first = true;
        let mut hint = None;
        loop {
            let wait_until = match progress.retry.next(progress.now) {
                Attempt::Send { wait_until } => wait_until,
                // An agent that answers others is there; only packets were lost, and a few more find their way.
                Attempt::GiveUp if hint.is_none() && self.is_extended(asked, progress) => continue,
                Attempt::GiveUp => return Err(self.give_up(asked, progress, hint, &waiting)),
                Attempt::OutOfTime => {
                    let attempts = progress.retry.sent();
                    if attempts > 1 && hint.is_none() {
                        self.unanswered(progress, !asked.is_bulk(), Some(asked));
                    }
                    let waited = progress.waited();
                    let clue = if attempts > 0 { self.clue(hint, &waiting) } else { None };
                    return Err(RequestError::Deadline { peer, attempts, waited, clue });
                }
            };
            // In version 3 a message says what time it is, so it is not the same the next time.
            let sealed = asked.seal(security, waiting.id(), progress.now);
            let datagram = sealed.ok_or(RequestError::NotInVersion { version: "1", pdus: "informs" })?;
            check_size(&datagram)?;
            self.counters.sent(progress.retry.sent() > 1);
            let waited = self.send_and_wait(&datagram, &mut waiting, wait_until).await;
            let refused = match waited.map_err(|error| RequestError::Io { peer, error: error.to_string() })? {
                WaitOutcome::Final(Final::Answer(answer)) => {
                    // After a retry nobody knows which of the two was answered.
                    self.answered(&answer, is_first.then_some(sent_at));
                    return Ok(Reply::Answer(answer));
                }
                WaitOutcome::Final(Final::Report(report)) => {
                    let is_clock = report == Report::NotInTimeWindow;
                    let remedy = if is_clock { Remedy::SendAgain } else { remedy(&report) };
                    Some((report, remedy, true))
                }
                WaitOutcome::Final(Final::ClockWentBack) => {
                    Some((Report::NotInTimeWindow, Remedy::Discover { clock_went_back: true }, true))
                }
                WaitOutcome::NoAnswer(Some(Hint::Report(report))) => {
                    self.lock().breaker.answered();
                    match remedy(&report) {
                        // It has answered this user before, so the Report is more likely forged than true.
                        Remedy::None if self.was_answered() => {
                            hint = Some(Hint::Report(report));
                            None
                        }
                        remedy => Some((report, remedy, false)),
                    }
                }
                WaitOutcome::NoAnswer(Some(found)) => {
                    if matches!(found, Hint::Malformed(_)) {
                        self.lock().breaker.answered();
                    }
                    progress.retry.limit_to_one_more();
                    hint = Some(found);
                    None
                }
                // Only a discovery is answered with an engine.
                WaitOutcome::NoAnswer(None) | WaitOutcome::Final(Final::Engine(_)) => {
                    self.counters.timed_out();
                    self.window.lost();
                    None
                }
            };
            is_first = false;
            progress.now = now();
            if let Some((report, remedy, is_signed)) = refused {
                if is_signed {
                    self.lock().answered(progress.now);
                }
                return Ok(Reply::Refused(report, remedy));
            }
        }
    }

    /// Sends a packet and waits; for a short time only once it is known that there will hardly be an answer.
    pub(super) async fn send_and_wait(
        &self,
        datagram: &[u8],
        waiting: &mut Waiting,
        until: Instant,
    ) -> io::Result<WaitOutcome> {
        // Most often there is room at once, and waiting for nothing but the answer costs less.
        while !self.hub.send(self.peer, datagram)? {
            match timeout_at(until, self.hub.writable(self.peer)).await {
                Ok(writable) => writable?,
                Err(_) => return Ok(WaitOutcome::NoAnswer(None)),
            }
        }
        self.hub.give_way().await;
        let mut hint = match timeout_at(until, waiting.news()).await {
            Ok(WaiterEvent::Final(answer)) => return Ok(WaitOutcome::Final(answer)),
            Ok(WaiterEvent::Hint(hint)) => hint,
            Err(_) => return Ok(WaitOutcome::NoAnswer(None)),
        };
        if let Hint::Unreachable(_) = hint {
            self.unreachable.notify_one();
        }
        let until = match self.grace(&hint) {
            Some(grace) => until.min(now() + grace),
            None => until,
        };
        while let Ok(news) = timeout_at(until, waiting.news()).await {
            match news {
                WaiterEvent::Final(answer) => return Ok(WaitOutcome::Final(answer)),
                WaiterEvent::Hint(next) => hint = next,
            }
        }
        Ok(WaitOutcome::NoAnswer(Some(hint)))
    }

    async fn permit(&self, deadline: Instant) -> Result<RequestPermit<'_>, RequestError> {
        if let Some(permit) = self.window.try_permit(&self.hub) {
            return Ok(permit);
        }
        // A request that will be refused does not wait for the probe.
        let refusal = self.lock().breaker.refusal(now());
        self.refused(refusal)?;
        let started = now();
        let permit = self.window.permit(&self.hub, deadline).await;
        permit.ok_or_else(|| self.not_sent(started))
    }

    /// Decides whether a request may be sent: while it waited for its permit, others may have found out.
    fn admit(&self, asked: Outgoing<'_>, attempts: Attempts, now: Instant) -> Result<Option<Probe<'_>>, RequestError> {
        let peer = self.peer;
        let mut profile = self.lock();
        if asked.is_bulk() && profile.capabilities.wants_no_bulk(attempts) {
            return Err(RequestError::Timeout { peer, attempts: 0, waited: Duration::ZERO, clue: None });
        }
        let admission = profile.breaker.admit(now);
        drop(profile);
        self.refused(Some(admission))?;
        Ok(Probe::new(admission, &self.profile))
    }

    fn refused(&self, admission: Option<Admission>) -> Result<(), RequestError> {
        match admission {
            Some(Admission::Refused { requests, again_in }) => {
                let cause = self.lock().breaker.cause().cloned().map(Box::new);
                Err(RequestError::Silent { peer: self.peer, requests, again_in, cause })
            }
            _ => Ok(()),
        }
    }

    /// Gets what writes the requests, and notes where the agent did not even say who it is.
    async fn connect(
        &self,
        stale: Option<&StaleEngine>,
        progress: &mut Progress,
        deadline: Instant,
    ) -> Result<Connected, RequestError> {
        if let Some(connected) = self.connected_already(stale) {
            return Ok(connected);
        }
        let connected = self.discover_and_connect(stale, deadline).await;
        progress.now = now();
        if let Err(error @ (RequestError::NoEngineId { .. } | RequestError::Unreachable { .. })) = &connected {
            self.unanswered(progress, true, None);
            self.lock().breaker.because(error);
        }
        connected
    }

    /// Notes an answer, and when its request was sent.
    fn answered(&self, answer: &Answer, sent: Option<Instant>) {
        let round_trip = sent.map(|sent| answer.received_at.saturating_duration_since(sent));
        self.counters.answered(answer.response.varbinds.len(), answer.octets, round_trip);
        self.lock().request_answered(answer.received_at);
        if round_trip.is_some() {
            self.window.answered();
        }
    }

    /// Forgets what was learned of the agent where an answer shows that it is another one, or has started again.
    fn look_for_restart(&self, asked: Outgoing<'_>, connected: &Connected, answer: &Answer) {
        let values = if asked.is_get() { answer.response.varbinds.as_slice() } else { &[] };
        let now = answer.received_at;
        let engine = connected.engine.as_ref().map(|engine| (&engine.id, engine.clock.read(now).0));
        if (engine.is_some() || !values.is_empty()) && self.lock().is_another(engine, values, now) {
            self.window.restart();
        }
    }

    /// Gives a request as many attempts once more where the agent has answered others meanwhile. Not a GETBULK: what
    /// is lost there may be too large, and asking for less helps more.
    fn is_extended(&self, asked: Outgoing<'_>, progress: &mut Progress) -> bool {
        let may_be = progress.has_all_attempts && !progress.was_extended && !asked.is_bulk();
        if !may_be || !self.lock().was_answered_since(progress.started) {
            return false;
        }
        progress.was_extended = true;
        progress.retry.extend(self.options.retries.saturating_add(1));
        true
    }

    /// How long to wait on for something better after a hint; nothing for as long as without it.
    fn grace(&self, hint: &Hint) -> Option<Duration> {
        match (&*self.identity, hint) {
            // It has our id and community: nothing better can come, and who can forge that can forge an answer.
            (Identity::Community(_), Hint::Malformed(_)) => Some(Duration::ZERO),
            (Identity::User(_), Hint::Report(_)) if self.was_answered() => None,
            _ => Some(self.options.report_grace),
        }
    }

    /// Whether the agent has ever answered these credentials.
    pub(super) fn was_answered(&self) -> bool {
        self.lock().capabilities.is_alive
    }

    /// Notes that nothing came. Where it was asked for more names than were ever answered, that shows nothing: the
    /// smaller requests that follow will.
    pub(super) fn unanswered(&self, progress: &Progress, is_telling: bool, asked: Option<Outgoing<'_>>) {
        let Progress { started, now, .. } = *progress;
        if now.saturating_duration_since(started) < MIN_WAIT {
            return;
        }
        let mut profile = self.lock();
        if !progress.is_probe && asked.is_some_and(|asked| asked.may_have_too_many_names(&profile.capabilities.names)) {
            return;
        }
        if is_telling || progress.is_probe || profile.capabilities.bulk == Bulk::Works {
            let options = self.hub.options();
            profile.breaker.unanswered(started, now, options.breaker_requests, options.breaker_time);
        }
    }
}

fn remedy(report: &Report) -> Remedy {
    match report {
        Report::UnknownEngineId => Remedy::Discover { clock_went_back: false },
        _ => Remedy::None,
    }
}
