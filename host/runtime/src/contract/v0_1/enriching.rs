//! The world `trap-enriching`: plugins that know a vendor's notifications.

use std::sync::Arc;

use wasmtime::{Store, component::InstancePre};

use super::plugin_error;
use crate::{
    CollectError,
    contract::{Answer, Enriching},
    manifest::EnricherClaims,
    run::RunState,
};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "snmp-proxy:plugin/trap-enriching",
        exports: { default: async },
        with: { "snmp-proxy:plugin/types": crate::contract::v0_1::bindings::snmp_proxy::plugin::types },
    });
}

/// Finds the exports that the contract asks for.
pub(super) fn prepare(instance: InstancePre<RunState>) -> wasmtime::Result<Arc<dyn Enriching>> {
    Ok(Arc::new(bindings::TrapEnrichingPre::new(instance)?))
}

impl Enriching for bindings::TrapEnrichingPre<RunState> {
    fn describe<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, EnricherClaims> {
        Box::pin(async move {
            let plugin = self.instantiate_async(&mut *store).await?;
            let manifest = plugin.snmp_proxy_plugin_trap_enricher().call_describe(store).await?;
            Ok(EnricherClaims {
                name: manifest.name,
                version: manifest.version,
                summary: manifest.summary,
                prefixes: manifest.prefixes,
                schema: manifest.schema,
            })
        })
    }

    fn enrich<'a>(
        &'a self,
        store: &'a mut Store<RunState>,
        records: &'a [String],
    ) -> Answer<'a, Vec<Result<Option<String>, CollectError>>> {
        Box::pin(async move {
            let plugin = self.instantiate_async(&mut *store).await?;
            let answers = plugin.snmp_proxy_plugin_trap_enricher().call_enrich(&mut *store, records).await?;
            let limits = &store.data().limits;
            Ok(answers.into_iter().map(|answer| answer.map_err(|error| plugin_error(error, limits))).collect())
        })
    }
}
