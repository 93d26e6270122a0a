//! The record of a notification, as far as it follows from the PDU. The caller adds what it knows of the message.
//!
//! Reading one checks that it has the shape that the contract describes: texts are proper Unicode, numbers are such as
//! others can read, nothing is nested. Members that the contract does not name are left out. What enrichers put into
//! `decoded` stays text.

use std::{fmt, net::IpAddr};

use limits::SandboxLimits;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, SeqAccess, Visitor},
};
use severity::Severity;
use utoipa::{
    ToSchema,
    openapi::schema::{ObjectBuilder, Schema, SchemaType, Type},
};

use crate::{CollectError, text};

/// A decoded notification. Serialized, it has the members of a trap record in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrapRecord {
    /// The PDU itself.
    pub snmp: RecordedPdu,
    /// The fields of a Trap-PDU of version 1 (RFC 1157 section 4.1.6); none for others.
    #[serde(default)]
    pub v1: Option<RecordedV1>,
    /// What the PDU says about its sender.
    #[serde(default)]
    pub device: RecordedDevice,
    /// The sender's sysUpTime in hundredths of a second.
    #[serde(default)]
    pub uptime_ticks: Option<u64>,
    /// Which notification it is; none where the PDU does not say.
    #[serde(default)]
    pub trap: Option<RecordedTrap>,
    /// How much it matters, if that is known.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// What it carries, in the order of the PDU.
    #[serde(deserialize_with = "bounded")]
    pub varbinds: Vec<RecordedVarbind>,
    /// What it is about, for those who know more.
    #[serde(default)]
    pub enrichment: Enrichment,
    /// Who knew most about it: the first enricher that added something, else the decoder.
    #[serde(skip_deserializing)]
    pub decoded_by: DecodedBy,
    /// What enrichers say it means: a member for each thing.
    #[serde(skip_deserializing)]
    pub decoded: Meanings,
    /// What was odd, as words. At most 64.
    #[serde(default)]
    pub flags: Vec<String>,
}

/// What kind of PDU a record was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordedPdu {
    /// `1`, `2c` or `3`.
    pub version: String,
    /// `trap-v1`, `trap`, `inform`, or the name of a PDU that is no notification.
    pub pdu: String,
    /// Its request-id; none in version 1 notifications.
    #[serde(default)]
    pub request_id: Option<i64>,
    /// Of PDUs that are no notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_status: Option<i64>,
    /// Of PDUs that are no notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_index: Option<i64>,
    /// Of GETBULK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub non_repeaters: Option<i64>,
    /// Of GETBULK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_repetitions: Option<i64>,
}

/// The fields that only a Trap-PDU of version 1 has. None is what could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RecordedV1 {
    /// enterprise, dotted.
    pub enterprise: Option<String>,
    /// agent-addr, dotted.
    pub agent_addr: Option<String>,
    /// generic-trap.
    pub generic: Option<i64>,
    /// specific-trap.
    pub specific: Option<i64>,
    /// time-stamp in hundredths of a second.
    pub timestamp: Option<i64>,
}

/// What a PDU says about its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordedDevice {
    /// Addresses that the PDU names. Anybody can write anything there.
    pub candidates: AddressCandidates,
}

/// Addresses that a PDU names as its sender's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AddressCandidates {
    /// agent-addr of version 1, dotted.
    pub agent_addr: Option<String>,
    /// snmpTrapAddress.0 (RFC 3584 section 3.1), dotted.
    pub snmp_trap_address: Option<String>,
}

/// Which notification a record is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RecordedTrap {
    /// snmpTrapOID, dotted; for version 1 as RFC 3584 section 3.1 maps it.
    pub oid: Option<String>,
    /// Its name in the MIB.
    pub name: Option<String>,
    /// The MIB.
    pub mib: Option<String>,
    /// What follows the named object in the OID, dotted.
    pub index: Option<String>,
    /// The enterprise: of version 1, or snmpTrapEnterprise.0; dotted.
    pub enterprise: Option<String>,
}

/// A varbind of a record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RecordedVarbind {
    /// Its name, dotted; none where it could not be read.
    pub oid: Option<String>,
    /// The octets of a name that could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid_hex: Option<String>,
    /// The object's name in its MIB.
    pub name: Option<String>,
    /// The MIB.
    pub mib: Option<String>,
    /// What follows the object in the name, dotted.
    pub index: Option<String>,
    /// The type in the words of the plugin contract, e.g. `octet-string`; none where the varbind has no value.
    #[serde(rename = "type")]
    pub value_type: Option<String>,
    /// The BER identifier octet of a type that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<u8>,
    /// The value: a number, a text, or null.
    #[schema(schema_with = scalar)]
    pub value: Scalar,
    /// The value for people.
    pub text: Option<String>,
    /// The octets of values that are octets, in hexadecimal.
    pub hex: Option<String>,
    /// The name of the value in its enumeration.
    #[serde(rename = "enum")]
    pub enumeration: Option<String>,
}

/// Numbers of two kinds overlap, so this is no choice of one of several.
fn scalar() -> Schema {
    let types = SchemaType::from_iter([Type::Number, Type::String, Type::Null]);
    ObjectBuilder::new().schema_type(types).description(Some("The value: a number, a text, or null.")).into()
}

/// What a notification is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Enrichment {
    /// The interface that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<InterfaceRef>,
    /// The neighbour in a routing protocol that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<PeerRef>,
}

/// An interface that a notification names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InterfaceRef {
    /// Its ifIndex.
    pub ifindex: i64,
}

/// A neighbour in a routing protocol that a notification names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeerRef {
    /// Its address.
    #[schema(value_type = String)]
    pub address: IpAddr,
}

/// Which plugin made a record what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DecodedBy {
    /// Its name.
    pub plugin: String,
    /// `sha256:` and the digest of its octets.
    pub digest: String,
}

use super::{meanings::Meanings, value::Scalar};

/// Flags of one record. Beyond, further ones are left out.
pub(super) const FLAGS: usize = 64;

/// Octets of a flag. Beyond, it is cut and ends in `…`.
const FLAG_OCTETS: usize = 100;

impl TrapRecord {
    /// Reads what a decoder says about one PDU.
    pub(super) fn parse(json: &str, decoded_by: &DecodedBy, limits: &SandboxLimits) -> Result<Self, CollectError> {
        let mut record: Self = parse(json, limits)?;
        let flags = std::mem::take(&mut record.flags);
        flags.into_iter().for_each(|flag| record.add_flag(&flag));
        decoded_by.clone_into(&mut record.decoded_by);
        Ok(record)
    }

    /// Notes what was odd, once.
    pub fn add_flag(&mut self, flag: &str) {
        let flag = text::clean(flag, FLAG_OCTETS);
        if self.flags.len() < FLAGS && !self.flags.contains(&flag) {
            self.flags.push(flag);
        }
    }
}

/// Varbinds of one record. A datagram of 65,507 octets has fewer, however short each of them is.
const VARBINDS: usize = 1 << 15;

/// Reads varbinds, as many as a datagram may hold: an empty one takes a hundred times the octets of its text.
fn bounded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RecordedVarbind>, D::Error> {
    struct Bounded;

    impl<'de> Visitor<'de> for Bounded {
        type Value = Vec<RecordedVarbind>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a sequence")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            let mut varbinds = Vec::new();
            while let Some(varbind) = items.next_element()? {
                if varbinds.len() == VARBINDS {
                    return Err(de::Error::custom(format_args!("more than {VARBINDS} varbinds")));
                }
                varbinds.push(varbind);
            }
            Ok(varbinds)
        }
    }

    deserializer.deserialize_seq(Bounded)
}

/// Reads JSON that a plugin says about one notification.
pub(super) fn parse<'a, T: Deserialize<'a>>(json: &'a str, limits: &SandboxLimits) -> Result<T, CollectError> {
    if json.len() > limits.record_bytes {
        return Err(CollectError::RecordTooLarge { limit: limits.record_bytes });
    }
    // What is derived for reading takes arrays for objects, too.
    if json.trim_start().starts_with('[') {
        return Err(CollectError::InvalidAnswer { reason: "it is an array".to_owned() });
    }
    serde_json::from_str(json)
        .map_err(|error| CollectError::InvalidAnswer { reason: text::clean(&error.to_string(), limits.message_bytes) })
}
