//! What a store holds besides the guest: the job, the readers, the meter, and a WASI that has nothing to give.

use std::sync::Arc;

use limits::SandboxLimits;
use tokio::time::Instant;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use super::{Meter, Stop, Withheld, log::LogBook, memory::MemoryCeiling, print::Printed, readers::Readers};
use crate::{CollectJob, LogLevel, Manifest, output::Parts};

/// The most octets that a guest gets from WASI's random functions in one call.
const RANDOM_OCTETS: u64 = 4096;

/// What belongs to one run.
pub(crate) struct RunState {
    pub(crate) limits: Arc<SandboxLimits>,
    pub(crate) meter: Arc<Meter>,
    pub(crate) memory: MemoryCeiling,
    pub(crate) readers: Readers,
    /// Devices and parts of tables that the guest has handles of.
    pub(crate) handles: ResourceTable,
    /// What the guest asked for and the operator takes away.
    pub(crate) withheld: Withheld,
    collecting: Option<CollectContext>,
    host_calls: u64,
    rows: u64,
    stdout: Printed,
    stderr: Printed,
    wasi: WasiCtx,
    wasi_handles: ResourceTable,
}

/// What a run has only while it collects; `describe` has none of it.
pub(crate) struct CollectContext {
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) job: CollectJob,
    pub(crate) log: LogBook,
    pub(crate) parts: Parts,
    pub(crate) begun: Instant,
}

impl CollectContext {
    pub(crate) fn new(manifest: Arc<Manifest>, limits: &Arc<SandboxLimits>, job: CollectJob) -> Self {
        let log = LogBook::new(Arc::clone(limits), Arc::clone(&job.events));
        Self { manifest, job, log, parts: Parts::default(), begun: Instant::now() }
    }
}

impl RunState {
    pub(crate) fn new(limits: Arc<SandboxLimits>, collecting: Option<CollectContext>) -> Self {
        let (stdout, stderr) = (Printed::new(limits.print_bytes), Printed::new(limits.print_bytes));
        let wasi = WasiCtxBuilder::new()
            .stdout(stdout.clone())
            .stderr(stderr.clone())
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .max_random_size(RANDOM_OCTETS)
            .build();
        let (mut handles, mut wasi_handles) = (ResourceTable::new(), ResourceTable::new());
        handles.set_max_capacity(limits.handles);
        wasi_handles.set_max_capacity(limits.handles);
        Self {
            meter: Arc::default(),
            memory: MemoryCeiling::new(&limits),
            readers: Readers::new(limits.readers, limits.open_readers),
            handles,
            withheld: Withheld::default(),
            collecting,
            host_calls: 0,
            rows: 0,
            stdout,
            stderr,
            wasi,
            wasi_handles,
            limits,
        }
    }

    /// Counts a call of the host's `function`; what the guest may do only while it collects.
    pub(crate) fn called(&mut self, function: &'static str) -> wasmtime::Result<&mut CollectContext> {
        self.host_calls += 1;
        if self.host_calls > self.limits.host_calls {
            return Err(Stop::HostCalls { limit: self.limits.host_calls }.into());
        }
        self.collecting.as_mut().ok_or_else(|| Stop::CalledHost { function }.into())
    }

    /// Warns of what the host did, in the job's log.
    pub(crate) fn warn(&mut self, line: &str) {
        if let Some(collecting) = &mut self.collecting {
            collecting.log.write(LogLevel::Warn, line);
        }
    }

    /// Counts rows or varbinds that the guest is handed: each adds to its time.
    pub(crate) fn hand_over(&mut self, rows: usize) {
        self.rows = self.rows.saturating_add(u64::try_from(rows).unwrap_or(u64::MAX));
    }

    /// How many rows and varbinds the guest was handed.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    pub(crate) fn host_calls(&self) -> u64 {
        self.host_calls
    }

    pub(crate) fn log_dropped(&self) -> u64 {
        self.collecting.as_ref().map_or(0, |collecting| collecting.log.dropped())
    }

    /// What of its result the guest handed over in parts.
    pub(crate) fn take_parts(&mut self) -> Parts {
        self.collecting.as_mut().map(|collecting| std::mem::take(&mut collecting.parts)).unwrap_or_default()
    }

    /// What the guest printed on standard error.
    pub(crate) fn printed_errors(&self) -> String {
        self.stderr.text()
    }

    /// Puts what the guest printed into the job's log.
    pub(crate) fn log_printed(&mut self, level: LogLevel) {
        let Some(collecting) = &mut self.collecting else { return };
        for printed in [self.stdout.text(), self.stderr.text()] {
            for line in printed.lines().filter(|line| !line.trim().is_empty()) {
                collecting.log.write(level, line);
            }
        }
    }
}

impl WasiView for RunState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.wasi_handles }
    }
}
