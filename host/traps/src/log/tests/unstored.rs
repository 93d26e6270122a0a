//! Records that cannot be stored for a while.

use tokio::time::timeout;

use super::*;

/// What somebody gets who follows the log: numbers, and `None` for what is not stored.
async fn followed(log: &TrapLog, position: &mut ReadPosition) -> Vec<Option<u64>> {
    let mut found = Vec::new();
    loop {
        let page = log.follow(*position, &Filter::default(), 3).await.unwrap();
        assert_eq!((page.missed, page.dropped), (0, 0));
        if page.next == *position {
            return found;
        }
        found.extend(page.entries.iter().map(Entry::number));
        *position = page.next;
    }
}

#[tokio::test]
async fn what_is_not_stored_is_followed_from_memory_and_gets_the_next_numbers() {
    let (_directory, logs) = both(PLENTY);
    for log in logs {
        log.append(some(2)).await.unwrap();
        let (mut early, mut late) = (ReadPosition::default(), ReadPosition::default());
        assert_eq!(followed(&log, &mut early).await, [Some(1), Some(2)]);
        assert_eq!(log.keep_unstored(&some(4)), 0);
        assert_eq!((log.unstored().records, log.last(), log.settled()), (4, 2, 0));
        timeout(std::time::Duration::from_secs(60), log.wait_beyond(early)).await.unwrap();
        assert_eq!(followed(&log, &mut early).await, [None; 4]);

        assert!(log.store_unstored().await.unwrap());
        assert!(!log.store_unstored().await.unwrap());
        assert_eq!((log.unstored().records, log.last(), log.settled()), (0, 6, 4));
        log.append(some(1)).await.unwrap();
        assert_eq!(followed(&log, &mut early).await, [Some(7)], "what it had from memory is not given again");
        assert_eq!(followed(&log, &mut late).await, (1..=7).map(Some).collect::<Vec<_>>());
        // Who comes back to a number has nothing else.
        let mut back = log.position_after(4);
        assert_eq!(followed(&log, &mut back).await, [Some(5), Some(6), Some(7)]);
        let mut new = log.end();
        assert_eq!(followed(&log, &mut new).await, []);
    }
}

#[tokio::test]
async fn what_was_stored_after_a_while_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let open = || TrapLog::open(PLENTY, &State::open(directory.path()).unwrap()).unwrap();
    let log = open();
    log.keep_unstored(&some(2_000));
    while log.store_unstored().await.unwrap() {}
    assert_eq!(log.last(), 2_000);
    drop(log);
    let log = open();
    assert_eq!(all(&log, &Filter::default()).await, ((1..=2_000).collect(), 0));
    assert_eq!(log.end(), ReadPosition { number: 2_000, unstored: 0 });
}

#[tokio::test]
async fn who_follows_is_told_what_memory_had_no_room_for() {
    let (_directory, logs) = both(LogOptions { unstored_bytes: 1_000, ..PLENTY });
    for log in logs {
        log.keep_unstored(&some(100));
        let dropped = log.unstored().dropped;
        assert!(dropped > 0 && log.unstored().bytes <= 1_000, "{:?}", log.unstored());
        let page = log.follow(ReadPosition::default(), &Filter::default(), 1_000).await.unwrap();
        assert_eq!((page.dropped, page.entries.len() as u64), (dropped, 100 - dropped));
        while log.store_unstored().await.unwrap() {}
        assert_eq!(all(&log, &Filter::default()).await.0, (1..=100 - dropped).collect::<Vec<_>>(), "no holes");
    }
}
