use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{
    ber::Writer,
    message::v3::{self, Header},
    usm::{AuthProtocol, Password, PrivProtocol, Protection},
};

static CACHE: LazyLock<KeyCache> = LazyLock::new(|| KeyCache::new(1_000).unwrap());

fn user(name: &str, auth: Option<(AuthProtocol, &str)>, privacy: Option<(PrivProtocol, &str)>) -> User {
    let password = |text: &str| Password::new(&text.into()).unwrap();
    let protection = match (auth, privacy) {
        (None, _) => Protection::None,
        (Some((auth, text)), None) => Protection::Auth { auth, auth_password: password(text) },
        (Some((auth, text)), Some((privacy, secret))) => {
            Protection::AuthPriv { auth, auth_password: password(text), privacy, priv_password: password(secret) }
        }
    };
    User::new(name, protection).unwrap()
}

fn signing(name: &str, auth_password: &str) -> User {
    user(name, Some((AuthProtocol::Sha1, auth_password)), None)
}

fn encrypting(name: &str, auth_password: &str, priv_password: &str) -> User {
    user(name, Some((AuthProtocol::Sha1, auth_password)), Some((PrivProtocol::Aes128, priv_password)))
}

fn engine() -> EngineId {
    "80001f8880e9630000d61ff449".parse().unwrap()
}

/// A trap of this user from this engine, with a PDU of three octets.
fn trap(user: &User) -> Vec<u8> {
    let keys = CACHE.find(user, &engine()).unwrap_or_else(|work| CACHE.put(work.run()));
    let engine_id = engine();
    let header = Header {
        id: 77,
        reportable: false,
        engine_id: engine_id.octets(),
        boots: 3,
        time: 500,
        user: user.name().as_bytes(),
    };
    v3::write(&header, &keys, 200, |writer| {
        v3::write_scoped_pdu(b"other engine", b"vlan-7", writer, |writer: &mut Writer| {
            writer.constructed(tag::SNMPV2_TRAP, |writer| writer.octets(0x05, &[]));
        });
    })
}

/// Opens a datagram for users and shows what came out.
#[track_caller]
fn check(datagram: &[u8], users: &[User], expected: &str) {
    let Received::V3(message) = Received::read(datagram).unwrap() else { panic!("not of version 3") };
    assert_eq!((message.id, message.boots, message.time, message.engine_id), (77, 3, 500, engine().octets()));
    let shown = match message.open_for(users, &CACHE) {
        Err(unopened) => unopened.to_string(),
        Ok((user, opened)) => {
            assert_eq!((opened.context_engine_id(), opened.context_name()), (&b"other engine"[..], &b"vlan-7"[..]));
            assert_eq!(opened.pdu(), [tag::SNMPV2_TRAP, 2, 5, 0]);
            assert_eq!(opened.octets()[..2], [0x30, 26]);
            let authentic = if opened.is_authentic { "authentic" } else { "from anybody" };
            let clear = if opened.was_encrypted { "encrypted" } else { "clear" };
            format!("{} {authentic} {clear}", user.name())
        }
    };
    assert_eq!(shown, expected);
}

#[test]
fn every_pair_of_protocols_opens_what_it_has_sealed() {
    for auth in AuthProtocol::ALL {
        for privacy in PrivProtocol::ALL {
            let user = user("monitor", Some((auth, "authpass-1")), Some((privacy, "privpass-1")));
            check(&trap(&user), &[user], "monitor authentic encrypted");
        }
    }
}

#[test]
fn a_user_opens_what_is_less_secure_than_it_could_be() {
    let users = [encrypting("monitor", "authpass-1", "privpass-1")];
    check(&trap(&signing("monitor", "authpass-1")), &users, "monitor authentic clear");
    check(&trap(&user("monitor", None, None)), &users, "monitor from anybody clear");
}

#[test]
fn of_several_users_of_a_name_the_one_whose_keys_fit_is_found() {
    let users = [
        signing("other", "authpass-2"),
        encrypting("monitor", "authpass-1", "privpass-1"),
        encrypting("monitor", "authpass-2", "privpass-2"),
    ];
    check(&trap(&users[1]), &users, "monitor authentic encrypted");
    check(&trap(&users[2]), &users, "monitor authentic encrypted");
    let words = "decryption error: the message is authentic, but the privacy password or protocol is wrong";
    check(&trap(&encrypting("monitor", "authpass-1", "privpass-2")), &users, words);
}

#[test]
fn what_stays_closed_has_words_for_it() {
    let sealed = trap(&encrypting("monitor", "authpass-1", "privpass-1"));
    check(&sealed, &[], "unknown user name");
    check(&sealed, &[signing("moni", "authpass-1")], "unknown user name");
    let unsigned = user("monitor", None, None);
    check(&sealed, &[unsigned], "the message is signed, and the user has no authentication password");
    let words = "authentication failure: wrong password or protocol (or the message was changed in transit)";
    check(&sealed, &[encrypting("monitor", "authpass-2", "privpass-1")], words);
    let words = "the message is encrypted, and the user has no privacy password";
    check(&sealed, &[signing("monitor", "authpass-1")], words);
}

#[test]
fn a_changed_octet_anywhere_closes_a_signed_message() {
    let users = [encrypting("monitor", "authpass-1", "privpass-1")];
    let sealed = trap(&users[0]);
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        if let Ok(Received::V3(message)) = Received::read(&changed) {
            assert!(!matches!(message.open_for(&users, &CACHE), Ok((_, opened)) if opened.is_authentic), "{place}");
        }
    }
}

#[test]
fn community_messages_give_their_pdu_and_hide_their_community() {
    let datagram = [0x30, 14, 2, 1, 0, 4, 5, b's', b'e', b'c', b'r', b'e', 0xa4, 2, 5, 0, 99];
    let Ok(Received::Community(message)) = Received::read(&datagram) else { panic!("no community message") };
    assert_eq!((message.version, message.pdu), (0, &[0xa4, 2, 5, 0][..]));
    assert!(message.is_from(&"secre".into()) && !message.is_from(&"secret".into()));
    assert_eq!(message.expose_community(), b"secre");
    assert!(!format!("{message:?}").contains("115"), "{message:?}");
}

#[test]
fn an_engine_id_that_cannot_be_has_no_keys() {
    let Ok(Received::V3(message)) = Received::read(&NO_ENGINE) else { panic!("not of version 3") };
    let opened = message.open_for(&[signing("u", "authpass-1")], &CACHE).map(|(_, opened)| opened);
    assert_eq!(opened, Err(Unopened::EngineId(EngineIdSize { octets: 0 })));
}

/// A signed message to an engine that is not known.
const NO_ENGINE: [u8; 41] = [
    0x30, 39, 2, 1, 3, 0x30, 13, 2, 1, 9, 2, 2, 1, 0xe4, 4, 1, 1, 2, 1, 3, 4, 17, 0x30, 15, 4, 0, 2, 1, 0, 2, 1, 0, 4,
    1, b'u', 4, 0, 4, 0, 0x30, 0,
];

proptest! {
    #[test]
    fn random_and_damaged_datagrams_are_read_without_a_panic(
        octets in prop::collection::vec(any::<u8>(), 0..80),
        place in 0..150usize,
        octet: u8,
        end in 0..150usize,
    ) {
        let users = [encrypting("monitor", "authpass-1", "privpass-1")];
        let mut damaged = trap(&users[0]);
        if let Some(place) = damaged.get_mut(place) {
            *place = octet;
        }
        damaged.truncate(end);
        for datagram in [octets, damaged] {
            if let Ok(Received::V3(message)) = Received::read(&datagram) {
                let _ = message.open_for(&users, &CACHE);
                let _ = message.open_unsecured();
            }
        }
    }
}
