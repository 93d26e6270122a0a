//! The world `collecting-configured`: one component that is many plugins, each with a configuration of its own.

use std::sync::Arc;

use wasmtime::{Store, component::InstancePre};

use super::{claims, plugin_error};
use crate::{
    CollectError,
    contract::{Answer, Collecting, Configured},
    manifest::Claims,
    run::{RunState, Stop},
};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "snmp-proxy:plugin/collecting-configured",
        exports: { default: async },
        with: {
            "snmp-proxy:plugin/types": crate::contract::v0_1::bindings::snmp_proxy::plugin::types,
            "snmp-proxy:plugin/manifests": crate::contract::v0_1::bindings::snmp_proxy::plugin::manifests,
            "snmp-proxy:plugin/snmp": crate::contract::v0_1::bindings::snmp_proxy::plugin::snmp,
            "snmp-proxy:plugin/job": crate::contract::v0_1::bindings::snmp_proxy::plugin::job,
            "snmp-proxy:plugin/output": crate::contract::v0_1::bindings::snmp_proxy::plugin::output,
        },
    });
}

/// Finds the exports that the contract asks for.
pub(super) fn prepare(instance: InstancePre<RunState>) -> wasmtime::Result<Arc<dyn Configured>> {
    Ok(Arc::new(Component(Arc::new(bindings::CollectingConfiguredPre::new(instance)?))))
}

struct Component(Arc<bindings::CollectingConfiguredPre<RunState>>);

impl Configured for Component {
    fn with(&self, configuration: Arc<str>) -> Arc<dyn Collecting> {
        Arc::new(WithConfiguration { component: Arc::clone(&self.0), configuration })
    }
}

struct WithConfiguration {
    component: Arc<bindings::CollectingConfiguredPre<RunState>>,
    configuration: Arc<str>,
}

impl Collecting for WithConfiguration {
    fn describe<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, Claims> {
        Box::pin(async move {
            let plugin = self.component.instantiate_async(&mut *store).await?;
            let collector = plugin.snmp_proxy_plugin_configured_collector();
            match collector.call_describe(&mut *store, &self.configuration).await? {
                Ok(manifest) => Ok(claims(manifest)),
                Err(error) => Err(Stop::Refused(plugin_error(error, &store.data().limits)).into()),
            }
        })
    }

    fn collect<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, Result<String, CollectError>> {
        Box::pin(async move {
            let plugin = self.component.instantiate_async(&mut *store).await?;
            let collector = plugin.snmp_proxy_plugin_configured_collector();
            let answer = collector.call_collect(&mut *store, &self.configuration).await?;
            Ok(answer.map_err(|error| plugin_error(error, &store.data().limits)))
        })
    }
}
