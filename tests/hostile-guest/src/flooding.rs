//! Too much of everything that the host offers.

use snmp_proxy_sdk::{
    Error, Oid,
    bindings::snmp_proxy::plugin::{
        job::{self, Level},
        output, snmp,
    },
};

use crate::{
    IF_ENTRY, SYSTEM,
    answers::{good, mebibytes},
};

const SHORT_LINES: u32 = 100_000;
const COUNTERS: u32 = 10_000;
const READERS: u32 = 100_000;
const COLUMNS: u32 = 100_000;

pub(crate) fn log(long_lines: usize) -> Result<String, Error> {
    for number in 0..SHORT_LINES {
        job::log(Level::Info, &format!("line {number} of a flood"));
    }
    let long = mebibytes(1);
    for _ in 0..long_lines {
        job::log(Level::Error, &long);
    }
    good()
}

#[expect(clippy::print_stderr, reason = "it is the act")]
pub(crate) fn stderr(long_lines: usize) -> Result<String, Error> {
    for number in 0..SHORT_LINES {
        eprintln!("line {number} of a flood");
    }
    let long = mebibytes(1);
    for _ in 0..long_lines {
        eprintln!("{long}");
    }
    good()
}

pub(crate) fn progress(mib: usize) -> Result<String, Error> {
    let counters: Vec<(String, u32)> = (0..COUNTERS).map(|number| (format!("counter_{number}"), 1)).collect();
    job::progress(&mebibytes(mib), &counters);
    job::progress("\u{1b}[2J two\nlines", &[("Not A Counter!".to_owned(), u32::MAX)]);
    good()
}

pub(crate) fn open_readers() -> Result<String, Error> {
    let (device, if_descr) = (snmp::device(), [IF_ENTRY, &[2]].concat());
    let mut kept = Vec::new();
    for _ in 0..READERS {
        kept.push(device.open_table(std::slice::from_ref(&if_descr))?);
    }
    good()
}

pub(crate) fn huge_request(mib: usize) -> Result<String, Error> {
    // A name of 128 arcs is half a KiB on the way to the host.
    let name: Oid = SYSTEM.iter().copied().chain(std::iter::repeat(1)).take(128).collect();
    let names = vec![name; mib * 2048];
    snmp::device().get(&names)?;
    good()
}

pub(crate) fn wide_table() -> Result<String, Error> {
    let columns: Vec<Oid> = (1..=COLUMNS).map(|column| vec![1, 3, column]).collect();
    snmp::device().open_table(&columns)?;
    good()
}

pub(crate) fn agents() -> Result<String, Error> {
    let mut kept = Vec::new();
    for number in 0..READERS {
        kept.push(snmp::in_vlan(number % 4094 + 1)?);
    }
    good()
}

pub(crate) fn rows(mib: usize) -> Result<String, Error> {
    let rows = format!("[\"{}\"]", mebibytes(1));
    for _ in 0..mib {
        output::rows("hostile", &rows)?;
    }
    Err(Error::new("gave-up", "after handing over rows"))
}
