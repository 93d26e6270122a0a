//! The 0.1 contract: what its interfaces mean here.
//!
//! This file links, and calls plugins that collect; `configured` calls those that are configured, `decoding` and `enriching`
//! those for notifications. `host` and
//! `job` answer what a guest asks, `check` checks what it asks to read, `values` translates. `offers` knows which
//! functions there are, and stands in for those of later releases.

mod configured;
mod decoding;
mod enriching;

mod check;
mod host;
mod job;
mod offers;
mod values;

use std::sync::Arc;

use limits::SandboxLimits;
use wasmtime::{
    Store,
    component::{HasSelf, InstancePre, Linker},
};

use super::{Answer, Collecting, Prepared, Version};
use crate::{
    CollectError, ErrorKind, PluginKind,
    manifest::{Claims, SectionClaims},
    run::RunState,
    text,
};

/// This version.
pub(super) const VERSION: Version = Version { line: "0.1", link, link_missing: offers::link_missing, prepare };

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "snmp-proxy:plugin/collecting",
        imports: {
            "snmp-proxy:plugin/snmp.[method]agent.get": async | trappable,
            "snmp-proxy:plugin/snmp.[method]table-reader.next": async | trappable,
            "snmp-proxy:plugin/snmp.[method]walk-reader.next": async | trappable,
            "snmp-proxy:plugin/job.wait": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        with: {
            "snmp-proxy:plugin/snmp.table-reader": crate::run::TableHandle,
            "snmp-proxy:plugin/snmp.walk-reader": crate::run::WalkHandle,
            "snmp-proxy:plugin/snmp.table-part": crate::run::PartHandle,
            "snmp-proxy:plugin/snmp.agent": crate::run::AgentHandle,
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
        PluginKind::ConfiguredCollector => Prepared::Configured(configured::prepare(instance)?),
        PluginKind::TrapDecoder => Prepared::TrapDecoder(decoding::prepare(instance)?),
        PluginKind::TrapEnricher => Prepared::TrapEnricher(enriching::prepare(instance)?),
    })
}

impl Collecting for bindings::CollectingPre<RunState> {
    fn describe<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, Claims> {
        Box::pin(async move {
            let plugin = self.instantiate_async(&mut *store).await?;
            let manifest = plugin.snmp_proxy_plugin_collector().call_describe(store).await?;
            Ok(claims(manifest))
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

/// What a plugin that collects says about itself.
fn claims(manifest: bindings::snmp_proxy::plugin::manifests::Manifest) -> Claims {
    Claims {
        name: manifest.name,
        version: manifest.version,
        summary: manifest.summary,
        sections: manifest
            .sections
            .into_iter()
            .map(|section| SectionClaims { name: section.name, schema: section.schema, hints: section.hints })
            .collect(),
        reads: manifest.reads,
        device_prefixes: manifest.device_prefixes,
        params_schema: manifest.params_schema,
        hints: manifest.hints,
    }
}

/// What a plugin itself says went wrong.
fn plugin_error(error: bindings::snmp_proxy::plugin::types::Error, limits: &SandboxLimits) -> CollectError {
    CollectError::Plugin {
        kind: ErrorKind::of_plugin(error.kind),
        message: text::clean(&error.message, limits.message_bytes),
        at: error.at.and_then(|arcs| snmp::Oid::new(&arcs).ok()).map(Box::new),
    }
}
