//! Names of hosts: RFC 1123 section 2.1, with the underscore that people use, and nothing that is an address in
//! disguise.

use std::{fmt, str::FromStr};

use crate::InvalidHost;

/// Octets of a part of a name (RFC 1035 section 2.3.4). Beyond, it is no name.
pub const LABEL_OCTETS: usize = 63;

/// Octets of a name, without the dot at its end (RFC 1035 section 2.3.4). Beyond, it is no name.
pub const NAME_OCTETS: usize = 253;

/// A host's name, perhaps with a dot at its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostName(Box<str>);

impl HostName {
    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HostName {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        let name = text.strip_suffix('.').unwrap_or(text);
        if has_numbers_only(text) || name.split('.').all(is_number) {
            return Err(InvalidHost::V4);
        }
        if !text.is_ascii() {
            return Err(InvalidHost::NotAscii);
        }
        if !text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-_.".contains(&octet)) {
            return Err(InvalidHost::Character);
        }
        if !name.split('.').all(is_part) {
            return Err(InvalidHost::Part);
        }
        if name.len() > NAME_OCTETS {
            return Err(InvalidHost::TooLong);
        }
        if name.rsplit('.').next().is_some_and(is_number) {
            return Err(InvalidHost::NumberAtEnd);
        }
        Ok(Self(text.into()))
    }
}

fn is_part(part: &str) -> bool {
    (1..=LABEL_OCTETS).contains(&part.len()) && !part.starts_with('-') && !part.ends_with('-')
}

/// Digits of any script, and signs, but no letters: nobody means a name.
fn has_numbers_only(text: &str) -> bool {
    text.contains(char::is_numeric) && !text.contains(char::is_alphabetic)
}

/// Whether resolvers may read it as a number: in decimal, octal or hexadecimal, where `0x` alone is 0.
fn is_number(part: &str) -> bool {
    match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some(digits) => digits.bytes().all(|octet| octet.is_ascii_hexdigit()),
        None => !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit()),
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
