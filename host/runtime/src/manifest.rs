//! What a plugin says about itself, and the check that makes it something to rely on.

use std::collections::BTreeSet;

use limits::SandboxLimits;
use snmp::Oid;

use crate::{Schema, text};

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
    pub params_schema: Schema,
}

/// A part of the result that a plugin fills.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The key in the result's `data`: lower_snake_case.
    pub name: String,
    /// The shape of its value: a JSON Schema.
    pub schema: Schema,
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
    pub schema: Schema,
}

/// What is wrong with a plugin's manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct ManifestError {
    /// The part of the manifest, e.g. `sections[1].name`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What a plugin says about itself, as it says it, in any version of the contract.
pub(crate) struct Claims {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
    pub(crate) sections: Vec<(String, String)>,
    pub(crate) timing: String,
    pub(crate) starting: String,
    pub(crate) reads: Vec<Vec<u32>>,
    pub(crate) device_prefixes: Vec<Vec<u32>>,
    pub(crate) params_schema: String,
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
const OIDS: usize = 256;
const SCHEMA_OCTETS: usize = 256 << 10;
/// Texts and numbers of a manifest, all together.
const MANIFEST_OCTETS: usize = 512 << 10;
/// Keys of a result's `data` that only one plugin fills, or none, and whose they are.
const RESERVED_SECTIONS: [(&str, &str); 3] =
    [("target", "the poll itself"), ("snmp_data", "system-info"), ("system", "system-info")];
/// Shorter than `1.3.6` is everything that there is.
const READS_ARCS: usize = 3;
/// enterprises.
const PREFIX_ARCS: usize = 2;

impl Claims {
    /// Makes a manifest of what the plugin claims, or says what is wrong with the first wrong claim.
    pub(crate) fn check(self, limits: &SandboxLimits) -> Result<Manifest, ManifestError> {
        let texts = [&self.name, &self.version, &self.summary, &self.timing, &self.starting, &self.params_schema];
        let sections = self.sections.iter().flat_map(|(name, schema)| [name, schema]);
        check_octets(texts.into_iter().chain(sections), self.reads.iter().chain(&self.device_prefixes))?;
        check_identity(&self.name, &self.version, &self.summary)?;
        check_snake_case("timing", &self.timing)?;
        check_line("starting", &self.starting, limits.progress_line_bytes)?;
        Ok(Manifest {
            sections: check_sections(&self.name, self.sections)?,
            reads: check_oids("reads", &self.reads, READS_ARCS)?,
            device_prefixes: check_oids("device-prefixes", &self.device_prefixes, PREFIX_ARCS)?,
            params_schema: check_schema("params-schema", &self.params_schema)?,
            name: self.name,
            version: self.version,
            summary: self.summary,
            timing: self.timing,
            starting: self.starting,
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
            schema: check_schema("schema", &self.schema)?,
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

fn check_sections(plugin: &str, claimed: Vec<(String, String)>) -> Result<Vec<Section>, ManifestError> {
    if claimed.is_empty() || claimed.len() > SECTIONS {
        return Err(problem("sections", format!("there are {}, and 1 to {SECTIONS} are possible", claimed.len())));
    }
    let mut names = BTreeSet::new();
    let mut sections = Vec::new();
    for (place, (name, schema)) in claimed.into_iter().enumerate() {
        check_snake_case(&format!("sections[{place}].name"), &name)?;
        let reserved = RESERVED_SECTIONS.iter().find(|(reserved, _)| *reserved == name);
        if let Some((_, owner)) = reserved.filter(|(_, owner)| *owner != plugin) {
            return Err(wrong(&format!("sections[{place}].name"), &name, &format!("belongs to {owner}")));
        }
        if !names.insert(name.clone()) {
            return Err(wrong(&format!("sections[{place}].name"), &name, "is there twice"));
        }
        let schema = check_schema(&format!("sections[{place}].schema"), &schema)?;
        sections.push(Section { name, schema });
    }
    Ok(sections)
}

fn check_oids(field: &str, claimed: &[Vec<u32>], least: usize) -> Result<Vec<Oid>, ManifestError> {
    if claimed.len() > OIDS {
        return Err(problem(field, format!("there are {}, and at most {OIDS} are possible", claimed.len())));
    }
    let check = |(place, arcs): (usize, &Vec<u32>)| {
        let field = format!("{field}[{place}]");
        let oid = Oid::new(arcs).map_err(|error| problem(&field, error.to_string()))?;
        if arcs.len() < least {
            return Err(wrong(&field, &oid.to_string(), &format!("has fewer than {least} arcs")));
        }
        if !can_be_encoded(&oid) {
            return Err(wrong(&field, &oid.to_string(), "starts with arcs that no OID has"));
        }
        Ok(oid)
    };
    claimed.iter().enumerate().map(check).collect()
}

/// Whether the first two arcs fit into the one number in which BER puts them (X.690 section 8.19.4).
pub(crate) fn can_be_encoded(oid: &Oid) -> bool {
    match oid.arcs() {
        [0 | 1, second, ..] => *second < 40,
        [2, second, ..] => *second <= u32::MAX - 80,
        _ => false,
    }
}

fn check_schema(field: &str, schema: &str) -> Result<Schema, ManifestError> {
    if schema.len() > SCHEMA_OCTETS {
        return Err(problem(field, format!("it has more than {SCHEMA_OCTETS} octets")));
    }
    Schema::read(schema).map_err(|reason| problem(field, reason))
}

/// Checks how much a plugin says about itself: it is kept, and told to whoever asks for the plugins.
fn check_octets<'a>(
    texts: impl IntoIterator<Item = &'a String>,
    oids: impl IntoIterator<Item = &'a Vec<u32>>,
) -> Result<(), ManifestError> {
    let texts = texts.into_iter().map(String::len).sum::<usize>();
    let arcs = oids.into_iter().map(|arcs| size_of_val(arcs.as_slice())).sum::<usize>();
    if texts.saturating_add(arcs) > MANIFEST_OCTETS {
        return Err(problem("manifest", format!("it has more than {MANIFEST_OCTETS} octets")));
    }
    Ok(())
}

fn check_snake_case(field: &str, name: &str) -> Result<(), ManifestError> {
    if text::is_snake_case(name) {
        Ok(())
    } else {
        Err(wrong(field, name, "is not lower_snake_case of at most 64 octets"))
    }
}

fn check_line(field: &str, line: &str, most: usize) -> Result<(), ManifestError> {
    if line.trim().is_empty() {
        return Err(problem(field, "it is empty".to_owned()));
    }
    if line.len() > most || text::clean(line, most) != line {
        return Err(problem(field, format!("it is not one line of at most {most} octets")));
    }
    Ok(())
}

/// Octets of a version. Beyond, it is no version that anybody would write.
const VERSION_OCTETS: usize = 128;

fn is_semver(version: &str) -> bool {
    version.len() <= VERSION_OCTETS && semver::Version::parse(version).is_ok()
}

fn wrong(field: &str, value: &str, why: &str) -> ManifestError {
    problem(field, format!("`{}` {why}", text::clean(value, 100)))
}

fn problem(field: &str, problem: String) -> ManifestError {
    ManifestError { field: field.to_owned(), problem }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn claims() -> Claims {
        Claims {
            name: "good-plugin".to_owned(),
            version: "1.2.3".to_owned(),
            summary: "Reads what there is.".to_owned(),
            sections: vec![("good".to_owned(), "{}".to_owned())],
            timing: "good".to_owned(),
            starting: "Reading...".to_owned(),
            reads: vec![vec![1, 3, 6, 1, 2, 1]],
            device_prefixes: Vec::new(),
            params_schema: r#"{"type": "object"}"#.to_owned(),
        }
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
        check(|claims| claims.timing = "T".to_owned(), "timing: `T` is not lower_snake_case of at most 64 octets");
    }

    #[test]
    fn text_is_one_bounded_line() {
        check(|claims| claims.summary = " ".to_owned(), "summary: it is empty");
        check(|claims| claims.summary = "a\nb".to_owned(), "summary: it is not one line of at most 500 octets");
        check(|claims| claims.starting = "a".repeat(201), "starting: it is not one line of at most 200 octets");
    }

    #[test]
    fn sections_are_there_once_with_a_schema() {
        let section = |name: &str, schema: &str| (name.to_owned(), schema.to_owned());
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
            |claims| claims.params_schema = "{".to_owned(),
            "params-schema: it is not JSON: EOF while parsing an object at line 1 column 1",
        );
    }

    #[test]
    fn sections_of_the_poll_and_of_system_info_are_reserved() {
        let named = |name: &str| vec![(name.to_owned(), "{}".to_owned())];
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
        let sections = |count: usize| (0..count).map(|place| (format!("s{place}"), schema.clone())).collect();
        check(|claims| claims.sections = sections(2), "ok: good-plugin");
        check(|claims| claims.sections = sections(3), "manifest: it has more than 524288 octets");
        check(|claims| claims.reads = vec![vec![1; 128]; 2_000], "manifest: it has more than 524288 octets");
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
