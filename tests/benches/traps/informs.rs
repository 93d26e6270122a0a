//! Informs that are acknowledged once they are on disk.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use simulator::{Sender, SimulatedNotification};
use tokio::task::JoinSet;

use crate::receiver::Receiver;

static ACKNOWLEDGED: AtomicU64 = AtomicU64::new(0);

/// How many are acknowledged in a second, by how many devices that each wait for one before they send the next.
pub(crate) async fn acknowledged() {
    for devices in [1, 16, 64] {
        let receiver = Receiver::proxy(true).await;
        let mut senders = JoinSet::new();
        for _ in 0..devices {
            let sender = Sender::builder(receiver.address()).community("public").bind().await.expect("a socket");
            senders.spawn(async move {
                let inform = SimulatedNotification::inform(1, [1, 3, 6, 1, 6, 3, 1, 1, 5, 4]);
                while sender.inform(&inform, 3, Duration::from_secs(5)).await.is_ok() {
                    ACKNOWLEDGED.fetch_add(1, Relaxed);
                }
            });
        }
        let (before, begun) = (ACKNOWLEDGED.load(Relaxed), Instant::now());
        tokio::time::sleep(Duration::from_secs(5)).await;
        let count = ACKNOWLEDGED.load(Relaxed) - before;
        let per_second = count as f64 / begun.elapsed().as_secs_f64();
        println!("informs of {devices:>2} devices, acknowledged once on disk: {per_second:.0} a second");
        senders.shutdown().await;
    }
}
