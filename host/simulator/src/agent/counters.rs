//! What was asked, counted and remembered.

use std::{net::SocketAddr, sync::Arc};

use crate::{
    message::{ErrorStatus, Operation, Request},
    v3::UsmCounters,
};

/// A request that a device was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The device.
    pub device: Arc<str>,
    /// Its number among those of the same community at the same address, the first being 1.
    pub number: u64,
    /// Who asked.
    pub peer: SocketAddr,
    /// What was asked.
    pub request: Request,
}

/// What a device was asked and did, all its communities and addresses together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceCounters {
    /// All requests.
    pub requests: u64,
    /// Of these GET.
    pub gets: u64,
    /// Of these GETNEXT.
    pub get_nexts: u64,
    /// Of these GETBULK.
    pub get_bulks: u64,
    /// Answers that its fault plan lost.
    pub lost: u64,
    /// Answers with an error-status.
    pub refused: u64,
    /// Varbinds in all answers, lost ones included.
    pub varbinds: u64,
}

/// What came to no device, or got lost where no plan said so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams that are no request of a version spoken here.
    pub malformed: u64,
    /// Requests with a community that stands for no device.
    pub unknown_community: u64,
    /// Answers given up because too many were waiting or the socket did not take them.
    pub overflowed: u64,
    /// What was refused of version 3.
    pub usm: UsmCounters,
}

impl DeviceCounters {
    /// Those of two devices together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            gets: self.gets + other.gets,
            get_nexts: self.get_nexts + other.get_nexts,
            get_bulks: self.get_bulks + other.get_bulks,
            lost: self.lost + other.lost,
            refused: self.refused + other.refused,
            varbinds: self.varbinds + other.varbinds,
        }
    }

    /// What was added since it was like this.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            requests: self.requests.saturating_sub(before.requests),
            gets: self.gets.saturating_sub(before.gets),
            get_nexts: self.get_nexts.saturating_sub(before.get_nexts),
            get_bulks: self.get_bulks.saturating_sub(before.get_bulks),
            lost: self.lost.saturating_sub(before.lost),
            refused: self.refused.saturating_sub(before.refused),
            varbinds: self.varbinds.saturating_sub(before.varbinds),
        }
    }

    pub(super) fn count(&mut self, operation: Operation, status: ErrorStatus, varbinds: u64) {
        self.requests += 1;
        match operation {
            Operation::Get => self.gets += 1,
            Operation::GetNext => self.get_nexts += 1,
            Operation::GetBulk => self.get_bulks += 1,
            Operation::Set => {}
        }
        self.refused += u64::from(status != ErrorStatus::NO_ERROR);
        self.varbinds += varbinds;
    }
}
