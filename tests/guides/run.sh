#!/usr/bin/env bash
# Runs a guide of docs/plugins as a reader would: its `sh` blocks, one after another, in an empty folder.
#
#     tests/guides/run.sh docs/plugins/first-plugin-c.md
#     tests/guides/run.sh c        the README and the CI steps of a new plugin in that language
#
# SNMP_PROXY is the program, built before (target/debug/snmp-proxy). What packages and compiled plugins leave behind is kept
# in target/guides.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${SNMP_PROXY:-$root/target/debug/snmp-proxy}")
export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$root/target/guides/cache} npm_config_cache=${npm_config_cache:-$root/target/guides/npm}
folder=$(mktemp --directory)
# What a guide starts in the background ends with it, also where it fails.
trap 'jobs -p | xargs --no-run-if-empty kill 2>/dev/null || true; rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/empty"
ln -s "$program" "$folder/bin/snmp-proxy"
export PATH=$folder/bin:$PATH
# How fast a debug build on a busy machine compiles a plugin is not what is shown here.
export SNMP_PROXY__SANDBOX__COMPILE_TIME=30m SNMP_PROXY__SANDBOX__COMPILE_CPU=30m
# The plugin's own build folder, whatever the environment says.
unset CARGO_TARGET_DIR VIRTUAL_ENV

# The commands of a document.
commands() {
  awk '/^```sh$/ {here = 1; next} /^```$/ {here = 0} here' "$1" > "$folder/commands.sh"
  [ -s "$folder/commands.sh" ] || { echo "$1 has no commands" >&2; exit 1; }
}
run() { bash -euo pipefail "$1" > "$folder/log" 2>&1 || { cat "$folder/log" >&2; echo "$2 does not run as written" >&2; exit 1; }; }

started=$SECONDS
if [ -f "$1" ]; then
  commands "$(realpath "$1")"
  cd "$folder/empty"
  run "$folder/commands.sh" "$1"
  echo "$(basename "$1") runs as written, in $((SECONDS - started)) s"
else
  cd "$folder/empty"
  snmp-proxy plugin new first-steps --language "$1" > /dev/null
  cd first-steps
  commands README.md
  run "$folder/commands.sh" "the README of a new plugin in $1"
  for workflow in .github/workflows/ci.yml .gitlab-ci.yml; do
    # As the service does it: from what is in the repository.
    rm -rf dist bin plugins
    sed -nE 's/^      - run: (.*)$/\1/p; /^  script:/,/^  [a-z]+:/s/^    - (.*)$/\1/p' "$workflow" > "$folder/steps.sh"
    grep --quiet 'plugin test' "$folder/steps.sh"
    SNMP_PROXY_URL=file://$program run "$folder/steps.sh" "$workflow of a new plugin in $1"
    [ -s dist/first-steps.wasm ] || { echo "$workflow leaves no dist/first-steps.wasm" >&2; exit 1; }
  done
  echo "a new plugin in $1: its README and its CI run as written, in $((SECONDS - started)) s"
fi
