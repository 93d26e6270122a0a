//! Who a request comes from. Nothing here is ever printed, logged or put into an error.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretSlice, SecretString};
use subtle::ConstantTimeEq;

use crate::usm::{Context, User};

/// How to talk to an agent. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// SNMPv1 (RFC 1157): without GETBULK and Counter64.
    V1 {
        /// The community.
        community: Community,
    },
    /// SNMPv2c (RFC 1901).
    V2c {
        /// The community.
        community: Community,
    },
    /// SNMPv3 (RFC 3412) with the User-based Security Model (RFC 3414).
    V3 {
        /// The user.
        user: User,
        /// Which of the agent's contexts is asked.
        context: Context,
    },
}

/// A community: a password by another name. Cheap to clone; the octets are wiped with the last clone.
#[derive(Clone)]
pub struct Community(Arc<SecretSlice<u8>>);

impl Community {
    /// The octets, for a message.
    pub(crate) fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// Whether `octets` are this community. Takes as long whatever they are.
    pub(crate) fn matches(&self, octets: &[u8]) -> bool {
        self.expose().ct_eq(octets).into()
    }
}

impl From<&str> for Community {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<&[u8]> for Community {
    fn from(octets: &[u8]) -> Self {
        Self(Arc::new(octets.to_vec().into()))
    }
}

impl From<SecretString> for Community {
    fn from(text: SecretString) -> Self {
        Self::from(text.expose_secret())
    }
}

impl From<&SecretString> for Community {
    fn from(text: &SecretString) -> Self {
        Self::from(text.expose_secret())
    }
}

impl fmt::Debug for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Community(hidden)")
    }
}
