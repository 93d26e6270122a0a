//! Version 3: from a datagram to the device its context stands for, by way of the security model.

use super::{
    Agent, Arrival, Reaction,
    respond::{self, Seal},
};
use crate::v3::{Accepted, Message, Refused, Scoped, Verdict};

impl Agent {
    pub(super) fn receive_version_3(&mut self, datagram: &[u8], arrival: Arrival, answer: &mut Vec<u8>) -> Reaction {
        let Ok(message) = Message::read(datagram) else {
            self.counters.malformed += 1;
            return Reaction::Ignore;
        };
        if !self.usm.is_for_us(&message) {
            return Reaction::Ignore;
        }
        let scoped = self.usm.look_into(&message);
        let request = scoped.as_ref().map_or_else(|_| Scoped::unreadable(), |scoped| scoped.request.clone());
        // Discovery has no context as a rule; it is for the first device then.
        let context = if request.community.is_empty() { self.devices.first() } else { request.community.clone() };
        let here = (arrival.address, arrival.now);
        let Some((instance, served)) = self.devices.instance(&context, arrival.address) else {
            return self.refuse_context(&message, scoped, here, answer);
        };
        if instance.engine_faults.mute {
            served.counters.lost += 1;
            return Reaction::Ignore;
        }
        instance.requests += 1;
        match self.usm.judge(&message, scoped, here, &instance.engine_faults, &mut instance.authentic) {
            Verdict::Discard => Reaction::Ignore,
            Verdict::Report(report) => {
                *answer = report;
                let treatment = instance.plan.treat(instance.requests, &request);
                respond::deliver(instance, served, treatment, Vec::new(), arrival.peer, answer)
            }
            Verdict::Accept(accepted) => {
                let Accepted { scoped, sealing, is_authorized } = *accepted;
                let seal = Seal::Version3 { sealing: Box::new(sealing), is_authorized };
                let usm = &mut self.usm;
                let (reaction, asked) = respond::respond(
                    instance,
                    served,
                    usm,
                    scoped.request,
                    seal,
                    (datagram, arrival, self.limits),
                    answer,
                );
                if let Some(asked) = asked {
                    self.remember(asked);
                }
                reaction
            }
        }
    }

    /// RFC 3413 section 3.2: the context is looked at after all else was right.
    fn refuse_context(
        &mut self,
        message: &Message<'_>,
        scoped: Result<Scoped, crate::MessageError>,
        here: (usize, std::time::Duration),
        answer: &mut Vec<u8>,
    ) -> Reaction {
        let verdict = match self.usm.judge(message, scoped, here, &Default::default(), &mut 0) {
            Verdict::Accept(accepted) => {
                let request_id = accepted.scoped.request.request_id;
                self.usm.report(Refused::UnknownContext, message.is_reportable(), &accepted.sealing, request_id)
            }
            verdict => verdict,
        };
        let Verdict::Report(report) = verdict else { return Reaction::Ignore };
        *answer = report;
        Reaction::honest()
    }
}
