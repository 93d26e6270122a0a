//! Version 3, as our own client asks, and as net-snmp sends.

use std::process::{Command, Stdio};

use snmp::{
    Credentials, HubOptions, RequestOptions, Target,
    ber::tag,
    message::{Association, DiscoveredEngine, Envelope, Opened, Security},
    notification::Notification,
    pdu::{Request, RequestKind},
    usm::{AuthProtocol, Clock, Context, Password, PrivProtocol, Protection, Report},
};
use snmp_engine::Engine;

use super::*;
use crate::{Sender, Version};

fn password(text: &str) -> Password {
    Password::new(&text.into()).unwrap()
}

fn user(name: &str, auth: Option<(AuthProtocol, &str)>, privacy: Option<(PrivProtocol, &str)>) -> User {
    let protection = match (auth, privacy) {
        (None, _) => Protection::None,
        (Some((auth, text)), None) => Protection::Auth { auth, auth_password: password(text) },
        (Some((auth, text)), Some((privacy, secret))) => {
            Protection::AuthPriv { auth, auth_password: password(text), privacy, priv_password: password(secret) }
        }
    };
    User::new(name, protection).unwrap()
}

fn sha(name: &str, text: &str) -> User {
    user(name, Some((AuthProtocol::Sha1, text)), None)
}

fn aes(name: &str, text: &str, secret: &str) -> User {
    user(name, Some((AuthProtocol::Sha256, text)), Some((PrivProtocol::Aes128, secret)))
}

pub(super) fn with_users(users: Vec<(User, SecurityLevel)>) -> ListenerOptions {
    with_users_at(users, false)
}

fn with_users_at(users: Vec<(User, SecurityLevel)>, any_engine_id: bool) -> ListenerOptions {
    let users = users.into_iter().map(|(user, level)| TrapUser { user, level, any_engine_id }).collect();
    ListenerOptions { users, ..options() }
}

/// The users of these tests, each at its own level; `rotating` has an old password and a new one.
pub(super) fn users() -> Vec<(User, SecurityLevel)> {
    let own = |user: User| (user.clone(), user.level());
    vec![
        own(user("open", None, None)),
        own(sha("signing", "authpass-1")),
        own(aes("both", "authpass-1", "privpass-1")),
        own(user("des", Some((AuthProtocol::Md5, "authpass-1")), Some((PrivProtocol::Des, "privpass-1")))),
        own(user("long", Some((AuthProtocol::Sha1, "authpass-1")), Some((PrivProtocol::Aes256Reeder, "privpass-1")))),
        own(sha("rotating", "new-password")),
        own(sha("rotating", "old-password")),
        (aes("less", "authpass-1", "privpass-1"), SecurityLevel::AuthNoPriv),
    ]
}

/// Asks the listener, as a client that has discovered `engine` would, and shows what it answers.
async fn ask(bench: &Bench, user: &User, engine: &DiscoveredEngine) -> Opened {
    let keys = KeyCache::new(10).unwrap();
    let keys = keys.find(user, &engine.engine_id).unwrap_or_else(|work| keys.put(work.run()));
    let clock = Arc::new(Clock::new());
    clock.guess(engine.boots, engine.time, Instant::now().into_std());
    let association = Association::new(user, &Context::default(), engine.engine_id.clone(), keys, clock);
    exchange(bench, &Security::User(association)).await.unwrap()
}

async fn exchange(bench: &Bench, security: &Security) -> Result<Opened, String> {
    let request = Request { kind: RequestKind::Get, names: Vec::new() };
    bench.send(&security.seal(300, &request, Instant::now().into_std())).await;
    let answer = bench.answer().await;
    let envelope = Envelope::read(&answer).unwrap();
    assert_eq!(envelope.id, 300);
    match security.open(&envelope, Instant::now().into_std()) {
        Ok(opened) => Ok(opened),
        Err(snmp::message::Rejection::Report(report)) => Ok(Opened::Report(report)),
        Err(other) => Err(other.to_string()),
    }
}

async fn discover(bench: &Bench) -> DiscoveredEngine {
    match exchange(bench, &Security::Discovery).await {
        Ok(Opened::Engine(engine)) => engine,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_asks_for_our_engine_is_told() {
    let bench = Bench::new(&options());
    let found = discover(&bench).await;
    assert_eq!((found.engine_id, found.boots), (engine().id().clone(), 7));
    assert_eq!(bench.counted(), "received 1, reports 1, unknown_engine 1");
}

#[tokio::test]
async fn a_message_to_us_that_is_not_taken_has_a_report_that_says_why() {
    let bench = Bench::new(&with_users(users()));
    let found = discover(&bench).await;
    let late = DiscoveredEngine { boots: 6, ..found.clone() };
    let other = DiscoveredEngine { engine_id: EngineId::new(b"another").unwrap(), ..found.clone() };
    let both = |auth, privacy| aes("both", auth, privacy);
    for (user, engine, expected) in [
        (sha("nobody", "authpass-1"), &found, Report::UnknownUserName),
        (sha("signing", "authpass-2"), &found, Report::WrongDigest),
        (sha("both", "authpass-1"), &found, Report::UnsupportedSecurityLevel),
        (both("authpass-1", "privpass-2"), &found, Report::DecryptionError),
        (both("authpass-1", "privpass-1"), &late, Report::NotInTimeWindow),
        // It is not decrypted before its time is known to be right.
        (both("authpass-1", "privpass-2"), &late, Report::NotInTimeWindow),
        (both("authpass-1", "privpass-1"), &other, Report::UnknownEngineId),
        (sha("rotating", "authpass-1"), &found, Report::WrongDigest),
        (sha("rotating", "old-password"), &late, Report::NotInTimeWindow),
    ] {
        assert_eq!(ask(&bench, &user, engine).await, Opened::Report(expected), "{user:?}");
    }
    let counted = "received 10, reports 10, unknown_user 1, unknown_engine 2, security_level 1, wrong_digest 2, \
                   decryption 1, not_in_time_window 3";
    assert_eq!(bench.counted(), counted);
}

/// A trap of version 3 that nobody signed, from an engine of that last octet.
pub(super) fn unsigned_trap(user: &str, last: u8) -> Vec<u8> {
    let mut text = hex("30 00 02 01 03 30 0d 02 01 09 02 02 01 e4 04 01 00 02 01 03 04 00 30 00 04 06 80 00 00 00 01");
    text.extend([last, 2, 1, 0, 2, 1, 0, 4, u8::try_from(user.len()).unwrap()]);
    text.extend(user.as_bytes());
    text.extend(hex("04 00 04 00 30 11 04 00 04 00 a7 0b 02 01 01 02 01 00 02 01 00 30 00"));
    text[1] = u8::try_from(text.len() - 2).unwrap();
    let fields = u8::try_from(6 + 2 + 3 + 3 + 2 + user.len() + 4).unwrap();
    text[21] = fields + 2;
    text[23] = fields;
    text
}

#[tokio::test]
async fn an_unsigned_trap_comes_in_where_its_user_may_send_so() {
    let mut bench = Bench::new(&with_users(users()));
    bench.send(&unsigned_trap("both", 9)).await;
    bench.send(&unsigned_trap("nobody", 9)).await;
    bench.send(&unsigned_trap("open", 9)).await;
    let arrival = bench.arrival().await;
    let Sender::User(sender) = arrival.sender else { panic!("{:?}", arrival.sender) };
    let engine_id = EngineId::new(&[0x80, 0, 0, 0, 1, 9]).unwrap();
    assert_eq!(
        (sender.name.as_str(), sender.level, sender.engine_id),
        ("open", SecurityLevel::NoAuthNoPriv, engine_id)
    );
    assert_eq!((arrival.version, arrival.message), (Version::V3, unsigned_trap("open", 9)));
    assert_eq!(bench.counted(), "received 3, let_in 1, v3_traps 1, unknown_user 1, security_level 1");
}

/// Sends a trap of each user from an engine whose ID has so many octets.
async fn send_from(bench: &Bench, octets: usize, users: &[User]) {
    let engine = Engine::bind(HubOptions::default()).await.unwrap();
    let from = LocalEngine::new(EngineId::of_agent(&vec![0x37; octets]).unwrap(), 1, Instant::now().into_std());
    let trap_oid = "1.3.6.1.6.3.1.1.5.1".parse().unwrap();
    let trap = Notification { uptime: 1, trap_oid, varbinds: Vec::new() };
    for user in users {
        let credentials = Credentials::V3 { user: user.clone(), context: Context::default() };
        let session = engine.session(Target { addr: bench.at, credentials }, RequestOptions::default());
        session.trap(&trap, &from).await.unwrap();
    }
}

#[tokio::test]
async fn an_engine_id_of_another_length_comes_in_where_its_user_may_have_one() {
    let senders = [user("open", None, None), sha("signing", "authpass-1"), aes("both", "authpass-1", "privpass-1")];
    for octets in [1, 4, 33, 36, 255] {
        let mut strict = Bench::new(&with_users(users()));
        send_from(&strict, octets, &senders).await;
        strict.settle().await;
        assert_eq!(strict.counted(), "received 4, let_in 1, v2c_traps 1, engine_id_length 3", "{octets} octets");
        let mut lenient = Bench::new(&with_users_at(users(), true));
        send_from(&lenient, octets, &senders).await;
        let mut names = Vec::new();
        for _ in &senders {
            let Sender::User(sender) = lenient.arrival().await.sender else { panic!("no user") };
            assert_eq!(sender.engine_id.octets().len(), octets);
            names.push(sender.name);
        }
        names.sort();
        assert_eq!(names, ["both", "open", "signing"]);
    }
    // That is all that is let go.
    let mut lenient = Bench::new(&with_users_at(users(), true));
    send_from(&lenient, 36, &[sha("signing", "authpass-2"), sha("nobody", "authpass-1")]).await;
    while super::community::accounted(&lenient.listener.stats()) < 2 {
        tokio::task::yield_now().await;
    }
    lenient.settle().await;
    let counted = "received 3, let_in 1, v2c_traps 1, engine_id_length 1, wrong_digest 1";
    assert_eq!(lenient.counted(), counted);
}

/// What net-snmp calls the protection of a user.
struct NetSnmp {
    arguments: Vec<&'static str>,
    name: &'static str,
    level: SecurityLevel,
}

fn net_snmp_users() -> Vec<NetSnmp> {
    use SecurityLevel::{AuthNoPriv, AuthPriv, NoAuthNoPriv};
    let one = |name, level, arguments: &'static str| {
        let arguments = arguments.split(' ').filter(|word| !word.is_empty()).collect();
        NetSnmp { arguments, name, level }
    };
    vec![
        one("open", NoAuthNoPriv, ""),
        one("signing", AuthNoPriv, "-a SHA -A authpass-1"),
        one("rotating", AuthNoPriv, "-a SHA -A old-password"),
        one("rotating", AuthNoPriv, "-a SHA -A new-password"),
        one("des", AuthPriv, "-a MD5 -A authpass-1 -x DES -X privpass-1"),
        one("both", AuthPriv, "-a SHA-256 -A authpass-1 -x AES -X privpass-1"),
        one("less", AuthNoPriv, "-a SHA-256 -A authpass-1 -x AES -X privpass-1"),
    ]
}

/// Runs a program of net-snmp and takes what arrives until it has ended; returns whether it was content.
async fn run(bench: &mut Bench, program: &str, arguments: &[&str], state: &std::path::Path) -> (bool, Vec<Arrival>) {
    let mut command = Command::new(program);
    command.args(arguments).env("SNMP_PERSISTENT_DIR", state).env("SNMPCONFPATH", state).env("MIBS", "");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut ended = tokio::task::spawn_blocking(move || command.status().unwrap().success());
    let mut arrived = Vec::new();
    loop {
        tokio::select! {
            batch = bench.arrivals.next_batch(10) => {
                for mut arrival in batch.unwrap() {
                    if let Some(reply) = arrival.reply.take() {
                        reply.send();
                    }
                    arrived.push(arrival);
                }
            }
            is_content = &mut ended => {
                // A trap may be on its way to the queue still.
                while arrived.is_empty() {
                    arrived.extend(bench.arrivals.next_batch(10).await.unwrap());
                }
                return (is_content.unwrap(), arrived);
            }
        }
    }
}

#[tokio::test]
async fn notifications_of_net_snmp_come_in_and_its_informs_are_answered() {
    if !prerequisites::programs(&["snmptrap", "snmpinform"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&with_users(users()));
    let at = format!("udp:{}", bench.at);
    let rest = [at.as_str(), "1", ".1.3.6.1.6.3.1.1.5.1", ".1.3.6.1.2.1.1.5.0", "s", "name"];
    let v1 = ["-v", "1", "-c", "public", &at, ".1.3.6.1.4.1.8072", "192.0.2.1", "6", "17", "1"];
    let (is_content, arrived) = run(&mut bench, "snmptrap", &v1, state.path()).await;
    assert!(is_content && arrived.len() == 1 && arrived[0].version == Version::V1, "{arrived:?}");
    for program in ["snmptrap", "snmpinform"] {
        let arguments = [&["-v", "2c", "-c", "other"], &rest[..]].concat();
        let (is_content, arrived) = run(&mut bench, program, &arguments, state.path()).await;
        assert!(is_content && arrived.len() == 1 && arrived[0].version == Version::V2c, "{arrived:?}");
        for user in net_snmp_users() {
            let engine_id: &[&str] = if program == "snmptrap" { &["-e", "0x8000000001020304"] } else { &[] };
            let who = ["-v", "3", "-u", user.name, "-l", user.level.as_str()];
            let arguments = [&who, &user.arguments[..], engine_id, &rest[..]].concat();
            let (is_content, arrived) = run(&mut bench, program, &arguments, state.path()).await;
            assert!(is_content && arrived.len() == 1, "{arguments:?}: {arrived:?}, {}", bench.counted());
            let Sender::User(sender) = &arrived[0].sender else { panic!("{:?}", arrived[0].sender) };
            assert_eq!((sender.name.as_str(), sender.level), (user.name, user.level));
            assert_eq!(arrived[0].pdu[0], if program == "snmptrap" { tag::SNMPV2_TRAP } else { tag::INFORM_REQUEST });
        }
    }
}

#[tokio::test]
async fn an_inform_of_version_3_that_comes_again_with_another_id_is_the_same() {
    if !prerequisites::programs(&["snmptrap", "snmpinform"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&with_users(users()));
    let at = format!("udp:{}", bench.at);
    let options = "-v 3 -u both -l authPriv -a SHA-256 -A authpass-1 -x AES -X privpass-1 -t 0.3 -r 9";
    let arguments = options.split(' ').chain([&*at, "1", ".1.3.6.1.6.3.1.1.5.1"]).map(str::to_owned);
    let mut command = Command::new("snmpinform");
    command.args(arguments).env("SNMP_PERSISTENT_DIR", state.path()).env("SNMPCONFPATH", state.path());
    command.env("MIBS", "").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let ended = tokio::task::spawn_blocking(move || command.status().unwrap().success());
    let arrival = bench.arrival().await;
    while bench.listener.stats().duplicate == 0 {
        tokio::task::yield_now().await;
    }
    arrival.reply.unwrap().send();
    assert!(ended.await.unwrap());
    let stats = bench.listener.stats();
    // Nothing was answered while it was being stored; then the answer was the one to the last message.
    assert_eq!((stats.let_in, stats.informs_answered), (1, stats.informs_again + 1));
}

#[tokio::test]
async fn a_trap_that_wants_an_answer_comes_in_and_has_none() {
    let mut bench = Bench::new(&with_users(users()));
    let mut trap = unsigned_trap("open", 9);
    // The flags: reportable.
    trap[14] = 4;
    bench.send(&trap).await;
    assert_eq!(bench.arrival().await.message, trap);
    assert_eq!(bench.counted(), "received 1, let_in 1, v3_traps 1");
}

/// One datagram with a trap that net-snmp sends at that boot and time, for a test to send as often as it wants.
fn captured_trap(state: &std::path::Path, user: &NetSnmp, boots_and_time: &str) -> Vec<u8> {
    let relay = StdSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    relay.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let at = format!("udp:{}", relay.local_addr().unwrap());
    let who = ["-v", "3", "-u", user.name, "-l", user.level.as_str(), "-e", "0x8000000001020304"];
    let arguments = [&who, &user.arguments[..], &["-Z", boots_and_time], &[&at, "1", ".1.3.6.1.6.3.1.1.5.1"]].concat();
    let mut command = Command::new("snmptrap");
    command.args(arguments).env("SNMP_PERSISTENT_DIR", state).env("SNMPCONFPATH", state).env("MIBS", "");
    assert!(command.stderr(Stdio::null()).status().unwrap().success());
    let mut buffer = vec![0; udp::MAX_DATAGRAM];
    let length = relay.recv(&mut buffer).unwrap();
    buffer.truncate(length);
    buffer
}

#[tokio::test]
async fn a_trap_that_is_older_than_its_engine_has_said_before_is_dropped() {
    if !prerequisites::programs(&["snmptrap", "snmpinform"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let signing = &net_snmp_users()[1];
    let old = captured_trap(state.path(), signing, "5,1000");
    let new = captured_trap(state.path(), signing, "6,200");
    let late = captured_trap(state.path(), signing, "6,49");
    let mut bench = Bench::new(&with_users(users()));
    for (trap, comes_in) in [(&old, true), (&new, true), (&old, false), (&late, false), (&new, true)] {
        bench.send(trap).await;
        if comes_in {
            bench.arrival().await;
        }
    }
    let counted = "received 5, let_in 3, v3_traps 3, engines_learnt 1, not_in_time_window 2";
    assert_eq!(bench.counted(), counted);
}

#[tokio::test]
async fn an_engine_is_learnt_from_messages_that_are_authentic_only() {
    if !prerequisites::programs(&["snmptrap", "snmpinform"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let both = &net_snmp_users()[5];
    let good = captured_trap(state.path(), both, "1,1");
    let mut bench = Bench::new(&ListenerOptions { engines: 1, ..with_users(users()) });
    bench.send(&good).await;
    bench.arrival().await;
    let place = good.windows(4).position(|octets| octets == [1, 2, 3, 4]).unwrap();
    for number in 0..50u8 {
        let mut forged = good.clone();
        forged[place] = number.wrapping_add(100);
        bench.send(&forged).await;
    }
    bench.send(&good).await;
    bench.arrival().await;
    let counted = "received 52, let_in 2, v3_traps 2, engines_learnt 1, wrong_digest 50";
    assert_eq!(bench.counted(), counted);
}

#[tokio::test]
async fn an_engine_is_not_learnt_from_a_question_to_it() {
    if !prerequisites::programs(&["snmptrap", "snmpinform"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let both = &net_snmp_users()[5];
    let trap = captured_trap(state.path(), both, "1,1");
    let mut bench = Bench::new(&with_users(users()));
    let engine_id = EngineId::new(&[0x80, 0, 0, 0, 1, 2, 3, 4]).unwrap();
    let other = DiscoveredEngine { engine_id, boots: 9, time: 9 };
    let answer = ask(&bench, &aes("both", "authpass-1", "privpass-1"), &other).await;
    assert_eq!(answer, Opened::Report(Report::UnknownEngineId));
    // Otherwise it would be of an earlier boot.
    bench.send(&trap).await;
    bench.arrival().await;
    assert_eq!(bench.counted(), "received 2, let_in 1, v3_traps 1, reports 1, engines_learnt 1, unknown_engine 1");
}

#[tokio::test]
async fn one_source_cannot_fill_the_queue_for_keys() {
    if !prerequisites::programs(&["snmptrap", "snmpinform"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    // The key of SHA-1 is too short for AES-256, and Reeder's extension of it hashes for each engine anew.
    let long = NetSnmp {
        arguments: "-a SHA -A authpass-1 -x AES -X privpass-1".split(' ').collect(),
        name: "long",
        level: SecurityLevel::AuthPriv,
    };
    let trap = captured_trap(state.path(), &long, "1,1");
    let bench = Bench::new(&with_users(users()));
    let place = trap.windows(4).position(|octets| octets == [1, 2, 3, 4]).unwrap();
    for number in 0..100u8 {
        let mut forged = trap.clone();
        forged[place] = number;
        bench.send(&forged).await;
    }
    while super::community::accounted(&bench.listener.stats()) < 100 {
        tokio::task::yield_now().await;
    }
    let stats = bench.listener.stats();
    assert!(stats.key_queue_full > 0 && stats.wrong_digest > 0, "{}", bench.counted());
    assert_eq!((stats.received, stats.let_in, stats.engines_learnt), (100, 0, 0));
}
