#!/bin/sh
# npm's componentize-qjs 0.4.5 (QuickJS as a component), run by PyPI's wasmtime 50.0.1.
#
# A `u64` of a WIT function reaches JavaScript as a number. Its README says that the precision ends at 2^53. What it does
# not say: the last 2^31 values come out negative, since what fits into 32 bits with a sign is made such a number after
# the 64 bits were taken for signed ones. So 2^64-1 is -1, and a sum of counters shrinks.
#
# Seen: 9007199254740991 is itself, 9007199254740993 is 9007199254740992, 18446744071562067967 is 18446744071562068000,
# 18446744071562067968 is -2147483648, 18446744073709551615 is -1.
#
# What our product does: the SDK for JavaScript takes a Counter64 only where it is a safe integer and not negative; else
# the field is null, and a warning says that the engine rounds. Its recorded device rounds like QuickJS, so that a test
# sees it, too.
set -eu
command -v node npm python3 >/dev/null || { echo "needs node, npm and python3"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund componentize-qjs@0.4.5 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check wasmtime==50.0.1
echo 'package a:b; world w { export shown: func(n: u64) -> string; }' > w.wit
echo 'export function shown(n) { return `${typeof n} ${n}`; }' > w.js
node_modules/.bin/componentize-qjs --wit w.wit --js w.js --sync --stub-wasi -o w.wasm >/dev/null
cat > w.py <<'PY'
from wasmtime import Config, Engine, Store
from wasmtime.component import Component, Linker

config = Config()
config.wasm_multi_memory = True
engine = Engine(config)
store = Store(engine)
instance = Linker(engine).instantiate(store, Component.from_file(engine, "w.wasm"))
shown = instance.get_func(store, "shown")
for number in [2**53 - 1, 2**53 + 1, 2**64 - 2**31 - 1, 2**64 - 2**31, 2**64 - 1]:
    print(number, shown(store, number))
    if hasattr(shown, "post_return"):
        shown.post_return(store)
PY
venv/bin/python w.py | tee seen.txt
cat > expected.txt <<'TXT'
9007199254740991 number 9007199254740991
9007199254740993 number 9007199254740992
18446744071562067967 number 18446744071562068000
18446744071562067968 number -2147483648
18446744073709551615 number -1
TXT
diff expected.txt seen.txt
