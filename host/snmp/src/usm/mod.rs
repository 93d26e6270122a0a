//! The User-based Security Model of SNMPv3 (RFC 3414, RFC 3826, RFC 7860).
//!
//! Pure: octets, keys and times come in as arguments, nothing is looked up, timed or sent. State changes only after
//! a message has proved to be authentic. The cryptographic primitives are those of well-kept libraries.
//!
//! By hand: no library has all of it (both extensions of keys, the time window, engine IDs of odd lengths) without a
//! socket of its own. The simulator has another one, on purpose: an error that both shared would be invisible.

mod protocol;
mod report;
mod user;

mod auth;
mod cache;
mod clock;
mod key;
mod keys;
mod local;
mod privacy;

pub use self::{
    auth::Authenticator,
    cache::{Derivation, Derived, KeyCache, KeyName},
    clock::{Clock, TIME_WINDOW_SECONDS, TimeWindowError},
    keys::Keys,
    local::LocalEngine,
    privacy::{Cipher, DecryptionError, Salt},
    protocol::{AuthProtocol, PrivProtocol, UnknownProtocol},
    report::Report,
    user::{
        Context, ENGINE_ID_OCTETS, EngineId, EngineIdSize, MAX_AGENT_ENGINE_ID_OCTETS, NAME_OCTETS, PASSWORD_OCTETS,
        Password, Protection, SecurityLevel, User, UserError,
    },
};
