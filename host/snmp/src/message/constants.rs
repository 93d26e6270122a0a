//! Numbers of messages.

/// The largest datagram there is: 65,535 octets without the headers of IPv4 and UDP.
pub const MAX_DATAGRAM: usize = 65_507;

pub(super) const VERSION_1: i32 = 0;
pub(super) const VERSION_2C: i32 = 1;
pub(super) const VERSION_3: i32 = 3;
