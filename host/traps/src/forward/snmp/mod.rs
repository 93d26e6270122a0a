//! Notifications to another receiver of them: as version 1, 2c or 3, with or without acknowledgement.
//!
//! They go out as this proxy's own, under its credentials and, in version 3, its engine. A trap is sent once, and nobody
//! knows whether it arrived; an inform is repeated until its receiver acknowledges it, one at a time, so that they keep
//! their order.

mod event;
mod value;

use std::{fmt, net::SocketAddr};

use snmp::{Credentials, ErrorStatus, RequestError, RequestOptions, Target, usm::LocalEngine};
use snmp_engine::{Engine, Session};

use super::{
    address::PeerAddress,
    attempt::{Attempt, Failure},
    record::Record,
    resolve::Peer,
};
use crate::Entry;

/// Traps that are sent at once. The next attempt has the rest.
const TRAPS: usize = 64;

/// A receiver of notifications.
pub(super) struct Snmp {
    peer: Peer,
    credentials: Credentials,
    is_inform: bool,
    engine: Engine,
    local: LocalEngine,
    /// The session, and whom it is with.
    session: Option<(SocketAddr, Session)>,
}

/// Why a record was not sent.
enum NotSent {
    /// It never will be.
    Refused(String),
    /// No record ever will be.
    Never(String),
    /// It may be another time.
    Later(String),
}

impl Snmp {
    pub(super) fn new(
        address: PeerAddress,
        credentials: Credentials,
        is_inform: bool,
        engine: Engine,
        local: LocalEngine,
    ) -> Self {
        Self { peer: Peer::new(address), credentials, is_inform, engine, local, session: None }
    }

    pub(super) async fn send(&mut self, entries: &[Entry]) -> Attempt {
        let mut attempt = Attempt::default();
        // Informs take time, and what this future has done is forgotten where it is given up.
        let max = if self.is_inform { 1 } else { TRAPS };
        for entry in entries.iter().take(max) {
            match self.send_one(entry).await {
                Ok(()) => {}
                Err(NotSent::Refused(reason)) => {
                    attempt.refused += 1;
                    attempt.reason = Some(format!("record {}: {reason}", entry.position));
                }
                Err(NotSent::Never(error)) => {
                    attempt.failure = Some(Failure::Never { error });
                    return attempt;
                }
                Err(NotSent::Later(error)) => {
                    self.session = None;
                    self.peer.forget();
                    return attempt.failed(error);
                }
            }
            attempt.done += 1;
        }
        attempt
    }

    async fn send_one(&mut self, entry: &Entry) -> Result<(), NotSent> {
        let record = Record::read(&entry.json).map_err(NotSent::Refused)?;
        let is_version_1 = matches!(self.credentials, Credentials::V1 { .. });
        if is_version_1 && self.is_inform {
            return Err(NotSent::Never("version 1 of SNMP has no informs".to_owned()));
        }
        let sent = if is_version_1 {
            let trap = event::version_1(&record).map_err(NotSent::Refused)?;
            self.session().await?.trap_v1(&trap).await
        } else {
            let notification = event::version_2(&record).map_err(NotSent::Refused)?;
            let session = self.session().await?;
            if self.is_inform {
                session.inform(&notification).await
            } else {
                session.trap(&notification, &self.local).await
            }
        };
        sent.map_err(|error| match error {
            RequestError::Unwritable { .. } | RequestError::TooLarge { .. } => NotSent::Refused(error.to_string()),
            RequestError::AgentError { status, .. } if !may_change(status) => NotSent::Refused(error.to_string()),
            RequestError::NotInVersion { .. } => NotSent::Never(error.to_string()),
            _ => NotSent::Later(error.to_string()),
        })
    }

    async fn session(&mut self) -> Result<Session, NotSent> {
        let addr = self.peer.addr().await.map_err(NotSent::Later)?;
        if let Some((with, session)) = &self.session
            && *with == addr
        {
            return Ok(session.clone());
        }
        let target = Target { addr, credentials: self.credentials.clone() };
        let session = self.engine.session(target, RequestOptions::default());
        self.session = Some((addr, session.clone()));
        Ok(session)
    }
}

/// Whether a receiver that acknowledged an inform with this error may take the same one another time (RFC 3416 section
/// 3): what is about the receiver changes, what is about the PDU and its varbinds does not. genErr and numbers that no
/// RFC defines count as the latter, since a record that waits for ever keeps all behind it waiting.
fn may_change(status: ErrorStatus) -> bool {
    const RESOURCE_UNAVAILABLE: ErrorStatus = ErrorStatus(13);
    const COMMIT_FAILED: ErrorStatus = ErrorStatus(14);
    const UNDO_FAILED: ErrorStatus = ErrorStatus(15);
    matches!(status, RESOURCE_UNAVAILABLE | COMMIT_FAILED | UNDO_FAILED | ErrorStatus::AUTHORIZATION_ERROR)
}

impl fmt::Debug for Snmp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snmp").field("peer", &self.peer).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use snmp::{Community, HubOptions, usm::EngineId};
    use tokio::{net::UdpSocket, time::Instant};

    use super::*;
    use crate::{
        Facts,
        forward::resolve::{
            ADDRESS_TIME,
            tests::{addrs, named},
        },
    };

    #[tokio::test]
    async fn a_receiver_that_moved_is_found_after_some_minutes() {
        let (old, new) = (UdpSocket::bind("127.0.0.1:0").await.unwrap(), UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let addrs = addrs(&[old.local_addr().unwrap()]);
        let address = "receiver.example:162".parse().unwrap();
        let credentials = Credentials::V2c { community: Community::from("forward") };
        let engine = Engine::bind(HubOptions::default()).await.unwrap();
        let local = LocalEngine::new(EngineId::new(b"\x80\0\0\0\x05ours").unwrap(), 1, Instant::now().into_std());
        let mut snmp = Snmp { peer: named(&addrs), ..Snmp::new(address, credentials, false, engine, local) };
        let facts = Facts { source: [192, 0, 2, 1].into(), trap_oid: None, severity: None };
        let json = r#"{"snmp":{"version":"2c"},"trap":{"oid":"1.3.6.1.4.1.9.0.1"},"varbinds":[]}"#;
        let record = Entry { position: crate::RecordPosition::Stored(1), json: json.into(), facts };
        tokio::time::pause();
        let check = async |snmp: &mut Snmp, receiver: &UdpSocket| {
            let attempt = snmp.send(std::slice::from_ref(&record)).await;
            assert_eq!((attempt.done, attempt.refused), (1, 0), "{attempt:?}");
            receiver.readable().await.unwrap();
            assert!(receiver.try_recv(&mut [0; 2_048]).unwrap() > 0);
        };
        check(&mut snmp, &old).await;
        *addrs.lock() = Some(vec![new.local_addr().unwrap()]);
        check(&mut snmp, &old).await;
        tokio::time::advance(ADDRESS_TIME).await;
        check(&mut snmp, &new).await;
    }
}
