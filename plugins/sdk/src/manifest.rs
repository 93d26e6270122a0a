//! A manifest, written as a sentence: `Manifest::new(…).section(…).reads(…)`.

use crate::{Manifest, Section, oids::dotted, scalars::Scalars, table::Table};

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
            reads: Vec::new(),
            device_prefixes: Vec::new(),
            params_schema: r#"{"type": "object", "additionalProperties": false}"#.to_owned(),
            hints: Vec::new(),
        }
    }

    /// Fills the section `name` of the result; `schema` is the JSON Schema of its value.
    ///
    /// People see a section as a table. [`columns`](Self::columns), [`titles`](Self::titles) and [`units`](Self::units)
    /// say how; without them they see all columns that fit, under their own names, and numbers as they are.
    #[must_use]
    pub fn section(mut self, name: &str, schema: &str) -> Manifest {
        self.sections.push(Section { name: name.to_owned(), schema: schema.to_owned(), hints: Vec::new() });
        self
    }

    /// Names those columns of the last section that are worth a place on a screen, the most useful first: on a narrow
    /// one, those at the end are left out, and the reader is told.
    #[must_use]
    pub fn columns(self, columns: &[&str]) -> Manifest {
        self.hint_on_section("columns", &columns.join(","))
    }

    /// Names those columns of the last section that together tell one row from another.
    #[must_use]
    pub fn key(self, columns: &[&str]) -> Manifest {
        self.hint_on_section("key", &columns.join(","))
    }

    /// Gives columns of the last section a title: `(column, title)`. One that is another column's title or name is not
    /// used.
    #[must_use]
    pub fn titles(self, titles: &[(&str, &str)]) -> Manifest {
        titles
            .iter()
            .fold(self, |manifest, (column, title)| manifest.hint_on_section(&format!("title.{column}"), title))
    }

    /// Gives numbers of the last section a unit: `(column, unit)`.
    ///
    /// `bit/s`, `kbit/s`, `Mbit/s`, `octets`, `s`, `ms` and `TimeTicks` (hundredths of a second) are written as people
    /// say them (`10 Gbit/s`, `114 days`); any other, such as `%`, stands behind the number. In JSON numbers stay what
    /// they are.
    #[must_use]
    pub fn units(self, units: &[(&str, &str)]) -> Manifest {
        units.iter().fold(self, |manifest, (column, unit)| manifest.hint_on_section(&format!("unit.{column}"), unit))
    }

    fn hint_on_section(mut self, name: &str, value: &str) -> Manifest {
        if let Some(section) = self.sections.last_mut() {
            section.hints.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Gives a hint of another name; one that the host does not know it ignores.
    #[must_use]
    pub fn hint(mut self, name: &str, value: &str) -> Manifest {
        self.hints.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The key of its time in the result's `timing`.
    #[must_use]
    pub fn timing(self, key: &str) -> Manifest {
        self.hint("timing", key)
    }

    /// The line that `progress` shows when it starts.
    #[must_use]
    pub fn starting(self, line: &str) -> Manifest {
        self.hint("starting", line)
    }

    /// Is taken by `auto` only where the device has something below one of these, which the plugin must read.
    #[must_use]
    pub fn probe(self, subtrees: &[&[u32]]) -> Manifest {
        let subtrees: Vec<String> = subtrees.iter().map(|subtree| dotted(subtree)).collect();
        self.hint("probe", &subtrees.join(","))
    }

    /// Asks for these sections of other plugins, and so runs after them ([`Device::section`](crate::Device::section)).
    #[must_use]
    pub fn uses(self, sections: &[&str]) -> Manifest {
        self.hint("uses", &sections.join(","))
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
        self.reads.extend(tables.iter().flat_map(Table::oids));
        self
    }

    /// Reads these scalars. May be called more than once.
    #[must_use]
    pub fn reads_scalars(mut self, groups: &[Scalars]) -> Manifest {
        let scalars = groups.iter().flat_map(|group| group.scalars);
        self.reads.extend(scalars.map(|scalar| scalar.object.to_vec()));
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
