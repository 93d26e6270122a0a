//! What the system tests and the benchmark stand on: the real binary as a process, agents to poll, an HTTP client
//! that knows the API's paths, and readings of a process from /proc.
//!
//! Nothing here asserts; it starts things, stops them when dropped, and says what they answered.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "only tests"
)]

mod agents;
mod client;
mod ended;
mod proxy;
mod readings;
mod registry;
mod slow_reader;

pub use agents::{BadAgent, SAFETY_NET, SnmpTrapd, Snmpd, Snmpsim, V3User, net_snmp, net_snmp_is_here};
pub use client::{Answer, Client};
pub use ended::Ended;
pub use proxy::{Proxy, snmp_proxy_binary};
pub use readings::Readings;
pub use registry::DockerRegistry;
pub use slow_reader::SlowReader;
