//! An address of an interface, as the result shows it.

use serde::Serialize;
use snmp_proxy_sdk::{address::InetAddress, prelude::*, serde};

/// An address of an interface.
#[derive(Debug, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct Address {
    pub(crate) address: InetAddress,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prefix_length: Option<u8>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub(crate) origin: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub(crate) status: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status_name: Option<&'static str>,
    /// The tables that have it.
    pub(crate) source: Vec<&'static str>,
}

impl Address {
    /// An address of which nothing more is known.
    pub(crate) fn new(address: InetAddress, table: &'static str) -> Address {
        Address {
            address,
            prefix_length: None,
            origin: Field::Absent,
            origin_name: None,
            status: Field::Absent,
            status_name: None,
            source: vec![table],
        }
    }

    /// Fills what is missing with what another table says of the same address.
    pub(crate) fn merge(&mut self, other: Address) {
        self.prefix_length = self.prefix_length.or(other.prefix_length);
        if self.origin.is_absent() {
            (self.origin, self.origin_name) = (other.origin, other.origin_name);
        }
        if self.status.is_absent() {
            (self.status, self.status_name) = (other.status, other.status_name);
        }
        self.source.extend(other.source);
        self.source.dedup();
    }
}
