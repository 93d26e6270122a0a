//! What the operator demands of all plugins of the folder.

use crate::{InvalidKey, SignatureError, Signed, TrustedKey, signature};

/// What the operator demands of all plugins of the folder. Nothing unless given.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Only what is in `plugins.lock` is loaded, with the very digest. `pinned = true` in the lock says the same.
    pub require_lock: bool,
    /// Only plugins with a signature of a trusted key are taken.
    pub require_signatures: bool,
    /// The keys that signatures are held against.
    pub trusted_keys: Vec<TrustedKey>,
}

impl Rules {
    /// Reads the keys, each the line of a public key of minisign or the text of its file.
    pub fn new<'a>(
        require_lock: bool,
        require_signatures: bool,
        trusted_keys: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, InvalidKey> {
        let trusted_keys = trusted_keys.into_iter().map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { require_lock, require_signatures, trusted_keys })
    }

    /// Holds a file against its signature. A signature that a trusted key should have made and did not is refused also
    /// where none is required.
    pub fn verify(&self, file: &[u8], signature: Option<&str>) -> Result<Signed, SignatureError> {
        let signed = signature.map_or(Ok(Signed::No), |text| signature::verify(file, text, &self.trusted_keys))?;
        match &signed {
            Signed::No if self.require_signatures => Err(SignatureError::Missing),
            Signed::Untrusted { key } if self.require_signatures => Err(SignatureError::UntrustedKey(*key)),
            _ => Ok(signed),
        }
    }
}
