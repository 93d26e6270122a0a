//! Every limit of the proxy but those on notifications, in one struct, and what declares keys of the configuration.
//!
//! [`section!`] declares a group of keys once; [`kind`] reads and writes their values. The limits are such groups
//! ([`Limits`]), and the configuration adds those keys that are no limits.

mod bounds;
mod engine;
mod fixed;
mod keys;
pub mod kind;
mod section;
mod units;
mod words;

pub use bounds::*;
pub use engine::SnmpLimits;
pub use fixed::*;
pub use keys::*;
pub use section::{Key, Section};
pub use units::{kib, mib, micros, millis, seconds};
