//! How a device deviates from honesty when it reads its rows: their order, their end, their values.

use super::RowOrder;

/// How a device reads its rows. The default is honest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowRules {
    pub(crate) order: RowOrder,
    pub(crate) end: ViewEnd,
    pub(crate) values: Values,
    /// After how many rows of a column the view ends.
    pub(crate) end_in_column: Option<usize>,
    /// Which varbinds do not exist in a walk: every n-th of the device.
    pub(crate) missing_every: Option<usize>,
    /// Which varbinds cannot be read in a walk: every n-th of the device.
    pub(crate) unreadable_every: Option<usize>,
    /// Whether GETBULK tells each row twice.
    pub(crate) twice: bool,
    /// The most varbinds of a GETBULK.
    pub(crate) max: Option<usize>,
    /// Whether a GETBULK has one repetition, whatever was asked for.
    pub(crate) once: bool,
    /// The most names of a GETBULK that is answered with anything.
    pub(crate) max_names: Option<usize>,
    /// After how many repetitions rows are left out, if more were asked for.
    pub(crate) skip_above: Option<u32>,
    pub(crate) counter64_in_v1: bool,
}

/// What stands behind the last row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ViewEnd {
    /// endOfMibView.
    #[default]
    Exception,
    /// An answer with noSuchName, as in version 1.
    NoSuchName,
    /// The name that was asked for, with NULL.
    Null,
    /// The name that was asked for, with noSuchObject.
    NoSuchObject,
    /// The first row of all.
    FirstRow,
}

/// What the values are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Values {
    #[default]
    Recorded,
    OfOtherTypes,
    /// An INTEGER has no content.
    EmptyIntegers,
    /// A Counter32 is FF FF.
    ShortCounters,
    /// Texts of this many octets.
    Huge(usize),
}

impl RowRules {
    /// The order from this repetition of `asked` on, the first being 0.
    pub(crate) fn order_at(&self, repetition: i32, asked: i32) -> RowOrder {
        match self.skip_above.map(|above| i32::try_from(above).unwrap_or(i32::MAX)) {
            Some(above) if asked > above && repetition >= above => RowOrder::EveryOther,
            _ => self.order,
        }
    }
}
