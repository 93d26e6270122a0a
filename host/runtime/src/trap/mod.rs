//! Plugins for notifications: what the decoder makes of PDUs, and what enrichers add.
//!
//! `record` is what comes out, `calls` asks the plugins, `batch` cuts the questions and finds the guilty one when a
//! call fails, and `merge` holds to what an enricher may change. What plugins say is read into types and written anew,
//! or checked and kept as text (`meanings`), so a record is one line of proper JSON whatever a plugin wrote.

mod batch;
mod calls;
mod fitting;
mod meanings;
mod merge;
mod record;
mod value;

pub use calls::EnricherFailure;
pub use meanings::Meanings;
pub use record::{
    AddressCandidates, DecodedBy, Enrichment, InterfaceRef, RecordedDevice, RecordedPdu, RecordedTrap, RecordedV1,
    RecordedVarbind, TrapRecord,
};
pub use severity::Severity;
pub use value::Scalar;
