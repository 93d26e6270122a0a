//! Why a request is refused: for its fields, or for its target.

use std::time::Duration;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use job::{DeviceSpec, TargetRefused};

use super::{
    Shared,
    error::ApiError,
    problem::{Problems, Step},
};

/// Why a request is refused.
#[derive(Debug)]
pub(super) enum Refused {
    /// A field is wrong.
    Invalid(Problems),
    /// The operator denies the target.
    Denied(ApiError),
}

/// How long a poll is held up to look up the name of its target. Beyond, the poll is queued, and its error tells what is
/// wrong with the target.
const LOOK_UP: Duration = Duration::from_secs(1);

/// Refuses a poll of a target that may not be asked.
pub(super) async fn check_poll(api: &Shared, device: &DeviceSpec) -> Result<(), Refused> {
    Ok(api.targets.check(device, LOOK_UP).await?)
}

/// Refuses a direct operation on an address that may not be asked, before it waits for a slot. A name is looked up by the
/// operation itself.
pub(super) async fn check_direct(api: &Shared, device: &DeviceSpec) -> Result<(), Refused> {
    Ok(api.targets.check(device, Duration::ZERO).await?)
}

impl From<Problems> for Refused {
    fn from(problems: Problems) -> Self {
        Self::Invalid(problems)
    }
}

impl From<TargetRefused> for Refused {
    fn from(refused: TargetRefused) -> Self {
        let words = refused.to_string();
        match refused {
            TargetRefused::Denied { .. } => Self::Denied(ApiError::new(StatusCode::FORBIDDEN, words)),
            TargetRefused::NoDevice { .. } | TargetRefused::ResolvesToNone { .. } => {
                let at = [Step::name("body"), Step::name("target")];
                Self::Invalid(Problems::one("value_error", &at, format!("Value error, {words}")))
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Invalid(problems) => problems.into_response(),
            Self::Denied(error) => error.into_response(),
        }
    }
}
