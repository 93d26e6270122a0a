//! What the daemon held in the first minutes, what it held later, and whether that is the same.

use std::time::Duration;

use harness::Readings;

use crate::health::Health;

/// What a daemon may hold more than in the first minutes: connections and threads come and go.
const SLACK_DESCRIPTORS: usize = 32;
const SLACK_THREADS: usize = 4;
const SLACK_KIB: u64 = 64 * 1024;

/// The most of each, in the first minutes and in the time after them.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    first: Option<Readings>,
    warm: Option<Readings>,
    later: Option<Readings>,
}

impl Verdict {
    /// Takes one reading.
    pub(crate) fn reading(&mut self, is_warm_up: bool, now: Readings) {
        self.first.get_or_insert(now);
        let max = if is_warm_up { &mut self.warm } else { &mut self.later };
        let before = max.unwrap_or(now);
        *max = Some(Readings {
            file_descriptors: before.file_descriptors.max(now.file_descriptors),
            threads: before.threads.max(now.threads),
            resident_kib: before.resident_kib.max(now.resident_kib),
            peak_kib: now.peak_kib,
            cpu_ms: now.cpu_ms,
        });
    }

    /// Prints all, and says whether each rule was kept.
    pub(crate) fn told(&self, end: Readings, health: &Health, health_limit: Duration) -> bool {
        let (Some(first), Some(warm), Some(later)) = (self.first, self.warm, self.later) else {
            println!("there was no time to read anything");
            return false;
        };
        println!(
            "{:<40}{:>12}{:>12}{:>12}{:>12}",
            "held by the daemon", "at start", "first, most", "later, most", "at rest"
        );
        let row = |title: &str, value: &dyn Fn(Readings) -> u64| {
            let [a, b, c, d] = [first, warm, later, end].map(value);
            println!("{title:<40}{a:>12}{b:>12}{c:>12}{d:>12}");
        };
        row("descriptors", &|readings| readings.file_descriptors as u64);
        row("threads", &|readings| readings.threads as u64);
        row("resident memory, MiB", &|readings| readings.resident_kib / 1024);
        let milliseconds = |share: f64| health.quantile(share).as_secs_f64() * 1e3;
        println!(
            "{:<40}{:>9.1} ms median{:>9.1} ms p99{:>9.1} ms longest{:>6} failed",
            "/health from another source",
            milliseconds(0.5),
            milliseconds(0.99),
            milliseconds(1.0),
            health.failed
        );
        let rules = [
            ("descriptors grow", later.file_descriptors <= warm.file_descriptors + SLACK_DESCRIPTORS),
            ("threads grow", later.threads <= warm.threads + SLACK_THREADS),
            ("memory grows", later.resident_kib <= warm.resident_kib + SLACK_KIB),
            ("descriptors are not given back", end.file_descriptors <= first.file_descriptors + SLACK_DESCRIPTORS),
            ("/health fails", health.failed == 0),
            ("/health takes too long", health.quantile(1.0) <= health_limit),
        ];
        for (broken, _) in rules.iter().filter(|(_, kept)| !kept) {
            println!("BROKEN: {broken}");
        }
        rules.iter().all(|(_, kept)| *kept)
    }
}
