//! Finds the address of a target: an IPv4 or IPv6 literal, with or without brackets and zone, or a name.
//!
//! What a name stands for is remembered, and for a shorter time also that it stands for nothing. Of several addresses
//! the first is taken that packets can be sent to, in the order of the system.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _, UdpSocket},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Semaphore, time::Instant};

use super::remembered::Remembered;
use crate::limits::SnmpLimits;

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

/// Finds addresses, and remembers those of names for a while.
#[derive(Debug)]
pub(super) struct Resolver {
    look_ups: Arc<Semaphore>,
    names: Mutex<Remembered<String, Found>>,
    name_time: Duration,
    no_name_time: Duration,
}

/// What the system's resolver says of a name. The address has no port yet.
#[derive(Clone, Debug)]
enum Found {
    Address(SocketAddr),
    Nothing,
    /// Its error, as far as it can be kept.
    Error(io::ErrorKind, String),
}

impl Resolver {
    pub(super) fn new(limits: &SnmpLimits) -> Self {
        Self {
            look_ups: Arc::new(Semaphore::new(limits.look_ups)),
            names: Mutex::new(Remembered::new(limits.names)),
            name_time: limits.name_time,
            no_name_time: limits.no_name_time,
        }
    }

    /// The address of a target. Literals are read here; a name is looked up, for at most `limit`.
    pub(super) async fn resolve(&self, target: &str, port: u16, limit: Duration) -> Result<SocketAddr, ResolveError> {
        let bare = target.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(target);
        if let Ok(addr) = bare.parse::<IpAddr>() {
            return Ok(SocketAddr::new(addr, port));
        }
        let name = bare.to_lowercase();
        let known = self.names().get(&name, Instant::now()).cloned();
        let found = match known {
            Some(found) => found,
            // A literal with a zone goes this way, too: only the system knows the number of `eth0`.
            None => match tokio::time::timeout(limit, self.look_up(bare.to_owned())).await {
                Err(_) => return Err(ResolveError::TimedOut { target: target.to_owned(), limit }),
                Ok(found) => {
                    self.remember(name, found.clone());
                    found
                }
            },
        };
        let target = target.to_owned();
        match found {
            Found::Address(mut addr) => {
                addr.set_port(port);
                Ok(addr)
            }
            Found::Nothing => Err(ResolveError::NoAddress { target }),
            Found::Error(kind, words) => Err(ResolveError::Resolver { target, source: io::Error::new(kind, words) }),
        }
    }

    fn remember(&self, name: String, found: Found) {
        let time = match found {
            Found::Address(_) => self.name_time,
            Found::Nothing | Found::Error(..) => self.no_name_time,
        };
        let now = Instant::now();
        self.names().insert(name, found, now + time, now);
    }

    async fn look_up(&self, name: String) -> Found {
        let failed = |error: io::Error| Found::Error(error.kind(), error.to_string());
        let place = match Arc::clone(&self.look_ups).acquire_owned().await {
            Ok(place) => place,
            Err(error) => return failed(io::Error::other(error)),
        };
        // The system's resolver cannot be stopped: where it answers late, its thread ends late, and the place is taken
        // until then. Without a bound, an outage of DNS would pile up threads for polls that have failed long ago.
        let looking = tokio::task::spawn_blocking(move || {
            let found = (name.as_str(), 0).to_socket_addrs().map(|addrs| addrs.collect::<Vec<_>>());
            drop(place);
            found.map(|addrs| choose(&addrs, can_be_sent_to))
        });
        match looking.await {
            Ok(Ok(Some(addr))) => Found::Address(addr),
            Ok(Ok(None)) => Found::Nothing,
            Ok(Err(error)) => failed(error),
            Err(error) => failed(io::Error::other(error)),
        }
    }

    fn names(&self) -> MutexGuard<'_, Remembered<String, Found>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first address, in the system's order, that packets can be sent to. Where there is none, the first: sending to it
/// will say why not.
fn choose(addrs: &[SocketAddr], can_be_sent_to: impl Fn(SocketAddr) -> bool) -> Option<SocketAddr> {
    addrs.iter().copied().find(|addr| can_be_sent_to(*addr)).or_else(|| addrs.first().copied())
}

/// Whether this machine has the family and a route. Nothing is sent to find out.
fn can_be_sent_to(mut addr: SocketAddr) -> bool {
    let any: IpAddr = if addr.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    // Port 0 cannot be connected to on all systems, and the port makes no difference here.
    addr.set_port(9);
    UdpSocket::bind((any, 0)).and_then(|socket| socket.connect(addr)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolver(look_ups: usize) -> Resolver {
        Resolver::new(&SnmpLimits { look_ups, ..SnmpLimits::default() })
    }

    async fn check(target: &str, expected: &str) {
        let limit = Duration::from_secs(5);
        let found = match resolver(1).resolve(target, 161, limit).await {
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
        let busy = resolver(0);
        let error = busy.resolve("router1", 161, Duration::from_secs(5)).await.unwrap_err();
        assert_eq!(error.to_string(), "Cannot resolve target 'router1': no answer from the resolver within 5s");
        assert!(busy.resolve("::1", 161, Duration::from_secs(5)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_name_stands_for_is_remembered_and_that_it_stands_for_nothing_not_as_long() {
        // Without a place for a look-up, an answer can only come out of memory.
        let resolver = resolver(0);
        let addr = "192.0.2.7:0".parse().unwrap();
        resolver.remember("router1".to_owned(), Found::Address(addr));
        resolver.remember("nobody".to_owned(), Found::Nothing);
        resolver.remember("broken".to_owned(), Found::Error(io::ErrorKind::Other, "no such name".to_owned()));
        let shown = async |target: &str| match resolver.resolve(target, 162, Duration::from_secs(1)).await {
            Ok(addr) => addr.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown("Router1").await, "192.0.2.7:162");
        assert_eq!(shown("nobody").await, "Cannot resolve target 'nobody': the name has no address");
        assert_eq!(shown("broken").await, "Cannot resolve target 'broken': no such name");
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(shown("router1").await, "192.0.2.7:162");
        assert!(shown("nobody").await.contains("no answer from the resolver"), "forgotten");
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(shown("router1").await.contains("no answer from the resolver"), "forgotten");
    }

    #[test]
    fn of_several_addresses_the_first_that_can_be_sent_to_is_taken() {
        let addrs: Vec<SocketAddr> =
            ["[2001:db8::1]:0", "192.0.2.1:0", "192.0.2.2:0"].map(|addr| addr.parse().unwrap()).into();
        assert_eq!(choose(&addrs, |_| true), Some(addrs[0]));
        assert_eq!(choose(&addrs, |addr| addr.is_ipv4()), Some(addrs[1]));
        assert_eq!(choose(&addrs, |_| false), Some(addrs[0]));
        assert_eq!(choose(&[], |_| true), None);
        assert!(can_be_sent_to("127.0.0.1:0".parse().unwrap()));
    }
}
