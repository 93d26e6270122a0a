//! The `data` of a result.

use runtime::Sections;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Map;

/// The `data` of a result. Its first keys are those of the reference, in the reference's order. What a device says of
/// itself is always there, empty where it says nothing.
pub(super) struct Data<'a> {
    pub(super) target: &'a str,
    pub(super) sections: &'a [Sections],
    /// Whether [`USUAL_SECTIONS`] are there, empty or not.
    pub(super) usual_sections: bool,
}

/// The section of the system group.
const SNMP_DATA: &str = "snmp_data";

/// Sections that clients of the reference expect to be there.
const USUAL_SECTIONS: [&str; 2] = ["interfaces", "arp_table"];

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut data = serializer.serialize_map(None)?;
        data.serialize_entry("target", self.target)?;
        if !self.sections.iter().any(|sections| sections.get(SNMP_DATA).is_some()) {
            data.serialize_entry(SNMP_DATA, &Map::new())?;
        }
        for (name, value) in self.sections.iter().flat_map(Sections::iter) {
            data.serialize_entry(name, value)?;
        }
        for name in USUAL_SECTIONS {
            if self.usual_sections && !self.sections.iter().any(|sections| sections.get(name).is_some()) {
                data.serialize_entry(name, &[(); 0])?;
            }
        }
        data.end()
    }
}
