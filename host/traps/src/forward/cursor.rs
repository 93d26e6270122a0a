//! Where forwarders keep how far they have come.

use std::{collections::HashMap, io};

use futures_util::future::BoxFuture;
use parking_lot::Mutex;

/// A place where cursors are kept. A cursor is the number of the last record that a forwarder has dealt with.
pub trait Cursors: Send + Sync + 'static {
    /// The cursor of the forwarder of this name, if there is one.
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Option<u64>>>;

    /// Keeps it. Each forwarder calls this about once a second at most; what was saved last must be there after a
    /// restart, and what was not is sent again.
    fn save<'a>(&'a self, name: &'a str, number: u64) -> BoxFuture<'a, io::Result<()>>;
}

/// Cursors that end with the process, for a log that does as well.
#[derive(Debug, Default)]
pub struct MemoryCursors(Mutex<HashMap<String, u64>>);

impl Cursors for MemoryCursors {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Option<u64>>> {
        let number = self.0.lock().get(name).copied();
        Box::pin(std::future::ready(Ok(number)))
    }

    fn save<'a>(&'a self, name: &'a str, number: u64) -> BoxFuture<'a, io::Result<()>> {
        self.0.lock().insert(name.to_owned(), number);
        Box::pin(std::future::ready(Ok(())))
    }
}
