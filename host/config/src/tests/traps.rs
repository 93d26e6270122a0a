//! Rules of `[traps]` and `[state]`.

use super::*;

#[test]
fn nothing_is_received_unless_one_says_where() {
    let loaded = load(&Sources::default()).unwrap();
    let traps = &loaded.settings.traps;
    assert!(traps.listen.is_empty() && traps.forward.is_empty() && !traps.lets_somebody_in());
    assert_eq!(loaded.settings.state_dir, None);
    // The machine that runs the tests has a name.
    assert!(!traps.proxy_name.is_empty());
    assert_eq!(traps_of("[traps]\nreceiver = 'jump-1'").proxy_name, "jump-1");
}

#[test]
fn keys_of_traps_come_from_all_sources() {
    let file = "
[traps]
listen = ['0.0.0.0:162']
communities = ['in the file']
trusted_relays = ['10.0.0.7', '2001:db8::/32']
site = 'dc1'
dedupe_window = '30s'
source_rate = 10
queue_bytes = '8 MiB'
";
    check(
        file,
        &[("SNMP_PROXY__TRAPS__COMMUNITIES", "one, other"), ("SNMP_PROXY__TRAPS__RECEIVER", "jump-1")],
        &[("--trap-listen", "traps.listen", "127.0.0.1:1162,[::1]:1162"), ("--state-dir", "state.dir", "/state")],
        &expect![[r#"
            dir = "/state"  # flag --state-dir
            listen = ["127.0.0.1:1162", "[::1]:1162"]          # flag --trap-listen
            communities = ["***", "***"]                       # environment variable SNMP_PROXY__TRAPS__COMMUNITIES
            receiver = "jump-1"                                # environment variable SNMP_PROXY__TRAPS__RECEIVER
            site = "dc1"                                       # proxy.toml:6:1
            trusted_relays = ["10.0.0.7/32", "2001:db8::/32"]  # proxy.toml:5:1
            dedupe_window = "30s"                              # proxy.toml:7:1
            source_rate = 10                                   # proxy.toml:8:1
            queue_bytes = "8 MiB"                              # proxy.toml:9:1"#]],
    );
    let traps = traps_of(file);
    assert_eq!(traps.listen, ["0.0.0.0:162".parse().unwrap()]);
    assert_eq!((traps.listener.communities.len(), traps.listener.queue_bytes), (1, 8 << 20));
}

#[test]
fn every_mistake_in_traps_is_reported_with_its_place() {
    check(
        "
[traps]
listen = ['0.0.0.0', ':162', 162]
communities = ['', 'canary', 7]
trusted_relays = '10.0.0.0/8'
source_rate = 0
dedupe_window = '2h'
log_bytes = '1 KiB'
usrs = 1
users = 3
[traps.forward]
to = 'file'
",
        &[("SNMP_PROXY__TRAPS__USERS__NAME", "x"), ("SNMP_PROXY__TRAPS__LISTEN", "[::]")],
        &[],
        &expect![[r#"
            proxy.toml:3:1: traps.listen: entry 1: expected an address with a port such as "0.0.0.0:162" or "[::]:162", found "0.0.0.0": the port is missing
            proxy.toml:4:1: traps.communities: entry 1: must not be empty
            proxy.toml:5:1: traps.trusted_relays: expected a list, found a text
            proxy.toml:6:1: traps.source_rate: 0 is out of range: 1 to 10000000
            proxy.toml:7:1: traps.dedupe_window: "2h" is out of range: "0ms" to "1h"
            proxy.toml:8:1: traps.log_bytes: "1 KiB" is out of range: "1 MiB" to "64 GiB"
            proxy.toml:9:1: traps.usrs: unknown key, did you mean users?
            proxy.toml:10:1: traps.users: expected entries [[traps.users]], with two brackets
            proxy.toml:11:8: traps.forward: expected entries [[traps.forward]], with two brackets
            environment variable SNMP_PROXY__TRAPS__LISTEN: traps.listen: entry 1: expected an address with a port such as "0.0.0.0:162" or "[::]:162", found "[::]": the port is missing
            environment variable SNMP_PROXY__TRAPS__USERS__NAME: entries [[traps.users]] can only be set in the configuration file"#]],
    );
}

#[test]
fn a_listener_that_lets_nobody_in_is_a_mistake() {
    let nobody = "[traps]\nlisten = ['127.0.0.1:1162']\n";
    check(
        nobody,
        &[],
        &[],
        &expect![
            "proxy.toml:2:1: traps.listen: nothing could come in: give traps.communities, entries [[traps.users]] or traps.accept_any_community"
        ],
    );
    for somebody in ["communities = ['c']", "accept_any_community = true", "[[traps.users]]\nname = 'u'"] {
        assert!(traps_of(&format!("{nobody}{somebody}")).lets_somebody_in());
    }
    let said = load(&sources(&format!("{nobody}[[traps.users]]\nlevel = 'authPriv'"), &[], &[])).unwrap_err();
    assert_eq!(said.to_string(), "proxy.toml:3:1: traps.users: an entry needs a name");
}

#[test]
fn communities_of_a_file_add_to_the_others() {
    let (_folder, path) = secret_file("# those of the core\n first \r\n\nsecond with blanks\n#third\n");
    let traps = traps_of(&format!("[traps]\ncommunities = ['own']\ncommunities_file = {path:?}\n"));
    assert_eq!(traps.listener.communities.len(), 3);

    let long = "canary".repeat(50);
    let (_folder, path) = secret_file(&format!("right\n\n{long}\n"));
    let said = load(&sources(&format!("[traps]\ncommunities_file = {path:?}\n"), &[], &[])).unwrap_err();
    let expected =
        format!("proxy.toml:2:1: traps.communities_file: {}: line 3 has more than 255 octets", path.display());
    assert_eq!(said.to_string(), expected);
}

#[test]
fn the_state_is_where_the_service_may_write() {
    let dir = |environment: &[(&str, &str)], file: &str| load(&sources(file, environment, &[])).unwrap();
    let service = [("STATE_DIRECTORY", "/var/lib/x:/other")];
    let loaded = dir(&service, "");
    assert_eq!(loaded.settings.state_dir, Some("/var/lib/x".into()));
    assert_eq!(loaded.origin("state", "dir").to_string(), "environment variable STATE_DIRECTORY");
    assert_eq!(dir(&service, "[state]\ndir = 'mine'").settings.state_dir, Some("mine".into()));
    assert_eq!(dir(&[("STATE_DIRECTORY", "relative")], "").settings.state_dir, None);
}

#[test]
fn no_secret_of_traps_is_in_any_message() {
    let canary = "canary-7f3a";
    let webhook = format!("name = 'n'\nto = 'webhook'\nurl = 'https://u:{canary}@h.example/{canary}?t={canary}'\n");
    for file in [
        format!("[traps]\ncommunities = ['{canary}']\n"),
        format!("[traps]\ncommunities = '{canary}'\n"),
        format!("[traps]\ncommunities = ['{canary}', 7, '']\n"),
        format!("[[traps.users]]\nname = 'u'\nauth_password = '{canary}'\npriv_password = '{canary}'\n"),
        format!("[[traps.users]]\nname = 'u'\nauth_password = '{canary}'\nlevel = 'authPriv'\n"),
        format!("[[traps.users]]\nname = 'u'\nauth_password = ['{canary}']\n"),
        format!("[[traps.forward]]\n{webhook}"),
        format!(
            "[[traps.forward]]\nname = 'n'\nto = 'webhook'\nurl = 'https://h.example/{canary}'\nsecret = '{canary}'\n"
        ),
        format!("[[traps.forward]]\nname = 'n'\nto = 'webhook'\nurl = ['{canary}']\n"),
        format!("[[traps.forward]]\nname = 'n'\nto = 'snmp'\naddress = 'h:1'\ncommunity = '{canary}'\n"),
        format!(
            "[[traps.forward]]\nname = 'n'\nto = 'snmp'\naddress = 'h:1'\nuser = 'u'\nauth_password = '{canary}'\n"
        ),
    ] {
        for variable in ["right", canary, ""] {
            let sources = sources(&file, &[("SNMP_PROXY__TRAPS__COMMUNITIES", &variable.repeat(30))], &[]);
            let said = match load(&sources) {
                Ok(loaded) => format!("{:?}\n{loaded:?}\n{}", loaded.warnings, show(&loaded)),
                Err(error) => format!("{error}\n{error:?}"),
            };
            assert!(!said.contains(canary), "{said}");
        }
    }
}
