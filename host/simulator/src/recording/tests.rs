use proptest::prelude::*;
use snmp::Varbind;

use super::*;
use crate::ber::tests::{any_oid, any_value};

#[test]
fn unsorted_lines_are_sorted_and_the_first_of_a_name_wins() {
    let parsed = Recording::parse(b"1.3.10|2|1\r\n1.3.9|2|2\r\n1.3.10|2|3\r\n");
    assert_eq!(parsed.recording.to_snmprec(), "1.3.9|2|2\n1.3.10|2|1\n");
    assert_eq!(parsed.duplicates, 1);
}

#[test]
fn what_is_below_a_name_is_found() {
    let recording = Recording::parse(b"1.3.1|2|1\n1.3.2.1|2|2\n1.3.2.5|2|3\n1.3.20|2|4\n").recording;
    let root = "1.3.2".parse().unwrap();
    let names: Vec<String> = recording.below(&root).map(|varbind| varbind.name.to_string()).collect();
    assert_eq!(names, ["1.3.2.1", "1.3.2.5"]);
    assert!(recording.get(&root).is_none());
    assert!(recording.get(&"1.3.20".parse().unwrap()).is_some());
}

proptest! {
    #[test]
    fn what_was_written_as_snmprec_reads_the_same(
        varbinds in proptest::collection::vec((any_oid(), any_value()), 0..20)
    ) {
        let varbinds = varbinds.into_iter().map(|(name, value)| Varbind { name, value });
        let recording: Recording = varbinds.collect();
        let parsed = Recording::parse(recording.to_snmprec().as_bytes());
        prop_assert_eq!(parsed.bad_line_count, 0);
        prop_assert_eq!(parsed.recording, recording);
    }
}
