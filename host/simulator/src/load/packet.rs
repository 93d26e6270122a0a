//! A datagram that was made before, and where its number stands.

use std::{fmt, ops::Range};

use crate::{
    ber::{Reader, tag},
    fault::FaultPlan,
    notification::{NotificationKind, PreparedNotification, SimulatedNotification, community_message},
};

/// A datagram that is sent many times, with another number each time or always the same.
#[derive(Clone, PartialEq, Eq)]
pub struct LoadPacket {
    pub(super) octets: Vec<u8>,
    /// The four octets of the number, where it has one.
    pub(super) number: Option<Range<usize>>,
}

impl LoadPacket {
    /// A number whose BER has four content octets, as all numbers have that may stand in its place.
    const PLACEHOLDER: i32 = 0x4000_0000;
    /// The numbers go from 0 to this and begin anew; those below it that are added to the first have four octets.
    pub(super) const NUMBERS: u32 = 0x4000_0000;

    /// A notification of version 1 or 2c with this community. Its number is the request-id, of a trap of version 1 the
    /// time-stamp: 1,073,741,824 and the number of the datagram, so that its BER always has the same length.
    #[must_use]
    pub fn community(community: &str, notification: &SimulatedNotification) -> Self {
        let mut notification = notification.clone();
        let version = if let NotificationKind::TrapV1(trap) = &mut notification.kind {
            trap.timestamp = Self::PLACEHOLDER.unsigned_abs();
            0
        } else {
            1
        };
        let pdu = notification.pdu(Self::PLACEHOLDER, &FaultPlan::healthy());
        let octets = community_message(version, community.as_bytes(), &pdu);
        let number = place_of_number(&octets);
        Self { octets, number }
    }

    /// A datagram as a [`Sender`](crate::Sender) prepared it, always with the same octets: what is signed has no number
    /// that could be changed. Many of them, prepared one by one, differ in their ids.
    #[must_use]
    pub fn fixed(notification: &PreparedNotification) -> Self {
        Self::raw(notification.octets())
    }

    /// Any octets, always the same.
    #[must_use]
    pub fn raw(octets: &[u8]) -> Self {
        Self { octets: octets.to_vec(), number: None }
    }

    /// The number that the datagram number `number` of a load carries in its request-id or time-stamp.
    #[must_use]
    pub fn carried(number: u32) -> u32 {
        Self::PLACEHOLDER.unsigned_abs() + number % Self::NUMBERS
    }

    /// The datagram; its number is that of the datagram number 0.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

/// Where the content of the request-id or of the time-stamp stands.
fn place_of_number(octets: &[u8]) -> Option<Range<usize>> {
    let mut message = Reader::new(Reader::new(octets).expect(tag::SEQUENCE).ok()?);
    message.integer().ok()?;
    message.expect(tag::OCTET_STRING).ok()?;
    let (pdu_tag, content) = message.element().ok()?;
    let mut pdu = Reader::new(content);
    if pdu_tag == tag::TRAP_V1 {
        pdu.oid().ok()?;
        pdu.value().ok()?;
        pdu.integer().ok()?;
        pdu.integer().ok()?;
    }
    let (_, number) = pdu.element().ok()?;
    let start = number.as_ptr().addr() - octets.as_ptr().addr();
    (number.len() == 4).then_some(start..start + 4)
}

impl fmt::Debug for LoadPacket {
    /// Without its octets: there is a community in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadPacket").field("length", &self.octets.len()).field("number", &self.number).finish()
    }
}
