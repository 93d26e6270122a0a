//! net-snmp's programs as a second opinion on version 3: every pair of protocols it knows, and what it says of each
//! report. Where it is not installed there is nothing to ask (the rule of `prerequisites`).

use std::process::Command;

use expect_test::expect;

use super::super::{AuthProtocol, PrivProtocol, SimulatedEngine, SimulatedUser};
use crate::{Simulator, SimulatorBuilder, SyntheticDevice};

const PASSWORD: &str = "authpass-1234";
const PRIVACY_PASSWORD: &str = "privpass-1234";
const SYS_NAME: &str = ".1.3.6.1.2.1.1.5.0";

/// Runs a program of net-snmp; what it printed on both outputs, or `None` if it is not installed.
async fn run(program: &'static str, simulator: &Simulator, arguments: &[&str]) -> Option<String> {
    if !prerequisites::programs(&[program]) {
        return None;
    }
    let addr = simulator.addr().to_string();
    let fixed = ["-v3", "-Oqn", "-r0", "-t5"];
    let arguments: Vec<String> = fixed.iter().chain(arguments).map(|argument| (*argument).to_owned()).collect();
    let run = move || {
        // Files of this machine's own must not add users or engines. What cannot even be made is not told of, either.
        Command::new(program)
            .env("MIBS", "")
            .env("SNMPCONFPATH", "/dev/null/none")
            .env("SNMP_PERSISTENT_DIR", "/dev/null/none")
            .args(arguments.iter().map(|argument| argument.replace("ADDR", &addr)))
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    Some(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned())
}

fn one() -> SimulatorBuilder {
    let device = SyntheticDevice { name: "one".to_owned(), interfaces: 30, ..SyntheticDevice::default() };
    Simulator::builder().device("one", device.recording()).user(SimulatedUser::new("nobody"))
}

fn sha_aes() -> SimulatedUser {
    SimulatedUser::new("sha-aes").auth(AuthProtocol::Sha, PASSWORD).privacy(PrivProtocol::Aes128, PRIVACY_PASSWORD)
}

const SHA_AES: [&str; 12] =
    ["-u", "sha-aes", "-l", "authPriv", "-a", "SHA", "-A", PASSWORD, "-x", "AES", "-X", PRIVACY_PASSWORD];

#[tokio::test]
async fn every_pair_of_protocols_is_understood() {
    let mut builder = one();
    let mut asked = vec![vec!["-u".to_owned(), "nobody".to_owned(), "-l".to_owned(), "noAuthNoPriv".to_owned()]];
    for auth in AuthProtocol::ALL {
        let user = SimulatedUser::new(auth.to_string()).auth(auth, PASSWORD);
        builder = builder.user(user);
        let texts = |user: String, level: &str| {
            let auth = auth.to_string();
            ["-u", &user, "-l", level, "-a", &auth, "-A", PASSWORD].map(str::to_owned).to_vec()
        };
        asked.push(texts(auth.to_string(), "authNoPriv"));
        // This program knows no 3DES.
        for privacy in PrivProtocol::ALL.into_iter().filter(|privacy| *privacy != PrivProtocol::TripleDes) {
            let name = format!("{auth} {privacy}");
            builder = builder.user(SimulatedUser::new(&name).auth(auth, PASSWORD).privacy(privacy, PRIVACY_PASSWORD));
            let mut texts = texts(name, "authPriv");
            texts.extend(["-x", &privacy.to_string(), "-X", PRIVACY_PASSWORD].map(str::to_owned));
            asked.push(texts);
        }
    }
    let simulator = builder.bind("127.0.0.1:0").await.unwrap();
    let pairs = asked.len();
    for texts in asked {
        let mut arguments: Vec<&str> = texts.iter().map(String::as_str).collect();
        arguments.extend(["-n", "one", "ADDR", SYS_NAME]);
        let Some(printed) = run("snmpget", &simulator, &arguments).await else { return };
        if printed.contains("Invalid privacy protocol") || printed.contains("Invalid authentication protocol") {
            println!("not in this build of net-snmp: {texts:?}");
            continue;
        }
        assert_eq!(printed, format!("{SYS_NAME} \"one\""), "{texts:?}");
    }
    assert_eq!(pairs, 43);
}

#[tokio::test]
async fn a_walk_reads_exactly_the_recording() {
    let simulator = one().user(sha_aes()).bind("127.0.0.1:0").await.unwrap();
    let arguments = [&SHA_AES[..], &["-n", "one", "-Cr50", "ADDR", ".1.3.6.1"]].concat();
    let Some(printed) = run("snmpbulkwalk", &simulator, &arguments).await else { return };
    let device = SyntheticDevice { name: "one".to_owned(), interfaces: 30, ..SyntheticDevice::default() };
    // The last line says that there is no more.
    assert_eq!(printed.lines().count(), device.recording().len() + 1);
    assert!(simulator.device_counters("one").unwrap().get_bulks > 10);
}

#[tokio::test]
async fn net_snmp_names_each_report() {
    let simulator =
        one().user(sha_aes()).user(SimulatedUser::new("md5").auth(AuthProtocol::Md5, PASSWORD)).bind("127.0.0.1:0");
    let simulator = simulator.await.unwrap();
    let mut said = String::new();
    for (what, arguments) in [
        ("unknown user", vec!["-u", "stranger", "-l", "noAuthNoPriv"]),
        ("wrong password", vec!["-u", "md5", "-l", "authNoPriv", "-a", "MD5", "-A", "not-the-password"]),
        ("wrong protocol", vec!["-u", "md5", "-l", "authNoPriv", "-a", "SHA", "-A", PASSWORD]),
        (
            "level too high",
            vec!["-u", "md5", "-l", "authPriv", "-a", "MD5", "-A", PASSWORD, "-x", "AES", "-X", PRIVACY_PASSWORD],
        ),
        ("level too low", vec!["-u", "md5", "-l", "noAuthNoPriv"]),
        (
            "wrong privacy password",
            vec!["-u", "sha-aes", "-l", "authPriv", "-a", "SHA", "-A", PASSWORD, "-x", "AES", "-X", "not-the-one"],
        ),
        ("unknown context", vec!["-u", "nobody", "-l", "noAuthNoPriv", "-n", "two"]),
        ("unknown context engine", vec!["-u", "nobody", "-l", "noAuthNoPriv", "-E", "8000000001020304"]),
    ] {
        let arguments = [&arguments[..], &["ADDR", SYS_NAME]].concat();
        let Some(printed) = run("snmpget", &simulator, &arguments).await else { return };
        said += &format!("{what}: {}\n", printed.replace('\n', " / ").replace(&simulator.addr().to_string(), "ADDR"));
    }
    expect![[r#"
        unknown user: snmpget: Unknown user name
        wrong password: snmpget: Authentication failure (incorrect password, community or key)
        wrong protocol: snmpget: Authentication failure (incorrect password, community or key)
        level too high: snmpget: Unsupported security level
        level too low: Error in packet / Reason: authorizationError (access denied to that object)
        wrong privacy password: snmpget: Decryption error
        unknown context: snmpget: Bad context specified
        unknown context engine: snmpget: Bad version specified
    "#]]
    .assert_eq(&said);
}

#[tokio::test]
async fn a_reboot_is_survived_and_counted() {
    let engine = SimulatedEngine::new(*b"\x80\x00\x7e\xd9\x05test").unwrap().boots(3).time(1_000_000);
    let simulator = one().user(sha_aes()).engine(engine).bind("127.0.0.1:0").await.unwrap();
    let arguments = [&SHA_AES[..], &["-n", "one!reboot:3", "ADDR", ".1.3.6.1.2.1.1"]].concat();
    let Some(printed) = run("snmpwalk", &simulator, &arguments).await else { return };
    assert_eq!(printed.lines().count(), 7, "{printed}");
    // One for the first contact's clock, one for the reboot.
    assert_eq!(simulator.counters().usm.not_in_time_windows, 1);
}
