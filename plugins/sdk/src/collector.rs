//! What a plugin implements, and how a job becomes a call of it.

use serde::{Deserialize, de::DeserializeOwned};

use crate::{Device, Error, ErrorKind, Manifest, Sections};

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

/// A plugin that collects as a configuration says, such as an interpreter of device profiles: one component that is many
/// plugins, each with a name of its own.
///
/// The component lies in the plugins folder as `NAME.wasm`, and its configurations in the folder `NAME` beside it, a file
/// for each plugin, which has the file's name.
pub trait ConfiguredCollector: Sized {
    /// The parameters of a request, as [`Collector::Params`].
    type Params: DeserializeOwned;

    /// Reads a configuration, or says why it is none: [`ErrorKind::InvalidArgument`], with the place of the mistake.
    fn configure(configuration: &str) -> Result<Self, Error>;

    /// Tells what the plugin is and reads when it is configured so. Gives the same answer at every call.
    fn describe(&self) -> Manifest;

    /// Collects, as [`Collector::collect`].
    fn collect(&self, device: &mut dyn Device, params: Self::Params) -> Result<Sections, Error>;
}

/// The parameters of a plugin that takes none.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// Runs a collector with parameters as the host hands them over. An unknown or wrong parameter ends it at once.
pub(crate) fn run<C: Collector>(device: &mut dyn Device, params: &str) -> Result<String, Error> {
    C::collect(device, read(params)?).map(Sections::into_json)
}

/// Like [`run`], for a collector that is configured.
pub(crate) fn run_configured<C: ConfiguredCollector>(
    collector: &C,
    device: &mut dyn Device,
    params: &str,
) -> Result<String, Error> {
    collector.collect(device, read(params)?).map(Sections::into_json)
}

fn read<P: DeserializeOwned>(params: &str) -> Result<P, Error> {
    serde_json::from_str(params)
        .map_err(|wrong| Error::new(ErrorKind::InvalidArgument, format!("bad parameters: {wrong}")))
}
