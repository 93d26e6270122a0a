use std::{net::SocketAddr, time::Duration};

use clap::Parser;
use simulator::{Recording, Simulator, SyntheticDevice};
use tokio::net::UdpSocket;

use super::*;
use crate::{Cli, Command};

fn args(flags: &str) -> Result<SimulateArgs, clap::Error> {
    let words = ["snmp-proxy", "simulate", "devices"].into_iter().chain(flags.split_whitespace());
    match Cli::try_parse_from(words)?.command {
        Some(Command::Simulate(args)) => Ok(args),
        _ => panic!("another command"),
    }
}

/// Tells what the flags mean, or what is wrong with them.
#[track_caller]
fn check(flags: &str, expected: &str) {
    let said = match args(flags) {
        Err(error) => error.to_string().lines().next().unwrap().to_owned(),
        Ok(args) => match args.user.read().and_then(|user| args.traps.plan(user.as_ref())) {
            Ok(None) => "no traps".to_owned(),
            Ok(Some(plan)) => format!("{:?} {:?} {:?} {:?}", plan.form, plan.kind, plan.every, plan.identity),
            Err(error) => format!("error: {error}"),
        },
    };
    assert_eq!(said, expected, "{flags}");
}

#[test]
fn traps_are_as_the_flags_say() {
    check("", "no traps");
    check("--trap-to 127.0.0.1:162", "Trap Link 10s Community(None)");
    check(
        "--trap-to 127.0.0.1:162 --trap-to [::1]:162 --trap-every 500ms --trap cold-start --trap-version 1",
        "V1 ColdStart 500ms Community(None)",
    );
    check("--trap-to 127.0.0.1:162 --inform -u me", "Inform Link 10s User(\"me\")");
    check("--trap-to 127.0.0.1:162 --inform -u me --trap-version 2c", "Inform Link 10s Community(None)");
    check("--trap-to 127.0.0.1:162 --trap-version 3", "error: traps of version 3 need a user (--user)");
    check("--trap-to 127.0.0.1:162 --trap-version 1 --inform", "error: version 1 has no informs");
    check("--trap-to 127.0.0.1:0", "error: no receiver of traps listens on port 0");
    check(
        "--trap-to 127.0.0.1:162 -u me -x 3DESB -A longenough -X longenough",
        "error: --priv-protocol: simulated devices have 3DES and no 3DESB",
    );
    check("-u me -A short", "error: --auth-password: needs at least 8 octets");
    check("--inform", "error: the following required arguments were not provided:");
    check(
        "--trap-to somewhere",
        "error: invalid value 'somewhere' for '--trap-to <ADDRESS:PORT>': write an address and no name, such as 192.0.2.10:161 or [2001:db8::1]:161",
    );
}

#[test]
fn no_secret_is_in_what_debugging_prints() {
    let flags = "-u me -A canary-12 -X canary-34 --trap-to 127.0.0.1:162 --trap-version 2c --trap-community canary-56";
    let args = args(flags).unwrap();
    let user = args.user.read().unwrap();
    let plan = args.traps.plan(user.as_ref()).unwrap();
    assert!(!format!("{args:?} {user:?} {plan:?}").contains("canary"));
}

#[test]
fn an_engine_id_that_was_given_boots_anew_each_time() {
    let engine = args("-u me --engine-id 80007ed90501").unwrap().user.engine().unwrap().unwrap();
    assert_eq!(const_hex::encode(engine.id()), "80007ed90501");
    assert!(args("-u me --engine-id xyz").unwrap().user.engine().is_err());
    assert_eq!(args("-u me").unwrap().user.engine().unwrap(), None);
}

/// What the last arcs of the traps' names are, that a device of two interfaces sends first.
async fn sent(flags: &str, count: usize, ask_wrongly: bool) -> Vec<u8> {
    let receiver = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let to: SocketAddr = receiver.local_addr().unwrap();
    let recording: Recording = SyntheticDevice { interfaces: 2, ..SyntheticDevice::default() }.recording();
    let simulator = Simulator::builder().device("one", recording.clone()).bind("127.0.0.1:0").await.unwrap();
    let plan = args(&format!("--trap-to {to} {flags}")).unwrap().traps.plan(None).unwrap().unwrap();
    let notifications = Notifications::of(plan, &simulator, vec![("one".to_owned(), recording)]).await.unwrap();
    let reading = async {
        let mut names = Vec::new();
        let mut datagram = [0; 2_000];
        // snmpTraps, in front of the last arc.
        let traps = [0x2b, 6, 1, 6, 3, 1, 1, 5];
        while names.len() < count {
            let length = receiver.recv(&mut datagram).await.unwrap();
            let place = datagram[..length].windows(traps.len()).position(|octets| octets == traps).unwrap();
            names.push(datagram[place + traps.len()]);
            if ask_wrongly && names.len() == 1 {
                // The trap becomes a GET, with a community that no device has.
                let pdu = datagram.iter().position(|octet| *octet == 0xa7).unwrap();
                datagram[pdu] = 0xa0;
                receiver.send_to(&datagram[..length], simulator.addr()).await.unwrap();
            }
        }
        names
    };
    tokio::select! {
        names = tokio::time::timeout(Duration::from_secs(60), reading) => names.unwrap(),
        () = notifications.send() => panic!("it ends"),
    }
}

#[tokio::test]
async fn a_device_starts_and_then_tells_of_its_interfaces_in_turn() {
    assert_eq!(sent("--trap-every 1ms", 6, false).await, [1, 3, 4, 3, 4, 3]);
    assert_eq!(sent("--trap-every 1ms --trap warm-start", 3, false).await, [1, 2, 2]);
}

#[tokio::test]
async fn a_wrong_community_is_told_of() {
    assert_eq!(sent("--trap-every 1h --trap-community stranger", 2, true).await, [1, 5]);
}

#[test]
fn the_first_ten_lines_that_cannot_be_read_are_told_and_how_many_more() {
    let told = |count: usize| {
        let parsed = Recording::parse("1.3|what|\n".repeat(count).as_bytes());
        bad_lines(&parsed.bad_lines, parsed.bad_line_count)
    };
    assert_eq!(told(1), ["  line 1: unknown type: `1.3|what|`"]);
    let ten = told(10);
    assert_eq!((ten.len(), ten[9].as_str()), (10, "  line 10: unknown type: `1.3|what|`"));
    let more = told(5_000);
    assert_eq!((more.len(), more[10].as_str()), (11, "  and 4990 more"));
}
