//! What plugins for notifications are written with.
//!
//! A [`TrapDecoder`] takes PDUs and messages apart; a [`TrapEnricher`] adds what a vendor's notifications mean to
//! records that are decoded already. Neither asks the host for anything, so a test calls the trait and is done.
//! `export_trap_decoder!` and `export_trap_enricher!` make components of them.

mod additions;
mod decoder;
mod enricher;
mod record;

pub use additions::{Additions, TrapName, VarbindAdditions};
#[doc(hidden)]
pub use decoder::ExportedDecoder;
pub use decoder::TrapDecoder;
#[doc(hidden)]
pub use enricher::ExportedEnricher;
pub use enricher::TrapEnricher;
pub use record::{RecordedTrap, RecordedVarbind, TrapRecord};
pub use severity::Severity;

pub use crate::{
    decoding_bindings::exports::snmp_proxy::plugin::trap_decoder::{
        Manifest as DecoderManifest, Notification, Part, Version,
    },
    enriching_bindings::exports::snmp_proxy::plugin::trap_enricher::Manifest as EnricherManifest,
};
