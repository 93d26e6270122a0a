//! Records that are missing in the middle of a log.

use std::collections::BTreeMap;

use state::Table;

use super::{
    packed::Packer,
    reading::{self, Blocks},
    *,
};

/// Blocks by the number of their first record.
struct Fixed(BTreeMap<u64, Arc<[u8]>>, u64);

impl Blocks for Fixed {
    fn first(&self) -> u64 {
        1
    }

    fn last(&self) -> u64 {
        self.1
    }

    fn at_or_before(&self, number: u64) -> io::Result<Option<(u64, Arc<[u8]>)>> {
        Ok(self.0.range(..=number).next_back().map(|(number, octets)| (*number, Arc::clone(octets))))
    }

    fn begin_after(&self, number: u64) -> io::Result<Option<u64>> {
        Ok(self.0.range(number + 1..).next().map(|(number, _)| *number))
    }
}

/// The records of each block: of 10.0.0.1 and 10.0.0.2, in turn.
const BLOCK: u64 = 4;

/// So many blocks, of which some are missing, some are damaged altogether, and some in what only those meet who want
/// something of them.
fn blocks(count: u64, missing: &[u64], damaged: &[u64], without_json: &[u64]) -> Fixed {
    let mut packer = Packer::new().unwrap();
    let entries: Vec<_> = ["10.0.0.1", "10.0.0.2"].repeat(2).iter().map(|source| from(source, "1.3", None)).collect();
    let whole = packer.pack(&entries).unwrap().remove(0).octets;
    let blocks = (0..count).filter(|block| !missing.contains(block)).map(|block| {
        let mut octets = whole.clone();
        if damaged.contains(&block) {
            octets[0] = 77;
        }
        if without_json.contains(&block) {
            *octets.last_mut().unwrap() = 0xff;
        }
        (block * BLOCK + 1, octets.into())
    });
    Fixed(blocks.collect(), count * BLOCK)
}

/// Reads to the end. One line for each page: `after: missed, records, next`.
fn pages(blocks: &Fixed, wanted: &Filter) -> String {
    let (mut lines, mut after) = (Vec::new(), 0);
    while after < blocks.1 {
        let page = reading::read(blocks, after, wanted, 100).unwrap();
        assert!(page.next > after, "a reading gets on");
        let found = numbers(&page);
        assert!(found.first().is_none_or(|first| *first > after + page.missed));
        lines.push(format!("{after}: {} missed, {found:?}, next {}", page.missed, page.next));
        after = page.next;
    }
    lines.join("\n")
}

#[test]
fn what_is_missing_is_always_in_front_of_a_page() {
    let all = Filter::default();
    let second = Filter { sources: vec!["10.0.0.2/32".parse().unwrap()], ..Filter::default() };
    let nobody = Filter { sources: vec!["10.0.0.3/32".parse().unwrap()], ..Filter::default() };
    let check = |blocks: &Fixed, wanted: &Filter, expected: &[&str]| {
        assert_eq!(pages(blocks, wanted), expected.join("\n"));
    };
    let middle = ["0: 0 missed, [1, 2, 3, 4], next 4", "4: 4 missed, [9, 10, 11, 12], next 12"];
    check(&blocks(3, &[1], &[], &[]), &all, &middle);
    check(&blocks(3, &[], &[1], &[]), &all, &middle);
    check(&blocks(3, &[], &[], &[1]), &all, &middle);
    // Also where what was looked at before is not wanted.
    check(&blocks(3, &[], &[1], &[]), &nobody, &["0: 0 missed, [], next 4", "4: 4 missed, [], next 12"]);
    check(&blocks(3, &[], &[], &[1]), &nobody, &["0: 0 missed, [], next 12"]);
    check(&blocks(3, &[], &[], &[1]), &second, &["0: 0 missed, [2, 4], next 5", "5: 3 missed, [10, 12], next 12"]);
    // Neighbours are one gap.
    check(&blocks(4, &[0], &[1], &[2]), &all, &["0: 12 missed, [13, 14, 15, 16], next 16"]);
    check(&blocks(2, &[], &[1], &[]), &all, &["0: 0 missed, [1, 2, 3, 4], next 4", "4: 4 missed, [], next 8"]);
}

#[tokio::test]
async fn a_damaged_block_in_the_store_is_missed_and_the_others_are_read() {
    let directory = tempfile::tempdir().unwrap();
    let state = State::open(directory.path()).unwrap();
    let log = TrapLog::open(PLENTY, &state).unwrap();
    for _ in 0..3 {
        log.append(some(2)).await.unwrap();
    }
    state.commit(|batch| batch.insert(Table::new("trap-log"), 3, b"damage")).unwrap();
    let page = log.try_read(0, &Filter::default(), 100).await.unwrap();
    assert_eq!((numbers(&page), page.missed, page.next), (vec![1, 2], 0, 2));
    let page = log.try_read(2, &Filter::default(), 100).await.unwrap();
    assert_eq!((numbers(&page), page.missed, page.next), (vec![5, 6], 2, 6));
}
