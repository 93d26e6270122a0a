//! Rules of `[[traps.forward]]`.

use ::traps::forward::{Destination, ForwardOptions, SyslogTransport};
use snmp::Credentials;

use super::*;

#[test]
fn records_go_to_four_kinds_of_receivers() {
    let traps = traps_of(
        "
[[traps.forward]]
name = 'noc'
to = 'webhook'
url = 'https://noc.example.net/traps?token=canary'
secret = 'canary'
sources = ['10.0.0.0/8']
oids = ['1.3.6.1.4.1.9']
severity = 'warning'
batch = 7
timeout = '5s'
backoff = '1m'
spool = 1000

[[traps.forward]]
name = 'logs'
to = 'syslog'
address = 'logs.example.net:6514'
transport = 'tls'
facility = 'daemon'

[[traps.forward]]
name = 'old-logs'
to = 'syslog'
address = '[2001:db8::1]:514'

[[traps.forward]]
name = 'lines'
to = 'file'
path = '-'

[[traps.forward]]
name = 'community'
to = 'snmp'
address = '192.0.2.1:162'
community = 'canary'
inform = true

[[traps.forward]]
name = 'user'
to = 'snmp'
address = '192.0.2.1:162'
user = 'proxy'
auth_password = 'canary-canary'
",
    );
    let shown = |forward: &ForwardOptions| {
        let to = match &forward.to {
            Destination::Webhook { secret, .. } => format!("webhook, signed: {}", secret.is_some()),
            Destination::Syslog { transport, facility, .. } => format!("syslog {transport:?} {facility}"),
            Destination::File { path } => format!("file {}", path.display()),
            Destination::Snmp { credentials, inform, .. } => format!("snmp {credentials:?} {inform}"),
        };
        format!("{}: {to}", forward.name)
    };
    let shown: Vec<_> = traps.forward.iter().map(shown).collect();
    expect![[r#"
        noc: webhook, signed: true
        logs: syslog Tls { ca_file: None } 3
        old-logs: syslog Udp 16
        lines: file -
        community: snmp V2c { community: Community(hidden) } true
        user: snmp V3 { user: User { name: "proxy", protection: Auth { auth: Sha1, auth_password: Password(hidden) } }, context: Context { engine_id: None, name: "" } } false"#]].assert_eq(&shown.join("\n"));
    let noc = &traps.forward[0];
    assert_eq!((noc.batch, noc.timeout.as_secs(), noc.backoff.as_secs(), noc.spool), (7, 5, 60, 1000));
    assert_eq!((noc.filter.sources.len(), noc.filter.oids.len()), (1, 1));
    assert_eq!(noc.filter.severity, Some(::traps::Severity::Warning));
    assert!(matches!(&traps.forward[1].to, Destination::Syslog { transport: SyslogTransport::Tls { .. }, .. }));
    assert!(matches!(&traps.forward[4].to, Destination::Snmp { credentials: Credentials::V2c { .. }, .. }));
}

#[test]
fn every_mistake_in_a_receiver_is_reported_with_its_place() {
    check(
        "
[[traps.forward]]
to = 'webhook'

[[traps.forward]]
name = 'no-kind'

[[traps.forward]]
name = 'Not A Name'
to = 'pigeon'
sources = ['10.0.0.0/33']
severity = 'loud'
facility = 24

[[traps.forward]]
name = 'misplaced'
to = 'webhook'
url = 'http://127.0.0.1:1/'
address = '127.0.0.1:514'
path = '/x'
community = 'canary'

[[traps.forward]]
name = 'logs'
to = 'syslog'
ca_file = '/nowhere/ca.pem'

[[traps.forward]]
name = 'logs-2'
to = 'syslog'
address = '127.0.0.1:514'
transport = 'tls'
ca_file = '/nowhere/ca.pem'
facility = 23

[[traps.forward]]
name = 'versions'
to = 'snmp'
address = '127.0.0.1:162'
version = '1'
inform = true
community = 'canary'
community_file = '/nowhere/community'
user = 'u'

[[traps.forward]]
name = 'versions-2'
to = 'snmp'
version = '3'
community = 'canary'

[[traps.forward]]
name = 'versions-3'
to = 'snmp'
address = '127.0.0.1:162'

[[traps.forward]]
name = 'user'
to = 'snmp'
address = '127.0.0.1:162'
user = 'u'
priv_password = 'canary'

[[traps.forward]]
name = 'no-port'
to = 'syslog'
address = 'logs.example.net'

[[traps.forward]]
name = 'no-url'
to = 'webhook'
url = 'ftp://canary.example.net/canary'

[[traps.forward]]
name = 'lines'
to = 'file'
path = '-'

[[traps.forward]]
name = 'lines'
to = 'file'
path = '/x'
",
        &[],
        &[],
        &expect![[r#"
            proxy.toml:2:1: traps.forward: an entry needs a name
            proxy.toml:2:1: traps.forward: an entry to webhook needs url
            proxy.toml:5:1: traps.forward: an entry needs `to`: webhook, syslog, file or snmp
            proxy.toml:9:1: traps.forward.name: expected small letters, digits and hyphens between them, such as "noc-2", found "Not A Name"
            proxy.toml:10:1: traps.forward.to: expected "webhook", "syslog", "file" or "snmp", found the text "pigeon"
            proxy.toml:11:1: traps.forward.sources: entry 1: expected a network such as "10.0.0.0/8" or "2001:db8::/32", or an address, found "10.0.0.0/33": invalid prefix length: it is a number from 0 to 32, for IPv6 to 128
            proxy.toml:12:1: traps.forward.severity: expected "emergency", "alert", "critical", "error", "warning", "notice", "informational" or "debug", found the text "loud"
            proxy.toml:13:1: traps.forward.facility: expected a facility such as "daemon" or "local0", or its number, 0 to 23
            proxy.toml:19:1: traps.forward.address: is for syslog and snmp, and this entry is to webhook
            proxy.toml:20:1: traps.forward.path: is for file, and this entry is to webhook
            proxy.toml:21:1: traps.forward.community: is for snmp, and this entry is to webhook
            proxy.toml:23:1: traps.forward: an entry to syslog needs address
            proxy.toml:26:1: traps.forward.ca_file: is for transport = "tls"
            proxy.toml:41:1: traps.forward.inform: version 1 has no informs
            proxy.toml:43:1: traps.forward.community_file: is given beside community; give only one of them
            proxy.toml:44:1: traps.forward.user: is for version 3: versions 1 and 2c have communities
            proxy.toml:46:1: traps.forward: an entry to snmp needs address
            proxy.toml:46:1: traps.forward: version 3 needs a user
            proxy.toml:50:1: traps.forward.community: is for versions 1 and 2c: version 3 has users
            proxy.toml:52:1: traps.forward: versions 1 and 2c need a community, and version 3 a user
            proxy.toml:33:1: traps.forward.ca_file: cannot read /nowhere/ca.pem: No such file or directory (os error 2)
            proxy.toml:57:1: traps.forward.auth_password: is missing: privacy requires authentication
            proxy.toml:62:1: traps.forward.priv_password: needs at least 8 octets
            proxy.toml:67:1: traps.forward.address: the port is missing: an address is `host:port`
            proxy.toml:72:1: traps.forward.url: a webhook's URL begins with `http://` or `https://`
            proxy.toml:80:1: traps.forward.name: an earlier entry has this name"#]],
    );
}

#[test]
fn the_examples_of_entries_are_understood() {
    let examples = |list: usize, wanted: &[&str]| {
        let keys = ConfigKeys::default();
        let lists = keys.lists();
        let list = lists.get(list).unwrap();
        let keys = list.keys().into_iter().filter(|key| wanted.contains(&key.name));
        let lines = keys.map(|key| {
            format!(
                "{} = {}\n",
                key.name,
                if key.example.is_empty() { key.value.unwrap_or_default() } else { key.example.to_owned() }
            )
        });
        format!("[[{}]]\n{}", list.name(), lines.collect::<String>())
    };
    let user = ["name", "level", "auth_protocol", "auth_password", "priv_protocol", "priv_password"];
    assert_eq!(traps_of(&examples(1, &user)).listener.users.len(), 1);
    let rest = ["sources", "oids", "severity", "batch", "timeout", "backoff", "spool"];
    let webhook = [&["name", "to", "url", "secret"], &rest[..]].concat();
    assert_eq!(traps_of(&examples(2, &webhook)).forward.len(), 1);
    for (to, keys) in [
        ("syslog", &["name", "address", "transport", "facility"][..]),
        ("file", &["name", "path"]),
        ("snmp", &["name", "address", "version", "community", "inform"]),
        (
            "snmp",
            &["name", "address", "user", "auth_protocol", "auth_password", "priv_protocol", "priv_password", "inform"],
        ),
    ] {
        assert_eq!(traps_of(&format!("{}to = '{to}'\n", examples(2, keys))).forward.len(), 1, "{to}");
    }
}

#[test]
fn notifications_do_not_go_to_where_they_come_in() {
    let forward = |address: &str| {
        let listen = "[traps]\nlisten = ['0.0.0.0:162', '[2001:db8::1]:1162']\ncommunities = ['a']\n";
        format!("{listen}[[traps.forward]]\nname = 'me'\nto = 'snmp'\naddress = '{address}'\ncommunity = 'a'\n")
    };
    let problem =
        "traps.forward.address: is this proxy itself: each notification would come back and be forwarded again";
    for address in ["127.0.0.1:162", "localhost:162", "[2001:db8::1]:1162"] {
        let problems = load(&sources(&forward(address), &[], &[])).unwrap_err().to_string();
        assert!(problems.contains(problem), "{address}: {problems}");
    }
    for address in ["127.0.0.1:1162", "192.0.2.1:162", "[2001:db8::2]:1162", "noc.example.net:162"] {
        assert!(load(&sources(&forward(address), &[], &[])).is_ok(), "{address}");
    }
}
