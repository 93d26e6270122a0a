//! The rules of the whole system, against the real binary over real sockets.

mod architecture;
mod desktop_client;
mod hostile_plugins;
mod net_snmp;
mod recordings;
mod rest_contract;
mod tickets;
