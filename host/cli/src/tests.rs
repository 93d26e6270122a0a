//! Rules of the command line: arguments in, text out.

use ::config::{Sources, load, show};
use clap::{CommandFactory, Parser, error::ErrorKind};
use expect_test::{Expect, expect};

use super::*;

/// Parses arguments and compares what they set, or why they cannot be.
fn check(arguments: &[&str], expected: &Expect) {
    let text = match Cli::try_parse_from([&["snmp-proxy"], arguments].concat()) {
        Err(error) => error.to_string(),
        Ok(cli) => {
            let flags = cli.serve.flags().chain(cli.program.flags()).collect();
            match load(&Sources { file: None, environment: Vec::new(), flags }) {
                Err(error) => error.to_string(),
                Ok(loaded) => {
                    let shown = show(&loaded);
                    shown.lines().filter(|line| line.contains("# flag")).collect::<Vec<_>>().join("\n")
                }
            }
        }
    };
    expected.assert_eq(&text);
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_flag_of_the_reference_sets_its_key() {
    check(
        &[
            "--host",
            "127.0.0.1",
            "--port",
            "1",
            "--max-concurrent",
            "7",
            "--retention-hours",
            "0.5",
            "--get-timeout",
            "5",
            "--walk-timeout",
            "60",
            "--log-level",
            "WARNING",
            "--api-key",
            "canary",
        ],
        &expect![[r#"
            host = "127.0.0.1"        # flag --host
            port = 1                  # flag --port
            api_key = "***"           # flag --api-key
            level = "warning"  # flag --log-level
            max_concurrent = 7       # flag --max-concurrent
            retention = "30m"           # flag --retention-hours
            get_timeout = "5s"            # flag --get-timeout
            walk_timeout = "1m"           # flag --walk-timeout"#]],
    );
}

#[test]
fn addresses_for_notifications_may_be_given_several_times() {
    check(
        &["--trap-listen", "127.0.0.1:1162", "--trap-listen", "[::1]:1162", "--state-dir", "/state"],
        &expect![
            "flag --trap-listen: traps.listen: nothing could come in: give traps.communities, entries [[traps.users]] or traps.accept_any_community"
        ],
    );
    check(
        &["--trap-listen", "162"],
        &expect![[
            r#"flag --trap-listen: traps.listen: entry 1: expected an address with a port such as "0.0.0.0:162" or "[::]:162", found "162": invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10"#
        ]],
    );
}

#[test]
fn every_wrong_flag_is_reported_at_once() {
    check(
        &["--port", "http", "--max-concurrent", "0", "--walk-timeout", "5", "--retention-hours", "soon"],
        &expect![[r#"
        flag --port: server.port: expected a whole number, found "http"
        flag --max-concurrent: polls.max_concurrent: 0 is out of range: 1 to 10000
        flag --retention-hours: tickets.retention: expected a length of time such as "1500ms", "10s", "1h 30m", or a number of seconds, found "soon"
        flag --walk-timeout: snmp.walk_timeout: "5s" is out of range: "10s" to "10m""#]],
    );
}

#[test]
fn the_defaults_in_the_help_are_those_of_the_table() {
    let mut command = Cli::command();
    let help = command.render_long_help().to_string();
    let keys = ::config::example();
    let value = |section: &str, key: &str| {
        let mut lines = keys.lines().skip_while(|line| *line != format!("[{section}]")).skip(1);
        let line = lines.by_ref().take_while(|line| !line.starts_with('['));
        line.filter_map(|line| line.split_once(" = ")).find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
    };
    let seconds = |text: Option<String>| {
        let text = text.unwrap();
        humantime::parse_duration(text.trim_matches('"')).unwrap().as_secs()
    };
    for (flag, default) in [
        ("--host", value("server", "host").unwrap().trim_matches('"').to_owned()),
        ("--port", value("server", "port").unwrap()),
        ("--max-concurrent", value("polls", "max_concurrent").unwrap()),
        ("--retention-hours", (seconds(value("tickets", "retention")) / 3600).to_string()),
        ("--get-timeout", seconds(value("snmp", "get_timeout")).to_string()),
        ("--walk-timeout", seconds(value("snmp", "walk_timeout")).to_string()),
        ("--log-level", value("log", "level").unwrap().trim_matches('"').to_owned()),
    ] {
        let line = help.split(&format!("{flag} <")).nth(1).unwrap().split("[default: ").nth(1).unwrap();
        assert_eq!(line.split(']').next().unwrap(), default, "{flag}");
    }
}

#[test]
fn an_address_to_listen_on_or_to_send_to_is_the_one_that_is_written() {
    for arguments in ["simulate x --listen 127.1:1161", "simulate x --trap-to 127.000.000.010:162"] {
        let parsed = Cli::try_parse_from(std::iter::once("snmp-proxy").chain(arguments.split(' ')));
        let error = parsed.unwrap_err().to_string();
        assert!(error.contains("invalid IPv4 address: write four decimal numbers"), "{arguments}: {error}");
    }
}

#[test]
fn a_secret_is_not_in_what_debugging_prints() {
    let cli = Cli::try_parse_from(["snmp-proxy", "--api-key", "canary"]).unwrap();
    assert!(!format!("{cli:?}").contains("canary"));
    let cli = Cli::try_parse_from(["snmp-proxy", "get", "192.0.2.1", "1.3", "-c", "canary"]).unwrap();
    assert!(!format!("{cli:?}").contains("canary"));
    let user = ["-u", "me", "-A", "canary-1", "-X", "canary-2"];
    let cli = Cli::try_parse_from([&["snmp-proxy", "get", "192.0.2.1", "1.3"], &user[..]].concat()).unwrap();
    assert!(!format!("{cli:?}").contains("canary"));
}

#[test]
fn operations_on_devices_take_their_flags() {
    for arguments in [
        "get router1 1.3.6.1.2.1.1.5.0 .1.3.6.1.2.1.1.1.0 -v 1 -c public --json",
        "walk [2001:db8::1]:1161 1.3.6.1.2.1.2 --snmp-version 2c --community-file /x -t 30",
        "poll router1 --recipe arp={\"all\":true} --recipe interfaces --port 1161 --timeout 20s --plugins-dir /p",
        "get router1 1.3 -v 3 -u me -a SHA-256 -A longenough -x AES -X longenough -n vlan-7 -E 8000000001020304",
        "walk router1 1.3 --user me --auth-protocol md5 --auth-password-file /a --priv-protocol des --context c",
        "walk router1",
        "walk router1 .1 -On",
        "walk router1 . -v 2C",
        "snmpget -v2c -c public router1 1.3",
        "bulkwalk -v 2 -c public router1 1.3",
        "snmptrap -v 2c -c public router1 coldStart",
        "get router1 1.3 -v V3 -u me -l AUTHPRIV -A longenough -X longenough",
        "plugins --json --config f.toml",
        "plugin list arp --json --plugins-dir /p",
        "plugin install ./fans.wasm --name fan-speeds --trusted-key minisign.pub --trusted-key RW --require-signature",
        "plugin install ghcr.io/acme/fans:1.0.0 --plain-http --json",
        "plugin publish fans.wasm ghcr.io/acme/fans:1.0.0",
        "plugin info arp --trusted-key minisign.pub",
        "plugin remove arp --json",
        "plugin disable arp",
        "plugin enable arp --json",
        "simulate devices --listen 127.0.0.1:0 --latency-ms 5",
        "config show --port 1 --config f.toml",
        "config check",
    ] {
        let parsed = Cli::try_parse_from(std::iter::once("snmp-proxy").chain(arguments.split(' ')));
        assert!(parsed.is_ok(), "{arguments}: {}", parsed.unwrap_err());
    }
}

#[test]
fn what_cannot_be_typed_is_a_usage_error() {
    for arguments in [
        "get router1",
        "plugin",
        "plugin disable ../arp",
        "plugin publish fans.wasm fans:1",
        "get router1 sysNam.0",
        "get router1 .1",
        "walk router1 3",
        "walk router1 ifTabel",
        "get router1 1.3 -v 2u",
        "get router1 1.3 -Oq",
        "get router1 1.3 -l authPriv",
        "get router1 1.3 -u me -l private",
        "get router1 1.3 -c a --community-file b",
        "get router1 1.3 -A longenough",
        "get router1 1.3 -u me -X longenough --priv-password-file f",
        "nonsense",
    ] {
        let error = Cli::try_parse_from(std::iter::once("snmp-proxy").chain(arguments.split(' '))).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{arguments}");
    }
    let version = Cli::try_parse_from(["snmp-proxy", "--version"]).unwrap_err();
    assert_eq!((version.kind(), version.exit_code()), (ErrorKind::DisplayVersion, 0));
}

#[test]
fn flags_of_every_command_stand_before_it_or_behind_it() {
    let typed = |arguments: &str| {
        Cli::try_parse_from(std::iter::once("snmp-proxy").chain(arguments.split(' '))).unwrap_or_else(|e| panic!("{e}"))
    };
    for arguments in [
        "--log-level debug --config f.toml get router1 1.3",
        "get --log-level debug router1 1.3 --config f.toml",
        "--log-level debug config --config f.toml show",
        "config show --port 1 --log-level debug --config f.toml",
        "--log-level debug --config f.toml",
    ] {
        let flags = typed(arguments).program;
        assert_eq!(flags.flags().next().unwrap().value, "debug", "{arguments}");
        assert!(format!("{flags:?}").contains("f.toml"), "{arguments}");
    }
    let error = typed("--port 1 get router1 1.3").load().unwrap_err();
    assert!(error.exit() == Exit::Usage && error.to_string().starts_with("--port is a flag of the server"), "{error}");
}

/// The credentials that a command line comes to, or why there are none.
fn check_user(arguments: &str, expected: &str) {
    let line = format!("snmp-proxy get router1 1.3 {arguments}");
    let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
    let Some(Command::Get(args)) = cli.command else { panic!("another command") };
    let settings = load(&Sources::default()).unwrap().settings;
    let shown = match args.device.credentials(settings.limits.requests.community_octets) {
        Ok(credentials) => format!("{credentials:?}"),
        Err(error) => error.to_string(),
    };
    assert_eq!(shown, expected);
}

#[test]
fn a_user_means_version_3_and_nothing_else_has_one() {
    let none = "V3 { user: User { name: \"me\", protection: None }, context: Context { engine_id: None, name: \"\" } }";
    check_user("-u me", none);
    check_user("-u me -v 3", none);
    let auth = "V3 { user: User { name: \"me\", protection: Auth { auth: Md5, auth_password: Password(hidden) } }, context: \
                Context { engine_id: Some(EngineId(8000000001)), name: \"c\" } }";
    check_user("-u me -a md5 -A longenough -n c -E 0x8000000001", auth);
    check_user("-v 3", "version 3 needs a user (--user)");
    check_user("-v 3 -u me -c public", "version 3 has users and no communities");
    check_user("-v 2c -u me", "versions 1 and 2c have communities and no users");
    let wrong =
        "--auth-password: needs at least 8 octets\n--context-engine-id: an engine ID is 5 to 32 octets in hexadecimal";
    check_user("-u me -A short -E 80", wrong);
    let wrong = "--priv-protocol: is one of DES, 3DES, 3DESB, AES, AES192, AES192B, AES256, AES256B, NONE";
    check_user("-u me -x rot13", wrong);
    check_user("-u me -X longenough", "--auth-password: is missing: privacy requires authentication");
    check_user("-u me --auth-password-file /nowhere/secret", "cannot read /nowhere/secret");
}

#[test]
fn a_level_needs_its_passwords_and_switches_off_what_is_beyond_it() {
    let none = "V3 { user: User { name: \"me\", protection: None }, context: Context { engine_id: None, name: \"\" } }";
    let passwords = "-a md5 -A longenough -x des -X longenough";
    check_user(&format!("-u me -l noAuthNoPriv {passwords}"), none);
    let auth = "V3 { user: User { name: \"me\", protection: Auth { auth: Md5, auth_password: Password(hidden) } }, context: \
                Context { engine_id: None, name: \"\" } }";
    check_user(&format!("-u me -l authnopriv {passwords}"), auth);
    check_user(
        "-u me -l authPriv -A longenough -a none",
        "--auth-protocol other than NONE: is missing for this --level\n--priv-password: is missing for this --level",
    );
    check_user("-u me -l AuthNoPriv", "--auth-password: is missing for this --level");
}

fn check_help(path: &[&str], expected: &Expect) {
    let mut command = Cli::command().term_width(110);
    command.build();
    let command = path.iter().fold(&mut command, |command, name| command.find_subcommand_mut(name).unwrap());
    expected.assert_eq(&command.render_help().to_string());
}

#[test]
fn the_help_says_it_all() {
    check_help(
        &[],
        &expect![[r#"
            Polls SNMP devices for clients that cannot reach them, by ticket over REST.

            Without a command it runs the server: the REST API on all addresses of this machine at port 8899 (--host,
            --port), and a listener for traps and informs at each --trap-listen. The commands need no server.

            Usage: snmp-proxy [OPTIONS] [COMMAND]

            Commands:
              get          Read single values of a device
              walk         Read everything below an OID: mib-2, if none is given
              poll         Poll a device with plugins, as POST /snmp/poll does
              record       Record what a device has in a file that `simulate` and `recording:FILE` play
              decode       Decode packets: hex, base64, captures; POST /snmp/decode does the same
              trap         Send a trap or an inform
              plugins      List the plugins and their problems, or show one plugin in full
              plugin       Begin plugins, build, test and measure them; install and publish them
              simulate     Simulate devices: answer SNMP from recordings
              config       Check the configuration, or show every value and its origin
              healthcheck  Ask whether the server of the configuration serves: 0 where it does, else 1
              completions  Print the completions of a shell, to be read by it
              man          Print the manual page, or write one for each command
              help         Print this message or the help of the given subcommand(s)

            Options:
              -h, --help     Print help
              -V, --version  Print version

            Server:
                  --host <ADDRESS>           Address to listen on [default: 0.0.0.0]
                  --port <PORT>              Port to listen on, 0 for any free port [default: 8899]
                  --max-concurrent <COUNT>   Polls that run at the same time [default: 6]
                  --retention-hours <HOURS>  Hours for which finished tickets are kept [default: 1]
                  --get-timeout <SECONDS>    Seconds that one GET may take, if a request does not say [default: 10]
                  --walk-timeout <SECONDS>   Seconds that one walk may take, if a request does not say [default: 120]
                  --trap-listen <ADDRESS>    Address to listen on for traps and informs, such as 0.0.0.0:162 or [::]:162;
                                             may be given several times
                  --state-dir <DIR>          Folder for what is kept over a restart, such as received traps [default:
                                             $STATE_DIRECTORY, else none]
                  --api-key <TEXT>           API key that clients must send; visible to everyone on this machine, prefer a
                                             file or the environment

            Program:
                  --config <FILE>      Configuration file (TOML); see examples/snmp-proxy.toml [env: SNMP_PROXY_CONFIG]
                  --plugins-dir <DIR>  Folder with plugins that add to the bundled ones and replace those of the same name
                  --cache-dir <DIR>    Folder for compiled plugins [default: $XDG_CACHE_HOME/snmp-proxy or the like]
                  --log-level <LEVEL>  Lowest level of log lines: DEBUG, INFO, WARNING, ERROR, CRITICAL [default: info]

            Exit codes:
              0    done, nothing is missing
              1    failed: no answer, an error, a broken plugin, a server that cannot start
              2    wrong usage or configuration
              3    partial: some values or tables are missing
              130  ended by Ctrl-C, 143 by SIGTERM (the server and `simulate` end with 0)
        "#]],
    );
    check_help(
        &["get"],
        &expect![[r#"
            Read single values of a device

            Usage: snmp-proxy get [OPTIONS] <TARGET> <OID>...

            Arguments:
              <TARGET>  Device: HOST, HOST:PORT, an IPv6 address, [IPV6]:PORT, or recording:FILE, which is played
              <OID>...  OIDs to read, in numbers or by name: 1.3.6.1.2.1.1.5.0, sysName.0, IF-MIB::ifDescr[3]

            Options:
              -v, --snmp-version <VERSION>  Version of SNMP: 1, 2c or 3 [default: 3 with --user, else 2c]
              -c, --community <TEXT>        Community; visible to everyone on this machine, prefer $SNMP_PROXY_COMMUNITY
                                            [default: public]
                  --community-file <FILE>   File with the community
              -p, --port <PORT>             UDP port of the agent [default: 161]
              -t, --timeout <TIME>          Deadline of the operation, such as 10s; in a poll, of each walk [default: from
                                            the configuration]
                  --json                    Print JSON instead of tables
                  --numeric                 Write OIDs in numbers, without the names of the standard modules; -On does the
                                            same
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

            Program:
                  --config <FILE>      Configuration file (TOML); see examples/snmp-proxy.toml [env: SNMP_PROXY_CONFIG]
                  --plugins-dir <DIR>  Folder with plugins that add to the bundled ones and replace those of the same name
                  --cache-dir <DIR>    Folder for compiled plugins [default: $XDG_CACHE_HOME/snmp-proxy or the like]
                  --log-level <LEVEL>  Lowest level of log lines: DEBUG, INFO, WARNING, ERROR, CRITICAL [default: info]

            Exit codes:
              0    done, nothing is missing
              1    failed: no answer, an error, a broken plugin, a server that cannot start
              2    wrong usage or configuration
              3    partial: some values or tables are missing
              130  ended by Ctrl-C, 143 by SIGTERM (the server and `simulate` end with 0)
        "#]],
    );
    check_help(
        &["poll"],
        &expect![[r#"
            Poll a device with plugins, as POST /snmp/poll does

            Usage: snmp-proxy poll [OPTIONS] <TARGET>

            Arguments:
              <TARGET>  Device: HOST, HOST:PORT, an IPv6 address, [IPV6]:PORT, or recording:FILE, which is played

            Options:
              -v, --snmp-version <VERSION>  Version of SNMP: 1, 2c or 3 [default: 3 with --user, else 2c]
              -c, --community <TEXT>        Community; visible to everyone on this machine, prefer $SNMP_PROXY_COMMUNITY
                                            [default: public]
                  --community-file <FILE>   File with the community
              -p, --port <PORT>             UDP port of the agent [default: 161]
              -t, --timeout <TIME>          Deadline of the operation, such as 10s; in a poll, of each walk [default: from
                                            the configuration]
                  --json                    Print JSON instead of tables
              -r, --recipe <NAME[={JSON}]>  Plugin to run, `auto` for all that fit; may be given several times [default:
                                            interfaces, arp]
                  --columns <COLUMN,…>      Columns to show, in this order, by name or title: name,speed, or arp_table.mac
                                            in one section [default: the plugin's choice]
                  --wide                    Show all columns, however wide the tables are
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

            Program:
                  --config <FILE>      Configuration file (TOML); see examples/snmp-proxy.toml [env: SNMP_PROXY_CONFIG]
                  --plugins-dir <DIR>  Folder with plugins that add to the bundled ones and replace those of the same name
                  --cache-dir <DIR>    Folder for compiled plugins [default: $XDG_CACHE_HOME/snmp-proxy or the like]
                  --log-level <LEVEL>  Lowest level of log lines: DEBUG, INFO, WARNING, ERROR, CRITICAL [default: info]

            Exit codes:
              0    done, nothing is missing
              1    failed: no answer, an error, a broken plugin, a server that cannot start
              2    wrong usage or configuration
              3    partial: some values or tables are missing
              130  ended by Ctrl-C, 143 by SIGTERM (the server and `simulate` end with 0)
        "#]],
    );
    check_help(
        &["simulate"],
        &expect![[r#"
            Simulate devices: answer SNMP from recordings

            Usage: snmp-proxy simulate [OPTIONS] [FILE|DIR]...

            Arguments:
              [FILE|DIR]...  Recordings (.snmprec, output of snmpwalk -On; also .gz) or folders of them; each is a device,
                             its name the community

            Options:
                  --listen <ADDRESS>  UDP address to answer on; port 0 for any that is free [default: 127.0.0.1:1161]
                  --latency-ms <MS>   Milliseconds to wait before each answer [default: 0]
                  --faults            List the faults that devices may have, and end
              -h, --help              Print help (see more with '--help')

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
                  --engine-id <HEX>            Engine ID of the devices, in hexadecimal; each start counts as a boot
                                               [default: a random one]

            Traps:
                  --trap-to <ADDRESS:PORT>  Receiver of traps; may be given several times. A device sends coldStart first,
                                            authenticationFailure after a request with a wrong community, and --trap at
                                            each interval
                  --trap-every <TIME>       Time between two traps of a device, such as 10s or 500ms [default: 10s]
                  --trap <KIND>             Trap that a device sends at each interval [default: link] [possible values:
                                            link, cold-start, warm-start, authentication-failure]
                  --trap-version <VERSION>  Version of the traps: 1, 2c or 3 [default: 3 with --user, else 2c]
                  --trap-community <TEXT>   Community of the traps; visible to everyone on this machine [default: the name
                                            of the device]
                  --inform                  Send informs, and report those that are not acknowledged

            Program:
                  --config <FILE>      Configuration file (TOML); see examples/snmp-proxy.toml [env: SNMP_PROXY_CONFIG]
                  --plugins-dir <DIR>  Folder with plugins that add to the bundled ones and replace those of the same name
                  --cache-dir <DIR>    Folder for compiled plugins [default: $XDG_CACHE_HOME/snmp-proxy or the like]
                  --log-level <LEVEL>  Lowest level of log lines: DEBUG, INFO, WARNING, ERROR, CRITICAL [default: info]

            A device misbehaves for who asks it with a plan of faults behind its community, or behind its contextName in
            version 3: `switch!loop:3!delay:20` is the device `switch` whose columns begin again after 3 rows, and whose
            answers come 20 ms late. `snmp-proxy simulate --faults` lists the faults.
        "#]],
    );
}
