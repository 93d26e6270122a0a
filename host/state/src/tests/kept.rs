//! What outlives the process.

use std::fs;

use secrecy::ExposeSecret as _;

use crate::{Batch, Identity, STORE_FILE, State, StateError, Table, identity, store::Store};

const TABLE: Table = Table::new("table");

#[test]
fn an_engine_keeps_its_id_and_counts_its_boots() {
    let directory = tempfile::tempdir().unwrap();
    let first = State::open(directory.path()).unwrap().identity().clone();
    let second = State::open(directory.path()).unwrap().identity().clone();
    assert_eq!((first.engine_id.len(), first.boots, second.boots), (17, 1, 2));
    assert!(first.engine_id.starts_with(&[0x80, 0, 0, 0, 5]));
    assert_eq!(first.engine_id, second.engine_id);
    let other = tempfile::tempdir().unwrap();
    assert_ne!(State::open(other.path()).unwrap().identity().engine_id, first.engine_id);
}

#[test]
fn an_installation_keeps_its_secret_and_shows_it_to_nobody() {
    let secret_of =
        |directory: &tempfile::TempDir| State::open(directory.path()).unwrap().secret().expose_secret().to_vec();
    let (directory, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let secret = secret_of(&directory);
    assert_eq!(secret.len(), 32);
    assert_eq!(secret_of(&directory), secret);
    assert_ne!(secret_of(&other), secret);
    let shown = format!("{:?}", State::open(directory.path()).unwrap());
    assert!(!shown.contains(&format!("{secret:?}")) && shown.contains("REDACTED"), "{shown}");
}

#[test]
fn a_store_of_a_version_without_a_secret_gets_one() {
    let directory = tempfile::tempdir().unwrap();
    let before = Store::open(directory.path().join(STORE_FILE)).unwrap().commit(identity::next_boot).unwrap();
    let open = || State::open(directory.path()).unwrap();
    let state = open();
    let secret = state.secret().expose_secret().to_vec();
    assert_eq!((&state.identity().engine_id, secret.len()), (&before.engine_id, 32));
    drop(state);
    assert_eq!(open().secret().expose_secret(), secret);
}

#[test]
fn boots_stay_at_the_most_that_there_can_be() {
    let directory = tempfile::tempdir().unwrap();
    let max = u64::from(Identity::MAX_BOOTS);
    State::open(directory.path()).unwrap().commit(|batch| batch.set_number("boots", max - 1)).unwrap();
    for _ in 0..2 {
        assert_eq!(State::open(directory.path()).unwrap().identity().boots, Identity::MAX_BOOTS);
    }
}

#[test]
fn cursors_are_there_again_after_the_state_was_dropped() {
    let directory = tempfile::tempdir().unwrap();
    let state = State::open(directory.path()).unwrap();
    assert_eq!(state.cursor("a"), None);
    state.set_cursor("a", 7);
    state.set_cursor("b", 1);
    state.set_cursor("a", 8);
    assert_eq!(state.cursor("a"), Some(8));
    drop(state);
    let state = State::open(directory.path()).unwrap();
    assert_eq!((state.cursor("a"), state.cursor("b"), state.cursor("boots")), (Some(8), Some(1), None));
}

#[test]
fn what_a_transaction_has_stored_survives_a_process_that_never_closes_its_store() {
    let directory = tempfile::tempdir().unwrap();
    let state = State::open(directory.path()).unwrap();
    let fill = |batch: &mut Batch<'_>| (1..=100).try_for_each(|number| batch.insert(TABLE, number, &[7; 10_000]));
    state.commit(fill).unwrap();
    // What a kill would leave behind: the file as it is while it is open.
    let copy = tempfile::tempdir().unwrap();
    fs::copy(directory.path().join(STORE_FILE), copy.path().join(STORE_FILE)).unwrap();
    let after = State::open(copy.path()).unwrap();
    assert_eq!(after.view().unwrap().at_or_before(TABLE, 1_000).unwrap().unwrap().0, 100);
    assert_eq!(after.identity().boots, 2);
}

#[test]
fn a_transaction_that_fails_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let state = State::open(directory.path()).unwrap();
    state.commit(|batch| batch.insert(TABLE, 1, b"one")).unwrap();
    let failed: Result<(), _> = state.commit(|batch| {
        batch.insert(TABLE, 2, b"two")?;
        Err(StateError::Shared { path: "anything".into() })
    });
    assert!(failed.is_err());
    drop(state);
    let state = State::open(directory.path()).unwrap();
    assert_eq!(state.view().unwrap().at_or_after(TABLE, 0).unwrap(), Some((1, b"one".to_vec())));
    assert_eq!(state.view().unwrap().at_or_after(TABLE, 2).unwrap(), None);
}

#[test]
fn a_view_stays_as_it_was_and_a_new_one_sees_what_has_changed() {
    let directory = tempfile::tempdir().unwrap();
    let state = State::open(directory.path()).unwrap();
    state.commit(|batch| (1..=4).try_for_each(|number| batch.insert(TABLE, number, b"x"))).unwrap();
    let before = state.view().unwrap();
    state.commit(|batch| batch.remove_first_while(TABLE, 2, |number, _| number < 4)).unwrap();
    let first = |view: crate::View| view.at_or_after(TABLE, 0).unwrap().unwrap().0;
    assert_eq!((first(before), first(state.view().unwrap())), (1, 3));
    state.commit(|batch| batch.remove_first_while(TABLE, 9, |number, _| number < 4)).unwrap();
    assert_eq!(first(state.view().unwrap()), 4);
}
