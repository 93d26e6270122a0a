//! Which world of the contract a module is of, and how the module is told so.

use wit_component::StringEncoding;
use wit_parser::Resolve;

use crate::{BuildError, one_line};

/// The contract that this release has.
const CONTRACT: &str = include_str!("../../../wit/plugin.wit");

/// The worlds of plugins, with the interface that each exports.
const WORLDS: [(&str, &str); 4] = [
    ("collecting", "collector"),
    ("collecting-configured", "configured-collector"),
    ("trap-decoding", "trap-decoder"),
    ("trap-enriching", "trap-enricher"),
];

/// The world that a module with these exports is of.
pub(crate) fn of(exports: &[String]) -> Result<&'static str, BuildError> {
    let mut found = None;
    for export in exports {
        let Some(world) = world_of(export) else { continue };
        match found {
            Some(first) if first != world => return Err(BuildError::SeveralWorlds { first, second: world }),
            _ => found = Some(world),
        }
    }
    found.ok_or_else(|| BuildError::NoPlugin { example: "snmp-proxy:plugin/collector@0.1.0#describe".to_owned() })
}

/// The world of a function such as `snmp-proxy:plugin/collector@0.1.0#describe`.
fn world_of(export: &str) -> Option<&'static str> {
    let (interface, _) = export.strip_prefix("snmp-proxy:plugin/")?.split_once('@')?;
    WORLDS.iter().find(|(_, exported)| *exported == interface).map(|(world, _)| *world)
}

/// Writes the world's types into the module, for the encoder to find.
pub(crate) fn embed(module: &mut Vec<u8>, world: &str, encoding: StringEncoding) -> Result<(), BuildError> {
    let misfit = |reason: String| BuildError::Misfit { reason };
    let mut resolve = Resolve::default();
    let package = resolve.push_str("plugin.wit", CONTRACT).map_err(|error| misfit(one_line(&error)))?;
    let world = resolve.select_world(&[package], Some(world)).map_err(|error| misfit(one_line(&error)))?;
    wit_component::embed_component_metadata(module, &resolve, world, encoding).map_err(|error| misfit(one_line(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_world_of_the_contract_is_known() {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("plugin.wit", CONTRACT).unwrap();
        let mut worlds: Vec<&String> = resolve.packages[package].worlds.keys().collect();
        worlds.sort();
        assert_eq!(worlds, WORLDS.map(|(world, _)| world));
    }
}
