//! Which users may send in version 3, and what proves that a message is theirs (RFC 3414 section 3.2).
//!
//! A trap is signed for its sender's engine, which cannot be asked: the keys are made for whatever engine id it names,
//! and only when they have proved the message, keys and clock of that engine are remembered, by its id alone (section
//! 2.2.1: no two engines have one). An inform is signed for our own engine. A message is verified, then its time is
//! looked at, and then it is decrypted. Keys that take long to make are not made here: the message has to come back
//! with them. Pure.

use std::{collections::HashMap, hash::RandomState, sync::Arc, time::Instant};

use hashlink::LruCache;
use snmp::{
    ber::tag,
    message::{OpenedScopedPdu, ReceivedV3, Unopened},
    usm::{Clock, EngineId, KeyCache, Keys, LocalEngine, Report, SecurityLevel, User},
};

use super::{TrapUser, stats::Refusal};

/// The users, and the engines that have sent in their names.
#[derive(Debug)]
pub(super) struct Users {
    by_name: HashMap<Vec<u8>, Vec<UserEntry>>,
    engine: LocalEngine,
    cache: Arc<KeyCache>,
    engines: LruCache<EngineId, Engine, RandomState>,
}

/// A user, and the keys at our own engine once they have proved a message.
#[derive(Debug)]
struct UserEntry {
    number: usize,
    user: TrapUser,
    own: Option<Arc<Keys>>,
}

/// An engine that has sent, and by user the keys that have proved it.
#[derive(Debug, Default)]
struct Engine {
    clock: Clock,
    keys: HashMap<usize, Arc<Keys>>,
}

/// Keys of some users at the engine of one message.
pub(super) type MadeKeys = Vec<(usize, Arc<Keys>)>;

/// A message that may come in, as far as its sender is concerned.
#[derive(Debug)]
pub(super) struct Opened {
    /// What is in it.
    pub(super) scoped_pdu: OpenedScopedPdu,
    /// What has opened it; nothing where it is not secured.
    pub(super) keys: Option<Arc<Keys>>,
    /// The authoritative engine.
    pub(super) engine_id: EngineId,
    /// Whether that is ours.
    pub(super) is_ours: bool,
    /// Whether the engine was not known before.
    pub(super) is_new_engine: bool,
}

/// A message that may not.
#[derive(Debug)]
pub(super) enum VerifyError {
    /// Not yet: keys have to be made.
    NeedsKeys,
    /// Why not.
    Refused {
        why: Refusal,
        /// What its sender is told, if it wants to know.
        report: Option<Report>,
        /// What signs that.
        keys: Option<Arc<Keys>>,
    },
}

impl Users {
    /// Remembers so many engines, one at least. The cache makes the keys.
    pub(super) fn new(users: &[TrapUser], engine: LocalEngine, cache: Arc<KeyCache>, engines: usize) -> Self {
        let mut by_name: HashMap<Vec<u8>, Vec<UserEntry>> = HashMap::new();
        for (number, user) in users.iter().enumerate() {
            let entry = UserEntry { number, user: user.clone(), own: None };
            by_name.entry(user.user.name().as_bytes().to_vec()).or_default().push(entry);
        }
        Self { by_name, engine, cache, engines: LruCache::with_hasher(engines.max(1), RandomState::new()) }
    }

    /// Verifies and decrypts a message. `made` are keys that were made for it, after it was closed for the want of
    /// them.
    pub(super) fn open(
        &mut self,
        message: &ReceivedV3<'_>,
        made: Option<&MadeKeys>,
        now: Instant,
    ) -> Result<Opened, VerifyError> {
        let unknown = || refused(Refusal::UnknownEngine, Report::UnknownEngineId);
        let engine_id = self.engine_id(message).map_err(|why| refused(why, Report::UnknownEngineId))?;
        // Who wants an answer has to name our engine (RFC 3414 section 3.2 (3)(b)). But some ask for one to their traps,
        // and where those are encrypted, only the keys can tell.
        if engine_id == *self.engine.id() || !message.reportable {
            return self.prove(message, engine_id, made, now);
        }
        let is_clear = message.level < SecurityLevel::AuthPriv;
        if is_clear && !message.read_unverified().is_some_and(|scoped_pdu| is_trap(&scoped_pdu)) {
            return Err(unknown());
        }
        match self.prove(message, engine_id, made, now) {
            Ok(opened) if is_trap(&opened.scoped_pdu) => Ok(opened),
            Err(VerifyError::NeedsKeys) => Err(VerifyError::NeedsKeys),
            Err(refused) if is_clear => Err(refused),
            _ => Err(unknown()),
        }
    }

    /// The authoritative engine of a message. Who looks for one has none yet; an ID of another length than allowed counts
    /// where the message's user may have one.
    fn engine_id(&self, message: &ReceivedV3<'_>) -> Result<EngineId, Refusal> {
        let engine_id = EngineId::of_agent(message.engine_id).map_err(|size| match size.octets {
            0 => Refusal::UnknownEngine,
            _ => Refusal::EngineIdLength,
        })?;
        let is_allowed = || {
            let namesakes = self.by_name.get(message.user);
            namesakes.is_some_and(|namesakes| namesakes.iter().any(|entry| entry.user.any_engine_id))
        };
        if engine_id.oddity().is_none() || is_allowed() { Ok(engine_id) } else { Err(Refusal::EngineIdLength) }
    }

    /// Verifies and decrypts a message whose authoritative engine is as it should be.
    fn prove(
        &mut self,
        message: &ReceivedV3<'_>,
        engine_id: EngineId,
        made: Option<&MadeKeys>,
        now: Instant,
    ) -> Result<Opened, VerifyError> {
        let is_ours = engine_id == *self.engine.id();
        let Some(namesakes) = self.by_name.get_mut(message.user) else {
            return Err(refused(Refusal::UnknownUser, Report::UnknownUserName));
        };
        let is_odd = engine_id.oddity().is_some();
        let mut fitting = namesakes.iter_mut().filter(|entry| entry.fits(message.level, is_odd)).peekable();
        if fitting.peek().is_none() {
            return Err(refused(Refusal::SecurityLevel, Report::UnsupportedSecurityLevel));
        }
        if message.level == SecurityLevel::NoAuthNoPriv {
            let malformed = |_| refused(Refusal::Malformed, None);
            let scoped_pdu = message.open_unsecured().map_err(malformed)?;
            return Ok(Opened { scoped_pdu, keys: None, engine_id, is_ours, is_new_engine: false });
        }
        let mut closed = refused(Refusal::WrongDigest, Report::WrongDigest);
        for entry in fitting {
            let given = made.and_then(|made| made.iter().find(|(number, _)| *number == entry.number));
            // Nothing is used before it has proved the message: anybody may name any engine.
            let engine = if is_ours { None } else { self.engines.peek(&engine_id) };
            let remembered = || match is_ours {
                true => entry.own.clone(),
                false => engine.and_then(|engine| engine.keys.get(&entry.number).cloned()),
            };
            let find = || match is_ours {
                true => self.cache.find(&entry.user.user, &engine_id).ok(),
                false => self.cache.find_unproved(&entry.user.user, &engine_id).ok(),
            };
            let Some(keys) = given.map(|(_, keys)| Arc::clone(keys)).or_else(remembered).or_else(find) else {
                closed = VerifyError::NeedsKeys;
                continue;
            };
            // Another user of the name may have another key.
            let Ok(verified) = message.verify(&keys) else { continue };
            let is_in_time = match (is_ours, engine) {
                (true, _) => self.engine.is_in_time(message.boots, message.time, now),
                (false, Some(engine)) => message.judge_time(&engine.clock, now).is_ok(),
                (false, None) => message.judge_time(&Clock::new(), now).is_ok(),
            };
            if !is_in_time {
                let (why, report) = (Refusal::NotInTimeWindow, is_ours.then_some(Report::NotInTimeWindow));
                return Err(VerifyError::Refused { why, report, keys: Some(keys) });
            }
            let scoped_pdu = match verified.open() {
                Ok(scoped_pdu) => scoped_pdu,
                Err(Unopened::Malformed(_)) => return Err(refused(Refusal::Malformed, None)),
                Err(_) => {
                    closed = refused(Refusal::Decryption, Report::DecryptionError);
                    continue;
                }
            };
            let mut is_new_engine = false;
            if is_ours {
                entry.own = Some(Arc::clone(&keys));
            } else if is_trap(&scoped_pdu) {
                is_new_engine = engine.is_none();
                if is_new_engine {
                    self.engines.insert(engine_id.clone(), Engine::default());
                }
                if let Some(engine) = self.engines.get_mut(&engine_id) {
                    // It was judged just now.
                    let _ = message.keep_time(&engine.clock, now);
                    if engine.keys.insert(entry.number, Arc::clone(&keys)).is_none() {
                        self.cache.remember(&entry.user.user, &engine_id, &keys);
                    }
                }
            }
            return Ok(Opened { scoped_pdu, keys: Some(keys), engine_id, is_ours, is_new_engine });
        }
        Err(closed)
    }

    /// The users whose keys may prove a message, with their numbers, and the engine to make them for.
    pub(super) fn candidates(&self, message: &ReceivedV3<'_>) -> Option<(EngineId, Vec<(usize, User)>)> {
        let engine_id = self.engine_id(message).ok()?;
        let namesakes = self.by_name.get(message.user)?;
        let is_odd = engine_id.oddity().is_some();
        let fitting = namesakes.iter().filter(|entry| entry.fits(message.level, is_odd));
        Some((engine_id, fitting.map(|entry| (entry.number, entry.user.user.clone())).collect()))
    }
}

impl UserEntry {
    /// Whether a message of this user may be secured so, and come from an engine whose ID has an odd length.
    fn fits(&self, level: SecurityLevel, is_odd: bool) -> bool {
        (self.user.level..=self.user.user.level()).contains(&level) && (self.user.any_engine_id || !is_odd)
    }
}

fn is_trap(scoped_pdu: &OpenedScopedPdu) -> bool {
    scoped_pdu.pdu().first() == Some(&tag::SNMPV2_TRAP)
}

fn refused(why: Refusal, report: impl Into<Option<Report>>) -> VerifyError {
    VerifyError::Refused { why, report: report.into(), keys: None }
}
