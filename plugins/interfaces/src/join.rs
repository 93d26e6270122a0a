//! Which row of ifXTable belongs to which row of ifTable.
//!
//! By RFC 2863 those with the same index do, and a row that only one of the tables has is an interface by itself. Some
//! agents number ifXTable otherwise, and then every port is there twice. Such rows are joined where it is certain, and
//! never without a warning:
//!
//! * **By the column ifIndex** of ifTable, where its values are the indexes of all the rows that have no partner.
//! * **By name**, where ifName is the ifDescr of one row only, and no other row has this ifName. That counts for the
//!   rows that have no partner by index. It counts against the index where every row of ifXTable finds its partner so,
//!   or most of them do, none of them the one with its index, and either table has rows that the other has not. A row
//!   of ifXTable that finds none then has an index that means something else, and is left out where that is taken.
//! * **By similar names**, where the indexes of ifXTable are those of ifTable moved by one number, an ifName and the
//!   ifDescr that it is moved to are alike (`Gi0/1` and `GigabitEthernet0/1`) in every row, and those with one index in
//!   none. Where no two names are alike, the index counts, with a warning.
//! * **By position**, where no index is in both tables, they have been read whole and have equally many rows, no name
//!   is in both, and no pair has speeds that contradict each other.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::Hash,
};

use crate::similar::are_similar;

/// What decides of a row: its index, its column ifIndex in ifTable, and its ifDescr or ifName.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<'a> {
    pub(crate) index: u32,
    pub(crate) says: Option<u32>,
    pub(crate) name: Option<&'a str>,
}

/// The rows of ifXTable that belong to a row of ifTable with another index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// All rows have the same index, or are interfaces by themselves.
    Index,
    /// The indexes of ifXTable are those of ifTable moved by one number, and no name shows whether the rows are, too.
    Moved,
    /// These are joined.
    Pairs {
        how: How,
        pairs: Pairs,
        /// Rows of ifXTable without a name in common, whose indexes are those of other interfaces.
        left_out: BTreeSet<u32>,
    },
    /// No row has a partner, and nothing is certain.
    None,
}

/// What shows that rows belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Column,
    Name,
    Position,
}

/// Indexes of ifTable by those of ifXTable. What is not in it is joined by index.
pub(crate) type Pairs = BTreeMap<u32, u32>;

/// Finds out how the tables belong together. `contradicts` says whether two rows, of ifTable and of ifXTable, cannot be
/// one interface.
pub(crate) fn joint(
    if_table: &[Key<'_>],
    if_x_table: &[Key<'_>],
    are_whole: bool,
    contradicts: impl Fn(u32, u32) -> bool,
) -> Joint {
    let indexes: BTreeSet<u32> = if_table.iter().map(|row| row.index).collect();
    let x_indexes: BTreeSet<u32> = if_x_table.iter().map(|row| row.index).collect();
    if indexes.is_empty() || x_indexes.is_empty() {
        return Joint::Index;
    }
    let by_name = pairs_by_name(if_table, if_x_table);
    let has_name_in_common = !by_name.is_empty();
    let differs = !x_indexes.is_subset(&indexes) && !indexes.is_subset(&x_indexes);
    let agrees = by_name.iter().any(|(x_index, index)| x_index == index);
    let are_most = by_name.len() >= 2 && by_name.len() * 2 > x_indexes.len();
    if by_name.len() == x_indexes.len() || (differs && !agrees && are_most) {
        return joint_by_name(by_name, &indexes, &x_indexes);
    }
    if !differs {
        return Joint::Index;
    }
    let is_lonely = |(x_index, index): &(u32, u32)| !indexes.contains(x_index) && !x_indexes.contains(index);
    let by_column: Pairs = once_each(if_table, |row| row.says.filter(|says| x_indexes.contains(says)))
        .into_iter()
        .filter(is_lonely)
        .collect();
    if x_indexes.difference(&indexes).all(|x_index| by_column.contains_key(x_index)) {
        return joined(How::Column, by_column);
    }
    let pairs: Pairs = by_name.into_iter().filter(is_lonely).collect();
    if !pairs.is_empty() {
        return joined(How::Name, pairs);
    }
    if !indexes.is_disjoint(&x_indexes) {
        return moved(if_table, if_x_table, contradicts);
    }
    let by_position: Pairs = x_indexes.iter().copied().zip(indexes.iter().copied()).collect();
    let is_certain = are_whole
        && !has_name_in_common
        && indexes.len() == x_indexes.len()
        && !by_position.iter().any(|(&x_index, &index)| contradicts(index, x_index));
    if is_certain { joined(How::Position, by_position) } else { Joint::None }
}

/// Joins rows whose indexes are in part the same by their names, if these show that all are moved by one number.
fn moved(if_table: &[Key<'_>], if_x_table: &[Key<'_>], contradicts: impl Fn(u32, u32) -> bool) -> Joint {
    let by_index: BTreeMap<u32, &Key<'_>> = if_table.iter().map(|row| (row.index, row)).collect();
    let by_x_index: BTreeMap<u32, &Key<'_>> = if_x_table.iter().map(|row| (row.index, row)).collect();
    let (Some((&first, _)), Some((&first_x, _))) = (by_index.first_key_value(), by_x_index.first_key_value()) else {
        return Joint::Index;
    };
    let back = |x_index: u32| u32::try_from(i64::from(x_index) - i64::from(first_x) + i64::from(first)).ok();
    let pairs: Pairs = by_x_index
        .keys()
        .filter_map(|&x_index| Some((x_index, back(x_index).filter(|index| by_index.contains_key(index))?)))
        .collect();
    if first == first_x || pairs.len() < 2 || pairs.len() * 2 <= by_x_index.len() {
        return Joint::Index;
    }
    let is_similar = |x_index: &u32, index: &u32| {
        let names = by_x_index.get(x_index).and_then(|row| row.name).zip(by_index.get(index).and_then(|row| row.name));
        names.is_some_and(|(name, descr)| are_similar(name, descr))
    };
    if by_x_index.keys().any(|index| is_similar(index, index)) {
        return Joint::Index;
    }
    let is_certain = pairs.iter().all(|(x_index, index)| is_similar(x_index, index) && !contradicts(*index, *x_index));
    if is_certain {
        let (indexes, x_indexes) = (by_index.keys().copied().collect(), by_x_index.keys().copied().collect());
        return joint_by_name(pairs, &indexes, &x_indexes);
    }
    let are_all_moved = pairs.len() == by_x_index.len() && pairs.len() == by_index.len();
    if are_all_moved { Joint::Moved } else { Joint::Index }
}

fn joined(how: How, pairs: Pairs) -> Joint {
    Joint::Pairs { how, pairs, left_out: BTreeSet::new() }
}

fn joint_by_name(mut pairs: Pairs, indexes: &BTreeSet<u32>, x_indexes: &BTreeSet<u32>) -> Joint {
    let is_taken = |x_index: &u32| indexes.contains(x_index) && !pairs.contains_key(x_index);
    let left_out = x_indexes.iter().copied().filter(is_taken).collect();
    pairs.retain(|x_index, index| x_index != index);
    if pairs.is_empty() { Joint::Index } else { Joint::Pairs { how: How::Name, pairs, left_out } }
}

/// Pairs of rows whose name nobody else has in either table.
fn pairs_by_name(if_table: &[Key<'_>], if_x_table: &[Key<'_>]) -> Pairs {
    fn name<'a>(row: &Key<'a>) -> Option<&'a str> {
        row.name.filter(|name| !name.is_empty())
    }
    let by_descr = once_each(if_table, name);
    let pairs = once_each(if_x_table, name).into_iter();
    pairs.filter_map(|(name, x_index)| Some((x_index, *by_descr.get(name)?))).collect()
}

/// The indexes of rows by something that they say, where only one row says it.
fn once_each<'a, K: Eq + Hash>(rows: &[Key<'a>], key: impl Fn(&Key<'a>) -> Option<K>) -> HashMap<K, u32> {
    let mut by_key: HashMap<K, Option<u32>> = HashMap::with_capacity(rows.len());
    for row in rows {
        if let Some(key) = key(row) {
            by_key.entry(key).and_modify(|known| *known = None).or_insert(Some(row.index));
        }
    }
    by_key.into_iter().filter_map(|(key, index)| Some((key, index?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys<'a>(rows: &[(u32, &'a str)]) -> Vec<Key<'a>> {
        rows.iter().map(|&(index, name)| Key { index, says: None, name: Some(name) }).collect()
    }

    fn check(if_table: &[(u32, &str)], if_x_table: &[(u32, &str)], expected: &Joint) {
        assert_eq!(joint(&keys(if_table), &keys(if_x_table), true, |_, _| false), *expected);
    }

    #[test]
    fn the_same_indexes_belong_together_whatever_the_names() {
        check(&[(1, "GigabitEthernet0/1"), (2, "Null0")], &[(1, "Gi0/1"), (2, "Nu0")], &Joint::Index);
        check(&[(1, "eth0"), (2, "eth1")], &[(1, "eth0"), (2, "eth1")], &Joint::Index);
        check(&[(1, "a"), (2, "b"), (3, "c")], &[(2, "Gi2")], &Joint::Index);
        check(&[(1, "a")], &[], &Joint::Index);
        check(&[], &[(1, "a")], &Joint::Index);
    }

    #[test]
    fn a_row_of_one_table_alone_stays_alone() {
        check(&[(1, "GigabitEthernet0/1"), (7, "Loopback0")], &[(1, "Gi0/1"), (9, "Tu9")], &Joint::Index);
        check(&[(1, "eth0"), (7, "eth0")], &[(1, "x"), (9, "eth0")], &Joint::Index);
        check(&[(1, "eth0"), (7, "eth7")], &[(1, "x"), (8, "eth7"), (9, "eth7")], &Joint::Index);
    }

    fn by_name<const N: usize>(pairs: [(u32, u32); N]) -> Joint {
        joined(How::Name, pairs.into())
    }

    #[test]
    fn rows_without_a_partner_are_joined_by_a_name_that_nobody_else_has() {
        check(
            &[(1, "eth0"), (2, "eth1"), (3, "eth2"), (7, "br0")],
            &[(1, "port 0"), (2, "port 1"), (3, "port 2"), (1007, "br0")],
            &by_name([(1007, 7)]),
        );
        check(
            &[(1, "eth0"), (2, "eth1"), (3, "sit0")],
            &[(101, "eth0"), (102, "eth1"), (103, "tunl0")],
            &by_name([(101, 1), (102, 2)]),
        );
    }

    #[test]
    fn names_count_against_the_index_where_they_explain_if_x_table() {
        // From zero instead of one.
        check(
            &[(1, "eth0"), (2, "eth1"), (3, "eth2")],
            &[(0, "eth0"), (1, "eth1"), (2, "eth2")],
            &by_name([(0, 1), (1, 2), (2, 3)]),
        );
        check(
            &[(1, "eth0"), (2, "eth1"), (3, "eth2")],
            &[(1, "eth0"), (2, "eth2"), (3, "eth1")],
            &by_name([(2, 3), (3, 2)]),
        );
        check(
            &[(1, "eth0"), (2, "eth1"), (3, "eth2")],
            &[(0, "cpu"), (1, "eth1"), (2, "eth2")],
            &by_name([(1, 2), (2, 3)]),
        );
        check(
            &[(1, "eth0"), (2, "eth1"), (3, "eth2"), (9, "lo")],
            &[(1, "cpu"), (2, "eth0"), (3, "eth1"), (4, "eth2")],
            &Joint::Pairs {
                how: How::Name,
                pairs: Pairs::from([(2, 1), (3, 2), (4, 3)]),
                left_out: BTreeSet::from([1]),
            },
        );
    }

    #[test]
    fn an_index_that_one_row_says_it_is_belongs_to_that_row() {
        let saying = |rows: &[(u32, u32)]| -> Vec<Key<'_>> {
            rows.iter().map(|&(index, says)| Key { index, says: Some(says), name: None }).collect()
        };
        let if_x_table = keys(&[(15, "a"), (16, "b")]);
        let joint = |if_table: &[Key<'_>]| joint(if_table, &if_x_table, false, |_, _| true);
        let pairs = Pairs::from([(15, 1), (16, 2)]);
        assert_eq!(joint(&saying(&[(1, 15), (2, 16), (3, 17)])), joined(How::Column, pairs));
        assert_eq!(joint(&saying(&[(1, 15), (2, 15), (3, 16)])), Joint::None);
        assert_eq!(joint(&saying(&[(1, 15), (2, 99)])), Joint::None);
    }

    #[test]
    fn names_that_count_from_another_number_than_descriptions_move_nothing() {
        check(&[(1, "1"), (2, "2"), (3, "3")], &[(1, "0"), (2, "1"), (3, "2")], &Joint::Index);
        check(&[(1, "1"), (2, "2"), (3, "3")], &[(0, "0"), (1, "1"), (2, "2")], &Joint::Index);
    }

    #[test]
    fn position_joins_tables_of_equal_length_without_a_common_index() {
        let if_table = [(1, "Port 1"), (2, "Port 2")];
        let pairs = Pairs::from([(1001, 1), (1002, 2)]);
        check(&if_table, &[(1001, "1/1"), (1002, "1/2")], &joined(How::Position, pairs.clone()));
        check(&if_table, &[(1001, ""), (1002, "")], &joined(How::Position, pairs));
        check(&if_table, &[(1001, "1/1"), (1002, "1/2"), (1003, "1/3")], &Joint::None);
        check(&if_table, &[(1001, "1/1")], &Joint::None);
        check(&if_table, &[(2, "X"), (3, "Y")], &Joint::Moved);
    }

    #[test]
    fn rows_that_are_all_moved_are_joined_by_similar_names() {
        let ports = [(1, "GigabitEthernet0/1"), (2, "GigabitEthernet0/2"), (3, "GigabitEthernet0/3")];
        let pairs = by_name([(2, 1), (3, 2), (4, 3)]);
        check(&ports, &[(2, "Gi0/1"), (3, "Gi0/2"), (4, "Gi0/3")], &pairs);
        check(&ports, &[(2, "ge1"), (3, "ge2"), (4, "ge3")], &pairs);
        check(&ports, &[(0, "Gi0/1"), (1, "Gi0/2"), (2, "Gi0/3")], &by_name([(0, 1), (1, 2), (2, 3)]));
        // A row more in either table.
        let more = [(2, "Gi0/1"), (3, "Gi0/2"), (4, "Gi0/3"), (5, "cpu")];
        check(&ports, &more, &pairs);
        let more = [(1, "Port 1"), (2, "Port 2"), (3, "Port 3"), (9, "lo")];
        check(&more, &[(2, "1/1"), (3, "1/2"), (4, "1/3")], &pairs);
    }

    #[test]
    fn rows_that_may_be_moved_are_joined_by_index_with_a_warning_unless_a_name_shows_that_they_are_not() {
        let ports = [(1, "Port 1"), (2, "Port 2"), (3, "Port 3")];
        check(&ports, &[(2, "red"), (3, "green"), (4, "blue")], &Joint::Moved);
        check(&ports, &[(2, ""), (3, ""), (4, "")], &Joint::Moved);
        check(&ports, &[(2, "1/1"), (3, "1/9"), (4, "1/3")], &Joint::Moved);
        check(&ports, &[(2, "1/2"), (3, "1/3"), (4, "1/4")], &Joint::Index);
        check(&ports, &[(2, "red"), (3, "green"), (9, "blue")], &Joint::Index);
        let (if_table, if_x_table) = (keys(&ports), keys(&[(2, "p1"), (3, "p2"), (4, "p3")]));
        assert_eq!(joint(&if_table, &if_x_table, true, |index, x_index| (index, x_index) == (2, 3)), Joint::Moved);
    }

    #[test]
    fn position_is_not_certain_in_half_a_table_or_against_the_speeds() {
        let (if_table, if_x_table) = (keys(&[(1, "a"), (2, "b")]), keys(&[(11, "x"), (12, "y")]));
        assert_eq!(joint(&if_table, &if_x_table, false, |_, _| false), Joint::None);
        assert_eq!(joint(&if_table, &if_x_table, true, |index, x_index| (index, x_index) == (2, 12)), Joint::None);
    }
}
