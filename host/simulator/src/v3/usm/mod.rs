//! Whether a message is accepted (RFC 3414 section 3.2, RFC 3412 section 7.2), and the reports that say why not.
//!
//! The steps and their order are those of the RFCs. The one liberty: a scoped PDU is looked at before its message is
//! believed, to find out which device, and so which faults, it is meant for. Nothing is answered from it.

mod outgoing;

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

pub(crate) use outgoing::EngineClock;
use secrecy::zeroize::Zeroizing;

use super::{
    crypto,
    engine::{EngineFaults, EngineState, SimulatedEngine},
    keys::{Hashed, LocalKeys, MasterKeys},
    message::{Data, Message, Scoped, USM_SECURITY_MODEL, flag},
    report::{Refused, UsmCounters, report_pdu},
    seal::{Digest, Level, Sealing},
    user::{SimulatedUser, UserError},
};
use crate::message::MessageError;

/// The users of a simulator, the engines of its addresses, and what went wrong.
pub(crate) struct Usm {
    users: Vec<User>,
    engines: Vec<EngineState>,
    /// The keys of users at engines. Beyond [`Usm::MAX_LOCAL_KEYS`] all are forgotten and made again.
    local: HashMap<(usize, Arc<[u8]>), Arc<LocalKeys>>,
    counters: UsmCounters,
    salt: u64,
}

struct User {
    name: String,
    level: Level,
    master: MasterKeys,
}

/// What becomes of a message.
pub(crate) enum Verdict {
    /// Nothing.
    Discard,
    /// This datagram, a report.
    Report(Vec<u8>),
    /// An answer, sealed like this.
    Accept(Box<Accepted>),
}

/// A request that is authentic, in time and readable.
pub(crate) struct Accepted {
    pub(crate) scoped: Scoped,
    pub(crate) sealing: Sealing,
    /// Whether the level is one at which this user may ask.
    pub(crate) is_authorized: bool,
}

impl Usm {
    const MAX_LOCAL_KEYS: usize = 20_000;
    /// How many seconds a message may be off (RFC 3414 section 2.2.3).
    const TIME_WINDOW: i64 = 150;

    /// Knows nobody.
    pub(crate) fn without_users() -> Self {
        Self {
            users: Vec::new(),
            engines: Vec::new(),
            local: HashMap::new(),
            counters: UsmCounters::default(),
            salt: 0,
        }
    }

    /// Hashes the passwords of `users`. The error names the user.
    pub(crate) fn new(users: &[SimulatedUser]) -> Result<Self, (String, UserError)> {
        let mut hashed = Hashed::default();
        let user = |user: &SimulatedUser| {
            let master = MasterKeys::of(user, &mut hashed).map_err(|error| (user.name.clone(), error))?;
            let level = match (&user.auth, &user.privacy) {
                (None, _) => Level::NoAuthNoPriv,
                (Some(_), None) => Level::AuthNoPriv,
                (Some(_), Some(_)) => Level::AuthPriv,
            };
            Ok(User { name: user.name.clone(), level, master })
        };
        Ok(Self { users: users.iter().map(user).collect::<Result<_, _>>()?, ..Self::without_users() })
    }

    /// Gives each address its engine, in the order of the addresses.
    pub(crate) fn start_engines<'a>(&mut self, engines: impl IntoIterator<Item = &'a SimulatedEngine>) {
        self.engines = engines.into_iter().map(SimulatedEngine::start).collect();
    }

    /// The engine id of an address, as it is now.
    pub(crate) fn engine_id(&self, address: usize) -> Option<Arc<[u8]>> {
        self.engines.get(address).map(|engine| Arc::clone(&engine.id))
    }

    pub(crate) fn counters(&self) -> UsmCounters {
        self.counters
    }

    /// Whether the message is one for this security model at all (RFC 3412 section 7.2, steps 2 to 5).
    pub(crate) fn is_for_us(&mut self, message: &Message<'_>) -> bool {
        if message.security_model != USM_SECURITY_MODEL {
            self.counters.unknown_security_models += 1;
            return false;
        }
        let encrypted = matches!(message.data, Data::Encrypted(_));
        if message.has(flag::PRIV) && !message.has(flag::AUTH) || encrypted != message.has(flag::PRIV) {
            self.counters.invalid_messages += 1;
            return false;
        }
        true
    }

    /// Reads the scoped PDU, if the keys for it are known, whether or not the message is authentic.
    pub(crate) fn look_into(&mut self, message: &Message<'_>) -> Result<Scoped, MessageError> {
        match message.data {
            Data::Plain(content) => Scoped::read(content),
            Data::Encrypted(octets) => {
                let keys = self.user(message).map(|(user, _)| self.keys(user, message.engine_id));
                let privacy = keys.as_ref().and_then(|keys| keys.privacy.as_ref());
                let decrypted = privacy.and_then(|(protocol, key)| {
                    let clock = (message.boots, message.time);
                    crypto::decrypt(*protocol, key, clock, message.privacy_parameters, octets)
                });
                let decrypted = Zeroizing::new(decrypted.ok_or(MessageError::Undecryptable)?);
                Scoped::read_decrypted(&decrypted)
            }
        }
    }

    /// Accepts or refuses a message to an address. `authentic` counts those of the same device that were authentic.
    pub(crate) fn judge(
        &mut self,
        message: &Message<'_>,
        scoped: Result<Scoped, MessageError>,
        (address, now): (usize, Duration),
        faults: &EngineFaults,
        authentic: &mut u64,
    ) -> Verdict {
        let request_id = scoped.as_ref().map_or(0, |scoped| scoped.request.request_id);
        let refusal = match self.check(message, (address, now), faults, authentic) {
            Ok((keys, is_authorized)) => {
                let Some(sealing) = self.sealing(message, keys, (address, now), faults) else {
                    return Verdict::Discard;
                };
                match scoped {
                    Ok(scoped) if *scoped.engine_id == *sealing.engine_id => {
                        let sealing = Sealing { context: scoped.request.community.clone(), ..sealing };
                        return Verdict::Accept(Box::new(Accepted { scoped, sealing, is_authorized }));
                    }
                    Ok(_) => (Refused::UnknownPduHandler, sealing),
                    // What a wrong key makes of it is no BER. Strictly that is a parse error without a report, but
                    // agents say decryptionErrors, which is what it is.
                    Err(MessageError::Ber(_) | MessageError::Undecryptable) if message.has(flag::PRIV) => {
                        (Refused::DecryptionError, Sealing { level: Level::NoAuthNoPriv, ..sealing })
                    }
                    Err(_) => return Verdict::Discard,
                }
            }
            Err((refused, keys)) => {
                let Some(sealing) = self.sealing(message, keys, (address, now), faults) else {
                    return Verdict::Discard;
                };
                // RFC 3414 section 3.2, step 7 a: this one report is authenticated, so that the clock can be believed.
                let in_time = refused != Refused::NotInTimeWindow;
                let level = if in_time { Level::NoAuthNoPriv } else { Level::AuthNoPriv };
                (refused, Sealing { level, ..sealing })
            }
        };
        let (refused, sealing) = refusal;
        self.report(refused, message.has(flag::REPORTABLE), &sealing, request_id)
    }

    /// Counts a refusal, and writes the report of it if the message wants one (RFC 3412 section 7.1, step 3).
    pub(crate) fn report(&mut self, refused: Refused, wanted: bool, sealing: &Sealing, request_id: i32) -> Verdict {
        let count = self.counters.count(refused);
        if !wanted {
            return Verdict::Discard;
        }
        let mut datagram = Vec::new();
        let sealing = Sealing { context: Vec::new(), digest: Digest::Right, ..sealing.clone() };
        sealing.seal(&report_pdu(refused, count, request_id), &mut datagram);
        Verdict::Report(datagram)
    }

    /// Reports that nobody signed, as somebody between agent and client would send them.
    pub(crate) fn forged_reports(&self, sealing: &Sealing, request_id: i32) -> Vec<Vec<u8>> {
        let forged = |refused, message_id, request_id| {
            let sealing = Sealing {
                message_id,
                level: Level::NoAuthNoPriv,
                context: Vec::new(),
                digest: Digest::Right,
                ..sealing.clone()
            };
            let mut datagram = Vec::new();
            sealing.seal(&report_pdu(refused, 9, request_id), &mut datagram);
            datagram
        };
        let refusals = [
            Refused::UnknownUserName,
            Refused::WrongDigest,
            Refused::DecryptionError,
            Refused::UnknownEngineId,
            Refused::NotInTimeWindow,
        ];
        let mut reports: Vec<_> =
            refusals.into_iter().map(|refused| forged(refused, sealing.message_id, request_id)).collect();
        reports.push(forged(Refused::UnknownUserName, sealing.message_id ^ 1, request_id ^ 1));
        reports
    }

    /// The keys of the user of a sealed message at another engine.
    pub(crate) fn keys_elsewhere(&mut self, sealing: &Sealing, engine_id: &[u8]) -> Option<Arc<LocalKeys>> {
        let user = self.users.iter().position(|user| user.name.as_bytes() == sealing.user)?;
        Some(self.keys(user, engine_id))
    }

    /// Steps 3 to 7 of RFC 3414 section 3.2. The keys of an error are those its report may be sealed with.
    fn check(
        &mut self,
        message: &Message<'_>,
        (address, now): (usize, Duration),
        faults: &EngineFaults,
        authentic: &mut u64,
    ) -> Result<(Arc<LocalKeys>, bool), (Refused, Arc<LocalKeys>)> {
        let nobody = Arc::<LocalKeys>::default;
        let is_known = |usm: &Self| usm.engines.get(address).is_some_and(|engine| *engine.id == *message.engine_id);
        if !is_known(self) {
            return Err((Refused::UnknownEngineId, nobody()));
        }
        // A user without a name is that of discovery, and has no level but noAuthNoPriv.
        let Some((user, own_level)) = self.user(message) else {
            return Err((Refused::UnknownUserName, nobody()));
        };
        let keys = self.keys(user, message.engine_id);
        let level = level_of(message);
        if level > own_level {
            return Err((Refused::UnsupportedSecLevel, keys));
        }
        if level == Level::NoAuthNoPriv {
            return Ok((keys, own_level == level));
        }
        let Some((protocol, key)) = &keys.auth else { return Err((Refused::UnsupportedSecLevel, nobody())) };
        let [before, behind] = message.around_digest;
        let zeros = vec![0; message.digest.len()];
        let digest = crypto::digest(*protocol, key, &[before, &zeros, behind]);
        if digest != message.digest {
            return Err((Refused::WrongDigest, keys));
        }
        *authentic += 1;
        if let Some(engine) = self.engines.get_mut(address) {
            engine.suffer(faults, *authentic, now);
        }
        if !is_known(self) {
            return Err((Refused::UnknownEngineId, keys));
        }
        let Some(engine) = self.engines.get(address) else { return Err((Refused::UnknownEngineId, keys)) };
        let boots = faults.boots.unwrap_or(engine.boots);
        let off = i64::from(engine.time(now)) - i64::from(message.time);
        let in_time = boots != i32::MAX && message.boots == boots && off.abs() <= Self::TIME_WINDOW;
        if !in_time || faults.report_loop {
            return Err((Refused::NotInTimeWindow, keys));
        }
        Ok((keys, level == own_level))
    }

    fn sealing(
        &mut self,
        message: &Message<'_>,
        keys: Arc<LocalKeys>,
        (address, now): (usize, Duration),
        faults: &EngineFaults,
    ) -> Option<Sealing> {
        let engine = self.engines.get(address)?;
        self.salt += 1;
        Some(Sealing {
            message_id: message.id,
            level: level_of(message),
            engine_id: Arc::clone(&engine.id),
            boots: faults.boots.unwrap_or(engine.boots),
            time: engine.time(now),
            user: message.user.to_vec(),
            keys,
            context_engine_id: Arc::clone(&engine.id),
            context: Vec::new(),
            salt: self.salt,
            digest: Digest::Right,
            wants_report: false,
            limit: usize::try_from(message.max_size).unwrap_or(usize::MAX),
        })
    }

    fn user(&self, message: &Message<'_>) -> Option<(usize, Level)> {
        let place = self.users.iter().position(|user| user.name.as_bytes() == message.user)?;
        self.users.get(place).map(|user| (place, user.level))
    }

    fn keys(&mut self, user: usize, engine_id: &[u8]) -> Arc<LocalKeys> {
        let at = (user, Arc::from(engine_id));
        if let Some(keys) = self.local.get(&at) {
            return Arc::clone(keys);
        }
        let keys = Arc::new(self.users.get(user).map(|user| user.master.localize(engine_id)).unwrap_or_default());
        if self.local.len() >= Self::MAX_LOCAL_KEYS {
            self.local.clear();
        }
        self.local.insert(at, Arc::clone(&keys));
        keys
    }
}

fn level_of(message: &Message<'_>) -> Level {
    match (message.has(flag::AUTH), message.has(flag::PRIV)) {
        (false, _) => Level::NoAuthNoPriv,
        (true, false) => Level::AuthNoPriv,
        (true, true) => Level::AuthPriv,
    }
}

impl fmt::Debug for Usm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Usm").field("engines", &self.engines).field("counters", &self.counters).finish_non_exhaustive()
    }
}
