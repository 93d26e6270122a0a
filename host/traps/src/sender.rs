//! Who sent a notification, as its message says it.

use snmp::usm::{EngineId, SecurityLevel};

/// The version that a message names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// SNMPv1 (RFC 1157).
    V1,
    /// Community-based SNMPv2 (RFC 1901).
    V2c,
    /// SNMPv3 (RFC 3412).
    V3,
}

/// In whose name a message came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// What tells communities apart without telling them, see [`CommunityRefs`](crate::CommunityRefs).
    Community(String),
    /// A user of version 3.
    User(UserSecurity),
}

/// What is known of the sender of a message of version 3, after it was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSecurity {
    /// The user's name.
    pub name: String,
    /// How the message was secured.
    pub level: SecurityLevel,
    /// The authoritative engine: the sender's for a trap, ours for an inform.
    pub engine_id: EngineId,
    /// That engine's boots, as the message has them.
    pub engine_boots: u32,
    /// That engine's time, as the message has it.
    pub engine_time: u32,
    /// The context; empty for the default one.
    pub context: Vec<u8>,
    /// The engine that the PDU is about.
    pub context_engine_id: Vec<u8>,
}
