//! Who a request comes from. Nothing here is ever printed, logged or put into an error.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretSlice, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::usm::{Context, User, UserError};

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

impl Credentials {
    /// The same in another context, by its name. None where the version has no contexts.
    pub fn in_context(&self, name: &str) -> Option<Result<Self, UserError>> {
        let Self::V3 { user, context } = self else { return None };
        let named = Context::named(name).map(|named| Context { engine_id: context.engine_id.clone(), ..named });
        Some(named.map(|context| Self::V3 { user: user.clone(), context }))
    }

    /// The same as Cisco's IOS takes them for what it has for one VLAN: the context `vlan-N`, or the community with `@N`
    /// behind it.
    #[must_use]
    pub fn in_vlan(&self, number: u16) -> Self {
        let indexed = |community: &Community| {
            let octets = Zeroizing::new([community.expose(), format!("@{number}").as_bytes()].concat());
            Community::from(octets.as_slice())
        };
        match self {
            Self::V1 { community } => Self::V1 { community: indexed(community) },
            Self::V2c { community } => Self::V2c { community: indexed(community) },
            Self::V3 { user, context } => {
                let name = format!("vlan-{number}").into();
                Self::V3 { user: user.clone(), context: Context { engine_id: context.engine_id.clone(), name } }
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vlan_is_a_part_of_the_community_before_version_3() {
        let credentials = Credentials::V2c { community: Community::from("public") }.in_vlan(10);
        let Credentials::V2c { community } = &credentials else { panic!("{credentials:?}") };
        assert!(community.matches(b"public@10"));
        assert_eq!(format!("{credentials:?}"), "V2c { community: Community(hidden) }");
        assert!(credentials.in_context("x").is_none());
    }
}
