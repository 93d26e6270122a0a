//! Finds the addresses of a host, in the order in which they are to be asked.
//!
//! What a name stands for is remembered, and for a shorter time also that it stands for nothing; and for longer which of
//! its addresses has answered, which is asked first from then on. Addresses that are written as such need no look-up.

use std::{
    collections::HashSet,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use address::Host;
use config::DeniedTargets;
use job::{JobError, TargetRefused};
use limits::SnmpLimits;
use parking_lot::{Mutex, MutexGuard};
use resolver::Resolver;
use snmp_engine::udp;
use tokio::time::Instant;

use super::{guard::TargetGuard, remembered::Remembered};

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
    /// It may not be asked, at any of its addresses.
    #[error(transparent)]
    Refused(#[from] TargetRefused),
    /// The resolver did not answer in time.
    #[error("Cannot resolve target '{target}': no answer from the resolver within {limit:?}")]
    TimedOut {
        /// The target as asked.
        target: String,
        /// The bound `snmp.resolve_deadline`.
        limit: Duration,
    },
}

impl From<ResolveError> for JobError {
    fn from(error: ResolveError) -> Self {
        Self::Unresolved { reason: error.to_string() }
    }
}

/// Finds addresses that may be asked, and remembers those of names for a while.
pub(super) struct TargetAddresses {
    guard: TargetGuard,
    resolver: Resolver,
    names: Mutex<Remembered<String, Found>>,
    name_time: Duration,
    no_name_time: Duration,
    /// Which address of a name has answered at a port: an agent there may be another one than at the next port.
    answered: Mutex<Remembered<(String, u16), IpAddr>>,
    answered_time: Duration,
    max: usize,
}

/// What the system's resolver says of a name. Addresses have no port yet.
#[derive(Clone, Debug)]
enum Found {
    Addresses(Arc<[SocketAddr]>),
    /// Its error, as far as it can be kept.
    Error(io::ErrorKind, String),
}

impl TargetAddresses {
    pub(super) fn new(limits: &SnmpLimits) -> Self {
        Self::with(limits, Resolver::system(limits.look_ups))
    }

    pub(super) fn with(limits: &SnmpLimits, resolver: Resolver) -> Self {
        Self {
            guard: TargetGuard::new(DeniedTargets::default()),
            resolver,
            names: Mutex::new(Remembered::new(limits.names)),
            name_time: limits.name_time,
            no_name_time: limits.no_name_time,
            answered: Mutex::new(Remembered::new(limits.names)),
            answered_time: limits.known_for,
            max: limits.addresses,
        }
    }

    /// The same, which finds no address that is denied.
    pub(super) fn denying(self, denied: DeniedTargets) -> Self {
        Self { guard: TargetGuard::new(denied), ..self }
    }

    /// The same, for a device that is played inside the process.
    pub(super) fn without_network(self) -> Self {
        Self { guard: TargetGuard::without_network(), ..self }
    }

    /// The addresses of a host, at least one, in the order in which they are to be asked. A name is looked up, for at
    /// most `limit`.
    pub(super) async fn resolve(
        &self,
        host: &Host,
        port: u16,
        limit: Duration,
    ) -> Result<Vec<SocketAddr>, ResolveError> {
        if let Some(addr) = host.socket_addr(port) {
            self.guard.check(host, addr.ip())?;
            return Ok(vec![addr]);
        }
        let (name, now) = (host.canonical(), Instant::now());
        let known = lock(&self.names).get(&name, now).cloned();
        let found = match known {
            Some(found) => found,
            // A look-up cannot be stopped once it has begun, and its answer would be lost.
            None if limit.is_zero() => return Err(ResolveError::TimedOut { target: host.to_string(), limit }),
            // An address with a zone goes this way, too: only the system knows the number of `eth0`.
            None => match tokio::time::timeout(limit, self.resolver.look_up(host, 0)).await {
                Err(_) => return Err(ResolveError::TimedOut { target: host.to_string(), limit }),
                Ok(found) => {
                    let found = Found::from(found);
                    self.remember(name.clone(), found.clone());
                    found
                }
            },
        };
        let target = host.to_string();
        match found {
            Found::Addresses(addrs) => {
                // Filters of advertisements answer with 0.0.0.0, which would be this machine.
                let (mut allowed, mut refused) = (Vec::with_capacity(addrs.len()), None);
                for addr in addrs.iter().copied() {
                    match self.guard.check(host, addr.ip()) {
                        Ok(()) => allowed.push(addr),
                        Err(error) => refused = refused.or(Some(error)),
                    }
                }
                if allowed.is_empty() {
                    return Err(refused.map_or(ResolveError::NoAddress { target }, ResolveError::Refused));
                }
                let first = lock(&self.answered).get(&(name, port), now).copied();
                let mut addrs = in_turn(&allowed, first, self.max);
                addrs.iter_mut().for_each(|addr| addr.set_port(port));
                Ok(addrs)
            }
            Found::Error(kind, words) => Err(ResolveError::Resolver { target, source: io::Error::new(kind, words) }),
        }
    }

    /// Remembers which address of a host has answered.
    pub(super) fn answered(&self, host: &Host, addr: SocketAddr) {
        if let Host::Name(_) = host {
            let key = (host.canonical(), addr.port());
            lock(&self.answered).insert(key, addr.ip(), Instant::now() + self.answered_time);
        }
    }

    fn remember(&self, name: String, found: Found) {
        let time = match &found {
            Found::Addresses(addrs) if !addrs.is_empty() => self.name_time,
            Found::Addresses(_) | Found::Error(..) => self.no_name_time,
        };
        lock(&self.names).insert(name, found, Instant::now() + time);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}

/// The addresses in the order in which they are asked: the one that has answered before, then the families in turn,
/// beginning with the one that the system prefers (RFC 8305 section 4). So a family that leads nowhere costs one wait.
fn in_turn(addrs: &[SocketAddr], answered: Option<IpAddr>, max: usize) -> Vec<SocketAddr> {
    let mut seen = HashSet::new();
    let addrs: Vec<SocketAddr> =
        addrs.iter().copied().map(udp::canonical).filter(|addr| seen.insert(addr.ip())).collect();
    let Some(first) = addrs.first() else { return Vec::new() };
    let (preferred, others): (Vec<_>, Vec<_>) =
        addrs.iter().copied().partition(|addr: &SocketAddr| addr.is_ipv4() == first.is_ipv4());
    let (mut preferred, mut others) = (preferred.into_iter(), others.into_iter());
    let mut turn: Vec<SocketAddr> = Vec::with_capacity(addrs.len());
    while turn.len() < addrs.len() {
        turn.extend(preferred.next());
        turn.extend(others.next());
    }
    if let Some(place) = turn.iter().position(|addr| Some(addr.ip()) == answered) {
        let known = turn.remove(place);
        turn.insert(0, known);
    }
    turn.truncate(max);
    turn
}

impl From<io::Result<Vec<SocketAddr>>> for Found {
    fn from(found: io::Result<Vec<SocketAddr>>) -> Self {
        match found {
            Ok(addrs) => Self::Addresses(addrs.into()),
            Err(error) => Self::Error(error.kind(), error.to_string()),
        }
    }
}

impl fmt::Debug for TargetAddresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TargetAddresses")
            .field("names", &self.names)
            .field("answered", &self.answered)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use config::DeniedTarget;

    use super::*;

    fn addrs(addrs: &[&str]) -> Vec<SocketAddr> {
        addrs.iter().map(|addr| SocketAddr::new(addr.parse().unwrap(), 0)).collect()
    }

    fn with(find: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> TargetAddresses {
        TargetAddresses::with(&SnmpLimits::default(), Resolver::with(1, move |name, _| find(name)))
    }

    async fn shown(addresses: &TargetAddresses, target: &str) -> String {
        match addresses.resolve(&target.parse().unwrap(), 162, Duration::from_secs(5)).await {
            Ok(addrs) => addrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn addresses_need_no_look_up() {
        let resolver = with(|name| panic!("{name} is looked up"));
        assert_eq!(shown(&resolver, "192.0.2.1").await, "192.0.2.1:162");
        assert_eq!(shown(&resolver, "[2001:db8::1]").await, "[2001:db8::1]:162");
        assert_eq!(shown(&resolver, "fe80::1%1").await, "[fe80::1%1]:162");
    }

    #[tokio::test]
    async fn what_may_take_no_time_begins_no_look_up() {
        let addresses = with(|name| panic!("{name} is looked up"));
        let found = addresses.resolve(&"router1".parse().unwrap(), 161, Duration::ZERO).await;
        assert!(matches!(found, Err(ResolveError::TimedOut { .. })), "{found:?}");
    }

    #[tokio::test]
    async fn a_target_that_has_no_address_is_named_in_the_error() {
        let resolver = TargetAddresses::new(&SnmpLimits::default());
        let error = shown(&resolver, "nobody.invalid").await;
        assert!(error.starts_with("Cannot resolve target 'nobody.invalid': "), "{error}");
        let resolver = with(|_| Ok(addrs(&["0.0.0.0", "::"])));
        assert_eq!(
            shown(&resolver, "blocked").await,
            "Cannot resolve target 'blocked': it resolves to 0.0.0.0, which is not the address of a device"
        );
        let resolver = with(|_| Ok(addrs(&["0.0.0.0", "192.0.2.1"])));
        assert_eq!(shown(&resolver, "half-blocked").await, "192.0.2.1:162");
        let denied = || [DeniedTarget::Network("192.0.2.0/24".parse().unwrap())].into_iter().collect();
        let words = "Target 'router1' is denied: 192.0.2.1 is in `192.0.2.0/24` (setting `targets.deny`)";
        for found in [["192.0.2.1", "192.0.2.2"], ["::ffff:192.0.2.1", "192.0.2.2"]] {
            let resolver = with(move |_| Ok(addrs(&found))).denying(denied());
            assert_eq!(shown(&resolver, "router1").await, words);
        }
        let resolver = with(|_| Ok(addrs(&["192.0.2.1", "203.0.113.1"])));
        assert_eq!(shown(&resolver.denying(denied()), "router1").await, "203.0.113.1:162", "the one that may be asked");
        let resolver = with(|_| Ok(Vec::new()));
        assert_eq!(shown(&resolver, "nobody").await, "Cannot resolve target 'nobody': the name has no address");
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_up_without_a_place_ends_with_its_time_and_addresses_need_none() {
        let busy = TargetAddresses::new(&SnmpLimits { look_ups: 0, ..SnmpLimits::default() });
        let error = shown(&busy, "router1").await;
        assert_eq!(error, "Cannot resolve target 'router1': no answer from the resolver within 5s");
        assert_eq!(shown(&busy, "::1").await, "[::1]:162");
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_name_stands_for_is_remembered_and_that_it_stands_for_nothing_not_as_long() {
        // Without a place for a look-up, an answer can only come out of memory.
        let resolver = TargetAddresses::new(&SnmpLimits { look_ups: 0, ..SnmpLimits::default() });
        resolver.remember("router1".to_owned(), Found::Addresses(addrs(&["192.0.2.7"]).into()));
        resolver.remember("nobody".to_owned(), Found::Addresses(Arc::default()));
        resolver.remember("broken".to_owned(), Found::Error(io::ErrorKind::Other, "no such name".to_owned()));
        assert_eq!(shown(&resolver, "Router1").await, "192.0.2.7:162");
        assert_eq!(shown(&resolver, "nobody").await, "Cannot resolve target 'nobody': the name has no address");
        assert_eq!(shown(&resolver, "broken").await, "Cannot resolve target 'broken': no such name");
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(shown(&resolver, "router1").await, "192.0.2.7:162");
        assert!(shown(&resolver, "nobody").await.contains("no answer from the resolver"), "forgotten");
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(shown(&resolver, "router1").await.contains("no answer from the resolver"), "forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn the_address_that_answered_comes_first_at_its_port_until_it_is_forgotten() {
        let limits = SnmpLimits::default();
        let resolver = with(|_| Ok(addrs(&["2001:db8::1", "192.0.2.1"])));
        assert_eq!(shown(&resolver, "router1").await, "[2001:db8::1]:162 192.0.2.1:162");
        let host = "ROUTER1".parse().unwrap();
        resolver.answered(&host, "192.0.2.1:161".parse().unwrap());
        assert_eq!(shown(&resolver, "router1").await, "[2001:db8::1]:162 192.0.2.1:162", "another port");
        resolver.answered(&host, "192.0.2.1:162".parse().unwrap());
        assert_eq!(shown(&resolver, "router1").await, "192.0.2.1:162 [2001:db8::1]:162");
        resolver.answered(&host, "192.0.2.99:162".parse().unwrap());
        assert_eq!(shown(&resolver, "router1").await, "[2001:db8::1]:162 192.0.2.1:162", "no address of it any more");
        resolver.answered(&host, "192.0.2.1:162".parse().unwrap());
        tokio::time::advance(limits.known_for).await;
        assert_eq!(shown(&resolver, "router1").await, "[2001:db8::1]:162 192.0.2.1:162", "forgotten");
    }

    #[test]
    fn families_take_turns_and_the_one_that_answered_is_first() {
        let check = |found: &[&str], answered: Option<&str>, max, expected: &[&str]| {
            let answered = answered.map(|ip| ip.parse().unwrap());
            assert_eq!(in_turn(&addrs(found), answered, max), addrs(expected));
        };
        let found = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"];
        check(&found, None, 8, &["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"]);
        check(&found, None, 2, &["2001:db8::1", "192.0.2.1"]);
        check(&found, Some("192.0.2.2"), 3, &["192.0.2.2", "2001:db8::1", "192.0.2.1"]);
        check(&["192.0.2.1", "::ffff:192.0.2.1", "::1"], None, 8, &["192.0.2.1", "::1"]);
        check(&["192.0.2.1", "192.0.2.2"], None, 8, &["192.0.2.1", "192.0.2.2"]);
        check(&[], None, 8, &[]);
    }
}
