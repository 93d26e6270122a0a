//! Malformed SNMP messages, made from valid ones of each version and kind: cut, with other tags and lengths, nested
//! wrongly, with numbers and names that are too long.
//!
//! The same every time: no randomness, no clock, no file. It knows BER as a tree and nothing of the engine, whose own
//! codec would share its errors.

mod element;
mod mutations;
mod valid;

use std::collections::HashSet;

/// The request-id of every message that has one: whoever answers with these packets puts the right one in its place.
pub const REQUEST_ID: [u8; 4] = [0x11, 0x22, 0x33, 0x44];

/// The community of every message that has one.
pub const COMMUNITY: &str = "public";

/// All packets, each once. Not all are wrong to the last octet: some readers may take some of them, none may be stopped.
#[must_use]
pub fn sample() -> Vec<Vec<u8>> {
    let mut seen = HashSet::new();
    let all = valid::messages().into_iter().flat_map(|message| mutations::of(&message));
    all.filter(|packet| seen.insert(packet.clone())).collect()
}

#[cfg(test)]
mod tests;
