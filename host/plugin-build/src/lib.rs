//! Makes a component of a core module, which is what compilers of C and Go give.
//!
//! The module's exports tell which world of the plugin contract it is of; the contract itself is in here, so nothing has
//! to lie beside the module. What it asks of WASI's first version is put behind an adapter, since the sandbox has the
//! second one only. Debug information is left out, and names of functions stay for the backtraces of traps.
//!
//! This crate runs nothing, reads no file and knows no compiler.

mod sections;
mod world;

use std::ops::Range;

use wit_component::{ComponentEncoder, StringEncoding};

use sections::Module;

/// The module that provides WASI's first version to core modules.
const PREVIEW1: &str = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME;

/// Why a module cannot be made a plugin.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// It is a component already, as compilers of Rust, Python and JavaScript give.
    #[error("it is a component already: it needs no further step")]
    IsComponent,
    /// It is no WebAssembly that can be read.
    #[error("it is not a WebAssembly module: {reason}")]
    NotAModule {
        /// What is wrong with it.
        reason: String,
    },
    /// It exports nothing that makes a plugin.
    #[error(
        "it exports no function of the plugin contract, such as `{example}`: is the file with the plugin's exports \
         linked?"
    )]
    NoPlugin {
        /// A function that a plugin exports.
        example: String,
    },
    /// It exports what makes plugins of several kinds.
    #[error("it exports functions of the worlds `{first}` and `{second}`, and a plugin is of one")]
    SeveralWorlds {
        /// One world.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// It does not fit the contract.
    #[error("it does not fit the plugin contract: {reason}")]
    Misfit {
        /// What is missing or of another type.
        reason: String,
    },
}

/// Makes the component of a core module.
///
/// ```
/// let error = plugin_build::component_of(b"\0asm\x0d\0\x01\0").unwrap_err();
/// assert_eq!(error.to_string(), "it is a component already: it needs no further step");
/// ```
pub fn component_of(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let Module { imports, exports, debug, has_types } = Module::read(module)?;
    let world = world::of(&exports)?;
    let mut module = without(module, &debug);
    if !has_types {
        world::embed(&mut module, world, StringEncoding::UTF8)?;
    }
    let misfit = |error| BuildError::Misfit { reason: one_line(&error) };
    let mut encoder = ComponentEncoder::default().validate(true).module(&module).map_err(misfit)?;
    if imports.iter().any(|module| module == PREVIEW1) {
        let adapter = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER;
        encoder = encoder.adapter(PREVIEW1, adapter).map_err(misfit)?;
    }
    encoder.encode().map_err(misfit)
}

/// The octets outside these ranges, which are in their order.
fn without(octets: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(octets.len());
    let mut from = 0;
    for range in ranges {
        kept.extend_from_slice(octets.get(from..range.start).unwrap_or_default());
        from = range.end;
    }
    kept.extend_from_slice(octets.get(from..).unwrap_or_default());
    kept
}

/// wit-component's errors have several lines, and causes.
fn one_line(error: &impl std::fmt::Display) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}
