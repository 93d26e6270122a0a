//! Finds the address of a target: an IPv4 or IPv6 literal, with or without brackets and zone, or a name.

use std::{
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs as _},
    sync::Arc,
    time::Duration,
};

use tokio::sync::Semaphore;

/// Why a target has no address. The text is what a client reads.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The system's resolver says no.
    #[error("Cannot resolve target '{target}': {source}")]
    Resolver {
        /// The target as asked.
        target: String,
        /// What it says.
        source: io::Error,
    },
    /// The name has no address.
    #[error("Cannot resolve target '{target}': the name has no address")]
    NoAddress {
        /// The target as asked.
        target: String,
    },
    /// The resolver did not answer in time.
    #[error("Cannot resolve target '{target}': no answer from the resolver within {limit:?}")]
    TimedOut {
        /// The target as asked.
        target: String,
        /// The bound `snmp.resolve_deadline`.
        limit: Duration,
    },
}

/// Finds addresses.
#[derive(Debug)]
pub(super) struct Resolver {
    look_ups: Arc<Semaphore>,
}

impl Resolver {
    /// A resolver that looks up this many names at the same time.
    pub(super) fn new(look_ups: usize) -> Self {
        Self { look_ups: Arc::new(Semaphore::new(look_ups)) }
    }

    /// The address of a target. Literals are read here; a name is looked up, for at most `limit`.
    pub(super) async fn resolve(&self, target: &str, port: u16, limit: Duration) -> Result<SocketAddr, ResolveError> {
        let bare = target.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(target);
        if let Ok(addr) = bare.parse::<IpAddr>() {
            return Ok(SocketAddr::new(addr, port));
        }
        // A literal with a zone goes this way, too: only the system knows the number of `eth0`.
        match tokio::time::timeout(limit, self.look_up(bare.to_owned(), port)).await {
            Err(_) => Err(ResolveError::TimedOut { target: target.to_owned(), limit }),
            Ok(Err(source)) => Err(ResolveError::Resolver { target: target.to_owned(), source }),
            Ok(Ok(found)) => found.ok_or_else(|| ResolveError::NoAddress { target: target.to_owned() }),
        }
    }

    async fn look_up(&self, name: String, port: u16) -> io::Result<Option<SocketAddr>> {
        let place = Arc::clone(&self.look_ups).acquire_owned().await.map_err(io::Error::other)?;
        // The system's resolver cannot be stopped: where it answers late, its thread ends late, and the place is taken
        // until then. Without a bound, an outage of DNS would pile up threads for polls that have failed long ago.
        let looking = tokio::task::spawn_blocking(move || {
            let found = (name.as_str(), port).to_socket_addrs().map(|mut addrs| addrs.next());
            drop(place);
            found
        });
        looking.await.map_err(io::Error::other)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(target: &str, expected: &str) {
        let limit = Duration::from_secs(5);
        let found = match Resolver::new(1).resolve(target, 161, limit).await {
            Ok(addr) => addr.to_string(),
            // What follows is the system's own words.
            Err(error) => error.to_string().split(": ").next().unwrap_or_default().to_owned(),
        };
        assert_eq!(found, expected);
    }

    #[tokio::test]
    async fn literals_need_no_look_up() {
        check("192.0.2.1", "192.0.2.1:161").await;
        check("2001:db8::1", "[2001:db8::1]:161").await;
        check("[2001:db8::1]", "[2001:db8::1]:161").await;
        check("fe80::1%1", "[fe80::1%1]:161").await;
    }

    #[tokio::test]
    async fn a_target_that_has_no_address_is_named_in_the_error() {
        check("no such host", "Cannot resolve target 'no such host'").await;
        check("[192.0.2.1", "Cannot resolve target '[192.0.2.1'").await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_up_without_a_place_ends_with_its_time_and_literals_need_none() {
        let busy = Resolver::new(0);
        let error = busy.resolve("router1", 161, Duration::from_secs(5)).await.unwrap_err();
        assert_eq!(error.to_string(), "Cannot resolve target 'router1': no answer from the resolver within 5s");
        assert!(busy.resolve("::1", 161, Duration::from_secs(5)).await.is_ok());
    }
}
