//! What comes back to who sent a notification.

use std::{fmt, net::SocketAddr};

use snmp::Oid;

use super::PreparedNotification;
use crate::{
    ber::tag,
    message::{ErrorStatus, MessageError, Response},
};

/// A datagram that came back to a [`Sender`](super::Sender).
#[derive(Clone, PartialEq, Eq)]
pub struct NotificationAnswer {
    /// Who sent it.
    pub peer: SocketAddr,
    /// Its octets.
    pub octets: Vec<u8>,
    /// Version 3: its msgID.
    pub message_id: Option<i32>,
    /// Version 3: whether it is signed with the user's key at the engine that it names.
    pub is_authentic: bool,
    /// Its PDU, or why it has none that can be read.
    pub response: Result<Response, MessageError>,
}

impl NotificationAnswer {
    /// Whether it is the response without error to this inform: of its ids, and signed where the inform was.
    #[must_use]
    pub fn acknowledges(&self, inform: &PreparedNotification) -> bool {
        let Ok(response) = &self.response else { return false };
        self.belongs_to(inform)
            && response.pdu_tag == tag::RESPONSE
            && response.error_status == ErrorStatus::NO_ERROR
            && inform.request_id() == Some(response.request_id)
            && (self.is_authentic || !inform.is_signed())
    }

    /// The counter that a report is about; nothing if it is no report.
    #[must_use]
    pub fn reported(&self) -> Option<&Oid> {
        let response = self.response.as_ref().ok().filter(|response| response.pdu_tag == tag::REPORT)?;
        response.varbinds.first().map(|varbind| &varbind.name)
    }

    /// Whether it is about this notification: in version 3 by its msgID, else by its request-id.
    #[must_use]
    pub fn belongs_to(&self, notification: &PreparedNotification) -> bool {
        match (self.message_id, notification.message_id()) {
            (Some(one), Some(other)) => one == other,
            (None, None) => {
                self.response.as_ref().is_ok_and(|response| Some(response.request_id) == notification.request_id())
            }
            _ => false,
        }
    }
}

impl fmt::Debug for NotificationAnswer {
    /// Without its octets: there is a community in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotificationAnswer")
            .field("peer", &self.peer)
            .field("message_id", &self.message_id)
            .field("is_authentic", &self.is_authentic)
            .field("response", &self.response)
            .finish_non_exhaustive()
    }
}
