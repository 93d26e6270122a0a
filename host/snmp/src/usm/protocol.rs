//! The protocols for authentication and privacy, and the names that people have for them.

use std::{fmt, str::FromStr};

/// How messages are authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthProtocol {
    /// HMAC-MD5-96 (RFC 3414 section 6).
    Md5,
    /// HMAC-SHA-96 (RFC 3414 section 7).
    Sha1,
    /// HMAC-128-SHA-224 (RFC 7860).
    Sha224,
    /// HMAC-192-SHA-256 (RFC 7860).
    Sha256,
    /// HMAC-256-SHA-384 (RFC 7860).
    Sha384,
    /// HMAC-384-SHA-512 (RFC 7860).
    Sha512,
}

/// How messages are encrypted, and how a key that is too short for it is made longer.
///
/// No RFC says how to get a long key from a short digest. Two drafts do, differently: draft-reeder-snmpv3-usm-3desede
/// (also for AES, as Cisco has it) and draft-blumenthal-aes-usm (as net-snmp has it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrivProtocol {
    /// CBC-DES (RFC 3414 section 8).
    Des,
    /// 3DES-EDE in CBC, the key extended as Reeder has it.
    TripleDesReeder,
    /// 3DES-EDE in CBC, the key extended as Blumenthal has it.
    TripleDesBlumenthal,
    /// CFB128-AES-128 (RFC 3826).
    Aes128,
    /// CFB128-AES-192, the key extended as Reeder has it.
    Aes192Reeder,
    /// CFB128-AES-192, the key extended as Blumenthal has it.
    Aes192Blumenthal,
    /// CFB128-AES-256, the key extended as Reeder has it.
    Aes256Reeder,
    /// CFB128-AES-256, the key extended as Blumenthal has it.
    Aes256Blumenthal,
}

/// The text is not the name of a protocol. It is not repeated: it may be a password in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the protocol is one of {0}")]
pub struct UnknownProtocol(&'static str);

impl AuthProtocol {
    /// All of them, the weakest first.
    pub const ALL: [Self; 6] = [Self::Md5, Self::Sha1, Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The name, as the API has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA",
            Self::Sha224 => "SHA224",
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
        }
    }
}

impl PrivProtocol {
    /// All of them, the weakest first.
    pub const ALL: [Self; 8] = [
        Self::Des,
        Self::TripleDesReeder,
        Self::TripleDesBlumenthal,
        Self::Aes128,
        Self::Aes192Reeder,
        Self::Aes192Blumenthal,
        Self::Aes256Reeder,
        Self::Aes256Blumenthal,
    ];

    /// The name, as the API has it: without a letter the key is extended as Reeder has it, with a B as Blumenthal.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Des => "DES",
            Self::TripleDesReeder => "3DES",
            Self::TripleDesBlumenthal => "3DESB",
            Self::Aes128 => "AES",
            Self::Aes192Reeder => "AES192",
            Self::Aes192Blumenthal => "AES192B",
            Self::Aes256Reeder => "AES256",
            Self::Aes256Blumenthal => "AES256B",
        }
    }
}

impl FromStr for AuthProtocol {
    type Err = UnknownProtocol;

    /// Reads the API's names, in any case, and the spellings of net-snmp, Cisco and pysnmp.
    fn from_str(text: &str) -> Result<Self, UnknownProtocol> {
        let text = text.to_ascii_uppercase();
        let bare = text.strip_prefix("HMAC-").unwrap_or(&text);
        Ok(match bare {
            "MD5" | "MD5-96" => Self::Md5,
            "SHA" | "SHA1" | "SHA-1" | "SHA-96" => Self::Sha1,
            "SHA224" | "SHA-224" | "SHA2-224" => Self::Sha224,
            "SHA256" | "SHA-256" | "SHA2-256" => Self::Sha256,
            "SHA384" | "SHA-384" | "SHA2-384" => Self::Sha384,
            "SHA512" | "SHA-512" | "SHA2-512" => Self::Sha512,
            _ => return Err(UnknownProtocol("MD5, SHA, SHA224, SHA256, SHA384, SHA512")),
        })
    }
}

impl FromStr for PrivProtocol {
    type Err = UnknownProtocol;

    /// Reads the API's names, in any case, and the spellings of net-snmp, Cisco and pysnmp.
    ///
    /// net-snmp's `AES-192` and `AES-256`, with a dash, are Blumenthal's; the API's `AES192` and `AES256` are Reeder's.
    fn from_str(text: &str) -> Result<Self, UnknownProtocol> {
        let text = text.to_ascii_uppercase();
        let bare = text.strip_prefix("CFB128-").or_else(|| text.strip_prefix("CBC-")).unwrap_or(&text);
        Ok(match bare {
            "DES" | "DES56" => Self::Des,
            "3DES" | "3DES-EDE" | "3DESEDE" | "DES3" | "TDES" | "3DES-C" | "3DESC" => Self::TripleDesReeder,
            "3DESB" | "3DES-B" => Self::TripleDesBlumenthal,
            "AES" | "AES128" | "AES-128" | "AESCFB128" => Self::Aes128,
            "AES192" | "AES192C" | "AES192-C" | "AES-192-C" | "AES192-CISCO" | "AES192R" => Self::Aes192Reeder,
            "AES192B" | "AES-192" | "AES-192-B" | "AES192-BLUMENTHAL" | "AESBLUMENTHAL192" => Self::Aes192Blumenthal,
            "AES256" | "AES256C" | "AES256-C" | "AES-256-C" | "AES256-CISCO" | "AES256R" => Self::Aes256Reeder,
            "AES256B" | "AES-256" | "AES-256-B" | "AES256-BLUMENTHAL" | "AESBLUMENTHAL256" => Self::Aes256Blumenthal,
            _ => return Err(UnknownProtocol("DES, 3DES, 3DESB, AES, AES192, AES192B, AES256, AES256B")),
        })
    }
}

impl fmt::Display for AuthProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for PrivProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_is_found_by_its_name_in_any_case() {
        for protocol in AuthProtocol::ALL {
            assert_eq!(protocol.to_string().to_lowercase().parse(), Ok(protocol));
        }
        for protocol in PrivProtocol::ALL {
            assert_eq!(protocol.to_string().to_lowercase().parse(), Ok(protocol));
        }
    }

    #[test]
    fn net_snmps_dash_means_blumenthal() {
        let check = |text: &str, expected| assert_eq!(text.parse::<PrivProtocol>(), Ok(expected), "{text}");
        check("AES-256", PrivProtocol::Aes256Blumenthal);
        check("AES-256-C", PrivProtocol::Aes256Reeder);
        check("AES-192", PrivProtocol::Aes192Blumenthal);
        check("aes192-cisco", PrivProtocol::Aes192Reeder);
        check("AES-128", PrivProtocol::Aes128);
    }

    #[test]
    fn an_unknown_name_is_not_repeated() {
        let error = "hunter2-hunter2".parse::<PrivProtocol>().unwrap_err();
        assert_eq!(error.to_string(), "the protocol is one of DES, 3DES, 3DESB, AES, AES192, AES192B, AES256, AES256B");
    }
}
