//! How many notifications may come, from one source and from all: token buckets.
//!
//! A bucket is the time at which it will be full again, and nothing else (the generic cell rate algorithm). A source's
//! own bucket is asked before anything is read. The one for all is asked last, for messages of senders who may send:
//! whoever forges sources and has no community or password takes nothing from it. Pure: what time it is comes in as an
//! argument.
//!
//! By hand, and not governor: a bucket is one number in a table that is bounded and forgets, where governor's keyed store
//! grows with every address that somebody forges until it is swept.

use std::{
    hash::RandomState,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use hashlink::LruCache;

use super::stats::Refusal;

/// The buckets of all sources, and the one for all.
#[derive(Debug)]
pub(super) struct Rates {
    source: Rate,
    /// Hashed with a secret key, as anybody can forge addresses.
    sources: LruCache<IpAddr, Bucket, RandomState>,
    total: Rate,
    all: Bucket,
}

/// How fast a bucket fills, and what it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Nanoseconds from one notification to the next.
    interval: u64,
    /// How long before it is full a bucket has one left; none where nothing may come at all.
    tolerance: Option<u64>,
}

/// A bucket: when it is full again, in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket(u64);

impl Rates {
    /// Remembers the buckets of so many sources, of one at least.
    pub(super) fn new(source: Rate, sources: usize, total: Rate) -> Self {
        Self {
            source,
            sources: LruCache::with_hasher(sources.max(1), RandomState::new()),
            total,
            all: Bucket::default(),
        }
    }

    /// Takes one datagram out of its source's bucket, if there is one left. `now` counts from any time that stays the
    /// same.
    pub(super) fn take_of_source(&mut self, source: IpAddr, now: Duration) -> Result<(), Refusal> {
        let now = nanoseconds(now);
        let source = rate_key(source);
        let may = match self.sources.get_mut(&source) {
            Some(bucket) => bucket.take(self.source, now),
            None => {
                let mut bucket = Bucket::default();
                let may = bucket.take(self.source, now);
                self.sources.insert(source, bucket);
                may
            }
        };
        if may { Ok(()) } else { Err(Refusal::SourceRate) }
    }

    /// Takes one notification out of the bucket for all, if there is one left.
    pub(super) fn take_of_all(&mut self, now: Duration) -> Result<(), Refusal> {
        if self.all.take(self.total, nanoseconds(now)) { Ok(()) } else { Err(Refusal::TotalRate) }
    }
}

/// What counts as one source: an address of IPv4, and a network of 64 bits of IPv6, of which one host may have all
/// addresses (RFC 4291 section 2.5.4).
pub(super) fn rate_key(source: IpAddr) -> IpAddr {
    match source {
        IpAddr::V4(_) => source,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & NETWORK).into(),
    }
}

/// The bits of an address of IPv6 that name its network.
const NETWORK: u128 = !(u64::MAX as u128);

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Rate {
    /// So many in a second on average, and so many at once. Where either is 0, nothing may come.
    pub(super) fn new(per_second: u32, burst: u32) -> Self {
        let interval = NANOSECONDS.checked_div(u64::from(per_second));
        let tolerance = burst.checked_sub(1).zip(interval).map(|(more, interval)| u64::from(more) * interval);
        Self { interval: interval.unwrap_or(0), tolerance }
    }
}

const NANOSECONDS: u64 = 1_000_000_000;

impl Bucket {
    fn take(&mut self, rate: Rate, now: u64) -> bool {
        let full_at = self.0.max(now);
        let may = rate.tolerance.is_some_and(|tolerance| full_at - now <= tolerance);
        if may {
            self.0 = full_at.saturating_add(rate.interval);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const B: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    /// Lets so many come at that millisecond; shows how many may, and what stopped the first that may not.
    #[track_caller]
    fn check(rates: &mut Rates, source: IpAddr, count: usize, millisecond: u64, expected: (usize, Option<Refusal>)) {
        let taken: Vec<_> = (0..count)
            .map(|_| {
                let now = Duration::from_millis(millisecond);
                rates.take_of_source(source, now).and_then(|()| rates.take_of_all(now))
            })
            .collect();
        let may = taken.iter().filter(|taken| taken.is_ok()).count();
        assert_eq!((may, taken.into_iter().find_map(Result::err)), expected);
    }

    #[test]
    fn a_source_has_its_burst_and_then_its_rate() {
        let mut rates = Rates::new(Rate::new(50, 200), 10, Rate::new(1_000_000, 1_000_000));
        check(&mut rates, A, 300, 0, (200, Some(Refusal::SourceRate)));
        check(&mut rates, A, 5, 19, (0, Some(Refusal::SourceRate)));
        check(&mut rates, A, 5, 20, (1, Some(Refusal::SourceRate)));
        check(&mut rates, A, 60, 1_020, (50, Some(Refusal::SourceRate)));
        check(&mut rates, A, 300, 100_000, (200, Some(Refusal::SourceRate)));
    }

    #[test]
    fn a_storm_takes_nothing_from_others() {
        let mut rates = Rates::new(Rate::new(50, 200), 10, Rate::new(1_000, 250));
        check(&mut rates, A, 50_000, 0, (200, Some(Refusal::SourceRate)));
        check(&mut rates, B, 50, 0, (50, None));
        check(&mut rates, B, 1, 0, (0, Some(Refusal::TotalRate)));
    }

    #[test]
    fn all_addresses_of_a_network_of_ipv6_are_one_source() {
        let mut rates = Rates::new(Rate::new(1, 2), 10, Rate::new(1_000, 250));
        for (source, expected) in [
            ("2001:db8::1", (1, None)),
            ("2001:db8::ffff:0:0:9", (1, None)),
            ("2001:db8::2", (0, Some(Refusal::SourceRate))),
            ("2001:db8:0:1::1", (1, None)),
        ] {
            check(&mut rates, source.parse().unwrap(), 1, 0, expected);
        }
        assert_eq!(rate_key(A), A);
    }

    #[test]
    fn zero_is_nothing() {
        check(&mut Rates::new(Rate::new(0, 9), 10, Rate::new(9, 9)), A, 9, 0, (0, Some(Refusal::SourceRate)));
        check(&mut Rates::new(Rate::new(9, 0), 10, Rate::new(9, 9)), A, 9, 0, (0, Some(Refusal::SourceRate)));
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_the_rate(
            per_second in 1..1_000u32,
            burst in 1..50u32,
            steps in prop::collection::vec(0..200u64, 1..300),
        ) {
            let mut bucket = Bucket::default();
            let rate = Rate::new(per_second, burst);
            let (mut now, mut taken) = (0, 0u64);
            for milliseconds in steps {
                now += milliseconds;
                taken += u64::from(bucket.take(rate, now * 1_000_000));
                let max = u64::from(burst) + now * u64::from(per_second) / 1_000 + 1;
                prop_assert!(taken <= max, "{} of {}", taken, max);
            }
        }
    }
}
