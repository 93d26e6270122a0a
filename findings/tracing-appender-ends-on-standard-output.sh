#!/usr/bin/env bash
# tracing-appender 0.2.5 (crates.io): the guard of the non-blocking writer, whose drop is not to block indefinitely, as its
# source says, writes to standard output where the log cannot be written.
#
# A lossy writer drops lines while its target takes none, and the guard waits 0.1 s at the end of the program for a place
# in the queue. If the queue stays full it says so with `println!`: in the results of a program whose log is on standard
# error. A service has both on the same pipe; if nobody reads that, the end that was meant not to block blocks for ever.
#
# Seen: with a log that takes nothing, standard output reads "Failed to send shutdown signal to logging worker. Error:
# Shutdown", and the program ends; with standard output full as well, `timeout` has to end it (status 124).
#
# Our product: the guard is dropped on a thread of its own, which is waited for one second and then left.
set -euo pipefail

command -v cargo >/dev/null || { echo "cargo is not installed"; exit 2; }
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 2; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "stuck"
version = "0.0.0"
edition = "2021"
[dependencies]
tracing-appender = "=0.2.5"
[workspace]
TOML
cat >"$folder/src/main.rs" <<'RUST'
use std::{io::{self, Write}, thread, time::Duration};

/// A log that takes nothing, as a pipe that nobody reads.
struct Stuck;

impl Write for Stuck {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        loop {
            thread::park();
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {
    let lossy = tracing_appender::non_blocking::NonBlockingBuilder::default().lossy(true).buffered_lines_limit(4);
    let (mut writer, guard) = lossy.finish(Stuck);
    for _ in 0..100 {
        writer.write_all(b"a line\n").unwrap();
        thread::sleep(Duration::from_millis(1));
    }
    drop(guard);
}
RUST
cargo build --quiet --manifest-path "$folder/Cargo.toml" --target-dir "$folder/target"

# Runs a program with standard output on a pipe that is full and that nobody reads.
cat >"$folder/full.py" <<'PYTHON'
import os, subprocess, sys
unread, pipe = os.pipe()
os.set_blocking(pipe, False)
try:
    while True:
        os.write(pipe, b"\n")
except BlockingIOError:
    os.set_blocking(pipe, True)
sys.exit(subprocess.run(sys.argv[1:], stdout=pipe).returncode)
PYTHON

failed=0
expect() {
  local what=$1 wanted=$2 found=$3
  if [[ $found == "$wanted" ]]; then echo "as expected: $what: $found"; else echo "changed: $what: $found"; failed=1; fi
}
status=0
said=$(timeout 20 "$folder/target/debug/stuck" 2>/dev/null) || status=$?
expect "the log is stuck" "status 0, says 'Failed to send shutdown signal to logging worker. Error: Shutdown'" \
  "status $status, says '$said'"
status=0
python3 "$folder/full.py" timeout 20 "$folder/target/debug/stuck" || status=$?
expect "standard output, too" "status 124" "status $status"
exit $failed
