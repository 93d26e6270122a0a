//! `snmp-proxy config show`: every key with the value that holds and where it comes from.

use std::fmt::Write;

use super::Loaded;

/// Writes the configuration as a TOML file with origins as comments. Secrets are `***`.
#[must_use]
pub fn show(loaded: &Loaded) -> String {
    let mut out = String::new();
    for section in loaded.keys.sections() {
        let break_before = if out.is_empty() { "" } else { "\n" };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{break_before}[{}]", section.name());
        let lines = section
            .keys()
            .into_iter()
            .map(|key| match key.value {
                Some(value) => (format!("{} = {value}", key.name), loaded.origin(section.name(), key.name).to_string()),
                None if key.name == "api_key" && loaded.settings.server.api_key.is_generated() => {
                    (format!("# {}", key.name), "made up at each start".to_owned())
                }
                None => (format!("# {}", key.name), "not set".to_owned()),
            })
            .collect();
        write_lines(&mut out, lines);
    }
    for list in loaded.keys.lists() {
        for lines in list.shown() {
            let _ = writeln!(out, "\n[[{}]]", list.name());
            write_lines(&mut out, lines);
        }
    }
    out
}

fn write_lines(out: &mut String, lines: Vec<(String, String)>) {
    let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or_default();
    for (line, origin) in lines {
        let _ = writeln!(out, "{line:width$}  # {origin}");
    }
}
