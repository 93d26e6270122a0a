//! A manifest, written as a sentence: `Manifest::new(…).section(…).reads(…)`.

use crate::oids::instance;
use crate::table::Table;
use crate::{Manifest, Section};

impl Manifest {
    /// A plugin of this name and version (`env!("CARGO_PKG_VERSION")`) that takes no parameters and fills no
    /// section yet. Its time is called like the plugin, with underscores.
    #[must_use]
    pub fn new(name: &str, version: &str, summary: &str) -> Manifest {
        Manifest {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            sections: Vec::new(),
            timing: name.replace('-', "_"),
            starting: format!("Collecting {name}..."),
            reads: Vec::new(),
            device_prefixes: Vec::new(),
            params_schema: r#"{"type": "object", "additionalProperties": false}"#.to_owned(),
            hints: Vec::new(),
        }
    }

    /// Fills the section `name` of the result; `schema` is the JSON Schema of its value.
    ///
    /// People see a section as a table. The keyword `x-table` at the top of the schema says how; without it they see
    /// all columns that fit, under their own names, and numbers as they are:
    ///
    /// ```json
    /// "x-table": {
    ///   "columns": ["index", "oper_status_name", "speed"],
    ///   "titles": {"oper_status_name": "oper"},
    ///   "units": {"speed": "bit/s"}
    /// }
    /// ```
    ///
    /// `columns` are those worth a place on a screen, the most useful first: on a narrow one, those at the end are left
    /// out, and the reader is told. A title that is another column's title or name is not used. `units` are `bit/s`, `kbit/s`, `Mbit/s`, `octets`, `s`, `ms` and `TimeTicks`
    /// (hundredths of a second), which are written as people say them (`10 Gbit/s`, `114 days`); any other, such as `%`,
    /// stands behind the number. In JSON numbers stay what they are.
    #[must_use]
    pub fn section(mut self, name: &str, schema: &str) -> Manifest {
        self.sections.push(Section { name: name.to_owned(), schema: schema.to_owned() });
        self
    }

    /// The key of its time in the result's `timing`.
    #[must_use]
    pub fn timing(mut self, key: &str) -> Manifest {
        key.clone_into(&mut self.timing);
        self
    }

    /// The line that `progress` shows when it starts.
    #[must_use]
    pub fn starting(mut self, line: &str) -> Manifest {
        line.clone_into(&mut self.starting);
        self
    }

    /// Reads these subtrees. The host refuses everything else. May be called more than once.
    #[must_use]
    pub fn reads(mut self, subtrees: &[&[u32]]) -> Manifest {
        self.reads.extend(subtrees.iter().map(|subtree| subtree.to_vec()));
        self
    }

    /// Reads these columns of tables, and no others of them. May be called more than once.
    #[must_use]
    pub fn reads_tables(mut self, tables: &[Table]) -> Manifest {
        for table in tables {
            self.reads.extend(table.columns.iter().map(|column| instance(table.entry, &[column.number])));
        }
        self
    }

    /// Is for devices whose sysObjectID begins with one of these. Without this: for every device.
    #[must_use]
    pub fn device_prefixes(mut self, prefixes: &[&[u32]]) -> Manifest {
        self.device_prefixes.extend(prefixes.iter().map(|prefix| prefix.to_vec()));
        self
    }

    /// Takes parameters; `schema` is the JSON Schema of their object.
    #[must_use]
    pub fn params_schema(mut self, schema: &str) -> Manifest {
        schema.clone_into(&mut self.params_schema);
        self
    }
}
