//! A load that is on its way: the thread that sends, and what it says of itself.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::{
    Load, LoadPacket,
    pace::Pace,
    socket::{Calls, Source},
};

/// A load that is being sent. Dropping it ends it.
#[derive(Debug)]
#[must_use = "the load ends when this is dropped"]
pub struct RunningLoad {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    ended: oneshot::Receiver<LoadReport>,
}

/// What became of a load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// Datagrams that the system took. Their numbers are consecutive, over all addresses together.
    pub sent: u64,
    /// Datagrams that it did not take because a buffer was full; they were tried again, and count as sent then.
    pub retried: u64,
    /// Echoes of datagrams that nobody took (ICMP).
    pub unreachable: u64,
    /// Datagrams of the rate that were too late to be sent at all.
    pub dropped: u64,
    /// What has ended the load before its time: the system does not send such datagrams, or not any more.
    pub error: Option<String>,
    /// How long it took.
    pub elapsed: Duration,
    /// How much processor time the sending thread took, where the system tells (Linux). On loopback the system's part
    /// of receiving is in it.
    pub cpu: Option<Duration>,
}

#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    sent: AtomicU64,
}

/// What the thread works with.
struct Work {
    load: Load,
    sources: Vec<Source>,
    shared: Arc<Shared>,
    report: LoadReport,
    /// The datagrams of one call.
    batch: Vec<Vec<u8>>,
    calls: Calls,
    next_source: usize,
}

impl RunningLoad {
    pub(super) fn start(load: Load, sources: Vec<Source>) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (tell, ended) = oneshot::channel();
        let told = Arc::clone(&shared);
        let send = move || {
            let work = Work {
                calls: Calls::new(!load.one_by_one),
                load,
                sources,
                shared: told,
                report: LoadReport::default(),
                batch: vec![Vec::new(); Source::BATCH],
                next_source: 0,
            };
            // Nobody may be waiting for the report.
            let _ = tell.send(work.send());
        };
        let thread = thread::Builder::new().name("simulator-load".to_owned()).spawn(send)?;
        Ok(Self { shared, thread: Some(thread), ended })
    }

    /// How many datagrams were sent so far.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::Relaxed)
    }

    /// Waits until the load has ended by itself; one without count and time never does.
    pub async fn finish(mut self) -> LoadReport {
        // The thread says what it did before it ends.
        (&mut self.ended).await.unwrap_or_default()
    }

    /// Ends the load, which takes some milliseconds.
    pub async fn stop(self) -> LoadReport {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.finish().await
    }
}

impl Drop for RunningLoad {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It looks at `stop` at least every few milliseconds.
            let _ = thread.join();
        }
    }
}

impl Work {
    /// The longest sleep: then it looks whether it is to stop.
    const LONGEST_SLEEP: Duration = Duration::from_millis(5);
    /// How many datagrams of one address come behind each other, where there are several addresses.
    const RUN: usize = 16;

    fn send(mut self) -> LoadReport {
        let cpu_before = cpu_of_this_thread();
        let start = Instant::now();
        let mut pace = Pace::new(self.load.rate);
        let run = if self.sources.len() > 1 { Self::RUN } else { Source::BATCH };
        while self.report.error.is_none() && !self.shared.stop.load(Ordering::Relaxed) {
            let elapsed = start.elapsed();
            let left = self.load.max.map_or(u64::MAX, |max| max - self.report.sent);
            if left == 0 || self.load.longest.is_some_and(|longest| elapsed >= longest) {
                break;
            }
            let now = pace.take(elapsed, left.min(run as u64));
            if now == 0 {
                thread::sleep(pace.wait(elapsed).min(Self::LONGEST_SLEEP));
                continue;
            }
            self.fill(now as usize);
            self.send_batch(now as usize);
        }
        self.report.dropped = pace.dropped;
        self.report.elapsed = start.elapsed();
        self.report.cpu = cpu_of_this_thread().zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
        self.report
    }

    /// Makes the next datagrams, each with its number.
    fn fill(&mut self, count: usize) {
        for (place, datagram) in self.batch.iter_mut().take(count).enumerate() {
            let number = self.report.sent + place as u64;
            let packets = self.load.packets.len() as u64;
            let Some(packet) = self.load.packets.get((number % packets.max(1)) as usize) else { continue };
            datagram.clear();
            datagram.extend_from_slice(&packet.octets);
            let carried = LoadPacket::carried(self.load.first_number.wrapping_add(number as u32));
            if let Some(field) = packet.number.clone().and_then(|place| datagram.get_mut(place)) {
                field.copy_from_slice(&carried.to_be_bytes());
            }
        }
    }

    /// Sends them from the next address.
    fn send_batch(&mut self, count: usize) {
        let Some(source) = self.sources.get(self.next_source) else { return };
        let mut done = 0;
        while done < count && self.report.error.is_none() && !self.shared.stop.load(Ordering::Relaxed) {
            let rest = self.batch.get(done..count).unwrap_or_default();
            match source.send(rest, &mut self.calls) {
                Ok(sent) => done += sent,
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => self.report.unreachable += 1,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if !is_full(&error) => self.report.error = Some(error.to_string()),
                Err(_) => {
                    self.report.retried += 1;
                    thread::sleep(Pace::STEP);
                }
            }
        }
        self.report.sent += done as u64;
        self.shared.sent.store(self.report.sent, Ordering::Relaxed);
        self.next_source = (self.next_source + 1) % self.sources.len().max(1);
    }
}

/// Whether an error says that there is no room now, so that another attempt may do.
fn is_full(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error.raw_os_error() == Some(NO_BUFFERS)
}

/// ENOBUFS, where the queue of the interface is full.
#[cfg(target_os = "linux")]
const NO_BUFFERS: i32 = nix::libc::ENOBUFS;
/// ENOBUFS of BSD and macOS.
#[cfg(not(target_os = "linux"))]
const NO_BUFFERS: i32 = 55;

/// The processor time of this thread so far, in the first field of its schedstat.
fn cpu_of_this_thread() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
