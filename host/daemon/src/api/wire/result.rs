//! What operations that are answered at once answer.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::poll::direct::WalkedObject;

/// What a direct GET came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct GetBody {
    /// Whether there is a value.
    pub success: bool,
    /// The value as text.
    pub data: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Seconds, as `get`.
    pub timing: BTreeMap<&'static str, f64>,
}

/// What a direct walk came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalkBody {
    /// Whether everything was read.
    pub success: bool,
    /// What was read, also when it broke off.
    pub data: Option<Vec<WalkedObject>>,
    /// Why it broke off.
    pub error: Option<String>,
    /// What was odd about the device, where everything was read all the same. Else the field is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Seconds, as `walk`.
    pub timing: BTreeMap<&'static str, f64>,
}
