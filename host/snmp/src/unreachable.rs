//! What the network says of an agent that it cannot deliver to.

/// Why an agent cannot be reached, as the network says. Anybody could have said so: ICMP can be forged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// Nobody listens at the port.
    #[error("port unreachable (ICMP): nothing listens on it")]
    Port,
    /// The host cannot be reached, or it is off.
    #[error("host unreachable (ICMP)")]
    Host,
    /// Its network cannot be reached.
    #[error("network unreachable (ICMP)")]
    Network,
    /// A device on the path forbids it.
    #[error("administratively prohibited by a device on the path (ICMP)")]
    Prohibited,
}
