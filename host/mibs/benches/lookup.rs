//! What a look-up costs: `cargo bench -p mibs`. By number as for each varbind of a notification, by name as for what a
//! user types.

#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use mibs::{Mibs, Value};

fn lookups(criterion: &mut Criterion) {
    let mibs = Mibs::standard();
    let oid = mibs.read("IF-MIB::ifOperStatus.3").unwrap().oid;
    let unknown = mibs::arcs_of("1.3.6.1.4.1.99999.1.2.3.4").unwrap();
    criterion.bench_function("by number", |bencher| bencher.iter(|| mibs.find(black_box(&oid))));
    criterion.bench_function("by number, unknown", |bencher| bencher.iter(|| mibs.find(black_box(&unknown))));
    criterion.bench_function("by name", |bencher| bencher.iter(|| mibs.named(black_box("ifOperStatus"), None)));
    criterion.bench_function("name to number", |bencher| bencher.iter(|| mibs.read(black_box("ifOperStatus.3"))));
    criterion.bench_function("number to name", |bencher| bencher.iter(|| mibs.name(black_box(&oid))));
    let syntax = mibs.find(&oid).unwrap().object.syntax().unwrap();
    criterion
        .bench_function("enumeration", |bencher| bencher.iter(|| syntax.display(Value::Integer(black_box(1)), None)));
    criterion.bench_function("unknown name, with what is near", |bencher| {
        bencher.iter(|| mibs.read(black_box("ifOperStatsu.3")).is_err());
    });
}

criterion_group!(benches, lookups);
criterion_main!(benches);
