//! What one answer and one request cost without their packets.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop")]

use std::{hint::black_box, sync::Arc, time::Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use snmp::{
    Credentials, Oid, Value, Varbind,
    ber::{Writer, tag},
    message::{Association, Envelope, Security},
    pdu::{Request, RequestKind},
    usm::{AuthProtocol, Clock, Context, EngineId, KeyCache, Password, PrivProtocol, Protection, User},
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
    let security = Security::new(&Credentials::V2c { community: "public".into() });
    let now = Instant::now();
    let mut group = criterion.benchmark_group("decode");
    for varbinds in [25, 50] {
        let datagram = answer(varbinds);
        group.throughput(Throughput::Elements(u64::from(varbinds)));
        group.bench_function(format!("{varbinds} varbinds"), |bencher| {
            bencher.iter(|| security.open(&Envelope::read(black_box(&datagram)).unwrap(), now).unwrap());
        });
    }
    group.finish();

    let names = (1..=4).map(|column| Oid::from([1, 3, 6, 1, 2, 1, 2, 2, 1, column, 17])).collect();
    let request = Request { kind: RequestKind::GetBulk { max_repetitions: 12 }, names };
    criterion.bench_function("encode GETBULK of 4 columns", |bencher| {
        bencher.iter(|| security.seal(black_box(1_234_567), black_box(&request), now));
    });
}

/// A message of version 3, without and with each level of security: one GET, and the same octets thrown back.
fn version_3(criterion: &mut Criterion) {
    let password = || Password::new(&"authpass-1234".into()).unwrap();
    let (auth, auth_password, priv_password) = (AuthProtocol::Sha1, password(), password());
    let privacy = |privacy| Protection::AuthPriv {
        auth,
        auth_password: auth_password.clone(),
        privacy,
        priv_password: priv_password.clone(),
    };
    let levels = [
        ("noAuth", Protection::None),
        ("SHA", Protection::Auth { auth, auth_password: password() }),
        ("SHA AES", privacy(PrivProtocol::Aes128)),
        ("SHA DES", privacy(PrivProtocol::Des)),
    ];
    let (cache, now) = (KeyCache::new(100).unwrap(), Instant::now());
    let engine_id = EngineId::new(&[0x80, 0, 0x1f, 0x88, 0x80, 1, 2, 3, 4]).unwrap();
    let request = Request { kind: RequestKind::Get, names: vec![Oid::from([1, 3, 6, 1, 2, 1, 1, 3, 0])] };
    let mut group = criterion.benchmark_group("version 3");
    for (name, protection) in levels {
        let user = User::new("monitor", protection).unwrap();
        let keys = cache.find(&user, &engine_id).unwrap_or_else(|work| cache.put(work.run()));
        let clock = Arc::new(Clock::new());
        clock.guess(3, 1_000, now);
        let association = Association::new(&user, &Context::default(), engine_id.clone(), keys, clock);
        let security = Security::User(association);
        group.bench_function(format!("seal {name}"), |bencher| {
            bencher.iter(|| security.seal(black_box(1_234_567), black_box(&request), now));
        });
        // Everything is verified and decrypted before it turns out to be a request.
        let datagram = security.seal(1_234_567, &request, now);
        group.bench_function(format!("open {name}"), |bencher| {
            bencher.iter(|| security.open(&Envelope::read(black_box(&datagram)).unwrap(), now).unwrap_err());
        });
    }
    group.finish();

    let user = User::new("monitor", privacy(PrivProtocol::Aes128)).unwrap();
    criterion.bench_function("derive keys from a password", |bencher| {
        bencher.iter(|| KeyCache::new(0).unwrap().find(&user, &engine_id).unwrap_err().run());
    });
}

criterion_group!(benches, codec, version_3);
criterion_main!(benches);
