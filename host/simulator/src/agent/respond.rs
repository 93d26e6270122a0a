//! From a request to the datagrams that answer it: read, changed, sealed, changed again.

use std::{net::SocketAddr, sync::Arc};

use super::{
    AgentLimits, Arrival, Reaction,
    counters::Asked,
    devices::{DeviceInstance, Served},
};
use crate::{
    ber::tag,
    device::{Answer, Capacity, Device, RowRules},
    fault::{Delivery, Fault, FaultPlan, Treatment, datagram, list, seal},
    message::{Envelope, ErrorStatus, Request, put_pdu},
    v3::{Sealing, Usm},
};

/// The message an answer goes into.
pub(super) enum Seal {
    /// One of version 1 or 2c, with the community of the request.
    Community,
    /// One of version 3.
    Version3 {
        sealing: Box<Sealing>,
        /// Whether the user may ask at this level.
        is_authorized: bool,
    },
}

/// Answers the request that `instance` has just counted. Returns what to remember of it, if anything.
pub(super) fn respond(
    instance: &mut DeviceInstance,
    served: &mut Served,
    usm: &mut Usm,
    request: Request,
    seal: Seal,
    (raw, arrival, limits): (&[u8], Arrival, AgentLimits),
    out: &mut Vec<u8>,
) -> (Reaction, Option<Arc<Asked>>) {
    let number = instance.requests;
    let treatment = instance.plan.treat(number, &request);
    let mut answer = match &seal {
        Seal::Version3 { is_authorized: false, .. } => Answer::refusal(&request, ErrorStatus::AUTHORIZATION_ERROR, 0),
        seal => read(instance, served, &request, &treatment, capacity(seal, &request, limit(&instance.plan, limits))),
    };
    served.counters.count(request.operation, answer.error_status, answer.varbinds);
    list::change(&instance.plan, &mut answer);

    let mut ahead = datagram::noise_ahead(&instance.plan);

    let sealed = match seal {
        Seal::Community => {
            let (version, community) = seal::community(&instance.plan, request.version, &request.community);
            let envelope =
                Envelope { version, community: &community, pdu_tag: answer.pdu_tag, numbers: answer.numbers() };
            envelope.put(out, &answer.bindings);
            None
        }
        Seal::Version3 { mut sealing, .. } => {
            let mut pdu = Vec::with_capacity(answer.bindings.len() + 32);
            put_pdu(&mut pdu, answer.pdu_tag, answer.numbers(), &answer.bindings);
            ahead.extend(seal::forgeries(&instance.plan, &sealing, usm, &pdu, request.request_id));
            let honest = served.stepped.then(|| sealing.clone());
            seal::security(&instance.plan, &mut sealing, usm);
            sealing.seal(&pdu, out);
            honest.map(|honest| (honest, pdu))
        }
    };
    datagram::change(&instance.plan, number, raw, out);

    let asked = (served.stepped || limits.log_capacity > 0)
        .then(|| Arc::new(Asked { device: Arc::clone(&served.name), number, peer: arrival.peer, request }));
    if let Some(asked) = asked.clone().filter(|_| served.stepped) {
        return (Reaction::Hold { asked: Arc::clone(&asked), sealed }, Some(asked));
    }
    (deliver(instance, served, treatment, ahead, arrival.peer, out), asked)
}

/// Decides what becomes of a datagram that is ready in `out`, an answer or a report, and of those that are to come
/// ahead of it.
pub(super) fn deliver(
    instance: &mut DeviceInstance,
    served: &mut Served,
    treatment: Treatment,
    ahead: Vec<Vec<u8>>,
    peer: SocketAddr,
    out: &mut Vec<u8>,
) -> Reaction {
    let Treatment { delivery, source, .. } = treatment;
    // An earlier answer that has waited for this request comes whatever becomes of this one.
    let mut first: Vec<(Vec<u8>, SocketAddr)> = instance.waiting.take().into_iter().collect();
    match delivery {
        Delivery::Lost => served.counters.lost += 1,
        Delivery::AfterNextRequest => instance.waiting = Some((std::mem::take(out), peer)),
        Delivery::Sent { .. } => {
            if instance.plan.faults().contains(&Fault::Stale) {
                let last = std::mem::replace(&mut instance.last, out.clone());
                first.extend((!last.is_empty()).then_some((last, peer)));
            }
            first.extend(ahead.into_iter().map(|datagram| (datagram, peer)));
        }
    }
    Reaction::Answer { delivery, source, ahead: first }
}

fn read(
    instance: &DeviceInstance,
    served: &Served,
    request: &Request,
    treatment: &Treatment,
    capacity: Capacity,
) -> Answer {
    let mut answer = match treatment.refusal {
        Some((status, index)) => Answer::refusal(request, status, index),
        None => served.device.answer(request, &RowRules::of(&instance.plan, treatment), capacity),
    };
    answer.request_id = request.request_id.wrapping_add(treatment.request_id_offset);
    answer
}

/// The most octets of the answer. An agent with huge values sends them, whatever it was told.
fn limit(plan: &FaultPlan, limits: AgentLimits) -> usize {
    let huge = plan.faults().iter().any(|fault| matches!(fault, Fault::Huge(_)));
    if huge { Device::MAX_OCTETS } else { limits.max_message_size }
}

fn capacity(seal: &Seal, request: &Request, limit: usize) -> Capacity {
    match seal {
        Seal::Community => {
            let (version, community) = (request.version, request.community.as_slice());
            let envelope = Envelope { version, community, pdu_tag: tag::RESPONSE, numbers: [request.request_id, 0, 0] };
            Capacity { all: envelope.capacity(limit), first: envelope.capacity(Device::MAX_OCTETS) }
        }
        Seal::Version3 { sealing, .. } => {
            Capacity { all: sealing.capacity(limit), first: sealing.capacity(Device::MAX_OCTETS) }
        }
    }
}
