//! What every job needs to reach a device: the engine, the addresses of names, and how each device is talked to.

use std::time::Duration;

use config::{DeniedTargets, TargetRules};
use job::{DeviceSpec, TargetCheck, Targets};
use limits::Limits;
use snmp_engine::{Engine, HubStats};

use super::{ResolveError, policy::DevicePolicy, target::TargetAddresses};

/// Reaches devices. Knows nothing of plugins, tickets or HTTP.
#[derive(Debug)]
pub struct DeviceSessions {
    pub(super) engine: Engine,
    pub(super) limits: Limits,
    pub(super) addresses: TargetAddresses,
    pub(super) policy: DevicePolicy,
}

impl DeviceSessions {
    /// Reaches devices through this engine, by the options that these rules give them.
    #[must_use]
    pub fn new(engine: Engine, limits: Limits, targets: TargetRules) -> Self {
        let addresses = TargetAddresses::new(&limits.snmp);
        let policy = DevicePolicy::new(&limits, targets);
        Self { engine, limits, addresses, policy }
    }

    /// The same, which asks no target that is denied.
    #[must_use]
    pub fn denying(self, denied: DeniedTargets) -> Self {
        Self { addresses: self.addresses.denying(denied), ..self }
    }

    /// The same, for an engine that plays a device inside the process and sends no packet.
    #[must_use]
    pub fn without_network(self) -> Self {
        Self { addresses: self.addresses.without_network(), ..self }
    }

    /// The engine behind it, for those who send notifications.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What the sockets have seen.
    #[must_use]
    pub fn hub_stats(&self) -> HubStats {
        self.engine.stats()
    }
}

impl Targets for DeviceSessions {
    fn check<'a>(&'a self, device: &'a DeviceSpec, limit: Duration) -> TargetCheck<'a> {
        Box::pin(async move {
            match self.addresses.resolve(device.target.host(), device.port, limit).await {
                Err(ResolveError::Refused(refused)) => Err(refused),
                // Whatever else is wrong is told by the job.
                Ok(_) | Err(_) => Ok(()),
            }
        })
    }
}
