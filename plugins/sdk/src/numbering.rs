//! Which row of ifTable is meant where another table refers to an ifIndex.
//!
//! By RFC 2863 a row's index and its column ifIndex are the same number, and then there is nothing to decide. Agents
//! exist where they differ, in two ways:
//!
//! * mini-snmpd 1.6 numbers the rows by position and fills the column with the system's numbers; ipAdEntIfIndex refers
//!   to the column. Reading it by index puts each address on another interface.
//! * SONiC's column counts from zero while the rows count from one, so that it is one off in every row; all other tables
//!   refer to the index. Reading those by the column moves everything by one interface.
//!
//! The rule that serves both: **the column counts where a reference proves that it is in use.** A reference is such a
//! proof when a row says that it is this ifIndex and the row of that index does not say so itself. Where the column is
//! off by the same number in every row, all references to inner rows look like that, so there one is needed that no row
//! has as its index. Zero proves nothing, since it means "none" wherever something refers to interfaces. In every other
//! case the index counts.
//!
//! Where the column counts, a reference that no row claims, or that several claim, belongs to none: better no interface
//! than the wrong one. A row whose index and column agree needs no proof, and keeps what refers to it.

use std::collections::BTreeMap;

/// The rows of ifTable by both their numbers.
#[derive(Clone, Debug, Default)]
pub struct Numbering {
    /// What each row says that it is, by index.
    rows: BTreeMap<u32, u32>,
    /// The rows that say each ifIndex: the first of them, and whether there are more.
    claims: BTreeMap<u32, Claim>,
    column_counts: bool,
}

#[derive(Clone, Copy, Debug)]
struct Claim {
    row: u32,
    is_disputed: bool,
}

/// What an ifIndex refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The row with this index.
    Row(u32),
    /// No row has this number, neither as its index nor in its column.
    Missing,
    /// The rows contradict each other about who is meant: the row of this index says that it is another one, and none
    /// or several say that they are this one.
    Contradicted,
}

impl Numbering {
    /// Takes the rows by index with what their column ifIndex says, if it says anything, and all that refers to rows.
    #[must_use]
    pub fn new(
        rows: impl IntoIterator<Item = (u32, Option<u32>)>,
        references: impl IntoIterator<Item = u32>,
    ) -> Numbering {
        let rows: BTreeMap<u32, u32> = rows.into_iter().map(|(index, says)| (index, says.unwrap_or(index))).collect();
        let mut claims = BTreeMap::new();
        for (&row, &says) in &rows {
            claims
                .entry(says)
                .and_modify(|claim: &mut Claim| claim.is_disputed = true)
                .or_insert(Claim { row, is_disputed: false });
        }
        let mut numbering = Numbering { rows, claims, column_counts: false };
        let is_shifted = numbering.is_shifted();
        numbering.column_counts =
            references.into_iter().any(|reference| numbering.proves_the_column(reference, is_shifted));
        numbering
    }

    /// What the column of a row says, where it is not the row's index.
    #[must_use]
    pub fn contradiction(&self, index: u32) -> Option<u32> {
        self.rows.get(&index).copied().filter(|&says| says != index)
    }

    /// Finds the row that is meant by an ifIndex.
    #[must_use]
    pub fn row_of(&self, if_index: u32) -> Reference {
        let own = self.rows.get(&if_index);
        if own == Some(&if_index) || (own.is_some() && !self.column_counts) {
            return Reference::Row(if_index);
        }
        match self.claims.get(&if_index) {
            Some(claim) if self.column_counts && !claim.is_disputed => Reference::Row(claim.row),
            Some(_) if self.column_counts => Reference::Contradicted,
            _ if own.is_some() => Reference::Contradicted,
            _ => Reference::Missing,
        }
    }

    /// True when the column is off by the same number in every row.
    fn is_shifted(&self) -> bool {
        let mut differences = self.rows.iter().map(|(&index, &says)| i64::from(says) - i64::from(index));
        differences.next().is_some_and(|first| first != 0 && differences.all(|other| other == first))
    }

    fn proves_the_column(&self, reference: u32, is_shifted: bool) -> bool {
        let own = self.rows.get(&reference);
        let is_proof = if is_shifted { own.is_none() } else { own != Some(&reference) };
        is_proof && reference != 0 && self.claims.contains_key(&reference)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Reference::{Contradicted, Missing, Row},
        *,
    };

    /// Rows as (index, column), what refers to rows, and what each reference comes to.
    fn check(rows: &[(u32, u32)], expected: &[(u32, Reference)]) {
        let rows = rows.iter().map(|&(index, says)| (index, Some(says)));
        let numbering = Numbering::new(rows, expected.iter().map(|&(reference, _)| reference));
        let found: Vec<_> = expected.iter().map(|&(reference, _)| (reference, numbering.row_of(reference))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn index_and_column_agree_and_nothing_is_to_decide() {
        check(&[(1, 1), (7, 7)], &[(1, Row(1)), (7, Row(7)), (9, Missing)]);
        let numbering = Numbering::new([(3, None), (0, None)], [3]);
        assert_eq!((numbering.row_of(0), numbering.contradiction(3)), (Row(0), None));
    }

    #[test]
    fn rows_by_position_are_found_by_what_they_say() {
        // mini-snmpd 1.6 with `-i eth0,lo`, with `-i eth2,eth0` and with `-i eth0` alone.
        check(&[(1, 2), (2, 1)], &[(1, Row(2)), (2, Row(1))]);
        check(&[(1, 4), (2, 2)], &[(2, Row(2)), (4, Row(1))]);
        check(&[(1, 2)], &[(2, Row(1))]);
        // With `-i eth0,eth1` the column is one off in both rows, and only a reference to 3 tells.
        check(&[(1, 2), (2, 3)], &[(2, Row(1)), (3, Row(2))]);
    }

    #[test]
    fn a_column_that_is_off_by_one_in_every_row_moves_nothing_that_fits_by_index() {
        check(&[(1, 0), (2, 1), (3, 2)], &[(1, Row(1)), (2, Row(2)), (3, Row(3)), (4, Missing)]);
        check(&[(1, 0), (5, 4), (9, 8), (10000, 9999)], &[(5, Row(5)), (10000, Row(10000))]);
        check(&[(1, 0), (2, 1)], &[(0, Missing), (2, Row(2))]);
        check(&[(1, 2), (2, 3)], &[(2, Row(2))]);
    }

    #[test]
    fn a_column_that_nothing_refers_to_is_not_in_use() {
        check(&[(1, 11), (2, 12), (3, 15)], &[(1, Row(1)), (2, Row(2)), (3, Row(3))]);
        check(&[(1, 0), (2, 0), (3, 0)], &[(1, Row(1)), (3, Row(3))]);
        check(&[(1, 1), (2, 1), (3, 1)], &[(1, Row(1)), (2, Row(2))]);
    }

    #[test]
    fn what_no_row_or_several_rows_claim_belongs_to_none() {
        check(&[(1, 3), (2, 3), (3, 1)], &[(1, Row(3)), (2, Contradicted), (3, Contradicted), (4, Missing)]);
        check(&[(1, 3), (2, 2), (4, 2)], &[(1, Contradicted), (2, Row(2)), (3, Row(1)), (4, Contradicted)]);
    }
}
