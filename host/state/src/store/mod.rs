//! The embedded store: opened, and opened anew after it failed.
//!
//! redb refuses to go on after any error of the file system, since it cannot know what became of its last write: it
//! neither writes nor reads any more. It then has to be closed and opened, which brings it back to the last transaction
//! that ended. That is done here, when somebody next asks for something. Looking is possible at once, also while the
//! disk is full; changing is tried again after a pause, so that those who look have the store meanwhile. Nothing is
//! known here of what is stored.
//!
//! The store is redb; opening it again is by hand, since no library does that around it.

mod transaction;

use std::{
    fmt,
    fs::{File, OpenOptions},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::{Mutex, MutexGuard};
use redb::{Builder, Database, DatabaseError, ReadableDatabase as _, StorageError};

use self::transaction::NUMBERS;
pub use self::transaction::{Batch, Table, View};
use crate::{
    StateError,
    failures::{FailureReport, Pause},
};

/// What redb says went wrong.
pub(crate) type Failure = redb::Error;

/// Memory in which redb keeps what it has read and will write. More makes nothing faster here: what is read is mostly
/// new.
const CACHE_BYTES: usize = 32 << 20;

/// For how long nothing is changed after a change failed, and nothing opened after opening failed: the first time.
const PAUSE: Duration = Duration::from_secs(1);

/// The number that says how the tables are laid out, and its name.
const FORMAT: u64 = 1;
const FORMAT_NAME: &str = "format";

/// The store.
pub(crate) struct Store {
    path: PathBuf,
    open: Opener,
    /// Held while something is changed, so that nobody else has the database open then.
    changing: Mutex<()>,
    slot: Mutex<Slot>,
}

/// Opens the file. Tests have others than real files.
pub(crate) type Opener = Box<dyn Fn() -> Result<Database, DatabaseError> + Send + Sync>;

struct Slot {
    database: Option<Arc<Database>>,
    /// Counts how often the store was opened, so that a failure is counted once.
    opening: u64,
    /// Before the next opening: it may mean reading all of the file.
    closed: Pause,
    /// Before the next change: it may fail again, and then the store is to be opened anew.
    unchanged: Pause,
    failures: FailureReport,
}

impl Store {
    /// Opens the store in this file, or begins one where there is none or an empty one.
    pub(crate) fn open(path: PathBuf) -> Result<Self, StateError> {
        let file = path.clone();
        let open = move || Builder::new().set_cache_size(CACHE_BYTES).create_file(private(&file)?);
        Self::with(path, Box::new(open), PAUSE)
    }

    pub(crate) fn with(path: PathBuf, open: Opener, pause: Duration) -> Result<Self, StateError> {
        let (closed, unchanged) = (Pause::new(pause), Pause::new(pause));
        let slot = Slot { database: None, opening: 0, closed, unchanged, failures: FailureReport::default() };
        let store = Self { path, open, changing: Mutex::new(()), slot: Mutex::new(slot) };
        store.check_format()?;
        Ok(store)
    }

    /// Runs a transaction whose end survives a crash.
    pub(crate) fn commit<T>(
        &self,
        changes: impl FnOnce(&mut Batch<'_>) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        let _alone = self.changing.lock();
        let (database, opening) = {
            let mut slot = self.lock();
            if slot.unchanged.lasts(Instant::now()) {
                return Err(self.recovering());
            }
            (self.opened(&mut slot)?, slot.opening)
        };
        let committed = self.caught(|| self.commit_to(&database, changes));
        let dropped = self.caught(|| {
            drop(database);
            Ok(())
        });
        match committed.as_ref().err().or(dropped.as_ref().err()) {
            None => self.worked(),
            Some(error) if is_the_end(error) => {
                let mut slot = self.lock();
                slot.unchanged.failed(Instant::now());
                self.tell(&mut slot, error);
                self.close(&mut slot, opening);
            }
            // Whoever wanted the changes was wrong, or changed their mind: nothing is wrong with the store.
            Some(_) => {}
        }
        committed
    }

    fn commit_to<T>(
        &self,
        database: &Database,
        changes: impl FnOnce(&mut Batch<'_>) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        let transaction = database.begin_write().map_err(|failure| self.error(failure))?;
        let done = changes(&mut Batch { transaction: &transaction, store: self })?;
        transaction.commit().map_err(|failure| self.error(failure))?;
        Ok(done)
    }

    pub(crate) fn view(store: &Arc<Self>) -> Result<View, StateError> {
        let mut slot = store.lock();
        let database = store.opened(&mut slot)?;
        let opening = slot.opening;
        let begun = store.caught(|| database.begin_read().map_err(|failure| store.error(failure)));
        // While the slot has it, too: nobody who closes the store has to wait for this.
        drop(database);
        drop(slot);
        let transaction = begun.inspect_err(|error| store.could_not_read(opening, error))?;
        Ok(View { transaction: Some(transaction), store: Arc::clone(store), opening })
    }

    /// What a failure means for whoever asked.
    pub(crate) fn error(&self, failure: impl Into<Failure>) -> StateError {
        StateError::Store { path: self.path.clone(), source: Box::new(failure.into()) }
    }

    pub(crate) fn recovering(&self) -> StateError {
        StateError::Recovering { path: self.path.clone() }
    }

    /// What redb does, with its failed assertions as errors: it answers most damage with an error, but not all.
    pub(crate) fn caught<T>(&self, run: impl FnOnce() -> Result<T, StateError>) -> Result<T, StateError> {
        let ran = catch_unwind(AssertUnwindSafe(run));
        ran.unwrap_or_else(|_| Err(StateError::Panicked { path: self.path.clone() }))
    }

    /// Somebody could not look at what this opening gave. The store is opened anew if that may help.
    pub(crate) fn could_not_read(&self, opening: u64, error: &StateError) {
        let mut slot = self.lock();
        if slot.opening != opening || slot.database.is_none() {
            // It was closed meanwhile, which is why.
            return;
        }
        let failure = failure(error);
        if matches!(failure, Some(Failure::PreviousIo)) {
            // Whoever met the error itself will tell of it.
            self.close(&mut slot, opening);
            return;
        }
        self.tell(&mut slot, error);
        // Damage is there after opening, too, and what is not damaged can be read without.
        if is_the_end(error) && !matches!(failure, Some(Failure::Corrupted(_))) {
            slot.closed.failed(Instant::now());
            self.close(&mut slot, opening);
        }
    }

    /// The open store. Opens it, if it is closed and the pause is over.
    fn opened(&self, slot: &mut Slot) -> Result<Arc<Database>, StateError> {
        if let Some(database) = &slot.database {
            return Ok(Arc::clone(database));
        }
        if slot.closed.lasts(Instant::now()) {
            return Err(self.recovering());
        }
        let database = match self.open_file() {
            Ok(database) => Arc::new(database),
            // Somebody of ours is still busy with what was opened before.
            Err(StateError::InUse { .. }) if slot.opening > 0 => return Err(self.recovering()),
            Err(error) => {
                slot.closed.failed(Instant::now());
                if slot.opening > 0 {
                    self.tell(slot, &error);
                }
                return Err(error);
            }
        };
        slot.opening += 1;
        slot.database = Some(Arc::clone(&database));
        Ok(database)
    }

    fn open_file(&self) -> Result<Database, StateError> {
        let path = || self.path.clone();
        let Ok(opened) = catch_unwind(AssertUnwindSafe(|| (self.open)())) else {
            return Err(StateError::NotAStore { path: path(), source: None });
        };
        opened.map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => StateError::InUse { path: path() },
            error if is_damage(&error) => StateError::NotAStore { path: path(), source: Some(Box::new(error.into())) },
            error => self.error(error),
        })
    }

    /// Closes a store that failed, unless that was done already.
    fn close(&self, slot: &mut Slot, opening: u64) {
        if slot.opening == opening
            && let Some(database) = slot.database.take()
        {
            // A failed assertion here is no news.
            let _ = self.caught(|| {
                drop(database);
                Ok(())
            });
        }
    }

    /// Says that the store fails, where that is news.
    fn tell(&self, slot: &mut Slot, error: &StateError) {
        if slot.failures.failed(Instant::now()) {
            let error: &dyn std::error::Error = error;
            tracing::error!(error, file = %self.path.display(), "the store fails and is tried again from time to time");
        }
    }

    /// Something was changed.
    fn worked(&self) {
        let mut slot = self.lock();
        slot.closed.worked();
        slot.unchanged.worked();
        if slot.failures.worked(Instant::now()) {
            tracing::info!(file = %self.path.display(), "the store works again");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock()
    }

    /// Sees to it that the file is ours: it says so, or has nothing in it.
    fn check_format(&self) -> Result<(), StateError> {
        let not_ours = StateError::NotAStore { path: self.path.clone(), source: None };
        let found = self.commit(|batch| {
            let tables = |failure: StorageError| self.error(failure);
            let (mut ours, mut others) = (false, 0);
            for table in batch.transaction.list_tables().map_err(tables)? {
                let is_numbers = redb::TableHandle::name(&table) == redb::TableHandle::name(&NUMBERS);
                ours |= is_numbers;
                others += usize::from(!is_numbers);
            }
            if !ours {
                if others > 0 {
                    return Ok(None);
                }
                batch.set_number(FORMAT_NAME, FORMAT)?;
            }
            batch.number(FORMAT_NAME)
        })?;
        match found {
            Some(FORMAT) => Ok(()),
            Some(format) if format > FORMAT => Err(StateError::Newer { path: self.path.clone(), format }),
            _ => Err(not_ours),
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

fn failure(error: &StateError) -> Option<&Failure> {
    match error {
        StateError::Store { source, .. } => Some(source),
        _ => None,
    }
}

/// Whether nothing more can be done with the store as it is open.
fn is_the_end(error: &StateError) -> bool {
    match error {
        StateError::Panicked { .. } => true,
        error => matches!(
            failure(error),
            Some(
                Failure::Io(_)
                    | Failure::PreviousIo
                    | Failure::Corrupted(_)
                    | Failure::LockPoisoned(_)
                    | Failure::DatabaseClosed
            )
        ),
    }
}

/// Whether the file is not what a store looks like, as opposed to a file that cannot be had.
fn is_damage(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::UpgradeRequired(_) | DatabaseError::RepairAborted => true,
        DatabaseError::Storage(StorageError::Corrupted(_)) => true,
        DatabaseError::Storage(StorageError::Io(error)) => {
            matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
        }
        _ => false,
    }
}

/// The file itself, which nobody else may read from its first moment on.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
        // As long as the directory was open to others, they could have put a link here to any file of ours.
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options.open(path)
}
