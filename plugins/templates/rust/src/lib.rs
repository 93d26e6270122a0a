//! The plugin `{{name}}`: the load of each processor of a host (HOST-RESOURCES-MIB).
//! Small on purpose: a table, a parameter, a warning, a section. Change it to what you collect.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use snmp_proxy_sdk::prelude::*;

/// The plugin.
pub struct Processors;

/// What a request may ask for: `{"name": "{{name}}", "params": {"at_least": 50}}`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// Leave out processors with less load, in percent.
    pub at_least: i64,
}

const LOAD: Column = Column::new(2, "hrProcessorLoad");
const PROCESSORS: Table = Table { name: "hrProcessorTable", entry: oid!("1.3.6.1.2.1.25.3.3.1"), columns: &[LOAD] };

/// A row of the result. Its JSON Schema is made of these types and their comments.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Processor {
    index: u32,
    /// Percent, over the last minute.
    #[serde(skip_serializing_if = "Field::is_absent")]
    load: Field<i64>,
    #[serde(skip_serializing_if = "Warnings::is_empty")]
    warnings: Warnings,
}

impl Collector for Processors {
    type Params = Params;

    fn describe() -> Manifest {
        Manifest::new("{{name}}", env!("CARGO_PKG_VERSION"), "The load of each processor.")
            .section_of::<Vec<Processor>>("{{module}}")
            .key(&["index"])
            .columns(&["index", "load"])
            .units(&[("load", "%")])
            .starting("Walking processors...")
            .reads_tables(&[PROCESSORS])
            .params_of::<Params>()
    }

    fn collect(device: &mut dyn Device, params: Params) -> Result<Sections, Error> {
        let mut processors = Vec::new();
        let mut malformed = Malformed::new(PROCESSORS.name);
        let mut rows = PROCESSORS.open(device)?;
        while let Some(batch) = rows.next_batch() {
            for row in batch {
                let Some(index) = malformed.read(row.index(), |index| index.u32()) else { continue };
                let mut warnings = Warnings::default();
                let load = row.integer(LOAD, &mut warnings);
                // What is not known is not below the limit.
                if load.value().is_none_or(|&load| load >= params.at_least) {
                    processors.push(Processor { index, load, warnings });
                }
            }
        }
        malformed.report(device);
        Sections::new().with("{{module}}", &processors)
    }
}

export_collector!(Processors);
