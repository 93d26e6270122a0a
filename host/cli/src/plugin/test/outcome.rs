//! What testing a plugin came to, as programs read it (`--json`).

use std::path::Path;

use plugin_tool::{Difference, Fault, TestCase};
use runtime::Plugin;
use serde::Serialize;

use super::verdict::{FaultVerdict, Result, Verdict};

/// What testing a component came to.
#[derive(Debug, Serialize)]
pub(super) struct TestReport {
    file: String,
    /// Whether everything is as it should be.
    pub(super) ok: bool,
    /// One; of a component with configurations, one for each.
    pub(super) plugins: Vec<Tested>,
}

/// What testing a plugin came to.
#[derive(Debug, Serialize)]
pub(super) struct Tested {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) digest: String,
    pub(super) recordings: Vec<Outcome>,
    pub(super) faults: Vec<FaultOutcome>,
}

/// A recording.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) recording: String,
    pub(super) ok: bool,
    /// `equal`, `written`, `missing`, `differs` or `broken`.
    pub(super) verdict: &'static str,
    /// The file of the expected result.
    pub(super) expected: String,
    /// Of these at most [`SHOWN`].
    pub(super) differences: Vec<Difference>,
    /// How many there are.
    pub(super) difference_count: usize,
    #[serde(flatten)]
    pub(super) run: Run,
}

/// A recording with a fault.
#[derive(Debug, Serialize)]
pub(super) struct FaultOutcome {
    pub(super) recording: String,
    pub(super) fault: String,
    pub(super) ok: bool,
    /// `same`, `other`, `error`, `cancelled`, `not-reached` or `broken`.
    pub(super) verdict: &'static str,
    #[serde(flatten)]
    pub(super) run: Run,
}

/// What a run was like.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    /// What no plugin may do, in words.
    pub(super) broken: Option<String>,
    /// The error with which it ended.
    pub(super) error: Option<ErrorBody>,
    /// What could not be read.
    pub(super) gaps: Vec<String>,
    pub(super) warnings: Vec<String>,
    /// What the agent was asked by the plugin, with those whose sections it uses.
    pub(super) agent: Asked,
    /// Rows that were read from all tables.
    pub(super) rows: u64,
    pub(super) host_calls: u64,
    /// In octets.
    pub(super) peak_memory: usize,
    pub(super) cpu_ms: f64,
    /// What it logged and printed, in its order.
    pub(super) log: Vec<LogBody>,
}

#[derive(Debug, Serialize)]
pub(super) struct ErrorBody {
    pub(super) kind: String,
    pub(super) message: String,
}

#[derive(Debug, Serialize)]
pub(super) struct LogBody {
    pub(super) level: &'static str,
    pub(super) line: String,
}

/// What an agent was asked, those requests included that it did not answer.
#[derive(Debug, Serialize)]
pub(super) struct Asked {
    pub(super) requests: u64,
    pub(super) gets: u64,
    pub(super) get_nexts: u64,
    pub(super) get_bulks: u64,
    pub(super) varbinds: u64,
}

/// Differences that are told one by one.
pub(super) const SHOWN: usize = 100;

impl TestReport {
    pub(super) fn new(file: &Path, plugins: Vec<Tested>) -> Self {
        let is_ok = |tested: &Tested| {
            tested.recordings.iter().all(|outcome| outcome.ok) && tested.faults.iter().all(|outcome| outcome.ok)
        };
        Self { file: file.display().to_string(), ok: plugins.iter().all(is_ok), plugins }
    }
}

impl Tested {
    pub(super) fn new(plugin: &Plugin, recordings: Vec<Outcome>, faults: Vec<FaultOutcome>) -> Self {
        let manifest = plugin.manifest();
        let (name, version) = (manifest.name.clone(), manifest.version.clone());
        Self { name, version, digest: plugin.digest().to_owned(), recordings, faults }
    }
}

impl Outcome {
    pub(super) fn new(case: &TestCase, expected: &Path, verdict: Verdict, result: Result) -> Self {
        let (ok, word) = (verdict.is_ok(), verdict.word());
        let mut differences = if let Verdict::Differs(differences) = verdict { differences } else { Vec::new() };
        let difference_count = differences.len();
        differences.truncate(SHOWN);
        let expected = expected.display().to_string();
        let run = Run::of(result);
        Self { recording: case.name.clone(), ok, verdict: word, expected, differences, difference_count, run }
    }
}

impl FaultOutcome {
    pub(super) fn new(case: &TestCase, fault: &Fault, verdict: FaultVerdict, result: Result) -> Self {
        let (ok, word) = (verdict.is_ok(), verdict.word());
        let mut run = Run::of(result);
        if let FaultVerdict::Broken(reason) = verdict {
            run.broken = Some(reason);
        }
        Self { recording: case.name.clone(), fault: fault.to_string(), ok, verdict: word, run }
    }
}

impl Run {
    fn of(result: Result) -> Self {
        let Result { error, broken, gaps, warnings, lines, stats, asked, .. } = result;
        let (rows, host_calls, peak_memory, cpu_ms) =
            stats.map(|stats| (stats.rows, stats.host_calls, stats.peak_memory, stats.cpu_ms)).unwrap_or_default();
        Self {
            broken,
            error: error.map(|(kind, message)| ErrorBody { kind, message }),
            gaps,
            warnings,
            agent: Asked {
                requests: asked.requests,
                gets: asked.gets,
                get_nexts: asked.get_nexts,
                get_bulks: asked.get_bulks,
                varbinds: asked.varbinds,
            },
            rows,
            host_calls,
            peak_memory,
            cpu_ms,
            log: lines.into_iter().map(|line| LogBody { level: line.level.as_str(), line: line.line }).collect(),
        }
    }
}
