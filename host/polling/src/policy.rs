//! How each device is talked to: the defaults, what the configuration says of it, and what the request says.
//!
//! What the configuration says may depend on what the device is, which only the device can tell. So its sysObjectID is
//! remembered, as long as other knowledge of devices, and the next poll starts with it.

use std::{net::SocketAddr, time::Duration};

use config::{Facts, TargetRules};
use job::DeviceSpec;
use limits::Limits;
use parking_lot::Mutex;
use snmp::{Oid, RequestOptions};
use tokio::time::Instant;

use super::remembered::Remembered;

/// Decides how each device is talked to.
#[derive(Debug)]
pub(super) struct DevicePolicy {
    usual: RequestOptions,
    rules: TargetRules,
    /// What devices are, where that makes a difference.
    known: Mutex<Remembered<SocketAddr, Oid>>,
    known_for: Duration,
}

impl DevicePolicy {
    pub(super) fn new(limits: &Limits, rules: TargetRules) -> Self {
        Self {
            usual: limits.request_options(),
            rules,
            known: Mutex::new(Remembered::new(limits.snmp.known_agents)),
            known_for: limits.snmp.known_for,
        }
    }

    /// The options for a device, as far as one can say before it is asked.
    pub(super) fn options(&self, device: &DeviceSpec, addr: SocketAddr) -> RequestOptions {
        let known = self.known.lock().get(&addr, Instant::now()).cloned();
        self.options_of(device, addr, known.as_ref())
    }

    /// The options for a device that has said what it is; nothing where that makes no difference.
    pub(super) fn learn(&self, device: &DeviceSpec, addr: SocketAddr, what: &Oid) -> Option<RequestOptions> {
        if !self.rules.ask_what_it_is() {
            return None;
        }
        let now = Instant::now();
        let mut known = self.known.lock();
        let is_new = known.get(&addr, now) != Some(what);
        known.insert(addr, what.clone(), now + self.known_for);
        drop(known);
        is_new.then(|| self.options_of(device, addr, Some(what)))
    }

    fn options_of(&self, device: &DeviceSpec, addr: SocketAddr, what: Option<&Oid>) -> RequestOptions {
        let facts = Facts { host: device.target.host(), addr: addr.ip(), sys_object_id: what };
        let mut options = self.rules.options(self.usual.clone(), facts);
        device.options.lay_over(&mut options);
        options
    }
}

#[cfg(test)]
mod tests {
    use config::TargetRule;
    use job::DeviceOptions;
    use snmp::{Community, Credentials};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_a_device_is_counts_once_it_is_known_and_the_request_is_stronger() {
        let what: Oid = "1.3.6.1.4.1.9".parse().unwrap();
        let options = DeviceOptions { retries: Some(9), window: Some(1), ..DeviceOptions::default() };
        let rule = TargetRule { cidr: None, name: None, sys_object_id: Some(what.clone()), options };
        let policy = DevicePolicy::new(&Limits::default(), [rule].into_iter().collect());
        let addr = "192.0.2.1:161".parse().unwrap();
        let device = DeviceSpec {
            target: "router1".parse::<address::Host>().unwrap().into(),
            port: 161,
            access: Credentials::V2c { community: Community::from("public") }.into(),
            options: DeviceOptions { window: Some(2), ..DeviceOptions::default() },
        };
        let check = |options: Option<RequestOptions>, retries, window| {
            assert_eq!(options.map(|options| (options.retries, options.window)), Some((retries, window)));
        };
        check(Some(policy.options(&device, addr)), 2, 2);
        check(policy.learn(&device, addr, &what), 9, 2);
        assert_eq!(policy.learn(&device, addr, &what), None, "nothing new");
        check(Some(policy.options(&device, addr)), 9, 2);
        tokio::time::advance(Duration::from_secs(3_601)).await;
        check(Some(policy.options(&device, addr)), 2, 2);
    }
}
