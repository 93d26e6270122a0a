//! What an enricher answers: only what there is to add.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Severity;

/// What to add to a record. Put together as a sentence: `Additions::default().severity(…).decoded(…)`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Additions {
    #[serde(skip_serializing_if = "Option::is_none")]
    trap: Option<TrapName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    varbinds: Vec<VarbindAdditions>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    decoded: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<String>,
}

/// What a notification is called.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrapName {
    /// Its name in the MIB.
    pub name: String,
    /// The MIB.
    pub mib: String,
}

/// What a varbind is called and means. What is none is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct VarbindAdditions {
    /// Its place among the record's varbinds, counted from 0.
    pub position: usize,
    /// The object's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The object's MIB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mib: Option<String>,
    /// What follows the object in the name, dotted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// The value for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The name of the value in its enumeration.
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    pub enumeration: Option<String>,
}

impl Additions {
    /// Names the notification.
    #[must_use]
    pub fn trap(mut self, name: &str, mib: &str) -> Additions {
        self.trap = Some(TrapName { name: name.to_owned(), mib: mib.to_owned() });
        self
    }

    /// Says how much it matters.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Additions {
        self.severity = Some(severity);
        self
    }

    /// Explains a varbind.
    #[must_use]
    pub fn varbind(mut self, varbind: VarbindAdditions) -> Additions {
        self.varbinds.push(varbind);
        self
    }

    /// Adds a member to `decoded`.
    #[must_use]
    pub fn decoded(mut self, key: &str, value: impl Into<Value>) -> Additions {
        self.decoded.insert(key.to_owned(), value.into());
        self
    }

    /// Says in a word what is odd.
    #[must_use]
    pub fn flag(mut self, flag: &str) -> Additions {
        self.flags.push(flag.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_added_is_written() {
        let additions = Additions::default()
            .trap("ciscoConfigManEvent", "CISCO-CONFIG-MAN-MIB")
            .varbind(VarbindAdditions { position: 2, enumeration: Some("snmp".to_owned()), ..Default::default() })
            .decoded("event", "configuration_changed");
        assert_eq!(
            serde_json::to_string(&additions).unwrap(),
            r#"{"trap":{"name":"ciscoConfigManEvent","mib":"CISCO-CONFIG-MAN-MIB"},"varbinds":[{"position":2,"enum":"snmp"}],"decoded":{"event":"configuration_changed"}}"#,
        );
        assert_eq!(serde_json::to_string(&Additions::default()).unwrap(), "{}");
    }
}
