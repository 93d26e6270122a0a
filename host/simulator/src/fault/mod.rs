//! Fault plans: how a device misbehaves, as pure values.
//!
//! A plan is told a request and its number, counted from 1 for each community, and says what becomes of the answer.
//! It has no clock, no randomness and no memory, so that every run is the same. Plans have a text form,
//! `loop:3!delay:20`, that people append to a community: `switch!loop:3!delay:20` is the misbehaving twin of `switch`.

mod text;

use std::time::Duration;

pub use text::ParseFaultError;

use crate::{
    device::RowOrder,
    message::{ErrorStatus, Operation, Request},
};

/// What is wrong with a device. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultPlan {
    faults: Vec<Fault>,
}

/// One kind of misbehaviour. Its text form stands behind each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Every n-th answer is lost: `drop:3`.
    DropEvery(u64),
    /// The answers to the first n requests are lost: `dropfirst:2`.
    DropFirst(u64),
    /// Every answer comes this much later: `delay:20`, in milliseconds.
    Delay(Duration),
    /// Every answer comes twice: `double`.
    Double,
    /// The answers to the first, third, fifth… request come when the next request has come: `late`.
    LateByOne,
    /// The answers to the first, third, fifth… request come this much later: `late:1500`, in milliseconds.
    Late(Duration),
    /// Answers carry another request-id: `wrongid`.
    WrongId,
    /// A GETBULK of more than n repetitions is answered with tooBig: `toobig:10`.
    TooBigBulk(u32),
    /// A GET or GETNEXT of more than n names is answered with tooBig: `toobigget:4`.
    TooBigGet(usize),
    /// GETBULK is not answered: `nobulk`.
    NoBulk,
    /// GETBULK is answered with genErr: `bulkgenerr`.
    BulkGenErr,
    /// After n rows of a column comes its first row again: `loop:3`.
    Loop(usize),
    /// After a row comes the same row: `same`.
    Same,
    /// Columns have more and more rows: `endless`.
    Endless,
    /// Nothing is answered: `silent`.
    Silent,
}

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

impl FaultPlan {
    /// Nothing is wrong.
    #[must_use]
    pub fn healthy() -> Self {
        Self::default()
    }

    /// Adds a fault. Of two that contradict each other the later one counts, but nothing brings back a lost answer.
    #[must_use]
    pub fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The faults, in the order in which they were added.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Says what becomes of the answer to the `number`-th request.
    pub fn treat(&self, number: u64, request: &Request) -> Treatment {
        let mut treatment = Treatment::honest();
        for fault in &self.faults {
            treatment.apply(*fault, number, request);
        }
        treatment
    }
}

impl Treatment {
    /// The right answer, at once, once.
    pub fn honest() -> Self {
        let delivery = Delivery::Sent { delay: Duration::ZERO, copies: 1 };
        Self { refusal: None, order: RowOrder::Honest, request_id_offset: 0, delivery }
    }

    fn apply(&mut self, fault: Fault, number: u64, request: &Request) {
        let bulk = request.operation == Operation::GetBulk;
        let odd = number % 2 == 1;
        match fault {
            Fault::DropEvery(every) if number.is_multiple_of(every) => self.delivery = Delivery::Lost,
            Fault::DropFirst(first) if number <= first => self.delivery = Delivery::Lost,
            Fault::Silent => self.delivery = Delivery::Lost,
            Fault::NoBulk if bulk => self.delivery = Delivery::Lost,
            Fault::Delay(more) => self.delay_by(more),
            Fault::Late(more) if odd => self.delay_by(more),
            Fault::LateByOne if odd && self.delivery != Delivery::Lost => self.delivery = Delivery::AfterNextRequest,
            Fault::Double => {
                if let Delivery::Sent { copies, .. } = &mut self.delivery {
                    *copies = 2;
                }
            }
            Fault::WrongId => self.request_id_offset = 1,
            Fault::TooBigBulk(most) if bulk && i64::from(request.max_repetitions) > i64::from(most) => {
                self.refusal = Some((ErrorStatus::TOO_BIG, 0));
            }
            Fault::TooBigGet(most) if is_get(request) && request.names.len() > most => {
                self.refusal = Some((ErrorStatus::TOO_BIG, 0));
            }
            Fault::BulkGenErr if bulk => self.refusal = Some((ErrorStatus::GEN_ERR, 1)),
            Fault::Loop(rows) => self.order = RowOrder::Loop(rows),
            Fault::Same => self.order = RowOrder::Same,
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

impl From<Fault> for FaultPlan {
    fn from(fault: Fault) -> Self {
        Self::healthy().with(fault)
    }
}

fn is_get(request: &Request) -> bool {
    matches!(request.operation, Operation::Get | Operation::GetNext)
}

#[cfg(test)]
mod tests;
