//! What a plugin says about itself, and the check that makes it something to rely on.

use std::collections::BTreeSet;

use limits::SandboxLimits;
use schema::Schema;
use serde_json::Value;
use snmp::Oid;

use crate::{
    claim::{ManifestError, READS_ARCS, check_line, check_oids, check_snake_case, problem, wrong},
    hints::Hints,
    text,
};

/// What a plugin is and needs. Everything in it was checked when the plugin was loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// lower-kebab-case; requests name the plugin by it.
    pub name: String,
    /// Its version, as semver.org describes.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
    /// The parts of the result it fills. At least one, with different names.
    pub sections: Vec<Section>,
    /// The key of its time in the result's `timing`: lower_snake_case.
    pub timing: String,
    /// The line that `progress` shows when the plugin starts.
    pub starting: String,
    /// The subtrees it reads.
    pub reads: Vec<Oid>,
    /// The sysObjectID prefixes it is for; empty: every device.
    pub device_prefixes: Vec<Oid>,
    /// The parameters it takes: a JSON Schema of an object.
    pub params_schema: Value,
    /// The same, to check parameters against.
    pub params: Schema,
    /// What `auto` looks for on a device before it takes the plugin: subtrees, one of which has to have something.
    /// Empty: nothing.
    pub probe: Vec<Oid>,
    /// The sections of other plugins that it asks for.
    pub uses: Vec<String>,
    /// What it may read of subtrees that hold secrets, since the operator allows it.
    pub allowed_secrets: Vec<Oid>,
}

/// A part of the result that a plugin fills.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The key in the result's `data`: lower_snake_case.
    pub name: String,
    /// The shape of its value: a JSON Schema. Its member `x-table` is what the plugin hints at how people see it:
    /// `columns`, `key`, `titles` and `units`.
    pub schema: Value,
    /// The same, to check the section against.
    pub shape: Schema,
}

impl Manifest {
    /// Whether the plugin declares that it reads `name`: whether it is in one of the subtrees.
    #[must_use]
    pub fn declares(&self, name: &Oid) -> bool {
        self.reads.iter().any(|subtree| name.starts_with(subtree))
    }
}

/// What a decoder is. Everything in it was checked when the plugin was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecoderManifest {
    /// lower-kebab-case; records name the plugin by it.
    pub name: String,
    /// Its version, as semver.org describes.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
}

/// What an enricher is, and which notifications it is for. Everything in it was checked when the plugin was loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct EnricherManifest {
    /// lower-kebab-case; records name the plugin by it.
    pub name: String,
    /// Its version, as semver.org describes.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
    /// It gets the records whose trap OID, or whose enterprise in version 1, begins with one of these. At least one.
    pub prefixes: Vec<Oid>,
    /// The shape of what it puts into `decoded`: a JSON Schema.
    pub schema: Value,
}

/// What a plugin says about itself, as it says it, in any version of the contract.
pub(crate) struct Claims {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
    pub(crate) sections: Vec<SectionClaims>,
    pub(crate) reads: Vec<Vec<u32>>,
    pub(crate) device_prefixes: Vec<Vec<u32>>,
    pub(crate) params_schema: String,
    pub(crate) hints: Vec<(String, String)>,
}

/// What it says about a section.
pub(crate) struct SectionClaims {
    pub(crate) name: String,
    pub(crate) schema: String,
    pub(crate) hints: Vec<(String, String)>,
}

/// What a decoder of notifications says about itself.
pub(crate) struct DecoderClaims {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
}

/// What an enricher of notifications says about itself.
pub(crate) struct EnricherClaims {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
    pub(crate) prefixes: Vec<Vec<u32>>,
    pub(crate) schema: String,
}

/// Bounds on what a manifest may hold. They are not configuration: a manifest beyond them is a mistake.
const SUMMARY_OCTETS: usize = 500;
const SECTIONS: usize = 32;
const SCHEMA_OCTETS: usize = 256 << 10;
/// enterprises.
const PREFIX_ARCS: usize = 2;

impl Claims {
    /// Makes a manifest of what the plugin claims, or says what is wrong with the first wrong claim.
    pub(crate) fn check(self, limits: &SandboxLimits) -> Result<Manifest, ManifestError> {
        check_identity(&self.name, &self.version, &self.summary)?;
        let hints = Hints::check("hints", &self.hints)?;
        let (params_schema, params) = check_schema("params-schema", &self.params_schema)?;
        let reads = check_oids("reads", &self.reads, READS_ARCS)?;
        Ok(Manifest {
            timing: hints.timing(&self.name)?,
            starting: hints.starting(&self.name, limits.progress_line_bytes)?,
            probe: hints.probe(&reads)?,
            uses: hints.uses()?,
            allowed_secrets: Vec::new(),
            sections: check_sections(self.sections)?,
            reads,
            device_prefixes: check_oids("device-prefixes", &self.device_prefixes, PREFIX_ARCS)?,
            params_schema,
            params,
            name: self.name,
            version: self.version,
            summary: self.summary,
        })
    }
}

impl DecoderClaims {
    /// Like [`Claims::check`].
    pub(crate) fn check(self) -> Result<DecoderManifest, ManifestError> {
        check_identity(&self.name, &self.version, &self.summary)?;
        Ok(DecoderManifest { name: self.name, version: self.version, summary: self.summary })
    }
}

impl EnricherClaims {
    /// Like [`Claims::check`].
    pub(crate) fn check(self) -> Result<EnricherManifest, ManifestError> {
        check_identity(&self.name, &self.version, &self.summary)?;
        let prefixes = check_oids("prefixes", &self.prefixes, READS_ARCS)?;
        if prefixes.is_empty() {
            return Err(problem("prefixes", "there are none, so it would be for no notification".to_owned()));
        }
        Ok(EnricherManifest {
            prefixes,
            schema: check_schema("schema", &self.schema)?.0,
            name: self.name,
            version: self.version,
            summary: self.summary,
        })
    }
}

/// Checks what plugins of every kind say about themselves.
fn check_identity(name: &str, version: &str, summary: &str) -> Result<(), ManifestError> {
    if !text::is_kebab_case(name) {
        return Err(wrong("name", name, "is not lower-kebab-case of at most 64 octets"));
    }
    if !is_semver(version) {
        return Err(wrong("version", version, "is not a version as semver.org describes"));
    }
    check_line("summary", summary, SUMMARY_OCTETS)
}

fn check_sections(claimed: Vec<SectionClaims>) -> Result<Vec<Section>, ManifestError> {
    if claimed.is_empty() || claimed.len() > SECTIONS {
        return Err(problem("sections", format!("there are {}, and 1 to {SECTIONS} are possible", claimed.len())));
    }
    let mut names = BTreeSet::new();
    let mut sections = Vec::new();
    for (place, SectionClaims { name, schema, hints }) in claimed.into_iter().enumerate() {
        check_snake_case(&format!("sections[{place}].name"), &name)?;
        if !names.insert(name.clone()) {
            return Err(wrong(&format!("sections[{place}].name"), &name, "is there twice"));
        }
        let (mut schema, shape) = check_schema(&format!("sections[{place}].schema"), &schema)?;
        Hints::check(&format!("sections[{place}].hints"), &hints)?.put_into(&mut schema);
        sections.push(Section { name, schema, shape });
    }
    Ok(sections)
}

fn check_schema(field: &str, schema: &str) -> Result<(Value, Schema), ManifestError> {
    if schema.len() > SCHEMA_OCTETS {
        return Err(problem(field, format!("it has more than {SCHEMA_OCTETS} octets")));
    }
    match serde_json::from_str(schema) {
        Ok(schema @ Value::Object(_)) => {
            let checked = Schema::new(&schema).map_err(|error| problem(field, error.to_string()))?;
            Ok((schema, checked))
        }
        Ok(_) => Err(problem(field, "it is not a JSON object".to_owned())),
        Err(error) => Err(problem(field, format!("it is not JSON: {error}"))),
    }
}

/// Octets of a version. Beyond, it is no version that anybody would write.
const VERSION_OCTETS: usize = 128;

fn is_semver(version: &str) -> bool {
    version.len() <= VERSION_OCTETS && semver::Version::parse(version).is_ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn claims() -> Claims {
        Claims {
            name: "good-plugin".to_owned(),
            version: "1.2.3".to_owned(),
            summary: "Reads what there is.".to_owned(),
            sections: vec![section("good", "{}")],
            reads: vec![vec![1, 3, 6, 1, 2, 1]],
            device_prefixes: Vec::new(),
            params_schema: r#"{"type": "object"}"#.to_owned(),
            hints: Vec::new(),
        }
    }

    pub(crate) fn section(name: &str, schema: &str) -> SectionClaims {
        SectionClaims { name: name.to_owned(), schema: schema.to_owned(), hints: Vec::new() }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Claims), expected: &str) {
        let mut claims = claims();
        change(&mut claims);
        let checked = match claims.check(&SandboxLimits::default()) {
            Ok(manifest) => format!("ok: {}", manifest.name),
            Err(error) => error.to_string(),
        };
        assert_eq!(checked, expected);
    }

    #[test]
    fn a_good_manifest_is_taken() {
        check(|_| {}, "ok: good-plugin");
        check(|claims| claims.version = "10.0.0-rc.1+build.5".to_owned(), "ok: good-plugin");
        check(|claims| claims.reads.clear(), "ok: good-plugin");
    }

    #[test]
    fn names_and_versions_are_checked() {
        check(
            |claims| claims.name = "Bad\nName".to_owned(),
            "name: `Bad\\nName` is not lower-kebab-case of at most 64 octets",
        );
        for version in ["1.2", "1.2.3.4", "01.2.3", "1.2.x", "1.2.3-", "v1.2.3", ""] {
            let expected = format!("version: `{version}` is not a version as semver.org describes");
            check(|claims| claims.version = version.to_owned(), &expected);
        }
    }

    #[test]
    fn text_is_one_bounded_line() {
        check(|claims| claims.summary = " ".to_owned(), "summary: it is empty");
        check(|claims| claims.summary = "a\nb".to_owned(), "summary: it is not one line of at most 500 octets");
    }

    #[test]
    fn sections_are_there_once_with_a_schema() {
        check(|claims| claims.sections.clear(), "sections: there are 0, and 1 to 32 are possible");
        check(
            |claims| claims.sections = vec![section("a", "{}"), section("a", "{}")],
            "sections[1].name: `a` is there twice",
        );
        check(
            |claims| claims.sections = vec![section("A", "{}")],
            "sections[0].name: `A` is not lower_snake_case of at most 64 octets",
        );
        check(|claims| claims.sections = vec![section("a", "[]")], "sections[0].schema: it is not a JSON object");
        check(
            |claims| claims.sections = vec![section("a", r#"{"items": {"pattern": "x"}}"#)],
            "sections[0].schema: at /items: the keyword `pattern` is not known",
        );
        check(
            |claims| claims.params_schema = "{".to_owned(),
            "params-schema: it is not JSON: EOF while parsing an object at line 1 column 1",
        );
    }

    #[test]
    fn subtrees_are_proper_oids_and_not_everything() {
        check(|claims| claims.reads = vec![vec![1, 3]], "reads[0]: `1.3` has fewer than 3 arcs");
        check(|claims| claims.reads = vec![vec![1, 40, 1]], "reads[0]: `1.40.1` starts with arcs that no OID has");
        check(|claims| claims.reads = vec![vec![1; 129]], "reads[0]: an OID has at most 128 arcs");
        check(
            |claims| claims.device_prefixes = vec![vec![1, 3]; 257],
            "device-prefixes: there are 257, and at most 256 are possible",
        );
    }
}
