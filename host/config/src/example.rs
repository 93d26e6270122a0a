//! `examples/snmp-proxy.toml`: every key with its sentence, its range and its default, written from the table of keys.

use std::fmt::Write;

use limits::Key;

use super::ConfigKeys;

const HEAD: &str = "\
# The configuration of snmp-proxy. Start it with: snmp-proxy --config snmp-proxy.toml
#
# Every key is here with its default; keep the lines you change and delete the rest.
# Keys without a default are commented out. Every key can also be set by an environment
# variable SNMP_PROXY__SECTION__KEY, such as SNMP_PROXY__SERVER__PORT=8899, which is stronger
# than this file; flags are stronger still. `snmp-proxy config check` reports all mistakes at
# once, `snmp-proxy config show` prints what holds and where it comes from.
#
# Lengths of time are texts such as \"1500ms\", \"10s\" or \"1h 30m\", or a number of seconds.
# Numbers of bytes may have a unit: 4096, \"64 KiB\", \"8 MiB\", \"1 GiB\".
";

/// Writes a configuration file that documents every key and sets it to its default.
#[must_use]
pub fn example() -> String {
    let mut out = HEAD.to_owned();
    let keys = ConfigKeys::default();
    for section in keys.sections() {
        out.push('\n');
        comment(&mut out, section.doc());
        line(&mut out, &format!("[{}]", section.name()));
        for key in section.keys() {
            out.push('\n');
            describe(&mut out, &key);
            match &key.value {
                Some(value) => line(&mut out, &format!("{} = {value}", key.name)),
                None => line(&mut out, &format!("#{} = {}", key.name, key.example)),
            }
        }
    }
    for list in keys.lists() {
        out.push('\n');
        comment(&mut out, list.doc());
        line(&mut out, &format!("#[[{}]]", list.name()));
        for key in list.keys() {
            out.push('\n');
            describe(&mut out, &key);
            // A list in an entry is empty where it is not given, which shows nothing.
            let shown = key.value.as_deref().filter(|_| key.example.is_empty()).unwrap_or(key.example);
            line(&mut out, &format!("#{} = {shown}", key.name));
        }
    }
    out
}

fn describe(out: &mut String, key: &Key) {
    comment(out, key.doc);
    if let Some((low, high)) = &key.range {
        line(out, &format!("# From {low} to {high}."));
    }
}

fn comment(out: &mut String, lines: &[&str]) {
    for text in lines {
        line(out, &format!("# {}", text.trim()));
    }
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}
