//! TLS towards receivers: rustls with ring, and certificates as the system trusts them or as a file says.

use std::{fs, path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject as _},
};
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::text::error_chain;

/// Octets of a file with certificates. Larger ones are refused.
const CA_FILE_OCTETS: u64 = 4 << 20;

/// Whose certificates are trusted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trust<'a> {
    /// Those that the system trusts.
    System,
    /// Those below the certificates in this file.
    File(&'a Path),
    /// Nobody's: for connections without TLS.
    Nobody,
}

/// Makes a configuration. Reads files, so it may block.
pub(super) fn client_config(trust: Trust<'_>) -> Result<ClientConfig, String> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error_chain(&error))?;
    let builder = match trust {
        Trust::System => builder.with_platform_verifier().map_err(|error| error_chain(&error))?,
        Trust::File(path) => builder.with_root_certificates(roots(path)?),
        Trust::Nobody => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(builder.with_no_client_auth())
}

fn roots(path: &Path) -> Result<RootCertStore, String> {
    let failed = |why: &str| format!("cannot read certificates from {}: {why}", path.display());
    let size = fs::metadata(path).map_err(|error| failed(&error.to_string()))?.len();
    if size > CA_FILE_OCTETS {
        return Err(failed(&format!("it is larger than {}", snmp::size(CA_FILE_OCTETS))));
    }
    let pem = fs::read(path).map_err(|error| failed(&error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| failed(&error.to_string()))?;
        roots.add(certificate).map_err(|error| failed(&error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(failed("there are none"));
    }
    Ok(roots)
}
