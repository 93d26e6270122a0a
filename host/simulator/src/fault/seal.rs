//! What is wrong with the message around an answer: its version and community, or its security parameters.

use std::{borrow::Cow, sync::Arc};

use super::{Fault, FaultPlan};
use crate::{
    message::Version,
    v3::{Digest, EngineFaults, Level, Sealing, Usm},
};

/// The version and community of an answer of version 1 or 2c.
pub(crate) fn community<'a>(plan: &FaultPlan, version: Version, community: &'a [u8]) -> (Version, Cow<'a, [u8]>) {
    let mut said = (version, Cow::Borrowed(community));
    for fault in plan.faults() {
        match (fault, version) {
            (Fault::WrongVersion, Version::V1) => said.0 = Version::V2c,
            (Fault::WrongVersion, Version::V2c) => said.0 = Version::V1,
            (Fault::WrongCommunity, _) => said.1 = Cow::Borrowed(b"nobody"),
            _ => {}
        }
    }
    said
}

/// Changes the sealing of an answer of version 3.
pub(crate) fn security(plan: &FaultPlan, sealing: &mut Sealing, usm: &mut Usm) {
    for fault in plan.faults() {
        match fault {
            Fault::WrongMessageId => sealing.message_id ^= 1,
            Fault::BadDigest { only: true } => sealing.digest = Digest::OfAnother,
            Fault::EmptyDigest => sealing.digest = Digest::Empty,
            Fault::ShortDigest => sealing.digest = Digest::Cut,
            Fault::Downgrade => sealing.level = Level::NoAuthNoPriv,
            Fault::WrongUser => sealing.user = b"nobody-here".to_vec(),
            Fault::Ago(seconds) => {
                sealing.time = sealing.time.saturating_sub(i32::try_from(*seconds).unwrap_or(i32::MAX)).max(0);
            }
            Fault::OldTime => sealing.boots = sealing.boots.saturating_sub(1).max(0),
            Fault::OtherEngine => {
                let mut other = sealing.engine_id.to_vec();
                if let Some(last) = other.last_mut() {
                    *last = !*last;
                }
                let other: Arc<[u8]> = other.into();
                if let Some(keys) = usm.keys_elsewhere(sealing, &other) {
                    sealing.keys = keys;
                }
                sealing.engine_id = Arc::clone(&other);
                sealing.context_engine_id = other;
            }
            _ => {}
        }
    }
}

/// Changes the sealing of a notification of version 3, of which there is one datagram only.
pub(crate) fn notification(plan: &FaultPlan, sealing: &mut Sealing, usm: &mut Usm) {
    if let Some(boots) = EngineFaults::of(plan).boots {
        sealing.boots = boots;
    }
    security(plan, sealing, usm);
    if plan.faults().iter().any(|fault| matches!(fault, Fault::BadDigest { .. })) {
        sealing.digest = Digest::OfAnother;
    }
}

/// What comes ahead of an answer of version 3: forgeries of it, and of reports.
pub(crate) fn forgeries(plan: &FaultPlan, sealing: &Sealing, usm: &Usm, pdu: &[u8], request_id: i32) -> Vec<Vec<u8>> {
    let mut forgeries = Vec::new();
    for fault in plan.faults() {
        match fault {
            Fault::Forged => forgeries.extend(usm.forged_reports(sealing, request_id)),
            Fault::BadDigest { only: false } => {
                let mut changed = Vec::new();
                Sealing { digest: Digest::OfAnother, ..sealing.clone() }.seal(pdu, &mut changed);
                forgeries.push(changed);
            }
            _ => {}
        }
    }
    forgeries
}
