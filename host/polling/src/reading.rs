//! Subtrees of one device as it has sent them: for those who keep every octet, such as a recording.
//!
//! Values come as they are read, so there is no bound here but those of the engine on a walk.

use std::{net::SocketAddr, time::Duration};

use job::{DeviceSpec, DirectError};
use snmp::{Oid, OnNonIncreasing, Varbind};
use snmp_engine::{Session, SubtreeWalk};
use tokio::time::Instant;

use super::{
    DirectRunner,
    deadline::Deadline,
    direct::{broken_off, failed, none_answered},
    reach::{is_answer, of_the_agent},
};

/// A device that has answered, and until when it is read.
#[derive(Debug)]
pub struct DeviceReading {
    session: Session,
    deadline: Deadline,
}

/// A subtree that is being read.
#[derive(Debug)]
#[must_use = "nothing is read until it is polled"]
pub struct SubtreeReading {
    walk: SubtreeWalk,
    session: Session,
    deadline: Deadline,
}

/// How the reading of a subtree ended.
#[derive(Clone, Debug)]
pub struct SubtreeEnd {
    /// Why it broke off, if it did.
    pub error: Option<DirectError>,
    /// What was odd, a line each; nothing is missing for it.
    pub warnings: Vec<String>,
}

impl DirectRunner {
    /// Finds the address of a device that answers. All that is read from it is read within `timeout`.
    pub async fn reading(&self, device: &DeviceSpec, timeout: Duration) -> Result<DeviceReading, DirectError> {
        let deadline = Deadline::of_operation(Instant::now(), timeout);
        let sessions = self.sessions(device, deadline.at).await?;
        // Whatever follows: that anything does is what is asked.
        let first = [Oid::from([1, 3])];
        let ask = |session: Session| {
            let first = &first;
            async move {
                match session.get_next(first, deadline.at).await {
                    Err(error) if !is_answer(&error) => Err(error),
                    _ => Ok(session),
                }
            }
        };
        let reached = self.0.first_answer(device, &sessions, deadline.at, ask).await.map_err(none_answered)?;
        Ok(DeviceReading { session: reached.answer, deadline })
    }
}

impl DeviceReading {
    /// The address that answered.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.session.peer()
    }

    /// What is odd about the device, whatever is read of it: a line each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        of_the_agent(&self.session)
    }

    /// Reads everything below `root`, or what lies behind a name of it that was read before. Where names may come in any
    /// order, nobody knows what does, and it is all read again.
    pub fn subtree(&self, root: &Oid, after: Option<&Oid>) -> SubtreeReading {
        let session = self.session.counted();
        let walk = session.walk(root.clone(), self.deadline.at);
        let is_ordered = session.options().on_non_increasing == OnNonIncreasing::Stop;
        let walk = match after.filter(|_| is_ordered) {
            Some(after) => walk.starting_after(after),
            None => walk,
        };
        SubtreeReading { walk, session, deadline: self.deadline }
    }

    /// Reads one object; nothing where the device does not have it.
    pub async fn object(&self, name: &Oid) -> Result<Option<Varbind>, DirectError> {
        let varbinds = self.session.get(std::slice::from_ref(name), self.deadline.at).await.map_err(failed)?;
        Ok(varbinds.into_iter().find(|varbind| !varbind.value.is_exception()))
    }
}

impl SubtreeReading {
    /// The next values in order, as many as came in one answer; nothing at the end.
    pub async fn next(&mut self) -> Option<Vec<Varbind>> {
        self.walk.next().await
    }

    /// How it ended; before its end, how it would end if it ended now.
    #[must_use]
    pub fn end(&self) -> SubtreeEnd {
        let outcome = self.walk.outcome();
        let warnings = outcome.warnings();
        SubtreeEnd { error: broken_off(outcome, self.deadline, &self.session), warnings }
    }
}
