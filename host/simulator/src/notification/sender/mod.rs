//! A device's end of a conversation with a receiver of notifications.
//!
//! A test can step it: prepare a datagram, send it, wait for an answer, send the same datagram again. Or it lets
//! [`Sender::inform`] do all of that as a device would. The sender has no task of its own: what comes back waits in its
//! socket until somebody asks for it. Every wait has a deadline, and all of them may be cancelled.

mod builder;

use std::{collections::VecDeque, io, net::SocketAddr, sync::Arc, time::Duration};

use parking_lot::{Mutex, MutexGuard};
use secrecy::{ExposeSecret, SecretString};
use tokio::{net::UdpSocket, time::Instant};

pub use self::builder::SenderBuilder;
use super::{
    NotificationAnswer, NotificationKind, PreparedNotification, ReceiverEngine, SimulatedNotification,
    community_message, ids::Ids, security::Security,
};
use crate::{
    ber::tag,
    fault::{FaultPlan, datagram, seal},
    message::{ErrorStatus, MessageError, Response, Version},
    v3::{EngineClock, Level},
};

/// Sends notifications to one receiver from one address, in the version of its community or user.
#[derive(Debug)]
#[must_use = "its address is free again when this is dropped"]
pub struct Sender {
    socket: UdpSocket,
    to: SocketAddr,
    pub(super) security: Security,
    pub(super) identity: Identity,
    pub(super) context: String,
    plan: FaultPlan,
    state: Mutex<State>,
    inbox: tokio::sync::Mutex<Inbox>,
}

/// With what a notification goes out.
#[derive(Clone, Debug)]
pub(super) enum Identity {
    Community(SecretString),
    User(String),
}

/// What a sender sent and got so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SenderCounters {
    /// Datagrams that went out, those of discovery and raw ones included.
    pub sent: u64,
    /// Responses without error.
    pub acknowledgements: u64,
    /// Reports of version 3.
    pub reports: u64,
    /// Answers that are neither, or cannot be read.
    pub others: u64,
    /// Datagrams from another address than the receiver's, which are passed over.
    pub strangers: u64,
    /// Answers that nobody asked for and that were forgotten beyond [`Sender::MAX_KEPT`].
    pub forgotten: u64,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) ids: Ids,
    /// How many datagrams were prepared.
    prepared: u64,
    pub(super) receiver: Option<ReceiverEngine>,
    counters: SenderCounters,
}

/// What came back.
#[derive(Debug)]
struct Inbox {
    /// Answers to other notifications than the one that was waited for.
    kept: VecDeque<NotificationAnswer>,
    buffer: Vec<u8>,
}

impl Sender {
    /// The most answers that are kept while another one is waited for; beyond it the oldest is forgotten.
    pub const MAX_KEPT: usize = 10_000;
    const LARGEST_DATAGRAM: usize = 65_535;

    /// Begins to describe a sender of notifications to the receiver at `to`.
    pub fn builder(to: SocketAddr) -> SenderBuilder {
        SenderBuilder::new(to)
    }

    pub(super) fn new(
        (socket, to): (UdpSocket, SocketAddr),
        security: Security,
        (identity, context): (Identity, String),
        plan: FaultPlan,
        ids: Ids,
    ) -> Self {
        let state = State { ids, prepared: 0, receiver: None, counters: SenderCounters::default() };
        let inbox = Inbox { kept: VecDeque::new(), buffer: vec![0; Self::LARGEST_DATAGRAM] };
        let (state, inbox) = (Mutex::new(state), tokio::sync::Mutex::new(inbox));
        Self { socket, to, security, identity, context, plan, state, inbox }
    }

    /// The address it sends from.
    pub fn addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// The engine id that is the authoritative one for its traps.
    #[must_use]
    pub fn engine_id(&self) -> Vec<u8> {
        self.own_clock().id.to_vec()
    }

    /// The engine of the receiver, once [`Sender::discover`] or [`Sender::inform`] has found it out.
    #[must_use]
    pub fn receiver_engine(&self) -> Option<ReceiverEngine> {
        self.state().receiver.clone()
    }

    /// What was sent and came back so far.
    #[must_use]
    pub fn counters(&self) -> SenderCounters {
        self.state().counters
    }

    /// Makes a datagram of a notification, with ids of its own. An inform of version 3 to a receiver that was not
    /// discovered names no engine, and gets a report.
    #[must_use]
    pub fn prepare(&self, notification: &SimulatedNotification) -> PreparedNotification {
        let ids = self.state().ids.take();
        self.prepare_with(notification, ids)
    }

    /// Makes a datagram of the same ids as an earlier one, in version 3 with the time of now: what some devices send as
    /// a retransmission. Others send the same octets again, as [`Sender::transmit`] does.
    #[must_use]
    pub fn prepare_again(
        &self,
        notification: &SimulatedNotification,
        earlier: &PreparedNotification,
    ) -> PreparedNotification {
        let fresh = self.state().ids.next;
        let message_id = earlier.message_id.unwrap_or(fresh);
        self.prepare_with(notification, (earlier.request_id.unwrap_or(fresh), message_id))
    }

    /// Sends a datagram, as often as this is called.
    pub async fn transmit(&self, notification: &PreparedNotification) -> io::Result<()> {
        self.transmit_raw(&notification.octets).await
    }

    /// Sends any octets.
    pub async fn transmit_raw(&self, octets: &[u8]) -> io::Result<()> {
        self.socket.send_to(octets, self.to).await?;
        self.state().counters.sent += 1;
        Ok(())
    }

    /// Prepares a notification and sends it once; what comes back to an inform is not waited for.
    pub async fn send(&self, notification: &SimulatedNotification) -> io::Result<PreparedNotification> {
        let prepared = self.prepare(notification);
        self.transmit(&prepared).await?;
        Ok(prepared)
    }

    /// Waits for the next datagram from the receiver; nothing if none came in time.
    pub async fn next_answer(&self, within: Duration) -> Option<NotificationAnswer> {
        let until = Instant::now() + within;
        let mut inbox = tokio::time::timeout_at(until, self.inbox.lock()).await.ok()?;
        if let Some(kept) = inbox.kept.pop_front() {
            return Some(kept);
        }
        tokio::time::timeout_at(until, self.receive(&mut inbox)).await.ok()
    }

    /// Waits for an answer to this notification; nothing if none came in time. Answers to others are kept.
    pub async fn answer_to(&self, notification: &PreparedNotification, within: Duration) -> Option<NotificationAnswer> {
        self.answer_that(|answer| answer.belongs_to(notification), within).await
    }

    fn prepare_with(
        &self,
        notification: &SimulatedNotification,
        (request_id, message_id): (i32, i32),
    ) -> PreparedNotification {
        let pdu = notification.pdu(request_id, &self.plan);
        let (is_v1, is_inform) = match notification.kind {
            NotificationKind::TrapV1(_) => (true, false),
            NotificationKind::Trap => (false, false),
            NotificationKind::Inform => (false, true),
        };
        let (mut octets, message_id, is_signed) = match &self.identity {
            Identity::Community(community) => {
                let version = if is_v1 { Version::V1 } else { Version::V2c };
                let community = community.expose_secret().as_bytes();
                let (version, community) = seal::community(&self.plan, version, community);
                (community_message(version.number(), &community, &pdu), None, false)
            }
            Identity::User(user) => {
                let (octets, is_signed) = self.seal(user, &pdu, is_inform, message_id);
                (octets, Some(message_id), is_signed)
            }
        };
        let number = {
            let mut state = self.state();
            state.prepared += 1;
            state.prepared
        };
        if !self.plan.faults().is_empty() {
            datagram::change(&self.plan, number, &octets.clone(), &mut octets);
        }
        PreparedNotification { octets, request_id: (!is_v1).then_some(request_id), message_id, is_signed }
    }

    /// The message of version 3 around a PDU, and whether it is signed.
    fn seal(&self, user: &str, pdu: &[u8], is_inform: bool, message_id: i32) -> (Vec<u8>, bool) {
        let receiver = self.state().receiver.as_ref().map(ReceiverEngine::clock_now);
        let mut octets = Vec::new();
        let is_signed = self.security.with(|usm, address, now| {
            let own = usm.clock(address, now)?;
            let unknown = EngineClock { id: Arc::default(), boots: 0, time: 0 };
            let authority = if is_inform { receiver.unwrap_or(unknown) } else { own.clone() };
            let mut sealing = usm.outgoing(user, authority, (own.id, &self.context), message_id)?;
            sealing.wants_report = is_inform;
            seal::notification(&self.plan, &mut sealing, usm);
            sealing.seal(pdu, &mut octets);
            Some(sealing.level != Level::NoAuthNoPriv)
        });
        (octets, is_signed.unwrap_or(false))
    }

    pub(super) async fn answer_that(
        &self,
        is_it: impl Fn(&NotificationAnswer) -> bool,
        within: Duration,
    ) -> Option<NotificationAnswer> {
        let until = Instant::now() + within;
        let mut inbox = tokio::time::timeout_at(until, self.inbox.lock()).await.ok()?;
        if let Some(place) = inbox.kept.iter().position(&is_it) {
            return inbox.kept.remove(place);
        }
        loop {
            let answer = tokio::time::timeout_at(until, self.receive(&mut inbox)).await.ok()?;
            if is_it(&answer) {
                return Some(answer);
            }
            if inbox.kept.len() >= Self::MAX_KEPT {
                inbox.kept.pop_front();
                self.state().counters.forgotten += 1;
            }
            inbox.kept.push_back(answer);
        }
    }

    /// Waits for a datagram from the receiver. Cancel-safe: a datagram is taken and returned in one step.
    async fn receive(&self, inbox: &mut Inbox) -> NotificationAnswer {
        loop {
            // An error here is the echo of an earlier datagram that nobody took.
            let Ok((length, peer)) = self.socket.recv_from(&mut inbox.buffer).await else { continue };
            if peer != self.to {
                self.state().counters.strangers += 1;
                continue;
            }
            let answer = self.read(inbox.buffer.get(..length).unwrap_or_default(), peer);
            let counters = &mut self.state().counters;
            match &answer.response {
                Ok(response) if response.pdu_tag == tag::REPORT => counters.reports += 1,
                Ok(response) if response.pdu_tag == tag::RESPONSE && response.error_status == ErrorStatus::NO_ERROR => {
                    counters.acknowledgements += 1;
                }
                _ => counters.others += 1,
            }
            return answer;
        }
    }

    fn read(&self, datagram: &[u8], peer: SocketAddr) -> NotificationAnswer {
        let octets = datagram.to_vec();
        match Response::read(datagram) {
            Err(MessageError::Version(3)) => match self.security.with(|usm, _, _| usm.open(datagram)) {
                Ok(opened) => {
                    let (message_id, is_authentic) = (Some(opened.message_id), opened.is_authentic);
                    NotificationAnswer { peer, octets, message_id, is_authentic, response: opened.response }
                }
                Err(error) => {
                    NotificationAnswer { peer, octets, message_id: None, is_authentic: false, response: Err(error) }
                }
            },
            response => NotificationAnswer { peer, octets, message_id: None, is_authentic: false, response },
        }
    }

    fn own_clock(&self) -> EngineClock {
        let clock = self.security.with(|usm, address, now| usm.clock(address, now));
        clock.unwrap_or(EngineClock { id: Arc::default(), boots: 0, time: 0 })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Counters and ids are never half changed.
        self.state.lock()
    }
}
