//! A disk that is full for a while.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{
            AtomicU8,
            Ordering::{Relaxed, SeqCst},
        },
    },
    time::Duration,
};

use redb::{Builder, StorageBackend, backends::FileBackend};

use crate::{STORE_FILE, State, StateError, Table, store::Store};

const TABLE: Table = Table::new("table");

/// How a disk may be.
const WELL: u8 = 0;
/// No file can grow.
const FULL: u8 = 1;
/// Nothing can be written.
const READ_ONLY: u8 = 2;
/// Nothing can be read.
const UNREADABLE: u8 = 3;

/// A file on a disk that may be ill.
#[derive(Debug)]
struct Disk {
    file: FileBackend,
    ill: Arc<AtomicU8>,
}

impl Disk {
    fn well_but_for(&self, illness: &[u8]) -> io::Result<()> {
        if illness.contains(&self.ill.load(SeqCst)) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl StorageBackend for Disk {
    fn try_lock_range(
        &self,
        start: std::ops::Bound<u64>,
        end: std::ops::Bound<u64>,
    ) -> Result<bool, redb::BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn unlock_range(&self, start: std::ops::Bound<u64>, end: std::ops::Bound<u64>) -> Result<(), redb::BackendError> {
        self.file.unlock_range(start, end)
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.well_but_for(&[UNREADABLE])?;
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.well_but_for(&[FULL, READ_ONLY])?;
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.well_but_for(&[READ_ONLY])?;
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }
}

/// A store on a disk that may be ill.
fn store(directory: &Path, ill: &Arc<AtomicU8>, pause: Duration) -> Result<State, StateError> {
    let path = directory.join(STORE_FILE);
    let (file, ill) = (path.clone(), Arc::clone(ill));
    let open = move || {
        let file = std::fs::File::options().read(true).write(true).create(true).truncate(false).open(&file)?;
        Builder::new().create_with_backend(Disk { file: FileBackend::new(file)?, ill: Arc::clone(&ill) })
    };
    State::with(Store::with(path, Box::new(open), pause)?)
}

const LONG: Duration = Duration::from_secs(3600);

fn last(state: &State) -> Result<Option<u64>, StateError> {
    Ok(state.view()?.at_or_before(TABLE, u64::MAX)?.map(|(number, _)| number))
}

/// More than a file has room for.
fn append(state: &State, number: u64) -> Result<(), StateError> {
    state.commit(|batch| batch.insert(TABLE, number, &vec![7; 10 << 20]))
}

#[test]
fn a_full_disk_is_an_error_and_over_when_there_is_room_again() {
    for illness in [FULL, READ_ONLY] {
        let directory = tempfile::tempdir().unwrap();
        let ill = Arc::new(AtomicU8::new(WELL));
        let state = store(directory.path(), &ill, Duration::ZERO).unwrap();
        append(&state, 1).unwrap();
        ill.store(illness, SeqCst);
        for _ in 0..3 {
            let error = append(&state, 2).unwrap_err();
            assert!(error.to_string().contains(STORE_FILE), "{error}");
        }
        ill.store(WELL, SeqCst);
        assert_eq!(last(&state).unwrap(), Some(1), "nothing of what failed is there");
        append(&state, 2).unwrap();
        assert_eq!(last(&state).unwrap(), Some(2));
        drop(state);
        let state = store(directory.path(), &ill, Duration::ZERO).unwrap();
        assert_eq!(state.identity().boots, 2, "opening the store anew is no start");
    }
}

#[test]
fn while_the_disk_is_full_everything_can_be_read_at_any_time() {
    let directory = tempfile::tempdir().unwrap();
    let ill = Arc::new(AtomicU8::new(WELL));
    let state = store(directory.path(), &ill, LONG).unwrap();
    append(&state, 1).unwrap();
    let before = state.view().unwrap();
    ill.store(FULL, SeqCst);
    assert!(matches!(append(&state, 2), Err(StateError::Store { .. })));
    for _ in 0..3 {
        assert!(matches!(append(&state, 2), Err(StateError::Recovering { .. })), "changes have to wait");
        assert_eq!(last(&state).unwrap(), Some(1));
    }
    // A view that was open before may end with its opening, or have in memory what it needs. It is no sign of anything.
    let _ = before.at_or_before(TABLE, 1);
    assert_eq!(last(&state).unwrap(), Some(1));
}

#[test]
fn a_store_that_cannot_be_read_is_left_alone_for_a_while() {
    let directory = tempfile::tempdir().unwrap();
    let ill = Arc::new(AtomicU8::new(WELL));
    drop(store(directory.path(), &ill, LONG).unwrap());
    let state = store(directory.path(), &ill, LONG).unwrap();
    state.commit(|batch| (1..=9).try_for_each(|number| batch.insert(TABLE, number, &[7; 100_000]))).unwrap();
    // Opened anew, so that nothing of it is in memory.
    ill.store(FULL, SeqCst);
    assert!(append(&state, 10).is_err());
    ill.store(UNREADABLE, SeqCst);
    assert!(matches!(last(&state), Err(StateError::Store { .. })));
    ill.store(WELL, SeqCst);
    assert!(matches!(last(&state), Err(StateError::Recovering { .. })));
    assert!(matches!(append(&state, 10), Err(StateError::Recovering { .. })));
}

#[test]
fn whoever_changes_their_mind_does_no_harm() {
    let directory = tempfile::tempdir().unwrap();
    let state = store(directory.path(), &Arc::new(AtomicU8::new(WELL)), LONG).unwrap();
    append(&state, 1).unwrap();
    let before = state.view().unwrap();
    let refused: Result<(), _> = state.commit(|batch| {
        batch.insert(TABLE, 2, b"two")?;
        Err(StateError::Shared { path: "anything".into() })
    });
    assert!(matches!(refused, Err(StateError::Shared { .. })));
    append(&state, 2).unwrap();
    assert_eq!(before.at_or_before(TABLE, 9).unwrap().unwrap().0, 1, "the store was not closed");
}

#[test]
fn a_failed_assertion_is_an_error_and_the_store_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let state = store(directory.path(), &Arc::new(AtomicU8::new(WELL)), Duration::ZERO).unwrap();
    append(&state, 1).unwrap();
    let before = state.view().unwrap();
    let failed = state.commit::<()>(|batch| {
        batch.insert(TABLE, 2, b"two")?;
        panic!("damage")
    });
    assert!(matches!(failed, Err(StateError::Panicked { .. })));
    drop(before);
    assert_eq!(last(&state).unwrap(), Some(1));
    append(&state, 2).unwrap();
    assert_eq!(last(&state).unwrap(), Some(2));
}

#[test]
fn somebody_who_is_busy_with_a_store_that_failed_is_not_another_process() {
    let directory = tempfile::tempdir().unwrap();
    let ill = Arc::new(AtomicU8::new(WELL));
    let state = store(directory.path(), &ill, Duration::ZERO).unwrap();
    let tries = AtomicU8::new(0);
    state
        .commit(|batch| {
            batch.insert(TABLE, 1, b"one")?;
            // A reader meets an error in the middle of a change.
            let view = state.view()?;
            view.store.could_not_read(view.opening, &view.store.error(redb::Error::PreviousIo));
            for _ in 0..3 {
                assert!(matches!(state.view(), Err(StateError::Recovering { .. })));
                tries.fetch_add(1, Relaxed);
            }
            Ok(())
        })
        .unwrap();
    assert_eq!((tries.into_inner(), last(&state).unwrap()), (3, Some(1)));
}
