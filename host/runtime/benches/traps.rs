//! What it costs to decode and to enrich notifications in the sandbox, for each of a batch.
//!
//! The CPU time of the whole process is what counts on a machine that does other things too, so it is printed beside
//! criterion's wall time.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark may stop, and tells")]

use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use runtime::{MessageVersion, NotificationPdu, PluginSet, Runtime, RuntimeOptions, TrapRecord};
use snmp::{
    Oid, Value, Varbind,
    ber::{Writer, tag},
};

/// A linkDown as switches send it: sysUpTime, snmpTrapOID and three columns of ifTable.
fn link_down(request: i64) -> NotificationPdu {
    let mut varbinds = notification_of("1.3.6.1.6.3.1.1.5.3");
    for (column, value) in [(1, Value::Integer(10_101)), (7, Value::Integer(1)), (8, Value::Integer(2))] {
        varbinds.push(Varbind { name: Oid::from([1, 3, 6, 1, 2, 1, 2, 2, 1, column, 10_101]), value });
    }
    trap(request, &varbinds)
}

/// A ciscoConfigManEvent with its three varbinds.
fn configuration(request: i64) -> NotificationPdu {
    let mut varbinds = notification_of("1.3.6.1.4.1.9.9.43.2.0.1");
    for (column, number) in [(3, 1), (4, 2), (5, 3)] {
        let name = Oid::from([1, 3, 6, 1, 4, 1, 9, 9, 43, 1, 1, 6, 1, column, 21]);
        varbinds.push(Varbind { name, value: Value::Integer(number) });
    }
    trap(request, &varbinds)
}

fn notification_of(trap_oid: &str) -> Vec<Varbind> {
    vec![
        Varbind { name: "1.3.6.1.2.1.1.3.0".parse().unwrap(), value: Value::TimeTicks(123_456) },
        Varbind {
            name: "1.3.6.1.6.3.1.1.4.1.0".parse().unwrap(),
            value: Value::ObjectIdentifier(trap_oid.parse().unwrap()),
        },
    ]
}

/// The writer writes from the end to the beginning.
fn trap(request: i64, varbinds: &[Varbind]) -> NotificationPdu {
    const SNMPV2_TRAP: u8 = 0xa7;
    let mut writer = Writer::default();
    writer.constructed(SNMPV2_TRAP, |writer| {
        writer.constructed(tag::SEQUENCE, |writer| varbinds.iter().rev().for_each(|varbind| writer.varbind(varbind)));
        writer.integer(tag::INTEGER, 0);
        writer.integer(tag::INTEGER, 0);
        writer.integer(tag::INTEGER, request);
    });
    NotificationPdu { version: MessageVersion::V2c, pdu: writer.finish() }
}

fn traps(criterion: &mut Criterion) {
    let threads = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let runtime = Runtime::new(RuntimeOptions { threads: 1, ..RuntimeOptions::default() }).unwrap();
    let bundled = bundle::TRAP_DECODERS.iter().chain(bundle::TRAP_ENRICHERS);
    let bundled = bundled.map(|plugin| (plugin.name, plugin.wasm));
    let set = threads.block_on(PluginSet::load(&runtime, bundled, None));
    let (decoder, enrichers) = (set.trap_decoder().unwrap(), set.trap_enrichers());

    let mut group = criterion.benchmark_group("decode");
    for size in [1_u64, 16, 64, 256] {
        let batch: Vec<_> = (0..size).map(|request| link_down(request.cast_signed())).collect();
        group.throughput(Throughput::Elements(size));
        let (mut done, before) = (0, cpu_time());
        group.bench_function(format!("batch of {size}"), |bencher| {
            bencher.to_async(&threads).iter_batched(
                || batch.clone(),
                |batch| {
                    done += size;
                    runtime.decode(decoder, batch)
                },
                BatchSize::SmallInput,
            );
        });
        tell("decoded", done, before);
    }
    group.finish();

    let mut group = criterion.benchmark_group("enrich");
    for size in [1_u64, 16, 64, 256] {
        let batch: Vec<_> = (0..size).map(|request| configuration(request.cast_signed())).collect();
        let records: Vec<TrapRecord> =
            threads.block_on(runtime.decode(decoder, batch)).into_iter().map(Result::unwrap).collect();
        group.throughput(Throughput::Elements(size));
        let (mut done, before) = (0, cpu_time());
        group.bench_function(format!("batch of {size}"), |bencher| {
            bencher.to_async(&threads).iter_batched(
                || records.clone(),
                |mut records| {
                    done += size;
                    let runtime = &runtime;
                    async move {
                        let failures = runtime.enrich(enrichers, &mut records).await;
                        assert!(failures.is_empty(), "{failures:?}");
                        records
                    }
                },
                BatchSize::SmallInput,
            );
        });
        tell("enriched", done, before);
    }
    group.finish();
}

fn tell(what: &str, done: u64, before: Duration) {
    // Criterion was asked for another one.
    if done == 0 {
        return;
    }
    let each = (cpu_time() - before).as_secs_f64() * 1e6 / done as f64;
    eprintln!("{what} {done}: {each:.2} us of CPU each, the benchmark's own work included");
}

#[cfg(unix)]
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_nsec).unwrap())
}

#[cfg(not(unix))]
fn cpu_time() -> Duration {
    Duration::ZERO
}

criterion_group!(benches, traps);
criterion_main!(benches);
