//! Whatever the octets of a table are, reading ends and nothing panics.

use std::borrow::Cow;

use proptest::prelude::*;

use super::tables::acme;
use crate::{
    Mibs, Table, Value,
    layout::{CHECKED_FROM, checksum},
    write::write,
};

/// Reads everything of a table in every way.
fn read_all(table: Table) {
    let mibs = Mibs::of([table]);
    let table = mibs.tables().last().unwrap();
    for object in table.objects() {
        let oid = object.oid();
        let (name, _) = (object.full_name(), mibs.find(&oid));
        let _ = (mibs.read(&name), mibs.read(&format!("{name}[1][\"a\"]")), mibs.notification(&oid));
        let _ = (object.units(), object.kind(), object.access(), object.augments(), object.row());
        let _ = (object.children().count(), object.columns().count(), object.notified().count());
        if let Some(index) = object.index() {
            let _ = (index.read(&[1, 2, 3]), index.bracketed(&[1, 2, 97, 98]), format!("{index:?}"));
        }
        if let Some(syntax) = object.syntax() {
            let _ = (syntax.names().count(), syntax.name_of(5), syntax.ranges().count(), syntax.fixed_length());
            let _ = (syntax.display(Value::Integer(5), None), syntax.display(Value::Octets(b"\x80ab"), Some(1)));
        }
    }
    let modules: Vec<_> = table.modules().map(|module| (module.name(), module.identity())).collect();
    let _ = (modules.len(), table.module("ACME-MIB"));
    let _ = (mibs.convention("AcmeMode", None), mibs.closest("acmeMod", None, 3), mibs.read("acmeMode"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn damaged_octets_never_panic(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut octets = write(&acme()).unwrap();
        let length = octets.len();
        for (place, octet) in damage {
            octets[place.index(length)] = octet;
        }
        // As if nobody had looked, and as if whoever damaged it knew the checksum.
        if let Ok(table) = Table::open_unchecked(Cow::Owned(octets.clone())) {
            read_all(table);
        }
        let sum = checksum(&octets[CHECKED_FROM..]);
        octets[CHECKED_FROM - 8..CHECKED_FROM].copy_from_slice(&sum.to_le_bytes());
        if let Ok(table) = Table::open(octets) {
            read_all(table);
        }
    }

    #[test]
    fn any_octets_behind_the_header_never_panic(octets in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut table = write(&acme()).unwrap();
        table.truncate(CHECKED_FROM);
        table.extend(octets);
        prop_assert!(Table::open(table).is_err());
    }

    #[test]
    fn a_changed_octet_is_seen_when_the_table_is_opened(place in any::<prop::sample::Index>(), bits in 1_u8..) {
        let mut octets = write(&acme()).unwrap();
        let place = place.index(octets.len());
        octets[place] ^= bits;
        prop_assert!(Table::open(octets).is_err());
    }
}
