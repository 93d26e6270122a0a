#!/usr/bin/env bash
# Reads the OpenAPI document of a running proxy as its users' tools do, and uses what they make of it.
# A validator, the generators of TypeScript and Python clients, and schemathesis, which sends what the document allows and
# what it forbids. The proxy polls the simulator; no packet leaves this machine. Tools go to target/openapi.
set -euo pipefail
cd "$(dirname "$0")/../.."
proxy=${1:-target/debug/snmp-proxy}
out=target/openapi
mkdir -p "$out/typescript"

say() { printf -- '--- %s\n' "$1"; }

say "the tools"
if ! command -v npm >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
fi
[[ -x $out/venv/bin/pip ]] || python3 -m venv "$out/venv"
"$out/venv/bin/pip" install --quiet --disable-pip-version-check --requirement tests/openapi/requirements.txt
export PATH=$PWD/$out/venv/bin:$PATH
cp tests/openapi/typescript/* "$out/typescript"
npm ci --prefix "$out/typescript" --silent --no-audit --no-fund

say "a device and the proxy"
stop() { kill "${running[@]}" 2>/dev/null || true; wait "${running[@]}" 2>/dev/null || true; }
running=()
trap stop EXIT
"$proxy" simulate examples/devices --listen 127.0.0.1:0 >"$out/simulator.log" 2>&1 &
running+=($!)
key=key-of-the-openapi-check
# One attempt per packet and short waits: schemathesis also asks for what the device does not answer.
SNMP_PROXY__SERVER__API_KEY=$key SNMP_PROXY__SNMP__PACKET_TIMEOUT=200ms SNMP_PROXY__SNMP__RETRIES=1 \
  SNMP_PROXY__HTTP__WAIT=5s SNMP_PROXY__TRAPS__COMMUNITIES=example \
  "$proxy" --host 127.0.0.1 --port 0 --trap-listen 127.0.0.1:0 >"$out/proxy.log" 2>&1 &
running+=($!)

# What a program says behind these words, as soon as it does.
said() {
  for _ in $(seq 600); do
    if sed -n "s|^ *$2 *\(.*\)|\1|p" "$1" | grep . ; then return; fi
    sleep 0.1
  done
  cat "$1" >&2
  return 1
}
device_port=$(said "$out/simulator.log" 'Listening: 127.0.0.1:')
url=$(said "$out/proxy.log" 'Server: ')
curl --silent --fail --retry 50 --retry-delay 1 --retry-connrefused "$url/openapi.json" >"$out/openapi.json"

say "openapi-spec-validator"
openapi-spec-validator "$out/openapi.json"

say "openapi-typescript and tsc"
(
  cd "$out/typescript"
  npx --no-install openapi-typescript ../openapi.json --output api.d.ts
  npx --no-install tsc --project .
  node out/client.js "$url" "$key" "$device_port" access-switch
)

say "openapi-python-client"
rm -rf "$out/python"
openapi-python-client generate --path "$out/openapi.json" --output-path "$out/python" --fail-on-warning >"$out/python.log" 2>&1 ||
  { cat "$out/python.log"; exit 1; }
trap_port=$(said "$out/proxy.log" 'Traps:.*udp://127.0.0.1:')
"$proxy" trap "127.0.0.1:$trap_port" --community example --inform linkDown 1.3.6.1.2.1.2.2.1.1.7 i 7 >/dev/null
PYTHONPATH=$out/python python tests/openapi/poll.py "$url" "$key" "$device_port" access-switch

say "schemathesis"
ticket=$(curl --silent --fail "$url/jobs?status=complete&limit=1" -H "X-API-Key: $key" | sed 's/.*"ticket":"\([^"]*\)".*/\1/')
# followTraps is left out: its answer is a stream without an end.
# negative_data_rejection is left out: numbers and truths may come as text, and unknown fields are ignored, as in the
# Python program that this proxy replaces. positive_data_acceptance is left out: no schema can say what a host name, an
# OID or the password of a protocol is, and a request with a wrong one is refused with a 422 that says so.
# It keeps a cache where it is run.
hooks=$PWD/tests/openapi
(
  cd "$out"
  DEVICE_PORT=$device_port TICKET=$ticket PYTHONPATH=$hooks SCHEMATHESIS_HOOKS=hooks PYTHONDONTWRITEBYTECODE=1 \
    timeout 600 schemathesis --config-file /dev/null run "$url/openapi.json" --header "X-API-Key: $key" \
    --exclude-operation-id followTraps --exclude-checks negative_data_rejection,positive_data_acceptance \
    --max-examples 25 --seed 12 --request-timeout 60 --generation-database none --continue-on-failure
)
