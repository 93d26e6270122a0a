//! What lies behind the sockets: from the gate to the queue, for messages at once and for those that need keys.
//!
//! Everything is done for a whole batch of datagrams at a time: the gate and the queue are locked once, and who waits
//! at the queue is woken once.

use std::{net::SocketAddr, sync::Arc, time::SystemTime};

use parking_lot::Mutex;
use snmp_engine::udp::{Incoming, Local, canonical};
use tokio::time::Instant;

use super::{
    gate::{AdmittedNotification, Answer, Gate, NotAdmitted},
    informs::Informs,
    key_maker::KeyMaker,
    key_queue::{KeyQueue, PendingMessage, PendingMessages},
    queue::Queue,
    reply::Reply,
    reply_path::ReplyPath,
    stats::{Counters, Refusal},
    users::MadeKeys,
};
use crate::Arrival;

/// What all sockets lead to.
#[derive(Debug)]
pub(super) struct Intake {
    pub(super) gate: Mutex<Gate>,
    pub(super) informs: Arc<Mutex<Informs>>,
    pub(super) queue: Arc<Queue>,
    pub(super) counters: Arc<Counters>,
}

impl Intake {
    /// Brings a batch through the gate.
    pub(super) fn take<'a>(
        &self,
        batch: impl Iterator<Item = Incoming<'a>>,
        reply_path: impl Fn(SocketAddr, Option<Local>) -> ReplyPath,
        keys: &KeyQueue,
        arrivals: &mut Vec<Arrival>,
        answers: &mut Vec<(Answer, ReplyPath)>,
    ) {
        let (now, received_at) = (Instant::now(), SystemTime::now());
        let mut gate = self.gate.lock();
        for incoming in batch {
            let Incoming::Datagram { octets, source, local, dropped } = incoming else { continue };
            if dropped > 0 {
                self.counters.kernel_drops.add(usize::try_from(dropped).unwrap_or(usize::MAX));
            }
            let back = || reply_path(source, local);
            match gate.decide(octets, source, now) {
                Ok(notification) => arrivals.push(self.arrival(notification, back(), received_at)),
                Err(NotAdmitted::Dropped(answer)) => answers.extend(answer.map(|answer| (answer, back()))),
                Err(NotAdmitted::NeedsKeys { octets: message_octets }) => {
                    let (message, behind) = octets.split_at(message_octets.min(octets.len()));
                    let (octets, octets_behind) = (message.to_vec(), behind.len());
                    if !keys.put(PendingMessage { octets, octets_behind, back: back(), now, received_at }) {
                        gate.refuse(Refusal::KeyQueueFull);
                    }
                }
            }
        }
    }

    /// Makes keys as long as messages may come, and brings the messages through the gate again.
    pub(super) async fn take_unproved(self: Arc<Self>, mut pending_messages: PendingMessages, maker: KeyMaker) {
        maker.warm().await;
        while let Some(pending) = pending_messages.next().await {
            let wanted = self.gate.lock().wants_keys(&pending.octets);
            let made = match wanted {
                Some((engine_id, users)) => maker.make(engine_id, users).await,
                None => MadeKeys::new(),
            };
            let PendingMessage { octets, octets_behind, back, now, received_at } = pending;
            let verdict = self.gate.lock().decide_with(&made, &octets, back.peer, now);
            match verdict {
                Ok(mut notification) => {
                    notification.octets_behind = octets_behind;
                    self.let_in(&mut vec![self.arrival(notification, back, received_at)]);
                }
                Err(NotAdmitted::Dropped(Some(answer))) => back.send(&answer, &self.counters),
                Err(NotAdmitted::Dropped(None) | NotAdmitted::NeedsKeys { .. }) => {}
            }
        }
    }

    /// What goes into the queue.
    fn arrival(&self, notification: AdmittedNotification, back: ReplyPath, received_at: SystemTime) -> Arrival {
        let AdmittedNotification { version, pdu, message, sender, octets_behind, inform } = notification;
        let source = canonical(back.peer);
        let local = back.listens_at;
        let reply = inform.map(|(response, ticket)| {
            Reply::new(response, back, ticket, Arc::clone(&self.informs), Arc::clone(&self.counters))
        });
        Arrival { received_at, source, local, version, pdu, message, sender, octets_behind, reply }
    }

    /// Puts into the queue what has room there.
    pub(super) fn let_in(&self, arrivals: &mut Vec<Arrival>) {
        if arrivals.is_empty() {
            return;
        }
        let count = arrivals.len();
        self.queue.put(arrivals);
        self.counters.let_in.add(count - arrivals.len());
        self.counters.queue_full.add(arrivals.len());
        arrivals.clear();
    }
}
