//! A version 0.2 of the contract that is there for tests only: it shows that one host links several versions at a time,
//! and what a further version consists of.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use snmp::{Oid, Varbind};
use tokio::time::Instant;
use wasmtime::{
    Store,
    component::{HasSelf, InstancePre, Linker},
};
use wit_component::{ComponentEncoder, StringEncoding};

use crate::{
    AnyPlugin, CollectError, CollectJob, Device, DeviceContext, DeviceError, JobEvents, LogLevel, PluginKind,
    PluginSource, Runtime, RuntimeOptions, TablePart, TableSource, WalkSource,
    contract::{Answer, Collecting, Prepared, Version},
    manifest::{Claims, SectionClaims},
    run::RunState,
};

/// This version.
pub(in crate::contract) const VERSION: Version =
    Version { line: "0.2", link, link_missing: |_, _, _| Ok(Vec::new()), prepare };

const CONTRACT: &str = include_str!("v0_2.wit");

mod bindings {
    wasmtime::component::bindgen!({
        path: "src/contract/tests/v0_2.wit",
        world: "snmp-proxy:plugin/collecting",
        imports: { default: trappable },
        exports: { default: async },
    });
}

fn link(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    bindings::Collecting::add_to_linker::<_, HasSelf<_>>(linker, |state| state)
}

fn prepare(kind: PluginKind, instance: InstancePre<RunState>) -> wasmtime::Result<Prepared> {
    assert_eq!(kind, PluginKind::Collector);
    Ok(Prepared::Collector(Arc::new(bindings::CollectingPre::new(instance)?)))
}

impl bindings::snmp_proxy::plugin::job::Host for RunState {
    fn note(&mut self, line: String) -> wasmtime::Result<()> {
        self.called("job.note")?.log.write(LogLevel::Info, &line);
        Ok(())
    }
}

impl Collecting for bindings::CollectingPre<RunState> {
    fn describe<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, Claims> {
        Box::pin(async move {
            let plugin = self.instantiate_async(&mut *store).await?;
            let name = plugin.snmp_proxy_plugin_collector().call_name(store).await?;
            let section = SectionClaims { name: "later".to_owned(), schema: "{}".to_owned(), hints: Vec::new() };
            Ok(Claims {
                name,
                version: "1.0.0".to_owned(),
                summary: "Of a later version.".to_owned(),
                sections: vec![section],
                reads: Vec::new(),
                device_prefixes: Vec::new(),
                params_schema: "{}".to_owned(),
                hints: Vec::new(),
            })
        })
    }

    fn collect<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, Result<String, CollectError>> {
        Box::pin(async move {
            let plugin = self.instantiate_async(&mut *store).await?;
            Ok(Ok(plugin.snmp_proxy_plugin_collector().call_collect(store).await?))
        })
    }
}

const MODULE: &str = r#"
(module
  (import "snmp-proxy:plugin/job@0.2.0" "note" (func $note (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (unreachable))
  (func (export "snmp-proxy:plugin/collector@0.2.0#name") (result i32) (i32.const 0))
  (func (export "snmp-proxy:plugin/collector@0.2.0#collect") (result i32)
    (call $note (i32.const 64) (i32.const 5))
    (i32.const 8))
  (data (i32.const 0) "\40\00\00\00\05\00\00\00\50\00\00\00\0b\00\00\00")
  (data (i32.const 64) "later")
  (data (i32.const 80) "{\"later\":1}"))"#;

fn later() -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_str("contract.wit", CONTRACT).unwrap();
    let world = resolve.select_world(&[package], Some("collecting")).unwrap();
    let mut module = wat::parse_str(MODULE).unwrap();
    wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// Nobody asks it.
struct NoDevice;

impl Device for NoDevice {
    fn get(&self, _: Vec<Oid>) -> BoxFuture<'static, Result<Vec<Varbind>, DeviceError>> {
        unreachable!()
    }

    fn open_table(&self, _: Vec<Oid>, _: TablePart) -> Box<dyn TableSource> {
        unreachable!()
    }

    fn open_walk(&self, _: Oid) -> Box<dyn WalkSource> {
        unreachable!()
    }

    fn in_context(&self, _: &DeviceContext) -> Result<Arc<dyn Device>, DeviceError> {
        unreachable!()
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl JobEvents for Heard {
    fn log(&self, _: LogLevel, line: &str) {
        self.0.lock().push(line.to_owned());
    }

    fn progress(&self, _: &str, _: &[(String, u64)]) {}
}

#[tokio::test]
async fn one_host_runs_plugins_of_several_versions() {
    let runtime = Runtime::new(RuntimeOptions::default()).unwrap();
    let load = async |name, wasm| match runtime.load(PluginSource::Bundled { name, wasm }).await {
        Ok(AnyPlugin::Collector(plugin)) => plugin,
        other => panic!("{name}: {other:?}"),
    };
    let arp = bundle::PLUGINS.iter().find(|plugin| plugin.name == "arp").unwrap();
    assert_eq!(load("arp", arp.wasm).await.manifest().name, "arp", "of version 0.1");
    let later = load("later", later().leak()).await;
    let heard = Arc::<Heard>::default();
    let job = CollectJob {
        device: Arc::new(NoDevice),
        events: heard.clone(),
        params: serde_json::Map::new(),
        sections: Arc::new(()),
        deadline: Instant::now() + std::time::Duration::from_secs(60),
    };
    let report = runtime.collect(&later, job).await;
    assert_eq!(report.result.unwrap().get("later").unwrap().get(), "1");
    assert_eq!(*heard.0.lock(), ["later"]);
}
