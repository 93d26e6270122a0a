//! What a run of a plugin came to: its result or why there is none, and what it used.

use std::time::Duration;

use snmp::Oid;

use crate::{ErrorKind, Sections};

/// What a run of a plugin came to.
#[must_use]
#[derive(Debug)]
pub struct CollectReport {
    /// The value of each section that the plugin declares, or why there is none.
    pub result: Result<Sections, CollectError>,
    /// Where there is no result: the sections of which rows were handed over before.
    pub kept: Sections,
    /// What it asked for and the operator takes away (`reads` in plugins.lock): each name once, in their order.
    pub withheld: Vec<WithheldName>,
    /// Further such names.
    pub withheld_dropped: u64,
    /// Sections that are not as their schemas say: where and why, a line for each. They are kept.
    pub misfits: Vec<String>,
    /// Time that the guest computed.
    pub cpu: Duration,
    /// The most octets that its memories had together.
    pub peak_memory: usize,
    /// How often it called the host's own functions (`snmp`, `job`).
    pub host_calls: u64,
    /// Log lines that were dropped, past the bound on their number.
    pub log_dropped: u64,
}

/// What a plugin declares and asked for, and the operator takes away. To the plugin it looks as if the agent had nothing
/// there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithheldName {
    /// The object, the column or the root of a subtree.
    pub name: Oid,
    /// Whether a part of the subtree was read, since the operator leaves it.
    pub is_partly_read: bool,
}

/// Why a run has no result. The caller adds the plugin's name in front: "`arp` ran out of ...".
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CollectError {
    /// The guest did what WebAssembly or the contract does not allow.
    #[error("trapped: {message}{}", in_functions(.backtrace))]
    Trapped {
        /// What kind of trap it was.
        message: String,
        /// The functions it was in, innermost first; a few at most.
        backtrace: Vec<String>,
    },
    /// The guest panicked, and said why on standard error.
    #[error("panicked: {message}")]
    Panicked {
        /// The panic's text and place, as the guest printed it.
        message: String,
        /// The functions it was in, innermost first; a few at most.
        backtrace: Vec<String>,
    },
    /// The guest raised an exception that it did not catch, and printed it.
    #[error("raised {message}")]
    Raised {
        /// The exception's type, text and place, in one line.
        message: String,
    },
    /// The guest ended itself instead of returning.
    #[error("exited with status {status} instead of returning")]
    Exited {
        /// The status.
        status: i32,
    },
    /// The guest's stack was used up.
    #[error("recursed until the stack was used up{}", in_functions(.backtrace))]
    StackOverflow {
        /// The functions it was in, innermost first; a few at most.
        backtrace: Vec<String>,
    },
    /// The guest computed for too long.
    #[error("used more than {limit:?} of CPU time (limit `{setting}`)")]
    CpuBudget {
        /// The limit.
        limit: Duration,
        /// Its name: `cpu`, or `trap_cpu` for plugins for notifications.
        setting: &'static str,
    },
    /// The job's time, or that for loading, was over before the guest was done.
    #[error("did not finish within its deadline")]
    Deadline,
    /// The guest wanted more memory than it may have, and then gave up.
    #[error("wanted more than {} of memory (limit `memory_bytes`)", snmp::size(*.limit))]
    MemoryLimit {
        /// The limit.
        limit: usize,
    },
    /// The guest called the host too often.
    #[error("called the host more than {limit} times (limit `host_calls`)")]
    HostCalls {
        /// The limit.
        limit: u64,
    },
    /// The guest handed more to the host in one call than the host copies.
    #[error("handed more than {} to the host in one call (limit `hostcall_bytes`)", snmp::size(*.limit))]
    HostCallTooLarge {
        /// The limit.
        limit: usize,
    },
    /// The result is too large to be looked at.
    #[error("returned more than {} (limit `output_bytes`)", snmp::size(*.limit))]
    OutputTooLarge {
        /// The limit.
        limit: usize,
    },
    /// The result is not a JSON object.
    #[error("returned what is not a JSON object: {reason}")]
    InvalidOutput {
        /// What is wrong with it.
        reason: String,
    },
    /// The result lacks a section that the manifest declares.
    #[error("returned no section `{section}`, which it declares")]
    MissingSection {
        /// The section's name.
        section: String,
    },
    /// The result has a section that the manifest does not declare.
    #[error("returned a section `{section}`, which it does not declare")]
    UndeclaredSection {
        /// The section's name, cut if it is long.
        section: String,
    },
    /// The result has a section of which rows were handed over already.
    #[error("returned a section `{section}` after it had handed over rows of it")]
    SectionTwice {
        /// The section's name.
        section: String,
    },
    /// The plugin answered to more or fewer notifications than it was asked about.
    #[error("returned {answered} results for {asked} notifications")]
    WrongNumber {
        /// How many answers it gave.
        answered: usize,
        /// How many it was asked for.
        asked: usize,
    },
    /// What the plugin says about one notification is not JSON of the shape that the contract describes.
    #[error("gave an answer that the contract does not describe: {reason}")]
    InvalidAnswer {
        /// What is wrong with it.
        reason: String,
    },
    /// What it says about one notification is too large to be looked at.
    #[error("returned more than {} for one notification (limit `record_bytes`)", snmp::size(*.limit))]
    RecordTooLarge {
        /// The limit.
        limit: usize,
    },
    /// The guest called a function of the contract that this host does not have.
    #[error("needs a newer proxy: it called `{function}` of the plugin contract, which this one does not have")]
    NewerContract {
        /// The function, as `job.offers` names it.
        function: String,
    },
    /// The plugin itself says that it has no result.
    #[error("{message}")]
    Plugin {
        /// For programs.
        kind: ErrorKind,
        /// For people: one line.
        message: String,
        /// Where it went wrong, if at an object.
        at: Option<Box<Oid>>,
    },
    /// The guest could not be run at all, e.g. because the machine has no memory left for it.
    #[error("could not be run: {reason}")]
    NotRun {
        /// Why.
        reason: String,
    },
}

impl CollectError {
    /// A word for programs, e.g. `cpu-budget`; for [`CollectError::Plugin`] the plugin's own, e.g. `timeout`.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Trapped { .. } => "trap",
            Self::Panicked { .. } => "panic",
            Self::Raised { .. } => "exception",
            Self::Exited { .. } => "exit",
            Self::StackOverflow { .. } => "stack-overflow",
            Self::CpuBudget { .. } => "cpu-budget",
            Self::Deadline => "deadline",
            Self::MemoryLimit { .. } => "memory-limit",
            Self::HostCalls { .. } => "host-calls",
            Self::HostCallTooLarge { .. } => "host-call-too-large",
            Self::OutputTooLarge { .. } => "output-too-large",
            Self::InvalidOutput { .. } => "invalid-output",
            Self::MissingSection { .. } => "missing-section",
            Self::UndeclaredSection { .. } => "undeclared-section",
            Self::SectionTwice { .. } => "section-twice",
            Self::WrongNumber { .. } => "wrong-number",
            Self::InvalidAnswer { .. } => "invalid-answer",
            Self::RecordTooLarge { .. } => "record-too-large",
            Self::NewerContract { .. } => "newer-contract",
            Self::Plugin { kind, .. } => kind.as_str(),
            Self::NotRun { .. } => "not-run",
        }
    }
}

/// " in `a`, called by `b`", or nothing when no names are known.
fn in_functions(backtrace: &[String]) -> String {
    if backtrace.is_empty() { String::new() } else { format!(" in {}", backtrace.join(" < ")) }
}
