//! The banner: what the operator sees when the server is up.
//!
//! A key that was made up for this start is printed, since nobody could know it otherwise. A key of the operator's own
//! is his: it shows as `***` with the place where it was given. The banner goes to standard output, never to a log.

use std::{fmt::Write, net::SocketAddr};

use config::Loaded;
use limits::kind::duration_in_words;
use runtime::PluginSet;
use secrecy::ExposeSecret;

use super::colours::{Colours, Style};

/// The plugins that a server runs, by name.
#[derive(Debug)]
pub(super) struct PluginNames {
    /// Those that polls run.
    pub(super) collectors: Vec<String>,
    /// Those that read notifications, the decoder first.
    pub(super) of_traps: Vec<String>,
    /// How many cannot be used.
    pub(super) unusable: usize,
    /// Those that are still being compiled.
    pub(super) compiling: Vec<String>,
}

impl PluginNames {
    /// Those of this set.
    pub(super) fn of(plugins: &PluginSet) -> Self {
        let decoder = plugins.trap_decoder().map(|decoder| decoder.manifest().name.clone());
        let enrichers = plugins.trap_enrichers().iter().map(|enricher| enricher.manifest().name.clone());
        Self {
            collectors: plugins.plugins().map(|plugin| plugin.manifest().name.clone()).collect(),
            of_traps: decoder.into_iter().chain(enrichers).collect(),
            unusable: plugins.problems().len(),
            compiling: plugins.compiling().map(|(name, _)| name).collect(),
        }
    }
}

/// Writes the banner of a server that listens on `address`, and for notifications on `traps`, and runs these plugins.
pub(super) fn banner(
    loaded: &Loaded,
    address: SocketAddr,
    traps: &[SocketAddr],
    plugins: &PluginNames,
    colours: Colours,
) -> String {
    let settings = &loaded.settings;
    let limits = &settings.limits;
    let key = &settings.server.api_key;
    let key = if key.is_generated() {
        format!("{}  (made up for this start)", key.secret().expose_secret())
    } else {
        let from_file = loaded.origin("server", "api_key_file");
        let of_key = loaded.origin("server", "api_key");
        let origin = if of_key.strength() > from_file.strength() { of_key } else { from_file };
        format!("***  ({origin})")
    };
    let folder = |folder: &Option<std::path::PathBuf>| {
        folder.as_ref().map_or_else(|| "none".to_owned(), |folder| folder.display().to_string())
    };
    let mut collectors = plugins.collectors.join(", ");
    if plugins.unusable > 0 {
        // Writing to a String cannot fail.
        let _ = write!(collectors, " ({} cannot be used, see snmp-proxy plugins)", plugins.unusable);
    }
    if !plugins.compiling.is_empty() {
        let _ = write!(collectors, " (still compiling: {})", plugins.compiling.join(", "));
    }
    let url = format!("http://{address}");
    let title = concat!("snmp-proxy ", env!("CARGO_PKG_VERSION"));
    let mut out = format!("{}\n\n", colours.paint(Style::Title, title));
    let mut lines = vec![
        ("API key:", key),
        ("Server:", url.clone()),
        ("Health:", format!("{url}/health")),
        ("Docs:", format!("{url}/docs")),
    ];
    let traps: Vec<_> = traps.iter().map(|traps| format!("udp://{traps}")).collect();
    if !traps.is_empty() {
        lines.push(("Traps:", traps.join(", ")));
    }
    let configuration = [
        ("Max concurrent:", limits.polls.max_concurrent.to_string()),
        ("Retention:", duration_in_words(limits.tickets.retention)),
        ("GET timeout:", duration_in_words(limits.snmp.get_timeout)),
        ("Walk timeout:", duration_in_words(limits.snmp.walk_timeout)),
        ("State folder:", folder(&settings.state_dir)),
        ("Plugins:", collectors),
        ("Trap plugins:", plugins.of_traps.join(", ")),
        ("Plugins folder:", folder(&settings.plugins.dir)),
        ("Plugin cache:", folder(&settings.plugins.cache_dir)),
    ];
    // Writing to a String cannot fail.
    for (name, value) in lines {
        let _ = writeln!(out, "{} {value}", colours.paint(Style::Name, &format!("{name:<10}")));
    }
    out.push_str("\nConfiguration:\n");
    for (name, value) in configuration {
        let _ = writeln!(out, "  {} {value}", colours.paint(Style::Name, &format!("{name:<16}")));
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use config::{Flag, Sources, load};
    use expect_test::{Expect, expect};

    use super::*;

    fn check(flags: Vec<Flag>, address: &str, unusable: usize, expected: &Expect) {
        check_with(flags, address, &[], unusable, expected);
    }

    fn check_with(flags: Vec<Flag>, address: &str, traps: &[&str], unusable: usize, expected: &Expect) {
        let environment = vec![("HOME".to_owned(), "/home/me".to_owned())];
        let loaded = load(&Sources { file: None, environment, flags }).unwrap();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let plugins = PluginNames {
            collectors: names(&["arp", "system-info"]),
            of_traps: names(&["trap-decoder", "cisco-traps"]),
            unusable,
            compiling: if unusable == 0 { Vec::new() } else { names(&["fans"]) },
        };
        let traps: Vec<_> = traps.iter().map(|address| address.parse().unwrap()).collect();
        let text = banner(&loaded, address.parse().unwrap(), &traps, &plugins, Colours::None);
        let key = loaded.settings.server.api_key.secret().expose_secret();
        expected.assert_eq(&text.replace(key, "KEY"));
    }

    #[test]
    fn a_key_that_was_made_up_is_printed() {
        check(
            vec![],
            "0.0.0.0:8899",
            0,
            &expect![[r#"
                snmp-proxy 0.1.0

                API key:   KEY  (made up for this start)
                Server:    http://0.0.0.0:8899
                Health:    http://0.0.0.0:8899/health
                Docs:      http://0.0.0.0:8899/docs

                Configuration:
                  Max concurrent:  6
                  Retention:       1h
                  GET timeout:     10s
                  Walk timeout:    2m
                  State folder:    none
                  Plugins:         arp, system-info
                  Trap plugins:    trap-decoder, cisco-traps
                  Plugins folder:  none
                  Plugin cache:    /home/me/.cache/snmp-proxy

            "#]],
        );
    }

    #[test]
    fn where_notifications_are_received_and_what_is_kept_is_told() {
        let value = "/var/lib/snmp-proxy".to_owned();
        let flag = Flag { name: "--state-dir", section: "state", key: "dir", value };
        check_with(
            vec![flag],
            "0.0.0.0:8899",
            &["0.0.0.0:162", "[::]:162"],
            0,
            &expect![[r#"
            snmp-proxy 0.1.0

            API key:   KEY  (made up for this start)
            Server:    http://0.0.0.0:8899
            Health:    http://0.0.0.0:8899/health
            Docs:      http://0.0.0.0:8899/docs
            Traps:     udp://0.0.0.0:162, udp://[::]:162

            Configuration:
              Max concurrent:  6
              Retention:       1h
              GET timeout:     10s
              Walk timeout:    2m
              State folder:    /var/lib/snmp-proxy
              Plugins:         arp, system-info
              Trap plugins:    trap-decoder, cisco-traps
              Plugins folder:  none
              Plugin cache:    /home/me/.cache/snmp-proxy

        "#]],
        );
    }

    #[test]
    fn a_key_of_the_operator_is_not_printed_and_plugins_that_cannot_be_used_are_counted() {
        let value = "canary-of-the-banner".to_owned();
        let flag = Flag { name: "--api-key", section: "server", key: "api_key", value };
        check(
            vec![flag],
            "[::1]:40123",
            2,
            &expect![[r#"
                snmp-proxy 0.1.0

                API key:   ***  (flag --api-key)
                Server:    http://[::1]:40123
                Health:    http://[::1]:40123/health
                Docs:      http://[::1]:40123/docs

                Configuration:
                  Max concurrent:  6
                  Retention:       1h
                  GET timeout:     10s
                  Walk timeout:    2m
                  State folder:    none
                  Plugins:         arp, system-info (2 cannot be used, see snmp-proxy plugins) (still compiling: fans)
                  Trap plugins:    trap-decoder, cisco-traps
                  Plugins folder:  none
                  Plugin cache:    /home/me/.cache/snmp-proxy

            "#]],
        );
    }
}
