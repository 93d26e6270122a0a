//! A row of the result, made of what the tables say of one address on one interface.

use std::fmt;

use serde::Serialize;
use snmp_proxy_sdk::{
    address::InetAddress,
    enumeration::{Names, name_of},
    mac::{Mac, PhysAddress},
    prelude::*,
    serde,
};

use crate::sources::{Claim, Rank};

const TYPES: &Names = &[(1, "other"), (2, "invalid"), (3, "dynamic"), (4, "static"), (5, "local")];
const STATES: &Names =
    &[(1, "reachable"), (2, "stale"), (3, "delay"), (4, "probe"), (5, "invalid"), (6, "unknown"), (7, "incomplete")];

const TYPE_INVALID: i64 = 2;
const STATE_INVALID: i64 = 5;
const STATE_INCOMPLETE: i64 = 7;

/// A neighbour.
#[derive(Debug, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct Neighbour {
    pub(crate) index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interface: Option<String>,
    ip: InetAddress,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac: Option<Mac>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phys_address: Option<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    r#type: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    state: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_name: Option<&'static str>,
    source: Vec<&'static str>,
    #[serde(skip_serializing_if = "Warnings::is_empty")]
    warnings: Warnings,
}

impl Neighbour {
    /// Merges claims: of each thing the word of the highest table that has the column counts, even when that word is
    /// an empty address; a fallback may fill that in.
    pub(crate) fn new(index: u32, ip: InetAddress, mut claims: Vec<Claim>) -> Neighbour {
        claims.sort_by_key(|claim| std::cmp::Reverse(claim.rank));
        let mut warnings = Warnings::default();
        let mut source = Vec::with_capacity(claims.len());
        let (mut phys_address, mut r#type, mut state) = (Field::Absent, Field::Absent, Field::Absent);
        for claim in claims {
            claim.warnings.iter().for_each(|warning| warnings.add(warning));
            source.push(claim.source);
            if claim.rank == Rank::Fallback && is_usable(&claim.phys_address) && !is_usable(&phys_address) {
                phys_address = claim.phys_address;
            } else {
                if let (Field::Is(chosen), Field::Is(other)) = (&phys_address, &claim.phys_address)
                    && chosen != other
                {
                    warnings.add(format!("mac: {} has {} instead", claim.source, words_for(other)));
                }
                phys_address = first(phys_address, claim.phys_address);
            }
            r#type = first(r#type, claim.r#type);
            state = first(state, claim.state);
        }
        let (mac, phys_address) = match phys_address {
            Field::Is(PhysAddress::Mac(mac)) => (Some(mac), None),
            Field::Is(PhysAddress::Other(digits)) => (None, Some(digits)),
            Field::Is(PhysAddress::Empty) | Field::Wrong | Field::Absent => (None, None),
        };
        Neighbour {
            index,
            interface: None,
            ip,
            mac,
            phys_address,
            r#type,
            type_name: r#type.value().and_then(|&number| name_of(TYPES, number)),
            state,
            state_name: state.value().and_then(|&number| name_of(STATES, number)),
            source,
            warnings,
        }
    }

    /// Why nobody is found at this address; none for an entry that is valid, complete and has a physical address.
    pub(crate) fn useless(&self) -> Option<Useless> {
        if self.r#type.value() == Some(&TYPE_INVALID) || self.state.value() == Some(&STATE_INVALID) {
            Some(Useless::Invalid)
        } else if self.state.value() == Some(&STATE_INCOMPLETE) {
            Some(Useless::Incomplete)
        } else if self.mac.is_none_or(Mac::is_zero) && self.phys_address.is_none() {
            Some(Useless::WithoutAddress)
        } else {
            None
        }
    }
}

/// Why an entry tells of no neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Useless {
    Invalid,
    Incomplete,
    WithoutAddress,
}

impl fmt::Display for Useless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Useless::Invalid => "invalid",
            Useless::Incomplete => "incomplete",
            Useless::WithoutAddress => "without a physical address",
        })
    }
}

fn is_usable(address: &Field<PhysAddress>) -> bool {
    address.value().is_some_and(PhysAddress::is_usable)
}

fn first<T>(known: Field<T>, other: Field<T>) -> Field<T> {
    if known.is_absent() { other } else { known }
}

fn words_for(address: &PhysAddress) -> String {
    match address {
        PhysAddress::Empty => "none".to_owned(),
        PhysAddress::Mac(mac) => mac.to_string(),
        PhysAddress::Other(digits) => digits.clone(),
    }
}
