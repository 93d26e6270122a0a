//! What is no state directory, and what is no store.

use std::{error::Error as _, fs, path::Path};

use redb::{Database, TableDefinition};

use crate::{STORE_FILE, State, StateError};

/// Opens what must be refused. The file has to stay as it is.
#[track_caller]
fn refused(directory: &Path) -> StateError {
    let before = fs::read(directory.join(STORE_FILE)).unwrap();
    let error = State::open(directory).unwrap_err();
    assert!(error.to_string().contains(STORE_FILE), "{error}");
    assert!(fs::read(directory.join(STORE_FILE)).unwrap() == before, "the file was written to");
    error
}

#[test]
fn a_store_belongs_to_one_process_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let state = State::open(directory.path()).unwrap();
    let error = State::open(directory.path()).unwrap_err();
    assert!(matches!(error, StateError::InUse { .. }) && error.to_string().starts_with("another process uses"));
    drop(state);
    State::open(directory.path()).unwrap();
}

#[test]
fn a_file_that_is_no_store_is_named_and_stays_as_it_is() {
    for content in [b"a text".to_vec(), vec![0; 100_000], vec![0xff; 4096], b"redb\x1a\x0a\xa9\x0d\x0a".repeat(2000)] {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(STORE_FILE), content).unwrap();
        assert!(matches!(refused(directory.path()), StateError::NotAStore { .. }));
    }
}

#[test]
fn the_store_of_another_program_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::create(directory.path().join(STORE_FILE)).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TableDefinition::<u64, u64>::new("theirs")).unwrap().insert(1, 1).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let error = State::open(directory.path()).unwrap_err();
    assert!(matches!(error, StateError::NotAStore { source: None, .. }), "{error}");
}

#[test]
fn the_store_of_a_newer_version_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    State::open(directory.path()).unwrap().commit(|batch| batch.set_number("format", 2)).unwrap();
    let error = State::open(directory.path()).unwrap_err();
    assert!(matches!(error, StateError::Newer { format: 2, .. }), "{error}");
}

#[test]
fn a_store_that_was_cut_off_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(State::open(directory.path()).unwrap());
    let whole = fs::read(directory.path().join(STORE_FILE)).unwrap();
    for length in [1, 100, 4096, whole.len() / 2] {
        fs::write(directory.path().join(STORE_FILE), &whole[..length]).unwrap();
        let error = State::open(directory.path()).unwrap_err();
        assert!(error.to_string().contains(STORE_FILE), "{error}: {:?}", error.source());
    }
}

#[test]
fn a_damaged_store_is_opened_as_it_was_or_refused_and_never_ends_the_process() {
    let directory = tempfile::tempdir().unwrap();
    drop(State::open(directory.path()).unwrap());
    let whole = fs::read(directory.path().join(STORE_FILE)).unwrap();
    for place in (0..64).chain((64..whole.len().min(64 << 10)).step_by(509)) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x55;
        let copy = tempfile::tempdir().unwrap();
        fs::write(copy.path().join(STORE_FILE), damaged).unwrap();
        match State::open(copy.path()) {
            Ok(state) => assert_eq!(state.identity().engine_id.len(), 17, "{place}"),
            Err(error) => assert!(error.to_string().contains(STORE_FILE), "{place}: {error}"),
        }
    }
}

#[cfg(unix)]
mod modes {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_state_directory_is_made_for_its_owner_only() {
        let above = tempfile::tempdir().unwrap();
        let directory = above.path().join("a/b");
        let _state = State::open(&directory).unwrap();
        assert_eq!((mode(&directory), mode(&directory.join(STORE_FILE))), (0o700, 0o600));
    }

    #[test]
    fn a_directory_for_the_state_alone_is_closed_to_others() {
        let above = tempfile::tempdir().unwrap();
        let directory = above.path().join("state");
        fs::create_dir(&directory).unwrap();
        for open in [0o755, 0o750, 0o711] {
            set_mode(&directory, open);
            drop(State::open(&directory).unwrap());
            assert_eq!(mode(&directory), 0o700);
        }
    }

    #[test]
    fn a_directory_that_others_need_is_refused_and_stays_open() {
        let above = tempfile::tempdir().unwrap();
        let directory = above.path().join("shared");
        fs::create_dir(&directory).unwrap();
        set_mode(&directory, 0o1777);
        assert!(matches!(State::open(&directory), Err(StateError::Shared { .. })), "an empty one for everybody");
        set_mode(&directory, 0o755);
        fs::write(directory.join("theirs"), "").unwrap();
        assert!(matches!(State::open(&directory), Err(StateError::Shared { .. })));
        assert_eq!(mode(&directory), 0o755);
        assert!(!directory.join(STORE_FILE).exists());
    }

    #[test]
    fn the_directory_of_another_user_is_refused() {
        let above = tempfile::tempdir().unwrap();
        let theirs = above.path().join("theirs");
        fs::create_dir(&theirs).unwrap();
        set_mode(&theirs, 0o700);
        if std::os::unix::fs::chown(&theirs, Some(65_534), None).is_err() {
            // Only root can give something away; for others it is the root directory that is not theirs.
            assert!(matches!(State::open(Path::new("/")), Err(StateError::NotOurs { .. })));
            return;
        }
        assert!(matches!(State::open(&theirs), Err(StateError::NotOurs { .. })));
        assert!(!theirs.join(STORE_FILE).exists());
    }

    #[test]
    fn a_link_in_place_of_the_store_is_refused() {
        let above = tempfile::tempdir().unwrap();
        let (directory, elsewhere) = (above.path().join("state"), above.path().join("elsewhere"));
        fs::create_dir(&directory).unwrap();
        set_mode(&directory, 0o700);
        std::os::unix::fs::symlink(&elsewhere, directory.join(STORE_FILE)).unwrap();
        assert!(matches!(State::open(&directory), Err(StateError::Store { .. })));
        assert!(!elsewhere.exists());
    }

    #[test]
    fn what_is_no_directory_is_refused() {
        let above = tempfile::tempdir().unwrap();
        let file = above.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(State::open(&file), Err(StateError::Directory { .. })));
    }
}
