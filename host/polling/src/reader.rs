//! Readers of tables and subtrees: a task that walks, and the end of it that the plugin holds.
//!
//! The task walks ahead of the plugin, up to a bound, and notes how far it got. Dropping the reader stops it.

use std::{net::SocketAddr, sync::Arc};

use futures_util::FutureExt as _;
use runtime::{BoxFuture, ReadOutcome, ReadStatus, Row, TablePart, TableSource, WalkSource};
use snmp::{Oid, Outcome, RequestOptions, Status, StopReason, Varbind};
use snmp_engine::{Session, Stats, SubtreeWalk, TableRange, TableWalk};
use tokio::{runtime::Handle, sync::mpsc, task::AbortHandle, time::Instant};

use super::{
    deadline::Deadline,
    notes::{End, Table},
};

/// A table or a subtree being read by a task of its own.
pub(super) struct Reader<T> {
    batches: mpsc::Receiver<Vec<T>>,
    table: Arc<Table>,
    peer: SocketAddr,
    task: AbortHandle,
}

/// What the task of a reader works with.
pub(super) struct ReadPlan {
    /// Where it notes how far it got.
    pub(super) table: Arc<Table>,
    /// The agent that it reads from.
    pub(super) peer: SocketAddr,
    /// The deadline of the walk.
    pub(super) deadline: Deadline,
    /// How requests are sent.
    pub(super) options: RequestOptions,
    /// Batches that it may be ahead of its plugin.
    pub(super) batches: usize,
}

/// A table with the name of its first column, since its rows have indexes only.
pub(super) struct TableReading {
    walk: TableWalk,
    column: Option<Oid>,
    /// How many rows are wanted; none: all.
    wanted: Option<u64>,
}

impl TableReading {
    pub(super) fn new(session: &Session, columns: &[Oid], part: TablePart, deadline: Instant) -> Self {
        let TablePart { below, after, at_most } = part;
        let range = TableRange { below, after };
        let max_rows = session.options().max_rows;
        let wanted = at_most.map(u64::from).filter(|wanted| *wanted < max_rows);
        let walk = match wanted {
            Some(max_rows) => session
                .with_options(RequestOptions { max_rows, ..session.options().clone() })
                .columns(columns, &range, deadline),
            None => session.columns(columns, &range, deadline),
        };
        Self { walk, column: columns.first().cloned(), wanted }
    }
}

/// The two kinds of walk that the engine has.
pub(super) trait Walk<T>: Send + 'static {
    fn next_batch(&mut self) -> impl Future<Output = Option<Vec<T>>> + Send;
    /// The name at which a batch ends.
    fn last_name(&self, batch: &[T]) -> Option<Oid>;
    fn taken(&self) -> Stats;
    fn ended(&self) -> Outcome;
}

impl Walk<Row> for TableReading {
    async fn next_batch(&mut self) -> Option<Vec<Row>> {
        let rows = self.walk.next().await?;
        Some(rows.into_iter().map(|row| Row { index: row.index, cells: row.cells }).collect())
    }

    fn last_name(&self, batch: &[Row]) -> Option<Oid> {
        self.column.as_ref()?.join(batch.last()?.index.arcs()).ok()
    }

    fn taken(&self) -> Stats {
        self.walk.stats()
    }

    fn ended(&self) -> Outcome {
        let outcome = self.walk.outcome();
        match outcome.reason {
            // What was wanted is there.
            Some(StopReason::RowLimit { limit }) if Some(limit) == self.wanted => {
                Outcome { status: Status::Complete, reason: None, stopped_at: None, ..outcome }
            }
            _ => outcome,
        }
    }
}

impl Walk<Varbind> for SubtreeWalk {
    async fn next_batch(&mut self) -> Option<Vec<Varbind>> {
        self.next().await
    }

    fn last_name(&self, batch: &[Varbind]) -> Option<Oid> {
        batch.last().map(|varbind| varbind.name.clone())
    }

    fn taken(&self) -> Stats {
        self.stats()
    }

    fn ended(&self) -> Outcome {
        self.outcome()
    }
}

impl<T: Send + 'static> Reader<T> {
    /// Starts the task of a reader.
    pub(super) fn start(reading: ReadPlan, walk: impl Walk<T>, tasks: &Handle) -> Self {
        let (sender, batches) = mpsc::channel(reading.batches.max(1));
        let (table, peer) = (Arc::clone(&reading.table), reading.peer);
        let task = tasks.spawn(reading.ahead(walk, sender));
        Self { batches, table, peer, task: task.abort_handle() }
    }
}

impl<T> Reader<T> {
    fn outcome_for_plugin(&self) -> ReadOutcome {
        let outcome = self.table.outcome(|| self.task.abort());
        ReadOutcome { reason: for_plugin(&outcome.reason, self.peer), ..outcome }
    }
}

/// What a plugin is told: the same without the agent's address, which is not a plugin's business.
pub(super) fn for_plugin(text: &str, peer: SocketAddr) -> String {
    let host = peer.ip().to_string();
    let text = text.replace(&peer.to_string(), "the agent");
    let mut told = String::with_capacity(text.len());
    let mut end = 0;
    for (start, found) in text.match_indices(&host) {
        let (before, after) = text.split_at(start);
        let after = after.strip_prefix(found).unwrap_or_default();
        told.push_str(before.get(end..).unwrap_or_default());
        told.push_str(if is_alone(before, after) { "the agent" } else { found });
        end = start + found.len();
    }
    told + text.get(end..).unwrap_or_default()
}

/// Whether what stands between these is not a part of something longer: an OID may begin like an address, or have one in it.
fn is_alone(before: &str, after: &str) -> bool {
    let ends = before.trim_end_matches('.').ends_with(|sign: char| sign.is_ascii_hexdigit() || sign == ':');
    let begins = after.trim_start_matches('.').starts_with(|sign: char| sign.is_ascii_hexdigit() || sign == ':');
    !(ends || begins)
}

impl ReadPlan {
    /// Walks until the end or until nobody wants more, and leaves how it ended.
    async fn ahead<T, W: Walk<T>>(self, mut walk: W, sender: mpsc::Sender<Vec<T>>) {
        while let Some(batch) = walk.next_batch().await {
            self.table.read(batch.len() as u64, walk.last_name(&batch), walk.taken());
            if sender.send(batch).await.is_err() {
                return;
            }
        }
        let outcome = walk.ended();
        let warnings = outcome.warnings();
        let Outcome { status, rows, reason, stopped_at, .. } = outcome;
        let reason = reason.map(|reason| self.deadline.of_walk(&reason, rows, &self.options));
        // Before the channel closes: whoever sees its end finds the outcome.
        self.table.ended(End { status: read_status(status), rows, stopped_at, reason }, &warnings, walk.taken());
        drop(sender);
    }
}

impl<T> Drop for Reader<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TableSource for Reader<Row> {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Row>>> {
        self.batches.recv().boxed()
    }

    fn outcome(&mut self) -> ReadOutcome {
        self.outcome_for_plugin()
    }
}

impl WalkSource for Reader<Varbind> {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Varbind>>> {
        self.batches.recv().boxed()
    }

    fn outcome(&mut self) -> ReadOutcome {
        self.outcome_for_plugin()
    }
}

fn read_status(status: Status) -> ReadStatus {
    match status {
        Status::Complete => ReadStatus::Complete,
        Status::Unsupported => ReadStatus::Unsupported,
        Status::Partial => ReadStatus::Partial,
        Status::Failed => ReadStatus::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_told_no_address() {
        let told =
            |peer: &str| for_plugin(&format!("{peer} did not answer 3 requests in 4.5 s"), peer.parse().unwrap());
        assert_eq!(told("192.0.2.1:161"), "the agent did not answer 3 requests in 4.5 s");
        assert_eq!(told("[2001:db8::1]:161"), "the agent did not answer 3 requests in 4.5 s");
        let peer = "192.0.2.1:161".parse().unwrap();
        assert_eq!(for_plugin("no route to 192.0.2.1", peer), "no route to the agent");
        assert_eq!(for_plugin("192.0.2.1.", peer), "the agent.");
        // Also where its address reads like the beginning of an OID.
        let told = |text: &str| for_plugin(text, "1.3.6.1:161".parse().unwrap());
        let words = "the agent gave no value for 1.3.6.1.2.1.1.5.0 and 1.0.1.3.6.1";
        assert_eq!(told(&format!("1.3.6.1:161: {words}")), format!("the agent: {words}"));
    }
}
