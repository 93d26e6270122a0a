//! The plugin against recordings. They are made up; the addresses are documentation's.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::testing::{RecordedDevice, run};
use snmp_proxy_sdk::{oid, serde_json};

use super::Arp;

const NAMES: &str = "
1.3.6.1.2.1.31.1.1.1.1.1|4|Gi0/1
1.3.6.1.2.1.31.1.1.1.1.2|4|
1.3.6.1.2.1.2.2.1.2.1|4|GigabitEthernet0/1
1.3.6.1.2.1.2.2.1.2.2|4|GigabitEthernet0/2
";

fn device(recording: &str) -> RecordedDevice {
    RecordedDevice::parse(&format!("{NAMES}{recording}")).unwrap()
}

fn check(mut device: RecordedDevice, params: &str, expected: &Expect) {
    let run = run::<Arp>(&mut device, params);
    let mut text = match &run.result {
        Ok(_) => String::new(),
        Err(error) => format!("{:?}: {}\n", error.kind, error.message),
    };
    for neighbour in run.try_section("arp_table").ok().flatten().and_then(|rows| rows.as_array()).into_iter().flatten()
    {
        text.push_str(&format!("{}\n", serde_json::to_string(neighbour).unwrap()));
    }
    for (line, counters) in run.progress {
        text.push_str(&format!("progress: {line} {counters:?}\n"));
    }
    for (level, line) in run.log {
        text.push_str(&format!("{level:?}: {line}\n"));
    }
    expected.assert_eq(&text);
}

#[test]
fn both_tables_are_merged_by_interface_and_address() {
    let both = device(
        "1.3.6.1.2.1.4.22.1.2.1.192.0.2.10|4x|00005e005310
         1.3.6.1.2.1.4.22.1.4.1.192.0.2.10|2|3
         1.3.6.1.2.1.4.22.1.2.2.192.0.2.9|4x|00005e005309
         1.3.6.1.2.1.4.35.1.4.1.1.4.192.0.2.10|4x|00005e005310
         1.3.6.1.2.1.4.35.1.6.1.1.4.192.0.2.10|2|4
         1.3.6.1.2.1.4.35.1.7.1.1.4.192.0.2.10|2|1
         1.3.6.1.2.1.4.35.1.4.1.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1|4x|00005e005320
         1.3.6.1.2.1.4.35.1.7.1.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1|2|2
         1.3.6.1.2.1.4.35.1.4.1.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.1|4x|00005e005321
         1.3.6.1.2.1.4.35.1.4.3.1.4.192.0.2.9|4x|00005e005309",
    );
    check(
        both,
        "{}",
        &expect![[r#"
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.10","mac":"00:00:5E:00:53:10","type":3,"type_name":"dynamic","state":1,"state_name":"reachable","source":["ipNetToMedia","ipNetToPhysical"]}
            {"index":1,"interface":"Gi0/1","ip":"2001:db8::1","mac":"00:00:5E:00:53:20","state":2,"state_name":"stale","source":["ipNetToPhysical"]}
            {"index":1,"interface":"Gi0/1","ip":"fe80::1%1","mac":"00:00:5E:00:53:21","source":["ipNetToPhysical"]}
            {"index":2,"interface":"GigabitEthernet0/2","ip":"192.0.2.9","mac":"00:00:5E:00:53:09","source":["ipNetToMedia"]}
            {"index":3,"ip":"192.0.2.9","mac":"00:00:5E:00:53:09","source":["ipNetToPhysical"]}
            progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
            progress: Walking ARP table... (5 entries) [("arp_walked", 5), ("arp_total", 5)]
        "#]],
    );
}

const DOUBTFUL: &str = "
1.3.6.1.2.1.4.22.1.2.1.192.0.2.1|4x|000000000000
1.3.6.1.2.1.4.22.1.2.1.192.0.2.2|4x|
1.3.6.1.2.1.4.22.1.2.1.192.0.2.3|4x|00005e005303
1.3.6.1.2.1.4.22.1.4.1.192.0.2.3|2|2
1.3.6.1.2.1.4.22.1.2.1.192.0.2.4|4x|00005e005304aabb
1.3.6.1.2.1.4.22.1.4.1.192.0.2.5|2|3
1.3.6.1.2.1.4.35.1.4.1.1.4.192.0.2.6|4x|00005e005306
1.3.6.1.2.1.4.35.1.7.1.1.4.192.0.2.6|2|5
1.3.6.1.2.1.4.35.1.4.1.1.4.192.0.2.7|4x|00005e005307
1.3.6.1.2.1.4.35.1.7.1.1.4.192.0.2.7|2|7
1.3.6.1.2.1.4.35.1.4.1.1.4.192.0.2.8|2|8
";

#[test]
fn entries_without_use_are_left_out() {
    check(
        device(DOUBTFUL),
        "{}",
        &expect![[r#"
        progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
        progress: Walking ARP table... (8 entries) [("arp_walked", 8), ("arp_total", 0)]
    "#]],
    );
}

#[test]
fn entries_without_use_are_kept_when_all_are_asked_for() {
    check(
        device(DOUBTFUL),
        r#"{"all": true}"#,
        &expect![[r#"
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.1","mac":"00:00:00:00:00:00","source":["ipNetToMedia"]}
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.2","source":["ipNetToMedia"]}
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.3","mac":"00:00:5E:00:53:03","type":2,"type_name":"invalid","source":["ipNetToMedia"]}
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.4","phys_address":"00005e005304aabb","source":["ipNetToMedia"]}
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.5","type":3,"type_name":"dynamic","source":["ipNetToMedia"]}
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.6","mac":"00:00:5E:00:53:06","state":5,"state_name":"invalid","source":["ipNetToPhysical"]}
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.7","mac":"00:00:5E:00:53:07","state":7,"state_name":"incomplete","source":["ipNetToPhysical"]}
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.8","source":["ipNetToPhysical"],"warnings":["ipNetToPhysicalPhysAddress: INTEGER instead of OCTET STRING"]}
            progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
            progress: Walking ARP table... (8 entries) [("arp_walked", 8), ("arp_total", 8)]
        "#]],
    );
}

#[test]
fn where_the_tables_differ_the_older_one_counts() {
    let differing = device(
        "1.3.6.1.2.1.4.22.1.2.1.192.0.2.1|4x|00005e005301
         1.3.6.1.2.1.4.22.1.4.1.192.0.2.1|2|4
         1.3.6.1.2.1.4.35.1.4.1.1.4.192.0.2.1|4x|00005e0053ff
         1.3.6.1.2.1.4.35.1.6.1.1.4.192.0.2.1|2|3",
    );
    check(
        differing,
        "{}",
        &expect![[r#"
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.1","mac":"00:00:5E:00:53:01","type":4,"type_name":"static","source":["ipNetToMedia","ipNetToPhysical"],"warnings":["mac: ipNetToPhysical has 00:00:5E:00:53:FF instead"]}
            progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
            progress: Walking ARP table... (1 entries) [("arp_walked", 1), ("arp_total", 1)]
        "#]],
    );
}

#[test]
fn malformed_indexes_are_counted_and_reported_and_never_guessed() {
    let malformed = device(
        "1.3.6.1.2.1.4.22.1.2.1.192.0.2|4x|00005e005301
         1.3.6.1.2.1.4.35.1.4.1.1.192.0.2.1|4x|00005e005301
         1.3.6.1.2.1.4.35.1.4.1.1.192.0.2.2|4x|00005e005302
         1.3.6.1.2.1.4.35.1.4.1.1.192.0.2.3|4x|00005e005303
         1.3.6.1.2.1.4.35.1.4.1.1.192.0.2.4|4x|00005e005304
         1.3.6.1.2.1.3.1.1.2.1.1.192.0.2.9|4x|00005e005309",
    );
    check(
        malformed,
        "{}",
        &expect![[r#"
        progress: Walking ARP table... (0 entries) [("arp_walked", 0), ("arp_total", 0)]
        Level::Warn: ipNetToMediaTable: 1 row left out for a malformed index, e.g. 1.192.0.2
        Level::Warn: ipNetToPhysicalTable: 4 rows left out for a malformed index, e.g. 1.1.192.0.2.1, 1.1.192.0.2.2, 1.1.192.0.2.3
    "#]],
    );
}

const OLD: &str = "
1.3.6.1.2.1.3.1.1.2.1.1.192.0.2.1|4x|00005e005301
1.3.6.1.2.1.3.1.1.2.1.2.192.0.2.2|4x|00005e005302
1.3.6.1.2.1.55.1.12.1.2.1.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1|4x|00005e005311
1.3.6.1.2.1.55.1.12.1.2.1.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.2|4x|00005e005312
1.3.6.1.4.1.9.10.86.1.1.3.1.3.1.1.4.192.0.2.1|4x|00005e005301
1.3.6.1.4.1.9.10.86.1.1.3.1.6.1.1.4.192.0.2.1|2|1
";

#[test]
fn older_tables_count_where_the_usual_ones_are_empty() {
    check(
        device(OLD),
        "{}",
        &expect![[r#"
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.1","mac":"00:00:5E:00:53:01","state":1,"state_name":"reachable","source":["cInetNetToMedia","at"]}
            {"index":1,"interface":"Gi0/1","ip":"2001:db8::1","mac":"00:00:5E:00:53:11","source":["ipv6NetToMedia"]}
            {"index":1,"interface":"Gi0/1","ip":"2001:db8::2","mac":"00:00:5E:00:53:12","source":["ipv6NetToMedia"]}
            progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
            progress: Walking ARP table... (3 entries) [("arp_walked", 3), ("arp_total", 3)]
            Level::Warn: atTable: 1 row left out for a malformed index, e.g. 1.2.192.0.2.2
        "#]],
    );
}

#[test]
fn older_tables_are_left_alone_where_a_usual_one_has_rows_or_failed() {
    let with_rows = device(&format!("{OLD}1.3.6.1.2.1.4.22.1.2.1.192.0.2.99|4x|00005e005399"));
    check(
        with_rows,
        "{}",
        &expect![[r#"
        {"index":1,"interface":"Gi0/1","ip":"192.0.2.99","mac":"00:00:5E:00:53:99","source":["ipNetToMedia"]}
        progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
        progress: Walking ARP table... (1 entries) [("arp_walked", 1), ("arp_total", 1)]
    "#]],
    );
    check(
        device(OLD).silent_below(oid!("1.3.6.1.2.1.4.22.1")),
        "{}",
        &expect![[r#"
        progress: Walking ARP table... (0 entries) [("arp_walked", 0), ("arp_total", 0)]
    "#]],
    );
}

#[test]
fn what_was_read_before_a_table_broke_off_is_kept() {
    let rows: String =
        (1..=30).map(|host| format!("1.3.6.1.2.1.4.22.1.2.1.192.0.2.{host}|4x|00005e0053{host:02x}\n")).collect();
    let device = device(&rows).breaking_off(oid!("1.3.6.1.2.1.4.22.1"), 2).silent_below(oid!("1.3.6.1.2.1.31"));
    check(
        device,
        "{}",
        &expect![[r#"
        {"index":1,"interface":"GigabitEthernet0/1","ip":"192.0.2.1","mac":"00:00:5E:00:53:01","source":["ipNetToMedia"]}
        {"index":1,"interface":"GigabitEthernet0/1","ip":"192.0.2.2","mac":"00:00:5E:00:53:02","source":["ipNetToMedia"]}
        progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
        progress: Walking ARP table... (2 entries) [("arp_walked", 2), ("arp_total", 2)]
    "#]],
    );
}

#[test]
fn an_unknown_parameter_is_named() {
    check(
        device(""),
        r#"{"al": true}"#,
        &expect![[r#"
        ErrorKind::InvalidArgument: bad parameters: unknown field `al`, expected `all` at line 1 column 5
    "#]],
    );
    check(
        device(""),
        r#"{"all": 1}"#,
        &expect![[r#"
        ErrorKind::InvalidArgument: bad parameters: invalid type: integer `1`, expected a boolean at line 1 column 9
    "#]],
    );
}
