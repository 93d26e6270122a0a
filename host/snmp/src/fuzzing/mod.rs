//! What the fuzz targets of `fuzz/` run: parsers and walks, fed with octets, and what must hold for whatever comes.
//!
//! Each function panics where a promise is broken. The same octets do the same: there is no I/O, and what time it is
//! and which salts there are changes nothing.

mod version_3;

use std::{
    collections::HashSet,
    net::SocketAddr,
    time::{Duration, Instant},
};

pub use self::version_3::version_3_messages;
use crate::{
    BulkUse, Oid, OnNonIncreasing, RequestError, RequestOptions, StopReason, Value, Varbind,
    ber::{DecodeError, Reader, Writer},
    message::{Envelope, Security},
    pdu::{ErrorStatus, Request, Response},
    profile::Capabilities,
    table::Join,
    walk::Walk,
};

/// Reads octets as elements and as varbinds. What can be read is the same after it was written.
pub fn ber(octets: &[u8]) {
    let mut elements = Reader::new(octets);
    while elements.element().is_ok() {}
    let mut integers = Reader::new(octets);
    while integers.integer().is_ok() {}
    let mut varbinds = Reader::new(octets);
    while let Ok(varbind) = varbinds.varbind() {
        let mut writer = Writer::default();
        writer.varbind(&varbind);
        assert_eq!(Reader::new(&writer.finish()).varbind().as_ref(), Ok(&varbind), "written and read again");
    }
}

/// Reads octets as the content of a Response-PDU.
pub fn pdu(octets: &[u8]) {
    if let Ok(response) = Response::read(octets) {
        assert!(
            response.error_status == ErrorStatus::NO_ERROR || response.varbinds.is_empty(),
            "errors have no varbinds"
        );
        assert!(response.varbinds.len() <= octets.len() / 2, "no more varbinds than octets");
    }
}

/// Reads octets as an answer to somebody of each version and level of security, and as one to a discovery.
pub fn message(octets: &[u8]) {
    version_3::open(octets);
    let Ok(envelope) = Envelope::read(octets) else { return };
    let now = Instant::now();
    let _ = Security::Discovery.open(&envelope, now);
    for version in [0, 1] {
        let _ = Security::Community { version, community: "public".into() }.open(&envelope, now);
    }
}

/// Plays a walk whose agent answers as the octets say, and then that nothing follows.
///
/// The first octets are options; then each request takes what its answer needs. However it is answered, the walk
/// ends, asks no more often than its bounds allow, and gives no row twice, nor out of order unless it is to.
pub fn walk(octets: &[u8]) {
    let mut octets = Octets(octets);
    let columns = u32::from(octets.next() % 5) + 1;
    let lanes = usize::from(octets.next() % 4) + 1;
    let flags = octets.next();
    let options = RequestOptions {
        on_non_increasing: if flags & 1 == 0 { OnNonIncreasing::Stop } else { OnNonIncreasing::Continue },
        bulk: if flags & 2 == 0 { BulkUse::Auto } else { BulkUse::Never },
        max_rows: u64::from(octets.next() % 64),
        max_bytes: 10_000,
        max_seen_names: usize::from(octets.next()),
        max_repetitions_ceiling: u16::from(octets.next()),
        ..RequestOptions::default()
    };
    let roots: Vec<Oid> = (1..=columns).map(|column| Oid::from([1, 5, column])).collect();
    // Each larger answer may be doubted once, and each name in it asked by itself.
    let max = (options.max_rows + 2) * u64::from(columns) * 4 + 60 + 2 * u64::from(options.max_repetitions_ceiling);

    let mut agent = Capabilities::new(flags & 4 == 0);
    agent.is_alive = flags & 8 == 0;
    let peer = SocketAddr::from(([192, 0, 2, 1], 161));
    let mut walk = Walk::new(peer, roots.clone(), options.clone());
    let mut join = Join::new(roots.len(), options.on_non_increasing);
    let mut indexes = Vec::new();
    let (mut asks, mut requests) = (Vec::new(), 0);
    loop {
        let live: Vec<bool> = (0..roots.len()).map(|column| walk.is_live(column)).collect();
        let held = join.held(&live, 3);
        while let Some(ask) = walk.ask(lanes, &mut agent, |column| held.get(column).is_some_and(|held| *held)) {
            asks.push(ask);
        }
        if asks.is_empty() {
            assert!(walk.is_stopped() || !live.contains(&true), "a column is left that is not asked for");
            break;
        }
        let ask = asks.remove(usize::from(octets.next()) % asks.len());
        requests += 1;
        assert!(requests <= max, "more than {max} requests");
        match octets.answer(&ask.request, peer) {
            Ok(response) => {
                let size = 60 + 20 * response.varbinds.len();
                walk.answered(&ask, response, size, &mut agent, |column, Varbind { name, value }| {
                    let index = roots.get(column).and_then(|root| name.strip_prefix(root));
                    let index = index.and_then(|index| Oid::new(index).ok());
                    assert!(index.is_some(), "{name} is in another column");
                    join.push(column, index.unwrap_or_default(), value);
                });
            }
            Err(error) => walk.failed(&ask, error, &mut agent),
        }
        if walk.is_stopped() {
            asks.clear();
        }
        let live = (0..roots.len()).map(|column| walk.is_live(column)).collect();
        indexes.extend(join.rows(live).into_iter().map(|row| row.index));
    }
    indexes.extend(join.rows(vec![false; roots.len()]).into_iter().map(|row| row.index));
    if options.on_non_increasing == OnNonIncreasing::Stop {
        assert!(indexes.is_sorted(), "rows are in order");
    }
    let count = indexes.len();
    assert_eq!(indexes.into_iter().collect::<HashSet<Oid>>().len(), count, "no row comes twice");
    let is_over = |reason: &StopReason| matches!(reason, StopReason::RowLimit { .. } | StopReason::ByteLimit { .. });
    let stopped = walk.stopped();
    assert!(!stopped.is_some_and(|(reason, _)| is_over(&reason)) || walk.is_stopped(), "a bound stops the walk");
}

/// What is left of the input. Zeros behind its end.
struct Octets<'a>(&'a [u8]);

impl Octets<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn answer(&mut self, request: &Request, peer: SocketAddr) -> Result<Response, RequestError> {
        let malformed = |error| RequestError::Malformed { peer, reason: error };
        let mut response =
            Response { request_id: 1, error_status: ErrorStatus::NO_ERROR, error_index: 0, varbinds: Vec::new() };
        match self.next() {
            0 => {
                let end = |name: &Oid| Varbind { name: name.clone(), value: Value::EndOfMibView };
                response.varbinds = request.names.iter().map(end).collect();
            }
            1 => {
                return Err(RequestError::Timeout { peer, attempts: 1, waited: Duration::from_secs(1), clue: None });
            }
            2 => return Err(malformed(DecodeError::Truncated)),
            3 => {
                response.error_status = ErrorStatus(i32::from(self.next()));
                response.error_index = i32::from(self.next()) - 1;
            }
            4 => {
                let length = usize::from(self.next()).min(self.0.len());
                let (content, rest) = self.0.split_at(length);
                self.0 = rest;
                return Response::read(content).map_err(malformed);
            }
            count => {
                response.varbinds = (5..count.min(60)).map(|place| self.varbind(request, usize::from(place))).collect();
            }
        }
        Ok(response)
    }

    /// A varbind near a name that was asked for, or anywhere.
    fn varbind(&mut self, request: &Request, place: usize) -> Varbind {
        let asked = request.names.get(place % request.names.len().max(1));
        let arcs = asked.map_or(&[][..], |name| name.arcs());
        let column = arcs.get(2).copied().unwrap_or(1);
        let row = arcs.get(3).copied().unwrap_or(0);
        let step = self.next();
        let name = match step {
            250.. => Oid::from([1, 4]),
            240.. => Oid::from([1, 6, 1]),
            220.. => Oid::from([1, 5, u32::from(step - 220), u32::from(self.next())]),
            200.. => Oid::from([1, 5, column, u32::from(self.next())]),
            180.. => Oid::from([1, 5, column, row, u32::from(self.next())]),
            _ => Oid::from([1, 5, column, row.saturating_add(u32::from(step))]),
        };
        let value = match self.next() {
            0 => Value::EndOfMibView,
            1 => Value::NoSuchInstance,
            2 => Value::Null,
            _ => Value::Integer(1),
        };
        Varbind { name, value }
    }
}
