//! Agents that misbehave, each in one way: what the engine makes of it, row by row.
//!
//! The same table is read from our simulator and, where it is present, from the misbehaving agent beside the repository;
//! `expected.txt` is the outcome.
//! Whatever an agent does, four rules hold, and every row is checked for them: a reading ends within its deadline, no
//! row comes twice, none comes that the honest device does not have, and none is missing without a word.

mod reading;

use std::net::SocketAddr;

use expect_test::{expect, expect_file};
use harness::BadAgent;
use prerequisites::shared_folder;
use simulator::{SimulatedUser, Simulator, SyntheticDevice};
use snmp::{Credentials, OnNonIncreasing, usm::AuthProtocol, usm::Context, usm::Password, usm::Protection, usm::User};

use self::reading::{Agent, Ask, read_all};

/// The ways of versions 1 and 2c.
const COMMUNITY_MODES: [&str; 45] = [
    "loop:3",
    "same",
    "swap",
    "dup",
    "neverend",
    "emptyvbl",
    "wrongid",
    "stale",
    "double",
    "late:600",
    "wrongver",
    "wrongcomm",
    "otherport",
    "otherip",
    "toobig:5",
    "toobigget:2",
    "nobulk",
    "bulkgenerr",
    "short:3",
    "fewer",
    "reorder",
    "extra",
    "otheroid",
    "generr:50",
    "nosuchobj:7",
    "noeom",
    "eomnull",
    "eommid:3",
    "types",
    "zeroint",
    "drip:50",
    "loss:3",
    "flood:50",
    "trunc",
    "garbage",
    "indef",
    "trailing:15",
    "nonmin",
    "huge:60000",
    "badstatus",
    "negindex",
    "pdutype:a0",
    "pdutype:a8",
    "echo",
    "silent",
];

/// The ways of version 3.
const USER_MODES: [&str; 18] = [
    "reboot:3",
    "reportloop",
    "engchange:3",
    "forged",
    "badmac",
    "badmac:only",
    "emptymac",
    "shortmac",
    "downgrade",
    "oldtime",
    "engother",
    "wrongmsgid",
    "wrongid",
    "pdutype:a8",
    "silent",
    "loss:3",
    "late:600",
    "double",
];

/// The ways that version 1 has of its own, and some of the others as version 1 sees them.
const VERSION_1_MODES: [&str; 6] = ["c64v1", "loop:3", "same", "toobigget:2", "generr:50", "zeroint"];

/// Limits on the names in a request.
const FEW_NAMES: [&str; 7] = [
    "silentabove:1",
    "silentabove:2",
    "silentabove:4",
    "generrabove:2",
    "silentabove:1!nobulk",
    "silentabove:3!short:3",
    "emptyabove:2",
];

/// A device and a user that both agents have.
const DEVICE: &str = "asa";
const USER: &str = "vsha";

fn community(mode: &str) -> String {
    if mode.is_empty() { DEVICE.to_owned() } else { format!("{DEVICE}!{mode}") }
}

fn version_2c(mode: &str) -> Credentials {
    Credentials::V2c { community: community(mode).as_str().into() }
}

fn version_1(mode: &str) -> Credentials {
    Credentials::V1 { community: community(mode).as_str().into() }
}

fn version_3(mode: &str) -> Credentials {
    let auth_password = Password::new(&BadAgent::PASSWORD.into()).expect("a password");
    let protection = Protection::Auth { auth: AuthProtocol::Sha1, auth_password };
    let user = User::new(USER, protection).expect("a user");
    Credentials::V3 { user, context: Context::named(&community(mode)).expect("a context") }
}

/// What was read in every mode, of an agent that has them all.
async fn readings(addrs: &[SocketAddr]) -> String {
    let mut lines = String::new();
    let mut part = async |title: &str, credentials: Box<Ask>, modes: &[&str], order| {
        let agent = Agent { addrs: addrs.to_vec(), credentials };
        lines.push_str(&format!("{title}\n{}\n", read_all(&agent, modes, order).await));
    };
    part("version 2c", Box::new(version_2c), &COMMUNITY_MODES, OnNonIncreasing::Stop).await;
    let disordered = ["loop:3", "same", "swap", "dup", "reorder", "otheroid"];
    part("version 2c, going on", Box::new(version_2c), &disordered, OnNonIncreasing::Continue).await;
    part("version 1", Box::new(version_1), &VERSION_1_MODES, OnNonIncreasing::Stop).await;
    part("version 3", Box::new(version_3), &USER_MODES, OnNonIncreasing::Stop).await;
    lines
}

#[tokio::test(start_paused = true)]
async fn every_misbehaviour_of_the_simulator_is_seen_through() {
    let _clock = reading::slow_clock();
    let device = SyntheticDevice { name: DEVICE.to_owned(), interfaces: 48, ..SyntheticDevice::default() };
    let user = SimulatedUser::new(USER).auth(simulator::AuthProtocol::Sha, BadAgent::PASSWORD);
    let builder = Simulator::builder().device(DEVICE, device.recording()).user(user).runtime_timers().bind_many(100);
    let simulator = builder.await.expect("the simulator starts");
    let others = [
        (
            "version 2c",
            Box::new(version_2c) as Box<Ask>,
            &["shortcounter", "loss:3:7", "skipabove:4", "skipabove:30"][..],
        ),
        ("version 2c, few names", Box::new(version_2c), &FEW_NAMES),
        ("version 1, few names", Box::new(version_1), &FEW_NAMES[..4]),
        ("version 2c, other ends", Box::new(version_2c), &["nosuchend", "wraps", "bulkasnext", "bulkasnext!wraps"]),
        ("version 1, other ends", Box::new(version_1), &["wraps"]),
        ("version 3", Box::new(version_3), &["bootsdown:3", "latched", "boots:0", "flood:50"]),
    ];
    let mut lines = String::new();
    for (title, credentials, modes) in others {
        let agent = Agent { addrs: simulator.addrs()[50..].to_vec(), credentials };
        lines.push_str(&format!("{title}\n{}\n", read_all(&agent, modes, OnNonIncreasing::Stop).await));
    }
    expect![[r#"
        version 2c
        shortcounter  table all complete                 walk all complete                 get all
        loss:3:7      table some partial timeout         walk some partial timeout         get all
        skipabove:4   table all complete                 walk all complete                 get all
        skipabove:30  table all complete                 walk all complete                 get all

        version 2c, few names
        silentabove:1 table all complete                 walk all complete                 get all
        silentabove:2 table all complete                 walk all complete                 get all
        silentabove:4 table all complete                 walk all complete                 get all
        generrabove:2 table all complete                 walk all complete                 get all
        silentabove:1!nobulk table all complete                 walk all complete                 get all
        silentabove:3!short:3 table all complete                 walk all complete                 get all
        emptyabove:2  table all complete                 walk all complete                 get all

        version 1, few names
        silentabove:1 table all complete                 walk all complete                 get all
        silentabove:2 table all complete                 walk all complete                 get all
        silentabove:4 table all complete                 walk all complete                 get all
        generrabove:2 table all complete                 walk all complete                 get all

        version 2c, other ends
        nosuchend     table all complete                 walk all complete                 get all
        wraps         table all complete                 walk all complete                 get all
        bulkasnext    table all complete                 walk all complete                 get all
        bulkasnext!wraps table all complete                 walk all complete                 get all

        version 1, other ends
        wraps         table all complete                 walk all complete                 get all

        version 3
        bootsdown:3   table all complete                 walk all complete                 get all
        latched       table none failed timeout          walk none failed timeout          get timeout
        boots:0       table all complete                 walk all complete                 get all
        flood:50      table all complete                 walk all complete                 get all

    "#]]
    .assert_eq(&lines);
    expect_file!["expected.txt"].assert_eq(&readings(simulator.addrs()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_misbehaviour_of_the_agent_beside_the_repository_is_seen_through() {
    let Some(shared) = shared_folder() else { return };
    let Some(agent) = BadAgent::start(&shared, DEVICE).await else { return };
    let read = readings(&[([127, 0, 0, 1], agent.port).into()]).await;
    // The same as of our simulator, but for details of how the two do wrong.
    expect![[r#"
        swap          table some partial skipped         walk none failed non-increasing   get all
        neverend      table all partial row-limit        walk all complete                 get all
        eommid:3      table some partial early-end       walk some complete                get all
        swap          table some partial skipped         walk none failed non-increasing   get all
        engchange:3   table some partial engine-id       walk none failed engine-id        get engine-id
    "#]]
    .assert_eq(&differences(&read, include_str!("expected.txt")));
}

/// The lines that are others than expected.
fn differences(found: &str, expected: &str) -> String {
    assert_eq!(found.lines().count(), expected.lines().count(), "{found}");
    let others = found.lines().zip(expected.lines()).filter(|(found, expected)| found != expected);
    others.map(|(found, _)| format!("{found}\n")).collect()
}
