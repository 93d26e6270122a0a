//! What it costs to keep records of traps: in memory, and in a state directory on a real disk.
//!
//! `cargo bench -p traps --bench log` appends records of about 1.2 KB, which differ as those of link traps of
//! many devices do, in batches as the decoder hands them over, and prints for each size of batch the time and the CPU
//! time of one record, of all threads together, and what it takes where it is kept. `TRAP_LOG_DIR` names a directory
//! on another disk than the build's.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a benchmark")]

use std::{
    env, fs,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    time::Instant,
};

use snmp::Oid;
use state::State;
use traps::{
    Facts, Filter, NewEntry, Severity, TrapLog,
    log::{LogOptions, LogStats},
};

const OPTIONS: LogOptions = LogOptions { records: 1_000_000, bytes: 64 << 20, unstored_bytes: 64 << 20 };
const RECORDS: usize = 400_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    // Made before the time is taken. Numbers in them differ by batch, so that no batch is like another.
    let octets = record(1).json.len();
    println!("{RECORDS} records of {octets} octets, kept within {} MiB", OPTIONS.bytes >> 20);
    for batch in [256, 32, 1] {
        let records = if batch == 1 { RECORDS / 40 } else { RECORDS };
        let log = TrapLog::in_memory(OPTIONS);
        report("in memory", batch, records, runtime.block_on(run(&log, batch, records, 1)));
        let directory = directory();
        let state = State::open(&directory).expect("a state");
        let log = TrapLog::open(OPTIONS, &state).expect("a log");
        report("on disk", batch, records, runtime.block_on(run(&log, batch, records, 1)));
        let log = (drop(log), TrapLog::open(OPTIONS, &state).expect("a log")).1;
        report("on disk, 8 at once", batch, records, runtime.block_on(run(&log, batch, records, 8)));
        read(&runtime, &log);
        let file = directory.join(state::STORE_FILE);
        println!("    file: {:.1} MiB", mib(fs::metadata(&file).expect("the file").len()));
        // As after a kill: a copy of the file while it is open.
        let copy = self::directory();
        fs::create_dir_all(&copy).expect("a directory");
        fs::copy(&file, copy.join(state::STORE_FILE)).expect("a copy");
        let begun = Instant::now();
        drop(State::open(&copy).expect("the copy"));
        println!("    opened after a kill in {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
        drop((log, state));
        fs::remove_dir_all(&directory).expect("the directory");
        fs::remove_dir_all(&copy).expect("the directory");
    }
}

/// Wall time, CPU time and how the log is afterwards.
type Taken = (f64, f64, LogStats);

async fn run(log: &TrapLog, batch: usize, records: usize, at_once: usize) -> Taken {
    let before = log.stats();
    let (mut wall, mut cpu, mut made) = (0.0, 0.0, 0);
    while made < records {
        // Making them is not what is measured.
        let batches: Vec<Vec<NewEntry>> = (0..at_once.max(8192 / batch))
            .map(|place| (0..batch).map(|index| record(made + place * batch + index)).collect())
            .collect();
        made += batches.len() * batch;
        let (begun, used) = (Instant::now(), cpu_seconds());
        let mut appends: Vec<tokio::task::JoinHandle<()>> = Vec::new();
        let mut lanes: Vec<Vec<Vec<NewEntry>>> = (0..at_once).map(|_| Vec::new()).collect();
        for (place, batch) in batches.into_iter().enumerate() {
            if let Some(lane) = lanes.get_mut(place % at_once) {
                lane.push(batch);
            }
        }
        for lane in lanes {
            let log = log.clone();
            appends.push(tokio::spawn(async move {
                for batch in lane {
                    log.append(batch).await.expect("stored");
                }
            }));
        }
        for append in appends {
            append.await.expect("no panic");
        }
        wall += begun.elapsed().as_secs_f64();
        cpu += cpu_seconds() - used;
    }
    let each = 1e6 / made as f64;
    let after = log.stats();
    assert_eq!(after.last - before.last, made as u64);
    (wall * each, cpu * each, after)
}

fn report(name: &str, batch: usize, records: usize, (wall, cpu, stats): Taken) {
    println!(
        "{name:<20} batches of {batch:>3}: {wall:>7.2} µs, {cpu:>6.2} µs CPU a record, {:>7.0} a second; {} kept in \
         {:.1} MiB, {:.0} octets each ({records} appended)",
        1e6 / wall,
        stats.records,
        mib(stats.bytes),
        stats.bytes as f64 / stats.records as f64,
    );
}

fn read(runtime: &tokio::runtime::Runtime, log: &TrapLog) {
    for (name, wanted) in [
        ("all", Filter::default()),
        ("one source", Filter { sources: vec!["10.0.0.7/32".parse().expect("a network")], ..Filter::default() }),
        ("none", Filter { oids: vec!["2".parse().expect("an OID")], ..Filter::default() }),
    ] {
        let (begun, used) = (Instant::now(), cpu_seconds());
        let (mut after, mut found) = (0, 0);
        while after < log.last() {
            let page = runtime.block_on(log.read(after, &wanted, 1000));
            (after, found) = (page.next, found + page.entries.len());
        }
        let each = 1e6 / log.stats().records as f64;
        let (wall, cpu) = (begun.elapsed().as_secs_f64() * each, (cpu_seconds() - used) * each);
        println!("    reading {name}: {found} found, {wall:.2} µs, {cpu:.2} µs CPU for each that is kept");
    }
}

/// The record of a link trap of one of many devices.
fn record(number: usize) -> NewEntry {
    let [_, _, high, low] = u32::try_from(number % 1000).unwrap_or(0).to_be_bytes();
    let source = Ipv4Addr::new(10, 0, high, low);
    let (port, request, uptime) = (49152 + number % 1000, number * 7919 % 2_147_483_647, 100_000 + number * 13);
    let (index, second, milli) = (number % 48 + 1, number / 50_000 % 60, number / 50 % 1000);
    let varbind = |oid: &str, name: &str, kind: &str, value: usize, text: &str| {
        format!(
            r#"{{"oid":"{oid}","name":"{name}","mib":"IF-MIB","index":"{index}","type":"{kind}","value":{value},"text":"{text}","hex":null,"enum":null}}"#
        )
    };
    let json = format!(
        r#"{{"received_at":"2026-11-20T20:31:{second:02}.{milli:03}Z","receiver":"jump-1","site":null,"transport":{{"proto":"udp","src":"{source}","src_port":{port},"local":"0.0.0.0:162"}},"snmp":{{"version":"2c","pdu":"trap","request_id":{request},"community_ref":"hmac:7d0a3d61c2ea2b4f","security":null}},"v1":null,"device":{{"address":"{source}","address_from":"udp","name":null}},"uptime_ticks":{uptime},"trap":{{"oid":"1.3.6.1.6.3.1.1.5.3","name":"linkDown","mib":"IF-MIB","index":null}},"severity":"warning","varbinds":[{},{},{}],"enrichment":{{"interface":{{"ifindex":{index}}}}},"decoded_by":{{"plugin":"trap-decoder","digest":"sha256:0c29b1b2"}},"decoded":{{}},"flags":[],"raw_hex":"3081{:02x}020101040a2a2a2a2a2a2a2a2a2a2aa7{:02x}0204{request:08x}0201000201003081{uptime:08x}06082b06010201010300430{uptime:06x}06102b06010603010104010006092b0601060301010503300f060a2b0601020102020101{index:02x}0201{index:02x}"}}"#,
        varbind("1.3.6.1.2.1.2.2.1.1", "ifIndex", "integer", index, &index.to_string()),
        varbind("1.3.6.1.2.1.2.2.1.7", "ifAdminStatus", "integer", 1, "up"),
        varbind("1.3.6.1.2.1.2.2.1.8", "ifOperStatus", "integer", 2, "down"),
        number % 256,
        number % 251,
    );
    let trap_oid = Oid::new(&[1, 3, 6, 1, 6, 3, 1, 1, 5, 3]).ok();
    NewEntry { json, facts: Facts { source: IpAddr::V4(source), trap_oid, severity: Some(Severity::Warning) } }
}

/// CPU time of this process so far, of all threads.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name, which may have blanks: state, then ten numbers, then user and system time in hundredths.
    let behind = stat.rsplit(") ").next().unwrap_or_default();
    behind.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn directory() -> PathBuf {
    let above = env::var_os("TRAP_LOG_DIR").map_or_else(env::temp_dir, PathBuf::from);
    (0..)
        .map(|number| above.join(format!("trap-log-{}-{number}", std::process::id())))
        .find(|path| !path.exists())
        .unwrap_or(above)
}

fn mib(octets: u64) -> f64 {
    octets as f64 / f64::from(1 << 20)
}
