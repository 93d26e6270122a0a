use std::{sync::LazyLock, time::Duration};

use proptest::prelude::*;

use super::*;
use crate::{
    Oid, Value, Varbind,
    ber::Writer,
    message::{Envelope, Security},
    pdu::RequestKind,
    usm::{AuthProtocol, KeyCache, Password, PrivProtocol, Protection},
};

const ID: i32 = 4_711;
const RESYNC: [u32; 11] = [1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0];
const WRONG_DIGEST: [u32; 11] = [1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0];

static CACHE: LazyLock<KeyCache> = LazyLock::new(|| KeyCache::new(1_000).unwrap());
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn at(seconds: u64) -> Instant {
    *START + Duration::from_secs(seconds)
}

fn password() -> Password {
    Password::new(&"authpass-1234".into()).unwrap()
}

fn user(auth: Option<AuthProtocol>, privacy: Option<PrivProtocol>) -> User {
    let protection = match (auth, privacy) {
        (None, _) => Protection::None,
        (Some(auth), None) => Protection::Auth { auth, auth_password: password() },
        (Some(auth), Some(privacy)) => {
            Protection::AuthPriv { auth, auth_password: password(), privacy, priv_password: password() }
        }
    };
    User::new("monitor", protection).unwrap()
}

fn engine() -> EngineId {
    "80001f8880e9630000d61ff449".parse().unwrap()
}

fn keys(user: &User) -> Arc<Keys> {
    CACHE.find(user, &engine()).unwrap_or_else(|work| CACHE.put(work.run()))
}

fn association(user: &User) -> Security {
    let context = Context::named("").unwrap();
    Security::User(Association::new(user, &context, engine(), keys(user), Arc::new(Clock::new())))
}

fn plain() -> User {
    user(None, None)
}

fn signing() -> User {
    user(Some(AuthProtocol::Sha1), None)
}

fn encrypting() -> User {
    user(Some(AuthProtocol::Sha1), Some(PrivProtocol::Aes128))
}

/// What an agent says.
#[derive(Clone)]
struct FakeAnswer {
    id: i32,
    keys: Arc<Keys>,
    engine_id: Vec<u8>,
    boots: u32,
    time: u32,
    user: &'static str,
    context_engine_id: Vec<u8>,
    context_name: &'static str,
    pdu_tag: u8,
    request_id: i32,
    name: Oid,
    padding: Option<usize>,
}

impl FakeAnswer {
    /// A response as `user` should get it.
    fn to(user: &User) -> Self {
        Self {
            id: ID,
            keys: keys(user),
            engine_id: engine().octets().to_vec(),
            boots: 3,
            time: 1_000,
            user: "monitor",
            context_engine_id: engine().octets().to_vec(),
            context_name: "",
            pdu_tag: tag::RESPONSE,
            request_id: ID,
            name: Oid::from([1, 3, 6]),
            padding: None,
        }
    }

    fn report(user: &User, counter: [u32; 11]) -> Self {
        Self { pdu_tag: tag::REPORT, request_id: 0, name: Oid::from(counter), ..Self::to(user) }
    }

    fn datagram(&self) -> Vec<u8> {
        let Self { id, boots, time, .. } = *self;
        let (engine_id, user) = (&self.engine_id[..], self.user.as_bytes());
        let header = Header { id, reportable: false, engine_id, boots, time, user };
        v3::write(&header, &self.keys, 0, |writer| {
            if let Some(octets) = self.padding {
                writer.octets(0, &vec![0; octets - 2]);
            }
            v3::write_scoped_pdu(&self.context_engine_id, self.context_name.as_bytes(), writer, |writer| {
                writer.constructed(self.pdu_tag, |writer| {
                    writer.constructed(tag::SEQUENCE, |writer| {
                        writer.varbind(&Varbind { name: self.name.clone(), value: Value::Counter32(5) });
                    });
                    writer.integer(tag::INTEGER, 0);
                    writer.integer(tag::INTEGER, 0);
                    writer.integer(tag::INTEGER, i64::from(self.request_id));
                });
            });
        })
    }
}

fn open(security: &Security, datagram: &[u8], second: u64) -> Result<Opened, Rejection> {
    let envelope = Envelope::read(datagram)?;
    assert_eq!(envelope.version, 3);
    security.open(&envelope, at(second))
}

fn words(opened: Result<Opened, Rejection>) -> String {
    match opened {
        Ok(Opened::Response(response)) => format!("{} varbinds", response.varbinds.len()),
        Ok(Opened::Report(report)) => format!("report: {report}"),
        Ok(other) => format!("{other:?}"),
        Err(rejection) => format!("rejected: {rejection}"),
    }
}

/// What a user makes of what an agent says.
#[track_caller]
fn check(user: &User, said: &FakeAnswer, expected: &str) {
    assert_eq!(words(open(&association(user), &said.datagram(), 0)), expected);
}

fn request() -> Request {
    Request { kind: RequestKind::Get, names: vec![Oid::from([1, 3, 6, 1, 2, 1, 1, 3, 0])] }
}

#[test]
fn every_pair_of_protocols_understands_itself() {
    for auth in AuthProtocol::ALL.map(Some).into_iter().chain([None]) {
        for privacy in PrivProtocol::ALL.map(Some).into_iter().chain([None]) {
            let user = user(auth, privacy);
            check(&user, &FakeAnswer::to(&user), "1 varbinds");
            // Nobody else understands it.
            if auth.is_some() {
                let other = if auth == Some(AuthProtocol::Md5) { AuthProtocol::Sha512 } else { AuthProtocol::Md5 };
                let said = FakeAnswer { keys: keys(&self::user(Some(other), privacy)), ..FakeAnswer::to(&user) };
                check(&user, &said, "rejected: an answer failed authentication (wrong digest)");
            }
        }
    }
}

#[test]
fn a_response_is_to_the_same_engine_user_level_context_and_request() {
    let user = signing();
    let said = || FakeAnswer::to(&user);
    let mut longer = engine().octets().to_vec();
    longer.push(0);
    let engine_id = "rejected: an answer came with another engine ID";
    check(&user, &FakeAnswer { engine_id: longer.clone(), ..said() }, engine_id);
    check(&user, &FakeAnswer { engine_id: vec![], ..said() }, engine_id);
    check(&user, &FakeAnswer { user: "monito", ..said() }, "rejected: an answer came for another user");
    let context = "rejected: an answer came from another context";
    check(&user, &FakeAnswer { context_engine_id: longer, ..said() }, context);
    check(&user, &FakeAnswer { context_name: "vlan-7", ..said() }, context);
    check(&user, &FakeAnswer { request_id: ID + 1, ..said() }, "rejected: an answer came with another request id");
    for pdu_tag in [tag::GET_REQUEST, tag::TRAP_V1, tag::INFORM_REQUEST, tag::SNMPV2_TRAP] {
        let words = format!("rejected: a message came that is not a response (PDU 0x{pdu_tag:02x})");
        check(&user, &FakeAnswer { pdu_tag, ..said() }, &words);
    }
}

#[test]
fn the_first_thing_wrong_is_what_is_said() {
    let user = signing();
    let wrong_digest = FakeAnswer { keys: keys(&self::user(Some(AuthProtocol::Md5), None)), ..FakeAnswer::to(&user) };
    check(
        &user,
        &FakeAnswer { user: "x", engine_id: vec![1; 5], ..wrong_digest.clone() },
        "rejected: an answer came with another engine ID",
    );
    check(&user, &FakeAnswer { user: "x", ..wrong_digest.clone() }, "rejected: an answer came for another user");
    let latched = FakeAnswer { boots: 2_147_483_647, ..wrong_digest };
    check(&user, &latched, "rejected: an answer failed authentication (wrong digest)");
    let latched = FakeAnswer { keys: keys(&user), ..latched };
    let words = "rejected: an answer came outside the time window: \
                 snmpEngineBoots has reached its maximum; the agent must be reconfigured";
    check(&user, &FakeAnswer { context_name: "x", ..latched }, words);
    let context = "rejected: an answer came from another context";
    check(&user, &FakeAnswer { context_name: "x", request_id: 1, ..FakeAnswer::to(&user) }, context);
}

#[test]
fn a_response_is_as_secure_as_its_request() {
    let users = [plain(), signing(), encrypting()];
    for asked in &users {
        for answered in &users {
            let (found, expected) = (answered.level(), asked.level());
            let words = if found == expected {
                "1 varbinds".to_owned()
            } else {
                format!("rejected: an answer came at security level {found} instead of {expected}")
            };
            check(asked, &FakeAnswer::to(answered), &words);
        }
    }
}

#[test]
fn a_report_that_nobody_signed_is_a_hint_whoever_it_is_from() {
    for user in [plain(), signing(), encrypting()] {
        let report = FakeAnswer { keys: keys(&plain()), ..FakeAnswer::report(&user, WRONG_DIGEST) };
        let words =
            "rejected: authentication failure: wrong password or authentication protocol (an unauthenticated Report)";
        for request_id in [0, ID, i32::MAX] {
            check(&user, &FakeAnswer { request_id, ..report.clone() }, words);
        }
        check(&user, &FakeAnswer { engine_id: vec![], user: "", context_engine_id: vec![], ..report }, words);
    }
}

#[test]
fn a_signed_report_is_certain_encrypted_or_not() {
    let words = "report: not in time window: the clocks of agent and proxy differ";
    for request_id in [0, ID, i32::MAX] {
        let said = |signer: &User| FakeAnswer { request_id, ..FakeAnswer::report(signer, RESYNC) };
        check(&signing(), &said(&signing()), words);
        check(&encrypting(), &said(&signing()), words);
        check(&encrypting(), &said(&encrypting()), words);
    }
    let words = "rejected: an answer came at security level authPriv instead of authNoPriv";
    check(&signing(), &FakeAnswer::report(&encrypting(), RESYNC), words);
}

#[test]
fn a_report_is_never_a_value() {
    let said = FakeAnswer { name: Oid::from([1, 3, 6, 1, 2, 1, 1, 3, 0]), ..FakeAnswer::report(&signing(), RESYNC) };
    check(&signing(), &said, "report: the agent refused the message and reported 1.3.6.1.2.1.1.3.0");
}

#[test]
fn a_signed_report_sets_the_clock_right() {
    let (user, security) = (encrypting(), association(&encrypting()));
    let Security::User(association) = &security else { unreachable!() };
    association.clock().guess(99, 7, at(0));
    let report = FakeAnswer { boots: 4, time: 20, ..FakeAnswer::report(&signing(), RESYNC) };
    assert!(matches!(open(&security, &report.datagram(), 5), Ok(Opened::Report(Report::NotInTimeWindow))));
    assert_eq!(association.clock().read(at(15)), (4, 30));
    let answer = FakeAnswer { boots: 4, time: 30, ..FakeAnswer::to(&user) };
    assert_eq!(words(open(&security, &answer.datagram(), 15)), "1 varbinds");
}

#[test]
fn an_agent_that_lost_its_boots_is_not_taken_for_a_replay() {
    let (user, security) = (encrypting(), association(&encrypting()));
    assert_eq!(words(open(&security, &FakeAnswer::to(&user).datagram(), 0)), "1 varbinds");
    // An old answer.
    let old = FakeAnswer { boots: 2, ..FakeAnswer::to(&user) };
    let replayed =
        "rejected: an answer came outside the time window: it is from boot 2 of the agent, which is at boot 3";
    assert_eq!(words(open(&security, &old.datagram(), 0)), replayed);
    let late = "rejected: an answer came outside the time window: it is 151 seconds old";
    assert_eq!(words(open(&security, &FakeAnswer::to(&user).datagram(), 151)), late);
    // A Report for this very request, with fewer boots, or in the same boot again from the start.
    for (boots, time) in [(1, 5), (3, 5)] {
        for signer in [signing(), encrypting()] {
            let report = FakeAnswer { boots, time, ..FakeAnswer::report(&signer, RESYNC) };
            assert_eq!(words(open(&security, &report.datagram(), 0)), "ClockWentBack");
        }
    }
    // None of this has moved the clock. After it is forgotten, the agent's word counts again.
    let Security::User(association) = &security else { unreachable!() };
    assert_eq!(association.clock().read(at(0)), (3, 1_000));
    association.clock().forget();
    let answer = FakeAnswer { boots: 1, time: 6, ..FakeAnswer::to(&user) };
    assert_eq!(words(open(&security, &answer.datagram(), 1)), "1 varbinds");
    assert_eq!(association.clock().read(at(1)), (1, 6));
}

#[test]
fn only_what_an_agent_signs_and_says_moves_the_clock() {
    let user = signing();
    let forged = FakeAnswer { keys: keys(&plain()), boots: 9, ..FakeAnswer::report(&user, RESYNC) };
    let unsigned = FakeAnswer { keys: keys(&plain()), boots: 9, ..FakeAnswer::to(&user) };
    let other_key =
        FakeAnswer { keys: keys(&self::user(Some(AuthProtocol::Md5), None)), boots: 9, ..FakeAnswer::to(&user) };
    let other_context = FakeAnswer { context_name: "x", boots: 9, ..FakeAnswer::to(&user) };
    for said in [forged, unsigned, other_key, other_context] {
        let security = association(&user);
        assert!(open(&security, &said.datagram(), 0).is_err());
        let Security::User(association) = &security else { unreachable!() };
        assert!(!association.clock().is_known());
    }
    // Our own request, thrown back: signed with the right key, and with a time that was only guessed.
    let security = association(&user);
    let Security::User(association) = &security else { unreachable!() };
    association.clock().guess(99, 7, at(0));
    let echo = security.seal(ID, &request(), at(0));
    assert_eq!(words(open(&security, &echo, 0)), "rejected: a message came that is not a response (PDU 0xa0)");
    assert!(!association.clock().is_known());
}

#[test]
fn a_request_without_a_signature_tells_no_time() {
    for (user, expected) in [(plain(), (0, 0)), (signing(), (3, 1_009))] {
        let security = association(&user);
        let Security::User(association) = &security else { unreachable!() };
        association.clock().adopt(3, 1_000, at(0));
        let datagram = security.seal(ID, &request(), at(9));
        let message = Envelope::read(&datagram).unwrap().message;
        let crate::message::envelope::Message::V3(message) = message else { unreachable!() };
        assert_eq!((message.boots, message.time), expected);
    }
}

#[test]
fn padding_of_a_whole_block_is_accepted_and_more_is_not() {
    for privacy in [PrivProtocol::Des, PrivProtocol::TripleDesReeder, PrivProtocol::Aes128] {
        let user = user(Some(AuthProtocol::Md5), Some(privacy));
        // The name makes the text a multiple of 8, so that the blocks are padded by what is said here.
        let said =
            FakeAnswer { name: Oid::from([1, 3, 6, 1, 1, 1, 1, 1, 1]), padding: Some(8), ..FakeAnswer::to(&user) };
        check(&user, &said, "1 varbinds");
        let said = FakeAnswer { padding: Some(16), ..said };
        check(&user, &said, "rejected: an answer could not be decrypted");
    }
}

#[test]
fn what_was_encrypted_with_another_key_is_no_text() {
    let other = user(Some(AuthProtocol::Sha1), Some(PrivProtocol::Aes256Reeder));
    check(&encrypting(), &FakeAnswer::to(&other), "rejected: an answer could not be decrypted");
    // With DES the length alone may tell.
    let des = user(Some(AuthProtocol::Sha1), Some(PrivProtocol::Des));
    check(&des, &FakeAnswer::to(&encrypting()), "rejected: an answer could not be decrypted");
}

#[test]
fn the_context_asked_for_is_the_one_that_must_answer() {
    let (user, elsewhere) = (signing(), EngineId::new(&[9; 9]).unwrap());
    let context = Context { engine_id: Some(elsewhere.clone()), name: "vlan-7".into() };
    let security = Security::User(Association::new(&user, &context, engine(), keys(&user), Arc::new(Clock::new())));
    let answer =
        FakeAnswer { context_engine_id: elsewhere.octets().to_vec(), context_name: "vlan-7", ..FakeAnswer::to(&user) };
    assert_eq!(words(open(&security, &answer.datagram(), 0)), "1 varbinds");
    let answer = FakeAnswer::to(&user);
    assert_eq!(words(open(&security, &answer.datagram(), 0)), "rejected: an answer came from another context");
}

#[test]
fn a_discovery_is_written_to_the_octet() {
    let expected = "30 3a 02 01 03 \
         30 0f 02 02 12 67 02 03 00 ff e3 04 01 04 02 01 03 \
         04 10 30 0e 04 00 02 01 00 02 01 00 04 00 04 00 04 00 \
         30 12 04 00 04 00 a0 0c 02 02 12 67 02 01 00 02 01 00 30 00";
    let sealed = Security::Discovery.seal(ID, &Request::discovery(), at(0));
    let sealed: Vec<String> = sealed.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(sealed.join(" "), expected);
}

#[test]
fn a_discovery_takes_any_unsigned_report_of_an_engine_that_can_be() {
    #[track_caller]
    fn check(said: &FakeAnswer, expected: &str) {
        assert_eq!(words(open(&Security::Discovery, &said.datagram(), 0)), expected);
    }
    let unknown_engine = [1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0];
    let report = FakeAnswer { user: "", ..FakeAnswer::report(&plain(), unknown_engine) };
    let found = "Engine(DiscoveredEngine { engine_id: EngineId(80001f8880e9630000d61ff449), boots: 3, time: 1000 })";
    check(&report, found);
    check(&FakeAnswer { user: "an-echo", request_id: i32::MAX, ..report.clone() }, found);
    let unbooted = found.replace("boots: 3, time: 1000", "boots: 0, time: 0");
    check(&FakeAnswer { boots: 0, time: 0, ..report.clone() }, &unbooted);
    for octets in [1, 4, 36, 255] {
        let found = found.replace("80001f8880e9630000d61ff449", &"01".repeat(octets));
        check(&FakeAnswer { engine_id: vec![1; octets], ..report.clone() }, &found);
    }
    for octets in [0, 256] {
        let words = format!("rejected: invalid engine ID of {octets} octets (5 to 32 are allowed, 1 to 255 are read)");
        check(&FakeAnswer { engine_id: vec![1; octets], ..report.clone() }, &words);
    }
    let words = "rejected: a message came that is not a response (PDU 0xa2)";
    check(&FakeAnswer { pdu_tag: tag::RESPONSE, ..report.clone() }, words);
    let words = "rejected: an answer came at security level authNoPriv instead of noAuthNoPriv";
    check(&FakeAnswer { keys: keys(&signing()), ..report }, words);
}

/// Replaces one run of octets by another of the same length.
fn replaced(datagram: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let place = datagram.windows(from.len()).position(|window| window == from).unwrap();
    let mut datagram = datagram.to_vec();
    datagram[place..place + to.len()].copy_from_slice(to);
    datagram
}

#[test]
fn any_message_size_is_read_and_other_security_models_are_not() {
    #[track_caller]
    fn check(from: &[u8], to: &[u8], expected: &str) {
        let datagram = replaced(&FakeAnswer::to(&plain()).datagram(), from, to);
        assert_eq!(words(open(&association(&plain()), &datagram, 0)), expected);
    }
    // msgMaxSize, msgFlags, msgSecurityModel
    let global = [2, 3, 0, 0xff, 0xe3, 4, 1, 0, 2, 1, 3];
    check(&global, &[2, 3, 0, 0xff, 0xff, 4, 1, 0, 2, 1, 3], "1 varbinds");
    check(&global, &[2, 3, 0, 0, 1, 4, 1, 0, 2, 1, 3], "1 varbinds");
    check(&global, &[2, 3, 0xff, 0, 1, 4, 1, 0, 2, 1, 3], "1 varbinds");
    check(&global, &[2, 3, 0, 0xff, 0xe3, 4, 1, 0xf8, 2, 1, 3], "1 varbinds");
    check(
        &global,
        &[2, 3, 0, 0xff, 0xe3, 4, 1, 0, 2, 1, 2],
        "rejected: an answer came with another security model (2)",
    );
    check(&global, &[2, 3, 0, 0xff, 0xe3, 4, 1, 2, 2, 1, 3], "rejected: invalid msgFlags in the answer");
    // boots and time
    let negative = "rejected: an answer could not be read: negative value for an unsigned field";
    check(&[2, 1, 3, 2, 2, 3, 0xe8], &[2, 1, 0xff, 2, 2, 3, 0xe8], negative);
    check(&[2, 1, 3, 2, 2, 3, 0xe8], &[2, 1, 3, 2, 2, 0xff, 0xe8], negative);
}

#[test]
fn octets_behind_the_message_are_no_part_of_it() {
    let mut datagram = FakeAnswer::to(&encrypting()).datagram();
    datagram.extend([0, 1, 2, 3]);
    assert_eq!(words(open(&association(&encrypting()), &datagram, 0)), "1 varbinds");
}

#[test]
fn lengths_longer_than_needed_do_not_hide_the_digest() {
    let user = signing();
    let mut datagram = FakeAnswer::to(&user).datagram();
    // The parameters, the SEQUENCE in them and the engine id, each with a length of one octet more.
    let parameters = datagram.windows(3).position(|window| window[0] == 4 && window[2] == 0x30).unwrap();
    for (place, growth) in [(parameters + 4, 0), (parameters + 2, 1), (parameters, 2)] {
        datagram[place + 1] += growth;
        datagram.insert(place + 1, 0x81);
    }
    datagram[1] += 3;
    let crate::message::envelope::Message::V3(message) = Envelope::read(&datagram).unwrap().message else {
        unreachable!()
    };
    let digest = message.digest;
    keys(&user).authenticator().unwrap().sign(&mut datagram, digest);
    assert_eq!(words(open(&association(&user), &datagram, 0)), "1 varbinds");
}

#[test]
fn versions_are_not_mixed_up() {
    let datagram = FakeAnswer::to(&plain()).datagram();
    let community = Security::new(&crate::Credentials::V2c { community: "c".into() });
    let words_of =
        |security: &Security, datagram: &[u8]| words(security.open(&Envelope::read(datagram).unwrap(), at(0)));
    let another = "rejected: an answer came in another version of SNMP (version field 3)";
    assert_eq!(words_of(&community, &datagram), another);
    let datagram = community.seal(ID, &request(), at(0));
    let another = "rejected: an answer came in another version of SNMP (version field 1)";
    assert_eq!(words_of(&association(&plain()), &datagram), another);
    assert_eq!(words_of(&Security::Discovery, &datagram), another);
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", association(&encrypting()));
    assert!(shown.contains("monitor") && shown.contains("AuthPriv") && !shown.contains("authpass"), "{shown}");
    assert!(!shown.contains('['), "{shown}");
}

proptest! {
    #[test]
    fn a_flipped_bit_is_never_accepted(privacy in 0..9usize, bit: prop::sample::Index) {
        let user = user(Some(AuthProtocol::Sha1), PrivProtocol::ALL.get(privacy).copied());
        let mut datagram = FakeAnswer::to(&user).datagram();
        let bit = bit.index(datagram.len() * 8);
        datagram[bit / 8] ^= 1 << (bit % 8);
        let security = association(&user);
        prop_assert!(open_any(&security, &datagram).is_err());
        let Security::User(association) = &security else { unreachable!() };
        prop_assert!(!association.clock().is_known());
    }

    #[test]
    fn random_datagrams_are_read_without_a_panic(octets in prop::collection::vec(any::<u8>(), 0..120)) {
        for security in [association(&encrypting()), Security::Discovery] {
            let _ = open_any(&security, &octets);
        }
    }

    #[test]
    fn damaged_datagrams_are_read_without_a_panic(
        level in 0..3usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        end: prop::sample::Index,
    ) {
        let user = [plain(), signing(), encrypting()][level].clone();
        let mut datagram = FakeAnswer::to(&user).datagram();
        for (place, octet) in damage {
            let place = place.index(datagram.len());
            datagram[place] = octet;
        }
        let end = end.index(datagram.len() + 1);
        for datagram in [&datagram[..], &datagram[..end]] {
            for security in [association(&user), Security::Discovery] {
                let _ = open_any(&security, datagram);
            }
        }
    }

    #[test]
    fn damaged_texts_are_read_without_a_panic(text in prop::collection::vec(any::<u8>(), 0..80)) {
        // What somebody with the keys could send.
        let user = encrypting();
        let engine_id = engine();
        let engine_id = engine_id.octets();
        let header = Header { id: ID, reportable: false, engine_id, boots: 3, time: 9, user: b"monitor" };
        let datagram = v3::write(&header, &keys(&user), 0, |writer: &mut Writer| writer.octets(tag::SEQUENCE, &text));
        let _ = open_any(&association(&user), &datagram);
    }
}

fn open_any(security: &Security, datagram: &[u8]) -> Result<Opened, Rejection> {
    security.open(&Envelope::read(datagram)?, at(0))
}
