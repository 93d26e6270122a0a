//! One run of a plugin as its caller describes it: which device, which parameters, until when, and who listens.

use std::{fmt, sync::Arc};

use crate::Device;

/// What a plugin is to collect, from where and until when.
#[derive(Clone)]
pub struct CollectJob {
    /// The device to read from.
    pub device: Arc<dyn Device>,
    /// Who hears log lines and progress.
    pub events: Arc<dyn JobEvents>,
    /// The parameters of the request, handed to the plugin as they are. The caller bounds and checks them.
    pub params: serde_json::Map<String, serde_json::Value>,
    /// What other plugins of the job have found.
    pub sections: Arc<dyn JobSections>,
    /// When the run is over, wherever the plugin is; also while it waits for a free guest slot.
    pub deadline: tokio::time::Instant,
}

/// What the plugins of a job have found so far.
pub trait JobSections: Send + Sync + 'static {
    /// The JSON of a section that a plugin of the job has filled; none where there is none yet.
    fn section(&self, name: &str) -> Option<String>;
}

/// No other plugins.
impl JobSections for () {
    fn section(&self, _name: &str) -> Option<String> {
        None
    }
}

/// Who hears what a plugin says while it runs.
///
/// It is called on the guests' threads: it must return soon and must not block. Everything it is given is bounded,
/// and free of control characters.
pub trait JobEvents: Send + Sync + 'static {
    /// The plugin wrote a line into the job's log.
    fn log(&self, level: LogLevel, line: &str);

    /// The plugin says how far it is. Counters keep their value until they are given again.
    fn progress(&self, line: &str, counters: &[(String, u64)]);
}

/// How important a log line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// For the plugin's author. What the plugin prints arrives here, too.
    Debug,
    /// Worth reading once.
    Info,
    /// Something is odd, and the result may lack something.
    Warn,
    /// Something failed.
    Error,
}

impl LogLevel {
    /// The contract's word for it, e.g. `warn`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl fmt::Debug for CollectJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectJob")
            .field("params", &self.params)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
