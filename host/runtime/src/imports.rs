//! What a plugin may ask for: the contract, and those parts of WASI that are linked with nothing behind them.
//!
//! The check comes before compiling and linking, so that a plugin is refused at once, in words and not by a missing symbol.

use crate::{LoadError, PluginKind, contract::Version, kind::PACKAGE, precheck::Interfaces};

/// The interface of the contract that has no functions, so that every kind of plugin may import it.
const TYPES: &str = "snmp-proxy:plugin/types";

/// The parts of WASI 0.2 that a plugin may import.
const WASI: [&str; 6] = ["wasi:cli", "wasi:io", "wasi:clocks", "wasi:random", "wasi:filesystem", "wasi:sockets"];

/// What a component is, by its imports and exports.
pub(crate) struct Recognised {
    pub(crate) kind: PluginKind,
    /// The version of the contract that it was made for.
    pub(crate) version: &'static Version,
    /// The interfaces that it imports.
    pub(crate) imports: Vec<String>,
}

/// Finds out which kind of plugin a component of these interfaces is, and of which of these versions, if it may have all
/// that it imports.
pub(crate) fn check(interfaces: Interfaces, versions: &'static [Version]) -> Result<Recognised, LoadError> {
    let Interfaces { imports, exports } = interfaces;
    let lines: Vec<&'static str> = versions.iter().map(|version| version.line).collect();
    let names: Vec<&str> = imports.iter().map(String::as_str).collect();
    let (kind, line) = kind_and_line(&names, exports.iter().map(String::as_str), &lines)?;
    let version = versions.iter().find(|version| version.line == line).ok_or_else(|| no_interface(&lines))?;
    Ok(Recognised { kind, version, imports })
}

/// The kind of a component, and the line of versions that it is of.
fn kind_and_line<'a>(
    imports: &[&str],
    exports: impl Iterator<Item = &'a str>,
    lines: &[&'static str],
) -> Result<(PluginKind, &'static str), LoadError> {
    for name in imports {
        check_name(name, lines)?;
    }
    let (kind, line) = exported(exports, lines)?;
    for name in imports {
        if matches!(kind, PluginKind::TrapDecoder | PluginKind::TrapEnricher) && asks_the_host(name) {
            return Err(LoadError::ForbiddenImport { import: (*name).to_owned() });
        }
        if is_of_the_contract(name) && !split(name).is_some_and(|(_, version)| is_of(version, line)) {
            return Err(LoadError::MixedVersions { import: (*name).to_owned(), version: line });
        }
    }
    Ok((kind, line))
}

/// The kind and the line of versions that the exports make a component.
fn exported<'a>(
    exports: impl Iterator<Item = &'a str>,
    lines: &[&'static str],
) -> Result<(PluginKind, &'static str), LoadError> {
    let mut found = None;
    let mut other = None;
    for name in exports {
        let Some((interface, version)) = split(name) else { continue };
        let Some((PACKAGE, interface)) = interface.split_once('/') else { continue };
        let Some(kind) = PluginKind::ALL.into_iter().find(|kind| kind.interface() == interface) else { continue };
        match (lines.iter().find(|line| is_of(version, line)), found) {
            (None, _) => other = Some(name),
            (Some(line), None) => found = Some((kind, *line)),
            (Some(_), Some((first, _))) => return Err(LoadError::SeveralKinds { first, second: kind }),
        }
    }
    match (found, other) {
        (Some(found), _) => Ok(found),
        (None, Some(export)) => Err(LoadError::OtherVersion { export: export.to_owned(), offered: lines.join(", ") }),
        (None, None) => Err(no_interface(lines)),
    }
}

fn no_interface(lines: &[&str]) -> LoadError {
    let interfaces = PluginKind::ALL.map(|kind| format!("`{PACKAGE}/{}`", kind.interface())).join(", ");
    LoadError::NoInterface { interfaces, offered: lines.join(", ") }
}

fn is_of_the_contract(name: &str) -> bool {
    name.split_once('/').is_some_and(|(package, _)| package == PACKAGE)
}

/// Whether the import is one of the contract's functions. Plugins for notifications get everything as arguments.
fn asks_the_host(import: &str) -> bool {
    is_of_the_contract(import) && split(import).is_some_and(|(interface, _)| interface != TYPES)
}

fn check_name(name: &str, lines: &[&str]) -> Result<(), LoadError> {
    let forbidden = || LoadError::ForbiddenImport { import: name.to_owned() };
    let (interface, version) = split(name).ok_or_else(forbidden)?;
    let (package, _) = interface.split_once('/').ok_or_else(forbidden)?;
    if package == PACKAGE {
        if lines.iter().any(|line| is_of(version, line)) {
            return Ok(());
        }
        Err(LoadError::OtherContract { import: name.to_owned(), offered: lines.join(", ") })
    } else if WASI.contains(&package) && is_of(version, "0.2") {
        Ok(())
    } else {
        Err(forbidden())
    }
}

/// Splits `package/interface@version`.
fn split(name: &str) -> Option<(&str, &str)> {
    name.split_once('@')
}

/// Whether `version` is a release of `line`, e.g. 0.1.7 of 0.1.
fn is_of(version: &str, line: &str) -> bool {
    let patch = version.strip_prefix(line).and_then(|rest| rest.strip_prefix('.'));
    patch.is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        let checked = check_name(name, &["0.1"]).map_or_else(|error| error.to_string(), |()| "ok".to_owned());
        assert_eq!(checked, expected);
    }

    #[test]
    fn the_contract_and_the_harmless_parts_of_wasi_may_be_imported() {
        check("snmp-proxy:plugin/snmp@0.1.0", "ok");
        check("snmp-proxy:plugin/job@0.1.9", "ok");
        check("wasi:cli/environment@0.2.6", "ok");
        check("wasi:sockets/tcp@0.2.12", "ok");
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        check("wasi:http/types@0.2.0", "imports `wasi:http/types@0.2.0`, which plugins must not import");
        check("wasi:cli/stdout@0.3.0", "imports `wasi:cli/stdout@0.3.0`, which plugins must not import");
        check("wasi:keyvalue/store", "imports `wasi:keyvalue/store`, which plugins must not import");
        check("run", "imports `run`, which plugins must not import");
        check(
            "snmp-proxy:plugin/snmp@0.2.0",
            "imports `snmp-proxy:plugin/snmp@0.2.0`, which is of another contract than this host's 0.1",
        );
        check(
            "snmp-proxy:plugin/snmp@0.10.0",
            "imports `snmp-proxy:plugin/snmp@0.10.0`, which is of another contract than this host's 0.1",
        );
    }

    /// A component of these imports and exports, for a host of two versions.
    #[track_caller]
    fn check_component(imports: &[&str], exports: &[&str], expected: &str) {
        let found = kind_and_line(imports, exports.iter().copied(), &["0.1", "0.2"]);
        let found = found.map_or_else(|error| error.to_string(), |(kind, line)| format!("{} {line}", kind.interface()));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_component_is_of_the_version_that_it_exports() {
        check_component(&["snmp-proxy:plugin/snmp@0.1.3"], &["snmp-proxy:plugin/collector@0.1.0"], "collector 0.1");
        check_component(&["wasi:io/error@0.2.0"], &["snmp-proxy:plugin/collector@0.2.7", "else"], "collector 0.2");
        check_component(
            &["snmp-proxy:plugin/types@0.2.0"],
            &["snmp-proxy:plugin/trap-decoder@0.2.0"],
            "trap-decoder 0.2",
        );
    }

    #[test]
    fn a_component_of_an_unknown_version_is_told_so() {
        check_component(
            &[],
            &["snmp-proxy:plugin/collector@0.3.0"],
            "exports `snmp-proxy:plugin/collector@0.3.0`, and this host has version 0.1, 0.2 of the contract only: \
             update snmp-proxy, or build the plugin for one of these",
        );
        check_component(
            &["snmp-proxy:plugin/snmp@0.1.0"],
            &["snmp-proxy:plugin/collector@0.2.0"],
            "imports `snmp-proxy:plugin/snmp@0.1.0`, and is a plugin of version 0.2 of the contract",
        );
    }
}
