//! What is wrong with the rows that are read from a device: their order, their end, their values.

use super::{Fault, FaultPlan, Treatment};
use crate::device::{RowRules, Values, ViewEnd};

impl RowRules {
    /// What a plan and how this request is treated mean for the rows.
    pub(crate) fn of(plan: &FaultPlan, treatment: &Treatment) -> Self {
        let mut rules = Self { order: treatment.order, ..Self::default() };
        for fault in plan.faults() {
            match fault {
                Fault::Dup => rules.twice = true,
                Fault::Short(max) => rules.max = Some(*max),
                Fault::BulkAsNext => rules.once = true,
                Fault::EmptyAbove(names) => rules.max_names = Some(*names),
                Fault::SkipAbove(repetitions) => rules.skip_above = Some(*repetitions),
                Fault::NoSuchObject(every) => rules.missing_every = Some(*every),
                Fault::GenErr(every) => rules.unreadable_every = Some(*every),
                Fault::NoEndOfMibView => rules.end = ViewEnd::NoSuchName,
                Fault::NullAtEnd => rules.end = ViewEnd::Null,
                Fault::NoSuchObjectAtEnd => rules.end = ViewEnd::NoSuchObject,
                Fault::WrapsAround => rules.end = ViewEnd::FirstRow,
                Fault::EndInColumn(rows) => rules.end_in_column = Some(*rows),
                Fault::WrongTypes => rules.values = Values::OfOtherTypes,
                Fault::EmptyIntegers => rules.values = Values::EmptyIntegers,
                Fault::ShortCounters => rules.values = Values::ShortCounters,
                Fault::Huge(octets) => rules.values = Values::Huge(*octets),
                Fault::Counter64InV1 => rules.counter64_in_v1 = true,
                _ => {}
            }
        }
        rules
    }
}
