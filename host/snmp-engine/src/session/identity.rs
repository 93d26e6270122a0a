//! Who a session is to its agent, and what it needs to write requests and to recognise their answers.
//!
//! Of a community everything is known at once. A user of version 3 needs the agent's engine id, and keys that were
//! made for it. All clones and parts of a session share what was found.

use std::{sync::Arc, time::Instant};

use parking_lot::{Mutex, MutexGuard};
use snmp::{
    Clue, Credentials,
    message::{self, Association, Security},
    notification::Notification,
    profile::AuthoritativeEngine,
    usm::{Context, EngineId, LocalEngine, SecurityLevel, User},
};

use crate::{
    clock::{now, timeout_at},
    hub::{HeldKeys, Hub},
    profiles::SharedEngine,
};

/// Who a session is.
#[derive(Debug)]
pub(super) enum Identity {
    /// Of version 1 or 2c.
    Community(Arc<Security>),
    /// Of version 3.
    User(UserIdentity),
}

/// A user of an agent.
#[derive(Debug)]
pub(super) struct UserIdentity {
    user: User,
    context: Context,
    /// What is known of the agent's engine, by whatever user.
    pub(super) engine: Arc<SharedEngine>,
    connected: Mutex<Option<Connected>>,
    /// What traps from an engine of our own are signed with.
    sealing: Mutex<Option<Arc<HeldKeys>>>,
}

/// A user with the keys for an engine.
#[derive(Clone, Debug)]
pub(super) struct Connected {
    /// The engine, where the version has one.
    pub(super) engine: Option<Arc<AuthoritativeEngine>>,
    /// What writes the requests.
    pub(super) security: Arc<Security>,
    /// The keys in it, where it has some. Behind it, since it must be gone when they are.
    pub(super) _keys: Option<Arc<HeldKeys>>,
}

impl Identity {
    pub(super) fn new(credentials: &Credentials, engine: impl FnOnce() -> Arc<SharedEngine>) -> Self {
        match credentials {
            Credentials::V3 { user, context } => Self::User(UserIdentity {
                user: user.clone(),
                context: context.clone(),
                engine: engine(),
                connected: Mutex::default(),
                sealing: Mutex::default(),
            }),
            Credentials::V1 { .. } | Credentials::V2c { .. } => Self::Community(Arc::new(Security::new(credentials))),
        }
    }
}

impl Identity {
    /// The engine of the agent, where the version has one and it is known.
    pub(super) fn engine_id(&self, now: Instant) -> Option<EngineId> {
        match self {
            Self::Community(_) => None,
            Self::User(user) => Some(user.engine.current(None, now)?.id.clone()),
        }
    }

    /// What it can mean that an agent has never answered these credentials with anything.
    pub(super) fn silence(&self) -> Clue {
        match self {
            Self::Community(_) => Clue::Silence { version_3: false },
            Self::User(UserIdentity { user, context, .. }) => Clue::NeverAnswered {
                context: (!context.name.is_empty()).then(|| Arc::clone(&context.name)),
                is_encrypted: user.level() == SecurityLevel::AuthPriv,
            },
        }
    }
}

impl UserIdentity {
    /// The user at this engine, if that was prepared.
    pub(super) fn connected(&self, engine: &Arc<AuthoritativeEngine>) -> Option<Connected> {
        let is_this =
            |connected: &&Connected| connected.engine.as_ref().is_some_and(|known| Arc::ptr_eq(known, engine));
        self.lock().as_ref().filter(is_this).cloned()
    }

    /// Prepares the user for an engine; nothing where the keys are not made by then.
    pub(super) async fn connect(
        &self,
        hub: &Hub,
        engine: Arc<AuthoritativeEngine>,
        deadline: Instant,
    ) -> Option<Connected> {
        let keys = timeout_at(deadline, hub.key_maker().keys(&self.user, &engine.id)).await.ok().flatten()?;
        let clock = Arc::clone(&engine.clock);
        let association = Association::new(&self.user, &self.context, engine.id.clone(), Arc::clone(&keys.keys), clock);
        let security = Arc::new(Security::User(association));
        let connected = Connected { engine: Some(engine), security, _keys: Some(Arc::new(keys)) };
        *self.lock() = Some(connected.clone());
        Some(connected)
    }

    /// Writes a trap from an engine of our own; nothing where the keys are not made by then.
    pub(super) async fn seal_trap(
        &self,
        hub: &Hub,
        notification: &Notification,
        from: &LocalEngine,
        id: i32,
        until: Instant,
    ) -> Option<Vec<u8>> {
        let Self { user, context, .. } = self;
        let known = self.sealing.lock().as_ref().filter(|held| held.engine_id() == from.id()).cloned();
        let held = match known {
            Some(held) => held,
            None => {
                let held = Arc::new(timeout_at(until, hub.key_maker().keys(user, from.id())).await.ok().flatten()?);
                *self.sealing.lock() = Some(Arc::clone(&held));
                held
            }
        };
        Some(message::seal_trap_v3(user, context, &held.keys, from, id, notification, now()))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Connected>> {
        self.connected.lock()
    }
}
