//! An enricher as its author writes it, and as the component exports it.

use std::marker::PhantomData;

use super::{Additions, EnricherManifest, TrapRecord};
use crate::{Error, ErrorKind, enriching_bindings::exports::snmp_proxy::plugin::trap_enricher::Guest};

/// A plugin that knows what the notifications of a vendor mean.
///
/// The host may keep an instance or make a new one for each call, so a plugin keeps no state between calls.
pub trait TrapEnricher {
    /// Tells what the enricher is and which notifications it is for. Gives the same answer at every call.
    fn describe() -> EnricherManifest;

    /// Says what to add to a record; none where there is nothing to add.
    ///
    /// A varbind that is missing or of the wrong type is no error: what the others say is still worth adding.
    fn enrich(record: &TrapRecord) -> Result<Option<Additions>, Error>;
}

impl EnricherManifest {
    /// An enricher of this name and version (`env!("CARGO_PKG_VERSION")`) that is for no notification yet.
    #[must_use]
    pub fn new(name: &str, version: &str, summary: &str) -> EnricherManifest {
        EnricherManifest {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            prefixes: Vec::new(),
            schema: r#"{"type": "object"}"#.to_owned(),
            hints: Vec::new(),
        }
    }

    /// Is for notifications whose OID, or whose enterprise in version 1, begins with one of these.
    #[must_use]
    pub fn prefixes(mut self, prefixes: &[&[u32]]) -> EnricherManifest {
        self.prefixes.extend(prefixes.iter().map(|prefix| prefix.to_vec()));
        self
    }

    /// Fills `decoded` with what this JSON Schema describes.
    #[must_use]
    pub fn schema(mut self, schema: &str) -> EnricherManifest {
        schema.clone_into(&mut self.schema);
        self
    }
}

/// An enricher in the form that the generated export takes.
#[derive(Debug)]
pub struct ExportedEnricher<E>(PhantomData<E>);

impl<E: TrapEnricher> Guest for ExportedEnricher<E> {
    fn describe() -> EnricherManifest {
        E::describe()
    }

    fn enrich(records: Vec<String>) -> Vec<Result<Option<String>, Error>> {
        records.iter().map(|record| enrich::<E>(record)).collect()
    }
}

fn enrich<E: TrapEnricher>(json: &str) -> Result<Option<String>, Error> {
    let record = TrapRecord::parse(json)?;
    let additions = E::enrich(&record)?.filter(|additions| *additions != Additions::default());
    let json = additions.map(|additions| crate::serde_json::to_string(&additions)).transpose();
    json.map_err(|wrong| Error::new(ErrorKind::Other, format!("the additions are not JSON: {wrong}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traps::Severity;

    struct Loud;

    impl TrapEnricher for Loud {
        fn describe() -> EnricherManifest {
            EnricherManifest::new("loud", "1.0.0", "Calls everything critical.").prefixes(&[&[1, 3]])
        }

        fn enrich(record: &TrapRecord) -> Result<Option<Additions>, Error> {
            let additions = Additions::default();
            Ok(Some(if record.varbinds.is_empty() { additions } else { additions.severity(Severity::Critical) }))
        }
    }

    #[test]
    fn each_record_has_its_own_answer_and_a_broken_one_costs_only_itself() {
        let records = [
            r#"{"varbinds":[{"oid":"1.3.6","type":"null","value":null}],"whatever":1}"#,
            r#"{"varbinds":[]}"#,
            r#"{"varbinds":"#,
        ];
        let answers = ExportedEnricher::<Loud>::enrich(records.map(str::to_owned).to_vec());
        assert_eq!(answers.first(), Some(&Ok(Some(r#"{"severity":"critical"}"#.to_owned()))));
        assert_eq!(answers.get(1), Some(&Ok(None)));
        assert_eq!(answers[2].as_ref().unwrap_err().kind, ErrorKind::Malformed);
    }
}
