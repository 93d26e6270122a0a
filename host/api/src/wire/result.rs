//! What operations that are answered at once answer.

use std::collections::BTreeMap;

use job::{ValueType, WalkedObject};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// What a direct GET came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct GetBody {
    /// Whether there is a value.
    pub success: bool,
    /// The value as text.
    #[schema(required)]
    pub data: Option<String>,
    /// The type of the value in one word, as in the rows of a walk. Absent where there is none.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ValueType>,
    /// Octets that `data` has in hexadecimal, as text in Latin-1. Absent where they are no such text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Why there is none.
    #[schema(required)]
    pub error: Option<String>,
    /// More of that: who was asked, how often, and what silence can mean; of an object that the device does not have,
    /// what to ask for instead. Absent where `error` says it all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What was odd, a line each: values that are not of their type, an engine ID of another size. Absent where nothing
    /// was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The address that answered, with its port; null where none did.
    #[schema(required, example = "192.0.2.1:161")]
    pub address: Option<String>,
    /// Seconds, as `get`.
    pub timing: BTreeMap<&'static str, f64>,
}

/// What a direct walk came to. Of a long one `data` is sent while it is read, before all other members; of others
/// `success` comes first.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalkBody {
    /// Whether everything was read.
    pub success: bool,
    /// What was read, also when it broke off.
    #[serde(skip_serializing_if = "WalkData::is_sent")]
    #[schema(value_type = Option<Vec<WalkedObject>>, required = true)]
    pub data: WalkData,
    /// Why it broke off.
    #[schema(required)]
    pub error: Option<String>,
    /// More of that: who was asked, how often, and what silence can mean. Absent where `error` says it all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What was odd, a line each, and left nothing out: values that are not of their type, an engine ID of another
    /// size. Absent where nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The address that answered, with its port; null where none did.
    #[schema(required, example = "192.0.2.1:161")]
    pub address: Option<String>,
    /// Seconds, as `walk`.
    pub timing: BTreeMap<&'static str, f64>,
}

/// The rows of a direct walk.
#[derive(Debug)]
pub enum WalkData {
    /// The walk never began.
    None,
    /// A list of [`WalkedObject`].
    Rows(Box<RawValue>),
    /// They were sent already.
    Sent,
}

impl WalkData {
    fn is_sent(&self) -> bool {
        matches!(self, Self::Sent)
    }
}

impl Serialize for WalkData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Rows(rows) => rows.serialize(serializer),
            Self::None | Self::Sent => serializer.serialize_none(),
        }
    }
}
