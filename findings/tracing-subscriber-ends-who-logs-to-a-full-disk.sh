#!/usr/bin/env bash
# tracing-subscriber 0.3.23, with tracing 0.1.44 (crates.io): a log line that cannot be written to a full disk ends the
# thread that logs.
#
# A formatting layer that cannot write an event says so on standard error (`log_internal_errors`, on by default) with
# `eprintln!`, which panics where standard error cannot be written either. With the log on standard error, as services
# have it, both are the same file: once its disk is full, the first line that is logged panics. The thread that notices
# the full disk first is the one that wants to tell of it.
#
# Seen: with standard error on /dev/full (ENOSPC) the program ends at its log line with status 101; with
# `log_internal_errors(false)` the line is lost and the program goes on.
#
# Our product: the log's layer has `log_internal_errors(false)`, so a full disk costs log lines and nothing else.
set -euo pipefail

[[ -c /dev/full ]] || { echo "this system has no /dev/full"; exit 2; }
command -v cargo >/dev/null || { echo "cargo is not installed"; exit 2; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "full"
version = "0.0.0"
edition = "2021"
[dependencies]
tracing = "=0.1.44"
tracing-subscriber = { version = "=0.3.23", default-features = false, features = ["std", "fmt"] }
[workspace]
TOML
cat >"$folder/src/main.rs" <<'RUST'
fn main() {
    let subscriber = tracing_subscriber::fmt().with_writer(std::io::stderr);
    if std::env::args().nth(1).as_deref() == Some("quiet") {
        subscriber.log_internal_errors(false).init();
    } else {
        subscriber.init();
    }
    tracing::error!("the disk is full");
    println!("goes on");
}
RUST
cargo build --quiet --manifest-path "$folder/Cargo.toml" --target-dir "$folder/target"

failed=0
expect() {
  local what=$1 wanted=$2 found=$3
  if [[ $found == "$wanted" ]]; then echo "as expected: $what: $found"; else echo "changed: $what: $found"; failed=1; fi
}
run() { local said status=0; said=$("$folder/target/debug/full" "$@" 2>/dev/full) || status=$?; echo "status $status, says '$said'"; }
expect "by default" "status 101, says ''" "$(run)"
expect "with log_internal_errors(false)" "status 0, says 'goes on'" "$(run quiet)"
exit $failed
