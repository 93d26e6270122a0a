//! The one door to the system's resolver, for all who need the addresses of a name.
//!
//! It is the system's, and no DNS client of our own, because only the system knows all that stands for a name on its
//! machine: `/etc/hosts`, the services of `nsswitch.conf` such as mDNS and SSSD, the zones of IPv6 such as `eth0`. It
//! blocks and cannot be stopped: where it answers late, its thread ends late, and its slot is taken until then, whoever
//! has stopped waiting. Without that bound an outage of DNS would pile up threads.
//! How long an answer is good for, and which of several addresses comes first, is for those who ask.

use std::{
    fmt, io,
    net::{SocketAddr, ToSocketAddrs as _},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use address::Host;
use tokio::{sync::Semaphore, task::JoinHandle};

/// Finds the addresses of a name at a port; blocks.
type FindAddresses = dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Looks names up, a bounded number of them at a time. Clones share the bound.
#[derive(Clone)]
pub struct Resolver {
    find: Arc<FindAddresses>,
    slots: Arc<Semaphore>,
}

/// A look-up that has begun. It goes on when this is dropped.
#[derive(Debug)]
#[must_use]
pub struct LookUp(JoinHandle<io::Result<Vec<SocketAddr>>>);

impl Resolver {
    /// The system's resolver, for at most so many look-ups at a time.
    #[must_use]
    pub fn system(look_ups: usize) -> Self {
        Self::with(look_ups, |name, port| (name, port).to_socket_addrs().map(Iterator::collect))
    }

    /// Another one, as for tests. `find` may block.
    #[must_use]
    pub fn with(
        look_ups: usize,
        find: impl Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self { find: Arc::new(find), slots: Arc::new(Semaphore::new(look_ups)) }
    }

    /// Begins to look a host up, as soon as there is a slot. Dropping this future before gives the wait up.
    ///
    /// Must be called within a tokio runtime.
    pub async fn begin(&self, host: &Host, port: u16) -> io::Result<LookUp> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(io::Error::other)?;
        let (find, name) = (Arc::clone(&self.find), host.to_string());
        Ok(LookUp(tokio::task::spawn_blocking(move || {
            let found = find(&name, port);
            drop(slot);
            found
        })))
    }

    /// Looks a host up: the addresses in the order that the system prefers, none where the name has none. The caller
    /// bounds the time.
    pub async fn look_up(&self, host: &Host, port: u16) -> io::Result<Vec<SocketAddr>> {
        self.begin(host, port).await?.await
    }
}

impl LookUp {
    /// Whether the answer is there, so that awaiting it takes no time.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl Future for LookUp {
    type Output = io::Result<Vec<SocketAddr>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|found| found.unwrap_or_else(|error| Err(io::Error::other(error))))
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").field("free", &self.slots.available_permits()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use super::*;

    #[tokio::test]
    async fn the_system_knows_this_machine_and_no_invalid_name() {
        let resolver = Resolver::system(1);
        let found = resolver.look_up(&"localhost".parse().unwrap(), 162).await.unwrap();
        assert!(
            !found.is_empty() && found.iter().all(|addr| addr.ip().is_loopback() && addr.port() == 162),
            "{found:?}"
        );
        assert!(resolver.look_up(&"nobody.invalid".parse().unwrap(), 162).await.is_err());
    }

    #[tokio::test]
    async fn a_look_up_that_nobody_waits_for_keeps_its_slot_until_it_ends() {
        let (answer, answers) = mpsc::channel::<SocketAddr>();
        let answers = Mutex::new(answers);
        let resolver = Resolver::with(1, move |_, _| {
            let answer = answers.lock().unwrap().recv().map_err(io::Error::other)?;
            Ok(vec![answer])
        });
        let (host, addr): (Host, SocketAddr) = ("router1".parse().unwrap(), "192.0.2.1:161".parse().unwrap());
        drop(resolver.begin(&host, 161).await.unwrap());
        assert_eq!(resolver.slots.available_permits(), 0);
        let mut next = std::pin::pin!(resolver.look_up(&host, 161));
        let is_ready = std::future::poll_fn(|context| Poll::Ready(next.as_mut().poll(context).is_ready())).await;
        assert!(!is_ready, "it waits for the slot");
        answer.send(addr).unwrap();
        answer.send(addr).unwrap();
        assert_eq!(next.await.unwrap(), [addr]);
    }
}
