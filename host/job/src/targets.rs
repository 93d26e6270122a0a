//! Which targets may be asked, and what is said of others.

use std::{fmt, net::IpAddr, pin::Pin, time::Duration};

use serde::{Deserialize, Serialize};

use crate::DeviceSpec;

/// Why a target is not asked. No packet has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum TargetRefused {
    /// It is an address, and not that of one device.
    #[error("Target '{target}' is not a device: {reason}")]
    NoDevice {
        /// The target as asked.
        target: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It is a name, and its address is not that of one device.
    #[error("Cannot resolve target '{target}': it resolves to {addr}, which is not the address of a device")]
    ResolvesToNone {
        /// The target as asked.
        target: String,
        /// The first of its addresses.
        addr: IpAddr,
    },
    /// The operator denies its address.
    #[error("Target '{target}' is denied: {addr} is in `{rule}` (setting `targets.deny`)")]
    Denied {
        /// The target as asked.
        target: String,
        /// The address.
        addr: IpAddr,
        /// The network of `targets.deny`, or its word for this host.
        rule: String,
    },
}

/// Knows which targets may be asked, before a job for them is taken. Whoever runs the job checks again.
pub trait Targets: fmt::Debug + Send + Sync + 'static {
    /// Whether a device may be asked, as far as that can be said within `limit`; a name has to be looked up. What cannot be
    /// said is not refused.
    fn check<'a>(&'a self, device: &'a DeviceSpec, limit: Duration) -> TargetCheck<'a>;
}

/// A check of a target.
pub type TargetCheck<'a> = Pin<Box<dyn Future<Output = Result<(), TargetRefused>> + Send + 'a>>;
