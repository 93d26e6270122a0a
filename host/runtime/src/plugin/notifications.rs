//! Loaded plugins for notifications.

use std::{fmt, sync::Arc};

use super::{Loaded, Origin};
use crate::{
    DecoderManifest, EnricherManifest,
    contract::{Decoding, Enriching},
};

/// A loaded plugin that takes notifications and other messages apart. Cloning is cheap.
#[derive(Clone)]
pub struct TrapDecoder(Arc<Loaded<DecoderManifest, Arc<dyn Decoding>>>);

/// A loaded plugin that knows a vendor's notifications. Cloning is cheap.
#[derive(Clone)]
pub struct TrapEnricher(Arc<Loaded<EnricherManifest, Arc<dyn Enriching>>>);

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

handle!(TrapDecoder, DecoderManifest, Arc<dyn Decoding>);
handle!(TrapEnricher, EnricherManifest, Arc<dyn Enriching>);
