//! Rules of `snmp-proxy trap`: arguments in, text out.

use std::{net::SocketAddr, time::Duration};

use clap::{CommandFactory, Parser};
use config::{Sources, load};
use expect_test::{Expect, expect};
use snmp::{Credentials, RequestOptions, message::Received};
use tokio::net::UdpSocket;

use super::{super::Command, *};
use crate::Cli;

/// Reads a command line in which `_` stands for a blank within a word.
fn parse(arguments: &str) -> Result<TrapArgs, clap::Error> {
    let words = arguments.split_whitespace().map(|word| word.replace('_', " "));
    let cli = Cli::try_parse_from(["snmp-proxy", "trap"].into_iter().map(str::to_owned).chain(words))?;
    match cli.command {
        Some(Command::Trap(args)) => Ok(args),
        other => panic!("{other:?}"),
    }
}

/// Reads a command line as far as the event, and whose it is.
fn event(arguments: &str) -> Result<(Event, Credentials, TrapArgs), CommandError> {
    let args = parse(&format!("router1 {arguments} --uptime 14")).unwrap_or_else(|error| panic!("{error}"));
    let settings = load(&Sources::default()).unwrap().settings;
    let device = args.device.device_at(&settings, TRAP_PORT)?;
    assert_eq!(device.port, 162);
    let credentials = args.device.credentials(settings.limits.requests.community_octets)?;
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
    check("", "a trap is needed, such as coldStart or its OID");
    let known = "coldStart, warmStart, linkDown, linkUp, authenticationFailure, egpNeighborLoss";
    let oid = job::OidError;
    check("lunchTime", &format!("\"lunchTime\" is none of the traps {known} and no OID: {oid}"));
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
        "varbind 1: \"x\" is no INTEGER\n\
         varbind 2: \"-1\" is no Unsigned32\n\
         varbind 3: \"+1\" is no Counter32\n\
         varbind 4: \"1.2\" is no IPv4 address\n\
         varbind 5: \"fff\" is not octets in hex such as `ff 00`\n\
         varbind 6: \"256\" is not octets such as `255 0`\n\
         varbind 7: \"524056\" is not a list of bits such as `0 3 7`\n\
         varbind 8: \"T\" is no type; there are i u c C t a o s x d b n, or words such as integer\n\
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
    check("-v 1 --enterprise 1.3.6.1.4.1.9", "a trap is needed, or --enterprise and --specific");
}

#[test]
fn what_a_version_does_not_have_is_refused() {
    check("-v 1 coldStart --inform", "--inform: version 1 has no informs");
    check(
        "coldStart --generic 6 --specific 1 --engine-boots 7",
        "--generic: is of traps of version 1 (-v 1)\n\
         --specific: is of traps of version 1 (-v 1)\n\
         --engine-boots: is of traps of version 3 (--user)",
    );
    check("-u me coldStart --inform -e 8000000001", "--engine-id: an inform has the engine of its receiver");
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
    let found = receiver::find(&"127.0.0.1".parse().unwrap(), port, Duration::from_secs(5)).await.unwrap();
    assert_eq!((found.addr, found.local), (socket.local_addr().unwrap(), Some([127, 0, 0, 1].into())));
    let engine = Engine::bind(snmp::HubOptions::default()).await.unwrap();
    for (arguments, version) in [("-v 1 coldStart", 0), ("coldStart", 1), ("coldStart -u me", 3)] {
        let (event, credentials, _) = event(arguments).unwrap();
        let session = engine.session(Target { addr: found.addr, credentials }, RequestOptions::default());
        send(&session, &event, Instant::now() + Duration::from_secs(5)).await.unwrap();
        let mut buffer = vec![0; 2_000];
        let receiving = tokio::time::timeout(Duration::from_secs(5), socket.recv(&mut buffer));
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
          [TRAP]               What happened: an OID, or coldStart, warmStart, linkDown, linkUp,
                               authenticationFailure, egpNeighborLoss
          [OID TYPE VALUE]...  What else there is to say, three words for each object

        Options:
          -v, --snmp-version <VERSION>  Version of SNMP: 1, 2c or 3 [default: 3 with --user, else 2c]
          -c, --community <TEXT>        Community; everyone on this machine can see it here, $SNMP_PROXY_COMMUNITY is
                                        better [default: public]
              --community-file <FILE>   File with the community
          -p, --port <PORT>             UDP port of the receiver [default: 162]
          -t, --timeout <TIME>          Time for an inform, such as 10s [default: of the configuration]
              --json                    Print JSON, also on a terminal
              --inform                  Send an inform, which the receiver acknowledges; versions 2c and 3
              --uptime <TICKS>          sysUpTime in hundredths of a second [default: that of this machine, or 0 where
                                        it does not say]
          -h, --help                    Print help

        SNMPv3:
          -u, --user <NAME>                User of version 3, which it then is
          -a, --auth-protocol <NAME>       MD5, SHA, SHA224, SHA256, SHA384, SHA512 or NONE [default: SHA]
          -A, --auth-password <TEXT>       Password of authentication; everyone on this machine can see it here,
                                           $SNMP_PROXY_AUTH_PASSWORD is better
              --auth-password-file <FILE>  File with the password of authentication
          -x, --priv-protocol <NAME>       DES, 3DES, AES, AES192, AES256 (with B behind it: the key extended as
                                           net-snmp does) or NONE [default: AES]
          -X, --priv-password <TEXT>       Password of privacy; everyone on this machine can see it here,
                                           $SNMP_PROXY_PRIV_PASSWORD is better
              --priv-password-file <FILE>  File with the password of privacy
          -n, --context <NAME>             Context to ask [default: the one without a name]
          -E, --context-engine-id <HEX>    Engine that holds the context, in hexadecimal [default: the device's own]
          -e, --engine-id <HEX>            Engine that a trap comes from, in hexadecimal [default: a random one, which
                                           is printed]
              --engine-boots <COUNT>       How often that engine has started [default: the seconds since 1970, so that
                                           it is never taken for an old one]

        SNMPv1:
              --enterprise <OID>   Enterprise [default: that of the trap, by RFC 3584]
              --agent-addr <IPV4>  Address of the agent [default: ours towards the receiver]
              --generic <NUMBER>   generic-trap, 6 for those of an enterprise [default: that of the trap]
              --specific <NUMBER>  specific-trap [default: that of the trap]

        Program:
              --config <FILE>      Configuration file (TOML); see examples/snmp-proxy.toml [env: SNMP_PROXY_CONFIG]
              --plugins-dir <DIR>  Folder with plugins that add to the bundled ones and replace those of the same name
              --cache-dir <DIR>    Folder for compiled plugins [default: $XDG_CACHE_HOME/snmp-proxy or the like]
              --log-level <LEVEL>  Least serious log lines: DEBUG, INFO, WARNING, ERROR, CRITICAL [default: info]

        TYPE is a letter as snmptrap has it, or a word:
          i integer      s string (octet-string)    a ipaddress
          u unsigned     x hex, octets as ff 00     o oid (objid)
          c counter32    d decimal, octets as 255 0 n null, its value is ignored
          C counter64    b bits, as numbers 0 3 7   opaque, octets in hex
          t timeticks

        An inform is repeated until it is acknowledged, a trap is sent once and may get lost.
        In version 3 the receiver must know the engine that a trap comes from (snmptrapd: createUser -e), or take any;
        an inform asks the receiver for its own.

        Exit codes:
          0    done, nothing is missing
          1    failed: no answer, an error, a broken plugin, a server that cannot start
          2    wrong usage or configuration
          3    partial: some values or tables are missing
          130  a command that Ctrl-C ended, 143 one that SIGTERM ended (the server and `simulate` end with 0)
    "#]]
    .assert_eq(&help);
}
