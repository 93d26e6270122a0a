//! Rules of the configuration: sources in, text out.

use std::{
    fs,
    path::{Path, PathBuf},
};

use expect_test::{Expect, expect, expect_file};
use limits::{Key, Section};
use secrecy::ExposeSecret;

use super::*;

mod forward;
mod targets;
mod trap_users;
mod traps;

fn sources(file: &str, environment: &[(&str, &str)], flags: &[(&'static str, &'static str, &'static str)]) -> Sources {
    Sources {
        file: Some(File { name: "proxy.toml".to_owned(), text: file.to_owned() }),
        environment: environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        flags: flags
            .iter()
            .map(|(name, path, value)| {
                let (section, key) = path.split_once('.').unwrap();
                Flag { name, section, key, value: (*value).to_owned() }
            })
            .collect(),
    }
}

/// Loads the sources and compares: the keys that are not at their defaults, or everything that is wrong.
fn check(
    file: &str,
    environment: &[(&str, &str)],
    flags: &[(&'static str, &'static str, &'static str)],
    expected: &Expect,
) {
    let text = match load(&sources(file, environment, flags)) {
        Err(error) => error.to_string(),
        Ok(loaded) => {
            let said = |line: &&str| !line.is_empty() && !line.starts_with('[') && !line.ends_with("# default");
            let set = |line: &&str| said(line) && !line.ends_with("# not set") && !line.ends_with("at each start");
            let shown = show(&loaded);
            let lines = shown.lines().filter(set).map(str::to_owned);
            let warnings = loaded.warnings.iter().map(|warning| format!("warning: {warning}"));
            lines.chain(warnings).collect::<Vec<_>>().join("\n")
        }
    };
    expected.assert_eq(&text);
}

/// A file with a secret in a folder that lives as long as this.
fn secret_file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, text).unwrap();
    private(&path);
    (folder, path)
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Path) {}

/// What a file makes of notifications.
fn traps_of(file: &str) -> TrapSettings {
    load(&sources(file, &[], &[])).unwrap().settings.traps
}

#[test]
fn the_example_sets_every_key_to_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/snmp-proxy.toml");
    expect_file![&path].assert_eq(&example());

    // Only now is what lies there known to be what we write; read it back as an operator's file.
    let loaded = load(&sources(&fs::read_to_string(&path).unwrap(), &[("HOME", "/home/me")], &[])).unwrap();
    let untouched =
        load(&Sources { environment: vec![("HOME".into(), "/home/me".into())], ..Sources::default() }).unwrap();
    let values = |loaded: &Loaded| -> Vec<_> {
        let sections = loaded.keys.sections();
        let of = |section: &&dyn Section| {
            let name = section.name();
            section.keys().into_iter().map(move |key| (name, key.name, key.value)).collect::<Vec<_>>()
        };
        sections.iter().flat_map(of).collect()
    };
    assert_eq!(values(&loaded), values(&untouched));
    for section in ConfigKeys::default().sections() {
        for key in section.keys() {
            let in_file = matches!(loaded.origin(section.name(), key.name), Origin::File { .. });
            assert_eq!(in_file, key.value.is_some(), "{}.{} is in the example", section.name(), key.name);
        }
    }
}

#[test]
fn every_key_has_a_sentence_and_a_default_or_an_example() {
    for section in ConfigKeys::default().sections() {
        assert!(!section.doc().is_empty());
        for key in section.keys() {
            let sentence = key.doc.join("");
            assert!(sentence.trim_end().ends_with('.'), "{}: {sentence}", key.name);
            assert!(key.value.is_some() || !key.example.is_empty(), "{}", key.name);
        }
    }
}

/// Whether a key names what must be there when the program starts.
fn is_there_to_be_read(section: &str, key: &str) -> bool {
    key.ends_with("_file") || (section, key) == ("plugins", "dir")
}

#[test]
fn every_example_is_a_value_that_its_key_takes() {
    for section in ConfigKeys::default().sections() {
        for key in
            section.keys().iter().filter(|key| key.value.is_none() && !is_there_to_be_read(section.name(), key.name))
        {
            let file = format!("[{}]\n{} = {}\n", section.name(), key.name, key.example);
            assert!(load(&sources(&file, &[], &[])).is_ok(), "{file}");
        }
    }
}

#[test]
fn every_bound_says_what_happens_beyond_it() {
    for section in ConfigKeys::default().sections().into_iter().skip(4) {
        // The other keys of [traps] are no bounds.
        let is_bound = |key: &Key| section.name() != "traps" || key.range.is_some();
        for key in section.keys().into_iter().filter(is_bound) {
            let sentence = key.doc.join("");
            let is_no_bound = ["max_repetitions", "bulk", "on_non_increasing", "any_source"].contains(&key.name);
            assert!(
                is_no_bound || ["Beyond", "Further ones"].iter().any(|word| sentence.contains(word)),
                "{}",
                key.name
            );
        }
    }
}

#[test]
fn the_stronger_source_wins() {
    let file = "
[server]
host = '::1'
port = 1
[snmp]
get_timeout = 3
walk_timeout = '1m 30s'
[sandbox]
memory_bytes = '32 MiB'
";
    check(
        file,
        &[("SNMP_PROXY__SERVER__PORT", "2"), ("SNMP_PROXY__SNMP__GET_TIMEOUT", "4.5s"), ("PATH", "/bin")],
        &[("--port", "server.port", "3")],
        &expect![[r#"
            host = "::1"              # proxy.toml:3:1
            port = 3                  # flag --port
            get_timeout = "4500ms"        # environment variable SNMP_PROXY__SNMP__GET_TIMEOUT
            walk_timeout = "1m 30s"       # proxy.toml:7:1
            memory_bytes = "32 MiB"          # proxy.toml:9:1"#]],
    );
}

#[test]
fn all_mistakes_are_reported_at_once_with_their_places() {
    let file = "
port = 1
[server]
prot = 8899
host = 7
api_key = 'ключ'
[srever]
host = '::1'
[polls]
max_concurrent = 0
job_deadline = 'soon'
[tickets]
queued = -1
finished_bytes = '3 bananas'
[snmp]
max_repetitions = 99
[log]
level = 'loud'
";
    check(
        file,
        &[
            ("SNMP_PROXY__SERVER__PORT", "70000"),
            ("SNMP_PROXY__SERVR__PORT", "1"),
            ("SNMP_PROXY__PORT", "1"),
            ("SNMP_PROXY__SNMP__RETIRES", "1"),
            ("SNMP_PROXY__SERVER__CORS_ORIGINS", "https://ok.example, nonsense"),
        ],
        &[("--max-concurrent", "polls.max_concurrent", "six")],
        &expect![[r#"
            proxy.toml:2:1: port: unknown section, did you mean server.port?
            proxy.toml:4:1: server.prot: unknown key, did you mean port?
            proxy.toml:5:1: server.host: expected a text, found a whole number
            proxy.toml:7:2: srever: unknown section, did you mean server?
            proxy.toml:10:1: polls.max_concurrent: 0 is out of range: 1 to 10000
            proxy.toml:11:1: polls.job_deadline: expected a length of time such as "1500ms", "10s", "1h 30m", or a number of seconds, found the text "soon"
            proxy.toml:13:1: tickets.queued: -1 is out of range: 1 to 1000000
            proxy.toml:14:1: tickets.finished_bytes: expected a number of bytes such as 4096, "64 KiB" or "8 MiB", found the text "3 bananas"
            proxy.toml:18:1: log.level: expected "trace", "debug", "info", "warning", "error" or "critical", found the text "loud"
            environment variable SNMP_PROXY__PORT: expected SNMP_PROXY__SECTION__KEY
            environment variable SNMP_PROXY__SERVER__PORT: server.port: 70000 is out of range: 0 to 65535
            environment variable SNMP_PROXY__SERVR__PORT: unknown section, did you mean server?
            environment variable SNMP_PROXY__SNMP__RETIRES: snmp.retires: unknown key, did you mean retries?
            flag --max-concurrent: polls.max_concurrent: expected a whole number, found "six"
            proxy.toml:16:1: snmp.max_repetitions: is larger than snmp.max_repetitions_ceiling
            environment variable SNMP_PROXY__SERVER__CORS_ORIGINS: server.cors_origins: "nonsense" is not an origin such as "https://example.org"
            proxy.toml:6:1: server.api_key: a key is at most 255 visible ASCII characters"#]],
    );
}

#[test]
fn a_file_that_is_not_toml_is_reported_with_its_place() {
    check(
        "[server]\nport = = 3\nhost = \"x\n[log\n",
        &[],
        &[],
        &expect![[r#"
        proxy.toml:2:8: extra `=`, expected nothing
        proxy.toml:2:10: unexpected key or value, expected newline, `#`
        proxy.toml:3:10: invalid basic string, expected `"`
        proxy.toml:4:5: unclosed table, expected `]`"#]],
    );
}

#[test]
fn a_key_written_twice_is_a_mistake() {
    check("[server]\nport = 3\nport = 4\n", &[], &[], &expect!["proxy.toml:3:1: duplicate key"]);
}

#[test]
fn a_secret_is_in_no_message() {
    let canary = "canary-7f3a";
    for (file, variable) in [
        (format!("[server]\napi_key = '{canary}'\napi_kye = '{canary}'\n"), canary.to_owned()),
        (format!("[server]\napi_key = ['{canary}']\n"), format!("{canary} with spaces")),
        (format!("[server]\napi_key = {canary}\nport = 1\n"), String::new()),
        (format!("[server]\napi_key = '{canary}\n"), String::new()),
        (format!("[server]\napi_key = '{canary}'\n"), canary.to_owned()),
    ] {
        let sources = sources(&file, &[("SNMP_PROXY__SERVER__API_KEY", &variable)], &[]);
        let said = match load(&sources) {
            Ok(loaded) => format!("{loaded:?}\n{}", show(&loaded)),
            Err(error) => format!("{error}\n{error:?}"),
        };
        let all = format!("{said}\n{sources:?}");
        assert!(!all.contains(canary), "{all}");
    }
}

#[test]
fn the_key_may_stand_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, "  key-that-is-from-a-file\n").unwrap();
    let file = format!("[server]\napi_key_file = {:?}\n", path.to_str().unwrap());

    let loaded = load(&sources(&file, &[], &[])).unwrap();
    assert_eq!(loaded.settings.server.api_key.secret().expose_secret(), "key-that-is-from-a-file");

    let stronger = load(&sources(&file, &[("SNMP_PROXY__SERVER__API_KEY", "key-that-is-stronger")], &[])).unwrap();
    assert_eq!(stronger.settings.server.api_key.secret().expose_secret(), "key-that-is-stronger");
}

#[cfg(unix)]
#[test]
fn a_key_that_everybody_may_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, "key-of-many-octets").unwrap();
    let file = format!("[server]\napi_key_file = {:?}\n", path.to_str().unwrap());
    for (mode, warnings) in [(0o600, 0), (0o640, 0), (0o644, 1)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(load(&sources(&file, &[], &[])).unwrap().warnings.len(), warnings, "{mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn a_configuration_with_a_secret_that_everybody_may_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proxy.toml");
    let warnings = |text: &str, mode| {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let loaded = load(&Sources::gather(Some(&path), Vec::new()).unwrap()).unwrap();
        loaded.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let path = path.display();
    let secret = "[server]\nport = 1\napi_key = 'a-key-of-the-tests'\n";
    let words = "may read";
    assert_eq!(
        warnings(secret, 0o644),
        format!(
            "{path}:3:1: server.api_key: every user of this machine {words} {path}, and a secret stands in it: chmod o-r"
        )
    );
    let user = "[[traps.users]]\nname = 'a'\nauth_protocol = 'SHA'\nauth_password = 'password'\n";
    assert!(warnings(user, 0o644).contains("traps.users.auth_password: every user"), "{}", warnings(user, 0o644));
    for (text, mode) in [(secret, 0o640), (secret, 0o600), ("[server]\nport = 1\n", 0o644)] {
        assert_eq!(warnings(text, mode), "", "{mode:o}");
    }
}

#[test]
fn two_keys_of_the_same_source_are_a_mistake() {
    check(
        "[server]\napi_key = 'a'\napi_key_file = '/nowhere'\n",
        &[],
        &[],
        &expect!["proxy.toml:3:1: server.api_key_file: is given beside server.api_key; give only one of them"],
    );
}

#[test]
fn a_key_that_may_be_guessed_is_a_warning_and_one_that_will_be_stays_on_this_machine() {
    let check = |host: &str, key: &str, expected: &Expect| {
        check(&format!("[server]\nhost = '{host}'\napi_key = '{key}'\n"), &[], &[], expected);
    };
    check(
        "0.0.0.0",
        "16-octets-of-key",
        &expect![[r#"
            host = "0.0.0.0"          # proxy.toml:2:1
            api_key = "***"           # proxy.toml:3:1"#]],
    );
    check(
        "0.0.0.0",
        "15-octets-a-key",
        &expect![[r#"
            host = "0.0.0.0"          # proxy.toml:2:1
            api_key = "***"           # proxy.toml:3:1
            warning: proxy.toml:3:1: server.api_key: the key has fewer than 16 octets and may be guessed; `openssl rand -hex 32` makes a good one"#]],
    );
    let refused = &expect![
        "proxy.toml:3:1: server.api_key: the key has fewer than 8 octets, which is allowed only where server.host is a loopback address such as 127.0.0.1"
    ];
    for host in
        ["0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1", "fe80::1%1", "proxy.example.net", "localhost.example"]
    {
        check(host, "7-octet", refused);
    }
    for host in ["127.0.0.1", "127.7.7.7", "::1", "::ffff:127.0.0.1", "localhost", "LocalHost"] {
        let file = format!("[server]\nhost = '{host}'\napi_key = '7-octet'\n");
        let loaded = load(&sources(&file, &[], &[])).unwrap();
        assert_eq!(loaded.warnings.len(), 1, "{host}");
        assert!(loaded.settings.server.api_key.is_for_this_machine_only());
    }
}

#[test]
fn a_key_of_a_file_is_judged_like_any_other() {
    let (_folder, path) = secret_file("7-octet\n");
    let name = path.to_str().unwrap();
    let file = format!("[server]\napi_key_file = {name:?}\n");
    let said = |host: &'static str| match load(&sources(&file, &[], &[("--host", "server.host", host)])) {
        Ok(loaded) => loaded.warnings.iter().map(ToString::to_string).collect(),
        Err(error) => error.to_string(),
    };
    let place = format!("proxy.toml:2:1: server.api_key_file: {name}: ");
    assert!(said("::1").starts_with(&format!("{place}the key has fewer than 16 octets")), "{}", said("::1"));
    assert!(said("::").starts_with(&format!("{place}the key has fewer than 8 octets")), "{}", said("::"));
}

#[test]
fn a_key_file_that_cannot_be_read_is_a_mistake() {
    check(
        "[server]\napi_key_file = '/nowhere/key'\n",
        &[],
        &[],
        &expect![
            "proxy.toml:2:1: server.api_key_file: cannot read /nowhere/key: No such file or directory (os error 2)"
        ],
    );
}

#[test]
fn a_plugins_folder_that_cannot_be_read_is_a_mistake() {
    let missing = "[plugins]\ndir = '/nowhere/plugins'\n";
    check(
        missing,
        &[],
        &[],
        &expect!["proxy.toml:2:1: plugins.dir: cannot read /nowhere/plugins: No such file or directory (os error 2)"],
    );
    check(
        missing,
        &[],
        &[("--plugins-dir", "plugins.dir", "/dev/null")],
        &expect!["flag --plugins-dir: plugins.dir: cannot read /dev/null: Not a directory (os error 20)"],
    );
    let folder = tempfile::tempdir().unwrap();
    let flag =
        Flag { name: "--plugins-dir", section: "plugins", key: "dir", value: folder.path().display().to_string() };
    assert!(load(&Sources { flags: vec![flag], ..Sources::default() }).is_ok());
}

#[test]
fn without_a_key_each_start_makes_up_another() {
    let key = || load(&Sources::default()).unwrap().settings.server.api_key;
    let (one, other) = (key(), key());
    assert!(one.is_generated());
    assert_eq!(one.secret().expose_secret().len(), 64);
    assert_ne!(one.secret().expose_secret(), other.secret().expose_secret());
}

#[test]
fn the_cache_is_where_the_service_or_the_user_may_write() {
    let dir = |environment: &[(&str, &str)], file: &str| {
        let cache = load(&sources(file, environment, &[])).unwrap().settings.plugins.cache_dir;
        cache.map_or("none".to_owned(), |dir| dir.display().to_string())
    };
    let user = [("HOME", "/home/me"), ("XDG_CACHE_HOME", "/xdg")];
    assert_eq!(dir(&[("CACHE_DIRECTORY", "/var/cache/x:/other"), ("HOME", "/home/me")], ""), "/var/cache/x");
    assert_eq!(dir(&user, ""), "/xdg/snmp-proxy");
    assert_eq!(dir(&[("HOME", "/home/me"), ("XDG_CACHE_HOME", "relative")], ""), "/home/me/.cache/snmp-proxy");
    assert_eq!(dir(&[], ""), "/var/cache/snmp-proxy");
    assert_eq!(dir(&user, "[plugins]\ncache_dir = '/mine'"), "/mine");
    assert_eq!(dir(&user, "[plugins]\ncache = false"), "none");
}

#[test]
fn the_engine_has_the_same_defaults_as_the_table() {
    let limits = limits::Limits::default();
    assert_eq!(limits.request_options(), snmp::RequestOptions::default());
    assert_eq!(limits.hub_options(), snmp::HubOptions::default());
}

#[test]
fn every_spelling_of_a_value_is_read() {
    let read = |text: &str| {
        let file = format!("[tickets]\nfinished_bytes = {text}\n");
        load(&sources(&file, &[], &[])).unwrap().settings.limits.tickets.finished_bytes
    };
    assert_eq!(["1_048_576", "0x100000", "'1MiB'", "'1024 kib'", "'1048576'", "'1048576 B'"].map(read), [1 << 20; 6]);

    let read = |text: &str| {
        let file = format!("[tickets]\nretention = {text}\n");
        load(&sources(&file, &[], &[])).unwrap().settings.limits.tickets.retention.as_millis()
    };
    assert_eq!(["90", "90.0", "'90'", "'90s'", "'1m 30s'", "'1min30s'"].map(read), [90_000; 6]);
}

#[test]
fn a_trusted_key_is_its_line_or_its_file() {
    const KEY: &str = "RWRacbDLumbwk7WEzlIWDFGLag1nfkMA1S0h2ePebQZxCVjgnN/I8oZV";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("minisign.pub");
    fs::write(&file, format!("untrusted comment: minisign public key\n{KEY}\n")).unwrap();
    let load = |key: &str| {
        let loaded = load(&sources(&format!("[plugins]\ntrusted_keys = ['{key}']\n"), &[], &[]));
        loaded.map(|loaded| loaded.settings.plugins.rules.trusted_keys).map_err(|error| error.to_string())
    };
    for given in [KEY, file.to_str().unwrap()] {
        assert_eq!(load(given).unwrap()[0].id().to_string(), "93F066BACBB0715A", "{given}");
    }
    let missing = load("/nowhere/minisign.pub").unwrap_err();
    assert!(missing.contains("not a public key of minisign") && missing.contains("cannot read /nowhere/"), "{missing}");
    assert!(!load("RWRacbDL").unwrap_err().contains("as a file"), "a key that is cut off is no name of a file");
    fs::write(&file, "x").unwrap();
    assert!(load(file.to_str().unwrap()).unwrap_err().contains("minisign.pub: not a public key of minisign"));
}

#[test]
fn a_plugin_folder_has_to_be_there_unless_the_command_makes_it() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("plugins").display().to_string();
    let sources = sources(&format!("[plugins]\ndir = '{missing}'\n"), &[], &[]);
    assert!(load(&sources).unwrap_err().to_string().contains("cannot read"));
    assert!(load_with(&sources, PluginsDir::MayBeMissing).is_ok());
    fs::write(&missing, "").unwrap();
    assert!(load_with(&sources, PluginsDir::MayBeMissing).is_err(), "a file is no folder");
}
