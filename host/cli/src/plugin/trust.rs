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
    /// What holds for this command: what the configuration demands, and what the flags add.
    pub(super) fn rules(&self, configured: &Rules) -> Result<Rules, CommandError> {
        let mut rules = configured.clone();
        for given in &self.trusted_keys {
            rules.trusted_keys.push(key(given)?);
        }
        rules.require_signatures |= self.require_signature;
        if rules.require_signatures && rules.trusted_keys.is_empty() {
            let message = "--require-signature needs a key: give --trusted-key, or set plugins.trusted_keys";
            return Err(CommandError::Usage(message.to_owned()));
        }
        Ok(rules)
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
        assert!(matches!(flags.rules(&Rules::default()), Err(CommandError::Usage(_))));
    }
}
