//! Which functions of the contract this host has, and what a plugin meets that calls another one.
//!
//! A plugin may be made for a later release of 0.1. What it imports beyond this is linked as a function that ends the run
//! and says its name, so that the plugin is of use as long as it does not call it.

use wasmtime::{
    Engine,
    component::{Component, Linker, LinkerInstance, ResourceType, types::ComponentItem},
};

use super::VERSION;
use crate::{
    kind::PACKAGE,
    run::{RunState, Stop},
};

/// The release of the contract that this host has.
const RELEASE: &str = "0.1.0";

/// The functions of each interface, as the component model names them.
const INTERFACES: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("manifests", &[]),
    (
        "snmp",
        &[
            "[method]table-reader.next",
            "[method]table-reader.outcome",
            "[method]walk-reader.next",
            "[method]walk-reader.outcome",
            "[constructor]table-part",
            "[method]table-part.below",
            "[method]table-part.after",
            "[method]table-part.at-most",
            "[method]agent.get",
            "[method]agent.open-table",
            "[method]agent.open-part",
            "[method]agent.open-walk",
            "device",
            "in-context",
            "in-vlan",
        ],
    ),
    ("job", &["log", "progress", "params", "wait", "elapsed", "offers", "section"]),
    ("output", &["rows"]),
];

/// The resources that this host has.
const RESOURCES: &[&str] = &["table-reader", "walk-reader", "table-part", "agent"];

/// Whether this host has the function of this name: `job.wait`, or for a method `agent.get`.
pub(super) fn offers(function: &str) -> bool {
    INTERFACES.iter().any(|(interface, functions)| functions.iter().any(|of| named(interface, of) == function))
}

/// What `job.offers` calls a function.
fn named(interface: &str, function: &str) -> String {
    match function.split_once(']') {
        Some(("[constructor", resource)) => format!("{interface}.{resource}"),
        Some((_, method)) => method.to_owned(),
        None => format!("{interface}.{function}"),
    }
}

/// Offers what the component imports of a later release of this version and this host does not have. Returns these
/// functions by name.
pub(super) fn link_missing(
    linker: &mut Linker<RunState>,
    engine: &Engine,
    component: &Component,
) -> wasmtime::Result<Vec<String>> {
    let mut missing = Vec::new();
    for (import, item) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        let Some((package, rest)) = import.split_once('/') else { continue };
        let Some((interface, release)) = rest.split_once('@') else { continue };
        if package != PACKAGE || !release.starts_with(VERSION.line) {
            continue;
        }
        let known = INTERFACES.iter().find(|(name, _)| *name == interface).map(|(_, functions)| *functions);
        // What is added to a known interface must stand where the rest of it is.
        let name = if known.is_some() { format!("{PACKAGE}/{interface}@{RELEASE}") } else { import.to_owned() };
        let mut place = linker.instance(&name)?;
        for (item, ty) in instance.exports(engine) {
            match ty.ty {
                ComponentItem::ComponentFunc(_) if !known.is_some_and(|known| known.contains(&item)) => {
                    missing.push(named(interface, item));
                    link_stop(&mut place, interface, item)?;
                }
                ComponentItem::Resource(_) if known.is_none() || !RESOURCES.contains(&item) => {
                    place.resource(item, ResourceType::host::<MissingResource>(), |_, _| Ok(()))?;
                }
                _ => {}
            }
        }
    }
    Ok(missing)
}

/// What a resource is that this host does not have. There is never one, since nothing makes it.
struct MissingResource;

fn link_stop(place: &mut LinkerInstance<'_, RunState>, interface: &str, item: &str) -> wasmtime::Result<()> {
    let function = named(interface, item);
    place.func_new(item, move |_, _, _, _| Err(Stop::NewerContract { function: function.clone() }.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_what_the_contract_has() {
        let mut resolve = wit_parser::Resolve::default();
        let (package, _) = resolve.push_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit")).unwrap();
        let package = &resolve.packages[package];
        assert_eq!(package.name.version.as_ref().unwrap().to_string(), RELEASE);
        let exported = ["collector", "configured-collector", "trap-decoder", "trap-enricher"];
        let mut found = Vec::new();
        let mut resources = Vec::new();
        for (name, id) in &package.interfaces {
            let interface = &resolve.interfaces[*id];
            if exported.contains(&name.as_str()) {
                continue;
            }
            let functions: Vec<&str> = interface.functions.keys().map(String::as_str).collect();
            found.push((name.as_str(), functions));
            let is_resource =
                |id: &wit_parser::TypeId| matches!(resolve.types[*id].kind, wit_parser::TypeDefKind::Resource);
            resources.extend(interface.types.iter().filter(|(_, id)| is_resource(id)).map(|(name, _)| name.as_str()));
        }
        let mut offered: Vec<_> = INTERFACES.iter().map(|(name, functions)| (*name, functions.to_vec())).collect();
        found.sort();
        offered.sort();
        let sorted = |mut functions: Vec<&'static str>| {
            functions.sort_unstable();
            functions
        };
        let offered: Vec<_> = offered.into_iter().map(|(name, functions)| (name, sorted(functions))).collect();
        let found: Vec<_> = found
            .into_iter()
            .map(|(name, mut functions)| {
                functions.sort_unstable();
                (name, functions)
            })
            .collect();
        assert_eq!(offered, found);
        assert_eq!(RESOURCES, resources);
    }

    #[test]
    fn functions_are_named_by_their_interface_and_methods_by_their_resource() {
        for known in
            ["job.wait", "snmp.device", "snmp.table-part", "agent.open-part", "table-reader.next", "output.rows"]
        {
            assert!(offers(known), "{known}");
        }
        for unknown in ["wait", "job.stop", "agent", "[method]agent.get", "snmp.agent", "types.oid", ""] {
            assert!(!offers(unknown), "{unknown}");
        }
    }
}
