//! Finds the address of a receiver: once, again after it could not be reached there, and again after some minutes.
//!
//! The last is for those that nobody hears of when they are gone: over UDP a receiver that moved to another address is
//! missed by none but its name.

use std::{fmt, net::SocketAddr, time::Duration};

use resolver::{LookUp, Resolver};
use tokio::time::{Instant, timeout};

use super::address::PeerAddress;

/// Addresses of a name that are tried in turn. Further ones are left out.
const ADDRESSES: usize = 16;

/// How long an address is used before its name is looked up again.
pub(super) const ADDRESS_TIME: Duration = Duration::from_secs(5 * 60);

/// How long records wait for a name to be looked up again. Beyond, the address from before is used until that has ended.
const RENEWAL_TIME: Duration = Duration::from_secs(1);

/// A receiver whose address is found when it is needed.
pub(super) struct Peer {
    address: PeerAddress,
    /// Where it was last; none after it could not be reached there.
    resolved: Option<ResolvedAddr>,
    /// How often it could not be reached: of several addresses another one comes next.
    turn: usize,
    /// Never more than one, and not the fewer for not having been waited for.
    looking: Option<LookUp>,
    resolver: Resolver,
}

#[derive(Clone, Copy, Debug)]
struct ResolvedAddr {
    addr: SocketAddr,
    /// When it was looked up, or could not be.
    since: Instant,
}

impl Peer {
    pub(super) fn new(address: PeerAddress) -> Self {
        Self::with(address, Resolver::system(1))
    }

    pub(super) fn with(address: PeerAddress, resolver: Resolver) -> Self {
        Self { address, resolved: None, turn: 0, looking: None, resolver }
    }

    pub(super) fn address(&self) -> &PeerAddress {
        &self.address
    }

    /// Its address. The caller bounds the time; a look-up that was not waited for is waited for the next time.
    pub(super) async fn addr(&mut self) -> Result<SocketAddr, String> {
        if let Some(addr) = self.address.host().socket_addr(self.address.port()) {
            return Ok(addr);
        }
        let Some(ResolvedAddr { addr, since }) = self.resolved else { return self.find().await };
        let has_news = self.looking.as_ref().is_some_and(LookUp::is_finished);
        if since.elapsed() < ADDRESS_TIME && !has_news {
            return Ok(addr);
        }
        // Noted before the wait, which may be given up: the old address is better than none.
        self.resolved = Some(ResolvedAddr { addr, since: Instant::now() });
        Ok(timeout(RENEWAL_TIME, self.find()).await.ok().and_then(Result::ok).unwrap_or(addr))
    }

    /// It could not be reached there: the name is looked up again.
    pub(super) fn forget(&mut self) {
        self.resolved = None;
        self.turn = self.turn.wrapping_add(1);
    }

    /// Looks the name up. Of several addresses, the one from before stays.
    async fn find(&mut self) -> Result<SocketAddr, String> {
        let host = self.address.host();
        let failed = |why: &str| format!("cannot resolve {host}: {why}");
        let looking = match &mut self.looking {
            Some(looking) => looking,
            none => {
                let begun = self.resolver.begin(host, self.address.port()).await;
                none.insert(begun.map_err(|error| failed(&error.to_string()))?)
            }
        };
        let found = looking.await;
        self.looking = None;
        let mut found = found.map_err(|error| failed(&error.to_string()))?;
        found.truncate(ADDRESSES);
        let place = self.turn.checked_rem(found.len()).unwrap_or_default();
        let kept = self.resolved.map(|resolved| resolved.addr).filter(|addr| found.contains(addr));
        let addr = kept.or_else(|| found.get(place).copied()).ok_or_else(|| failed("the name has no address"))?;
        self.resolved = Some(ResolvedAddr { addr, since: Instant::now() });
        Ok(addr)
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer").field("address", &self.address).field("resolved", &self.resolved).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{io, sync::Arc};

    use parking_lot::Mutex;

    use super::*;

    /// A peer whose name has the addresses that are in there; none is a resolver that does not work.
    pub(in super::super) fn named(addrs: &Addrs) -> Peer {
        let addrs = Arc::clone(addrs);
        let look_up = move |_: &str, _| addrs.lock().clone().ok_or_else(|| io::Error::other("no resolver"));
        Peer::with("receiver.example:162".parse().unwrap(), Resolver::with(1, look_up))
    }

    pub(in super::super) type Addrs = Arc<Mutex<Option<Vec<SocketAddr>>>>;

    /// The addresses of a name.
    pub(in super::super) fn addrs(addrs: &[SocketAddr]) -> Addrs {
        Arc::new(Mutex::new(Some(addrs.to_vec())))
    }

    const FIRST: &str = "192.0.2.1:162";
    const SECOND: &str = "192.0.2.2:162";

    fn set(addrs: &Addrs, new: Option<&[&str]>) {
        *addrs.lock() = new.map(|new| new.iter().map(|addr| addr.parse().unwrap()).collect());
    }

    async fn check(peer: &mut Peer, expected: &str) {
        assert_eq!(peer.addr().await.unwrap().to_string(), expected);
    }

    #[tokio::test]
    async fn literals_need_no_look_up_and_names_get_one() {
        let check = async |address: &str, expected: &[&str]| {
            let mut peer = Peer::new(address.parse().unwrap());
            let found = peer.addr().await.unwrap_or_else(|error| panic!("{error}")).to_string();
            assert!(expected.contains(&found.as_str()), "{found}");
        };
        check("192.0.2.1:514", &["192.0.2.1:514"]).await;
        check("[2001:db8::1]:514", &["[2001:db8::1]:514"]).await;
        check("localhost:514", &["127.0.0.1:514", "[::1]:514"]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_is_looked_up_again_after_some_minutes() {
        let addrs = addrs(&[FIRST.parse().unwrap()]);
        let mut peer = named(&addrs);
        check(&mut peer, FIRST).await;
        set(&addrs, Some(&[SECOND]));
        tokio::time::advance(ADDRESS_TIME - Duration::from_secs(1)).await;
        check(&mut peer, FIRST).await;
        tokio::time::advance(Duration::from_secs(2)).await;
        check(&mut peer, SECOND).await;
        set(&addrs, Some(&[FIRST, SECOND]));
        tokio::time::advance(ADDRESS_TIME).await;
        check(&mut peer, SECOND).await;
        peer.forget();
        let mut after = Vec::new();
        for _ in 0..2 {
            after.push(peer.addr().await.unwrap().to_string());
            peer.forget();
        }
        after.sort();
        assert_eq!(after, [FIRST, SECOND], "where it could not be reached, the addresses take turns");
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_resolver_the_address_from_before_stays() {
        let addrs = addrs(&[FIRST.parse().unwrap()]);
        let mut peer = named(&addrs);
        check(&mut peer, FIRST).await;
        set(&addrs, None);
        tokio::time::advance(ADDRESS_TIME).await;
        check(&mut peer, FIRST).await;
        peer.forget();
        assert_eq!(peer.addr().await.unwrap_err(), "cannot resolve receiver.example: no resolver");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_resolver_holds_up_nothing_and_is_heard_when_it_answers() {
        let (answer, answers) = std::sync::mpsc::channel::<&str>();
        let answers = Mutex::new(answers);
        let resolver = Resolver::with(1, move |_, _| {
            let answer = answers.lock().recv().map_err(io::Error::other)?;
            Ok(vec![answer.parse().unwrap()])
        });
        let mut peer = Peer::with("receiver.example:162".parse().unwrap(), resolver);
        answer.send(FIRST).unwrap();
        check(&mut peer, FIRST).await;
        tokio::time::advance(ADDRESS_TIME).await;
        tokio::join!(check(&mut peer, FIRST), tokio::time::advance(RENEWAL_TIME + Duration::from_millis(1)));
        answer.send(SECOND).unwrap();
        while !peer.looking.as_ref().unwrap().is_finished() {
            tokio::task::yield_now().await;
        }
        check(&mut peer, SECOND).await;
    }
}
