//! Numbers, and what is forgotten.

use super::*;

#[tokio::test]
async fn records_are_numbered_from_one_without_holes() {
    let (_directory, logs) = both(PLENTY);
    for log in logs {
        assert_eq!((log.last(), log.stats()), (0, LogStats { first: 1, ..LogStats::default() }));
        assert_eq!(log.append(vec![]).await.unwrap(), 0);
        assert_eq!(log.append(some(2)).await.unwrap(), 2);
        assert_eq!(log.append(some(300)).await.unwrap(), 302);
        let (found, missed) = all(&log, &Filter::default()).await;
        assert_eq!((found, missed), ((1..=302).collect(), 0));
        let stats = log.stats();
        assert_eq!((stats.first, stats.last, stats.records, stats.forgotten), (1, 302, 302, 0));
        assert!(stats.bytes > 0);
    }
}

#[tokio::test]
async fn a_record_has_its_number_in_front() {
    let (_directory, logs) = both(PLENTY);
    for log in logs {
        let facts = from("::1", "1.3", Some(Severity::Notice)).facts;
        let new = ["{}", r#"{"é":1}"#].map(|json| NewEntry { json: json.to_owned(), facts: facts.clone() });
        log.append(new.to_vec()).await.unwrap();
        let page = log.read(0, &Filter::default(), 10).await;
        let shown: Vec<&str> = page.entries.iter().map(|entry| &*entry.json).collect();
        assert_eq!(shown, [r#"{"number":1,"stored":true}"#, r#"{"number":2,"stored":true,"é":1}"#]);
        assert_eq!(page.entries[1].facts, facts);
        assert_eq!(log.get(2).await.as_ref(), page.entries.get(1));
        assert_eq!((log.get(0).await, log.get(3).await, log.get(u64::MAX).await), (None, None, None));
    }
}

#[tokio::test]
async fn beyond_the_bound_on_records_exactly_the_oldest_are_forgotten() {
    let (_directory, logs) = both(LogOptions { records: 5, ..PLENTY });
    for log in logs {
        for (count, kept) in [(3, 1..=3), (3, 2..=6), (1, 3..=7), (300, 303..=307), (1, 304..=308)] {
            log.append(some(count)).await.unwrap();
            let (found, missed) = all(&log, &Filter::default()).await;
            let stats = log.stats();
            assert_eq!((stats.first, stats.last, stats.records), (*kept.start(), *kept.end(), found.len() as u64));
            assert_eq!((missed, stats.forgotten), (kept.start() - 1, kept.start() - 1));
            assert_eq!(log.get(kept.start() - 1).await, None);
            assert_eq!(found, kept.collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn beyond_the_bound_on_octets_the_oldest_blocks_are_forgotten() {
    let (_directory, logs) = both(LogOptions { bytes: 10_000, ..PLENTY });
    for log in logs {
        for _ in 0..300 {
            log.append(some(1)).await.unwrap();
            assert!(log.stats().bytes <= 10_000);
        }
        let stats = log.stats();
        assert!(stats.records > 20 && stats.first > 1, "{stats:?}");
        let (found, missed) = all(&log, &Filter::default()).await;
        assert_eq!((found, missed), ((stats.first..=300).collect(), stats.first - 1));
    }
}

#[tokio::test]
async fn a_log_without_room_for_anything_counts_on() {
    let (_directory, logs) = both(LogOptions { bytes: 10, ..PLENTY });
    for log in logs {
        assert_eq!(log.append(some(3)).await.unwrap(), 3);
        assert_eq!(log.append(some(1)).await.unwrap(), 4);
        let expected = LogStats { first: 5, last: 4, records: 0, bytes: 0, forgotten: 4 };
        assert_eq!(log.stats(), expected);
        assert_eq!(log.try_read(1, &Filter::default(), 9).await.unwrap(), Page { missed: 3, next: 4, entries: vec![] });
    }
}
