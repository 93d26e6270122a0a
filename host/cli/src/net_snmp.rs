//! What people type who come from net-snmp's tools: taken where it can mean one thing only, else told what to write.

use clap::{
    Error,
    builder::StyledStr,
    error::{ContextKind, ContextValue, ErrorKind},
};
use job::Version;

/// Flags of net-snmp (snmpcmd(1), snmpwalk(1), snmpbulkwalk(1)) that no command has, and what to write instead.
const ELSEWHERE: [(&str, &str); 15] = [
    (
        "-C",
        "what -C chooses is in the configuration: `on_non_increasing` and `max_repetitions` of [snmp] or [[targets]]",
    ),
    ("-r", "retries are `retries` of [snmp] or [[targets]] in the configuration"),
    ("-d", "no packets are dumped here: capture them with tcpdump, and read them with `snmp-proxy decode`"),
    ("-D", "what is going on is logged with --log-level debug"),
    ("-m", "the standard modules are built in, and no others are loaded: leave -m out"),
    ("-M", "the standard modules are built in, and no others are loaded: leave -M out"),
    ("-I", "the standard modules are built in, and no others are loaded: leave -I out"),
    ("-P", "the standard modules are built in, and no others are loaded: leave -P out"),
    ("-L", "what is logged goes to standard error; --log-level says how much"),
    (
        "-O",
        "names are written as MODULE::name, with --numeric (-On) in numbers, and values as text: leave -O out; --json has the types",
    ),
    ("-e", "the engine ID of a device is found out: leave -e out"),
    ("-Z", "boots and time of a device are found out: leave -Z out"),
    ("-3", "keys are made of passwords: give --auth-password and --priv-password instead of keys"),
    ("-Y", "the configuration is a file (--config) and $SNMP_PROXY__SECTION__KEY"),
    ("-T", "SNMP is sent over UDP: leave -T out"),
];

/// Adds to an error about an unknown flag of net-snmp what to write instead.
pub(super) fn with_tip(mut error: Error) -> Error {
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return error };
    if let Some((_, tip)) = ELSEWHERE.iter().find(|(known, _)| known == flag) {
        let tip = ContextValue::StyledStrs(vec![StyledStr::from(*tip)]);
        error.insert(ContextKind::Suggested, tip);
    }
    error
}

/// Reads a version in the spellings that people have: `1`, `2c`, `3`, `v2c`, `2C`, and `2`, of which one is left.
pub(super) fn version(text: &str) -> Result<Version, String> {
    let lower = text.to_ascii_lowercase();
    let lower = lower.strip_prefix("snmp").unwrap_or(&lower);
    match lower.strip_prefix('v').unwrap_or(lower) {
        "1" => Ok(Version::V1),
        "2" | "2c" => Ok(Version::V2c),
        "3" => Ok(Version::V3),
        "2u" | "2p" | "2*" => Err("SNMPv2u, SNMPv2p and SNMPv2* are historic: write 2c, or 3 with a user".to_owned()),
        _ => Err("write 1, 2c or 3".to_owned()),
    }
}

/// Reads net-snmp's `-O`: `n`, OIDs in numbers, is all that there is of it.
pub(super) fn output_options(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.chars().all(|option| option == 'n') {
        return Ok(text.to_owned());
    }
    Err("of -O there is n, OIDs in numbers, and values are written as text: leave -O out; --json has the types"
        .to_owned())
}

/// What a user's messages are protected by (RFC 3411 section 3.4.3).
#[expect(clippy::enum_variant_names, reason = "the names that the RFC has")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    NoAuthNoPriv,
    AuthNoPriv,
    AuthPriv,
}

impl Level {
    /// Reads a level by its name or one of the short forms of net-snmp's `-l`, in any case of letters.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "noauthnopriv" | "noauth" | "nanp" | "1" => Ok(Self::NoAuthNoPriv),
            "authnopriv" | "auth" | "anp" | "2" => Ok(Self::AuthNoPriv),
            "authpriv" | "priv" | "ap" | "3" => Ok(Self::AuthPriv),
            _ => Err("write noAuthNoPriv, authNoPriv or authPriv".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::Cli;

    /// What is said of a command line that cannot be.
    fn said(line: &str) -> String {
        let parsed = Cli::try_parse_from(std::iter::once("snmp-proxy").chain(line.split(' ')));
        with_tip(parsed.unwrap_err()).to_string()
    }

    #[test]
    fn a_flag_of_net_snmp_that_means_nothing_here_is_told_what_to_write() {
        for (flag, tip) in ELSEWHERE.iter().filter(|(flag, _)| *flag != "-O") {
            let said = said(&format!("walk router1 1.3 {flag} x"));
            assert!(said.contains(&format!("tip: {tip}\n")), "{said}");
        }
        let said = said("get router1 1.3 -Oq");
        assert!(said.contains("leave -O out") && said.starts_with("error: invalid value 'q'"), "{said}");
        assert!(
            !super::with_tip(Cli::try_parse_from(["snmp-proxy", "get", "--nonsense"]).unwrap_err())
                .to_string()
                .contains("leave")
        );
    }

    #[test]
    fn versions_and_levels_have_several_spellings() {
        for (text, expected) in [
            ("1", Version::V1),
            ("v1", Version::V1),
            ("2", Version::V2c),
            ("2C", Version::V2c),
            ("V2c", Version::V2c),
            ("SNMPv3", Version::V3),
        ] {
            assert_eq!(version(text), Ok(expected), "{text}");
        }
        assert!(version("2u").unwrap_err().contains("write 2c"));
        for text in ["", "v", "4", "2d"] {
            assert_eq!(version(text).unwrap_err(), "write 1, 2c or 3", "{text}");
        }
        for (text, expected) in [
            ("authPriv", Level::AuthPriv),
            ("AUTHPRIV", Level::AuthPriv),
            ("authNoPriv", Level::AuthNoPriv),
            ("noauthnopriv", Level::NoAuthNoPriv),
            ("ap", Level::AuthPriv),
        ] {
            assert_eq!(Level::read(text), Ok(expected), "{text}");
        }
        assert!(Level::read("privAuth").is_err());
    }
}
