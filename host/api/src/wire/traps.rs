//! Records of notifications.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// Records of the trap log.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrapList<'a> {
    /// Those that were wanted, oldest first. Each has its place in the log as `number`.
    #[schema(value_type = Vec<Object>)]
    pub traps: Vec<&'a RawValue>,
    /// Give this as `after` the next time. It may have moved on although nothing was found.
    #[schema(example = 42)]
    pub next: u64,
    /// Records after `after` that were forgotten before they could be read, wanted or not.
    #[schema(example = 0)]
    pub missed: u64,
}
