//! What a plugin says about itself, and the check that makes it something to rely on.

use std::collections::BTreeSet;

use limits::SandboxLimits;
use plugin_folder::is_kebab_case;
use serde_json::{Map, Value};
use snmp::Oid;

use crate::{
    Schema,
    claim::{ManifestError, READS_ARCS, check_line, check_oids, check_snake_case, problem, wrong},
    hints::Hints,
    secrets,
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
    /// The subtrees that it declares.
    pub declared: Vec<Oid>,
    /// The subtrees it reads: those that it declares, as far as the operator lets it.
    pub reads: Vec<Oid>,
    /// The sysObjectID prefixes it is for; empty: every device.
    pub device_prefixes: Vec<Oid>,
    /// The parameters it takes: a JSON Schema of an object.
    pub params_schema: Schema,
    /// The same, to check parameters against.
    pub params: schema::Schema,
    /// What `auto` looks for on a device before it takes the plugin: subtrees, one of which has to have something.
    /// Empty: nothing.
    pub probe: Vec<Oid>,
    /// The sections of other plugins that it asks for.
    pub uses: Vec<String>,
    /// What it may read of subtrees that hold secrets, since the operator allows it.
    pub allowed_secrets: Vec<Oid>,
    /// Parameters that the operator gives it, for jobs that give none.
    pub default_params: Map<String, Value>,
}

/// A part of the result that a plugin fills.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The key in the result's `data`: lower_snake_case.
    pub name: String,
    /// The shape of its value: a JSON Schema. Its member `x-table` is what the plugin hints at how people see it:
    /// `columns`, `key`, `titles` and `units`.
    pub schema: Schema,
    /// The same, to check the section against.
    pub shape: schema::Schema,
}

impl Manifest {
    /// Whether the plugin declares that it reads `name`: whether it is in one of the subtrees.
    #[must_use]
    pub fn declares(&self, name: &Oid) -> bool {
        self.declared.iter().any(|subtree| name.starts_with(subtree))
    }

    /// Whether the operator lets it read `name`, which it declares.
    #[must_use]
    pub fn may_read(&self, name: &Oid) -> bool {
        self.reads.iter().any(|subtree| name.starts_with(subtree))
    }

    /// What of a subtree it may read: all of it, or what the operator leaves of it, in order and none within another.
    #[must_use]
    pub fn readable_within(&self, subtree: &Oid) -> Vec<Oid> {
        if self.may_read(subtree) {
            return vec![subtree.clone()];
        }
        let mut within: Vec<Oid> = self.reads.iter().filter(|read| read.starts_with(subtree)).cloned().collect();
        within.sort();
        within.dedup_by(|later, earlier| later.starts_with(earlier));
        within
    }

    /// The objects that hold secrets in what it declares, each by its name: the plugin does not get them.
    #[must_use]
    pub fn withheld(&self) -> Vec<&'static str> {
        let of_subtree = |subtree: &Oid| {
            let around = secrets::around(subtree, &self.allowed_secrets);
            around.into_iter().chain(secrets::below(subtree, &self.allowed_secrets))
        };
        let mut names: Vec<&str> = self.reads.iter().flat_map(of_subtree).map(|secret| secret.name).collect();
        names.sort_unstable();
        names.dedup();
        names
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
    pub schema: Schema,
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
/// Texts and numbers of a manifest, all together.
const MANIFEST_OCTETS: usize = 512 << 10;
/// Values in a schema: as a tree it takes up to eighty times the octets of its text.
const SCHEMA_VALUES: usize = 16_384;
/// Keys of a result's `data` that only one plugin fills, or none, and whose they are.
const RESERVED_SECTIONS: [(&str, &str); 3] =
    [("target", "the poll itself"), ("snmp_data", "system-info"), ("system", "system-info")];
/// enterprises.
const PREFIX_ARCS: usize = 2;

impl Claims {
    /// Makes a manifest of what the plugin claims, or says what is wrong with the first wrong claim.
    pub(crate) fn check(self, limits: &SandboxLimits) -> Result<Manifest, ManifestError> {
        let texts = [&self.name, &self.version, &self.summary, &self.params_schema];
        let sections = self.sections.iter().flat_map(|section| [&section.name, &section.schema]);
        let hints = self.sections.iter().flat_map(|section| &section.hints).chain(&self.hints);
        let hints = hints.flat_map(|(name, value)| [name, value]);
        check_octets(texts.into_iter().chain(sections).chain(hints), self.reads.iter().chain(&self.device_prefixes))?;
        check_identity(&self.name, &self.version, &self.summary)?;
        let hints = Hints::check("hints", &self.hints)?;
        let (params_schema, _, params) = check_schema("params-schema", &self.params_schema)?;
        let reads = check_oids("reads", &self.reads, READS_ARCS)?;
        Ok(Manifest {
            timing: hints.timing(&self.name)?,
            starting: hints.starting(&self.name, limits.progress_line_bytes)?,
            probe: hints.probe(&reads)?,
            uses: hints.uses()?,
            allowed_secrets: Vec::new(),
            default_params: Map::new(),
            sections: check_sections(&self.name, self.sections)?,
            declared: reads.clone(),
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
        check_octets([&self.name, &self.version, &self.summary, &self.schema], &self.prefixes)?;
        check_identity(&self.name, &self.version, &self.summary)?;
        let prefixes = check_oids("prefixes", &self.prefixes, READS_ARCS)?;
        if prefixes.is_empty() {
            return Err(problem("prefixes", "is empty: without a prefix the plugin gets no notification".to_owned()));
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
    if !is_kebab_case(name) {
        return Err(wrong("name", name, "is not lower-kebab-case of at most 64 octets"));
    }
    if !is_semver(version) {
        return Err(wrong("version", version, "is not a version as semver.org describes"));
    }
    check_line("summary", summary, SUMMARY_OCTETS)
}

fn check_sections(plugin: &str, claimed: Vec<SectionClaims>) -> Result<Vec<Section>, ManifestError> {
    if claimed.is_empty() || claimed.len() > SECTIONS {
        return Err(problem("sections", format!("there are {}, and 1 to {SECTIONS} are possible", claimed.len())));
    }
    let mut names = BTreeSet::new();
    let mut sections = Vec::new();
    for (place, SectionClaims { name, schema, hints }) in claimed.into_iter().enumerate() {
        check_snake_case(&format!("sections[{place}].name"), &name)?;
        let reserved = RESERVED_SECTIONS.iter().find(|(reserved, _)| *reserved == name);
        if let Some((_, owner)) = reserved.filter(|(_, owner)| *owner != plugin) {
            return Err(wrong(&format!("sections[{place}].name"), &name, &format!("belongs to {owner}")));
        }
        if !names.insert(name.clone()) {
            return Err(wrong(&format!("sections[{place}].name"), &name, "is there twice"));
        }
        let (mut schema, mut tree, shape) = check_schema(&format!("sections[{place}].schema"), &schema)?;
        if Hints::check(&format!("sections[{place}].hints"), &hints)?.put_into(&mut tree) {
            schema = Schema::of(&tree);
        }
        sections.push(Section { name, schema, shape });
    }
    Ok(sections)
}

/// A schema as it was written, its tree, and what values are held against.
fn check_schema(field: &str, schema: &str) -> Result<(Schema, Value, schema::Schema), ManifestError> {
    if schema.len() > SCHEMA_OCTETS {
        return Err(problem(field, format!("it has more than {}", snmp::size(SCHEMA_OCTETS))));
    }
    let text = Schema::read(schema).map_err(|reason| problem(field, reason))?;
    if schema::count_values(schema) > SCHEMA_VALUES {
        return Err(problem(field, format!("it has more than {SCHEMA_VALUES} values")));
    }
    let tree = serde_json::from_str(schema).map_err(|error| problem(field, format!("it is not JSON: {error}")))?;
    let checked = schema::Schema::new(&tree).map_err(|error| problem(field, error.to_string()))?;
    Ok((text, tree, checked))
}

/// Checks how much a plugin says about itself: it is kept, and told to whoever asks for the plugins.
fn check_octets<'a>(
    texts: impl IntoIterator<Item = &'a String>,
    oids: impl IntoIterator<Item = &'a Vec<u32>>,
) -> Result<(), ManifestError> {
    let texts = texts.into_iter().map(String::len).sum::<usize>();
    let arcs = oids.into_iter().map(|arcs| size_of_val(arcs.as_slice())).sum::<usize>();
    if texts.saturating_add(arcs) > MANIFEST_OCTETS {
        return Err(problem("manifest", format!("it has more than {}", snmp::size(MANIFEST_OCTETS))));
    }
    Ok(())
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
    fn what_holds_secrets_is_withheld_unless_it_is_allowed() {
        let mut claims = claims();
        claims.reads =
            vec![vec![1, 3, 6, 1, 6, 3], vec![1, 3, 6, 1, 6, 3, 15, 1, 2, 2, 1, 3], vec![1, 3, 6, 1, 2, 1, 2]];
        let mut manifest = claims.check(&SandboxLimits::default()).unwrap();
        assert_eq!(manifest.withheld(), ["snmpCommunityTable", "usmUserTable", "vacmMIBObjects"]);
        manifest.allowed_secrets = vec![Oid::from([1, 3, 6, 1, 6, 3])];
        assert_eq!(manifest.withheld(), [""; 0]);
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
    fn sections_of_the_poll_and_of_system_info_are_reserved() {
        let named = |name: &str| vec![section(name, "{}")];
        for (section, owner) in [("target", "the poll itself"), ("system", "system-info"), ("snmp_data", "system-info")]
        {
            let expected = format!("sections[0].name: `{section}` belongs to {owner}");
            check(|claims| claims.sections = named(section), &expected);
        }
        let system_info = |claims: &mut Claims| claims.name = "system-info".to_owned();
        check(|claims| (system_info(claims), claims.sections = named("system")).1, "ok: system-info");
        check(
            |claims| (system_info(claims), claims.sections = named("target")).1,
            "sections[0].name: `target` belongs to the poll itself",
        );
    }

    #[test]
    fn a_manifest_is_bounded_as_a_whole() {
        let schema = format!(r#"{{"description": "{}"}}"#, "x".repeat(200 << 10));
        let sections = |count: usize| (0..count).map(|place| section(&format!("s{place}"), &schema)).collect();
        check(|claims| claims.sections = sections(2), "ok: good-plugin");
        check(|claims| claims.sections = sections(3), "manifest: it has more than 512 KiB");
        let values = format!(r#"{{"enum": [{}0]}}"#, "0,".repeat(20_000));
        let told = "sections[0].schema: it has more than 16384 values";
        check(|claims| claims.sections = vec![section("a", &values)], told);
        check(|claims| claims.reads = vec![vec![1; 128]; 2_000], "manifest: it has more than 512 KiB");
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
