//! Whether, when and from where an answer comes, and what it has instead of values.

use std::time::Duration;

use super::Fault;
use crate::{
    device::RowOrder,
    message::{ErrorStatus, Operation, Request, Version},
};

/// What becomes of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Treatment {
    /// The error that is answered instead of values: status and index.
    pub refusal: Option<(ErrorStatus, i32)>,
    /// How the rows of the answer follow each other.
    pub order: RowOrder,
    /// What is added to the request-id.
    pub request_id_offset: i32,
    /// How the answer reaches the client.
    pub delivery: Delivery,
    /// Where it comes from.
    pub source: Source,
}

/// How an answer reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// Not at all.
    Lost,
    /// After a time, once or more often.
    Sent {
        /// How long after the request, beside the simulator's own latency.
        delay: Duration,
        /// How often.
        copies: u8,
    },
    /// When the next request of the same community has come, before the answer to that one.
    AfterNextRequest,
}

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The address and port that were asked.
    #[default]
    Asked,
    /// The address that was asked, and another port.
    OtherPort,
    /// Another address.
    OtherAddress,
}

impl Treatment {
    /// The right answer, at once, once.
    pub fn honest() -> Self {
        let delivery = Delivery::Sent { delay: Duration::ZERO, copies: 1 };
        Self { refusal: None, order: RowOrder::Honest, request_id_offset: 0, delivery, source: Source::Asked }
    }

    pub(super) fn by(faults: &[Fault], number: u64, request: &Request) -> Self {
        let mut treatment = Self::honest();
        for fault in faults {
            treatment.apply(*fault, number, request);
        }
        treatment
    }

    fn apply(&mut self, fault: Fault, number: u64, request: &Request) {
        let bulk = request.operation == Operation::GetBulk;
        let odd = number % 2 == 1;
        match fault {
            Fault::DropEvery(every) if number.is_multiple_of(every) => self.delivery = Delivery::Lost,
            Fault::DropFirst(first) if number <= first => self.delivery = Delivery::Lost,
            Fault::Loss { every, seed } if is_lost(number, every, seed) => self.delivery = Delivery::Lost,
            Fault::Silent => self.delivery = Delivery::Lost,
            Fault::OnlyV1 if request.version != Version::V1 => self.delivery = Delivery::Lost,
            Fault::NoBulk if bulk => self.delivery = Delivery::Lost,
            Fault::Delay(more) | Fault::Drip(more) => self.delay_by(more),
            Fault::Late(more) if odd => self.delay_by(more),
            Fault::LateByOne if odd && self.delivery != Delivery::Lost => self.delivery = Delivery::AfterNextRequest,
            Fault::Double => {
                if let Delivery::Sent { copies, .. } = &mut self.delivery {
                    *copies = 2;
                }
            }
            Fault::OtherPort => self.source = Source::OtherPort,
            Fault::OtherAddress => self.source = Source::OtherAddress,
            Fault::WrongId => self.request_id_offset = 1,
            Fault::TooBigBulk(max) if bulk && i64::from(request.max_repetitions) > i64::from(max) => {
                self.refusal = Some((ErrorStatus::TOO_BIG, 0));
            }
            Fault::TooBigGet(max) if is_get(request) && request.names.len() > max => {
                self.refusal = Some((ErrorStatus::TOO_BIG, 0));
            }
            Fault::SilentAbove(max) if request.names.len() > max => self.delivery = Delivery::Lost,
            Fault::GenErrAbove(max) if request.names.len() > max => self.refusal = Some((ErrorStatus::GEN_ERR, 0)),
            Fault::BulkGenErr if bulk => self.refusal = Some((ErrorStatus::GEN_ERR, 1)),
            Fault::Loop(rows) => self.order = RowOrder::Loop(rows),
            Fault::Same => self.order = RowOrder::Same,
            Fault::Swap => self.order = RowOrder::Swap,
            Fault::Endless => self.order = RowOrder::Endless,
            _ => {}
        }
    }

    fn delay_by(&mut self, more: Duration) {
        if let Delivery::Sent { delay, .. } = &mut self.delivery {
            *delay = delay.saturating_add(more);
        }
    }
}

fn is_lost(number: u64, every: u32, seed: Option<u32>) -> bool {
    let dice = match seed {
        // The same losses for the same seed, in every run.
        Some(seed) => fastrand::Rng::with_seed(u64::from(seed) << 32 ^ number).u64(..),
        None => number,
    };
    dice.is_multiple_of(every.into())
}

fn is_get(request: &Request) -> bool {
    matches!(request.operation, Operation::Get | Operation::GetNext)
}
