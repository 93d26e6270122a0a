//! SNMPv3 against agents that are not ours: every pair of protocols, and every way to be refused.

use harness::{Proxy, SAFETY_NET, Snmpd, Snmpsim, V3User, net_snmp_is_here};
use serde_json::{Value, json};
use simulator::{SimulatedEngine, SimulatedUser, Simulator, SyntheticDevice};
use snmp::{
    Credentials, HubOptions, Oid, RequestError, RequestOptions, Target, Varbind,
    usm::{AuthProtocol, PrivProtocol},
};
use snmp_engine::Engine;
use tokio::time::Instant;

/// What net-snmp has. Debian's build lacks 3DES.
const OF_NET_SNMP: [PrivProtocol; 6] = [
    PrivProtocol::Des,
    PrivProtocol::Aes128,
    PrivProtocol::Aes192Reeder,
    PrivProtocol::Aes192Blumenthal,
    PrivProtocol::Aes256Reeder,
    PrivProtocol::Aes256Blumenthal,
];

/// What snmpsim has.
const OF_SNMPSIM: [PrivProtocol; 7] = [
    PrivProtocol::Des,
    PrivProtocol::TripleDesReeder,
    PrivProtocol::Aes128,
    PrivProtocol::Aes192Reeder,
    PrivProtocol::Aes192Blumenthal,
    PrivProtocol::Aes256Reeder,
    PrivProtocol::Aes256Blumenthal,
];

#[tokio::test(flavor = "multi_thread")]
async fn snmpd_answers_every_pair_of_protocols_that_it_has() {
    if !net_snmp_is_here() {
        return;
    }
    let users = V3User::every_pair(&OF_NET_SNMP);
    assert_eq!(users.len(), 43);
    let agent = Snmpd::start_with_users(&users).await;
    let engine = engine().await;
    for user in &users {
        let answer = sys_name(&engine, agent.port, user.credentials("")).await;
        assert!(matches!(&answer, Ok(snmp::Value::OctetString(name)) if !name.is_empty()), "{}: {answer:?}", user.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn snmpsim_answers_every_pair_of_protocols_that_it_has() {
    let Some(program) = Snmpsim::program() else { return };
    let users = V3User::every_pair(&OF_SNMPSIM);
    assert_eq!(users.len(), 49);
    let agent = Snmpsim::start(program, &users).await;
    let engine = engine().await;
    for user in &users {
        let answer = sys_name(&engine, agent.port, user.credentials(Snmpsim::CONTEXT)).await;
        let is_it = matches!(&answer, Ok(snmp::Value::OctetString(name)) if name[..] == *Snmpsim::NAME.as_bytes());
        assert!(is_it, "{}: {answer:?}", user.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_to_be_refused_has_its_own_words() {
    if !net_snmp_is_here() {
        return;
    }
    let strong = V3User::new(Some(AuthProtocol::Sha256), Some(PrivProtocol::Aes128));
    let agent = Snmpd::start_with_users(std::slice::from_ref(&strong)).await;
    let engine = engine().await;
    let check = async |credentials: Credentials, expected: &str| {
        let error = sys_name(&engine, agent.port, credentials).await.expect_err(expected);
        assert_eq!(error.to_string(), format!("127.0.0.1:{} {expected}", agent.port));
        // Whoever is refused is another agent to the engine: a wrong password must not block the right one.
        let right = sys_name(&engine, agent.port, strong.credentials("")).await;
        assert!(right.is_ok(), "after {expected}: {right:?}");
    };

    let nobody = V3User { name: "nobody".to_owned(), ..strong.clone() };
    check(nobody.credentials(""), "refused the message: unknown user name").await;
    let wrong_digest = "refused the message: authentication failure: wrong password or authentication protocol";
    check(strong.credentials_with("", "another password", V3User::PRIV_PASSWORD), wrong_digest).await;
    let other = V3User { auth: Some(AuthProtocol::Sha512), ..strong.clone() };
    check(other.credentials(""), wrong_digest).await;
    // snmpd does not report what it cannot decrypt, it is silent.
    let wrong = strong.credentials_with("", V3User::AUTH_PASSWORD, "another password");
    let words = sys_name(&engine, agent.port, wrong).await.expect_err("no answer").to_string();
    assert!(
        words.contains(" did not answer 3 requests in ") && words.contains("; it told its engine ID before"),
        "{words}"
    );
    assert!(words.ends_with(": perhaps the privacy password or protocol is wrong"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_that_snmpd_does_not_have_is_suspected_before_the_privacy_password() {
    if !net_snmp_is_here() {
        return;
    }
    let signing = V3User::new(Some(AuthProtocol::Sha256), None);
    let strong = V3User::new(Some(AuthProtocol::Sha256), Some(PrivProtocol::Aes128));
    let agent = Snmpd::start_with_users(&[signing.clone(), strong.clone()]).await;
    let engine = engine().await;
    // snmpd drops a request for a context that it does not have; RFC 3413 section 3.2 has a Report for it.
    let words = async |credentials: Credentials| {
        sys_name(&engine, agent.port, credentials).await.expect_err("no answer").to_string()
    };
    let told = words(strong.credentials("vlan-99")).await;
    let expected = "it told its engine ID before: perhaps it has no context `vlan-99`, \
                    or the privacy password or protocol is wrong";
    assert!(told.ends_with(expected), "{told}");
    let told = words(signing.credentials("vlan-99")).await;
    assert!(told.ends_with("it told its engine ID before: perhaps it has no context `vlan-99`"), "{told}");
    assert!(sys_name(&engine, agent.port, strong.credentials("")).await.is_ok());
}

#[tokio::test]
async fn what_an_agent_cannot_decrypt_is_told_where_it_says_so() {
    let strong = V3User::new(Some(AuthProtocol::Sha256), Some(PrivProtocol::Aes128));
    let user = SimulatedUser::new(&strong.name)
        .auth(simulator::AuthProtocol::Sha256, V3User::AUTH_PASSWORD)
        .privacy(simulator::PrivProtocol::Aes128, V3User::PRIV_PASSWORD);
    let device = SyntheticDevice::default().recording();
    let agent = Simulator::builder().device("one", device).user(user).bind("127.0.0.1:0").await.expect("it starts");
    let engine = engine().await;
    let expected = "refused the message: decryption error: the privacy password or protocol is wrong";
    let wrong = strong.credentials_with("", V3User::AUTH_PASSWORD, "another password");
    let other = V3User { privacy: Some(PrivProtocol::Aes256Reeder), ..strong.clone() }.credentials("");
    for credentials in [wrong, other] {
        let error = sys_name(&engine, agent.addr().port(), credentials).await.expect_err(expected);
        assert_eq!(error.to_string(), format!("{} {expected}", agent.addr()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_is_too_high_or_too_low_has_its_own_words() {
    if !net_snmp_is_here() {
        return;
    }
    let weak = V3User::new(None, None);
    let strong = V3User::new(Some(AuthProtocol::Sha256), None);
    let agent = Snmpd::start_with_users(&[weak.clone(), strong.clone()]).await;
    let engine = engine().await;
    let check = async |user: V3User, expected: &str| {
        let error = sys_name(&engine, agent.port, user.credentials("")).await.expect_err(expected);
        assert_eq!(error.to_string(), format!("127.0.0.1:{} {expected}", agent.port));
    };
    let too_high = V3User { auth: Some(AuthProtocol::Sha256), privacy: Some(PrivProtocol::Aes128), ..weak };
    check(too_high, "refused the message: unsupported security level for this user").await;
    let too_low = V3User { auth: None, ..strong };
    let words = "answered authorizationError for 1.3.6.1.2.1.1.5.0: the user has no access to it, or not at this security level";
    check(too_low, words).await;
}

#[tokio::test]
async fn devices_that_share_an_engine_id_have_clocks_of_their_own() {
    let user = V3User::new(Some(AuthProtocol::Sha1), None);
    let id = [0x80, 0, 0, 0, 4, b't', b'w', b'i', b'n'];
    let device = SyntheticDevice::default().recording();
    let mut twins = Vec::new();
    for boots in [9, 3] {
        let twin = SimulatedUser::new(&user.name).auth(simulator::AuthProtocol::Sha, V3User::AUTH_PASSWORD);
        let engine = SimulatedEngine::new(id).expect("an engine id").boots(boots);
        let builder = Simulator::builder().device("one", device.clone()).user(twin).engine(engine);
        twins.push(builder.bind("127.0.0.1:0").await.expect("it starts"));
    }
    let engine = engine().await;
    for twin in twins.iter().chain(&twins) {
        let answer = sys_name(&engine, twin.addr().port(), user.credentials("")).await;
        assert!(answer.is_ok(), "{answer:?}");
        // Whoever takes the clock of one for that of the other is told so, and asks once more.
        assert_eq!(twin.counters().usm.not_in_time_windows, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_with_an_engine_id_that_is_too_short_or_too_long_is_polled_with_a_warning() {
    let proxy = Proxy::start(&[]).await;
    for (id, octets) in [(&b"abc"[..], 3), (b"8000000004747769", 16), (b"0x80001f88804a3f2b1c5e6d7f00c0ffee0001aa", 40)]
    {
        let user = SimulatedUser::new("monitor").auth(simulator::AuthProtocol::Sha256, V3User::AUTH_PASSWORD);
        let builder = Simulator::builder().device("one", SyntheticDevice::default().recording()).user(user);
        let agent = builder.engine(SimulatedEngine::of_any_length(id)).bind("127.0.0.1:0").await.expect("it starts");
        let ended = proxy
            .client()
            .poll_with(&json!({
                "target": "127.0.0.1", "port": agent.addr().port(), "version": "3",
                "v3_auth": {
                    "username": "monitor", "auth_protocol": "SHA256", "auth_password": V3User::AUTH_PASSWORD,
                },
            }))
            .await;
        assert_eq!((&ended["status"], &ended["partial"]), (&json!("complete"), &json!(false)), "{ended}");
        let warnings = match octets {
            16 => json!([]),
            _ => json!([format!("system-info: the engine ID has {octets} octets instead of 5 to 32 (RFC 3411)")]),
        };
        assert_eq!(ended["warnings"], warnings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_of_version_3_gives_what_a_poll_of_version_2c_gives() {
    if !net_snmp_is_here() {
        return;
    }
    let user = V3User::new(Some(AuthProtocol::Sha256), Some(PrivProtocol::Aes128));
    let agent = Snmpd::start_with_users(std::slice::from_ref(&user)).await;
    let proxy = Proxy::start(&[]).await;
    let open = proxy.client().poll(agent.port, "public").await;
    let mut request = json!({
        "target": "127.0.0.1", "port": agent.port, "version": "3",
        "v3_auth": {
            "username": user.name, "auth_protocol": "sha256", "auth_password": V3User::AUTH_PASSWORD,
            "priv_protocol": "AES", "priv_password": V3User::PRIV_PASSWORD,
        },
    });
    let private = proxy.client().poll_with(&request).await;
    assert_eq!(private["status"], "complete", "{private}");
    assert_eq!(private["partial"], false, "{private}");
    let interfaces = |ended: &Value| {
        let rows = ended["data"]["interfaces"].as_array().expect("interfaces").iter();
        rows.map(|row| [&row["index"], &row["description"], &row["mac"], &row["addresses"]].map(Value::clone)).collect()
    };
    let found: Vec<[Value; 4]> = interfaces(&private);
    assert!(!found.is_empty(), "{private}");
    assert_eq!(found, interfaces(&open));
    assert_eq!(private["data"]["snmp_data"]["sysName"], open["data"]["snmp_data"]["sysName"]);

    request["v3_auth"]["auth_password"] = json!("a wrong password");
    let refused = proxy.client().poll_with(&request).await;
    assert_eq!(refused["status"], "failed", "{refused}");
    let words = refused["error"].as_str().expect("an error");
    assert!(words.contains("authentication failure: wrong password or authentication protocol"), "{words}");
    assert!(!refused.to_string().contains("a wrong password"), "{refused}");
}

async fn engine() -> Engine {
    Engine::bind(HubOptions::default()).await.expect("the sockets open")
}

async fn sys_name(engine: &Engine, port: u16, credentials: Credentials) -> Result<snmp::Value, RequestError> {
    let target = Target { addr: ([127, 0, 0, 1], port).into(), credentials };
    let session = engine.session(target, RequestOptions::default());
    let names = [Oid::from([1, 3, 6, 1, 2, 1, 1, 5, 0])];
    let mut varbinds = session.get(&names, Instant::now() + SAFETY_NET).await?;
    Ok(varbinds.pop().map_or(snmp::Value::Null, |Varbind { value, .. }| value))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_or_a_vlan_is_another_view_of_the_same_agent_and_counts_as_its_requests() {
    let user = SimulatedUser::new("monitor").auth(simulator::AuthProtocol::Sha256, V3User::AUTH_PASSWORD);
    let named = |name: &str| SyntheticDevice { name: name.to_owned(), ..SyntheticDevice::default() }.recording();
    let builder = Simulator::builder().device("one", named("itself")).device("red", named("the red one"));
    let builder = builder.device("vlan-10", named("of VLAN 10")).user(user);
    let agent = builder.bind("127.0.0.1:0").await.expect("it starts");
    let monitor = V3User { name: "monitor".to_owned(), auth: Some(AuthProtocol::Sha256), privacy: None };
    let credentials = monitor.credentials("one");
    let target = Target { addr: agent.addr(), credentials: credentials.clone() };
    let session = engine().await.session(target, RequestOptions::default());
    let red = credentials.in_context("red").expect("version 3 has contexts").expect("a name");
    let mut seen = Vec::new();
    for credentials in [credentials.clone(), red, credentials.in_vlan(10)] {
        let names = [Oid::from([1, 3, 6, 1, 2, 1, 1, 5, 0])];
        let view = session.with_credentials(&credentials);
        let varbinds = view.get(&names, Instant::now() + SAFETY_NET).await.expect("an answer");
        seen.extend(varbinds.into_iter().map(|varbind| varbind.value));
    }
    let text = |text: &str| snmp::Value::OctetString(text.as_bytes().to_vec());
    assert_eq!(seen, [text("itself"), text("the red one"), text("of VLAN 10")]);
    assert!(session.stats().requests >= 3, "{:?}", session.stats());
}
