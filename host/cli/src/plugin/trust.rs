//! What the operator demands of plugins: the flags of commands, beside the configuration.

use std::{fs::File, io::Read as _, path::Path};

use clap::Args;
use limits::SIGNATURE_BYTES;
use plugin_folder::{Rules, TrustedKey};

use crate::CommandError;

/// Flags about signatures.
#[derive(Debug, Default, Args)]
pub(super) struct TrustFlags {
    /// Public key of minisign, or the file with it, that signatures are held against; may be given several times
    #[arg(long = "trusted-key", value_name = "KEY|FILE")]
    trusted_keys: Vec<String>,
    /// Refuse a plugin without a signature of a trusted key
    #[arg(long)]
    require_signature: bool,
}

impl TrustFlags {
    /// What holds for this command.
    pub(super) fn rules(&self) -> Result<Rules, CommandError> {
        if self.require_signature && self.trusted_keys.is_empty() {
            let message = "--require-signature needs a key: give --trusted-key";
            return Err(CommandError::Usage(message.to_owned()));
        }
        let trusted_keys = self.trusted_keys.iter().map(|given| key(given)).collect::<Result<_, _>>()?;
        Ok(Rules { require_lock: false, require_signatures: self.require_signature, trusted_keys })
    }
}

/// A key as it is, or in a file.
fn key(given: &str) -> Result<TrustedKey, CommandError> {
    if let Ok(key) = given.parse() {
        return Ok(key);
    }
    let path = Path::new(given);
    let unreadable = |source| CommandError::Input { path: path.to_owned(), source };
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(SIGNATURE_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    text.parse().map_err(|error| CommandError::Usage(format!("{given}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "RWRacbDLumbwk7WEzlIWDFGLag1nfkMA1S0h2ePebQZxCVjgnN/I8oZV";

    #[test]
    fn a_key_is_given_as_it_is_or_as_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("minisign.pub");
        std::fs::write(&file, format!("untrusted comment: minisign public key\n{KEY}\n")).unwrap();
        for given in [KEY, file.to_str().unwrap()] {
            assert_eq!(key(given).unwrap().id().to_string(), "93F066BACBB0715A");
        }
        std::fs::write(&file, "x").unwrap();
        assert!(matches!(key(file.to_str().unwrap()), Err(CommandError::Usage(_))));
        assert!(matches!(key("nowhere"), Err(CommandError::Input { .. })));
        let flags = TrustFlags { trusted_keys: Vec::new(), require_signature: true };
        assert!(matches!(flags.rules(), Err(CommandError::Usage(_))));
    }
}
