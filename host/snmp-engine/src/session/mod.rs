//! A conversation with one agent.
//!
//! All clones share the options and the statistics. The window of requests in flight and what was learned of the
//! agent are shared with all sessions that have the same address and credentials.

mod device;
mod discovery;
mod exchange;
mod future_set;
mod identity;
mod no_answer;
mod notify;
mod outgoing;
mod readers;
mod stats;
#[cfg(test)]
mod tests;
mod window;

use std::{fmt, net::SocketAddr, sync::Arc};

use snmp::{
    Credentials, Oid, RequestError, RequestOptions, Target, Varbind,
    batch::{Batch, BatchError, Lookup},
    usm::EngineId,
};
use tokio::time::Instant;

use self::device::Device;
pub use self::{
    readers::{SubtreeWalk, TableRange, TableWalk},
    stats::Stats,
};
use crate::{clock, hub::Hub};

/// A conversation with one agent. Cheap to clone; the clones share everything.
#[derive(Clone)]
pub struct Session {
    device: Arc<Device>,
}

impl Session {
    pub(crate) fn new(hub: Arc<Hub>, target: Target, options: RequestOptions) -> Self {
        Self { device: Arc::new(Device::new(hub, target, options)) }
    }

    /// The agent's address.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.device.peer
    }

    /// The engine ID that an agent of version 3 has told, as soon as it was asked. Its size may be odd
    /// ([`EngineId::oddity`]).
    #[must_use]
    pub fn engine_id(&self) -> Option<EngineId> {
        self.device.identity.engine_id(clock::now())
    }

    /// How requests are sent.
    #[must_use]
    pub fn options(&self) -> &RequestOptions {
        &self.device.options
    }

    /// Reads the values of `names`: one varbind for each, in their order.
    ///
    /// One request where the agent can, more where it cannot: a request that is tooBig is cut in halves, and a name
    /// that a noSuchName names becomes [`snmp::Value::NoSuchObject`] while the rest is asked again.
    /// A value that cannot be read in any way is [`snmp::Value::UNREADABLE`], where other values can be.
    /// Any other error of the agent fails the whole call, with the OID where the agent named one that was asked for:
    /// an object that could not be read must not look like one that does not exist.
    pub async fn get(&self, names: &[Oid], deadline: Instant) -> Result<Vec<Varbind>, RequestError> {
        self.batch(Lookup::Get, names, deadline.into_std()).await
    }

    /// Reads what follows each of `names`: one varbind for each, in their order.
    ///
    /// Where nothing follows, the varbind has the name itself and [`snmp::Value::EndOfMibView`], in version 1 too.
    pub async fn get_next(&self, names: &[Oid], deadline: Instant) -> Result<Vec<Varbind>, RequestError> {
        self.batch(Lookup::GetNext, names, deadline.into_std()).await
    }

    /// Reads columns of a table, joined into rows. Sends nothing until it is polled.
    ///
    /// `entry` is the OID of the table's entry, e.g. 1.3.6.1.2.1.2.2.1, and the columns are the arcs behind it.
    #[expect(clippy::needless_pass_by_value, reason = "as a walk takes its root")]
    pub fn table(&self, entry: Oid, columns: Vec<u32>, deadline: Instant) -> TableWalk {
        // An entry of 128 arcs has no columns.
        let columns: Vec<Oid> = columns.into_iter().filter_map(|column| entry.join(&[column]).ok()).collect();
        self.columns(&columns, &TableRange::default(), deadline)
    }

    /// Reads columns that are named in full, joined into rows by their index. They may be of several tables that have
    /// it in common. Sends nothing until it is polled.
    pub fn columns(&self, columns: &[Oid], range: &TableRange, deadline: Instant) -> TableWalk {
        TableWalk::new(&self.device, columns, range, deadline.into_std())
    }

    /// Reads everything below `root`. Sends nothing until it is polled.
    pub fn walk(&self, root: Oid, deadline: Instant) -> SubtreeWalk {
        SubtreeWalk::new(&self.device, root, deadline.into_std())
    }

    /// Waits until the network says of a request of this session that the agent cannot be reached. ICMP can be forged,
    /// so the request goes on for a while; but it is time to look for another address. For one waiter.
    pub async fn unreachable(&self) {
        self.device.unreachable.notified().await;
    }

    /// The same session, with statistics of its own from now on; they count in this session's, too.
    #[must_use]
    pub fn counted(&self) -> Self {
        Self { device: Arc::new(self.device.counted()) }
    }

    /// The same session, whose requests are sent with other options from now on. They count in this session's
    /// statistics; what is learned of the agent is shared.
    #[must_use]
    pub fn with_options(&self, options: RequestOptions) -> Self {
        Self { device: Arc::new(self.device.with_options(options)) }
    }

    /// A session with the same agent in another context, or by another community. Its requests count in this session's
    /// statistics; what is learned of the agent is that of these credentials.
    #[must_use]
    pub fn with_credentials(&self, credentials: &Credentials) -> Self {
        Self { device: Arc::new(self.device.with_credentials(credentials)) }
    }

    /// What was sent and what came back so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.device.stats()
    }

    async fn batch(
        &self,
        lookup: Lookup,
        names: &[Oid],
        deadline: std::time::Instant,
    ) -> Result<Vec<Varbind>, RequestError> {
        let peer = self.device.peer;
        let max_octets = usize::try_from(self.device.options.max_response_octets).unwrap_or(usize::MAX);
        let is_alive = self.device.lock().capabilities.is_alive;
        let mut batch = Batch::new(lookup, names, max_octets, is_alive);
        loop {
            let Some((request, attempts)) = batch.request(&self.device.lock().capabilities.names) else { break };
            let answer = self.device.exchange((&request).into(), attempts, deadline).await;
            let names = &mut self.device.lock().capabilities.names;
            match answer {
                Ok(answer) => batch.answered(answer.response, names).map_err(|error| match error {
                    BatchError::Agent { status, index, name } => RequestError::AgentError { peer, status, index, name },
                    BatchError::Mismatch(problem) => RequestError::Mismatch { peer, problem },
                })?,
                Err(error) => batch.failed(error, names)?,
            }
        }
        Ok(batch.finish(&mut self.device.lock().capabilities.names))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("peer", &self.device.peer).finish_non_exhaustive()
    }
}
