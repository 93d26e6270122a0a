//! How long a guest may compute: a time for each run, and some more for each row that the host hands to it.
//!
//! A plugin that is good with 48 interfaces is as good with 20,000; a fixed time would make it fail on the large device
//! only. So the budget grows with the work that the device brings, and never with anything that the plugin itself does.

use std::time::Duration;

use limits::SandboxLimits;

/// How long a guest may compute.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CpuBudget {
    base: CpuLimit,
    per_row: Duration,
    ceiling: Duration,
}

/// How long a guest may have computed by now, and the key that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CpuLimit {
    pub(crate) limit: Duration,
    pub(crate) setting: &'static str,
}

impl CpuBudget {
    /// The budget of a run that collects or describes.
    pub(crate) fn of(limits: &SandboxLimits) -> Self {
        let base = CpuLimit { limit: limits.cpu, setting: "cpu" };
        Self { base, per_row: limits.cpu_per_row, ceiling: limits.cpu_ceiling }
    }

    /// The budget of a call that is about notifications, which are handed over all at once and bounded in number.
    pub(crate) fn for_traps(limits: &SandboxLimits) -> Self {
        let base = CpuLimit { limit: limits.trap_cpu, setting: "trap_cpu" };
        Self { base, per_row: Duration::ZERO, ceiling: Duration::ZERO }
    }

    /// The limit after the guest was handed so many rows.
    pub(crate) fn after(&self, rows: u64) -> CpuLimit {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let grown = self.base.limit.saturating_add(self.per_row.saturating_mul(rows));
        if grown == self.base.limit || self.ceiling <= self.base.limit {
            self.base
        } else if grown < self.ceiling {
            CpuLimit { limit: grown, setting: "cpu_per_row" }
        } else {
            CpuLimit { limit: self.ceiling, setting: "cpu_ceiling" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(limits: &SandboxLimits, rows: u64, limit: Duration, setting: &'static str) {
        assert_eq!(CpuBudget::of(limits).after(rows), CpuLimit { limit, setting }, "{rows} rows");
    }

    #[test]
    fn rows_add_to_the_time_up_to_the_ceiling() {
        let limits = SandboxLimits {
            cpu: Duration::from_secs(2),
            cpu_per_row: Duration::from_micros(250),
            cpu_ceiling: Duration::from_secs(60),
            ..SandboxLimits::default()
        };
        check(&limits, 0, Duration::from_secs(2), "cpu");
        check(&limits, 20_000, Duration::from_secs(7), "cpu_per_row");
        check(&limits, 231_999, Duration::from_millis(59_999) + Duration::from_micros(750), "cpu_per_row");
        check(&limits, 232_000, Duration::from_secs(60), "cpu_ceiling");
        check(&limits, u64::MAX, Duration::from_secs(60), "cpu_ceiling");
    }

    #[test]
    fn a_ceiling_below_the_time_of_each_run_takes_nothing_from_it() {
        let limits = SandboxLimits {
            cpu: Duration::from_secs(100),
            cpu_ceiling: Duration::from_secs(60),
            ..SandboxLimits::default()
        };
        check(&limits, 1_000_000, Duration::from_secs(100), "cpu");
    }

    #[test]
    fn calls_about_notifications_have_a_fixed_time() {
        let limits = SandboxLimits::default();
        let expected = CpuLimit { limit: limits.trap_cpu, setting: "trap_cpu" };
        assert_eq!(CpuBudget::for_traps(&limits).after(1_000_000), expected);
    }
}
