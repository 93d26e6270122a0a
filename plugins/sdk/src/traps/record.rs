//! A record as an enricher reads it. Members that it does not know are left alone, so a record may grow.

use serde::Deserialize;

use crate::{Error, ErrorKind, oids};

/// A decoded notification.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TrapRecord {
    /// Which notification it is; none where the PDU does not say.
    pub trap: Option<RecordedTrap>,
    /// The sender's sysUpTime in hundredths of a second.
    pub uptime_ticks: Option<u64>,
    /// What it carries, in the order of the PDU.
    pub varbinds: Vec<RecordedVarbind>,
}

/// Which notification a record is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RecordedTrap {
    /// Its OID in dotted form.
    pub oid: String,
    /// Its name, if the decoder knows it.
    pub name: Option<String>,
}

/// A varbind of a record.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RecordedVarbind {
    /// The dotted name; none where it could not be read.
    pub oid: Option<String>,
    /// The same as arcs, so that looking for objects does not read the text again and again.
    #[serde(skip)]
    name: Option<Vec<u32>>,
    /// `integer`, `octet-string` and so on; none where the varbind has no value.
    #[serde(rename = "type")]
    pub value_type: Option<String>,
    /// A number, or the value as text.
    pub value: serde_json::Value,
    /// The value for people.
    pub text: Option<String>,
    /// The octets of values that are octets.
    pub hex: Option<String>,
}

impl TrapRecord {
    /// Reads a record. Fails for what is none.
    pub fn parse(json: &str) -> Result<TrapRecord, Error> {
        let mut record: TrapRecord = serde_json::from_str(json)
            .map_err(|wrong| Error::new(ErrorKind::Malformed, format!("this is no trap record: {wrong}")))?;
        for varbind in &mut record.varbinds {
            varbind.name = varbind.oid.as_deref().and_then(oids::parse);
        }
        Ok(record)
    }

    /// The OID of the notification, as arcs.
    #[must_use]
    pub fn trap_oid(&self) -> Option<Vec<u32>> {
        oids::parse(&self.trap.as_ref()?.oid)
    }

    /// The first varbind that is an instance of `object`: its place, the arcs after the object, and the varbind.
    #[must_use]
    pub fn find(&self, object: &[u32]) -> Option<(usize, &[u32], &RecordedVarbind)> {
        self.varbinds
            .iter()
            .enumerate()
            .find_map(|(position, varbind)| Some((position, varbind.name()?.strip_prefix(object)?, varbind)))
    }
}

impl RecordedVarbind {
    /// Its name as arcs; none where it could not be read.
    #[must_use]
    pub fn name(&self) -> Option<&[u32]> {
        self.name.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_varbind_is_found_by_its_object_wherever_it_stands() {
        let record = TrapRecord::parse(
            r#"{"number":7,"trap":{"oid":"1.3.6.1.4.1.9.9.43.2.0.1","index":null},"varbinds":[
                {"oid":null,"oid_hex":"","type":null,"value":null,"text":null,"hex":null,"enum":null},
                {"oid":"1.3.6.1.20.7","type":"integer","value":2},
                {"oid":"1.3.6.1.2.7.8","type":"integer","value":3,"text":"3"}]}"#,
        )
        .unwrap();
        let (position, index, varbind) = record.find(&[1, 3, 6, 1, 2]).unwrap();
        assert_eq!((position, index, varbind.value.as_i64()), (2, &[7, 8][..], Some(3)));
        assert_eq!(record.trap_oid().unwrap().last(), Some(&1));
    }
}
