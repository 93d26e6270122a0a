//! Rows of one table with those of another.
//!
//! Tables that share their whole index, such as ifTable and ifXTable, need no join: name the columns of both in one
//! [`Table`](crate::table::Table), with [`Column::of`](crate::table::Column::of) for those of the other, and the host reads
//! them as one. [`by_key`] is for tables where a cell or a part of the index refers to a row of another.

use std::collections::BTreeMap;

/// Rows by a key, to find those that others refer to. Of two with one key the first counts; a row without a key is left
/// out.
///
/// ```
/// use snmp_proxy_sdk::join::by_key;
///
/// let ports = [(1, 10101), (2, 10102)];
/// let stations = [("00:00:5E:00:53:01", 2), ("00:00:5E:00:53:02", 9)];
/// let if_indexes = by_key(ports, |(port, _)| Some(*port));
/// let found: Vec<_> = stations.map(|(mac, port)| (mac, if_indexes.get(&port).map(|(_, if_index)| *if_index))).into();
/// assert_eq!(found, [("00:00:5E:00:53:01", Some(10102)), ("00:00:5E:00:53:02", None)]);
/// ```
pub fn by_key<K: Ord, R>(rows: impl IntoIterator<Item = R>, key: impl Fn(&R) -> Option<K>) -> BTreeMap<K, R> {
    let mut found = BTreeMap::new();
    for row in rows {
        if let Some(key) = key(&row) {
            found.entry(key).or_insert(row);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::by_key;

    #[test]
    fn of_two_rows_with_one_key_the_first_counts_and_one_without_is_left_out() {
        let rows = by_key([(Some(1), "a"), (Some(1), "b"), (None, "c")], |(key, _)| *key);
        assert_eq!(rows.into_iter().collect::<Vec<_>>(), [(1, (Some(1), "a"))]);
    }
}
