//! Sections as people see them.

use expect_test::{Expect, expect};
use serde_json::json;

use super::*;

/// A result with something of every kind.
fn result() -> Value {
    json!({
        "target": "192.0.2.1",
        "snmp_data": { "sysName": "core-1", "sysDescr": "two\nlines \u{1b}[31m", "sysUpTime": "987654321" },
        "interfaces": [
            { "index": 1, "description": "lo", "speed": 0, "in_octets": 5, "mtu": null },
            { "index": 2, "description": "eth0", "alias": "up", "speed": 10_000_000_000_u64, "mac": "02:FC:00:00:00:01",
              "addresses": [{ "address": "192.0.2.1", "prefix_length": 24 }, { "address": "2001:db8::1" }] },
        ],
        "arp_table": [],
        "vlans": [{ "id": 1, "name": "default" }, { "id": 20, "ports": [1, 2] }],
        "words": ["one", { "value": "two" }],
    })
}

fn schema(section: &str) -> Value {
    match section {
        "interfaces" => json!({
            "items": { "properties": { "index": {}, "mtu": {}, "duplex": {} } },
            "x-table": {
                "columns": ["index", "name", "description", "speed", "mac", "addresses", "mtu"],
                "titles": { "description": "what" },
                "units": { "speed": "bit/s" },
            },
        }),
        "snmp_data" => json!({ "x-table": { "units": { "sysUpTime": "TimeTicks" } } }),
        _ => json!({}),
    }
}

fn check(columns: &str, wide: bool, width: Option<usize>, expected: &Expect) {
    let wanted: Vec<_> = columns.split_whitespace().map(|column| WantedColumn::read(column).unwrap()).collect();
    let names = ["interfaces", "snmp_data"];
    let schemas = names.map(schema);
    let hints = |section: &str| {
        let place = names.iter().position(|name| *name == section);
        place.and_then(|place| schemas.get(place)).map(TableHints::of).unwrap_or_default()
    };
    let view = View { colours: Colours::None, width, wide, wanted: &wanted };
    let page = sections(&result().to_string(), hints, &view);
    let unknown: String = page.unknown.iter().map(|column| format!("unknown: {column}\n")).collect();
    expected.assert_eq(&(page.text + &unknown));
}

#[test]
fn every_section_is_laid_out_whatever_it_is_about_and_what_is_left_out_is_named() {
    check(
        "",
        false,
        None,
        &expect![[r#"
        target: 192.0.2.1

        snmp_data:
          sysName    core-1
          sysDescr   two
                     lines �[31m
          sysUpTime  114 days

        interfaces: 2
        INDEX  WHAT  SPEED      MAC                ADDRESSES
        1      lo    0 bit/s
        2      eth0  10 Gbit/s  02:FC:00:00:00:01  192.0.2.1/24, 2001:db8::1
        not shown: alias, in_octets (--wide shows all, --columns those you name)

        arp_table: none

        vlans: 2
        ID  NAME     PORTS
        1   default
        20           1, 2

        words: 2
        VALUE
        one
        two

    "#]],
    );
}

#[test]
fn on_a_terminal_the_columns_fit() {
    check(
        "",
        false,
        Some(40),
        &expect![[r#"
        target: 192.0.2.1

        snmp_data:
          sysName    core-1
          sysDescr   two
                     lines �[31m
          sysUpTime  114 days

        interfaces: 2
        INDEX  WHAT  SPEED
        1      lo    0 bit/s
        2      eth0  10 Gbit/s
        not shown: alias, in_octets, mac,
        addresses (--wide shows all, --columns
        those you name)

        arp_table: none

        vlans: 2
        ID  NAME     PORTS
        1   default
        20           1, 2

        words: 2
        VALUE
        one
        two

    "#]],
    );
}

#[test]
fn a_wide_table_has_all_columns() {
    check(
        "",
        true,
        Some(40),
        &expect![[r#"
        target: 192.0.2.1

        snmp_data:
          sysName    core-1
          sysDescr   two
                     lines �[31m
          sysUpTime  114 days

        interfaces: 2
        INDEX  WHAT  ALIAS  SPEED      IN_OCTETS  MTU  MAC                ADDRESSES
        1      lo           0 bit/s    5
        2      eth0  up     10 Gbit/s                  02:FC:00:00:00:01  192.0.2.1/24, 2001:db8::1

        arp_table: none

        vlans: 2
        ID  NAME     PORTS
        1   default
        20           1, 2

        words: 2
        VALUE
        one
        two

    "#]],
    );
}

#[test]
fn columns_are_those_that_were_asked_for_in_their_order() {
    check(
        "speed index vlans.name duplex sysName nothing arp_table.mac",
        false,
        Some(40),
        &expect![[r#"
            target: 192.0.2.1

            snmp_data:
              sysName  core-1

            interfaces: 2
            SPEED      INDEX  DUPLEX
            0 bit/s    1
            10 Gbit/s  2

            arp_table: none

            vlans: 2
            NAME
            default


            words: 2
            VALUE
            one
            two

            unknown: nothing
        "#]],
    );
}

#[test]
fn a_title_that_two_columns_have_is_the_name_of_each() {
    let data =
        json!({ "arp": [{ "type": 3, "type_name": "dynamic", "port": 1 }], "system": { "up": 7, "ticks": 700 } });
    let rows = json!({ "x-table": { "columns": ["type_name"], "titles": { "type_name": "type" } } });
    let values = json!({ "x-table": { "columns": ["up"] } });
    let hints = |section: &str| TableHints::of(if section == "arp" { &rows } else { &values });
    let view = |wide, wanted| View { colours: Colours::None, width: None, wide, wanted };
    expect![[r#"
        arp: 1
        TYPE_NAME
        dynamic
        not shown: type, port (--wide shows all, --columns those you name)

        system:
          up  7
        not shown: ticks (--wide shows all, --columns those you name)

    "#]]
    .assert_eq(&sections(&data.to_string(), hints, &view(false, &[])).text);
    expect![[r#"
        arp: 1
        TYPE  TYPE_NAME  PORT
        3     dynamic    1

        system:
          up     7
          ticks  700

    "#]]
    .assert_eq(&sections(&data.to_string(), hints, &view(true, &[])).text);
    let wanted = ["PORT", "Type_Name", "TICKS"].map(|column| WantedColumn::read(column).unwrap());
    let page = sections(&data.to_string(), hints, &view(false, &wanted));
    expect![[r#"
        arp: 1
        PORT  TYPE_NAME
        1     dynamic

        system:
          ticks  700

    "#]]
    .assert_eq(&page.text);
    assert!(page.unknown.is_empty(), "{:?}", page.unknown);
}

#[test]
fn warnings_of_rows_that_are_not_shown_are_counted() {
    let rows =
        json!({ "items": { "properties": { "index": {}, "warnings": {} } }, "x-table": { "columns": ["index"] } });
    let check = |data: Value, columns: &[&str], expected: &[&str]| {
        let wanted: Vec<_> = columns.iter().map(|column| WantedColumn::read(column).unwrap()).collect();
        let view = View { colours: Colours::None, width: None, wide: false, wanted: &wanted };
        let page = sections(&json!({ "fans": data }).to_string(), |_| TableHints::of(&rows), &view);
        assert_eq!(page.warnings, expected);
    };
    let (odd, good) = (json!({ "index": 1, "warnings": ["x"] }), json!({ "index": 2, "warnings": [] }));
    check(json!([odd, good]), &[], &["fans: 1 row has warnings: --columns fans.index,fans.warnings shows them"]);
    check(json!([odd, odd]), &[], &["fans: 2 rows have warnings: --columns fans.index,fans.warnings shows them"]);
    check(json!([odd]), &["warnings"], &[]);
    check(json!([good, { "index": 3 }, { "warnings": "no list" }]), &[], &[]);
}

#[test]
fn headings_and_titles_are_painted_where_there_are_colours() {
    let data = json!({ "vlans": [{ "id": 1 }], "none": [] }).to_string();
    let view = View { colours: Colours::Colours, width: None, wide: false, wanted: &[] };
    let page = sections(&data, |_| TableHints::default(), &view);
    assert_eq!(page.text, "\u{1b}[1mvlans\u{1b}[0m: 1\n\u{1b}[1mID\u{1b}[0m\n1\n\n\u{1b}[1mnone\u{1b}[0m: none\n\n");
}

#[test]
fn values_have_the_titles_that_their_plugin_gives_them() {
    let schema = json!({
        "properties": { "voltage": {}, "load": {}, "model": {}, "kind": {} },
        "x-table": {
            "titles": { "voltage": "Input voltage", "load": "model", "kind": "What\u{1b}[2J" },
            "units": { "voltage": "V" },
        },
    });
    let data = json!({ "ups": { "voltage": 230, "load": 7, "model": "A", "kind": "b", "other": 1 } }).to_string();
    let view = View { colours: Colours::None, width: None, wide: false, wanted: &[] };
    expect![[r#"
        ups:
          Input voltage  230 V
          load           7
          model          A
          What�[2J       b
          other          1

    "#]]
    .assert_eq(&sections(&data, |_| TableHints::of(&schema), &view).text);
}
