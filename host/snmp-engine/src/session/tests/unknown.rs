//! Values that are not of their type: each costs itself, is told, and the reading goes on.

use snmp::{Outcome, Status};

use super::*;

/// An agent whose objects are 1.3.6.1.5.1.N with these values, as octets.
struct Odd {
    agent: Agent,
    values: Vec<Vec<u8>>,
}

const ROOT: [u32; 6] = [1, 3, 6, 1, 5, 1];

impl Odd {
    async fn bind(values: &[&str]) -> Self {
        let hex = |text: &&str| text.split(' ').map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect();
        Self { agent: Agent::bind().await, values: values.iter().map(hex).collect() }
    }

    /// Answers GETs, GETNEXTs and GETBULKs of one name for ever.
    async fn serve(&self) {
        loop {
            let seen = self.agent.seen().await;
            let name = &seen.names[0];
            let place = name.arcs().get(ROOT.len()).map_or(0, |place| *place as usize);
            let rows: Vec<usize> = match seen.pdu {
                tag::GET_REQUEST => vec![place],
                tag::GET_NEXT_REQUEST => vec![place + 1],
                _ => (place + 1..=place + seen.max_repetitions as usize).collect(),
            };
            let mut list = Vec::new();
            for row in rows {
                let is_there = row.checked_sub(1).and_then(|row| self.values.get(row));
                let end = Oid::from(ROOT).join(&[self.values.len() as u32]).unwrap();
                let row_name = Oid::from(ROOT).join(&[row as u32]).unwrap();
                let mut writer = Writer::default();
                writer.oid(if is_there.is_some() { &row_name } else { &end });
                let mut varbind = writer.finish();
                varbind.extend(is_there.map_or(&[tag::END_OF_MIB_VIEW, 0][..], |value| value));
                let mut writer = Writer::default();
                writer.octets(tag::SEQUENCE, &varbind);
                list.extend(writer.finish());
            }
            let mut writer = Writer::default();
            writer.constructed(tag::SEQUENCE, |writer| {
                writer.constructed(tag::RESPONSE, |writer| {
                    writer.octets(tag::SEQUENCE, &list);
                    writer.integer(tag::INTEGER, 0);
                    writer.integer(tag::INTEGER, 0);
                    writer.integer(tag::INTEGER, i64::from(seen.id));
                });
                writer.octets(tag::OCTET_STRING, &seen.community);
                writer.integer(tag::INTEGER, i64::from(seen.version));
            });
            self.agent.send(&seen, &writer.finish()).await;
        }
    }

    async fn served<T>(&self, asking: impl Future<Output = T>) -> T {
        tokio::select! {
            result = asking => result,
            () = self.serve() => unreachable!("it serves for ever"),
        }
    }

    /// Walks over everything as a subtree, and as a table of one column.
    async fn walked(&self) -> [(Vec<Value>, Outcome); 2] {
        let (_engine, session) = connect(&self.agent).await;
        self.served(async {
            let mut walk = session.walk(Oid::from(ROOT), in_a_minute());
            let mut values = Vec::new();
            while let Some(varbinds) = walk.next().await {
                values.extend(varbinds.into_iter().map(|varbind| varbind.value));
            }
            let mut table = session.table(oid("1.3.6.1.5"), vec![1], in_a_minute());
            let mut cells = Vec::new();
            while let Some(rows) = table.next().await {
                cells.extend(rows.into_iter().flat_map(|row| row.cells).flatten());
            }
            [(values, walk.outcome()), (cells, table.outcome())]
        })
        .await
    }
}

#[track_caller]
fn unknown(hex: &str) -> Value {
    let octets: Vec<u8> = hex.split(' ').map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect();
    Value::Unknown { tag: octets[0], octets: octets[1..].to_vec() }
}

#[tokio::test(start_paused = true)]
async fn one_bad_value_costs_one_value() {
    for (bad, expected, what) in [
        ("9f 78 04 40 20 00 00", "9f 9f 78 40 20 00 00", "unknown tag 0x9f78, 4 octets"),
        ("02 00", "02", "invalid INTEGER without octets"),
        ("41 00", "41", "invalid Counter32 without octets"),
        ("02 05 01 00 00 00 00", "02 01 00 00 00 00", "invalid INTEGER of 5 octets (4294967296)"),
        ("42 09 01 00 00 00 00 00 00 00 00", "42 01 00 00 00 00 00 00 00 00", "invalid Gauge32 of 9 octets"),
        ("40 03 0a 00 00", "40 0a 00 00", "invalid IpAddress of 3 octets"),
        ("06 02 2b 86", "06 2b 86", "invalid OBJECT IDENTIFIER of 2 octets"),
        ("05 01 00", "05 00", "invalid NULL of 1 octet"),
        ("04 7f 61", "00 04 7f 61", "unreadable value, 0x047f61"),
        ("24 80 04 01 61 00 00", "00 24 80 04 01 61 00 00", "unreadable value, 0x24800401610000"),
    ] {
        let odd = Odd::bind(&["02 01 01", bad, "02 01 03"]).await;
        for (values, outcome) in odd.walked().await {
            assert_eq!(values, [Value::Integer(1), unknown(expected), Value::Integer(3)]);
            assert_eq!((outcome.status, &outcome.reason), (Status::Complete, &None));
            assert_eq!(outcome.warnings(), [format!("1.3.6.1.5.1.2: {what}")]);
        }
        let (_engine, session) = connect(&odd.agent).await;
        let got = odd.served(session.get(&[oid("1.3.6.1.5.1.2")], in_a_minute())).await.unwrap();
        assert_eq!(got[0].value, unknown(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn a_walk_with_nothing_odd_warns_of_nothing() {
    let odd = Odd::bind(&["02 01 01", "04 00", "05 00"]).await;
    for (values, outcome) in odd.walked().await {
        assert_eq!((values.len(), outcome.warnings()), (3, Vec::new()));
    }
}
