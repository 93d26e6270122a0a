//! What one answer and one request cost without their packets.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use snmp_engine::{
    Credentials, Oid, Value, Varbind,
    ber::{Writer, tag},
    message::{Envelope, Security},
    pdu::{Request, RequestKind},
};

/// An answer as an interface table gives it: numbers, counters and short strings in turn.
fn answer(varbinds: u32) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.constructed(tag::SEQUENCE, |writer| {
        writer.constructed(tag::RESPONSE, |writer| {
            writer.constructed(tag::SEQUENCE, |writer| {
                for row in (1..=varbinds).rev() {
                    let value = match row % 3 {
                        0 => Value::Integer(1),
                        1 => Value::Counter32(row * 1_000_003),
                        _ => Value::OctetString(b"GigabitEthernet0/1".to_vec()),
                    };
                    writer.varbind(&Varbind { name: Oid::from([1, 3, 6, 1, 2, 1, 2, 2, 1, 2, row]), value });
                }
            });
            writer.integer(tag::INTEGER, 0);
            writer.integer(tag::INTEGER, 0);
            writer.integer(tag::INTEGER, 1_234_567);
        });
        writer.octets(tag::OCTET_STRING, b"public");
        writer.integer(tag::INTEGER, 1);
    });
    writer.finish()
}

fn codec(criterion: &mut Criterion) {
    let security = Security::new(Credentials::V2c { community: "public".into() });
    let mut group = criterion.benchmark_group("decode");
    for varbinds in [25, 50] {
        let datagram = answer(varbinds);
        group.throughput(Throughput::Elements(u64::from(varbinds)));
        group.bench_function(format!("{varbinds} varbinds"), |bencher| {
            bencher.iter(|| security.open(&Envelope::read(black_box(&datagram)).unwrap()).unwrap());
        });
    }
    group.finish();

    let names = (1..=4).map(|column| Oid::from([1, 3, 6, 1, 2, 1, 2, 2, 1, column, 17])).collect();
    let request = Request { kind: RequestKind::GetBulk { max_repetitions: 12 }, names };
    criterion.bench_function("encode GETBULK of 4 columns", |bencher| {
        bencher.iter(|| security.seal(black_box(1_234_567), black_box(&request)));
    });
}

criterion_group!(benches, codec);
criterion_main!(benches);
