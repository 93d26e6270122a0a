#!/bin/sh
# serde_json 1.0.154: text that is only skipped (RawValue, IgnoredAny) is checked less than text that is read.
#
# Needs cargo, and builds one small program; ends with 1 if this changes.
#
# Seen: a number beyond every float and half of a surrogate pair are errors when they are read as a Value, and pass as a
# RawValue or an IgnoredAny. So "valid JSON, kept as text" may be JSON that its next reader refuses.
# Our product checks what it keeps as text with a visitor of its own, which reads every value (host/runtime/src/json.rs).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/src"
cat >"$dir/Cargo.toml" <<'TOML'
[package]
name = "skipped"
version = "0.0.0"
edition = "2021"

[dependencies]
serde = "1"
serde_json = { version = "=1.0.154", features = ["raw_value"] }

[workspace]
TOML
cat >"$dir/src/main.rs" <<'RUST'
use serde::de::IgnoredAny;
use serde_json::{from_str, value::RawValue, Value};

fn main() {
    for (name, json) in [("1e999", "1e999"), ("half of a pair", r#""\ud800""#)] {
        let word = |taken: bool| if taken { "taken" } else { "refused" };
        let read = word(from_str::<Value>(json).is_ok());
        let kept = word(from_str::<&RawValue>(json).is_ok());
        let skipped = word(from_str::<IgnoredAny>(json).is_ok());
        println!("{name}: Value {read}, RawValue {kept}, IgnoredAny {skipped}");
    }
}
RUST
found=$(CARGO_TARGET_DIR="$dir/target" cargo run --quiet --manifest-path "$dir/Cargo.toml")
echo "$found"
expected='1e999: Value refused, RawValue taken, IgnoredAny taken
half of a pair: Value refused, RawValue taken, IgnoredAny taken'
[ "$found" = "$expected" ] || { echo "this has changed" >&2; exit 1; }
