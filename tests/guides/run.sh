#!/usr/bin/env bash
# Runs a guide of docs/plugins as a reader would: its `sh` blocks, one after another, in an empty folder.
#
#     tests/guides/run.sh docs/plugins/first-plugin-c.md
#
# PROXY is this repository and SNMP_PROXY the program, built before.
set -euo pipefail
PROXY=$(cd "$(dirname "$0")/../.." && pwd)
export PROXY SNMP_PROXY=${SNMP_PROXY:-$PROXY/target/release/snmp-proxy}
guide=$(realpath "$1")
folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT
awk '/^```sh$/ {here = 1; next} /^```$/ {here = 0} here' "$guide" > "$folder/guide.sh"
[ -s "$folder/guide.sh" ] || { echo "$guide has no commands" >&2; exit 1; }
mkdir "$folder/empty"
cd "$folder/empty"
started=$SECONDS
bash -euo pipefail "$folder/guide.sh"
echo "$(basename "$guide") runs as written, in $((SECONDS - started)) s"
