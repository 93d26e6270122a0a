//! Which request may be sent: it waits for its session, for its agent and for the hub, in that order.
//!
//! A request that waited while another one showed that the agent is silent is not sent.

use std::{sync::Arc, time::Instant};

use snmp::profile::Admission;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{
    clock::{now, timeout_at},
    hub::Hub,
    profiles::{Permit, SharedProfile, Window},
};

/// The window of an agent as one session sees it: shared, but no larger than this session allows.
#[derive(Clone, Debug)]
pub(super) struct SessionWindow {
    agent: Arc<SharedProfile>,
    max: usize,
    own: Arc<Semaphore>,
}

/// The right to have a request in flight. Gives it back when dropped.
#[derive(Debug)]
pub(super) struct RequestPermit<'a> {
    _own: SemaphorePermit<'a>,
    _window: Permit<'a>,
    _hub: SemaphorePermit<'a>,
}

/// The duty to find out whether an agent answers again. Dropping it leaves that to the next.
#[derive(Debug)]
pub(super) struct Probe<'a>(&'a SharedProfile);

impl SessionWindow {
    pub(super) fn new(agent: Arc<SharedProfile>, max: usize) -> Self {
        let max = max.clamp(1, Semaphore::MAX_PERMITS);
        Self { agent, max, own: Arc::new(Semaphore::new(max)) }
    }

    /// How many requests of this session may be in flight now.
    pub(super) fn size(&self) -> usize {
        self.shared().size().min(self.max)
    }

    /// A permit, if nobody has to be waited for. Most often nobody has, and asking costs less than a timer.
    pub(super) fn try_permit<'a>(&'a self, hub: &'a Hub) -> Option<RequestPermit<'a>> {
        let own = self.own.try_acquire().ok()?;
        let window = self.shared().try_permit()?;
        Some(RequestPermit { _own: own, _window: window, _hub: hub.try_slot()? })
    }

    /// Waits for a permit; nothing where it has not come by then.
    pub(super) async fn permit<'a>(&'a self, hub: &'a Hub, deadline: Instant) -> Option<RequestPermit<'a>> {
        let permit = async {
            let own = self.own.acquire().await.ok()?;
            let window = self.shared().permit().await.ok()?;
            Some(RequestPermit { _own: own, _window: window, _hub: hub.slot().await.ok()? })
        };
        timeout_at(deadline, permit).await.ok().flatten()
    }

    pub(super) fn answered(&self) {
        self.shared().answered(self.max);
    }

    pub(super) fn lost(&self) {
        self.shared().lost();
    }

    /// Begins anew, for an agent that is another one.
    pub(super) fn restart(&self) {
        self.shared().restart();
    }

    fn shared(&self) -> &Window {
        &self.agent.window
    }
}

impl<'a> Probe<'a> {
    /// Takes the duty over, if the admission has it.
    pub(super) fn new(admission: Admission, agent: &'a SharedProfile) -> Option<Self> {
        (admission == Admission::Probe).then_some(Self(agent))
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        self.0.lock().breaker.probed(now());
    }
}
