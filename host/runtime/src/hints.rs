//! Hints of a manifest: what the host understands of them, checked. What it does not know it leaves alone.

use serde_json::{Map, Value, json};
use snmp::Oid;

use crate::{
    claim::{ManifestError, READS_ARCS, check_line, check_oids, check_snake_case, problem, wrong},
    text,
};

/// Bounds on hints. They are not configuration: beyond them is a mistake.
const HINTS: usize = 256;
const NAME_OCTETS: usize = 128;
const VALUE_OCTETS: usize = 4 << 10;

/// The member of a section's schema by which clients see the hints.
const TABLE: &str = "x-table";

/// Hints within their bounds. Of two with one name the first counts.
pub(crate) struct Hints<'a> {
    field: &'a str,
    hints: &'a [(String, String)],
}

impl<'a> Hints<'a> {
    /// Takes hints that are within their bounds.
    pub(crate) fn check(field: &'a str, hints: &'a [(String, String)]) -> Result<Self, ManifestError> {
        if hints.len() > HINTS {
            return Err(problem(field, format!("there are {}, and at most {HINTS} are possible", hints.len())));
        }
        for (name, value) in hints {
            if name.is_empty() || name.len() > NAME_OCTETS || text::clean(name, NAME_OCTETS) != *name {
                return Err(wrong(field, name, &format!("is not a name of at most {NAME_OCTETS} octets")));
            }
            if value.len() > VALUE_OCTETS {
                return Err(problem(&format!("{field}.{name}"), format!("it has more than {VALUE_OCTETS} octets")));
            }
        }
        Ok(Self { field, hints })
    }

    /// The key of the plugin's time; without a hint its name with underscores.
    pub(crate) fn timing(&self, plugin: &str) -> Result<String, ManifestError> {
        let timing = self.get("timing").map_or_else(|| plugin.replace('-', "_"), str::to_owned);
        check_snake_case(&self.named("timing"), &timing)?;
        Ok(timing)
    }

    /// The line that shows that the plugin starts.
    pub(crate) fn starting(&self, plugin: &str, max: usize) -> Result<String, ManifestError> {
        let starting = self.get("starting").map_or_else(|| format!("Collecting {plugin}..."), str::to_owned);
        check_line(&self.named("starting"), &starting, max)?;
        Ok(starting)
    }

    /// What `auto` looks for, which the plugin has to declare.
    pub(crate) fn probe(&self, reads: &[Oid]) -> Result<Vec<Oid>, ManifestError> {
        let field = self.named("probe");
        let arcs = |text: &str| {
            let arcs =
                text.strip_prefix('.').unwrap_or(text).split('.').map(str::parse).collect::<Result<Vec<u32>, _>>();
            arcs.map_err(|_| wrong(&field, text, "is not a dotted OID"))
        };
        let probe: Vec<Vec<u32>> = self.list("probe").map(arcs).collect::<Result<_, _>>()?;
        let probe = check_oids(&field, &probe, READS_ARCS)?;
        // A scalar may be declared as its only instance and looked for as the object.
        let is_scalar = |oid: &Oid, read: &Oid| read.arcs().split_last() == Some((&0, oid.arcs()));
        let is_declared = |oid: &&Oid| reads.iter().any(|read| oid.starts_with(read) || is_scalar(oid, read));
        match probe.iter().find(|oid| !is_declared(oid)) {
            Some(oid) => {
                let why = format!("is in none of the subtrees that `reads` declares: {}", listed(reads));
                Err(wrong(&field, &oid.to_string(), &why))
            }
            None => Ok(probe),
        }
    }

    /// The sections of other plugins that it asks for.
    pub(crate) fn uses(&self) -> Result<Vec<String>, ManifestError> {
        let name = |name: &str| check_snake_case(&self.named("uses"), name).map(|()| name.to_owned());
        self.list("uses").map(name).collect()
    }

    /// Puts the hints on how people see a section where clients find them. Says whether that changed the schema.
    pub(crate) fn put_into(&self, schema: &mut Value) -> bool {
        let Value::Object(schema) = schema else { return false };
        // One place for one thing: the schema says what a value is, and the hints how it is shown.
        let had_table = schema.remove(TABLE).is_some();
        let mut table = Map::new();
        for name in ["columns", "key"] {
            let columns: Vec<&str> = self.list(name).collect();
            if !columns.is_empty() {
                table.insert(name.to_owned(), json!(columns));
            }
        }
        for (word, of_columns) in [("title.", "titles"), ("unit.", "units")] {
            let of = |(name, value): &(String, String)| Some((name.strip_prefix(word)?.to_owned(), json!(value)));
            let texts: Map<String, Value> = self.hints.iter().rev().filter_map(of).collect();
            if !texts.is_empty() {
                table.insert(of_columns.to_owned(), texts.into());
            }
        }
        let has_table = !table.is_empty();
        if has_table {
            schema.insert(TABLE.to_owned(), table.into());
        }
        had_table || has_table
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.hints.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The words of a hint, with commas between them.
    fn list(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.get(name).into_iter().flat_map(|value| value.split(',')).map(str::trim).filter(|word| !word.is_empty())
    }

    fn named(&self, name: &str) -> String {
        format!("{}.{name}", self.field)
    }
}

/// The first of some OIDs, and how many more there are.
fn listed(oids: &[Oid]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<String> = oids.iter().take(SHOWN).map(Oid::to_string).collect();
    match oids.len().saturating_sub(SHOWN) {
        _ if oids.is_empty() => "there is none".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use limits::SandboxLimits;

    use super::*;
    use crate::manifest::tests::claims;

    #[track_caller]
    fn check(hints: &[(&str, &str)], expected: &str) {
        let mut claims = claims();
        claims.hints = hints.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let checked = match claims.check(&SandboxLimits::default()) {
            Ok(manifest) => {
                let probe: Vec<String> = manifest.probe.iter().map(Oid::to_string).collect();
                let (probe, uses) = (probe.join(" "), manifest.uses.join(" "));
                format!("{} | {} | {probe} | {uses}", manifest.timing, manifest.starting)
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(checked, expected);
    }

    #[test]
    fn what_the_host_knows_is_understood_and_checked() {
        check(&[], "good_plugin | Collecting good-plugin... |  | ");
        check(
            &[
                ("timing", "good"),
                ("starting", "Reading..."),
                ("probe", "1.3.6.1.2.1.2, .1.3.6.1.2.1.31"),
                ("uses", "interfaces,arp_table"),
                ("x-mine", "what I like"),
                ("later", "what I do not know"),
            ],
            "good | Reading... | 1.3.6.1.2.1.2 1.3.6.1.2.1.31 | interfaces arp_table",
        );
        check(&[("timing", "T")], "hints.timing: `T` is not lower_snake_case of at most 64 octets");
        check(&[("starting", " ")], "hints.starting: it is empty");
        check(&[("starting", &"a".repeat(201))], "hints.starting: it is not one line of at most 200 octets");
        check(&[("probe", "1.3.6.x")], "hints.probe: `1.3.6.x` is not a dotted OID");
        check(
            &[("probe", "1.3.6.1.4.1.9")],
            "hints.probe: `1.3.6.1.4.1.9` is in none of the subtrees that `reads` declares: 1.3.6.1.2.1",
        );
        check(&[("uses", "Interfaces")], "hints.uses: `Interfaces` is not lower_snake_case of at most 64 octets");
    }

    #[test]
    fn hints_are_bounded() {
        check(&[("x", ""); 257], "hints: there are 257, and at most 256 are possible");
        check(&[("", "a")], "hints: `` is not a name of at most 128 octets");
        check(&[("a\nb", "a")], "hints: `a\\nb` is not a name of at most 128 octets");
        check(&[("x-a", &"a".repeat(4_097))], "hints.x-a: it has more than 4096 octets");
    }

    #[test]
    fn how_people_see_a_section_stands_beside_its_schema() {
        let hints = [
            ("columns", "index, load"),
            ("key", "index"),
            ("title.load", "CPU"),
            ("unit.load", "%"),
            ("streamed", "later"),
        ];
        let hints = hints.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut schema = json!({ "type": "array", "x-table": { "columns": ["other"] } });
        assert!(Hints::check("hints", &hints).unwrap().put_into(&mut schema));
        let table = json!({ "columns": ["index", "load"], "key": ["index"], "titles": { "load": "CPU" }, "units": { "load": "%" } });
        assert_eq!(schema, json!({ "type": "array", "x-table": table }));
        assert!(Hints::check("hints", &[]).unwrap().put_into(&mut schema));
        assert_eq!(schema, json!({ "type": "array" }));
        assert!(!Hints::check("hints", &[]).unwrap().put_into(&mut schema));
    }
}
