//! What is wrong with an engine of version 3 as one device shows it.

use super::{Fault, FaultPlan};
use crate::v3::EngineFaults;

impl EngineFaults {
    /// What a plan says about the engine.
    pub(crate) fn of(plan: &FaultPlan) -> Self {
        let mut faults = Self::default();
        for fault in plan.faults() {
            match fault {
                Fault::Silent | Fault::OnlyV1 => faults.mute = true,
                Fault::ReportLoop => faults.report_loop = true,
                Fault::Reboot(number) => faults.reboot_at = Some(*number),
                Fault::EngineChange(number) => faults.change_at = Some(*number),
                Fault::BootsDown(number) => faults.forget_at = Some(*number),
                Fault::Latched => faults.boots = Some(i32::MAX),
                Fault::Boots(boots) => faults.boots = Some(i32::try_from(*boots).unwrap_or(i32::MAX)),
                _ => {}
            }
        }
        faults
    }
}
