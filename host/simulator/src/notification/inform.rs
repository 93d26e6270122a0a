//! Informs as a device sends them: discovery, the receiver's clock, the inform, and all of it again where it has to be.

use std::time::Duration;

use super::{
    InformError, NotificationAnswer, PreparedNotification, ReceiverEngine, Sender, SimulatedNotification,
    sender::Identity,
};
use crate::{
    ber::tag,
    v3::{EngineClock, Level, Refused, Usm},
};

impl Sender {
    /// Finds out the engine id of the receiver of informs and, for a user who signs, its clock.
    pub async fn discover(&self, within: Duration) -> Result<ReceiverEngine, InformError> {
        let (request_id, message_id) = self.state().ids.take();
        let probe = Usm::probe(message_id, request_id);
        let told = self.clock_in_report(&probe, message_id, (Refused::UnknownEngineId, within)).await?;
        let mut engine = ReceiverEngine::new(told);
        let (request_id, message_id) = self.state().ids.take();
        let nothing = EngineClock { boots: 0, time: 0, ..engine.clock.clone() };
        if let Some((question, true)) = self.seal_question(nothing, request_id, message_id) {
            let told = self.clock_in_report(&question, message_id, (Refused::NotInTimeWindow, within)).await?;
            engine = ReceiverEngine::new(told);
        }
        self.state().receiver = Some(engine.clone());
        Ok(engine)
    }

    /// Sends an inform until it is acknowledged, at most `tries` times, and waits `wait` for an answer each time. In
    /// version 3 it finds out the receiver's engine first, and again when the receiver has another one or another time.
    pub async fn inform(
        &self,
        inform: &SimulatedNotification,
        tries: u32,
        wait: Duration,
    ) -> Result<NotificationAnswer, InformError> {
        let mut sent = 0;
        let mut prepared: Option<PreparedNotification> = None;
        let mut last = InformError::NoAnswer { sent, wait };
        for _ in 0..tries {
            if matches!(self.identity, Identity::User(_)) && self.receiver_engine().is_none() {
                match self.discover(wait).await {
                    Ok(_) => prepared = prepared.map(|earlier| self.prepare_again(inform, &earlier)),
                    Err(error @ InformError::NoDiscovery(_)) => {
                        last = error;
                        continue;
                    }
                    Err(error) => return Err(error),
                }
            }
            let ready = prepared.get_or_insert_with(|| self.prepare(inform));
            self.transmit(ready).await.map_err(InformError::Send)?;
            sent += 1;
            let Some(answer) = self.answer_to(ready, wait).await else {
                last = InformError::NoAnswer { sent, wait };
                continue;
            };
            if answer.acknowledges(ready) {
                return Ok(answer);
            }
            last = self.learn_from(&answer).ok_or(InformError::NoAnswer { sent, wait })?;
        }
        Err(last)
    }

    /// What an answer that acknowledges nothing means; nothing where it cannot be read at all. A report that the
    /// receiver is not who it was makes it be discovered anew.
    fn learn_from(&self, answer: &NotificationAnswer) -> Option<InformError> {
        let response = answer.response.as_ref().ok()?;
        let Some(counter) = answer.reported() else { return Some(InformError::Refused(response.error_status.0)) };
        if [Refused::UnknownEngineId, Refused::NotInTimeWindow].iter().any(|refused| refused.counter() == *counter) {
            self.state().receiver = None;
        }
        Some(InformError::Reported(counter.clone()))
    }

    /// Sends a question and waits for the report that is its answer, signed where only a signed one can be believed.
    async fn clock_in_report(
        &self,
        question: &[u8],
        message_id: i32,
        (refused, within): (Refused, Duration),
    ) -> Result<EngineClock, InformError> {
        self.transmit_raw(question).await.map_err(InformError::Send)?;
        let is_it = |answer: &NotificationAnswer| answer.message_id == Some(message_id);
        let answer = self.answer_that(is_it, within).await.ok_or(InformError::NoDiscovery(within))?;
        let counter = answer.reported().cloned().ok_or(InformError::NoDiscovery(within))?;
        let is_believed = refused == Refused::UnknownEngineId || answer.is_authentic;
        if counter != refused.counter() || !is_believed {
            return Err(InformError::Reported(counter));
        }
        let opened = self.security.with(|usm, _, _| usm.open(&answer.octets));
        opened.map(|opened| opened.clock).map_err(|_| InformError::NoDiscovery(within))
    }

    /// A message without varbinds to the engine of the receiver, and whether it is signed.
    fn seal_question(&self, authority: EngineClock, request_id: i32, message_id: i32) -> Option<(Vec<u8>, bool)> {
        let Identity::User(user) = &self.identity else { return None };
        self.security.with(|usm, address, now| {
            let own = usm.clock(address, now)?;
            let mut sealing = usm.outgoing(user, authority, (own.id, &self.context), message_id)?;
            sealing.wants_report = true;
            let (mut pdu, mut octets) = (Vec::new(), Vec::new());
            crate::message::put_pdu(&mut pdu, tag::GET, [request_id, 0, 0], &[]);
            sealing.seal(&pdu, &mut octets);
            Some((octets, sealing.level != Level::NoAuthNoPriv))
        })
    }
}
