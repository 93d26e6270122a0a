//! What can be typed behind `snmp-proxy trap`.

use std::net::Ipv4Addr;

use clap::Args;
use job::parse_oid;
use snmp::{Oid, usm::EngineId};

use super::super::device::DeviceFlags;

/// Arguments of `snmp-proxy trap`.
#[derive(Debug, Args)]
#[command(
    mut_arg("target", |target| target.index(1).help("Receiver: HOST, HOST:PORT, an IPv6 address or [IPV6]:PORT")),
    mut_arg("port", |port| port.help("UDP port of the receiver [default: 162]")),
    mut_arg("timeout", |timeout| timeout.help("Deadline of an inform, such as 10s [default: from the configuration]")),
)]
pub(crate) struct TrapArgs {
    #[command(flatten)]
    pub(super) device: DeviceFlags,
    /// Event: an OID, or coldStart, warmStart, linkDown, linkUp, authenticationFailure, egpNeighborLoss
    #[arg(index = 2, value_name = "TRAP")]
    pub(super) trap: Option<String>,
    /// Objects of the event, three words for each
    #[arg(index = 3, value_name = "OID TYPE VALUE", allow_negative_numbers = true)]
    pub(super) varbinds: Vec<String>,
    /// Send an inform, which the receiver acknowledges; versions 2c and 3
    #[arg(long)]
    pub(super) inform: bool,
    /// sysUpTime in hundredths of a second [default: the uptime of this machine, 0 if unknown]
    #[arg(long, value_name = "TICKS")]
    pub(super) uptime: Option<u32>,
    /// Authoritative engine ID of a trap, in hexadecimal [default: a random one, which is printed]
    #[arg(short = 'e', long, value_name = "HEX", help_heading = "SNMPv3")]
    pub(super) engine_id: Option<EngineId>,
    /// snmpEngineBoots of that engine [default: the seconds since 1970, which grow with each trap]
    #[arg(long, value_name = "COUNT", help_heading = "SNMPv3", value_parser = clap::value_parser!(u32).range(..2_147_483_647))]
    pub(super) engine_boots: Option<u32>,
    /// Enterprise [default: derived from the trap, RFC 3584]
    #[arg(long, value_name = "OID", value_parser = oid, help_heading = V1_HEADING)]
    pub(super) enterprise: Option<Oid>,
    /// agent-addr [default: the local address towards the receiver]
    #[arg(long, value_name = "IPV4", help_heading = V1_HEADING)]
    pub(super) agent_addr: Option<Ipv4Addr>,
    /// generic-trap, 6 for enterpriseSpecific [default: derived from the trap]
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, help_heading = V1_HEADING)]
    pub(super) generic: Option<i32>,
    /// specific-trap [default: derived from the trap]
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, help_heading = V1_HEADING)]
    pub(super) specific: Option<i32>,
}

/// The flags of version 1 have a place of their own in the help.
const V1_HEADING: &str = "SNMPv1";

impl TrapArgs {
    /// Returns the flags of version 1 that were given.
    pub(super) fn of_version_1(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            ("--enterprise", self.enterprise.is_some()),
            ("--agent-addr", self.agent_addr.is_some()),
            ("--generic", self.generic.is_some()),
            ("--specific", self.specific.is_some()),
        ];
        given.into_iter().filter_map(|(flag, is_given)| is_given.then_some(flag))
    }

    /// Returns the flags of an engine of ours that were given.
    pub(super) fn of_an_engine(&self) -> impl Iterator<Item = &'static str> {
        let given = [("--engine-id", self.engine_id.is_some()), ("--engine-boots", self.engine_boots.is_some())];
        given.into_iter().filter_map(|(flag, is_given)| is_given.then_some(flag))
    }
}

fn oid(text: &str) -> Result<Oid, String> {
    parse_oid(text).map_err(|error| error.to_string())
}
