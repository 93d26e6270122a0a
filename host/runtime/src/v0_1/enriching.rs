//! The world `trap-enriching`: plugins that know a vendor's notifications.

use wasmtime::{Store, component::InstancePre};

use super::plugin_error;
use crate::{CollectError, manifest::EnricherClaims, run::RunState};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "snmp-proxy:plugin/trap-enriching",
        exports: { default: async },
        with: { "snmp-proxy:plugin/types": crate::v0_1::bindings::snmp_proxy::plugin::types },
    });
}

/// An enricher that is ready to be instantiated.
pub(crate) type PreparedEnricher = bindings::TrapEnrichingPre<RunState>;

/// Finds the exports that the contract asks for.
pub(crate) fn prepare_enricher(instance: InstancePre<RunState>) -> wasmtime::Result<PreparedEnricher> {
    bindings::TrapEnrichingPre::new(instance)
}

/// Asks the plugin what it is.
pub(crate) async fn describe_enricher(
    prepared: &PreparedEnricher,
    store: &mut Store<RunState>,
) -> wasmtime::Result<EnricherClaims> {
    let plugin = prepared.instantiate_async(&mut *store).await?;
    let manifest = plugin.snmp_proxy_plugin_trap_enricher().call_describe(store).await?;
    Ok(EnricherClaims {
        name: manifest.name,
        version: manifest.version,
        summary: manifest.summary,
        prefixes: manifest.prefixes,
        schema: manifest.schema,
    })
}

/// Adds to records. How many answers there are is the plugin's doing.
pub(crate) async fn enrich(
    prepared: &PreparedEnricher,
    store: &mut Store<RunState>,
    records: &[String],
) -> wasmtime::Result<Vec<Result<Option<String>, CollectError>>> {
    let plugin = prepared.instantiate_async(&mut *store).await?;
    let answers = plugin.snmp_proxy_plugin_trap_enricher().call_enrich(&mut *store, records).await?;
    let limits = &store.data().limits;
    Ok(answers.into_iter().map(|answer| answer.map_err(|error| plugin_error(error, limits))).collect())
}
