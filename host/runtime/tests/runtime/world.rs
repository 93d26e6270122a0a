//! What a run needs around it: a device that answers from a list, somebody who listens, a runtime.

use std::{sync::Arc, time::Duration};

use limits::SandboxLimits;
use parking_lot::Mutex;
use runtime::{
    AnyPlugin, BoxFuture, CollectJob, CollectReport, Device, DeviceContext, DeviceError, ErrorKind, JobEvents,
    LogLevel, Plugin, PluginSource, ReadOutcome, ReadStatus, Row, Runtime, RuntimeOptions, TablePart, TableSource,
    WalkSource,
};
use snmp::{Oid, Value, Varbind};
use tokio::{sync::oneshot, time::Instant};

pub(crate) fn runtime_with(limits: SandboxLimits) -> Runtime {
    Runtime::new(RuntimeOptions { threads: 2, limits, ..RuntimeOptions::default() }).unwrap()
}

pub(crate) fn runtime() -> Runtime {
    runtime_with(SandboxLimits::default())
}

/// Loads a plugin from octets, which live as long as the tests.
pub(crate) async fn load(runtime: &Runtime, name: &'static str, wasm: Vec<u8>) -> Plugin {
    let source = PluginSource::Bundled { name, wasm: wasm.leak() };
    match runtime.load(source).await {
        Ok(AnyPlugin::Collector(plugin)) => plugin,
        Ok(other) => panic!("{name}: {other:?}"),
        Err(error) => panic!("{name}: {}", error.with_causes()),
    }
}

/// Loads the hostile guest.
pub(crate) async fn load_hostile(runtime: &Runtime) -> Plugin {
    load(runtime, "hostile-guest", bundle::HOSTILE_GUEST.to_vec()).await
}

/// A job for the hostile guest; `mib` is how big it makes what it makes.
pub(crate) fn hostile_job(device: TestDevice, events: &Arc<Heard>, act: &str, mib: u32) -> CollectJob {
    let mut job = job(device, events);
    job.params.insert("act".to_owned(), act.into());
    job.params.insert("mib".to_owned(), mib.into());
    job
}

/// A job on `device`, to be done in time that no test needs.
pub(crate) fn job(device: impl Device, events: &Arc<Heard>) -> CollectJob {
    CollectJob {
        device: Arc::new(device),
        events: Arc::clone(events) as Arc<dyn JobEvents>,
        params: serde_json::Map::new(),
        sections: Arc::new(()),
        deadline: Instant::now() + Duration::from_secs(60),
    }
}

pub(crate) async fn collect(runtime: &Runtime, plugin: &Plugin) -> CollectReport {
    runtime.collect(plugin, job(TestDevice::default(), &Arc::default())).await
}

/// The result of a report as text.
pub(crate) fn said(report: &CollectReport) -> String {
    match &report.result {
        Ok(sections) => serde_json::to_string(sections).unwrap(),
        Err(error) => format!("{}: {error}", error.kind()),
    }
}

/// What the listener of a job heard.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) lines: Mutex<Vec<String>>,
    pub(crate) progress: Mutex<Vec<String>>,
}

impl JobEvents for Heard {
    fn log(&self, level: LogLevel, line: &str) {
        self.lines.lock().push(format!("{}: {line}", level.as_str()));
    }

    fn progress(&self, line: &str, counters: &[(String, u64)]) {
        self.progress.lock().push(format!("{line} {counters:?}"));
    }
}

/// Every table has `batches` of one row, every object the value 7.
pub(crate) struct TestDevice {
    pub(crate) batches: u64,
    /// The names that a walk gives, in the place of `batches` times the same.
    pub(crate) walked: Vec<Oid>,
    /// Whether a `get` is never answered.
    pub(crate) silent: bool,
    /// Whether every `get` fails.
    pub(crate) gone: bool,
    /// Lets its receiver know when the device is dropped, which is when nobody can ask it any more.
    #[expect(dead_code, reason = "it is dropped with the device, and that is what it is for")]
    pub(crate) on_drop: Option<oneshot::Sender<()>>,
    /// Told when the first `get` or table was asked for.
    pub(crate) on_use: Mutex<Option<oneshot::Sender<()>>>,
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    /// How each reading ended, in that order.
    pub(crate) ended: Arc<Mutex<Vec<String>>>,
}

impl Default for TestDevice {
    fn default() -> Self {
        Self {
            batches: 3,
            walked: Vec::new(),
            silent: false,
            gone: false,
            on_drop: None,
            on_use: Mutex::new(None),
            asked: Arc::default(),
            ended: Arc::default(),
        }
    }
}

impl TestDevice {
    fn used(&self, what: String) {
        self.asked.lock().push(what);
        if let Some(sender) = self.on_use.lock().take() {
            let _ = sender.send(());
        }
    }
}

impl Device for TestDevice {
    fn get(&self, names: Vec<Oid>) -> BoxFuture<'static, Result<Vec<Varbind>, DeviceError>> {
        self.used(format!("get {names:?}"));
        if self.silent {
            return Box::pin(std::future::pending());
        }
        if self.gone {
            let error = DeviceError { kind: ErrorKind::word("deadline"), message: "it is over".to_owned(), at: None };
            return Box::pin(async move { Err(error) });
        }
        Box::pin(async move { Ok(names.into_iter().map(|name| Varbind { name, value: Value::Integer(7) }).collect()) })
    }

    fn open_table(&self, columns: Vec<Oid>, part: TablePart) -> Box<dyn TableSource> {
        let whole = part == TablePart::default();
        self.used(format!("table {columns:?}{}", if whole { String::new() } else { format!(" {part:?}") }));
        let (left, ended) = (self.batches, Arc::clone(&self.ended));
        Box::new(Rows { left, read: 0, columns: columns.len(), names: Vec::new(), ended })
    }

    fn open_walk(&self, root: Oid) -> Box<dyn WalkSource> {
        self.used(format!("walk {root}"));
        let left = if self.walked.is_empty() { self.batches } else { self.walked.len() as u64 };
        Box::new(Rows { left, read: 0, columns: 1, names: self.walked.clone(), ended: Arc::clone(&self.ended) })
    }

    fn in_context(&self, context: &DeviceContext) -> Result<Arc<dyn Device>, DeviceError> {
        self.used(format!("context {context:?}"));
        Ok(Arc::new(Self { batches: self.batches, asked: Arc::clone(&self.asked), ..Self::default() }))
    }
}

struct Rows {
    left: u64,
    read: u64,
    columns: usize,
    names: Vec<Oid>,
    ended: Arc<Mutex<Vec<String>>>,
}

impl Rows {
    fn step(&mut self) -> bool {
        let more = self.left > 0;
        if more {
            self.left -= 1;
            self.read += 1;
        }
        more
    }

    fn outcome(&self) -> ReadOutcome {
        let status = if self.left == 0 { ReadStatus::Complete } else { ReadStatus::Partial };
        self.ended.lock().push(format!("{} {status:?}", self.read));
        ReadOutcome { status, kind: None, rows: self.read, reason: String::new(), stopped_at: None }
    }
}

impl TableSource for Rows {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Row>>> {
        let row = self.step().then(|| Row { index: Oid::from([1]), cells: vec![Some(Value::Null); self.columns] });
        Box::pin(async move { row.map(|row| vec![row]) })
    }

    fn outcome(&mut self) -> ReadOutcome {
        Rows::outcome(self)
    }
}

impl WalkSource for Rows {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Varbind>>> {
        let place = usize::try_from(self.read).unwrap();
        let name = self.names.get(place).cloned().unwrap_or_else(|| Oid::from([1, 3, 6]));
        let varbind = self.step().then(|| Varbind { name, value: Value::Null });
        Box::pin(async move { varbind.map(|varbind| vec![varbind]) })
    }

    fn outcome(&mut self) -> ReadOutcome {
        Rows::outcome(self)
    }
}
