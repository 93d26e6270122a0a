//! A decoder as its author writes it, and as the component exports it.

use std::marker::PhantomData;

use super::{DecoderManifest, Notification, Part};
use crate::{Error, decoding_bindings::exports::snmp_proxy::plugin::trap_decoder::Guest};

/// A plugin that takes notifications and other messages apart. The shapes of its answers are described in `wit/`.
///
/// The host may keep an instance or make a new one for each call, so a plugin keeps no state between calls.
pub trait TrapDecoder {
    /// Tells what the decoder is. Gives the same answer at every call.
    fn describe() -> DecoderManifest;

    /// Decodes one PDU to the members of a record that follow from it, a JSON object.
    ///
    /// Broken octets are no error: what could be read of them is the answer, with a flag.
    fn decode(notification: &Notification) -> Result<String, Error>;

    /// Takes octets apart for people, to a JSON object.
    fn tree(part: Part, octets: &[u8]) -> Result<String, Error>;
}

impl DecoderManifest {
    /// A decoder of this name and version (`env!("CARGO_PKG_VERSION")`).
    #[must_use]
    pub fn new(name: &str, version: &str, summary: &str) -> DecoderManifest {
        DecoderManifest {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            hints: Vec::new(),
        }
    }
}

/// A decoder in the form that the generated export takes.
#[derive(Debug)]
pub struct ExportedDecoder<D>(PhantomData<D>);

impl<D: TrapDecoder> Guest for ExportedDecoder<D> {
    fn describe() -> DecoderManifest {
        D::describe()
    }

    fn decode(notifications: Vec<Notification>) -> Vec<Result<String, Error>> {
        notifications.iter().map(D::decode).collect()
    }

    fn tree(part: Part, octets: Vec<u8>) -> Result<String, Error> {
        D::tree(part, &octets)
    }
}
