//! Indexes, both ways.

use proptest::prelude::*;

use super::oid;
use crate::{IndexError, Mibs, PartValue};

#[test]
fn the_parts_of_an_index_have_names_and_syntaxes() {
    let object = Mibs::standard().read("ipNetToPhysicalPhysAddress").unwrap().object.unwrap();
    let parts: Vec<_> = object.index().unwrap().parts().collect();
    assert_eq!(
        parts.iter().map(|part| part.name()).collect::<Vec<_>>(),
        ["ipNetToPhysicalIfIndex", "ipNetToPhysicalNetAddressType", "ipNetToPhysicalNetAddress"]
    );
    let values = object.index().unwrap().read(&[3, 1, 4, 192, 0, 2, 1]).unwrap();
    let values: Vec<_> = values.into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, [PartValue::Number(3), PartValue::Number(1), PartValue::Octets(vec![192, 0, 2, 1])]);
    assert_eq!(object.index().unwrap().arcs(&values), Some(vec![3, 1, 4, 192, 0, 2, 1]));
    assert_eq!(object.index().unwrap().arcs(&values[..2]), None);
}

#[test]
fn the_index_of_an_augmenting_row_is_that_of_the_augmented_one() {
    let mibs = Mibs::standard();
    let parts =
        |name| mibs.read(name).unwrap().object.unwrap().index().unwrap().parts().map(|part| part.name()).collect();
    let (own, augmenting): (Vec<&str>, Vec<&str>) = (parts("ifDescr"), parts("ifHCInOctets"));
    assert_eq!((own, augmenting), (vec!["ifIndex"], vec!["ifIndex"]));
}

#[test]
fn arcs_that_are_no_index_are_told() {
    let mibs = Mibs::standard();
    let read = |name, arcs: &[u32]| mibs.read(name).unwrap().object.unwrap().index().unwrap().read(arcs).unwrap_err();
    let short = |part: &str| IndexError::Short { part: part.to_owned() };
    assert_eq!(read("ipNetToMediaPhysAddress", &[3, 192, 0]), short("ipNetToMediaNetAddress"));
    assert_eq!(read("ifDescr", &[]), short("ifIndex"));
    assert_eq!(read("ifDescr", &[1, 2, 3]), IndexError::Long { arcs: 2 });
    assert_eq!(
        read("ipNetToMediaPhysAddress", &[3, 192, 0, 2, 256]),
        IndexError::NotAnOctet { part: "ipNetToMediaNetAddress".to_owned(), arc: 256 }
    );
    assert_eq!(read("ipAddressIfIndex", &[1, 4_294_967_295, 1]), short("ipAddressAddr"));
}

#[test]
fn what_is_written_in_brackets_reads_back_as_the_same_arcs() {
    for name in [
        "ifDescr.3",
        "ipNetToMediaPhysAddress.3.192.0.2.1",
        "ipAddressIfIndex.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1",
        "ipAddressIfIndex.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.7",
        "tcpConnectionState.1.4.127.0.0.1.22.1.4.127.0.0.1.40000",
        "vacmAccessContextMatch.6.103.114.112.34.92.93.0.0.1",
        "dot1qTpFdbPort.1.0.27.33.3.4.5",
        "snmpTargetAddrTDomain.97.98",
        "lldpRemChassisIdSubtype.0.3.1",
        "usmUserStatus.5.128.0.0.1.2.4.114.111.111.116",
        "inetCidrRouteIfIndex.1.4.0.0.0.0.0.2.0.0.1.4.192.0.2.1",
    ] {
        let read = Mibs::standard().read(name).unwrap();
        let brackets = Mibs::standard().bracketed_name(&read.oid).unwrap();
        assert!(brackets.ends_with(']'), "{brackets}");
        assert_eq!(oid(&brackets), read.oid, "{brackets}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_arcs_behind_any_column_read_back(seed in any::<usize>(), arcs in prop::collection::vec(0_u32..300, 0..12)) {
        let mibs = Mibs::standard();
        let columns: Vec<_> = mibs.tables()[0].objects().filter(|object| object.index().is_some()).collect();
        let index = columns[seed % columns.len()].index().unwrap();
        if let Ok(values) = index.read(&arcs) {
            let values: Vec<PartValue> = values.into_iter().map(|(_, value)| value).collect();
            prop_assert_eq!(index.arcs(&values), Some(arcs));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in r#"(ifDescr|sysName|IF-MIB|ipAddressIfIndex|::|[.\[\]"'0-9a-z:\\]){0,20}"#) {
        if let Ok(name) = Mibs::standard().read(&text) {
            prop_assert!(name.oid.len() <= crate::MAX_ARCS);
            prop_assert!(name.rest().len() <= name.oid.len());
        }
    }
}
