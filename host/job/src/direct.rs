//! Operations that are answered at once: the value of one object, everything below an OID.

use std::{net::SocketAddr, time::Duration};

use serde::{Deserialize, Serialize};
use snmp::{Value, ber::tag};
use utoipa::ToSchema;

use crate::{CredentialsName, TargetRefused, serde_forms::millis};

/// What a direct GET came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetAnswer {
    /// The value.
    pub result: Result<ReadValue, DirectError>,
    /// What to ask for instead of an object that the device does not have.
    pub hint: Option<String>,
    /// What was odd, a line each.
    pub warnings: Vec<String>,
    /// The address that answered; none where none did.
    pub address: Option<SocketAddr>,
    /// How long it took, in milliseconds.
    #[serde(rename = "elapsed_ms", with = "millis")]
    pub elapsed: Duration,
}

/// What a direct walk came to: what was read, also when it broke off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkAnswer {
    /// What was read and not told before as [`Event::Rows`](crate::Event::Rows); none if the walk never began.
    pub rows: Option<Vec<WalkedObject>>,
    /// Why it broke off, if it did.
    pub error: Option<DirectError>,
    /// What was odd, a line each; nothing is missing for it.
    pub warnings: Vec<String>,
    /// The address that answered; none where none did.
    pub address: Option<SocketAddr>,
    /// How long it took, in milliseconds.
    #[serde(rename = "elapsed_ms", with = "millis")]
    pub elapsed: Duration,
}

/// One object of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WalkedObject {
    /// Its name as a dotted OID.
    #[schema(example = "1.3.6.1.2.1.1.5.0")]
    pub oid: String,
    /// Its value.
    #[serde(flatten)]
    pub read: ReadValue,
}

/// A value as text, and what kind of value it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadValue {
    /// The value as text: numbers in decimal, octets as they are where they can be printed, else `0x` and hexadecimal
    /// digits.
    #[schema(example = "core-switch-1")]
    pub value: String,
    /// Its type in one word; `unknown` for one that SMIv2 does not have.
    #[serde(rename = "type")]
    pub kind: ValueType,
    /// Octets that `value` has in hexadecimal, as text in Latin-1. Absent where they are no such text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Café")]
    pub text: Option<String>,
}

/// The type of a value in one word (RFC 2578 section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum ValueType {
    /// INTEGER, Integer32.
    #[serde(rename = "INTEGER")]
    Integer,
    /// OCTET STRING.
    OctetString,
    /// OBJECT IDENTIFIER.
    ObjectIdentifier,
    /// IpAddress.
    IpAddress,
    /// Counter32.
    Counter32,
    /// Gauge32, Unsigned32.
    Gauge32,
    /// TimeTicks.
    TimeTicks,
    /// Opaque.
    Opaque,
    /// NsapAddress (RFC 1442).
    NsapAddress,
    /// Counter64.
    Counter64,
    /// UInteger32 (RFC 1442).
    UInteger32,
    /// NULL.
    #[serde(rename = "NULL")]
    Null,
    /// Anything else, exceptions included.
    #[serde(rename = "unknown")]
    Unknown,
}

/// Why a direct operation failed. The texts are what a client reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum DirectError {
    /// The target has no address: which, and why.
    #[error("{0}")]
    Unresolved(String),
    /// The target may not be asked.
    #[error("{0}")]
    TargetRefused(TargetRefused),
    /// No answer came. The text is that of the reference, to the letter; [`Self::detail`] says more.
    #[error("No SNMP response received before timeout")]
    NoAnswer {
        /// Who was asked, how often, and what silence can mean.
        detail: String,
    },
    /// No answer came, and there is more to say of it.
    #[error("No SNMP response received before timeout: {0}")]
    NoAnswerBecause(String),
    /// The agent of version 3 refused the request.
    #[error("The agent refused the request: {0}")]
    Refused(String),
    /// The agent does not have the object.
    #[error("No such object")]
    NoSuchObject,
    /// Something else went wrong between the agent and here.
    #[error("SNMP failed: {0}")]
    Failed(String),
    /// Too much is running already: which limit it was.
    #[error("{0}")]
    NoSlot(String),
    /// The runner keeps no credentials of this name.
    #[error("No credentials named `{0}` are kept here")]
    UnknownCredentials(CredentialsName),
}

impl GetAnswer {
    /// That nothing was read, for this reason.
    #[must_use]
    pub fn failed(error: DirectError, elapsed: Duration) -> Self {
        Self { result: Err(error), hint: None, warnings: Vec::new(), address: None, elapsed }
    }
}

impl WalkAnswer {
    /// That the walk never began, for this reason.
    #[must_use]
    pub fn failed(error: DirectError, elapsed: Duration) -> Self {
        Self { rows: None, error: Some(error), warnings: Vec::new(), address: None, elapsed }
    }
}

impl ReadValue {
    /// The text for people.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.text.as_ref().unwrap_or(&self.value)
    }
}

impl DirectError {
    /// What there is to say beside the text: who was asked, how often, and what silence can mean.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        if let Self::NoAnswer { detail } = self { Some(detail.clone()) } else { None }
    }
}

impl From<&Value> for ValueType {
    /// The type of a value; of one that is not of its type, the type that it says it is.
    fn from(value: &Value) -> Self {
        match value {
            Value::Integer(_) => Self::Integer,
            Value::OctetString(_) => Self::OctetString,
            Value::Null => Self::Null,
            Value::ObjectIdentifier(_) => Self::ObjectIdentifier,
            Value::IpAddress(_) => Self::IpAddress,
            Value::Counter32(_) => Self::Counter32,
            Value::Gauge32(_) => Self::Gauge32,
            Value::TimeTicks(_) => Self::TimeTicks,
            Value::Opaque(_) => Self::Opaque,
            Value::NsapAddress(_) => Self::NsapAddress,
            Value::Counter64(_) => Self::Counter64,
            Value::UInteger32(_) => Self::UInteger32,
            Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => Self::Unknown,
            Value::Unknown { tag, .. } => match *tag {
                tag::INTEGER => Self::Integer,
                tag::OCTET_STRING => Self::OctetString,
                tag::NULL => Self::Null,
                tag::OBJECT_IDENTIFIER => Self::ObjectIdentifier,
                tag::IP_ADDRESS => Self::IpAddress,
                tag::COUNTER32 => Self::Counter32,
                tag::GAUGE32 => Self::Gauge32,
                tag::TIME_TICKS => Self::TimeTicks,
                tag::OPAQUE => Self::Opaque,
                tag::NSAP_ADDRESS => Self::NsapAddress,
                tag::COUNTER64 => Self::Counter64,
                tag::UINTEGER32 => Self::UInteger32,
                _ => Self::Unknown,
            },
        }
    }
}
