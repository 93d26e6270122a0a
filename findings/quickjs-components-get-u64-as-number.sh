#!/usr/bin/env bash
# componentize-qjs 0.4.5 (npm) hands a u64 of WIT to JavaScript as a Number, where the types that jco 1.35.0 (npm) writes
# for the same WIT say bigint.
#
# Seen with node 20, wasmtime 50.0.1 (PyPI) as the host: `typeof` of the argument is "number", so code that follows the
# types (`rows === 0n`) never takes its branch, and nothing warns. A component that returns its argument returns
# 9007199254740992 for 9007199254740993: beyond 2^53 values are rounded in silence.
#
# What we do about it: counts of our contract with plugins become u32 before it is frozen, which every language reads
# alike; 64 bits are left to Counter64 and INTEGER.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init -y > /dev/null
npm install --silent componentize-qjs@0.4.5 @bytecodealliance/jco@1.35.0 > /dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check wasmtime==50.0.1

mkdir wit
cat > wit/world.wit <<'WIT'
package example:counting@0.1.0;
interface counting {
  same: func(number: u64) -> u64;
  kind: func(number: u64) -> string;
}
world counter { export counting; }
WIT
cat > counting.js <<'JS'
export const counting = { same(number) { return number; }, kind(number) { return typeof number; } };
JS
npx componentize-qjs --wit wit --js counting.js --world counter --sync --output counting.wasm > /dev/null
npx jco transpile counting.wasm --out-dir types > /dev/null

cat > call.py <<'PY'
from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Linker

engine = Engine()
store, linker = Store(engine), Linker(engine)
store.set_wasi(WasiConfig())
linker.add_wasip2()
instance = linker.instantiate(store, Component.from_file(engine, "counting.wasm"))
interface = instance.get_export_index(store, "example:counting/counting@0.1.0")
for name in ("kind", "same"):
    function = instance.get_func(store, instance.get_export_index(store, name, interface))
    print(name, function(store, 2**53 + 1))
    function.post_return(store)
PY
seen=$(venv/bin/python call.py; grep -rhoE 'number: (bigint|number)' types | sort -u)
echo "$seen"
[ "$seen" = "kind number
same 9007199254740992
number: bigint" ]
