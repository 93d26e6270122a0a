//! What becomes of a datagram: the cheap questions first, and nothing is believed before it is proved.
//!
//! The rate of the source comes before anything is read, then the form of the message, then who sent it, then what kind
//! of PDU it holds, and last the rate of all sources together, which is so for those alone who may send. What else is in
//! the PDU is not looked at: whatever a sender who may send has sent goes to the decoder. Does no I/O: the answers that
//! have to be sent come out as octets.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    ops::Range,
    sync::Arc,
};

use parking_lot::Mutex;
use snmp::{
    ber::tag,
    message::{InformAnswer, Received, ReceivedCommunity, ReceivedV3, Rejection, hide_trap_communities},
    usm::{EngineId, KeyCache, LocalEngine, User},
};
use snmp_engine::udp::canonical;
use tokio::time::Instant;

use super::{
    ListenerOptions,
    communities::Communities,
    informs::{InformKey, Informs, Seen, Ticket},
    rates::{Rate, Rates},
    stats::{Counters, Refusal},
    users::{MadeKeys, Opened, Users, VerifyError},
    warnings::Warnings,
};
use crate::{CommunityRefs, Sender, UserSecurity, Version};

/// Who may come in.
#[derive(Debug)]
pub(super) struct Gate {
    began: Instant,
    rates: Rates,
    communities: Communities,
    include_community: bool,
    users: Users,
    engine: LocalEngine,
    informs: Arc<Mutex<Informs>>,
    hashes: RandomState,
    warnings: Warnings,
    counters: Arc<Counters>,
}

/// Why a datagram does not come in.
#[derive(Debug)]
pub(super) enum NotAdmitted {
    /// It is dropped, and perhaps answered: an inform that is stored already, or a Report.
    Dropped(Option<Answer>),
    /// It has to come back with keys: as many octets of it as the message takes.
    NeedsKeys { octets: usize },
}

/// Octets to send to where the datagram came from.
pub(super) enum Answer {
    /// To an inform.
    Response(Vec<u8>),
    /// To a message that was not taken.
    Report(Vec<u8>),
}

/// A notification that may come in.
pub(super) struct AdmittedNotification {
    pub(super) version: Version,
    pub(super) pdu: Vec<u8>,
    pub(super) message: Vec<u8>,
    pub(super) sender: Sender,
    pub(super) octets_behind: usize,
    /// Of an inform: the Response, if there can be one, and what to tell when it is stored.
    pub(super) inform: Option<(Option<Vec<u8>>, Ticket)>,
}

/// What a datagram says, once its sender is proved.
struct Verified {
    version: Version,
    kind: Kind,
    pdu: Vec<u8>,
    /// Where in the message it stands in clear.
    pdu_place: Option<Range<usize>>,
    sender: Sender,
    /// To an inform that can be answered.
    response: Option<InformAnswer>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Trap,
    Inform,
}

/// The longest name of a context (RFC 3415, vacmContextName). What has a longer one is dropped: its octets would travel
/// with each record, and no agent can have it.
const MAX_CONTEXT_OCTETS: usize = 32;

impl fmt::Debug for Answer {
    /// Without the octets: there may be a community in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(octets) => f.debug_tuple("Response").field(&octets.len()).finish(),
            Self::Report(octets) => f.debug_tuple("Report").field(&octets.len()).finish(),
        }
    }
}

impl fmt::Debug for AdmittedNotification {
    /// Without the octets: there may be a community in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pdu, message) = (self.pdu.len(), self.message.len());
        let shown = &mut f.debug_struct("Notification");
        shown.field("version", &self.version).field("sender", &self.sender).field("pdu_octets", &pdu);
        shown.field("message_octets", &message).finish_non_exhaustive()
    }
}

impl Gate {
    pub(super) fn new(
        options: &ListenerOptions,
        engine: LocalEngine,
        refs: CommunityRefs,
        keys: Arc<KeyCache>,
        informs: Arc<Mutex<Informs>>,
        counters: Arc<Counters>,
    ) -> Self {
        let source = Rate::new(options.source_rate, options.source_burst);
        let total = Rate::new(options.total_rate, options.total_burst);
        Self {
            began: Instant::now(),
            rates: Rates::new(source, options.sources, total),
            communities: Communities::new(&options.communities, options.accept_any_community, refs),
            include_community: options.include_community,
            users: Users::new(&options.users, engine.clone(), keys, options.engines),
            engine,
            informs,
            hashes: RandomState::new(),
            warnings: Warnings::default(),
            counters,
        }
    }

    /// Decides about a datagram that has just come in.
    pub(super) fn decide(
        &mut self,
        datagram: &[u8],
        source: SocketAddr,
        now: Instant,
    ) -> Result<AdmittedNotification, NotAdmitted> {
        self.counters.received.add(1);
        let source = canonical(source);
        let taken = self.rates.take_of_source(source.ip(), now.saturating_duration_since(self.began));
        taken.map_err(|why| self.refuse(why))?;
        self.verify(datagram, source, None, now)
    }

    /// Decides about a datagram that had to wait until keys were made for it.
    pub(super) fn decide_with(
        &mut self,
        made: &MadeKeys,
        datagram: &[u8],
        source: SocketAddr,
        now: Instant,
    ) -> Result<AdmittedNotification, NotAdmitted> {
        self.verify(datagram, canonical(source), Some(made), now)
    }

    /// The users whose keys a datagram needs, and at which engine.
    pub(super) fn wants_keys(&self, datagram: &[u8]) -> Option<(EngineId, Vec<(usize, User)>)> {
        match Received::read(datagram) {
            Ok(Received::V3(message)) => self.users.candidates(&message),
            _ => None,
        }
    }

    /// Counts a datagram that is dropped.
    pub(super) fn refuse(&self, why: Refusal) -> NotAdmitted {
        self.counters.of(why).add(1);
        NotAdmitted::Dropped(None)
    }

    fn verify(
        &mut self,
        datagram: &[u8],
        source: SocketAddr,
        made: Option<&MadeKeys>,
        now: Instant,
    ) -> Result<AdmittedNotification, NotAdmitted> {
        let received = Received::read(datagram).map_err(|rejection| self.refuse(form(&rejection)))?;
        let octets = received.octets();
        let mut community = 0..0;
        let proved = match &received {
            Received::Community(message) => {
                community = message.community_place();
                self.prove_community(message, source, now)?
            }
            Received::V3(message) => self.prove_user(message, source, made, now)?,
        };
        let Verified { version, kind, mut pdu, pdu_place, sender, response } = proved;
        let taken = self.rates.take_of_all(now.saturating_duration_since(self.began));
        taken.map_err(|why| self.refuse(why))?;
        let response = match response {
            None => None,
            Some(InformAnswer::Response(response)) => Some(response),
            // Its processing ends here (RFC 3416 section 4.2.7).
            Some(InformAnswer::TooBig(excuse)) => {
                self.counters.of(Refusal::TooBig).add(1);
                return Err(NotAdmitted::Dropped(excuse.map(Answer::Response)));
            }
        };
        let counter = match (version, kind) {
            (Version::V1, _) => &self.counters.v1_traps,
            (Version::V2c, Kind::Trap) => &self.counters.v2c_traps,
            (Version::V2c, Kind::Inform) => &self.counters.v2c_informs,
            (Version::V3, Kind::Trap) => &self.counters.v3_traps,
            (Version::V3, Kind::Inform) => &self.counters.v3_informs,
        };
        counter.add(1);
        let inform = match kind {
            Kind::Trap => None,
            Kind::Inform => match self.came(source, &sender, &pdu, now) {
                Seen::New(ticket) => Some((response, ticket)),
                Seen::Storing(ticket) => {
                    // In the other versions it is the same answer again.
                    if let Some(response) = response.filter(|_| version == Version::V3) {
                        self.informs.lock().renew(ticket, response);
                    }
                    return Err(self.refuse(Refusal::Duplicate));
                }
                Seen::Stored => {
                    self.counters.informs_again.add(1);
                    return Err(NotAdmitted::Dropped(response.map(Answer::Response)));
                }
            },
        };
        let mut message = datagram.get(..octets).unwrap_or_default().to_vec();
        if !self.include_community {
            message.get_mut(community).unwrap_or_default().fill(b'*');
            hide_trap_communities(&mut pdu, 0);
            if let Some(place) = pdu_place {
                hide_trap_communities(&mut message, place.start);
            }
        }
        let octets_behind = datagram.len() - octets;
        Ok(AdmittedNotification { version, pdu, message, sender, octets_behind, inform })
    }

    fn prove_community(
        &mut self,
        message: &ReceivedCommunity<'_>,
        source: SocketAddr,
        now: Instant,
    ) -> Result<Verified, NotAdmitted> {
        let Some(reference) = self.communities.find(message) else {
            self.warnings.bad_community(source, now);
            return Err(self.refuse(Refusal::BadCommunity));
        };
        let (version, kind) = match (message.version, message.pdu.first()) {
            (0, Some(&tag::TRAP_V1)) => (Version::V1, Kind::Trap),
            (1, Some(&tag::SNMPV2_TRAP)) => (Version::V2c, Kind::Trap),
            (1, Some(&tag::INFORM_REQUEST)) => (Version::V2c, Kind::Inform),
            _ => return Err(self.refuse(Refusal::NotANotification)),
        };
        let response = if kind == Kind::Inform { message.response() } else { None };
        let (pdu, pdu_place) = (message.pdu.to_vec(), Some(message.pdu_place()));
        Ok(Verified { version, kind, pdu, pdu_place, sender: Sender::Community(reference), response })
    }

    fn prove_user(
        &mut self,
        message: &ReceivedV3<'_>,
        source: SocketAddr,
        made: Option<&MadeKeys>,
        now: Instant,
    ) -> Result<Verified, NotAdmitted> {
        let Opened { scoped_pdu, keys, engine_id, is_ours, is_new_engine } =
            match self.users.open(message, made, now.into_std()) {
                Ok(opened) => opened,
                Err(VerifyError::NeedsKeys) if made.is_some() => return Err(self.refuse(Refusal::KeysNotMade)),
                Err(VerifyError::NeedsKeys) => return Err(NotAdmitted::NeedsKeys { octets: message.octets() }),
                Err(VerifyError::Refused { why, report, keys }) => {
                    // The counters of RFC 3414 hold 32 bits and begin anew.
                    let count = self.counters.of(why).add(1) as u32;
                    // Who sends us informs asks for our time this way (RFC 3414 section 4): nothing is wrong then.
                    let asks_for_our_time =
                        why == Refusal::NotInTimeWindow && message.engine_id == self.engine.id().octets();
                    if !asks_for_our_time {
                        self.warnings.note(why, message, source, now);
                    }
                    let report = report.and_then(|report| {
                        message.report(&report, count, keys.as_deref(), &self.engine, now.into_std())
                    });
                    return Err(NotAdmitted::Dropped(report.map(Answer::Report)));
                }
            };
        if is_new_engine {
            self.counters.engines_learnt.add(1);
        }
        if engine_id.oddity().is_some() {
            self.warnings.odd_engine_id(engine_id.octets(), source, now);
        }
        if scoped_pdu.context_name().len() > MAX_CONTEXT_OCTETS {
            return Err(self.refuse(Refusal::ContextName));
        }
        let kind = match scoped_pdu.pdu().first() {
            Some(&tag::SNMPV2_TRAP) => Kind::Trap,
            Some(&tag::INFORM_REQUEST) if is_ours => Kind::Inform,
            _ => return Err(self.refuse(Refusal::NotANotification)),
        };
        let response = match kind {
            Kind::Inform => message.response(&scoped_pdu, keys.as_deref(), &self.engine, now.into_std()),
            Kind::Trap => None,
        };
        let sender = Sender::User(UserSecurity {
            name: String::from_utf8_lossy(message.user).into_owned(),
            level: message.level,
            engine_id,
            engine_boots: message.boots,
            engine_time: message.time,
            context: scoped_pdu.context_name().to_vec(),
            context_engine_id: scoped_pdu.context_engine_id().to_vec(),
        });
        let pdu_place = message.pdu_place(&scoped_pdu);
        Ok(Verified { version: Version::V3, kind, pdu: scoped_pdu.into_pdu(), pdu_place, sender, response })
    }

    /// Notes that an inform came.
    fn came(&self, source: SocketAddr, sender: &Sender, pdu: &[u8], now: Instant) -> Seen {
        let hash = match sender {
            Sender::Community(reference) => self.hashes.hash_one((reference, pdu)),
            Sender::User(user) => self.hashes.hash_one((&user.name, user.level, &user.context, pdu)),
        };
        self.informs.lock().came(InformKey { source, hash }, now)
    }
}

/// What is wrong with a datagram that could not be read.
fn form(rejection: &Rejection) -> Refusal {
    match rejection {
        Rejection::Version(_) => Refusal::WrongVersion,
        Rejection::SecurityModel(_) => Refusal::SecurityModel,
        _ => Refusal::Malformed,
    }
}
