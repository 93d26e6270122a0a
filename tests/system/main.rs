//! The rules of the whole system, against the real binary over real sockets.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "only tests")]
#![allow(clippy::indexing_slicing, reason = "a missing key of a JSON answer reads as null, and the test says so")]

mod architecture;
mod command_line;
mod connections;
mod daemons;
mod desktop_client;
mod fairness;
mod hostile_packets;
mod hostile_plugins;
mod many_devices;
mod memory;
mod misbehaviour;
mod net_snmp;
mod plugin_commands;
mod plugin_tool;
mod process;
mod quirks;
mod record;
mod recordings;
mod rest_contract;
mod security_page;
mod tickets;
mod traps;
mod tshark;
mod version_3;
