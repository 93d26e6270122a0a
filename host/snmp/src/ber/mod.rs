//! The Basic Encoding Rules as SNMP uses them (RFC 3417 section 8): a writer of our own, and a reader on top of
//! snmp2's `AsnReader`.
//!
//! Both are pure and know nothing of messages or PDUs. The reader returns an error where it cannot go on; it never
//! stops silently.
//!
//! Lengths, tags and numbers are cut by snmp2, through this one door. By hand is what it lacks: a writer into one buffer,
//! and errors that say which octets are wrong instead of an end of the iteration.

mod reader;
mod writer;

pub use reader::{DecodeError, Reader};
pub use writer::Writer;

pub use crate::tag;
