//! Rules of `[[targets]]`.

use super::*;

#[test]
fn devices_may_have_options_of_their_own() {
    check(
        "
[[targets]]
cidr = '10.1.2.3/8'
retries = 5
packet_timeout = '5s'

[[targets]]
name = '*.LAB.example'
sys_object_id = '.1.3.6.1.4.1.9'
bulk = 'never'
on_non_increasing = 'continue'
any_source = true
window = 1
max_repetitions = 5

[[targets]]
cidr = '2001:db8::7'
window = 2
",
        &[],
        &[],
        &expect![[r#"
            cidr = "10.0.0.0/8"    # proxy.toml:3:1
            retries = 5            # proxy.toml:4:1
            packet_timeout = "5s"  # proxy.toml:5:1
            name = "*.lab.example"           # proxy.toml:8:1
            sys_object_id = "1.3.6.1.4.1.9"  # proxy.toml:9:1
            max_repetitions = 5              # proxy.toml:14:1
            on_non_increasing = "continue"   # proxy.toml:11:1
            bulk = "never"                   # proxy.toml:10:1
            any_source = true                # proxy.toml:12:1
            window = 1                       # proxy.toml:13:1
            cidr = "2001:db8::7/128"  # proxy.toml:17:1
            window = 2                # proxy.toml:18:1"#]],
    );
}

#[test]
fn every_mistake_in_an_entry_is_reported_with_its_place() {
    check(
        "
[[targets]]
cidr = '10.0.0.0/33'
name = ''
sys_object_id = 'cisco'
max_repetitions = 0
retries = 21
packet_timeout = '2m'
on_non_increasing = 'go on'
bulk = false
any_source = 'yes'
window = 65
retires = 3

[[targets]]
retries = 3

[[targets]]
cidr = '10.0.0.0/8'
",
        &[("SNMP_PROXY__TARGETS__RETRIES", "3")],
        &[],
        &expect![[r#"
            proxy.toml:3:1: targets.cidr: expected a network such as "10.0.0.0/8" or "2001:db8::/32", or an address, found "10.0.0.0/33": invalid prefix length: it is a number from 0 to 32, for IPv6 to 128
            proxy.toml:4:1: targets.name: must not be empty
            proxy.toml:5:1: targets.sys_object_id: expected the beginning of an OID such as "1.3.6.1.4.1.9", found "cisco"
            proxy.toml:6:1: targets.max_repetitions: 0 is out of range: 1 to 1000
            proxy.toml:7:1: targets.retries: 21 is out of range: 0 to 20
            proxy.toml:8:1: targets.packet_timeout: "2m" is out of range: "10ms" to "1m"
            proxy.toml:9:1: targets.on_non_increasing: expected "stop" or "continue", found the text "go on"
            proxy.toml:10:1: targets.bulk: expected "auto" or "never", found true or false
            proxy.toml:11:1: targets.any_source: expected true or false, found the text "yes"
            proxy.toml:12:1: targets.window: 65 is out of range: 1 to 64
            proxy.toml:13:1: targets.retires: unknown key, did you mean retries?
            proxy.toml:15:1: targets: an entry needs one of cidr, name, sys_object_id
            proxy.toml:18:1: targets: an entry without an option does nothing
            environment variable SNMP_PROXY__TARGETS__RETRIES: entries [[targets]] can only be set in the configuration file"#]],
    );
    check(
        "[targets]\nretries = 3\n",
        &[],
        &[],
        &expect!["proxy.toml:1:2: targets: expected entries [[targets]], with two brackets"],
    );
    check(
        "targets = [1, {}]\n",
        &[],
        &[],
        &expect![[r#"
        proxy.toml:1:12: targets: expected an entry [[targets]]
        proxy.toml:1:15: targets: an entry needs one of cidr, name, sys_object_id"#]],
    );
}

/// What the sources deny, or what is wrong with them.
#[track_caller]
fn check_denied(file: &str, environment: &[(&str, &str)], expected: &str) {
    let shown = match load(&sources(file, environment, &[])) {
        Ok(loaded) => {
            let denied = loaded.settings.denied_targets;
            let is_denied = |addr: &&str| denied.rule(addr.parse().unwrap(), |own| own.to_string() == "192.0.2.7");
            let addrs = ["127.0.0.1", "::1", "169.254.1.1", "192.0.2.7", "203.0.113.1"];
            let rules = addrs.iter().filter_map(|addr| is_denied(addr).map(|rule| format!("{addr} by {rule}")));
            rules.collect::<Vec<_>>().join(", ")
        }
        Err(error) => error.to_string(),
    };
    assert_eq!(shown, expected);
}

#[test]
fn targets_are_denied_by_an_entry_by_the_table_and_by_a_variable() {
    check_denied("[[targets]]\ndeny = ['127.0.0.1/8', 'SELF']\n", &[], "127.0.0.1 by 127.0.0.0/8, 192.0.2.7 by self");
    check_denied("targets.deny = ['::1']\n", &[], "::1 by ::1/128");
    check_denied("[targets]\ndeny = ['::ffff:127.0.0.1']\n", &[], "127.0.0.1 by 127.0.0.1/32");
    let variable = ("SNMP_PROXY__TARGETS__DENY", "127.0.0.0/8, self");
    check_denied("", &[variable], "127.0.0.1 by 127.0.0.0/8, 192.0.2.7 by self");
    let file = "[[targets]]\ncidr = '10.0.0.0/8'\nretries = 3\n[[targets]]\ndeny = ['169.254.0.0/16']\n";
    check_denied(file, &[variable], "127.0.0.1 by 127.0.0.0/8, 169.254.1.1 by 169.254.0.0/16, 192.0.2.7 by self");
    check_denied("[[targets]]\ndeny = []\n", &[], "");
    check(
        "[targets]\ndeny = ['self']\n",
        &[variable],
        &[],
        &expect![[r#"
            deny = ["self"]  # proxy.toml:2:1
            deny = ["127.0.0.0/8", "self"]  # environment variable SNMP_PROXY__TARGETS__DENY"#]],
    );
}

#[test]
fn the_hardened_example_denies_loopback_this_host_and_link_local_addresses() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/hardened.toml");
    let denied = "127.0.0.1 by 127.0.0.0/8, ::1 by ::1/128, 169.254.1.1 by 169.254.0.0/16, 192.0.2.7 by self";
    check_denied(&fs::read_to_string(path).unwrap(), &[], denied);
}

#[test]
fn what_is_denied_must_be_networks() {
    check(
        "
[[targets]]
deny = ['127.1', '10.0.0.0/33', 'router1']
[[targets]]
deny = ['localhost']
[[targets]]
deny = ['self']
cidr = '10.0.0.0/8'
[[targets]]
deny = 'self'
",
        &[("SNMP_PROXY__TARGETS__DENY", "all")],
        &[],
        &expect![[r#"
            proxy.toml:3:1: targets.deny: entry 1: expected a network such as "10.0.0.0/8", an address, or "self" for this host, found "127.1": invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
            proxy.toml:5:1: targets.deny: entry 1: expected a network such as "10.0.0.0/8", an address, or "self" for this host, found "localhost": a network is written with an address, not with a name
            proxy.toml:6:1: targets: an entry without an option does nothing
            proxy.toml:10:1: targets.deny: expected a list, found a text
            environment variable SNMP_PROXY__TARGETS__DENY: targets.deny: entry 1: expected a network such as "10.0.0.0/8", an address, or "self" for this host, found "all": a network is written with an address, not with a name"#]],
    );
    check_denied(
        "[targets]\ndeny = ['x y']\n",
        &[],
        "proxy.toml:2:1: targets.deny: entry 1: expected a network such as \"10.0.0.0/8\", an address, or \"self\" for this host, found \"x y\": invalid host name: it has letters, digits, hyphens and underscores, with dots between its parts",
    );
    check_denied(
        "[targets]\ndeny = []\nretries = 3\n",
        &[],
        "proxy.toml:1:2: targets: expected entries [[targets]], with two brackets",
    );
}

#[test]
fn an_address_that_a_resolver_would_read_otherwise_is_refused_everywhere() {
    check(
        "
[server]
host = '127.000.000.001'
[traps]
listen = ['127.1:162']
communities = ['c']
trusted_relays = ['010.0.0.7']
[[targets]]
cidr = '010.0.0.0/8'
name = '0x7f.1'
retries = 1
[[traps.forward]]
name = 'a'
to = 'syslog'
address = '2130706433:514'
sources = ['10.0/16']
[[traps.forward]]
name = 'b'
to = 'webhook'
url = 'http://0x7f.1/secret'
",
        &[],
        &[],
        &expect![[r#"
            proxy.toml:3:1: server.host: expected an IP address or a host name, found "127.000.000.001": invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
            proxy.toml:5:1: traps.listen: entry 1: expected an address with a port such as "0.0.0.0:162" or "[::]:162", found "127.1:162": invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
            proxy.toml:7:1: traps.trusted_relays: entry 1: expected a network such as "10.0.0.0/8" or "2001:db8::/32", or an address, found "010.0.0.7": invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
            proxy.toml:9:1: targets.cidr: expected a network such as "10.0.0.0/8" or "2001:db8::/32", or an address, found "010.0.0.0/8": invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
            proxy.toml:10:1: targets.name: invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
            proxy.toml:16:1: traps.forward.sources: entry 1: expected a network such as "10.0.0.0/8" or "2001:db8::/32", or an address, found "10.0/16": invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
            proxy.toml:20:1: traps.forward.url: invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10"#]],
    );
}

#[test]
fn the_example_of_an_entry_is_one_that_is_understood() {
    let example = example();
    let (_, entry) = example.split_once("\n#[[targets]]").unwrap();
    let (entry, _) = entry.split_once("\n#[[").unwrap();
    let keys = entry.lines().filter_map(|line| line.strip_prefix('#').filter(|line| !line.starts_with(' ')));
    let file = format!("[[targets]]\n{}", keys.collect::<Vec<_>>().join("\n"));
    let loaded = load(&sources(&file, &[], &[])).unwrap();
    assert_eq!(loaded.keys.targets[0].keys.keys().iter().filter(|key| key.value.is_none()).count(), 0, "{file}");
}
