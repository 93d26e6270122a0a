//! Every bound on a plugin, by name, and how the runtime itself is set up.

use std::{path::PathBuf, time::Duration};

/// How the runtime is set up.
#[derive(Clone, Debug)]
pub struct RuntimeOptions {
    /// Where compiled plugins are kept between starts; created for this user alone (mode 0700).
    ///
    /// A folder that cannot be used costs only time: plugins are compiled at every start, and a warning is logged.
    /// Nobody else may be able to write there, since what lies there is run as it is.
    pub cache_dir: Option<PathBuf>,
    /// Threads that guests run on; at least one. More guests than threads share them in turns of one tick.
    pub threads: usize,
    /// Bounds on each plugin.
    pub limits: PluginLimits,
}

/// The bounds on each run of a plugin. Each field says what happens beyond it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginLimits {
    /// Octets of all linear memories and tables of a run together. Beyond, growing fails inside the guest.
    pub memory_bytes: usize,
    /// Time that a guest may compute; waiting for the device is not counted. Beyond, the run ends with an error.
    pub cpu: Duration,
    /// Octets of the JSON that `collect` returns. Beyond, the run ends with an error.
    pub output_bytes: usize,
    /// Octets that the host copies out of the guest in one call. Beyond, the run ends with an error.
    ///
    /// The result of `collect` is copied like that, so at least [`PluginLimits::output_bytes`] are allowed.
    pub hostcall_bytes: usize,
    /// Calls of the host in one run. Beyond, the run ends with an error.
    pub host_calls: u64,
    /// Resources that a guest holds at the same time: readers, and those of WASI. Beyond, the guest traps.
    pub handles: usize,
    /// Readers that a guest holds at the same time. Beyond, opening another is an error to the guest.
    pub open_readers: usize,
    /// Readers that a guest opens in one run. Beyond, opening another is an error to the guest.
    pub readers: usize,
    /// Names in one `get`. Beyond, the call is an error to the guest. The contract says 256.
    pub get_names: usize,
    /// Columns of one table. Beyond, the call is an error to the guest. The contract says 64.
    pub columns: usize,
    /// Log lines of one run. Beyond, they are counted and dropped.
    pub log_lines: u32,
    /// Octets of one log line. Beyond, it is cut at a character and ends in `…`.
    pub log_line_bytes: usize,
    /// Octets of what the guest prints, on standard output and standard error each. Beyond, it is lost.
    pub print_bytes: usize,
    /// Calls of `progress` in one run that are passed on. Beyond, they are dropped.
    pub progress_calls: u32,
    /// Octets of the line of a `progress`. Beyond, it is cut at a character and ends in `…`.
    pub progress_line_bytes: usize,
    /// Different counters in one run. Beyond, new ones are dropped.
    pub progress_counters: usize,
    /// Octets of the message of an error. Beyond, it is cut at a character and ends in `…`.
    pub message_bytes: usize,
    /// Core instances and tables that a plugin may consist of, each. Beyond, it does not start.
    pub instances: usize,
    /// Linear memories that a plugin may consist of; interpreters have two or three. Beyond, it does not start.
    pub memories: usize,
    /// Time that a plugin may take to describe itself, waiting included; `cpu` holds too. Beyond, it is not loaded.
    pub describe: Duration,
    /// Octets of a plugin's file. Beyond, it is not loaded.
    pub file_bytes: u64,
    /// Plugin files that are read from a folder, in the order of their names. Beyond, they are reported as problems.
    pub files: usize,
    /// Guests that run at the same time. Beyond, they wait within their deadline.
    pub concurrent_guests: usize,
    /// PDUs or records in one call of a trap decoder or enricher. Beyond, they go in several calls.
    pub batch_notifications: usize,
    /// Octets of PDUs or records in one call. Beyond, they go in several calls; one that is larger goes alone.
    pub batch_octets: usize,
    /// Time that a trap decoder or enricher may compute in one call. Beyond, the call fails.
    pub trap_cpu: Duration,
    /// Time for what is decoded or enriched together, with all repeats and the waiting for a place. Beyond, what is
    /// left fails.
    pub trap_time: Duration,
    /// Calls of trap decoders and enrichers that run at the same time, beside `concurrent_guests`, so that polls never
    /// keep notifications waiting. Beyond, they wait within `trap_time`.
    pub trap_guests: usize,
    /// Octets of the JSON of one record, and of what an enricher adds to one. Beyond, that record fails.
    pub record_bytes: usize,
}

impl Default for RuntimeOptions {
    fn default() -> Self {
        Self { cache_dir: None, threads: 2, limits: PluginLimits::default() }
    }
}

impl Default for PluginLimits {
    fn default() -> Self {
        Self {
            memory_bytes: 64 << 20,
            cpu: Duration::from_secs(2),
            output_bytes: 8 << 20,
            hostcall_bytes: 8 << 20,
            host_calls: 1_000_000,
            handles: 1_000,
            open_readers: 64,
            readers: 1_000,
            get_names: 256,
            columns: 64,
            log_lines: 200,
            log_line_bytes: 1_000,
            print_bytes: 64 << 10,
            progress_calls: 10_000,
            progress_line_bytes: 200,
            progress_counters: 32,
            message_bytes: 1_000,
            instances: 100,
            memories: 10,
            describe: Duration::from_secs(2),
            file_bytes: 64 << 20,
            files: 200,
            concurrent_guests: 224,
            batch_notifications: 256,
            batch_octets: 256 << 10,
            trap_cpu: Duration::from_millis(100),
            trap_time: Duration::from_secs(5),
            trap_guests: 4,
            record_bytes: 1 << 20,
        }
    }
}

impl PluginLimits {
    /// What the host really copies in one call.
    pub(crate) fn hostcall_octets(&self) -> usize {
        self.hostcall_bytes.max(self.output_bytes)
    }
}
