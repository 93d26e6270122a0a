//! Forwarding: records go on to others, to each at its own pace.
//!
//! Each forwarder reads the trap log behind a cursor of its own, so the log is what waits for a receiver that is away,
//! and no receiver waits for another. The cursor moves once the receiver has taken records: after a crash some may come
//! twice, but none is lost that is still in the log. A receiver that is down is tried again for ever, at growing pauses.
//! What a receiver will never take is counted, logged and passed over. While it takes nothing else, pauses from ten
//! milliseconds to ten seconds grow between refusals, so that one that is set up wrongly does not get through all that
//! waits in seconds; the first record that it takes ends them.

mod address;
mod attempt;
mod backoff;
mod cursor;
mod forwarders;
mod lines;
mod record;
mod resolve;
mod sink;
mod snmp;
mod spool;
mod stats;
mod syslog;
#[cfg(test)]
mod tests;
mod tls;
mod webhook;
mod worker;

use std::{path::PathBuf, time::Duration};

use ::snmp::Credentials;
use secrecy::SecretString;

pub use self::{
    address::{InvalidPeer, InvalidUrl, PeerAddress, WebhookUrl},
    cursor::{Cursors, MemoryCursors},
    forwarders::{ForwardParts, Forwarders},
    stats::{ForwarderState, ForwarderStats},
};
use crate::Filter;

/// Where records go, and which.
#[derive(Clone, Debug)]
pub struct ForwardOptions {
    /// Its name, unique: logs, counters and the cursor are known by it.
    pub name: String,
    /// Where they go.
    pub to: Destination,
    /// Which records go there.
    pub filter: Filter,
    /// Records that go there at once, where it takes several.
    pub batch: usize,
    /// Time for one attempt.
    pub timeout: Duration,
    /// The longest pause after a failed attempt. The first one is about a second, and each is twice the one before. Nor
    /// is a pause after a refusal longer.
    pub backoff: Duration,
    /// Records of the log that the forwarder may be behind its end. Beyond, the oldest are passed over, which is counted.
    pub spool: usize,
}

/// Where records go.
#[derive(Clone, Debug)]
pub enum Destination {
    /// POST of a JSON object with a list of records.
    Webhook {
        /// An `http` or `https` URL.
        url: WebhookUrl,
        /// What the body is signed with.
        secret: Option<SecretString>,
    },
    /// Syslog (RFC 5424), a message for each record.
    Syslog {
        /// The receiver.
        address: PeerAddress,
        /// How messages get there.
        transport: SyslogTransport,
        /// The facility's number (RFC 5424 section 6.2.1).
        facility: u8,
    },
    /// A line of JSON for each record.
    File {
        /// The file; `-` is standard output.
        path: PathBuf,
    },
    /// Another receiver of notifications.
    Snmp {
        /// The receiver.
        address: PeerAddress,
        /// The version, and in whose name.
        credentials: Credentials,
        /// Whether it has to acknowledge them.
        inform: bool,
    },
}

/// How syslog messages get to their receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyslogTransport {
    /// A datagram each (RFC 5426).
    Udp,
    /// A stream with lengths in front (RFC 6587 section 3.4.1).
    Tcp,
    /// The same within TLS (RFC 5425).
    Tls {
        /// Certificates that are trusted instead of the system's, as PEM.
        ca_file: Option<PathBuf>,
    },
}
