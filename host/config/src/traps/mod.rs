//! The table `[traps]` with its lists `[[traps.users]]` and `[[traps.forward]]`: who may send notifications, what is
//! kept of them, and who gets them.
//!
//! The bounds stand here with the other keys, under one name in the file and one struct in the program. What comes out
//! is in the words of the crate that does the work, and nothing of it is checked again there.

use std::{net::SocketAddr, time::Duration};

use ipnet::IpNet;
use traps::{forward::ForwardOptions, listener::ListenerOptions, log::LogOptions};

mod forward;
mod keys;
mod settle;
mod user;
mod users;
mod words;

pub(crate) use forward::ForwardKeys;
pub(crate) use keys::TrapKeys;
pub(crate) use settle::{TrapTables, settle};
pub(crate) use users::UserKeys;

/// What becomes of notifications.
#[derive(Clone, Debug)]
pub struct TrapSettings {
    /// Addresses to listen on. None: notifications are not received, unless sockets come from outside.
    pub listen: Vec<SocketAddr>,
    /// Who may send notifications, and how many.
    pub listener: ListenerOptions,
    /// How much of the log is kept.
    pub log: LogOptions,
    /// Who gets the records, and which; each has a name of its own.
    pub forward: Vec<ForwardOptions>,
    /// The name of this proxy: `receiver` in records.
    pub proxy_name: String,
    /// The name of the site that it is at, for records.
    pub site: Option<String>,
    /// Networks whose notifications are of the device that they name themselves.
    pub trusted_relays: Vec<IpNet>,
    /// Time in which the same notification is counted instead of stored again; zero is never.
    pub dedupe_window: Duration,
    /// Notifications that are remembered for that. Beyond, the oldest is forgotten, and its repetition is stored.
    pub dedupe_records: usize,
    /// Streams of events that are open at the same time. Beyond, further ones are refused with 503.
    pub event_streams: usize,
}

impl TrapSettings {
    /// Returns the defaults: nothing is listened for, and nothing may come in.
    #[must_use]
    pub fn off() -> Self {
        TrapKeys::default().settings("localhost".to_owned(), Vec::new(), Vec::new())
    }

    /// Returns whether anybody may send anything.
    #[must_use]
    pub fn lets_somebody_in(&self) -> bool {
        let listener = &self.listener;
        listener.accept_any_community || !listener.communities.is_empty() || !listener.users.is_empty()
    }
}
