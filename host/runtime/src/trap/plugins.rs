//! Loaded plugins for notifications, and what they say about themselves.

use std::{fmt, sync::Arc};

use serde_json::Value;
use snmp::{Oid, notification::is_below};

use super::{TrapRecord, record::DecodedBy};
use crate::{Origin, plugin::Loaded, v0_1};

/// A loaded plugin that takes notifications and other messages apart. Cloning is cheap.
#[derive(Clone)]
pub struct TrapDecoder(Arc<Loaded<DecoderManifest, v0_1::PreparedDecoder>>);

/// A loaded plugin that knows a vendor's notifications. Cloning is cheap.
#[derive(Clone)]
pub struct TrapEnricher(Arc<Loaded<EnricherManifest, v0_1::PreparedEnricher>>);

/// What a decoder is. Everything in it was checked when the plugin was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecoderManifest {
    /// lower-kebab-case; records name the plugin by it.
    pub name: String,
    /// Its version, as semver.org describes.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
}

/// What an enricher is, and which notifications it is for. Everything in it was checked when the plugin was loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct EnricherManifest {
    /// lower-kebab-case; records name the plugin by it.
    pub name: String,
    /// Its version, as semver.org describes.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
    /// It gets the records whose trap OID, or whose enterprise in version 1, begins with one of these. At least one.
    pub prefixes: Vec<Oid>,
    /// The shape of what it puts into `decoded`: a JSON Schema.
    pub schema: Value,
}

impl EnricherManifest {
    /// Whether it is for this notification.
    #[must_use]
    pub fn is_for(&self, record: &TrapRecord) -> bool {
        let oid = |dotted: &Option<String>| dotted.as_deref().and_then(|dotted| dotted.parse::<Oid>().ok());
        let trap = record.trap.as_ref().and_then(|trap| oid(&trap.oid));
        let enterprise = record.v1.as_ref().and_then(|v1| oid(&v1.enterprise));
        let any = |fits: &dyn Fn(&Oid) -> bool| self.prefixes.iter().any(fits);
        trap.is_some_and(|trap| any(&|prefix| is_below(&trap, prefix)))
            || enterprise.is_some_and(|enterprise| any(&|prefix| enterprise.starts_with(prefix)))
    }
}

/// What plugins of both kinds tell alike.
macro_rules! handle {
    ($handle:ident, $manifest:ty, $prepared:ty) => {
        impl $handle {
            pub(crate) fn new(loaded: Loaded<$manifest, $prepared>) -> Self {
                Self(Arc::new(loaded))
            }

            pub(crate) fn loaded(&self) -> &Loaded<$manifest, $prepared> {
                &self.0
            }

            /// What it says about itself.
            #[must_use]
            pub fn manifest(&self) -> &$manifest {
                &self.0.manifest
            }

            /// Where it came from.
            #[must_use]
            pub fn origin(&self) -> &Origin {
                &self.0.origin
            }

            /// `sha256:` and the digest of the component's octets in hexadecimal.
            #[must_use]
            pub fn digest(&self) -> &str {
                &self.0.digest
            }

            /// The interfaces that it imports, in the order of the component.
            #[must_use]
            pub fn imports(&self) -> &[String] {
                &self.0.imports
            }

            /// How records name it.
            pub(super) fn signature(&self) -> DecodedBy {
                DecodedBy { plugin: self.0.manifest.name.clone(), digest: self.0.digest.clone() }
            }
        }

        impl fmt::Debug for $handle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($handle))
                    .field("name", &self.0.manifest.name)
                    .field("origin", &self.0.origin)
                    .field("digest", &self.0.digest)
                    .finish_non_exhaustive()
            }
        }
    };
}

handle!(TrapDecoder, DecoderManifest, v0_1::PreparedDecoder);
handle!(TrapEnricher, EnricherManifest, v0_1::PreparedEnricher);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trap::record::{RecordedTrap, RecordedV1};

    #[test]
    fn an_enricher_is_for_notifications_below_its_prefixes_by_either_number() {
        let check = |prefix: &str, trap: Option<&str>, enterprise: Option<&str>, expected| {
            let manifest = EnricherManifest {
                name: "an-enricher".to_owned(),
                version: "1.0.0".to_owned(),
                summary: String::new(),
                prefixes: vec![prefix.parse().unwrap()],
                schema: Value::Null,
            };
            let trap = RecordedTrap { oid: trap.map(str::to_owned), ..RecordedTrap::default() };
            let v1 = RecordedV1 { enterprise: enterprise.map(str::to_owned), ..RecordedV1::default() };
            let record = TrapRecord { trap: Some(trap), v1: Some(v1), ..TrapRecord::default() };
            assert_eq!(manifest.is_for(&record), expected, "{prefix} {record:?}");
        };
        check("1.3.6.1.4.1.9", Some("1.3.6.1.4.1.9"), None, true);
        check("1.3.6.1.4.1.9", Some("1.3.6.1.4.1.9.9.43.2.0.1"), None, true);
        check("1.3.6.1.4.1.9", Some("1.3.6.1.4.1.99"), None, false);
        check("1.3.6.1.4.1.9", Some("1.3.6.1.4.1"), None, false);
        check("1.3.6.1.4.1.9", Some("1.3.6.1.6.3.1.1.5.3"), Some("1.3.6.1.4.1.9.1.1"), true);
        check("1.3.6.1.2.1.14.16.2.16", Some("1.3.6.1.2.1.14.16.2.0.16"), Some("1.3.6.1.2.1.14.16.2"), true);
        check("1.3.6.1.2.1.14.16.2.0.16", Some("1.3.6.1.2.1.14.16.2.16"), None, true);
        check("1.3.6.1.2.1.14.16.2.16", None, None, false);
    }
}
