//! A record as forwarders read it that write something else than its JSON: the members that they need, all optional.

use std::{borrow::Cow, net::IpAddr};

use serde::Deserialize;
use serde_json::value::RawValue;

/// The members of a record that other formats have a place for. What is missing is none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Record<'a> {
    #[serde(borrow)]
    pub(super) received_at: Option<Cow<'a, str>>,
    pub(super) transport: Transport,
    #[serde(borrow)]
    pub(super) snmp: Snmp<'a>,
    #[serde(borrow)]
    pub(super) v1: Option<V1<'a>>,
    pub(super) device: Device,
    pub(super) uptime_ticks: Option<u64>,
    #[serde(borrow)]
    pub(super) trap: Option<Trap<'a>>,
    #[serde(borrow)]
    pub(super) varbinds: Vec<Varbind<'a>>,
}

/// How the notification came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Transport {
    pub(super) src: Option<IpAddr>,
}

/// The message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Snmp<'a> {
    #[serde(borrow)]
    pub(super) version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) pdu: Option<Cow<'a, str>>,
}

/// What only a notification of version 1 has.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct V1<'a> {
    #[serde(borrow)]
    pub(super) enterprise: Option<Cow<'a, str>>,
    pub(super) agent_addr: Option<std::net::Ipv4Addr>,
    pub(super) generic: Option<i64>,
    pub(super) specific: Option<i64>,
}

/// Who sent it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Device {
    pub(super) address: Option<IpAddr>,
}

/// Which notification it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Trap<'a> {
    #[serde(borrow)]
    pub(super) oid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) enterprise: Option<Cow<'a, str>>,
}

/// A varbind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Varbind<'a> {
    #[serde(borrow)]
    pub(super) oid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) index: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    pub(super) value_type: Option<Cow<'a, str>>,
    pub(super) tag: Option<u8>,
    /// As it is written: numbers may have 64 bits.
    #[serde(borrow)]
    pub(super) value: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) hex: Option<Cow<'a, str>>,
}

impl<'a> Record<'a> {
    pub(super) fn read(json: &'a str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| format!("it cannot be read: {error}"))
    }

    /// The device that it is about: as far as the host believes the PDU, else who sent the datagram.
    pub(super) fn device(&self) -> Option<IpAddr> {
        self.device.address.or(self.transport.src)
    }
}
