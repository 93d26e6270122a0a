//! What an enricher adds to a record, and what of a record it may change: names and words, never what was received.
//!
//! What is there already stays: an enricher fills in what nobody knew. Two things are its own: the severity, and the
//! text of a varbind that it names.

use serde::Deserialize;

use super::{Meanings, RecordedTrap, RecordedVarbind, Severity, TrapRecord};
use crate::CollectError;

/// What an enricher adds to one record. Members that the contract does not name are left out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Additions {
    trap: Option<TrapName>,
    severity: Option<Severity>,
    varbinds: Vec<VarbindAdditions>,
    decoded: Option<Meanings>,
    flags: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct TrapName {
    name: Option<String>,
    mib: Option<String>,
    index: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct VarbindAdditions {
    position: usize,
    name: Option<String>,
    mib: Option<String>,
    index: Option<String>,
    text: Option<String>,
    #[serde(rename = "enum")]
    enumeration: Option<String>,
}

impl Additions {
    /// Merges them into `record`, all or none; answers whether there was anything.
    pub(super) fn merge(self, record: &mut TrapRecord) -> Result<bool, CollectError> {
        if self == Self::default() {
            return Ok(false);
        }
        let there = record.varbinds.len();
        if let Some(beyond) = self.varbinds.iter().find(|varbind| varbind.position >= there) {
            let reason = format!("it is about varbind {}, and the record has {there}", beyond.position);
            return Err(CollectError::InvalidAnswer { reason });
        }
        if let (Some(trap), Some(name)) = (&mut record.trap, self.trap) {
            name_trap(trap, name);
        }
        record.severity = self.severity.or(record.severity);
        for additions in self.varbinds {
            if let Some(varbind) = record.varbinds.get_mut(additions.position) {
                explain(varbind, additions);
            }
        }
        record.decoded.add(self.decoded.unwrap_or_default());
        self.flags.iter().for_each(|flag| record.add_flag(flag));
        Ok(true)
    }
}

fn name_trap(trap: &mut RecordedTrap, name: TrapName) {
    fill(&mut trap.name, name.name);
    fill(&mut trap.mib, name.mib);
    fill(&mut trap.index, name.index);
}

fn explain(varbind: &mut RecordedVarbind, additions: VarbindAdditions) {
    // Whoever does not know the object can only write its value down, so that text gives way to a better one.
    if varbind.name.is_none() && additions.text.is_some() {
        varbind.text = additions.text;
    } else {
        fill(&mut varbind.text, additions.text);
    }
    fill(&mut varbind.name, additions.name);
    fill(&mut varbind.mib, additions.mib);
    fill(&mut varbind.index, additions.index);
    fill(&mut varbind.enumeration, additions.enumeration);
}

fn fill(known: &mut Option<String>, added: Option<String>) {
    if known.is_none() {
        *known = added;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"snmp":{"version":"2c","pdu":"trap"},
        "trap":{"oid":"1.3.6.1.4.1.9.9.43.2.0.1","name":"known"},"severity":"notice","flags":["odd"],
        "varbinds":[{"oid":"1.3.6.1.2.1.2.2.1.1.3","name":"ifIndex","type":"integer","value":3,"text":"3"},
                    {"oid":"1.3.6.1.4.1.9.7.21","type":"integer","value":1,"text":"1"}]}"#;

    #[track_caller]
    fn check(additions: &str, expected: &str) {
        let mut record: TrapRecord = serde_json::from_str(RECORD).unwrap();
        let before = record.clone();
        let additions: Additions = serde_json::from_str(additions).unwrap();
        let merged = additions.merge(&mut record);
        let shown = match merged {
            Err(error) => {
                assert_eq!(record, before, "all or none");
                error.to_string()
            }
            Ok(false) => "nothing".to_owned(),
            Ok(true) => {
                let trap = record.trap.unwrap();
                let varbinds = record.varbinds.iter().map(|varbind| {
                    let word = |word: &Option<String>| word.clone().unwrap_or_default();
                    let words = [&varbind.name, &varbind.mib, &varbind.text, &varbind.enumeration].map(word);
                    format!("{:?}={}", varbind.value, words.join("/"))
                });
                format!(
                    "{}/{} {:?} {} {} {:?}",
                    trap.name.unwrap(),
                    trap.mib.unwrap_or_default(),
                    record.severity.unwrap(),
                    varbinds.collect::<Vec<_>>().join(" "),
                    serde_json::to_string(&record.decoded).unwrap(),
                    record.flags
                )
            }
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn only_what_nobody_knew_is_filled_in() {
        check(
            r#"{"trap":{"name":"other","mib":"M"},"severity":"alert","flags":["odd","x"],"decoded":{"a":1},"varbinds":[
                {"position":0,"name":"other","text":"three","mib":"IF-MIB","value":4,"oid":"1.3"},
                {"position":1,"name":"source","text":"cli(1)","enum":"cli"}]}"#,
            r#"known/M Alert Integer(3)=ifIndex/IF-MIB/3/ Integer(1)=source//cli(1)/cli {"a":1} ["odd", "x"]"#,
        );
    }

    #[test]
    fn an_answer_without_additions_adds_nothing() {
        check("{}", "nothing");
        check(r#"{"severity":null,"varbinds":[],"unknown":[1]}"#, "nothing");
    }

    #[test]
    fn an_answer_about_a_varbind_that_is_not_there_is_wrong() {
        check(
            r#"{"severity":"alert","varbinds":[{"position":2,"name":"x"}]}"#,
            "gave an answer that the contract does not describe: it is about varbind 2, and the record has 2",
        );
    }
}
