//! What a job tells while it runs.

use std::{future::ready, pin::Pin, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{Running, WalkedObject};

/// Something that a running job tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// How far it is.
    Progress {
        /// The line for people; without one the line before stays.
        line: Option<Arc<str>>,
        /// Counters; one keeps its value until it is given again.
        counters: Vec<(String, u64)>,
    },
    /// A recipe logged a line.
    Log(LogLine),
    /// A walk has read these objects. They are not in its answer again.
    Rows(Vec<WalkedObject>),
}

/// No more rows are wanted. The text says why, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsRefused(pub String);

/// Whoever hears a job is ready for more rows, or refuses them.
pub type RowsReady<'a> = Pin<Box<dyn Future<Output = Result<(), RowsRefused>> + Send + 'a>>;

/// A line that a recipe logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LogLine {
    /// The recipe that said it.
    pub recipe: String,
    /// How serious it is.
    pub level: LogLevel,
    /// What it said.
    pub line: String,
}

/// How serious a line of a recipe is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Helps to find a mistake.
    Debug,
    /// Happens in normal work.
    Info,
    /// Looks wrong, but goes on.
    Warn,
    /// Failed.
    Error,
}

/// Who hears what a job tells, and has given it its slot. Called often and from several threads, so it must return soon.
pub trait Events: Send + Sync + 'static {
    /// The job tells something.
    fn tell(&self, event: Event);

    /// The job only waits for the network from now on, so its slot may go to another one.
    fn pause(&self) {}

    /// Waits until the job has a slot again. Where it has one still, there is nothing to wait for.
    fn resume(&self) -> Running<()> {
        Box::pin(ready(()))
    }

    /// Waits until more [`Event::Rows`] may come. Who reads rows waits here before it reads on, so that they
    /// pile up nowhere.
    fn ready(&self) -> RowsReady<'_> {
        Box::pin(ready(Ok(())))
    }
}

impl LogLevel {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    /// Whether a line of this level belongs among the warnings of a result.
    #[must_use]
    pub fn is_warning(self) -> bool {
        self >= Self::Warn
    }
}

/// Nobody hears it.
impl Events for () {
    fn tell(&self, _: Event) {}
}
