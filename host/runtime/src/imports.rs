//! What a plugin may ask for: the contract, and those parts of WASI that are linked with nothing behind them.
//!
//! The check comes before linking, so that a plugin is refused in words and not by a missing symbol.

use wasmtime::{Engine, component::Component};

use crate::{LoadError, PluginKind};

/// Our own package: its name and the version whose patch releases are compatible.
pub(crate) const CONTRACT: (&str, &str) = ("snmp-proxy:plugin", "0.1");

/// The interface of the contract that has no functions, so that every kind of plugin may import it.
const TYPES: &str = "snmp-proxy:plugin/types";

/// The parts of WASI 0.2 that a plugin may import.
const WASI: [&str; 6] = ["wasi:cli", "wasi:io", "wasi:clocks", "wasi:random", "wasi:filesystem", "wasi:sockets"];

/// Returns what kind of plugin `component` is and the interfaces that it imports, if it may have them all.
pub(crate) fn check(engine: &Engine, component: &Component) -> Result<(PluginKind, Vec<String>), LoadError> {
    let component_type = component.component_type();
    let mut imports = Vec::new();
    for (name, _) in component_type.imports(engine) {
        check_name(name)?;
        imports.push(name.to_owned());
    }
    let kind = kind(component_type.exports(engine).map(|(name, _)| name))?;
    if let (PluginKind::TrapDecoder | PluginKind::TrapEnricher, Some(import)) =
        (kind, imports.iter().find(|import| asks_the_host(import)))
    {
        return Err(LoadError::ForbiddenImport { import: import.clone() });
    }
    Ok((kind, imports))
}

/// The interfaces that make a plugin, in words.
pub(crate) fn offers() -> String {
    let names = PluginKind::ALL.map(|kind| format!("`{}/{}`", CONTRACT.0, kind.interface()));
    names.join(", ")
}

/// The kind that the exports make a component.
fn kind<'a>(exports: impl Iterator<Item = &'a str>) -> Result<PluginKind, LoadError> {
    let mut found = exports.filter_map(|name| {
        let (interface, version) = split(name)?;
        let (package, interface) = interface.split_once('/')?;
        let is_ours = package == CONTRACT.0 && is_of(version, CONTRACT.1);
        PluginKind::ALL.into_iter().find(|kind| is_ours && kind.interface() == interface)
    });
    match (found.next(), found.next()) {
        (None, _) => Err(LoadError::NoInterface),
        (Some(kind), None) => Ok(kind),
        (Some(first), Some(second)) => Err(LoadError::SeveralKinds { first, second }),
    }
}

/// Whether the import is one of the contract's functions. Plugins for notifications get everything as arguments.
fn asks_the_host(import: &str) -> bool {
    split(import).is_some_and(|(interface, _)| interface.starts_with(CONTRACT.0) && interface != TYPES)
}

fn check_name(name: &str) -> Result<(), LoadError> {
    let forbidden = || LoadError::ForbiddenImport { import: name.to_owned() };
    let (interface, version) = split(name).ok_or_else(forbidden)?;
    let (package, _) = interface.split_once('/').ok_or_else(forbidden)?;
    if package == CONTRACT.0 {
        if is_of(version, CONTRACT.1) { Ok(()) } else { Err(LoadError::OtherContract { import: name.to_owned() }) }
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
        let checked = check_name(name).map_or_else(|error| error.to_string(), |()| "ok".to_owned());
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
        check("wasi:http/types@0.2.0", "imports `wasi:http/types@0.2.0`, which a plugin may not have");
        check("wasi:cli/stdout@0.3.0", "imports `wasi:cli/stdout@0.3.0`, which a plugin may not have");
        check("wasi:keyvalue/store", "imports `wasi:keyvalue/store`, which a plugin may not have");
        check("run", "imports `run`, which a plugin may not have");
        check(
            "snmp-proxy:plugin/snmp@0.2.0",
            "imports `snmp-proxy:plugin/snmp@0.2.0`, which is of another contract than this host's 0.1",
        );
        check(
            "snmp-proxy:plugin/snmp@0.10.0",
            "imports `snmp-proxy:plugin/snmp@0.10.0`, which is of another contract than this host's 0.1",
        );
    }
}
