//! The columns of a walk: which of them may be asked, and what an answer means for all of them together.

use super::{
    column::{Column, Verdict},
    ending::Reason,
    request::{ColumnIndexes, WalkRequest},
    seen::SeenNames,
};
use crate::{Oid, OnNonIncreasing, RequestOptions, StopReason, Varbind};

/// The columns of a walk.
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<Column>,
    /// The names that were read, where they need not come in order.
    seen: Option<SeenNames>,
}

/// What the other columns say about the end of one.
#[derive(Debug)]
pub(super) enum EndClaim {
    /// Another column shows that something follows `after`; the agent may have said that nothing at all does.
    Contradicted { after: Oid, seen: Oid, ended_with_all: bool },
    /// The agent said that nothing at all follows `after`, and nothing shows otherwise. `behind` is the first name that
    /// is in no row of the column.
    NothingFollows { after: Oid, behind: Oid },
}

impl Columns {
    /// Each column is a root, and a name from which on it is read: the root itself, or one below it.
    pub(super) fn new(columns: Vec<(Oid, Oid)>, options: &RequestOptions) -> Self {
        let goes_on = options.on_non_increasing == OnNonIncreasing::Continue;
        let seen = goes_on.then(|| SeenNames::new(columns.len(), options.max_seen_names));
        Self { columns: columns.into_iter().map(|(root, start)| Column::new(root, start)).collect(), seen }
    }

    /// Whether a column will deliver more.
    pub(super) fn is_live(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|column| !column.is_over())
    }

    /// How many will deliver more.
    pub(super) fn live(&self) -> usize {
        self.columns.iter().filter(|column| !column.is_over()).count()
    }

    /// Whether names may come in any order.
    pub(super) fn may_come_in_any_order(&self) -> bool {
        self.seen.is_some()
    }

    /// Whether a name was read, where that is remembered.
    pub(super) fn has_seen(&self, name: &Oid) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.has(name))
    }

    /// The first that has to be asked by itself.
    pub(super) fn next_alone(&self) -> Option<usize> {
        self.columns.iter().position(|column| column.is_idle() && column.is_alone())
    }

    /// Those that may be asked now.
    pub(super) fn idle(&self, held: impl Fn(usize) -> bool) -> ColumnIndexes {
        let idle = self.columns.iter().enumerate().filter(|(index, column)| column.is_idle() && !held(*index));
        idle.map(|(index, _)| index).collect()
    }

    /// Starts the columns that a name belongs to behind it.
    pub(super) fn start_after(&mut self, name: &Oid) {
        self.columns.iter_mut().for_each(|column| column.start_after(name));
    }

    /// Whether a column has not got further than its start.
    pub(super) fn is_untouched(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(Column::is_untouched)
    }

    /// The last name of a column.
    pub(super) fn last(&self, column: usize) -> Option<&Oid> {
        self.columns.get(column).map(Column::last)
    }

    /// Notes that columns are being asked. Returns the names to ask behind.
    pub(super) fn asked(&mut self, columns: &[usize]) -> Vec<Oid> {
        let mut names = Vec::with_capacity(columns.len());
        for column in columns {
            if let Some(column) = self.columns.get_mut(*column) {
                column.asked();
                names.push(column.last().clone());
            }
        }
        names
    }

    /// Notes that the answer for columns is held back: they wait for it.
    pub(super) fn hold(&mut self, columns: &[usize]) {
        for column in columns {
            self.columns.get_mut(*column).into_iter().for_each(Column::asked);
        }
    }

    /// Notes that the request that columns were in is done with.
    pub(super) fn release(&mut self, columns: &[usize]) {
        for column in columns {
            self.columns.get_mut(*column).into_iter().for_each(Column::released);
        }
    }

    /// From now on columns are asked one by one.
    pub(super) fn ask_alone(&mut self, columns: &[usize]) {
        for column in columns {
            self.columns.get_mut(*column).into_iter().for_each(|column| column.set_alone(true));
        }
    }

    /// From now on columns may be asked with others.
    pub(super) fn ask_together(&mut self, columns: &[usize]) {
        for column in columns {
            self.columns.get_mut(*column).into_iter().for_each(|column| column.set_alone(false));
        }
    }

    /// Ends a column. Returns its last name.
    pub(super) fn end(&mut self, column: usize) -> Option<Oid> {
        let column = self.columns.get_mut(column)?;
        column.end();
        Some(column.last().clone())
    }

    /// Opens a column again that has ended too early, to be asked by itself.
    pub(super) fn reopen(&mut self, column: usize) {
        self.columns.get_mut(column).into_iter().for_each(Column::reopen);
    }

    /// Decides what a varbind means for its column.
    pub(super) fn accept(&mut self, index: usize, varbind: &Varbind) -> Verdict {
        let Some(column) = self.columns.get_mut(index) else { return Verdict::Late };
        let seen = self.seen.as_mut();
        column.accept(varbind, seen.map(|seen| |name: &Oid, is_higher: bool| seen.see(index, name, is_higher)))
    }

    /// How many of the varbinds for a column mean something to it.
    pub(super) fn reach<'a>(&self, column: usize, own: impl Iterator<Item = &'a Varbind>) -> Option<usize> {
        Some(self.columns.get(column)?.reach(own))
    }

    /// Whether an answer contradicts itself. A single name has a single successor: whatever it is, the column decides.
    pub(super) fn contradict(&self, ask: &WalkRequest, varbinds: &[Varbind], first_object: Option<&Oid>) -> bool {
        if ask.is_single() {
            return false;
        }
        ask.columns.iter().enumerate().any(|(position, index)| {
            let column = self.columns.get(*index);
            column.is_some_and(|column| !column.fits(ask.own(varbinds, position), first_object))
        })
    }

    /// What is to be said of the end of a column, if it has ended and something is.
    pub(super) fn end_claim(&self, index: usize) -> Option<EndClaim> {
        let column = self.columns.get(index).filter(|column| column.is_over())?;
        let after = column.last().clone();
        let behind_it = self.columns.iter().filter(|other| other.root() > column.root());
        if let Some(seen) = behind_it.filter_map(Column::first).min().and_then(|first| column.contradicted_by(first)) {
            let ended_with_all = column.ended_with_all();
            return Some(EndClaim::Contradicted { after, seen: seen.clone(), ended_with_all });
        }
        let behind = next_sibling(column.root()).filter(|_| column.ended_with_all())?;
        Some(EndClaim::NothingFollows { after, behind })
    }

    /// A row of another column behind one that ended without a word about what follows.
    pub(super) fn early_end(&self) -> Option<Reason> {
        let mut pairs = self.columns.iter().flat_map(|column| self.columns.iter().map(move |other| (column, other)));
        let (column, other) = pairs.find(|(column, other)| column.may_lack_row_of(other))?;
        let after = column.last().clone();
        Some((StopReason::EarlyEnd { after: after.clone(), seen: other.last().clone() }, Some(after)))
    }
}

/// The first name behind everything below `root`.
fn next_sibling(root: &Oid) -> Option<Oid> {
    let (last, parent) = root.arcs().split_last()?;
    Oid::new(parent).ok()?.join(&[last.checked_add(1)?]).ok()
}
