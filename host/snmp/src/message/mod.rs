//! Messages: what is around a PDU, and who it is from.
//!
//! This is the one place for each security model. [`Security::seal`] turns a request into octets; on the way back
//! [`Envelope::read`] finds the id that says which request a datagram may answer, and that request's
//! [`Security::open`] decides whether it does. The id is the request-id, in version 3 the msgID, too.
//! Pure: ids and times come in as arguments, nothing is looked up or sent.

mod constants;
mod envelope;
mod opened;
mod security;

mod answer;
mod association;
mod community;
mod hidden;
mod notification;
mod received;
mod rejection;
mod v3;

pub use self::{
    answer::InformAnswer,
    association::Association,
    constants::MAX_DATAGRAM,
    envelope::Envelope,
    hidden::hide_trap_communities,
    notification::seal_trap_v3,
    opened::{DiscoveredEngine, Opened},
    received::{OpenedScopedPdu, Received, ReceivedCommunity, ReceivedV3, Unopened, VerifiedV3},
    rejection::Rejection,
    security::Security,
};
