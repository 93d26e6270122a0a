//! Logs: one subscriber for the whole process, on standard error.
//!
//! Standard output belongs to results and to the banner. A server drops lines that nobody reads, a command waits until they
//! are read. Lines are text on a terminal and JSON elsewhere, unless the
//! configuration says otherwise. Nothing here knows a secret; whoever logs is kept from it by secret types.

use std::io::{self, IsTerminal};

use config::{LogFormat, MinLogLevel};
use thiserror::Error;
use tracing::{Subscriber, level_filters::LevelFilter, subscriber::set_global_default};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::{
    filter::Targets,
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
};

use crate::lossy::{briefly, log_panics, lossy};

/// Somebody else set up logging in this process.
#[derive(Debug, Error)]
#[error("logging is already set up")]
pub(crate) struct AlreadyStarted;

/// What becomes of lines that standard error does not take at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backpressure {
    /// Whoever logs waits: a command for people.
    Waits,
    /// They are dropped and counted: a server.
    IsDropped,
}

/// Keeps lines being written.
#[derive(Debug)]
pub(crate) struct Logs(Option<WorkerGuard>);

/// Sends the log lines of this process to standard error from now on.
pub(crate) fn start(level: MinLogLevel, format: LogFormat, backpressure: Backpressure) -> Result<Logs, AlreadyStarted> {
    let is_terminal = io::stderr().is_terminal();
    let as_text = match format {
        LogFormat::Text => true,
        LogFormat::Json => false,
        LogFormat::Auto => is_terminal,
    };
    let colours = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
    let (subscriber, logs) = match backpressure {
        Backpressure::Waits => (subscriber(level, as_text, colours, io::stderr), Logs(None)),
        Backpressure::IsDropped => {
            let (writer, guard) = lossy(io::stderr());
            log_panics();
            (subscriber(level, as_text, colours, writer), Logs(Some(guard)))
        }
    };
    set_global_default(subscriber).map_err(|_| AlreadyStarted)?;
    Ok(logs)
}

impl Logs {
    /// Waits until the last lines are written, but not for long.
    pub(crate) fn finish(self) {
        if let Some(guard) = self.0 {
            // The library's own wait is bounded, but what it says when it is over blocks like every write.
            briefly(move || drop(guard));
        }
    }
}

/// The lines about who tried to get in. They are written at every level.
const AUDIT: &str = "audit";

/// Our own crates, as their lines are marked.
const OURS: [&str; 13] = [
    "api",
    "cli",
    "config",
    "decoding",
    "runtime",
    "polling",
    "proxy",
    "receiving",
    "simulator",
    "snmp_engine",
    "snmp_proxy",
    "state",
    "traps",
];

fn subscriber<W>(level: MinLogLevel, as_text: bool, colours: bool, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let level = match level {
        MinLogLevel::Trace => LevelFilter::TRACE,
        MinLogLevel::Debug => LevelFilter::DEBUG,
        MinLogLevel::Info => LevelFilter::INFO,
        MinLogLevel::Warning => LevelFilter::WARN,
        MinLogLevel::Error => LevelFilter::ERROR,
    };
    // What libraries say below a warning is for their authors, except where everything is wanted.
    let of_others = if level == LevelFilter::TRACE { level } else { level.min(LevelFilter::WARN) };
    let filter = Targets::new().with_default(of_others).with_targets(OURS.map(|target| (target, level)));
    let filter = filter.with_target(AUDIT, level.max(LevelFilter::WARN));
    let registry = tracing_subscriber::registry().with(filter);
    // A line that cannot be written, as on a full disk, is lost. The library would say so on standard error, too, which then
    // ends whoever wanted to log.
    let layer = fmt::layer().log_internal_errors(false);
    if as_text {
        Box::new(registry.with(layer.with_writer(writer).with_ansi(colours)))
    } else {
        Box::new(registry.with(layer.json().flatten_event(true).with_writer(writer)))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        sync::{Arc, Mutex},
    };

    use tracing::{debug, info, subscriber::with_default, warn};

    use super::*;

    /// What was logged.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Lines {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Logs a few lines and returns what was written.
    fn check(level: MinLogLevel, as_text: bool) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        with_default(subscriber(level, as_text, false, move || writer.clone()), || {
            debug!("details of ours");
            info!(ticket = "t-1", "a line of ours");
            info!(target: "hyper", "a line of a library");
            warn!(target: "hyper", "a warning of a library");
            warn!(target: AUDIT, "an audit line");
        });
        lines.text()
    }

    #[test]
    fn libraries_speak_only_to_warn() {
        let text = check(MinLogLevel::Info, true);
        assert!(text.contains("a line of ours") && text.contains("a warning of a library"), "{text}");
        assert!(!text.contains("a line of a library") && !text.contains("details"), "{text}");
        let errors = check(MinLogLevel::Error, true);
        assert!(!errors.contains("a warning") && errors.contains("an audit line"), "{errors}");
    }

    #[test]
    fn programs_get_one_json_object_per_line() {
        let text = check(MinLogLevel::Info, false);
        let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(
            (&first["level"], &first["message"], &first["ticket"]),
            (&"INFO".into(), &"a line of ours".into(), &"t-1".into())
        );
        assert_eq!(text.lines().count(), 3);
    }
}
