//! The one line that makes a component of a crate: one macro for each kind of plugin.

/// Exports a [`Collector`](crate::Collector) as the component's `collector`. Natively it does nothing.
///
/// ```
/// use snmp_proxy_sdk::prelude::*;
///
/// struct Name;
///
/// impl Collector for Name {
///     type Params = NoParams;
///
///     fn describe() -> Manifest {
///         Manifest::new("name", "1.0.0", "The name of a device.")
///             .section("name", r#"{"type": ["string", "null"]}"#)
///             .reads(&[oid!("1.3.6.1.2.1.1.5")])
///     }
///
///     fn collect(device: &mut dyn Device, NoParams {}: NoParams) -> Result<Sections, Error> {
///         let mut warnings = Warnings::default();
///         let varbinds = device.get(&[oid!("1.3.6.1.2.1.1.5.0").to_vec()])?;
///         let name = Field::text("sysName", varbinds.first().map(|varbind| &varbind.value), &mut warnings);
///         Sections::new().with("name", &name)
///     }
/// }
///
/// export_collector!(Name);
/// ```
#[macro_export]
macro_rules! export_collector {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::Exported<$plugin>;
    $crate::bindings::export!(Component with_types_in $crate::bindings);
        };
    };
}

/// Exports a [`ConfiguredCollector`](crate::ConfiguredCollector) as the component's `configured-collector`. Natively it
/// does nothing.
#[macro_export]
macro_rules! export_configured_collector {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::ExportedConfigured<$plugin>;
    $crate::configured_bindings::export!(Component with_types_in $crate::configured_bindings);
        };
    };
}

/// Exports a [`TrapDecoder`](crate::traps::TrapDecoder) as the component's `trap-decoder`. Natively it does nothing.
#[macro_export]
macro_rules! export_trap_decoder {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::traps::ExportedDecoder<$plugin>;
    $crate::decoding_bindings::export!(Component with_types_in $crate::decoding_bindings);
        };
    };
}

/// Exports a [`TrapEnricher`](crate::traps::TrapEnricher) as the component's `trap-enricher`. Natively it does nothing.
///
/// ```
/// use snmp_proxy_sdk::traps::{Additions, EnricherManifest, Severity, TrapEnricher, TrapRecord};
/// use snmp_proxy_sdk::{Error, export_trap_enricher, oid};
///
/// struct Doors;
///
/// impl TrapEnricher for Doors {
///     fn describe() -> EnricherManifest {
///         EnricherManifest::new("doors", "1.0.0", "Doors of cabinets.").prefixes(&[oid!("1.3.6.1.4.1.32473.1")])
///     }
///
///     fn enrich(record: &TrapRecord) -> Result<Option<Additions>, Error> {
///         let door = record.find(oid!("1.3.6.1.4.1.32473.1.2")).and_then(|(_, _, varbind)| varbind.text.clone());
///         Ok(door.map(|door| Additions::default().severity(Severity::Warning).decoded("door", door)))
///     }
/// }
///
/// export_trap_enricher!(Doors);
/// ```
#[macro_export]
macro_rules! export_trap_enricher {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::traps::ExportedEnricher<$plugin>;
    $crate::enriching_bindings::export!(Component with_types_in $crate::enriching_bindings);
        };
    };
}
