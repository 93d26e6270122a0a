//! Standard error for a server: whoever does not read it holds up nothing.
//!
//! A pipe that nobody reads takes 64 KiB and then blocks whoever writes. So one thread writes, from a bounded queue that
//! drops lines when it is full; once lines are written again, one says how many were dropped. The last lines of the process
//! are waited for only briefly, and a panic is a line like any other.

use std::{
    io::{self, Write},
    panic,
    sync::{Arc, OnceLock, mpsc},
    thread,
    time::{Duration, Instant},
};

use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

/// Lines that wait to be written. Beyond, they are dropped and counted.
const QUEUED_LINES: usize = 4_096;

/// How long the last lines are waited for. Beyond, they are lost.
const LAST_LINES: Duration = Duration::from_secs(1);

/// How often it is told that lines were dropped, at most.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// Makes a writer that never blocks of one that may, and what keeps it going.
pub(crate) fn lossy(to: impl Write + Send + 'static) -> (NonBlocking, WorkerGuard) {
    let dropped = Arc::new(OnceLock::new());
    let to = ReportingWriter { to, dropped: Arc::clone(&dropped), told: 0, told_at: None };
    let (writer, guard) =
        NonBlockingBuilder::default().lossy(true).buffered_lines_limit(QUEUED_LINES).thread_name("logs").finish(to);
    // It is empty until here, so that this succeeds.
    let _ = dropped.set(writer.error_counter());
    (writer, guard)
}

/// Logs panics, where the standard library would write to standard error, which may block.
pub(crate) fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        let thread = thread::current();
        let (thread, message) = (thread.name(), panic.payload_as_str());
        tracing::error!(at, thread, message, "a thread panicked; this is a defect of the program");
    }));
}

/// Does what may block, and waits for it no longer than for the last lines.
pub(crate) fn briefly(work: impl FnOnce() + Send + 'static) {
    let (done, end) = mpsc::channel::<()>();
    let working = thread::Builder::new().spawn(move || {
        work();
        drop(done);
    });
    if working.is_ok() {
        // Its end is that nobody holds the other side any more.
        let _ = end.recv_timeout(LAST_LINES);
    }
}

/// A writer that tells, behind a line, how many were dropped.
struct ReportingWriter<W> {
    to: W,
    dropped: Arc<OnceLock<ErrorCounter>>,
    told: usize,
    told_at: Option<Instant>,
}

impl<W> ReportingWriter<W> {
    /// The line waits in the queue like all others, and is dropped like them: the number is that since the start.
    fn tell(&mut self) {
        let dropped = self.dropped.get().map_or(0, ErrorCounter::dropped_lines);
        if dropped > self.told && self.told_at.is_none_or(|at| at.elapsed() >= TOLD_EVERY) {
            (self.told, self.told_at) = (dropped, Some(Instant::now()));
            tracing::warn!(dropped, "log lines were dropped since the start: standard error was not read fast enough");
        }
    }
}

impl<W: Write> Write for ReportingWriter<W> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let written = self.to.write(octets)?;
        self.tell();
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
