//! SNMP version 3 with the User-based Security Model (RFC 3411 to 3414, 3826, 7860), as an agent speaks it.
//!
//! A [`Message`] is read from a datagram, [`Usm`] says whether it is accepted or with which report it is refused, and a
//! [`Sealing`] makes an answer of a PDU. None of them has a clock or a socket: the time since the start is an argument.
//! Like the BER below it, all of this is the simulator's own and shares nothing with the engine; the primitives are
//! those of RustCrypto.

mod crypto;
mod engine;
mod keys;
mod message;
mod report;
mod seal;
mod user;
mod usm;

pub(crate) use engine::EngineFaults;
pub use engine::{EngineIdError, SimulatedEngine};
pub(crate) use message::{Message, Scoped};
pub(crate) use report::Refused;
pub use report::UsmCounters;
pub(crate) use seal::{Digest, Level, Sealing};
pub use user::{AuthProtocol, PrivProtocol, SimulatedUser, UserError};
pub(crate) use usm::{Accepted, EngineClock, Usm, Verdict};

#[cfg(test)]
mod tests;
