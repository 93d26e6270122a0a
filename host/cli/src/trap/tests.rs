//! Rules of `snmp-proxy trap`: arguments in, text out.

use std::{net::SocketAddr, time::Duration};

use clap::{CommandFactory, Parser};
use config::{Sources, load};
use expect_test::{Expect, expect};
use snmp::{Credentials, RequestOptions, message::Received};
use tokio::net::UdpSocket;

use super::{super::Command, *};
use crate::Cli;

/// Reads a command line in which `_` stands for a blank within a word, and `''` for an empty one.
fn parse(arguments: &str) -> Result<TrapArgs, clap::Error> {
    let words = arguments.split_whitespace().map(|word| word.replace('_', " ").replace("''", ""));
    let cli = Cli::try_parse_from(["snmp-proxy", "trap"].into_iter().map(str::to_owned).chain(words))?;
    match cli.command {
        Some(Command::Trap(args)) => Ok(args),
        other => panic!("{other:?}"),
    }
}

/// Reads a command line as far as the event, and whose it is.
fn event(arguments: &str) -> Result<(Event, Credentials, TrapArgs), CommandError> {
    let uptime = if arguments.contains("--no-uptime") { "" } else { "--uptime 14" };
    let args = parse(&format!("router1 {} {uptime}", arguments.replace("--no-uptime", "")))
        .unwrap_or_else(|error| panic!("{error}"));
    let settings = load(&Sources::default()).unwrap().settings;
    let device = args.device.receiver(&settings)?;
    assert_eq!(device.port, 162);
    let credentials = args.device.credentials(settings.limits.requests.community_octets)?;
    let args = args.in_our_order(matches!(credentials, Credentials::V1 { .. }))?;
    let event = args.event(&credentials, Instant::now())?;
    Ok((event, credentials, args))
}

fn shown(event: &Event) -> String {
    let (mut text, varbinds) = match event {
        Event::TrapV1(TrapV1 { enterprise, agent_addr, generic, specific, timestamp, varbinds }) => {
            (format!("trap of {enterprise} at {agent_addr}: {generic} {specific} after {timestamp}"), varbinds)
        }
        Event::Trap(Notification { uptime, trap_oid, varbinds }, _) => {
            (format!("trap {trap_oid} after {uptime}"), varbinds)
        }
        Event::Inform(Notification { uptime, trap_oid, varbinds }) => {
            (format!("inform {trap_oid} after {uptime}"), varbinds)
        }
    };
    for varbind in varbinds {
        text += &format!("\n{} {:?}", varbind.name, varbind.value);
    }
    text
}

/// What a command line sends, or what is wrong with it.
#[track_caller]
fn check(arguments: &str, expected: &str) {
    let text = event(arguments).map_or_else(|error| error.to_string(), |(event, ..)| shown(&event));
    assert_eq!(text, expected, "{arguments}");
}

#[test]
fn a_trap_is_an_oid_or_a_name() {
    check("coldStart", "trap 1.3.6.1.6.3.1.1.5.1 after 14");
    check("egpNeighborLoss", "trap 1.3.6.1.6.3.1.1.5.6 after 14");
    check("IF-MIB::linkdown", "trap 1.3.6.1.6.3.1.1.5.3 after 14");
    check(".1.3.6.1.4.1.9.9.43.2.0.1", "trap 1.3.6.1.4.1.9.9.43.2.0.1 after 14");
    check("linkUp --inform", "inform 1.3.6.1.6.3.1.1.5.4 after 14");
    check("", "missing trap: give a name such as coldStart, or an OID");
    let known = "coldStart, warmStart, linkDown, linkUp, authenticationFailure, egpNeighborLoss";
    let oid = job::OidError;
    check("lunchTime", &format!("\"lunchTime\" is not an OID ({oid}) and not one of the traps {known}"));
}

#[test]
fn every_type_has_a_letter_and_words() {
    let same = [
        ("i", "integer", "-5", "Integer(-5)"),
        ("u", "gauge32", "4294967295", "Gauge32(4294967295)"),
        ("c", "Counter32", "7", "Counter32(7)"),
        ("C", "counter64", "18446744073709551615", "Counter64(18446744073709551615)"),
        ("t", "timeticks", "7", "TimeTicks(7)"),
        ("a", "ip-address", "192.0.2.7", "IpAddress([192, 0, 2, 7])"),
        ("o", "object-identifier", ".1.3.6", "ObjectIdentifier(1.3.6)"),
        ("o", "objid", "linkDown", "ObjectIdentifier(1.3.6.1.6.3.1.1.5.3)"),
        ("s", "octet-string", "up_it", "OctetString([117, 112, 32, 105, 116])"),
        ("x", "hex", "0x00ff0A", "OctetString([0, 255, 10])"),
        ("x", "hex-string", "0:ff_0a-b", "OctetString([0, 255, 10, 11])"),
        ("d", "decimal", "255_0.7", "OctetString([255, 0, 7])"),
        ("b", "bits", "0,3_9", "OctetString([144, 64])"),
        ("opaque", "Opaque", "9f78", "Opaque([159, 120])"),
        ("n", "null", "nothing", "Null"),
    ];
    for (letter, word, value, expected) in same {
        for kind in [letter, word] {
            let expected = format!("trap 1.3.6.1.6.3.1.1.5.1 after 14\n1.3.6.1 {expected}");
            check(&format!("coldStart 1.3.6.1 {kind} {value}"), &expected);
        }
    }
}

#[test]
fn everything_that_is_wrong_with_varbinds_is_told_at_once() {
    check(
        "coldStart 1.3 i x 1.3 u -1 1.3 c +1 1.3 a 1.2 1.3 x fff 1.3 d 256 1.3 b 524056 1.3 T 1 1.3 sysName.0",
        "varbind 1: invalid INTEGER \"x\"\n\
         varbind 2: invalid Unsigned32 \"-1\"\n\
         varbind 3: invalid Counter32 \"+1\"\n\
         varbind 4: invalid IPv4 address \"1.2\"\n\
         varbind 5: invalid value \"fff\": write octets in hex such as `ff 00`\n\
         varbind 6: invalid value \"256\": write octets such as `255 0`\n\
         varbind 7: invalid value \"524056\": write a list of bits such as `0 3 7`\n\
         varbind 8: unknown type \"T\": write i u c C t a o s x d b n, or a word such as integer\n\
         varbind 9: OID TYPE VALUE are needed, found 1.3 sysName.0",
    );
    let oid = job::OidError;
    check("coldStart sysName.0 s a", &format!("varbind 1: \"sysName.0\": {oid}"));
}

#[test]
fn a_trap_of_version_1_is_mapped_where_flags_say_nothing_else() {
    check("-v 1 linkDown", "trap of 1.3.6.1.6.3.1.1.5 at 0.0.0.0: 2 0 after 14");
    check("-v 1 1.3.6.1.4.1.9.0.5", "trap of 1.3.6.1.4.1.9 at 0.0.0.0: 6 5 after 14");
    check("-v 1 linkDown --enterprise 1.3.6.1.4.1.9", "trap of 1.3.6.1.4.1.9 at 0.0.0.0: 2 0 after 14");
    let flags = "--enterprise 1.3.6.1.4.1.9 --agent-addr 192.0.2.7 --generic -1 --specific -2";
    check(&format!("-v 1 linkDown {flags}"), "trap of 1.3.6.1.4.1.9 at 192.0.2.7: -1 -2 after 14");
    check("-v 1 linkDown 1.3 C 1", "1.3 is a Counter64, which version 1 does not have");
}

#[test]
fn a_trap_of_version_1_needs_no_oid_where_its_fields_say_what_it_is() {
    let fields = "--enterprise 1.3.6.1.4.1.9 --specific 5";
    check(&format!("-v 1 {fields}"), "trap of 1.3.6.1.4.1.9 at 0.0.0.0: 6 5 after 14");
    check(&format!("-v 1 {fields} 1.3 i 7"), "trap of 1.3.6.1.4.1.9 at 0.0.0.0: 6 5 after 14\n1.3 Integer(7)");
    check("-v 1 --generic 3", "trap of 1.3.6.1.6.3.1.1.5 at 0.0.0.0: 3 0 after 14");
    check("-v 1 --enterprise 1.3.6.1.4.1.9", "missing trap: give one, or --enterprise and --specific");
}

#[test]
fn the_words_may_be_in_the_order_of_net_snmp() {
    check("'' coldStart", "trap 1.3.6.1.6.3.1.1.5.1 after 14");
    check("'' coldStart 1.3 s up", "trap 1.3.6.1.6.3.1.1.5.1 after 14\n1.3 OctetString([117, 112])");
    check("4711 1.3.6.1.4.1.9.0.5 1.3 i 7 --no-uptime", "trap 1.3.6.1.4.1.9.0.5 after 4711\n1.3 Integer(7)");
    check("4711 coldStart", "the uptime is given twice");
    check("4294967296 coldStart", "\"4294967296\" is not a valid uptime");
    check("''", "missing trap: give a name such as coldStart, or an OID");
    let v1 = "trap of 1.3.6.1.4.1.9 at 192.0.2.7: 6 5 after";
    check("-v 1 1.3.6.1.4.1.9 192.0.2.7 6 5 4711 --no-uptime", &format!("{v1} 4711"));
    check("-v 1 1.3.6.1.4.1.9 192.0.2.7 6 5 '' 1.3 i 7", &format!("{v1} 14\n1.3 Integer(7)"));
    check("-v 1 '' '' 3 0 ''", "trap of 1.3.6.1.4.1.3.1.1 at 0.0.0.0: 3 0 after 14");
    check("-v 1 1.3.6.1.4.1.9 router1 6 5 ''", "\"router1\" is not a valid agent address");
}

#[test]
fn a_failed_inform_says_once_what_silence_can_mean() {
    let peer = SocketAddr::from(([192, 0, 2, 1], 162));
    let waited = Duration::from_secs(3);
    let silence =
        RequestError::Timeout { peer, attempts: 3, waited, clue: Some(snmp::Clue::Silence { version_3: false }) };
    assert_eq!(sent::without_guess(&silence), "192.0.2.1:162 did not answer 3 requests in 3.0 s");
}

#[test]
fn what_a_version_does_not_have_is_refused() {
    check("-v 1 coldStart --inform", "--inform: version 1 has no informs");
    check(
        "coldStart --generic 6 --specific 1 --engine-boots 7",
        "--generic: only traps of version 1 have it (-v 1)\n\
         --specific: only traps of version 1 have it (-v 1)\n\
         --engine-boots: only traps of version 3 have it (--user)",
    );
    check("-u me coldStart --inform -e 8000000001", "--engine-id: an inform uses the engine ID of its receiver");
    check("-v 3 coldStart", "version 3 needs a user (--user)");
}

#[test]
fn a_trap_of_version_3_comes_from_an_engine_of_its_own() {
    let engine = |arguments: &str| match event(arguments).unwrap().0 {
        Event::Trap(_, from) => from,
        other => panic!("{other:?}"),
    };
    let given = engine("-u me coldStart -e 0x8000000001 --engine-boots 7");
    assert_eq!((given.id().to_string().as_str(), given.boots()), ("8000000001", 7));
    let (one, other) = (engine("-u me coldStart"), engine("-u me coldStart"));
    assert!(one.id() != other.id() && one.id().octets().len() == 13, "{one:?} {other:?}");
    assert!(one.id().to_string().starts_with("8000000005") && one.boots() > 1_700_000_000, "{one:?}");
    assert_eq!(parse("router1 -u me coldStart --engine-boots 2147483647").unwrap_err().exit_code(), 2);
    assert_eq!(parse("router1 -u me coldStart -e 80").unwrap_err().exit_code(), 2);
}

/// The line and the JSON that a command line ends with.
#[track_caller]
fn check_sent(arguments: &str, result: Result<SocketAddr, String>, expected: &Expect) {
    let (event, credentials, args) = event(arguments).unwrap();
    let (elapsed, is_unanswered) = (Duration::from_millis(12), result.is_err());
    let target = args.device.target();
    let sent = Sent { event: &event, credentials: &credentials, target, result, is_unanswered, elapsed };
    let line = sent.result.as_ref().map_or_else(|error| format!("{error}\n"), |addr| sent.line(*addr));
    let hint = sent.hint().map(|hint| format!("note: {hint}\n")).unwrap_or_default();
    expected.assert_eq(&format!("{line}{hint}{}\n", serde_json::to_string(&sent.body()).unwrap()));
}

#[test]
fn what_came_of_it_is_one_line_or_json() {
    let addr = || Ok(SocketAddr::from(([192, 0, 2, 1], 162)));
    check_sent(
        "coldStart",
        addr(),
        &expect![[r#"
        sent the trap coldStart (1.3.6.1.6.3.1.1.5.1) to 192.0.2.1:162 (version 2c)
        {"target":"router1","address":"192.0.2.1:162","version":"2c","pdu":"trap","trap_oid":"1.3.6.1.6.3.1.1.5.1","engine_id":null,"success":true,"acknowledged":false,"error":null,"timing":{"total":0.012}}
    "#]],
    );
    check_sent(
        "1.3.6.1.4.1.9.0.5 --inform",
        addr(),
        &expect![[r#"
        192.0.2.1:162 acknowledged the inform 1.3.6.1.4.1.9.0.5 in 12 ms
        {"target":"router1","address":"192.0.2.1:162","version":"2c","pdu":"inform","trap_oid":"1.3.6.1.4.1.9.0.5","engine_id":null,"success":true,"acknowledged":true,"error":null,"timing":{"total":0.012}}
    "#]],
    );
    check_sent(
        "1.3.6.1.4.1.9.0.5 --inform",
        Err("no answer".to_owned()),
        &expect![[r#"
            no answer
            note: a receiver is silent to a wrong community; check it (--community), that something listens on this port, and what filters it
            {"target":"router1","address":null,"version":"2c","pdu":"inform","trap_oid":"1.3.6.1.4.1.9.0.5","engine_id":null,"success":false,"acknowledged":false,"error":"no answer","timing":{"total":0.012}}
        "#]],
    );
    check_sent(
        "-u me linkUp -e 8000000001",
        addr(),
        &expect![[r#"
        sent the trap linkUp (1.3.6.1.6.3.1.1.5.4) to 192.0.2.1:162 (version 3, engine 8000000001)
        {"target":"router1","address":"192.0.2.1:162","version":"3","pdu":"trap","trap_oid":"1.3.6.1.6.3.1.1.5.4","engine_id":"8000000001","success":true,"acknowledged":false,"error":null,"timing":{"total":0.012}}
    "#]],
    );
    check_sent(
        "-v 1 linkUp --agent-addr 192.0.2.7",
        addr(),
        &expect![[r#"
        sent the trap 1.3.6.1.6.3.1.1.5, generic 3, specific 0, from 192.0.2.7 to 192.0.2.1:162 (version 1)
        {"target":"router1","address":"192.0.2.1:162","version":"1","pdu":"trap-v1","trap_oid":"1.3.6.1.6.3.1.1.5.4","engine_id":null,"success":true,"acknowledged":false,"error":null,"timing":{"total":0.012}}
    "#]],
    );
}

#[tokio::test]
async fn it_arrives() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let found = receiver::find(&"127.0.0.1".parse().unwrap(), port, Duration::from_secs(5), 8).await.unwrap();
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((found.addr, found.local), (socket.local_addr().unwrap(), Some([127, 0, 0, 1].into())));
    let engine = Engine::bind(snmp::HubOptions::default()).await.unwrap();
    for (arguments, version) in [("-v 1 coldStart", 0), ("coldStart", 1), ("coldStart -u me", 3)] {
        let (event, credentials, _) = event(arguments).unwrap();
        let session = engine.session(Target { addr: found.addr, credentials }, RequestOptions::default());
        send(&session, &event, Instant::now() + Duration::from_secs(60)).await.unwrap();
        let mut buffer = vec![0; 2_000];
        let receiving = tokio::time::timeout(Duration::from_secs(60), socket.recv(&mut buffer));
        let length = receiving.await.unwrap().unwrap();
        let found = match Received::read(&buffer[..length]).unwrap() {
            Received::Community(message) => message.version,
            Received::V3(_) => 3,
        };
        assert_eq!(found, version);
    }
}

#[test]
fn the_help_says_what_the_types_are() {
    let mut command = Cli::command().term_width(110);
    command.build();
    let help = command.find_subcommand_mut("trap").unwrap().render_help().to_string();
    expect![[r#"
        Send a trap or an inform

        Usage: snmp-proxy trap [OPTIONS] <TARGET> [TRAP] [OID TYPE VALUE]...

        Arguments:
          <TARGET>             Receiver: HOST, HOST:PORT, an IPv6 address or [IPV6]:PORT
          [TRAP]               Event: an OID, or coldStart, warmStart, linkDown, linkUp, authenticationFailure,
                               egpNeighborLoss
          [OID TYPE VALUE]...  Objects of the event, three words for each

        Options:
          -v, --snmp-version <VERSION>  Version of SNMP: 1, 2c or 3 [default: 3 with --user, else 2c]
          -c, --community <TEXT>        Community; visible to everyone on this machine, prefer $SNMP_PROXY_COMMUNITY
                                        [default: public]
              --community-file <FILE>   File with the community
          -p, --port <PORT>             UDP port of the receiver [default: 162]
          -t, --timeout <TIME>          Deadline of an inform, such as 10s [default: from the configuration]
              --json                    Print JSON instead of tables
              --inform                  Send an inform, which the receiver acknowledges; versions 2c and 3
              --uptime <TICKS>          sysUpTime in hundredths of a second [default: the uptime of this machine, 0 if
                                        unknown]
          -h, --help                    Print help

        SNMPv3:
          -u, --user <NAME>                User name of version 3; selects version 3
          -l, --level <LEVEL>              noAuthNoPriv, authNoPriv or authPriv [default: what the passwords allow]
          -a, --auth-protocol <NAME>       MD5, SHA, SHA224, SHA256, SHA384, SHA512 or NONE [default: SHA]
          -A, --auth-password <TEXT>       Authentication password; visible to everyone on this machine, prefer
                                           $SNMP_PROXY_AUTH_PASSWORD
              --auth-password-file <FILE>  File with the authentication password
          -x, --priv-protocol <NAME>       DES, 3DES, AES, AES192, AES256 or NONE; 3DESB, AES192B and AES256B extend
                                           the key as net-snmp does [default: AES]
          -X, --priv-password <TEXT>       Privacy password; visible to everyone on this machine, prefer
                                           $SNMP_PROXY_PRIV_PASSWORD
              --priv-password-file <FILE>  File with the privacy password
          -n, --context <NAME>             Context name [default: the empty name]
          -E, --context-engine-id <HEX>    Context engine ID in hexadecimal [default: the engine ID of the device]
          -e, --engine-id <HEX>            Authoritative engine ID of a trap, in hexadecimal [default: a random one,
                                           which is printed]
              --engine-boots <COUNT>       snmpEngineBoots of that engine [default: the seconds since 1970, which grow
                                           with each trap]

        SNMPv1:
              --enterprise <OID>   Enterprise [default: derived from the trap, RFC 3584]
              --agent-addr <IPV4>  agent-addr [default: the local address towards the receiver]
              --generic <NUMBER>   generic-trap, 6 for enterpriseSpecific [default: derived from the trap]
              --specific <NUMBER>  specific-trap [default: derived from the trap]

        Program:
              --config <FILE>      Configuration file (TOML); see examples/snmp-proxy.toml [env: SNMP_PROXY_CONFIG]
              --plugins-dir <DIR>  Folder with plugins that add to the bundled ones and replace those of the same name
              --cache-dir <DIR>    Folder for compiled plugins [default: $XDG_CACHE_HOME/snmp-proxy or the like]
              --log-level <LEVEL>  Lowest level of log lines: DEBUG, INFO, WARNING, ERROR, CRITICAL [default: info]

        TYPE is a letter as snmptrap has it, or a word:
          i integer      s string (octet-string)    a ipaddress
          u unsigned     x hex, octets as ff 00     o oid (objid)
          c counter32    d decimal, octets as 255 0 n null, its value is ignored
          C counter64    b bits, as numbers 0 3 7   opaque, octets in hex
          t timeticks

        An inform is repeated until it is acknowledged, a trap is sent once and may get lost.
        Of a name with several addresses, an inform that one does not acknowledge goes to the next.
        In version 3 the receiver must know the engine ID of a trap (snmptrapd: createUser -e), or accept any;
        an inform uses the engine ID of the receiver.

        Exit codes:
          0    done, nothing is missing
          1    failed: no answer, an error, a broken plugin, a server that cannot start
          2    wrong usage or configuration
          3    partial: some values or tables are missing
          130  ended by Ctrl-C, 143 by SIGTERM (the server and `simulate` end with 0)
    "#]]
    .assert_eq(&help);
}
