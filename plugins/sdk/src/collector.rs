//! What a plugin implements, and how a job becomes a call of it.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::bindings::exports::snmp_proxy::plugin::collector::Manifest;
use crate::{Device, Error, ErrorKind, Sections};

/// A plugin that collects from a device.
///
/// The host makes a new instance of the component for every job, so a plugin keeps no state between jobs.
pub trait Collector {
    /// The parameters of a request. Derive `Deserialize` with `#[serde(deny_unknown_fields)]`, so that a
    /// mistyped key is an error that names it; [`NoParams`] when there are none.
    type Params: DeserializeOwned;

    /// Tells what the plugin is and reads. Gives the same answer at every call.
    fn describe() -> Manifest;

    /// Collects.
    ///
    /// A table that breaks off is no error: what was read is the result, and the host tells the user what is
    /// missing. An error is for a device that gave nothing at all, and for parameters that make no sense.
    fn collect(device: &mut dyn Device, params: Self::Params) -> Result<Sections, Error>;
}

/// The parameters of a plugin that takes none.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// Runs a collector with parameters as the host hands them over. An unknown or wrong parameter ends it at once.
pub(crate) fn run<C: Collector>(device: &mut dyn Device, params: &str) -> Result<String, Error> {
    let params = serde_json::from_str(params)
        .map_err(|wrong| Error::new(ErrorKind::InvalidArgument, format!("bad parameters: {wrong}")))?;
    C::collect(device, params).map(Sections::into_json)
}
