//! What plugins of snmp-proxy are written with.
//!
//! A plugin is a type that implements [`Collector`] and one line, `export_collector!(MyPlugin);`.
//! It reads from a [`Device`], which in the proxy is the real one behind the host's imports, and in a test a
//! recording ([`testing::RecordedDevice`]): the same code runs in both, so tests need no WebAssembly.
//! Plugins for notifications are written with [`traps`].
//! The other modules turn what devices send into what people read, and say so when they cannot; the cookbook,
//! `docs/plugins/cookbook.md`, shows which of them is for what.
//!
//! The feature `schemars`, which is on unless turned off, makes JSON Schemas of a plugin's types ([`schema_of`]).
//!
//! This crate knows the plugin contract in `wit/` and nothing of the proxy behind it.

mod collector;
mod device;
mod error;
mod export;
mod host;
mod manifest;
mod numbers;
mod readers;
mod sections;

pub mod address;
pub mod bits;
pub mod date_and_time;
pub mod enumeration;
pub mod field;
pub mod index;
mod index_reader;
pub mod join;
pub mod mac;
pub mod malformed;
pub mod numbering;
pub mod oids;
pub mod progress;
pub mod scalars;
#[cfg(feature = "schemars")]
pub mod schema_of;
pub mod table;
pub mod tally;
pub mod testing;
pub mod text;
pub mod traps;
pub mod warnings;

/// The generated bindings of the world `collecting`. Plugins need them only for what this crate does not offer.
#[doc(hidden)]
#[rustfmt::skip]
#[allow(missing_docs, unsafe_code, unreachable_pub, rust_2018_idioms, unsafe_op_in_unsafe_fn, reason = "generated code")]
#[allow(clippy::all, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "generated code")]
#[allow(clippy::semicolon_if_nothing_returned, clippy::uninlined_format_args, reason = "generated code")]
pub mod bindings;

/// The generated bindings of the world `collecting-configured`.
#[doc(hidden)]
#[rustfmt::skip]
#[allow(missing_docs, unsafe_code, unreachable_pub, rust_2018_idioms, unsafe_op_in_unsafe_fn, reason = "generated code")]
#[allow(clippy::all, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "generated code")]
#[allow(clippy::semicolon_if_nothing_returned, clippy::uninlined_format_args, reason = "generated code")]
pub mod configured_bindings;

/// The generated bindings of the world `trap-decoding`.
#[doc(hidden)]
#[rustfmt::skip]
#[allow(missing_docs, unsafe_code, unreachable_pub, rust_2018_idioms, unsafe_op_in_unsafe_fn, reason = "generated code")]
#[allow(clippy::all, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "generated code")]
#[allow(clippy::semicolon_if_nothing_returned, clippy::uninlined_format_args, reason = "generated code")]
pub mod decoding_bindings;

/// The generated bindings of the world `trap-enriching`.
#[doc(hidden)]
#[rustfmt::skip]
#[allow(missing_docs, unsafe_code, unreachable_pub, rust_2018_idioms, unsafe_op_in_unsafe_fn, reason = "generated code")]
#[allow(clippy::all, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "generated code")]
#[allow(clippy::semicolon_if_nothing_returned, clippy::uninlined_format_args, reason = "generated code")]
pub mod enriching_bindings;

pub use bindings::snmp_proxy::plugin::{
    job::Level,
    manifests::{Manifest, Section},
    snmp::{Outcome, Row, Status},
    types::{Error, Oid, UnknownValue, Value, Varbind},
};
pub use collector::{Collector, ConfiguredCollector, NoParams};
pub use device::{Agent, Device, Part, TableReader, WalkReader};
pub use error::ErrorKind;
#[doc(hidden)]
pub use host::{Exported, ExportedConfigured};
#[cfg(feature = "schemars")]
pub use schemars;
pub use sections::Sections;
pub use serde;
pub use serde_json;

/// What almost every plugin needs: `use snmp_proxy_sdk::prelude::*;`.
pub mod prelude {
    pub use crate::{
        Agent, Collector, Device, Error, ErrorKind, Level, Manifest, NoParams, Oid, Sections, Status, Value,
        enumeration::Enumerated,
        export_collector,
        field::Field,
        malformed::Malformed,
        oid,
        progress::Progress,
        scalars::{Scalar, Scalars},
        table::{Cells, Column, Table},
        warnings::Warnings,
    };
}

/// The recipes for authors, which are tests as they stand.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/plugins/cookbook.md")]
mod cookbook {}
