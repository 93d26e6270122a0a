//! Which log lines are written, and how they look.

use limits::kind::Words;

/// The least serious log lines that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MinLogLevel {
    /// Everything, also every packet.
    Trace,
    /// What helps to find a mistake.
    Debug,
    /// What happens in normal work.
    Info,
    /// What looks wrong, but goes on.
    Warning,
    /// What failed.
    Error,
}

impl Words for MinLogLevel {
    const EXPECTS: &'static str = "\"trace\", \"debug\", \"info\", \"warning\", \"error\" or \"critical\"";
    // The names of Python's logging, which the reference takes, and those that Rust programs use.
    const WORDS: &'static [(&'static str, Self)] = &[
        ("trace", Self::Trace),
        ("debug", Self::Debug),
        ("info", Self::Info),
        ("warning", Self::Warning),
        ("warn", Self::Warning),
        ("error", Self::Error),
        ("critical", Self::Error),
    ];
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// Lines for people.
    Text,
    /// One JSON object per line.
    Json,
}

impl Words for LogFormat {
    const EXPECTS: &'static str = "\"auto\", \"text\" or \"json\"";
    const WORDS: &'static [(&'static str, Self)] = &[("auto", Self::Auto), ("text", Self::Text), ("json", Self::Json)];
}
