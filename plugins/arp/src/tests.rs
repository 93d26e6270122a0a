//! The plugin against recordings. They are made up; the addresses are documentation's.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::{
    oid, serde_json,
    testing::{RecordedDevice, run},
};

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
        Err(error) => format!("{}: {}\n", error.kind, error.message),
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
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.4","phys_address":"00005e005304aabb","source":["ipNetToMedia"]}
            progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
            progress: Walking ARP table... (8 entries) [("arp_walked", 8), ("arp_total", 1)]
            Level::Info: 7 of 8 neighbours left out: 2 invalid, 1 incomplete, 4 without a physical address; the parameter `all` keeps them
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
         1.3.6.1.2.1.4.22.1.2.192.0.2.9|4x|00005e005309
         1.3.6.1.2.1.4.35.1.4.1.1.5.192.0.2.1|4x|00005e005301
         1.3.6.1.2.1.4.35.1.4.1.1.192.0.2.256|4x|00005e005302
         1.3.6.1.2.1.4.35.1.4.1.2.192.0.2.3.1|4x|00005e005303
         1.3.6.1.2.1.4.35.1.4.9|4x|00005e005304",
    );
    check(
        malformed,
        "{}",
        &expect![[r#"
            progress: Walking ARP table... (0 entries) [("arp_walked", 0), ("arp_total", 0)]
            Level::Warn: ipNetToMediaTable: 2 rows left out for a malformed index, e.g. 1.192.0.2, 192.0.2.9
            Level::Warn: ipNetToPhysicalTable: 4 rows left out for a malformed index, e.g. 1.1.5.192.0.2.1, 1.1.192.0.2.256, 1.2.192.0.2.3.1
        "#]],
    );
}

/// Firewalls that leave the length out, and know nothing of the older table.
#[test]
fn neighbours_whose_index_lacks_the_length_are_read_with_one_warning_for_the_table() {
    let firewall = device(
        "1.3.6.1.2.1.4.35.1.4.1.1.192.0.2.33|4x|00005e005333
         1.3.6.1.2.1.4.35.1.4.1.1.192.0.2.34|4x|00005e005334
         1.3.6.1.2.1.4.35.1.4.1.2.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1|4x|00005e005301
         1.3.6.1.2.1.4.35.1.4.2.4.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1|4x|00005e005302
         1.3.6.1.2.1.4.35.1.4.2.4.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.2|4x|00005e005303",
    );
    check(
        firewall,
        "{}",
        &expect![[r#"
        {"index":1,"interface":"Gi0/1","ip":"192.0.2.33","mac":"00:00:5E:00:53:33","source":["ipNetToPhysical"]}
        {"index":1,"interface":"Gi0/1","ip":"192.0.2.34","mac":"00:00:5E:00:53:34","source":["ipNetToPhysical"]}
        {"index":1,"interface":"Gi0/1","ip":"2001:db8::1","mac":"00:00:5E:00:53:01","source":["ipNetToPhysical"]}
        {"index":2,"interface":"GigabitEthernet0/2","ip":"fe80::1","mac":"00:00:5E:00:53:02","source":["ipNetToPhysical"]}
        {"index":2,"interface":"GigabitEthernet0/2","ip":"fe80::2%2","mac":"00:00:5E:00:53:03","source":["ipNetToPhysical"]}
        progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
        progress: Walking ARP table... (5 entries) [("arp_walked", 5), ("arp_total", 5)]
        Level::Warn: ipNetToPhysicalTable: 4 rows with an index that lacks the length of the address, e.g. 1.1.192.0.2.33, read as 192.0.2.33 of ifIndex 1
        Level::Warn: ipNetToPhysicalTable: 1 row with an index that lacks the length and the zone of the address, e.g. 2.4.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1, read as fe80::1 of ifIndex 2
    "#]],
    );
}

#[test]
fn neighbours_with_type_and_if_index_exchanged_are_behind_the_right_interface() {
    let switch = device(
        "1.3.6.1.2.1.4.35.1.4.1.2.4.198.51.100.202|4x|00005e005302
         1.3.6.1.2.1.4.35.1.4.1.10009.4.198.51.100.203|4x|00005e005303
         1.3.6.1.2.1.4.35.1.4.2.10009.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1|4x|00005e005301
         1.3.6.1.2.1.31.1.1.1.1.10009|4|xe9",
    );
    check(
        switch,
        "{}",
        &expect![[r#"
        {"index":2,"interface":"GigabitEthernet0/2","ip":"198.51.100.202","mac":"00:00:5E:00:53:02","source":["ipNetToPhysical"]}
        {"index":10009,"interface":"xe9","ip":"198.51.100.203","mac":"00:00:5E:00:53:03","source":["ipNetToPhysical"]}
        {"index":10009,"interface":"xe9","ip":"2001:db8::1","mac":"00:00:5E:00:53:01","source":["ipNetToPhysical"]}
        progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
        progress: Walking ARP table... (3 entries) [("arp_walked", 3), ("arp_total", 3)]
        Level::Warn: ipNetToPhysicalTable: 3 rows with an index that has the address type before the ifIndex, e.g. 1.2.4.198.51.100.202, read as 198.51.100.202 of ifIndex 2
    "#]],
    );
}

#[test]
fn of_rows_that_can_be_read_in_two_ways_the_others_of_their_table_tell_or_they_are_counted() {
    // The first row is ipv4z without its zone behind interface 1, or ipv4 behind interface 3.
    let undecided = "1.3.6.1.2.1.4.35.1.4.1.3.192.0.2.3|4x|00005e005303\n";
    check(
        device(&format!("{undecided}1.3.6.1.2.1.4.35.1.4.1.10009.192.0.2.9|4x|00005e005309")),
        "{}",
        &expect![[r#"
            {"index":3,"ip":"192.0.2.3","mac":"00:00:5E:00:53:03","source":["ipNetToPhysical"]}
            {"index":10009,"ip":"192.0.2.9","mac":"00:00:5E:00:53:09","source":["ipNetToPhysical"]}
            progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
            progress: Walking ARP table... (2 entries) [("arp_walked", 2), ("arp_total", 2)]
            Level::Warn: ipNetToPhysicalTable: 2 rows with an index that has the address type before the ifIndex and lacks the length of the address, e.g. 1.10009.192.0.2.9, read as 192.0.2.9 of ifIndex 10009
        "#]],
    );
    check(
        device(undecided),
        "{}",
        &expect![[r#"
        progress: Walking ARP table... (0 entries) [("arp_walked", 0), ("arp_total", 0)]
        Level::Warn: ipNetToPhysicalTable: 1 row left out for an index that can be read in two ways, e.g. 1.3.192.0.2.3
    "#]],
    );
    check(
        device("1.3.6.1.2.1.4.35.1.4.1.0.4.192.0.2.1|4x|00005e005301"),
        "{}",
        &expect![[r#"
            progress: Walking ARP table... (0 entries) [("arp_walked", 0), ("arp_total", 0)]
            Level::Warn: ipNetToPhysicalTable: 1 row left out for a malformed index, e.g. 1.0.4.192.0.2.1
        "#]],
    );
}

#[test]
fn the_family_before_an_address_is_no_part_of_it() {
    check(
        device("1.3.6.1.2.1.4.22.1.2.2.1.192.0.2.202|4x|00005e005302"),
        "{}",
        &expect![[r#"
        {"index":2,"interface":"GigabitEthernet0/2","ip":"192.0.2.202","mac":"00:00:5E:00:53:02","source":["ipNetToMedia"]}
        progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
        progress: Walking ARP table... (1 entries) [("arp_walked", 1), ("arp_total", 1)]
        Level::Warn: ipNetToMediaTable: 1 row with an index that has a 1 before the address, e.g. 2.1.192.0.2.202, read as 192.0.2.202 of ifIndex 2
    "#]],
    );
}

#[test]
fn neighbours_beyond_31_bits_are_neighbours() {
    check(
        device(
            "1.3.6.1.2.1.4.22.1.2.3221250304.192.0.2.1|4x|00005e005301
             1.3.6.1.2.1.31.1.1.1.1.3221250304|4|bundle-1",
        ),
        "{}",
        &expect![[r#"
            {"index":3221250304,"interface":"bundle-1","ip":"192.0.2.1","mac":"00:00:5E:00:53:01","source":["ipNetToMedia"]}
            progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
            progress: Walking ARP table... (1 entries) [("arp_walked", 1), ("arp_total", 1)]
        "#]],
    );
}

#[test]
fn neighbours_without_six_octets_are_neighbours_and_zeros_are_none() {
    check(
        device(
            "1.3.6.1.2.1.4.22.1.2.1.192.0.2.1|4x|80000048fe80000000000000000200005e005301
             1.3.6.1.2.1.4.22.1.2.1.192.0.2.2|4x|02005efffe005302
             1.3.6.1.2.1.4.22.1.2.1.192.0.2.3|4|00:00:5e:00:53:03
             1.3.6.1.2.1.4.22.1.2.1.192.0.2.4|4x|0000000000000000
             1.3.6.1.2.1.4.22.1.2.1.192.0.2.5|4x|00
             1.3.6.1.2.1.4.22.1.2.1.192.0.2.6|4|00:00:00:00:00:00",
        ),
        "{}",
        &expect![[r#"
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.1","phys_address":"80000048fe80000000000000000200005e005301","source":["ipNetToMedia"]}
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.2","phys_address":"02005efffe005302","source":["ipNetToMedia"]}
            {"index":1,"interface":"Gi0/1","ip":"192.0.2.3","mac":"00:00:5E:00:53:03","source":["ipNetToMedia"]}
            progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
            progress: Walking ARP table... (6 entries) [("arp_walked", 6), ("arp_total", 3)]
            Level::Info: 3 of 6 neighbours left out: 3 without a physical address; the parameter `all` keeps them
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
fn older_tables_count_where_the_usual_ones_have_nothing_usable() {
    // A malformed index, an invalid entry, and an entry whose address only the older table knows.
    let useless = "
1.3.6.1.2.1.4.22.1.2.192.0.2.7|4x|00005e005307
1.3.6.1.2.1.4.22.1.2.1.192.0.2.1|4x|000000000000
1.3.6.1.2.1.4.35.1.4.2.1.4.192.0.2.8|4x|00005e005308
1.3.6.1.2.1.4.35.1.6.2.1.4.192.0.2.8|2|2
";
    check(
        device(&format!("{useless}1.3.6.1.2.1.3.1.1.2.1.1.192.0.2.1|4x|00005e005301")),
        "{}",
        &expect![[r#"
        {"index":1,"interface":"Gi0/1","ip":"192.0.2.1","mac":"00:00:5E:00:53:01","source":["ipNetToMedia","at"]}
        progress: Walking ARP table... (1 entries) [("arp_walked", 1)]
        progress: Walking ARP table... (2 entries) [("arp_walked", 2), ("arp_total", 1)]
        Level::Warn: ipNetToMediaTable: 1 row left out for a malformed index, e.g. 192.0.2.7
        Level::Info: 1 of 2 neighbours left out: 1 invalid; the parameter `all` keeps them
    "#]],
    );
}

#[test]
fn older_tables_are_left_alone_where_a_usual_one_has_neighbours_or_failed() {
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
        invalid-argument: bad parameters: unknown field `al`, expected `all` at line 1 column 5
    "#]],
    );
    check(
        device(""),
        r#"{"all": 1}"#,
        &expect![[r#"
        invalid-argument: bad parameters: invalid type: integer `1`, expected a boolean at line 1 column 9
    "#]],
    );
}

/// Neighbours behind the interfaces 1, 2 and 3; rows of ifTable and ifXTable.
fn check_names(rows: &str, expected: &Expect) {
    let neighbours = "1.3.6.1.2.1.4.22.1.2.1.192.0.2.1|4x|00005e005301
                      1.3.6.1.2.1.4.22.1.2.2.192.0.2.2|4x|00005e005302
                      1.3.6.1.2.1.4.22.1.2.3.192.0.2.3|4x|00005e005303\n";
    let mut device = RecordedDevice::parse(&format!("{neighbours}{rows}")).unwrap();
    let run = run::<Arp>(&mut device, "{}");
    let mut text = String::new();
    for neighbour in run.section("arp_table").as_array().unwrap() {
        text.push_str(&format!("{} {}\n", neighbour["index"], neighbour.get("interface").unwrap_or(&"none".into())));
    }
    for (level, line) in run.log {
        text.push_str(&format!("{level:?}: {line}\n"));
    }
    expected.assert_eq(&text);
}

#[test]
fn an_interface_is_named_after_the_row_that_says_it_is_the_one() {
    // As mini-snmpd numbers them: rows by position, neighbours by what the column says.
    check_names(
        "1.3.6.1.2.1.2.2.1.1.1|2|3\n1.3.6.1.2.1.2.2.1.1.2|2|1\n1.3.6.1.2.1.2.2.1.1.3|2|2
         1.3.6.1.2.1.2.2.1.2.1|4|eth2\n1.3.6.1.2.1.2.2.1.2.2|4|lo\n1.3.6.1.2.1.2.2.1.2.3|4|eth1
         1.3.6.1.2.1.31.1.1.1.1.1|4|eth2\n1.3.6.1.2.1.31.1.1.1.1.2|4|lo\n1.3.6.1.2.1.31.1.1.1.1.3|4|eth1",
        &expect![[r#"
            1 "lo"
            2 "eth1"
            3 "eth2"
        "#]],
    );
    // Rows whose indexes no neighbour has.
    check_names(
        "1.3.6.1.2.1.2.2.1.1.11|2|1\n1.3.6.1.2.1.2.2.1.1.12|2|2\n1.3.6.1.2.1.2.2.1.1.13|2|2
         1.3.6.1.2.1.2.2.1.2.11|4|lo\n1.3.6.1.2.1.2.2.1.2.12|4|eth1\n1.3.6.1.2.1.2.2.1.2.13|4|eth2",
        &expect![[r#"
            1 "lo"
            2 "none"
            3 "none"
            Level::Warn: 1 interface has no name: no row of ifTable, or more than one, has this ifIndex, e.g. ifIndex 2
        "#]],
    );
    // As SONiC does: the column counts from zero.
    check_names(
        "1.3.6.1.2.1.2.2.1.1.1|2|0\n1.3.6.1.2.1.2.2.1.1.2|2|1\n1.3.6.1.2.1.2.2.1.1.3|2|2
         1.3.6.1.2.1.31.1.1.1.1.1|4|Ethernet0\n1.3.6.1.2.1.31.1.1.1.1.2|4|Ethernet4
         1.3.6.1.2.1.31.1.1.1.1.3|4|Ethernet8",
        &expect![[r#"
            1 "Ethernet0"
            2 "Ethernet4"
            3 "Ethernet8"
        "#]],
    );
}

#[test]
fn an_if_x_table_that_is_numbered_otherwise_names_no_interface_wrongly() {
    check_names(
        "1.3.6.1.2.1.2.2.1.2.1|4|eth0\n1.3.6.1.2.1.2.2.1.2.2|4|eth1\n1.3.6.1.2.1.2.2.1.2.3|4|br0
         1.3.6.1.2.1.31.1.1.1.1.0|4|eth0\n1.3.6.1.2.1.31.1.1.1.1.1|4|eth1\n1.3.6.1.2.1.31.1.1.1.1.2|4|br0",
        &expect![[r#"
            1 "eth0"
            2 "eth1"
            3 "br0"
        "#]],
    );
}
