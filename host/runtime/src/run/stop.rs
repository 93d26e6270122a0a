//! Why the host itself ends a guest.

use super::budget::CpuLimit;
use crate::CollectError;

/// Why the host itself ended a guest.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    #[error("the CPU budget is used up")]
    CpuBudget(CpuLimit),
    #[error("too many calls of the host")]
    HostCalls { limit: u64 },
    #[error("called the host's `{function}`, which it may do only while it collects")]
    CalledHost { function: &'static str },
    #[error("called `{function}`, which the host does not have")]
    NewerContract { function: String },
    #[error("refused: {0}")]
    Refused(CollectError),
}
