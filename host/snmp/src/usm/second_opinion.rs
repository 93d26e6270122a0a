//! The names of another implementation for our protocols, for the tests that ask it.

use async_snmp::{AuthProtocol as OtherAuth, PrivProtocol as OtherPriv};

use super::{AuthProtocol, PrivProtocol};

/// The same protocol.
pub(crate) fn auth(protocol: AuthProtocol) -> OtherAuth {
    match protocol {
        AuthProtocol::Md5 => OtherAuth::Md5,
        AuthProtocol::Sha1 => OtherAuth::Sha1,
        AuthProtocol::Sha224 => OtherAuth::Sha224,
        AuthProtocol::Sha256 => OtherAuth::Sha256,
        AuthProtocol::Sha384 => OtherAuth::Sha384,
        AuthProtocol::Sha512 => OtherAuth::Sha512,
    }
}

/// The same protocol, if it is known there.
pub(crate) fn privacy(protocol: PrivProtocol) -> Option<OtherPriv> {
    Some(match protocol {
        PrivProtocol::Des => OtherPriv::Des,
        PrivProtocol::TripleDesReeder => OtherPriv::Des3,
        PrivProtocol::TripleDesBlumenthal => return None,
        PrivProtocol::Aes128 => OtherPriv::Aes128,
        PrivProtocol::Aes192Reeder => OtherPriv::Aes192Reeder,
        PrivProtocol::Aes192Blumenthal => OtherPriv::Aes192Blumenthal,
        PrivProtocol::Aes256Reeder => OtherPriv::Aes256Reeder,
        PrivProtocol::Aes256Blumenthal => OtherPriv::Aes256Blumenthal,
    })
}
