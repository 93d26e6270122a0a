//! Which communities may send, and how they are called without telling them.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use snmp_engine::{Community, message::ReceivedCommunity};

use crate::text::hex;

/// The communities that may send.
#[derive(Debug)]
pub(super) struct Communities {
    listed: Vec<Listed>,
    accept_any: bool,
}

#[derive(Debug)]
struct Listed {
    community: Community,
    /// Made when the first message has it: hashing each time would cost as much as all the rest.
    reference: OnceLock<String>,
}

impl Communities {
    pub(super) fn new(communities: &[Community], accept_any: bool) -> Self {
        let listed = |community: &Community| Listed { community: community.clone(), reference: OnceLock::new() };
        Self { listed: communities.iter().map(listed).collect(), accept_any }
    }

    /// The reference of a message's community, if it may send. Takes as long whichever of the list it is, or none.
    pub(super) fn find(&self, message: &ReceivedCommunity<'_>) -> Option<String> {
        let mut found = None;
        for listed in &self.listed {
            if message.is_from(&listed.community) {
                found = Some(listed);
            }
        }
        let make = || community_reference(message.expose_community());
        match found {
            Some(listed) => Some(listed.reference.get_or_init(make).clone()),
            None => self.accept_any.then(make),
        }
    }
}

/// What tells a community from others without telling it: `sha256:` and the first four octets of the digest.
#[must_use]
pub fn community_reference(community: &[u8]) -> String {
    let digest = Sha256::digest(community);
    format!("sha256:{}", hex(digest.get(..4).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use snmp_engine::message::Received;

    use super::*;

    #[track_caller]
    fn check(listed: &[&str], accept_any: bool, sent: &str, expected: Option<&str>) {
        let listed: Vec<Community> = listed.iter().map(|community| (*community).into()).collect();
        let communities = Communities::new(&listed, accept_any);
        let length = u8::try_from(sent.len()).unwrap();
        let head = [0x30, length + 9, 2, 1, 1, 4, length];
        let datagram = [&head[..], sent.as_bytes(), &[0xa7, 2, 5, 0]].concat();
        let Received::Community(message) = Received::read(&datagram).unwrap() else { panic!("not a community") };
        for _ in 0..2 {
            assert_eq!(communities.find(&message).as_deref(), expected);
        }
    }

    #[test]
    fn a_community_is_listed_or_any_will_do() {
        // `printf public | sha256sum`
        let public = "sha256:efa1f375";
        check(&["private", "public", "other"], false, "public", Some(public));
        check(&["private"], false, "public", None);
        check(&["private"], true, "public", Some(public));
        check(&[], false, "", None);
        check(&[""], false, "", Some("sha256:e3b0c442"));
        check(&["public"], false, "publi", None);
    }
}
