//! The device that a request is about, and how to ask it: what polls, GETs and walks have in common.

use address::{InvalidHost, NoTarget};
use job::{DeviceOptions, DeviceSpec, TargetError, TargetName, Version};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    fields::Fields,
    form::{Kind, form, reference},
    kinds::Integer,
    options::Options,
    user::{User, UserForm, v3_auth},
};

form! {
    /// The device, and how to ask it.
    pub(super) struct DeviceForm(limits) as "Device" {
        /// The device: an IPv4 address in four decimal numbers without leading zeros, an IPv6 address with or without
        /// brackets and zone, or a host name. Of a name all addresses are tried. The port has a field of its own.
        target: TargetName = Target { max: limits.requests.target_chars }, such as "192.0.2.1";
        /// The community of versions 1 and 2c.
        community: SecretString = Community { max: limits.requests.community_octets };
        /// The version of SNMP.
        version: Version = VersionWord;
        /// The agent's UDP port.
        port: u16 = Integer { range: 1..=65_535, default: 161 };
        /// The user of version 3, which then must be there.
        v3_auth: Option<UserForm> = User { limits };
        /// How to talk to this device, other than usual.
        options: DeviceOptions = Options { limits };
    }
}

/// The device of a form; nothing where problems were added.
pub(super) fn device(fields: &mut Fields<'_>, form: DeviceForm) -> Option<DeviceSpec> {
    let DeviceForm { target, community, version, port, v3_auth: user, options } = form;
    let user = if version == Some(Version::V3) { v3_auth(fields, user?) } else { None };
    let credentials = version?.with_community(community?).or(user)?;
    Some(DeviceSpec { target: target?, port: port?, access: credentials.into(), options: options.unwrap_or_default() })
}

/// A device's address or name.
#[derive(Debug)]
struct Target {
    /// Characters at most.
    max: usize,
}

impl Kind for Target {
    type Value = TargetName;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<TargetName> {
        let target = fields.text(name)?;
        let max = self.max;
        let mut add = |kind, msg: String| fields.add(kind, name, msg);
        match TargetName::read(target, max) {
            Ok(target) => return Some(target),
            Err(TargetError::Empty) => add("string_too_short", "String should have at least 1 character".to_owned()),
            Err(TargetError::TooLong(_)) => add("string_too_long", too_long(max)),
            Err(TargetError::Host(InvalidHost::Port | InvalidHost::PortWithoutBrackets)) => {
                add("value_error", "Value error, a target carries no port: give the port in `port`".to_owned());
            }
            Err(TargetError::NoTarget(NoTarget::Ipv4Compatible)) => {
                let msg = "no device has an address below ::/96: a target carries no port, give it in `port`, and an \
                           IPv4 address is written alone";
                add("value_error", format!("Value error, {msg}"));
            }
            Err(error @ (TargetError::Host(_) | TargetError::NoTarget(_))) => {
                add("value_error", format!("Value error, {error}"));
            }
        }
        None
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "minLength": 1, "maxLength": self.max })
    }

    fn is_required(&self) -> bool {
        true
    }
}

/// A community, `public` where none is given.
#[derive(Debug)]
struct Community {
    /// Octets at most.
    max: usize,
}

/// The community that agents usually have.
const PUBLIC: &str = "public";

impl Kind for Community {
    type Value = SecretString;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<SecretString> {
        let community = fields.text_or(name, PUBLIC)?;
        if community.len() > self.max {
            fields.add("string_too_long", name, too_long(self.max));
            return None;
        }
        Some(community.to_owned().into())
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "writeOnly": true, "maxLength": self.max })
    }

    fn default(&self) -> Option<Value> {
        Some(PUBLIC.into())
    }
}

/// A version of SNMP.
#[derive(Debug)]
struct VersionWord;

/// The version that agents usually speak.
const USUAL_VERSION: &str = "2c";

const VERSION: &str = "SnmpVersion";

impl Kind for VersionWord {
    type Value = Version;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Version> {
        let text = fields.text_or(name, USUAL_VERSION)?;
        let msg = "Input should be '1', '2c' or '3'";
        text.parse().map_err(|_| fields.add("literal_error", name, msg)).ok()
    }

    fn schema(&self) -> Value {
        reference(VERSION)
    }

    fn default(&self) -> Option<Value> {
        Some(USUAL_VERSION.into())
    }

    fn named(&self) -> Vec<(&'static str, Value)> {
        let words = json!({ "type": "string", "description": "A version of SNMP.", "enum": ["1", "2c", "3"] });
        vec![(VERSION, words)]
    }
}

fn too_long(max: usize) -> String {
    format!("String should have at most {max} characters")
}
