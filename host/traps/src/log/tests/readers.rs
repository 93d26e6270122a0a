//! Readers: where they go on, what they missed, what they wanted.

use tokio::time::timeout;

use super::*;

#[tokio::test]
async fn a_reader_goes_on_where_it_ended() {
    let (_directory, logs) = both(PLENTY);
    for log in logs {
        log.append(some(5)).await.unwrap();
        log.append(some(5)).await.unwrap();
        let mut after = 0;
        for expected in [vec![1, 2, 3], vec![4, 5, 6], vec![7, 8, 9], vec![10], vec![]] {
            let page = log.read(after, &Filter::default(), 3).await;
            assert_eq!((numbers(&page), page.missed), (expected, 0));
            after = page.next;
        }
        assert_eq!(after, 10);
        let beyond = log.read(u64::MAX, &Filter::default(), 3).await;
        assert_eq!(beyond, Page { next: 10, ..Page::default() });
        assert_eq!(log.read(3, &Filter::default(), 0).await, Page { next: 3, ..Page::default() });
    }
}

#[tokio::test]
async fn a_reader_who_was_away_is_told_once_how_many_it_missed() {
    let (_directory, logs) = both(LogOptions { records: 3, ..PLENTY });
    for log in logs {
        for _ in 0..10 {
            log.append(some(1)).await.unwrap();
        }
        let nothing = Filter { sources: vec!["192.0.2.0/24".parse().unwrap()], ..Filter::default() };
        let page = log.read(2, &nothing, 1).await;
        assert_eq!((page.missed, page.next, page.entries.len()), (5, 10, 0));
        let page = log.read(2, &Filter::default(), 1).await;
        assert_eq!((page.missed, page.next, numbers(&page)), (5, 8, vec![8]));
        let page = log.read(page.next, &Filter::default(), 9).await;
        assert_eq!((page.missed, numbers(&page)), (0, vec![9, 10]));
    }
}

#[tokio::test]
async fn a_reader_gets_what_it_wants_and_goes_past_the_rest() {
    let (_directory, logs) = both(PLENTY);
    for log in logs {
        let new = vec![
            from("10.0.0.1", "1.3.6.1.6.3.1.1.5.3", Some(Severity::Warning)),
            from("10.0.0.2", "1.3.6.1.6.3.1.1.5.4", Some(Severity::Notice)),
            from("fd00::1", "1.3.6.1.4.1.9.9.43.2.0.1", None),
        ];
        log.append(new.clone()).await.unwrap();
        log.append(new).await.unwrap();
        for (wanted, expected) in [
            (Filter { sources: vec!["fd00::/8".parse().unwrap()], ..Filter::default() }, vec![3, 6]),
            (Filter { oids: vec!["1.3.6.1.6".parse().unwrap()], ..Filter::default() }, vec![1, 2, 4, 5]),
            (Filter { severity: Some(Severity::Warning), ..Filter::default() }, vec![1, 4]),
        ] {
            let page = log.read(0, &wanted, 10).await;
            assert_eq!((numbers(&page), page.next), (expected, 6));
        }
    }
}

#[tokio::test]
async fn one_reading_is_bounded_and_says_where_to_go_on() {
    let (_directory, logs) = both(PLENTY);
    let nothing = Filter { oids: vec!["2".parse().unwrap()], ..Filter::default() };
    for log in logs {
        for _ in 0..70 {
            log.append(some(1)).await.unwrap();
        }
        let page = log.read(0, &nothing, 1).await;
        assert_eq!((page.next, page.entries.len(), page.missed), (64, 0, 0));
        assert_eq!(log.read(page.next, &nothing, 1).await.next, 70);

        let large = || NewEntry { json: format!(r#"{{"x":"{}"}}"#, "x".repeat(1 << 20)), ..some(1).remove(0) };
        log.append(vec![large(), large(), large()]).await.unwrap();
        assert_eq!(numbers(&log.read(70, &Filter::default(), 100).await), [71, 72]);
    }
}

#[tokio::test]
async fn who_waits_is_woken_by_the_next_record() {
    let (_directory, logs) = both(PLENTY);
    for log in logs {
        log.append(some(1)).await.unwrap();
        log.wait_after(0).await;
        let waits = async {
            log.wait_after(1).await;
            log.last()
        };
        let (last, appended) = tokio::join!(waits, log.append(some(2)));
        assert_eq!((last, appended.unwrap()), (3, 3));
        assert!(timeout(std::time::Duration::ZERO, log.wait_after(3)).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_at_the_same_time_are_all_stored_and_each_stays_together() {
    let (_directory, logs) = both(PLENTY);
    for log in logs {
        let appends = (0..100_u8).map(|source| {
            let log = log.clone();
            tokio::spawn(async move {
                let entry = from(&format!("10.0.0.{source}"), "1.3", None);
                (source, log.append(vec![entry.clone(), entry]).await.unwrap())
            })
        });
        for append in appends.collect::<Vec<_>>() {
            let (source, last) = append.await.unwrap();
            for number in [last - 1, last] {
                assert_eq!(log.get(number).await.unwrap().facts.source, IpAddr::from([10, 0, 0, source]));
            }
        }
        assert_eq!(all(&log, &Filter::default()).await.0, (1..=200).collect::<Vec<_>>());
    }
}
