//! The 0.1 contract: what its interfaces mean here.
//!
//! This file links, and calls plugins that collect; `decoding` and `enriching` call those for notifications. `host`
//! answers what a guest asks, `values` translates. A later contract that is not compatible gets files like these beside
//! them, and translates into the same types of this crate.

mod decoding;
mod enriching;

mod host;
mod values;

use wasmtime::{
    Store,
    component::{HasSelf, InstancePre, Linker},
};

pub(crate) use self::{
    decoding::{Notification, PreparedDecoder, decode, describe_decoder, notification, prepare_decoder, tree},
    enriching::{PreparedEnricher, describe_enricher, enrich, prepare_enricher},
};
use crate::{CollectError, PluginLimits, manifest::Claims, run::RunState, text};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "snmp-proxy:plugin/collecting",
        imports: {
            "snmp-proxy:plugin/snmp.get": async | trappable,
            "snmp-proxy:plugin/snmp.[method]table-reader.next": async | trappable,
            "snmp-proxy:plugin/snmp.[method]walk-reader.next": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        with: {
            "snmp-proxy:plugin/snmp.table-reader": crate::run::TableHandle,
            "snmp-proxy:plugin/snmp.walk-reader": crate::run::WalkHandle,
        },
    });
}

/// A plugin that is ready to be instantiated.
pub(crate) type Prepared = bindings::CollectingPre<RunState>;

/// Offers the contract's interfaces to plugins.
pub(crate) fn link(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    bindings::Collecting::add_to_linker::<_, HasSelf<_>>(linker, |state| state)
}

/// Finds the exports that the contract asks for.
pub(crate) fn prepare(instance: InstancePre<RunState>) -> wasmtime::Result<Prepared> {
    bindings::CollectingPre::new(instance)
}

/// Asks the plugin what it is.
pub(crate) async fn describe(prepared: &Prepared, store: &mut Store<RunState>) -> wasmtime::Result<Claims> {
    let plugin = prepared.instantiate_async(&mut *store).await?;
    let manifest = plugin.snmp_proxy_plugin_collector().call_describe(store).await?;
    Ok(Claims {
        name: manifest.name,
        version: manifest.version,
        summary: manifest.summary,
        sections: manifest.sections.into_iter().map(|section| (section.name, section.schema)).collect(),
        timing: manifest.timing,
        starting: manifest.starting,
        reads: manifest.reads,
        device_prefixes: manifest.device_prefixes,
        params_schema: manifest.params_schema,
    })
}

/// Lets the plugin collect; returns its JSON, or the error with which it gave up.
pub(crate) async fn collect(
    prepared: &Prepared,
    store: &mut Store<RunState>,
) -> wasmtime::Result<Result<String, CollectError>> {
    let plugin = prepared.instantiate_async(&mut *store).await?;
    let answer = plugin.snmp_proxy_plugin_collector().call_collect(&mut *store).await?;
    Ok(answer.map_err(|error| plugin_error(error, &store.data().limits)))
}

/// What a plugin itself says went wrong.
fn plugin_error(error: bindings::snmp_proxy::plugin::types::Error, limits: &PluginLimits) -> CollectError {
    CollectError::Plugin {
        kind: values::kind_from(error.kind),
        message: text::clean(&error.message, limits.message_bytes),
        at: error.at.and_then(|arcs| ::snmp::Oid::new(&arcs).ok()),
    }
}
