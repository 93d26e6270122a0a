//! Direct operations: whoever asks waits for a slot and for the answer.

use std::{fmt, sync::Arc, time::Duration};

use budget::AnswerBudget;
use job::{Client, DeviceSpec, DirectError, Events, GetAnswer, GetSpec, Runner, WalkAnswer, WalkSpec};
use tokio::time::{Instant, timeout_at};

use crate::{DeviceKey, DirectSlots, Slot, walk_permit::WalkPermit};

/// Takes direct operations and runs each in a slot. Dropping the future of one stops it.
#[derive(Clone)]
pub struct Direct {
    slots: Arc<DirectSlots>,
    gets: Arc<dyn Runner<GetSpec>>,
    walks: Arc<dyn Runner<WalkSpec>>,
    budget: AnswerBudget,
}

impl Direct {
    /// Runs operations with this runner, as many at the same time as there are slots.
    #[must_use]
    pub fn new<R: Runner<GetSpec> + Runner<WalkSpec>>(
        runner: Arc<R>,
        slots: Arc<DirectSlots>,
        budget: AnswerBudget,
    ) -> Self {
        Self { slots, gets: Arc::clone(&runner) as Arc<dyn Runner<GetSpec>>, walks: runner, budget }
    }

    /// Reads the value of one object. Waiting for a slot counts in its time.
    pub async fn get(&self, client: Client, mut job: GetSpec) -> GetAnswer {
        let begun = Instant::now();
        let slot = match self.slot(client, &job.device, job.timeout, begun).await {
            Ok(slot) => Arc::new(slot),
            Err(error) => return GetAnswer::failed(error, begun.elapsed()),
        };
        job.timeout = left(job.timeout, begun);
        // It is held here: a runner may drop who hears it before it is done.
        let answer = self.gets.run(job, Arc::clone(&slot) as Arc<dyn Events>).await;
        GetAnswer { elapsed: begun.elapsed(), ..answer }
    }

    /// Reads everything below an OID, and tells `rows` the rows as they come. Waiting for a slot counts in its time.
    ///
    /// Whoever sends the answer drops the permit of the walk when it is through; a walk that got no slot has none.
    pub async fn walk(
        &self,
        client: Client,
        mut job: WalkSpec,
        rows: Arc<dyn Events>,
    ) -> (WalkAnswer, Option<WalkPermit>) {
        let begun = Instant::now();
        let permit = match self.permit(client, &job.device, job.timeout, begun).await {
            Ok(permit) => permit,
            Err(error) => return (WalkAnswer::failed(error, begun.elapsed()), None),
        };
        job.timeout = left(job.timeout, begun);
        let answer = self.walks.run(job, permit.events(rows)).await;
        (WalkAnswer { elapsed: begun.elapsed(), ..answer }, Some(permit))
    }

    async fn permit(
        &self,
        client: Client,
        device: &DeviceSpec,
        timeout: Duration,
        begun: Instant,
    ) -> Result<WalkPermit, DirectError> {
        let slot = self.slot(client, device, timeout, begun).await?;
        let permit = WalkPermit::take(slot, client, self.budget.clone());
        timeout_at(begun + timeout, permit).await.map_err(|_| {
            DirectError::NoSlot(format!(
                "No memory for the answer was free within {timeout:?} (limits `answers.bytes` and \
                 `answers.client_bytes`); read other answers, or try again"
            ))
        })
    }

    async fn slot(
        &self,
        client: Client,
        device: &DeviceSpec,
        timeout: Duration,
        begun: Instant,
    ) -> Result<Slot, DirectError> {
        let device = DeviceKey::new(device.target.host(), device.port);
        let slot = self.slots.take(client, &device, timeout, begun + timeout).await;
        slot.map_err(|error| DirectError::NoSlot(error.to_string()))
    }
}

/// What is left of a time. Whoever did not have to wait has all of it, and its texts say so.
fn left(timeout: Duration, begun: Instant) -> Duration {
    let waited = begun.elapsed();
    if waited < UNNOTICED { timeout } else { timeout.saturating_sub(waited) }
}

/// A wait that nobody notices.
const UNNOTICED: Duration = Duration::from_millis(1);

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Direct").field("slots", &self.slots).finish_non_exhaustive()
    }
}
