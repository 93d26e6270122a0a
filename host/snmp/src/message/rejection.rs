//! Why a datagram is not the answer it seems to be.

use std::net::SocketAddr;

use crate::{
    ber::DecodeError,
    usm::{EngineIdSize, Report, SecurityLevel, TimeWindowError},
};

/// Why a datagram was not taken as the answer it seems to be. Waiting goes on; where no answer comes, this is the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It could not be read.
    #[error("an answer could not be read: {0}")]
    Malformed(DecodeError),
    /// It is of another version.
    #[error("an answer came in another version of SNMP (version field {0})")]
    Version(i32),
    /// It has another community.
    #[error("an answer came with another community")]
    Community,
    /// It is no response.
    #[error("a message came that is not a response (PDU 0x{0:02x})")]
    PduType(u8),
    /// It came from elsewhere.
    #[error("an answer came from {0} instead")]
    Source(SocketAddr),
    /// It is secured by something other than USM.
    #[error("an answer came with another security model ({0})")]
    SecurityModel(i32),
    /// Its flags are not one octet, or ask for privacy without authentication.
    #[error("invalid msgFlags in the answer")]
    Flags,
    /// It is from another engine.
    #[error("an answer came with another engine ID")]
    EngineId,
    /// It names no engine, or one whose ID is too long.
    #[error("{0}")]
    EngineIdSize(EngineIdSize),
    /// It is for another user.
    #[error("an answer came for another user")]
    User,
    /// It is less secure than the request was, or more.
    #[error("an answer came at security level {found} instead of {expected}")]
    Level {
        /// The answer's.
        found: SecurityLevel,
        /// The request's.
        expected: SecurityLevel,
    },
    /// Its digest is wrong, or has another length than the protocol's.
    #[error("an answer failed authentication (wrong digest)")]
    Digest,
    /// It is authentic, but may be an old one.
    #[error("an answer came outside the time window: {0}")]
    TimeWindowError(TimeWindowError),
    /// It is authentic, but what it encrypts is not a text.
    #[error("an answer could not be decrypted")]
    Decryption,
    /// It is from another context.
    #[error("an answer came from another context")]
    Context,
    /// It answers another request.
    #[error("an answer came with another request id")]
    RequestId,
    /// It is a Report that anybody could have sent.
    #[error("{0} (an unauthenticated Report)")]
    Report(Report),
}

impl From<DecodeError> for Rejection {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}
