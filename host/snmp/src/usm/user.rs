//! Who a request of version 3 comes from, and in which context it is asked.

use std::{fmt, ops::RangeInclusive, str::FromStr, sync::Arc};

use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::{AuthProtocol, PrivProtocol};
use crate::counted;

/// A user of SNMPv3. Cheap to clone; its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct User {
    name: Arc<str>,
    protection: Protection,
}

/// What protects a user's messages. Privacy without authentication does not exist (RFC 3414 section 1.4.3).
#[derive(Clone, Debug)]
pub enum Protection {
    /// noAuthNoPriv: nothing.
    None,
    /// authNoPriv.
    Auth {
        /// How messages are authenticated.
        auth: AuthProtocol,
        /// With what.
        auth_password: Password,
    },
    /// authPriv.
    AuthPriv {
        /// How messages are authenticated.
        auth: AuthProtocol,
        /// With what.
        auth_password: Password,
        /// How they are encrypted.
        privacy: PrivProtocol,
        /// With what.
        priv_password: Password,
    },
}

/// A password. Cheap to clone; the octets are wiped with the last clone.
#[derive(Clone)]
pub struct Password(Arc<SecretSlice<u8>>);

/// A level of security (RFC 3411 section 3.4.3), the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecurityLevel {
    /// Neither authentication nor privacy.
    NoAuthNoPriv,
    /// Authentication without privacy.
    AuthNoPriv,
    /// Both.
    AuthPriv,
}

/// Which of an agent's collections of objects is asked (RFC 3411 section 3.3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Context {
    /// The engine that holds it; the agent's own where nothing is given.
    pub engine_id: Option<EngineId>,
    /// Its name; the default context has none.
    pub name: Arc<str>,
}

/// The identity of an SNMP engine: 5 to 32 octets (RFC 3411, SnmpEngineID), and of agents as many as they say.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EngineId(Arc<[u8]>);

/// Why there can be no such user or context. No text is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// The name is empty or too long.
    #[error("a user's name has {} to {} octets", NAME_OCTETS.start(), NAME_OCTETS.end())]
    Name,
    /// RFC 3414 section 11.2 asks for 8; a bound is there against hashing for ever.
    #[error("a password has {} to {} octets", PASSWORD_OCTETS.start(), PASSWORD_OCTETS.end())]
    Password,
    /// The engine id cannot be one.
    #[error("an engine ID is {} to {} octets in hexadecimal", ENGINE_ID_OCTETS.start(), ENGINE_ID_OCTETS.end())]
    EngineId,
    /// The context's name is too long.
    #[error("the name of a context has at most {} octets", NAME_OCTETS.end())]
    Context,
}

/// Octets of a user's name (RFC 3414, usmUserName); a context's name (RFC 3415) has as many at most, or none.
pub const NAME_OCTETS: RangeInclusive<usize> = 1..=32;

/// Octets of a password: RFC 3414 section 11.2 asks for 8, and the end is there against hashing for ever.
pub const PASSWORD_OCTETS: RangeInclusive<usize> = 8..=1_024;

/// Octets of an engine ID (RFC 3411, SnmpEngineID).
pub const ENGINE_ID_OCTETS: RangeInclusive<usize> = 5..=32;

/// Octets of an engine ID that are read where an agent sends one. There are agents with 4 octets, and with 36, since
/// they send hexadecimal digits as text. It stands twice in each request and is a part of what keys are found by.
pub const MAX_AGENT_ENGINE_ID_OCTETS: usize = 255;

/// An engine ID that an agent sends and that is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid engine ID of {} ({} to {} are allowed, 1 to {MAX_AGENT_ENGINE_ID_OCTETS} are read)",
    counted(*.octets, "octet"),
    ENGINE_ID_OCTETS.start(),
    ENGINE_ID_OCTETS.end()
)]
pub struct EngineIdSize {
    /// How many octets it has.
    pub octets: usize,
}

impl User {
    /// A user with a name of 1 to 32 octets.
    pub fn new(name: &str, protection: Protection) -> Result<Self, UserError> {
        if !NAME_OCTETS.contains(&name.len()) {
            return Err(UserError::Name);
        }
        Ok(Self { name: name.into(), protection })
    }

    /// The name: no secret, it goes over the wire in clear text.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What protects the user's messages.
    #[must_use]
    pub fn protection(&self) -> &Protection {
        &self.protection
    }

    /// The level of security that follows from it.
    #[must_use]
    pub fn level(&self) -> SecurityLevel {
        match self.protection {
            Protection::None => SecurityLevel::NoAuthNoPriv,
            Protection::Auth { .. } => SecurityLevel::AuthNoPriv,
            Protection::AuthPriv { .. } => SecurityLevel::AuthPriv,
        }
    }
}

impl Password {
    /// A password of 8 to 1,024 octets.
    pub fn new(text: &SecretString) -> Result<Self, UserError> {
        let octets = text.expose_secret().as_bytes();
        if !PASSWORD_OCTETS.contains(&octets.len()) {
            return Err(UserError::Password);
        }
        Ok(Self(Arc::new(octets.to_vec().into())))
    }

    /// The octets, to make a key of them.
    pub(crate) fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl SecurityLevel {
    /// The name of RFC 3411.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAuthNoPriv => "noAuthNoPriv",
            Self::AuthNoPriv => "authNoPriv",
            Self::AuthPriv => "authPriv",
        }
    }
}

impl Context {
    /// A context of the agent's own, with a name of at most 32 octets.
    pub fn named(name: &str) -> Result<Self, UserError> {
        if name.len() > *NAME_OCTETS.end() {
            return Err(UserError::Context);
        }
        Ok(Self { engine_id: None, name: name.into() })
    }
}

impl EngineId {
    /// An engine ID of these octets, as it is allowed to be.
    pub fn new(octets: &[u8]) -> Result<Self, UserError> {
        if !ENGINE_ID_OCTETS.contains(&octets.len()) {
            return Err(UserError::EngineId);
        }
        Ok(Self(octets.into()))
    }

    /// The engine ID of an agent, whose octets may be fewer or more than allowed ([`Self::oddity`] tells): keys can be
    /// made for any number of them (RFC 3414 section 2.6), and the field in the message has no size (section 2.4).
    pub fn of_agent(octets: &[u8]) -> Result<Self, EngineIdSize> {
        if !(1..=MAX_AGENT_ENGINE_ID_OCTETS).contains(&octets.len()) {
            return Err(EngineIdSize { octets: octets.len() });
        }
        Ok(Self(octets.into()))
    }

    /// What is wrong with its size, in words; nothing where it is as it should be.
    #[must_use]
    pub fn oddity(&self) -> Option<String> {
        let (octets, allowed) = (self.0.len(), ENGINE_ID_OCTETS);
        let is_allowed = allowed.contains(&octets);
        let s = if octets == 1 { "" } else { "s" };
        (!is_allowed).then(|| {
            format!(
                "the engine ID has {octets} octet{s} instead of {} to {} (RFC 3411)",
                allowed.start(),
                allowed.end()
            )
        })
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for EngineId {
    type Err = UserError;

    /// Reads hexadecimal digits, with or without `0x` and colons.
    fn from_str(text: &str) -> Result<Self, UserError> {
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
        let digits: Vec<u8> = digits.bytes().filter(|digit| *digit != b':').collect();
        Self::new(&const_hex::decode(digits).map_err(|_| UserError::EngineId)?)
    }
}

impl fmt::Display for SecurityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for EngineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&const_hex::encode(&self.0))
    }
}

impl fmt::Debug for EngineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EngineId({self})")
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_have_their_bounds() {
        assert_eq!(User::new("", Protection::None).unwrap_err(), UserError::Name);
        assert!(User::new(&"n".repeat(32), Protection::None).is_ok());
        assert_eq!(User::new(&"n".repeat(33), Protection::None).unwrap_err(), UserError::Name);
        assert_eq!(Password::new(&"1234567".into()).unwrap_err(), UserError::Password);
        assert!(Password::new(&"12345678".into()).is_ok());
        assert_eq!(Password::new(&"1".repeat(1_025).into()).unwrap_err(), UserError::Password);
    }

    #[test]
    fn an_engine_id_is_read_from_hexadecimal() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let read = text.parse::<EngineId>().map_or_else(|error| error.to_string(), |id| id.to_string());
            assert_eq!(read, expected);
        }
        check("0x8000000001", "8000000001");
        check("80:00:00:00:01:ff", "8000000001ff");
        for text in ["80000000", "800000000", "8000000xyz", "", "0x", &"80".repeat(33)] {
            check(text, "an engine ID is 5 to 32 octets in hexadecimal");
        }
    }

    #[test]
    fn an_agent_may_have_an_engine_id_that_is_too_short_or_too_long() {
        #[track_caller]
        fn check(octets: usize, expected: &str) {
            let read = EngineId::of_agent(&vec![0x80; octets]);
            let said = read.map_or_else(|error| error.to_string(), |id| id.oddity().unwrap_or_default());
            assert_eq!(said, expected);
        }
        let invalid = |octets| format!("invalid engine ID of {octets} octets (5 to 32 are allowed, 1 to 255 are read)");
        check(0, &invalid(0));
        check(1, "the engine ID has 1 octet instead of 5 to 32 (RFC 3411)");
        check(4, "the engine ID has 4 octets instead of 5 to 32 (RFC 3411)");
        check(5, "");
        check(32, "");
        check(36, "the engine ID has 36 octets instead of 5 to 32 (RFC 3411)");
        check(255, "the engine ID has 255 octets instead of 5 to 32 (RFC 3411)");
        check(256, &invalid(256));
    }

    #[test]
    fn debug_shows_no_password() {
        let password = Password::new(&"correct horse".into()).unwrap();
        let protection = Protection::Auth { auth: AuthProtocol::Sha256, auth_password: password };
        let shown = format!("{:?}", User::new("monitor", protection).unwrap());
        assert!(shown.contains("monitor") && !shown.contains("horse"), "{shown}");
    }
}
