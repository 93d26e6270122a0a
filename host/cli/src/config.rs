//! `snmp-proxy config`: whether the configuration is right, and what it comes to.
//!
//! What is wrong was reported when it was loaded, before either of these runs; but whether the host is one of this machine
//! matters to the server alone.

use config::{ConfigError, Loaded, check_host, show as shown};

use super::{
    CommandError, Exit,
    colours::{Colours, Style},
    output,
};

/// Says that nothing is wrong, or what only a look around shows.
pub(super) fn check(loaded: &Loaded) -> Result<Exit, CommandError> {
    if let Some(problem) = check_host(loaded) {
        return Err(ConfigError { problems: vec![problem] }.into());
    }
    output::print("the configuration is valid\n")?;
    Ok(Exit::Done)
}

/// Prints what holds.
pub(super) fn show(loaded: &Loaded) -> Result<Exit, CommandError> {
    output::print(&painted(&shown(loaded), Colours::of_stdout()))?;
    Ok(Exit::Done)
}

/// Sections stand out, and where a value comes from steps back.
fn painted(toml: &str, colours: Colours) -> String {
    let line = |line: &str| match line.rfind("# ").map(|place| line.split_at(place)) {
        Some((value, origin)) => format!("{value}{}\n", colours.paint(Style::Aside, origin)),
        None if line.starts_with('[') => format!("{}\n", colours.paint(Style::Title, line)),
        None => format!("{line}\n"),
    };
    toml.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_is_the_same_text_with_colours_and_without() {
        let toml = "[server]\nport = 1  # flag --port\n\nhost = \"a\"\n";
        assert_eq!(painted(toml, Colours::None), toml);
        let expected = "\u{1b}[1m[server]\u{1b}[0m\nport = 1  \u{1b}[2m# flag --port\u{1b}[0m\n\nhost = \"a\"\n";
        assert_eq!(painted(toml, Colours::Colours), expected);
    }
}
