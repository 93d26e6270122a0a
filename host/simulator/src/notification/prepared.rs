//! A notification as a datagram, ready to be sent as often as one likes.

use std::fmt;

/// A datagram with a notification. Sending it twice is what a device does that got no answer.
#[derive(Clone, PartialEq, Eq)]
pub struct PreparedNotification {
    pub(super) octets: Vec<u8>,
    pub(super) request_id: Option<i32>,
    pub(super) message_id: Option<i32>,
    pub(super) is_signed: bool,
}

impl PreparedNotification {
    /// The datagram.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Its request-id; a trap of version 1 has none.
    #[must_use]
    pub fn request_id(&self) -> Option<i32> {
        self.request_id
    }

    /// Version 3: its msgID.
    #[must_use]
    pub fn message_id(&self) -> Option<i32> {
        self.message_id
    }

    /// Version 3: whether it is signed, and its answer has to be.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.is_signed
    }
}

impl fmt::Debug for PreparedNotification {
    /// Without its octets: there is a community in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedNotification")
            .field("request_id", &self.request_id)
            .field("message_id", &self.message_id)
            .field("is_signed", &self.is_signed)
            .finish_non_exhaustive()
    }
}
