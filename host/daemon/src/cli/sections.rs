//! The sections of a poll's result as tables for people.
//!
//! Sections and columns come in the order in which the plugin wrote them. Of the usual sections it is known which
//! columns are worth a place, and nothing else of any plugin: a section is a list of rows, or a set of values, or a
//! value, and each of these can be laid out whatever it is about.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::output;

/// The columns worth a place on the screen and their titles, for sections with more than fit.
const USUAL_COLUMNS: [(&str, &[(&str, &str)]); 2] = [
    (
        "interfaces",
        &[
            ("index", "INDEX"),
            ("name", "NAME"),
            ("description", "DESCRIPTION"),
            ("alias", "ALIAS"),
            ("type_name", "TYPE"),
            ("admin_status_name", "ADMIN"),
            ("oper_status_name", "OPER"),
            ("speed", "SPEED"),
            ("mac", "MAC"),
            ("addresses", "ADDRESSES"),
        ],
    ),
    (
        "arp_table",
        &[
            ("ip", "IP"),
            ("mac", "MAC"),
            ("phys_address", "PHYSICAL ADDRESS"),
            ("interface", "INTERFACE"),
            ("index", "INDEX"),
            ("type_name", "TYPE"),
            ("state_name", "STATE"),
        ],
    ),
];

/// The most columns of a section that is not known here; beyond, they are left to the JSON.
const COLUMNS: usize = 8;

/// Lays out the `data` of a result.
pub(super) fn sections(data: &str) -> String {
    let mut out = String::new();
    let Ok(Value::Object(data)) = serde_json::from_str(data) else { return out };
    for (name, section) in &data {
        // Writing to a String cannot fail.
        let _ = match section {
            Value::Array(rows) if rows.is_empty() => writeln!(out, "{name}: none\n"),
            Value::Array(rows) => writeln!(out, "{name}: {}\n{}", rows.len(), table_of_rows(name, rows)),
            Value::Object(values) if values.is_empty() => writeln!(out, "{name}: none\n"),
            Value::Object(values) => {
                let rows = values.iter().map(|(key, value)| vec![format!("  {key}"), in_words(value)]);
                writeln!(out, "{name}:\n{}", output::table(&[], rows))
            }
            value => writeln!(out, "{name}: {}\n", output::printable(&in_words(value))),
        };
    }
    out
}

fn table_of_rows(section: &str, rows: &[Value]) -> String {
    let rows: Vec<&Map<String, Value>> = rows.iter().filter_map(Value::as_object).collect();
    let keys = keys_of(&rows).into_iter();
    let columns: Vec<(&str, String)> = match USUAL_COLUMNS.iter().find(|(known, _)| *known == section) {
        Some((_, usual)) => {
            let title = |key| usual.iter().find(|(column, _)| *column == key).map(|(_, title)| (*title).to_owned());
            keys.filter_map(|key| Some((key, title(key)?))).collect()
        }
        None => keys.take(COLUMNS).map(|key| (key, key.to_uppercase())).collect(),
    };
    let header: Vec<&str> = columns.iter().map(|(_, title)| title.as_str()).collect();
    let cells = rows.iter().map(|row| {
        columns.iter().map(|(column, _)| row.get(*column).map(in_words).unwrap_or_default()).collect::<Vec<_>>()
    });
    output::table(&header, cells)
}

/// Returns every key of the rows in the order of the rows: one that an earlier row lacks stands before the key that
/// follows it in its own row.
fn keys_of<'a>(rows: &[&'a Map<String, Value>]) -> Vec<&'a str> {
    let mut keys: Vec<&str> = Vec::new();
    for row in rows {
        let mut following = keys.len();
        for key in row.keys().rev() {
            match keys.iter().position(|known| known == key) {
                Some(place) => following = place,
                None => keys.insert(following, key),
            }
        }
    }
    keys
}

/// Writes a value as a person would; of an object that stands for an address, just the address.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => match (fields.get("address"), fields.get("prefix_length")) {
            (Some(address), Some(length)) => format!("{}/{length}", in_words(address)),
            (Some(address), None) => in_words(address),
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_section_is_laid_out_whatever_it_is_about() {
        let data = json!({
            "target": "192.0.2.1",
            "snmp_data": { "sysName": "core-1", "sysDescr": "two\nlines \u{1b}[31m" },
            "interfaces": [
                { "index": 1, "description": "lo", "speed": 0, "in_octets": 5, "last": "not usual" },
                { "index": 2, "description": "eth0", "alias": "up", "speed": 5, "mac": "02:FC:00:00:00:01",
                  "addresses": [{ "address": "192.0.2.1", "prefix_length": 24 }, { "address": "2001:db8::1" }] },
            ],
            "arp_table": [
                { "index": 2, "ip": "192.0.2.7", "mac": "00:00:5E:00:53:07", "source": ["ipNetToMedia"] },
                { "index": 3, "ip": "192.0.2.8", "phys_address": "02005efffe005308", "source": ["ipNetToMedia"] },
            ],
            "routes": [],
            "vlans": [{ "id": 1, "name": "default" }, { "id": 20, "ports": [1, 2] }],
        });
        expect![[r#"
            target: 192.0.2.1

            snmp_data:
              sysName   core-1
              sysDescr  two
                        lines �[31m

            interfaces: 2
            INDEX  DESCRIPTION  ALIAS  SPEED  MAC                ADDRESSES
            1      lo                  0
            2      eth0         up     5      02:FC:00:00:00:01  192.0.2.1/24, 2001:db8::1

            arp_table: 2
            IP         MAC                PHYSICAL ADDRESS  INDEX
            192.0.2.7  00:00:5E:00:53:07                    2
            192.0.2.8                     02005efffe005308  3

            routes: none

            vlans: 2
            ID  NAME     PORTS
            1   default
            20           1, 2

        "#]]
        .assert_eq(&sections(&data.to_string()));
    }
}
