use super::*;

fn rows(recording: &Recording, root: &str) -> usize {
    recording.below(&root.parse().unwrap()).count()
}

#[test]
fn a_device_has_as_many_rows_as_it_was_asked_for() {
    let device =
        SyntheticDevice { interfaces: 500, arp_rows: 5_000, arp_tables: ArpTables::Both, ..Default::default() };
    let recording = device.recording();
    assert_eq!(rows(&recording, "1.3.6.1.2.1.2.2.1.2"), 500);
    assert_eq!(rows(&recording, "1.3.6.1.2.1.31.1.1.1.18"), 500);
    assert_eq!(rows(&recording, "1.3.6.1.2.1.4.22.1.2"), 5_000);
    assert_eq!(rows(&recording, "1.3.6.1.2.1.4.35.1.4"), 5_000);
    assert_eq!(rows(&recording, "1.3.6.1.2.1.1"), 7);
    assert_eq!(device.recording(), recording);
}

#[test]
fn only_the_tables_that_were_asked_for_are_there() {
    let of = |arp_tables| SyntheticDevice { arp_tables, ..Default::default() }.recording();
    assert_eq!(rows(&of(ArpTables::Media), "1.3.6.1.2.1.4.35"), 0);
    assert_eq!(rows(&of(ArpTables::Physical), "1.3.6.1.2.1.4.22"), 0);
}

#[test]
fn a_device_may_have_nothing_but_its_system_group() {
    let device = SyntheticDevice { interfaces: 0, arp_rows: 0, ..Default::default() };
    assert_eq!(device.recording().len(), 8);
}
