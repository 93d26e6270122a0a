//! The 0.1 contract: what its interfaces mean here.
//!
//! This file links, and calls plugins that collect; `decoding` and `enriching` call those for notifications. `host`
//! answers what a guest asks, `values` translates.

mod decoding;
mod enriching;

mod host;
mod values;

use std::sync::Arc;

use limits::SandboxLimits;
use wasmtime::{
    Store,
    component::{HasSelf, InstancePre, Linker},
};

use super::{Answer, Collecting, Prepared, Version};
use crate::{CollectError, PluginKind, manifest::Claims, run::RunState, text};

/// This version.
pub(super) const VERSION: Version = Version { line: "0.1", link, prepare };

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

/// Offers the contract's interfaces to plugins.
fn link(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    bindings::Collecting::add_to_linker::<_, HasSelf<_>>(linker, |state| state)
}

fn prepare(kind: PluginKind, instance: InstancePre<RunState>) -> wasmtime::Result<Prepared> {
    Ok(match kind {
        PluginKind::Collector => Prepared::Collector(Arc::new(bindings::CollectingPre::new(instance)?)),
        PluginKind::TrapDecoder => Prepared::TrapDecoder(decoding::prepare(instance)?),
        PluginKind::TrapEnricher => Prepared::TrapEnricher(enriching::prepare(instance)?),
    })
}

impl Collecting for bindings::CollectingPre<RunState> {
    fn describe<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, Claims> {
        Box::pin(async move {
            let plugin = self.instantiate_async(&mut *store).await?;
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
        })
    }

    fn collect<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, Result<String, CollectError>> {
        Box::pin(async move {
            let plugin = self.instantiate_async(&mut *store).await?;
            let answer = plugin.snmp_proxy_plugin_collector().call_collect(&mut *store).await?;
            Ok(answer.map_err(|error| plugin_error(error, &store.data().limits)))
        })
    }
}

/// What a plugin itself says went wrong.
fn plugin_error(error: bindings::snmp_proxy::plugin::types::Error, limits: &SandboxLimits) -> CollectError {
    CollectError::Plugin {
        kind: values::kind_from(error.kind),
        message: text::clean(&error.message, limits.message_bytes),
        at: error.at.and_then(|arcs| snmp::Oid::new(&arcs).ok()),
    }
}
