//! The exchange with a registry.
//!
//! The client library does what takes several steps: tokens, uploads in pieces, downloads. It reads a manifest whole,
//! however long it is, so manifests are read here. What a registry answers to a request for a token is bounded by the
//! deadline alone.

use std::time::Duration;

use futures_util::StreamExt as _;
use limits::{REGISTRY_CONNECT_TIMEOUT, REGISTRY_DEADLINE, REGISTRY_MANIFEST_BYTES, REGISTRY_READ_TIMEOUT};
use oci_client::{
    Client, RegistryOperation,
    client::{ClientConfig, ClientProtocol},
    manifest::OciDescriptor,
    secrets::RegistryAuth,
};
use reqwest::{
    StatusCode,
    header::{ACCEPT, HeaderValue},
};
use time::OffsetDateTime;

use crate::{
    Artefact, Credentials, Reference, RegistryError,
    artefact::{Descriptor, Form, INDEX, MANIFEST, Manifest, digest},
    error::line,
};

/// How registries are talked to.
#[derive(Clone, Debug)]
pub struct RegistryOptions {
    /// Bytes of a plugin (limit `sandbox.file_bytes`).
    pub file_bytes: u64,
    /// Whether registries of other machines are talked to without TLS as well.
    pub plain_http: bool,
    /// Who we are.
    pub credentials: Credentials,
}

/// A registry.
#[derive(Debug)]
pub struct Registry {
    options: RegistryOptions,
}

/// What was pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// The component.
    pub wasm: Vec<u8>,
    /// Its signature, as minisign writes it.
    pub signature: Option<String>,
    /// Where it came from, with the digest of the manifest: the same for ever.
    pub reference: Reference,
}

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Where it is, with the digest of the manifest.
    pub reference: Reference,
    /// The digest of the component.
    pub component: String,
}

/// A registry for one exchange.
struct Exchange<'a> {
    reference: &'a Reference,
    client: Client,
    auth: RegistryAuth,
    scheme: &'static str,
}

impl Registry {
    /// Returns a way to registries.
    #[must_use]
    pub fn new(options: RegistryOptions) -> Self {
        Self { options }
    }

    /// Publishes a plugin under a tag.
    pub async fn publish(&self, artefact: &Artefact, reference: &Reference) -> Result<Published, RegistryError> {
        if reference.digest().is_some() {
            return Err(RegistryError::PublishedByDigest { reference: reference.to_string() });
        }
        let form = artefact.form(OffsetDateTime::now_utc())?;
        let exchange = self.exchange(reference)?;
        within_deadline(reference, exchange.push(&artefact.wasm, form)).await
    }

    /// Pulls a plugin. What comes has the digests that it is announced with.
    pub async fn pull(&self, reference: &Reference) -> Result<Pulled, RegistryError> {
        let exchange = self.exchange(reference)?;
        within_deadline(reference, exchange.pull(self.options.file_bytes)).await
    }

    fn exchange<'a>(&self, reference: &'a Reference) -> Result<Exchange<'a>, RegistryError> {
        // The client takes the process's provider and has none of its own.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let is_plain = self.options.plain_http || reference.is_of_this_machine();
        let config = ClientConfig {
            protocol: if is_plain { ClientProtocol::Http } else { ClientProtocol::Https },
            connect_timeout: Some(REGISTRY_CONNECT_TIMEOUT),
            read_timeout: Some(REGISTRY_READ_TIMEOUT),
            user_agent: USER_AGENT,
            platform_resolver: None,
            ..ClientConfig::default()
        };
        let client = Client::try_from(config).map_err(|error| RegistryError::Client(error.to_string()))?;
        let scheme = if is_plain { "http" } else { "https" };
        Ok(Exchange { reference, client, auth: self.options.credentials.auth(), scheme })
    }
}

const USER_AGENT: &str = concat!("snmp-proxy/", env!("CARGO_PKG_VERSION"));

impl Exchange<'_> {
    async fn push(self, wasm: &[u8], form: Form) -> Result<Published, RegistryError> {
        let failed = |error| RegistryError::of(self.reference.registry(), &self.reference.to_string(), &error);
        let place = &self.reference.0;
        self.client.auth(place, &self.auth, RegistryOperation::Push).await.map_err(failed)?;
        self.client.push_blob(place, wasm.to_vec(), &form.layer_digest).await.map_err(failed)?;
        self.client.push_blob(place, form.config, &form.config_digest).await.map_err(failed)?;
        let manifest_digest = digest(&form.manifest);
        let pushed = self.client.push_manifest_raw(place, form.manifest, HeaderValue::from_static(MANIFEST));
        pushed.await.map_err(failed)?;
        Ok(Published { reference: self.reference.pinned(&manifest_digest), component: form.layer_digest })
    }

    async fn pull(self, limit: u64) -> Result<Pulled, RegistryError> {
        let octets = self.manifest().await?;
        let found = digest(&octets);
        if let Some(expected) = self.reference.digest().filter(|expected| **expected != found) {
            let expected = expected.to_owned();
            return Err(RegistryError::OtherDigest { what: "the manifest", expected, found });
        }
        let manifest = Manifest::read(&octets)?;
        let signature = manifest.signature()?.map(str::to_owned);
        let wasm = self.blob(manifest.component()?, limit).await?;
        Ok(Pulled { wasm, signature, reference: self.reference.pinned(&found) })
    }

    async fn manifest(&self) -> Result<Vec<u8>, RegistryError> {
        let (registry, place) = (self.reference.registry(), &self.reference.0);
        let failed = |error: reqwest::Error| RegistryError::exchange(registry, &error.without_url());
        let token = self.client.auth(place, &self.auth, RegistryOperation::Pull).await;
        let token = token.map_err(|error| RegistryError::of(registry, &self.reference.to_string(), &error))?;
        let client = reqwest::Client::builder()
            .connect_timeout(REGISTRY_CONNECT_TIMEOUT)
            .read_timeout(REGISTRY_READ_TIMEOUT)
            .user_agent(USER_AGENT)
            .https_only(self.scheme == "https");
        let client = client.build().map_err(|error| RegistryError::Client(error.to_string()))?;
        let wanted = place.digest().or_else(|| place.tag()).unwrap_or("latest");
        let url = format!("{}://{registry}/v2/{}/manifests/{wanted}", self.scheme, place.repository());
        let request = client.get(url).header(ACCEPT, format!("{MANIFEST}, {INDEX}"));
        let request = match (token, &self.auth) {
            (Some(token), _) => request.bearer_auth(token),
            (None, RegistryAuth::Basic(name, password)) => request.basic_auth(name, Some(password)),
            (None, _) => request,
        };
        let mut answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        let mut octets = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(failed)? {
            octets.extend_from_slice(&piece);
            check_size("the manifest", &octets, REGISTRY_MANIFEST_BYTES, "REGISTRY_MANIFEST_BYTES")?;
        }
        match status {
            status if status.is_success() => Ok(octets),
            StatusCode::NOT_FOUND => Err(RegistryError::NotThere { reference: self.reference.to_string() }),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(RegistryError::Refused { registry: registry.to_owned(), reason: format!("status {status}") })
            }
            status => {
                let reason = line(&format!("status {status}: {}", String::from_utf8_lossy(&octets)));
                Err(RegistryError::Exchange { registry: registry.to_owned(), reason })
            }
        }
    }

    async fn blob(&self, wanted: &Descriptor, limit: u64) -> Result<Vec<u8>, RegistryError> {
        const WHAT: &str = "the plugin";
        let (registry, limit_name) = (self.reference.registry(), "sandbox.file_bytes");
        if wanted.size > limit {
            return Err(RegistryError::TooLarge { what: WHAT, limit, limit_name });
        }
        let descriptor = OciDescriptor {
            media_type: wanted.media_type.clone(),
            digest: wanted.digest.clone(),
            size: i64::try_from(wanted.size).unwrap_or(i64::MAX),
            ..OciDescriptor::default()
        };
        let failed = |error| RegistryError::of(registry, &self.reference.to_string(), &error);
        let mut stream = self.client.pull_blob_stream(&self.reference.0, &descriptor).await.map_err(failed)?;
        let mut octets = Vec::new();
        while let Some(piece) = stream.next().await {
            octets.extend_from_slice(&piece.map_err(|error| RegistryError::exchange(registry, &error))?);
            // Not a byte more than was announced, which is within the limit.
            check_size(WHAT, &octets, wanted.size.min(limit), "the size in the manifest")?;
        }
        let found = digest(&octets);
        if found == wanted.digest {
            Ok(octets)
        } else {
            Err(RegistryError::OtherDigest { what: WHAT, expected: line(&wanted.digest), found })
        }
    }
}

fn check_size(what: &'static str, octets: &[u8], limit: u64, limit_name: &'static str) -> Result<(), RegistryError> {
    if u64::try_from(octets.len()).is_ok_and(|bytes| bytes > limit) {
        return Err(RegistryError::TooLarge { what, limit, limit_name });
    }
    Ok(())
}

async fn within_deadline<T>(
    reference: &Reference,
    exchange: impl Future<Output = Result<T, RegistryError>>,
) -> Result<T, RegistryError> {
    const DEADLINE: Duration = REGISTRY_DEADLINE;
    let deadline =
        |_| RegistryError::Deadline { registry: reference.registry().to_owned(), seconds: DEADLINE.as_secs() };
    tokio::time::timeout(DEADLINE, exchange).await.map_err(deadline)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_registries_of_this_machine_are_asked_without_tls_unless_told_so() {
        let scheme = |reference: &str, plain_http| {
            let options = RegistryOptions { file_bytes: 1, plain_http, credentials: Credentials::Anonymous };
            Registry::new(options).exchange(&reference.parse().unwrap()).unwrap().scheme
        };
        assert_eq!((scheme("ghcr.io/a/b:1", false), scheme("ghcr.io/a/b:1", true)), ("https", "http"));
        assert_eq!((scheme("127.0.0.1:1/a/b:1", false), scheme("localhost:1/a:1", false)), ("http", "http"));
        assert_eq!(scheme("192.0.2.1:5000/a/b:1", false), "https");
    }
}
