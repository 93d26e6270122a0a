//! All receivers as one: they get records from the front of what waits.

use super::{attempt::Attempt, lines::Lines, snmp::Snmp, syslog::Syslog, webhook::Webhook};
use crate::Entry;

/// A receiver, with its connection if it has one.
#[derive(Debug)]
pub(super) enum Sink {
    Webhook(Webhook),
    Syslog(Syslog),
    Lines(Lines),
    Snmp(Snmp),
    #[cfg(test)]
    Scripted(super::tests::Scripted),
}

impl Sink {
    /// Sends records from the front, at most as many as go at once. May be dropped at any time: what is half done is
    /// done again.
    pub(super) async fn send(&mut self, entries: &[Entry]) -> Attempt {
        match self {
            Self::Webhook(webhook) => webhook.send(entries).await,
            Self::Syslog(syslog) => syslog.send(entries).await,
            Self::Lines(lines) => lines.send(entries).await,
            Self::Snmp(snmp) => snmp.send(entries).await,
            #[cfg(test)]
            Self::Scripted(scripted) => scripted.send(entries).await,
        }
    }

    /// Takes leave of the receiver, where that means anything.
    pub(super) async fn close(&mut self) {
        if let Self::Syslog(syslog) = self {
            syslog.close().await;
        }
    }
}
