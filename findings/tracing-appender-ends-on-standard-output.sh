#!/usr/bin/env bash
# tracing-appender 0.2.5 (crates.io): the guard of the non-blocking writer, whose drop is not to block indefinitely, as its
# source says, writes to standard output where the log cannot be written.
#
# A lossy writer drops lines while its target takes none, and the guard waits 0.1 s at the end of the program for a place
# in the queue. If the queue stays full it says so with `println!`: in the results of a program whose log is on standard
# error. Where nobody reads standard output either, the end that was meant not to block may wait for it.
#
# Seen: with a log that takes nothing, standard output reads "Failed to send shutdown signal to logging worker. Error:
# Shutdown".
#
# Our product: the guard is dropped on a thread of its own, which is waited for one second and then left.
set -euo pipefail

command -v cargo >/dev/null || { echo "cargo is not installed"; exit 2; }

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

failed=0
expect() {
  local what=$1 wanted=$2 found=$3
  if [[ $found == "$wanted" ]]; then echo "as expected: $what: $found"; else echo "changed: $what: $found"; failed=1; fi
}
status=0
said=$(timeout 20 "$folder/target/debug/stuck" 2>/dev/null) || status=$?
expect "the log is stuck" "status 0, says 'Failed to send shutdown signal to logging worker. Error: Shutdown'" \
  "status $status, says '$said'"
exit $failed
