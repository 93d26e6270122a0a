//! What is to be done, checked: everything that could be wrong with a request was found before one of these exists.
//!
//! The API builds them from JSON and the command line from arguments; both use the readers here for what has a syntax
//! of its own. Nothing in here does I/O, so a name that does not resolve is found later, by the job.

use std::{str::FromStr, sync::Arc, time::Duration};

use address::{Host, InvalidHost, NoTarget};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use snmp::{Community, Credentials, Oid};

use crate::{
    Access, DeviceOptions,
    serde_forms::{millis, text},
};

/// The value of one object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GetSpec {
    /// The device.
    pub device: DeviceSpec,
    /// The object's instance, as a dotted OID.
    #[serde(with = "text")]
    pub oid: Oid,
    /// The deadline of the whole operation, in milliseconds.
    #[serde(rename = "timeout_ms", with = "millis")]
    pub timeout: Duration,
}

/// Everything below an OID.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WalkSpec {
    /// The device.
    pub device: DeviceSpec,
    /// The root of the subtree, as a dotted OID.
    #[serde(with = "text")]
    pub oid: Oid,
    /// The deadline of the whole operation, in milliseconds.
    #[serde(rename = "timeout_ms", with = "millis")]
    pub timeout: Duration,
}

/// A device and how to talk to it. `Debug` shows no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceSpec {
    /// An address or a name.
    pub target: TargetName,
    /// The agent's UDP port.
    pub port: u16,
    /// With which credentials.
    pub access: Access,
    /// What the request wants otherwise than usual.
    #[serde(default)]
    pub options: DeviceOptions,
}

/// What is asked, and how the client wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TargetName {
    asked: Arc<str>,
    host: Host,
}

/// A version of SNMP, as requests name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `1`
    V1,
    /// `2c`
    V2c,
    /// `3`
    V3,
}

/// The text is not a version of SNMP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the version is '1', '2c' or '3'")]
pub struct UnknownVersion;

/// Why a text cannot be a target. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing is there.
    #[error("a target has at least 1 character")]
    Empty,
    /// It is longer than any name.
    #[error("a target has at most {0} characters")]
    TooLong(usize),
    /// It is no host, or not one alone.
    #[error(transparent)]
    Host(#[from] InvalidHost),
    /// It is a host, and not one device.
    #[error(transparent)]
    NoTarget(#[from] NoTarget),
}

/// Why a text cannot be asked for as an OID. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an OID is 2 to 128 numbers below 2^32 with dots between them, the first from 0 to 2, e.g. 1.3.6.1.2.1.1.5.0")]
pub struct OidError;

impl TargetName {
    /// Reads a target of at most so many characters. Blanks around it are not part of it.
    pub fn read(text: &str, max_chars: usize) -> Result<Self, TargetError> {
        let text = text.trim();
        if text.is_empty() {
            Err(TargetError::Empty)
        } else if text.chars().count() > max_chars {
            Err(TargetError::TooLong(max_chars))
        } else {
            let host: Host = text.parse()?;
            host.check_target()?;
            Ok(Self { host, asked: text.into() })
        }
    }

    /// A device that has no address, such as a recording that is played, under the name that it was asked by. No request
    /// can name one: the address that stands for it is refused everywhere, and other processes cannot read the name.
    #[must_use]
    pub fn without_address(asked: &str) -> Self {
        Self { asked: asked.into(), host: Host::V4(std::net::Ipv4Addr::UNSPECIFIED) }
    }

    /// The target as the client wrote it.
    #[must_use]
    pub fn asked(&self) -> &Arc<str> {
        &self.asked
    }

    /// The host that is meant.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }
}

/// As a runner reads it, which has no limit of its own on what was accepted elsewhere: that of DNS.
const WIRE_CHARS: usize = 255;

impl TryFrom<String> for TargetName {
    type Error = TargetError;

    fn try_from(text: String) -> Result<Self, TargetError> {
        Self::read(&text, WIRE_CHARS)
    }
}

impl From<TargetName> for String {
    fn from(target: TargetName) -> Self {
        target.asked.to_string()
    }
}

impl From<Host> for TargetName {
    fn from(host: Host) -> Self {
        Self { asked: host.to_string().into(), host }
    }
}

impl Version {
    /// The credentials of this version with a community. None for version 3, which has users instead.
    #[must_use]
    pub fn with_community(self, community: SecretString) -> Option<Credentials> {
        match self {
            Self::V1 => Some(Credentials::V1 { community: Community::from(community) }),
            Self::V2c => Some(Credentials::V2c { community: Community::from(community) }),
            Self::V3 => None,
        }
    }
}

impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        match text {
            "1" => Ok(Self::V1),
            "2c" => Ok(Self::V2c),
            "3" => Ok(Self::V3),
            _ => Err(UnknownVersion),
        }
    }
}

/// Reads an OID that can be asked for: with or without a leading dot, and `iso` may stand for the first 1.
pub fn parse_oid(text: &str) -> Result<Oid, OidError> {
    let text = text.strip_prefix('.').unwrap_or(text);
    let oid = match text.strip_prefix("iso.") {
        Some(rest) => format!("1.{rest}").parse::<Oid>(),
        // One dot in front is fine, two are not.
        None if text.starts_with('.') => return Err(OidError),
        None => text.parse(),
    }
    .map_err(|_| OidError)?;
    // BER packs the first two arcs into one number (X.690 section 8.19.4).
    match oid.arcs() {
        [0 | 1, 0..=39, ..] | [2, _, ..] => Ok(oid),
        _ => Err(OidError),
    }
}

/// Reads the root of a walk: an OID, or `.1` or `.` as net-snmp's `snmpwalk` takes them, for one of the three trees or all
/// of them.
///
/// BER has no OID of one arc; the engine asks for what follows `1.0` then, before which nothing of the tree can be.
pub fn parse_walk_root(text: &str) -> Result<Oid, OidError> {
    let root: &[u32] = match text.strip_prefix('.').unwrap_or(text) {
        "" if text == "." => &[],
        "0" | "ccitt" => &[0],
        "1" | "iso" => &[1],
        "2" | "joint-iso-ccitt" => &[2],
        _ => return parse_oid(text),
    };
    Oid::new(root).map_err(|_| OidError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(parse_oid(text).map_or_else(|_| "no".to_owned(), |oid| oid.to_string()), expected);
    }

    #[test]
    fn an_oid_is_read_with_or_without_a_leading_dot_and_with_iso() {
        check("1.3.6.1", "1.3.6.1");
        check(".1.3.6.1", "1.3.6.1");
        check("iso.3.6.1", "1.3.6.1");
        check(".iso.3.6.1", "1.3.6.1");
    }

    #[test]
    fn a_walk_begins_at_any_oid_and_at_a_tree_or_all_of_them() {
        let check = |text: &str, expected: &str| {
            assert_eq!(
                parse_walk_root(text).map_or_else(|_| "no".to_owned(), |oid| oid.to_string()),
                expected,
                "{text}"
            );
        };
        for text in ["1", ".1", "iso", ".iso"] {
            check(text, "1");
        }
        check(".0", "0");
        check("2", "2");
        check(".", "");
        check(".1.3.6", "1.3.6");
        for text in ["", "..", "..1", "3", ".1.", "system"] {
            check(text, "no");
        }
    }

    #[test]
    fn what_no_agent_could_be_asked_for_is_refused() {
        for text in
            ["", ".", "1", "..1.3", "abc", "sysName.0", "9.9.9", "1.40.1", "1.3.6.1.4.1.4294967296", "1.3.", "iso"]
        {
            check(text, "no");
        }
    }
}
