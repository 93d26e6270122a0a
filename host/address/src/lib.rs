//! Addresses as people write them: a host, a host with a port, a network.
//!
//! Every place of the program that takes an address reads it here, so that one text means one thing everywhere.
//! Resolvers read more than people mean: to most of them `010.1` is 8.0.0.1 and `2130706433` is 127.0.0.1 (RFC 6943
//! section 3.1.1). So what looks like an address must be one, and only what cannot be taken for one is a name.
//! Nothing is looked up here. Errors never repeat the text, which may be long or a secret.

mod embedded;
mod host;
mod host_port;
mod invalid;
mod name;
mod network;
mod target;

pub use embedded::forms;
pub use host::{Host, Zone};
pub use host_port::{HostPort, InvalidHostPort, InvalidSocketAddr, parse_socket_addr};
pub use invalid::InvalidHost;
pub use name::{HostName, LABEL_OCTETS, NAME_OCTETS};
pub use network::{InvalidNetwork, parse_network};
pub use target::{NoTarget, check_ip};
