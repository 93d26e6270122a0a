//! Signatures of minisign: `NAME.wasm.minisig` beside `NAME.wasm`, by keys that the operator trusts.
//!
//! Both forms that minisign writes are taken: the file's BLAKE2b digest signed, which is today's, and the file itself
//! signed, as with `minisign -S -l`.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minisign_verify::{PublicKey, Signature};

/// Octets of the algorithm, which come before the key ID in keys and signatures alike.
const ALGORITHM_OCTETS: usize = 2;
/// Characters of a trusted comment that are told.
const COMMENT_CHARS: usize = 500;

/// The ID of a key: a number, which minisign prints in hexadecimal without leading zeros. So one key of sixteen has fewer
/// than 16 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyId(u64);

/// A public key that the operator trusts.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    key: PublicKey,
    id: KeyId,
}

/// What is written is not a public key of minisign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a public key of minisign: write its second line, which begins with RW, or the text of the file minisign.pub"
)]
pub struct InvalidKey;

/// What a signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// There is none.
    No,
    /// There is one, by a key that the operator does not trust: it says nothing.
    Untrusted {
        /// The ID that it claims.
        key: KeyId,
    },
    /// The file is as the holder of a trusted key signed it.
    By {
        /// The key.
        key: KeyId,
        /// What the signer says, as much under the signature as the file: `timestamp:… file:…`, unless they say otherwise.
        comment: String,
    },
}

/// Why a signature does not do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A signature is required.
    #[error("it is not signed, and only plugins with a signature of a trusted key are taken")]
    Missing,
    /// A signature of a trusted key is required.
    #[error("it is signed with the key {0}, which is not trusted")]
    UntrustedKey(KeyId),
    /// What should be a signature is something else.
    #[error("its signature is not one of minisign")]
    Malformed,
    /// The file is another one than was signed, or the signature was changed.
    #[error("its signature with the key {0} is wrong: the file or the signature was changed after signing")]
    Wrong(KeyId),
}

impl KeyId {
    /// The ID in what a line of a key or a signature says.
    fn of(octets: &[u8]) -> Option<Self> {
        let id: [u8; 8] = octets.get(ALGORITHM_OCTETS..)?.first_chunk().copied()?;
        Some(Self(u64::from_le_bytes(id)))
    }
}

impl FromStr for KeyId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_hex = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let id = u64::from_str_radix(text, 16).ok().filter(|_| is_hex);
        id.map(Self).ok_or_else(|| "expected the ID of a key: up to 16 hexadecimal digits".to_owned())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}", self.0)
    }
}

impl TrustedKey {
    /// Returns its ID.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }
}

/// Takes the key itself, and the two lines of `minisign.pub`.
impl FromStr for TrustedKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let line = lines.next_back().ok_or(InvalidKey)?;
        let key = PublicKey::from_base64(line).map_err(|_| InvalidKey)?;
        let id = STANDARD.decode(line).ok().as_deref().and_then(KeyId::of).ok_or(InvalidKey)?;
        Ok(Self { key, id })
    }
}

/// Says what a signature of a file is worth.
pub(crate) fn verify(file: &[u8], signature: &str, keys: &[TrustedKey]) -> Result<Signed, SignatureError> {
    let malformed = |_| SignatureError::Malformed;
    let decoded = Signature::decode(signature).map_err(malformed)?;
    let second_line = signature.lines().nth(1).unwrap_or_default();
    let octets = STANDARD.decode(second_line).map_err(|_| SignatureError::Malformed)?;
    let id = KeyId::of(&octets).ok_or(SignatureError::Malformed)?;
    // IDs are not proof: two keys may have one.
    let mut of_this_id = keys.iter().filter(|key| key.id == id).peekable();
    if of_this_id.peek().is_none() {
        return Ok(Signed::Untrusted { key: id });
    }
    if of_this_id.any(|key| key.key.verify(file, &decoded, true).is_ok()) {
        let is_text = |sign: &char| !sign.is_control();
        let comment = decoded.trusted_comment().chars().map(|sign| if is_text(&sign) { sign } else { ' ' });
        Ok(Signed::By { key: id, comment: comment.take(COMMENT_CHARS).collect() })
    } else {
        Err(SignatureError::Wrong(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made with minisign 0.11: `minisign -G -W`, `minisign -S -W` and `minisign -S -W -l` of a file that says "plugin\n".
    const KEY: &str = include_str!("../tests/signatures/minisign.pub");
    const PREHASHED: &str = include_str!("../tests/signatures/plugin.minisig");
    const LEGACY: &str = include_str!("../tests/signatures/plugin-legacy.minisig");
    const FILE: &[u8] = b"plugin\n";

    fn keys() -> [TrustedKey; 1] {
        [KEY.parse().unwrap()]
    }

    #[test]
    fn both_forms_of_minisign_are_taken_with_their_trusted_comment() {
        for (signature, comment) in [(PREHASHED, "release 1.0.0"), (LEGACY, "release 1.0.0, legacy")] {
            let signed = verify(FILE, signature, &keys()).unwrap();
            let key = *keys()[0].id();
            assert_eq!(signed, Signed::By { key, comment: comment.to_owned() });
            assert!(matches!(verify(FILE, &signature.replace('\n', "\r\n"), &keys()), Ok(Signed::By { .. })));
        }
    }

    #[test]
    fn what_the_minisign_of_this_machine_signs_is_taken() {
        if !prerequisites::programs(&["minisign"]) {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let minisign = |words: &str| {
            let mut command = std::process::Command::new("minisign");
            let output = command.args(words.split(' ')).current_dir(folder.path()).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        // Longer than one block of the hash.
        let file = [7; 1_000];
        std::fs::write(folder.path().join("fans.wasm"), file).unwrap();
        minisign("-G -W -p fans.pub -s fans.key");
        let keys = [read("fans.pub").parse().unwrap()];
        for form in ["-S -W -s fans.key -m fans.wasm", "-S -l -W -s fans.key -m fans.wasm"] {
            minisign(form);
            let signed = verify(&file, &read("fans.wasm.minisig"), &keys).unwrap();
            let Signed::By { comment, .. } = signed else { panic!("{form}: {signed:?}") };
            assert!(comment.contains("file:fans.wasm"), "{form}: {comment}");
        }
    }

    #[test]
    fn the_id_of_a_key_is_the_one_that_minisign_prints() {
        // The second one begins with a zero.
        let short = "untrusted comment: minisign public key F83E68D081C8698\n\
                     RWSYhhwIjeaDD9wtSUEGxgnVEGnmaYy0tqEdyAMVG6joP16q2VBop+nK\n";
        for file in [KEY, short] {
            let printed = file.lines().next().unwrap().rsplit(' ').next().unwrap();
            let key: TrustedKey = file.parse().unwrap();
            assert_eq!(key.id().to_string(), printed);
            assert_eq!(printed.parse(), Ok(*key.id()));
            let bare: TrustedKey = file.lines().nth(1).unwrap().parse().unwrap();
            assert_eq!(bare.id(), key.id());
        }
        for wrong in ["", "+1", "12345678901234567", "key"] {
            assert!(wrong.parse::<KeyId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_changed_file_comment_or_signature_is_refused() {
        let wrong = SignatureError::Wrong(*keys()[0].id());
        for signature in [PREHASHED, LEGACY] {
            assert_eq!(verify(b"plugin", signature, &keys()), Err(wrong.clone()));
            let comment = signature.replace("release 1.0.0", "release 2.0.0");
            assert_eq!(verify(FILE, &comment, &keys()), Err(wrong.clone()));
        }
        // The lines of one signature under the comment of another.
        let (upper, lower): (Vec<&str>, Vec<&str>) =
            (PREHASHED.lines().take(2).collect(), LEGACY.lines().skip(2).collect());
        assert_eq!(verify(FILE, &[upper, lower].concat().join("\n"), &keys()), Err(wrong));
    }

    #[test]
    fn a_key_that_is_not_trusted_says_nothing() {
        let key = *keys()[0].id();
        assert_eq!(verify(FILE, PREHASHED, &[]), Ok(Signed::Untrusted { key }));
    }

    #[test]
    fn what_is_no_signature_and_no_key_is_said_to_be_none() {
        for text in ["", "a\nb\nc\nd", &PREHASHED[..100], "untrusted comment: x\n\n\n\n"] {
            assert_eq!(verify(FILE, text, &keys()), Err(SignatureError::Malformed), "{text}");
        }
        for text in ["", "RWQ", "untrusted comment: minisign public key", PREHASHED.lines().nth(1).unwrap()] {
            assert_eq!(text.parse::<TrustedKey>().unwrap_err(), InvalidKey, "{text}");
        }
    }
}
