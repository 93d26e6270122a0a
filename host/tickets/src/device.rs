//! What counts as one device.

use std::{fmt, sync::Arc};

use address::Host;

/// What counts as one device: the address as asked, and the port.
///
/// Spellings of the same address are one device. A name and its address are two, since nothing is looked up here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeviceKey {
    host: Arc<str>,
    port: u16,
}

impl DeviceKey {
    /// The device behind a host as the client wrote it.
    #[must_use]
    pub fn new(host: &Host, port: u16) -> Self {
        Self { host: host.canonical().into(), port }
    }
}

impl fmt::Display for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}
