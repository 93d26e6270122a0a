//! A client from elsewhere that asks `/health` all the time, on a connection of its own each time.

use std::{net::Ipv4Addr, time::Duration};

use tokio::{task::JoinHandle, time::Instant};

/// Where it asks from: nobody else of the run does.
const SOURCE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);
const EVERY: Duration = Duration::from_millis(100);

/// How long `/health` took.
#[derive(Debug, Default)]
pub(crate) struct Health {
    times: Vec<Duration>,
    /// Requests that had no answer, or another one than 200.
    pub(crate) failed: u64,
}

impl Health {
    /// Asks until `end`.
    pub(crate) fn watch(server: &str, end: Instant) -> JoinHandle<Self> {
        let url = format!("{server}/health");
        tokio::spawn(async move {
            let mut health = Self::default();
            while Instant::now() < end {
                let client = reqwest::Client::builder().local_address(Some(SOURCE.into())).pool_max_idle_per_host(0);
                let client = client.timeout(Duration::from_secs(30)).build().expect("a client");
                let start = Instant::now();
                match client.get(&url).send().await {
                    Ok(answer) if answer.status().is_success() => health.times.push(start.elapsed()),
                    _ => health.failed += 1,
                }
                tokio::time::sleep(EVERY).await;
            }
            health.times.sort_unstable();
            health
        })
    }

    /// The time that this share of the requests took at most; of 1.0 the longest of all.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        let last = self.times.len().saturating_sub(1);
        self.times.get((last as f64 * share) as usize).copied().unwrap_or_default()
    }
}
