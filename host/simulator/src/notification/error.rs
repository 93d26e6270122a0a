//! Why a notification could not be sent, and why an inform was not acknowledged.

use std::{io, net::SocketAddr, time::Duration};

use snmp::Oid;

use crate::v3::UserError;

/// Why there is no sender.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// The address is not free, or not one of this machine.
    #[error("cannot send from {0}")]
    Bind(SocketAddr, #[source] io::Error),
    /// There cannot be such a user of version 3.
    #[error("invalid user `{0}`")]
    User(String, #[source] UserError),
    /// The simulator has no user of this name.
    #[error("there is no user named `{0}`")]
    NoUser(String),
    /// The simulator has no such address.
    #[error("the simulator has no address number {0}")]
    NoAddress(usize),
}

/// Why an inform was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum InformError {
    /// The system did not take a datagram.
    #[error("cannot send the datagram")]
    Send(#[source] io::Error),
    /// No answer that counts came in time.
    #[error("no acknowledgement after {sent} attempt{}, {wait:?} each", if *.sent == 1 { "" } else { "s" })]
    NoAnswer {
        /// How often the inform was sent.
        sent: u32,
        /// How long an answer was waited for each time.
        wait: Duration,
    },
    /// Version 3: the receiver did not say who it is.
    #[error("the receiver did not tell its engine id within {0:?}")]
    NoDiscovery(Duration),
    /// Version 3: the receiver refuses with a report about this counter.
    #[error("the receiver reports {0}")]
    Reported(Oid),
    /// The receiver answers with an error.
    #[error("the receiver answers with error-status {0}")]
    Refused(i32),
}
