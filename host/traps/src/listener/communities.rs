//! Which communities may send.

use std::sync::OnceLock;

use snmp::{Community, message::ReceivedCommunity};

use crate::CommunityRefs;

/// The communities that may send.
#[derive(Debug)]
pub(super) struct Communities {
    listed: Vec<Listed>,
    accept_any: bool,
    refs: CommunityRefs,
}

#[derive(Debug)]
struct Listed {
    community: Community,
    /// Made when the first message has it: hashing each time would cost as much as all the rest.
    reference: OnceLock<String>,
}

impl Communities {
    pub(super) fn new(communities: &[Community], accept_any: bool, refs: CommunityRefs) -> Self {
        let listed = |community: &Community| Listed { community: community.clone(), reference: OnceLock::new() };
        Self { listed: communities.iter().map(listed).collect(), accept_any, refs }
    }

    /// The reference of a message's community, if it may send. Takes as long whichever of the list it is, or none.
    pub(super) fn find(&self, message: &ReceivedCommunity<'_>) -> Option<String> {
        let mut found = None;
        for listed in &self.listed {
            if message.is_from(&listed.community) {
                found = Some(listed);
            }
        }
        let make = || self.refs.of(message.expose_community());
        match found {
            Some(listed) => Some(listed.reference.get_or_init(make).clone()),
            None => self.accept_any.then(make),
        }
    }
}

#[cfg(test)]
mod tests {
    use snmp::message::Received;

    use super::*;

    fn refs() -> CommunityRefs {
        CommunityRefs::new(b"a secret".to_vec().into())
    }

    #[track_caller]
    fn check(listed: &[&str], accept_any: bool, sent: &str, is_found: bool) {
        let listed: Vec<Community> = listed.iter().map(|community| (*community).into()).collect();
        let communities = Communities::new(&listed, accept_any, refs());
        let length = u8::try_from(sent.len()).unwrap();
        let head = [0x30, length + 9, 2, 1, 1, 4, length];
        let datagram = [&head[..], sent.as_bytes(), &[0xa7, 2, 5, 0]].concat();
        let Received::Community(message) = Received::read(&datagram).unwrap() else { panic!("not a community") };
        for _ in 0..2 {
            assert_eq!(communities.find(&message), is_found.then(|| refs().of(sent.as_bytes())));
        }
    }

    #[test]
    fn a_community_is_listed_or_any_will_do() {
        check(&["private", "public", "other"], false, "public", true);
        check(&["private"], false, "public", false);
        check(&["private"], true, "public", true);
        check(&[], false, "", false);
        check(&[""], false, "", true);
        check(&["public"], false, "publi", false);
    }
}
