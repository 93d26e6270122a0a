//! The form of an artefact: a manifest with one layer, the component, and a config that says what is in it.
//!
//! The media types are those of the Wasm working group's OCI artefact layout
//! (<https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/>), the fields those that `wkg` writes.

use std::collections::BTreeMap;

use limits::SIGNATURE_BYTES;
use oci_client::annotations::{
    ORG_OPENCONTAINERS_IMAGE_DESCRIPTION, ORG_OPENCONTAINERS_IMAGE_TITLE, ORG_OPENCONTAINERS_IMAGE_VERSION,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{RegistryError, component::Interfaces};

/// The media type of the manifest.
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of a list of manifests.
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The media type of the config.
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
/// The media type of the layer.
const LAYER: &str = "application/wasm";
/// The annotation with the signature. Those who do not know it pull the component all the same.
const SIGNATURE: &str = "snmp-proxy.minisig";

/// A plugin that is to be published.
#[derive(Clone, Debug)]
pub struct Artefact {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
    /// The component.
    pub wasm: Vec<u8>,
    /// Its signature, as minisign writes it.
    pub signature: Option<String>,
}

/// A manifest, as much of it as counts here.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    schema_version: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    config: Descriptor,
    layers: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

/// What says which octets belong to a manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) media_type: String,
    pub(crate) digest: String,
    pub(crate) size: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

/// The config.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    created: String,
    author: Option<&'a str>,
    architecture: &'a str,
    os: &'a str,
    layer_digests: [&'a str; 1],
    component: Component,
}

#[derive(Debug, Serialize)]
struct Component {
    exports: Vec<String>,
    imports: Vec<String>,
    target: Option<String>,
}

/// The octets of an artefact, besides the component itself.
pub(crate) struct Form {
    pub(crate) manifest: Vec<u8>,
    pub(crate) config: Vec<u8>,
    pub(crate) config_digest: String,
    pub(crate) layer_digest: String,
}

impl Artefact {
    /// Lays it out.
    pub(crate) fn form(&self, created: OffsetDateTime) -> Result<Form, RegistryError> {
        let Interfaces { exports, imports } = Interfaces::of(&self.wasm)?;
        let layer =
            Descriptor::of(LAYER, &self.wasm, [(ORG_OPENCONTAINERS_IMAGE_TITLE, format!("{}.wasm", self.name))]);
        let config = Config {
            created: created.format(&Rfc3339).map_err(|error| RegistryError::Form(error.to_string()))?,
            author: None,
            architecture: "wasm",
            os: "wasip2",
            layer_digests: [&layer.digest],
            component: Component { exports, imports, target: None },
        };
        let config = serde_json::to_vec(&config).map_err(|error| RegistryError::Form(error.to_string()))?;
        let config_descriptor = Descriptor::of(CONFIG, &config, []);
        let signature = self.signature.iter().map(|signature| (SIGNATURE.to_owned(), signature.clone()));
        let about =
            [(ORG_OPENCONTAINERS_IMAGE_VERSION, &self.version), (ORG_OPENCONTAINERS_IMAGE_DESCRIPTION, &self.summary)];
        let about = about.into_iter().map(|(key, value)| (key.to_owned(), value.clone()));
        let (config_digest, layer_digest) = (config_descriptor.digest.clone(), layer.digest.clone());
        let manifest = Manifest {
            schema_version: 2,
            media_type: Some(MANIFEST.to_owned()),
            config: config_descriptor,
            layers: vec![layer],
            annotations: about.chain(signature).collect(),
        };
        let manifest = serde_json::to_vec(&manifest).map_err(|error| RegistryError::Form(error.to_string()))?;
        Ok(Form { manifest, config, config_digest, layer_digest })
    }
}

impl Manifest {
    /// Reads a manifest that came from a registry.
    pub(crate) fn read(octets: &[u8]) -> Result<Self, RegistryError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Kind {
            media_type: Option<String>,
            manifests: Option<Vec<serde::de::IgnoredAny>>,
        }
        let wrong = |error: serde_json::Error| RegistryError::Manifest { reason: error.to_string() };
        let kind: Kind = serde_json::from_slice(octets).map_err(wrong)?;
        if kind.manifests.is_some() || kind.media_type.is_some_and(|kind| kind == INDEX) {
            let reason = "it is a list of several artefacts: name one of them by its digest".to_owned();
            return Err(RegistryError::Manifest { reason });
        }
        serde_json::from_slice(octets).map_err(wrong)
    }

    /// Returns the one layer that is a component.
    pub(crate) fn component(&self) -> Result<&Descriptor, RegistryError> {
        let mut components = self.layers.iter().filter(|layer| layer.media_type == LAYER);
        match (components.next(), components.next()) {
            (Some(component), None) => Ok(component),
            (None, _) => {
                let kinds: Vec<&str> = self.layers.iter().map(|layer| layer.media_type.as_str()).take(5).collect();
                let kinds = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
                Err(RegistryError::Manifest { reason: format!("it holds {kinds}, and no layer {LAYER}") })
            }
            (Some(_), Some(_)) => Err(RegistryError::Manifest { reason: format!("it has several layers {LAYER}") }),
        }
    }

    /// Returns the signature, where there is one.
    pub(crate) fn signature(&self) -> Result<Option<&str>, RegistryError> {
        let signature = self.annotations.get(SIGNATURE).map(String::as_str);
        match signature {
            Some(text) if u64::try_from(text.len()).is_ok_and(|bytes| bytes > SIGNATURE_BYTES) => {
                Err(RegistryError::Manifest { reason: format!("its signature has more than {SIGNATURE_BYTES} bytes") })
            }
            signature => Ok(signature),
        }
    }
}

impl Descriptor {
    fn of<const N: usize>(media_type: &str, octets: &[u8], annotations: [(&str, String); N]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: digest(octets),
            size: u64::try_from(octets.len()).unwrap_or(u64::MAX),
            annotations: annotations.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        }
    }
}

/// The digest of octets, as registries write it.
pub(crate) fn digest(octets: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(octets))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn artefact() -> Artefact {
        Artefact {
            name: "fan-speeds".to_owned(),
            version: "1.0.0".to_owned(),
            summary: "How fast fans turn.".to_owned(),
            wasm: wat::parse_str(r#"(component (import "acme:a/b@0.1.0" (instance)))"#).unwrap(),
            signature: Some("untrusted comment: x\n".to_owned()),
        }
    }

    fn pretty(json: &[u8]) -> String {
        serde_json::to_string_pretty(&serde_json::from_slice::<serde_json::Value>(json).unwrap()).unwrap()
    }

    #[test]
    fn an_artefact_is_laid_out_as_wkg_does_it() {
        let form = artefact().form(OffsetDateTime::UNIX_EPOCH).unwrap();
        expect![[r#"
            {
              "schemaVersion": 2,
              "mediaType": "application/vnd.oci.image.manifest.v1+json",
              "config": {
                "mediaType": "application/vnd.wasm.config.v0+json",
                "digest": "sha256:80899c47c95f62f180999a161f9b4edf1e8e91061f1038f201a8240d2c3cebd1",
                "size": 245
              },
              "layers": [
                {
                  "mediaType": "application/wasm",
                  "digest": "sha256:b18ae2857746002acd028dcc31908b1cc7b200384eeabf46a151b52384d3d269",
                  "size": 34,
                  "annotations": {
                    "org.opencontainers.image.title": "fan-speeds.wasm"
                  }
                }
              ],
              "annotations": {
                "org.opencontainers.image.description": "How fast fans turn.",
                "org.opencontainers.image.version": "1.0.0",
                "snmp-proxy.minisig": "untrusted comment: x\n"
              }
            }"#]]
        .assert_eq(&pretty(&form.manifest));
        expect![[r#"
            {
              "created": "1970-01-01T00:00:00Z",
              "author": null,
              "architecture": "wasm",
              "os": "wasip2",
              "layerDigests": [
                "sha256:b18ae2857746002acd028dcc31908b1cc7b200384eeabf46a151b52384d3d269"
              ],
              "component": {
                "exports": [],
                "imports": [
                  "acme:a/b@0.1.0"
                ],
                "target": null
              }
            }"#]]
        .assert_eq(&pretty(&form.config));
        let manifest = Manifest::read(&form.manifest).unwrap();
        assert_eq!(manifest.component().unwrap().digest, form.layer_digest);
        assert_eq!(manifest.signature().unwrap(), Some("untrusted comment: x\n"));
    }

    #[track_caller]
    fn check_wrong(change: impl FnOnce(&mut serde_json::Value), expected: &str) {
        let form = artefact().form(OffsetDateTime::UNIX_EPOCH).unwrap();
        let mut manifest = serde_json::from_slice(&form.manifest).unwrap();
        change(&mut manifest);
        let read = Manifest::read(manifest.to_string().as_bytes());
        let error = read.and_then(|manifest| manifest.signature().map(drop).and(manifest.component().map(drop)));
        let error = error.unwrap_err().to_string();
        assert_eq!(error.split(" at line").next(), Some(expected));
    }

    #[test]
    fn what_is_not_one_component_is_refused() {
        check_wrong(
            |manifest| manifest["layers"] = serde_json::json!([]),
            "the manifest is not of a plugin: it holds nothing, and no layer application/wasm",
        );
        check_wrong(
            |manifest| manifest["layers"][0]["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip".into(),
            "the manifest is not of a plugin: it holds application/vnd.oci.image.layer.v1.tar+gzip, and no layer application/wasm",
        );
        check_wrong(
            |manifest| {
                let layer = manifest["layers"][0].clone();
                manifest["layers"].as_array_mut().unwrap().push(layer);
            },
            "the manifest is not of a plugin: it has several layers application/wasm",
        );
        check_wrong(
            |manifest| manifest["manifests"] = serde_json::json!([{}]),
            "the manifest is not of a plugin: it is a list of several artefacts: name one of them by its digest",
        );
        check_wrong(
            |manifest| manifest["annotations"][SIGNATURE] = "x".repeat(5_000).into(),
            "the manifest is not of a plugin: its signature has more than 4096 bytes",
        );
        check_wrong(
            |manifest| manifest["layers"][0]["size"] = (-1).into(),
            "the manifest is not of a plugin: invalid value: integer `-1`, expected u64",
        );
    }
}
