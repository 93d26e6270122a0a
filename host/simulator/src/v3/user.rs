//! Users of version 3, and the protocols they may have.

use std::fmt;

use secrecy::SecretString;

/// A user that may ask the simulated devices, with the protocols and passwords of its messages.
///
/// Without an authentication protocol it is a user of noAuthNoPriv. A request below the user's own level passes the
/// security model, and is then answered with authorizationError, as an agent does whose views want that level.
#[derive(Clone, Debug)]
#[must_use]
pub struct SimulatedUser {
    pub(super) name: String,
    pub(super) auth: Option<(AuthProtocol, SecretString)>,
    pub(super) privacy: Option<(PrivProtocol, SecretString)>,
}

/// How messages are authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthProtocol {
    /// HMAC-MD5-96 (RFC 3414).
    Md5,
    /// HMAC-SHA-96 (RFC 3414).
    Sha,
    /// HMAC-128-SHA-224 (RFC 7860).
    Sha224,
    /// HMAC-192-SHA-256 (RFC 7860).
    Sha256,
    /// HMAC-256-SHA-384 (RFC 7860).
    Sha384,
    /// HMAC-384-SHA-512 (RFC 7860).
    Sha512,
}

/// How messages are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrivProtocol {
    /// CBC-DES (RFC 3414).
    Des,
    /// 3DES-EDE (draft-reeder-snmpv3-usm-3desede-00), short keys extended as Reeder has it.
    TripleDes,
    /// CFB128-AES-128 (RFC 3826).
    Aes128,
    /// AES-192, short keys extended as draft-blumenthal-aes-usm-04 has it.
    Aes192Blumenthal,
    /// AES-192, short keys extended as draft-reeder-snmpv3-usm-3desede-00 has it.
    Aes192Reeder,
    /// AES-256, short keys extended as draft-blumenthal-aes-usm-04 has it.
    Aes256Blumenthal,
    /// AES-256, short keys extended as draft-reeder-snmpv3-usm-3desede-00 has it.
    Aes256Reeder,
}

/// Why a user cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// Privacy needs authentication (RFC 3411 section 3.4.3).
    #[error("it has privacy without authentication")]
    PrivacyAlone,
    /// A password of no letters gives no key.
    #[error("a password is empty")]
    EmptyPassword,
    /// The name does not have 1 to 32 octets (RFC 3414 section 2.4).
    #[error("its name does not have 1 to 32 octets")]
    Name,
}

impl SimulatedUser {
    /// A user of noAuthNoPriv.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), auth: None, privacy: None }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lets the user's messages be authenticated.
    pub fn auth(self, protocol: AuthProtocol, password: impl Into<SecretString>) -> Self {
        Self { auth: Some((protocol, password.into())), ..self }
    }

    /// Lets the user's messages be encrypted.
    pub fn privacy(self, protocol: PrivProtocol, password: impl Into<SecretString>) -> Self {
        Self { privacy: Some((protocol, password.into())), ..self }
    }
}

impl AuthProtocol {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Md5, Self::Sha, Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// How many octets a digest has in a message.
    #[must_use]
    pub fn digest_len(self) -> usize {
        match self {
            Self::Md5 | Self::Sha => 12,
            Self::Sha224 => 16,
            Self::Sha256 => 24,
            Self::Sha384 => 32,
            Self::Sha512 => 48,
        }
    }
}

impl PrivProtocol {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Des,
        Self::TripleDes,
        Self::Aes128,
        Self::Aes192Blumenthal,
        Self::Aes192Reeder,
        Self::Aes256Blumenthal,
        Self::Aes256Reeder,
    ];

    /// How many octets the localised key has, those of the pre-IV of DES and 3DES included.
    pub(super) fn key_len(self) -> usize {
        match self {
            Self::Des | Self::Aes128 => 16,
            Self::Aes192Blumenthal | Self::Aes192Reeder => 24,
            Self::TripleDes | Self::Aes256Blumenthal | Self::Aes256Reeder => 32,
        }
    }
}

impl fmt::Display for AuthProtocol {
    /// As net-snmp spells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Md5 => "MD5",
            Self::Sha => "SHA",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        })
    }
}

impl fmt::Display for PrivProtocol {
    /// As net-snmp spells it, where it knows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Des => "DES",
            Self::TripleDes => "3DES",
            Self::Aes128 => "AES",
            Self::Aes192Blumenthal => "AES-192",
            Self::Aes192Reeder => "AES-192-C",
            Self::Aes256Blumenthal => "AES-256",
            Self::Aes256Reeder => "AES-256-C",
        })
    }
}
