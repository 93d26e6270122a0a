#!/usr/bin/env bash
# net-snmp 5.9.3 (Debian's snmpd and snmp) counts a request for a context that it does not have, and says nothing.
#
# RFC 3413 section 3.2 (2): where the contextName is unknown, snmpUnknownContexts goes up and a Report says so. snmpd
# counts (SNMP-TARGET-MIB::snmpUnknownContexts.0, 1.3.6.1.6.3.12.1.5.0), but sends no Report, at authPriv and authNoPriv
# alike. For the client it is the same silence as a wrong privacy password, though both passwords are right.
#
# Seen: "Timeout: No Response" for the context `vlan-99`, an answer in milliseconds without it, and the counter at 4
# after two requests with one retry each.
#
# Our product: where a context was given, the error suspects it before the privacy password.
set -uo pipefail

version=$(snmpd --version 2>&1 | sed -n 's/^NET-SNMP version: *//p')
[[ $version == 5.9.3* ]] || { echo "snmpd is ${version:-not installed}, not 5.9.3"; exit 2; }
command -v snmpget >/dev/null || { echo "snmpget is not installed"; exit 2; }

folder=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/snmpd.conf" <<CONF
agentaddress udp:127.0.0.1:$port
rocommunity public 127.0.0.1
createUser monitor SHA authpass-1234 AES privpass-1234
rouser monitor authNoPriv
CONF
SNMP_PERSISTENT_DIR=$folder/state snmpd -f -C -c "$folder/snmpd.conf" -Lf "$folder/log" &
agent=$!
trap 'kill "$agent" 2>/dev/null; wait "$agent" 2>/dev/null; rm -rf "$folder"' EXIT

get() { snmpget -r 1 -t 1 -Oqvn "$@" 2>&1; }
user=(-v3 -u monitor -a SHA -A authpass-1234 -x AES -X privpass-1234)
name=1.3.6.1.2.1.1.3.0
for _ in $(seq 50); do get -v2c -c public "127.0.0.1:$port" $name | grep -q : && break; done

failed=0
expect() {
  local what=$1 wanted=$2 found=$3
  if [[ $found =~ $wanted ]]; then echo "as expected: $what: $found"; else echo "changed: $what: $found"; failed=1; fi
}
for level in authPriv authNoPriv; do
  expect "$level, no context" '^[0-9]+:' "$(get "${user[@]}" -l $level "127.0.0.1:$port" $name)"
  expect "$level, context vlan-99" '^Timeout: No Response' "$(get "${user[@]}" -l $level -n vlan-99 "127.0.0.1:$port" $name)"
done
expect "snmpUnknownContexts" '^4$' "$(get -v2c -c public "127.0.0.1:$port" 1.3.6.1.6.3.12.1.5.0)"
exit $failed
