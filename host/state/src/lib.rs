//! What outlives the process: the state directory, and the embedded store in it.
//!
//! The directory belongs to one process at a time, and to nobody else: its mode is 0700. What is in the store is there
//! after a crash as soon as a transaction has ended. This crate knows no notifications and no tickets; it hands out
//! [tables](Table) for those who do, the [identity](Identity) of the SNMP engine that this process is, the installation's
//! secret, and cursors.
//!
//! The store is redb: pure Rust, one file, one writer beside any number of readers, transactions whose commits carry
//! checksums and so survive `kill -9` and a loss of power, a file format that is promised to stay, and a maintainer who
//! answers. fjall, a log-structured tree, writes faster, but compacts in threads of its own, whenever it likes; what is
//! written here are few large values, in order. SQLite would do as well, but is C, and brings a language to ask nothing
//! of. Everything that touches the file blocks: it belongs on a thread that may, never on an async worker.

mod cursors;
mod directory;
mod error;
mod failures;
mod identity;
mod secret;
mod store;

use std::{path::Path, sync::Arc};

use secrecy::SecretSlice;

use self::{cursors::Cursors, store::Store};
pub use self::{
    error::StateError,
    identity::Identity,
    secret::random_secret,
    store::{Batch, Table, View},
};

/// The name of the store's file in the state directory.
pub const STORE_FILE: &str = "state.redb";

/// The state of one process. Cloning is cheap; dropping the last clone saves the cursors and closes the store.
#[derive(Clone, Debug)]
pub struct State(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    identity: Identity,
    secret: SecretSlice<u8>,
    // Before the store, which it saves to when it is dropped.
    cursors: Cursors,
    store: Arc<Store>,
}

impl State {
    /// Opens the state in this directory, or begins one. Counts up the engine's boots, durably, before it returns.
    ///
    /// The directory is made with mode 0700 where it is missing. One that others may enter is closed to them if it is
    /// empty or has a store in it already, which is what systemd's `StateDirectory=` gives; if it has other files in
    /// it, it may well be a directory that others need, and is refused. So is the directory of another user. A file that
    /// is no store of ours, or a link, is an error and stays as it is. Blocks, after a crash for as long as the store
    /// takes to be checked.
    pub fn open(directory: &Path) -> Result<Self, StateError> {
        directory::prepare(directory)?;
        let store = Store::open(directory.join(STORE_FILE))?;
        directory::sync(directory);
        Self::with(store)
    }

    fn with(store: Store) -> Result<Self, StateError> {
        let store = Arc::new(store);
        let (identity, secret) =
            store.commit(|batch| Ok((identity::next_boot(batch)?, secret::of_installation(batch)?)))?;
        let cursors = Cursors::start(Arc::clone(&store))?;
        Ok(Self(Arc::new(Parts { identity, secret, cursors, store })))
    }

    /// Who this process is for others that speak SNMP with it.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// Random octets that are the same for as long as the state directory lives, and in no other one.
    #[must_use]
    pub fn secret(&self) -> &SecretSlice<u8> {
        &self.0.secret
    }

    /// Where somebody of this name had come to; none where the name is new.
    #[must_use]
    pub fn cursor(&self, name: &str) -> Option<u64> {
        self.0.cursors.get(name)
    }

    /// Notes where somebody has come to. It is saved within a second, and when the state is dropped; a crash, or a store
    /// that fails until the end, may bring back an older number. Never blocks on the file.
    pub fn set_cursor(&self, name: &str, number: u64) {
        self.0.cursors.set(name, number);
    }

    /// Changes the store as `changes` says, all of it or nothing. Once this returns, the changes survive a crash.
    ///
    /// One transaction runs at a time, others wait. After an error such as a full disk nothing has changed, as far as
    /// the disk can be believed, and for a while nothing is tried: a second at first, twice as long after each further
    /// failure, up to 30 seconds. Views can be had meanwhile. `changes` must not ask for another transaction. Blocks.
    pub fn commit<T>(&self, changes: impl FnOnce(&mut Batch<'_>) -> Result<T, StateError>) -> Result<T, StateError> {
        self.0.store.commit(changes)
    }

    /// The store as it is now, whatever is changed while one looks. It fails when the store fails while one looks; then
    /// a new one can be had, at once where a transaction failed, and after a pause where looking itself did. Blocks.
    pub fn view(&self) -> Result<View, StateError> {
        Store::view(&self.0.store)
    }
}

#[cfg(test)]
mod tests;
