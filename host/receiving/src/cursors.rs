//! How far each forwarder has come, where that outlives the process.

use std::io;

use futures_util::future::{BoxFuture, ready};
use state::State;
use traps::forward::Cursors;

/// Cursors in the state directory.
#[derive(Debug)]
pub(super) struct StoredCursors(pub(super) State);

impl Cursors for StoredCursors {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Option<u64>>> {
        Box::pin(ready(Ok(self.0.cursor(&key(name)))))
    }

    fn save<'a>(&'a self, name: &'a str, number: u64) -> BoxFuture<'a, io::Result<()>> {
        self.0.set_cursor(&key(name), number);
        Box::pin(ready(Ok(())))
    }
}

/// Others may want cursors, too.
fn key(forwarder: &str) -> String {
    format!("traps.forward.{forwarder}")
}
