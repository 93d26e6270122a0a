//! The ids of notifications, which count up.

/// The request-ids and msgIDs, which count up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids {
    pub(super) next: i32,
}

impl Ids {
    /// The largest id (RFC 3412 section 6: msgID has 31 bits).
    pub(super) const LARGEST: i32 = i32::MAX;

    /// Request-ids and msgIDs from `first` on.
    pub(super) fn from(first: i32) -> Self {
        Self { next: first & Self::LARGEST }
    }

    /// A request-id and a msgID. They differ, so that a receiver that mixes them up is found out.
    pub(super) fn take(&mut self) -> (i32, i32) {
        let request_id = self.next;
        let message_id = (request_id.wrapping_add(Self::BETWEEN)) & Self::LARGEST;
        self.next = self.next.wrapping_add(1) & Self::LARGEST;
        (request_id, message_id)
    }

    /// How far the msgID is from the request-id.
    const BETWEEN: i32 = 0x1000_0000;
}
