#!/bin/sh
# net-snmp shows a link-local address that several interfaces have on one of them only
#
# Seen with snmpd 5.9.3 (Debian 12, 5.9.3+dfsg-2+deb12u1).
#
# Two interfaces have fe80::1, as routers have it on every network that they serve. RFC 4293 wants such an address in
# ipAddressTable as ipv6z(4), with its zone, so that each interface has a row of its own. snmpd's index says ipv6(2):
# both addresses are the same row, and only the second interface has it. ipAddressPrefixTable, whose index
# begins with the ifIndex, has fe80::/64 only for that interface, too; no other table has the first one's.
# Global addresses of both interfaces are there, so the first interface looks complete.
#
# Output:
#   addresses: t0 2001:db8::1, t1 2001:db8:1::1; fe80::1 on t0 and t1
#   ipAddressIfIndex of fe80::1: one row, 2.16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1 = t1
#
# Runs in a network namespace of its own, with made-up interfaces. Exit code 0: it is still so.
#
# snmp-proxy shows the address on the interface that the agent names, without a zone, and can know of no other; an
# address of ipv6z(4), and one with its zone within (fe80:2::1), has its zone in the result.
set -eu

if [ "${1:-}" != inside ]; then
    for program in snmpd snmpbulkwalk unshare ip; do
        command -v "$program" >/dev/null || { echo "$program is missing (apt install snmpd snmp iproute2)"; exit 2; }
    done
    snmpd -v 2>&1 | sed -n 's/.*version: *//p'
    exec unshare --map-root-user --net "$0" inside
fi

folder=$(mktemp -d)
agent=
stop() { [ -z "$agent" ] || kill "$agent"; rm -rf "$folder"; }
trap stop EXIT

ip link set lo up
for number in 0 1; do
    ip tuntap add "t$number" mode tap
    ip link set "t$number" up
    ip -6 addr add fe80::1/64 dev "t$number" nodad
    ip -6 addr add "2001:db8:$number::1/64" dev "t$number" nodad
done

echo 'rocommunity public 127.0.0.1' > "$folder/snmpd.conf"
export MIBS= SNMP_PERSISTENT_DIR="$folder"
snmpd -C -c "$folder/snmpd.conf" -f -Lf "$folder/log" udp:127.0.0.1:16161 &
agent=$!

walk() { snmpbulkwalk -v2c -c public -On -Oq -r 30 -t 1 127.0.0.1:16161 "$1"; }
walk 1.3.6.1.2.1.4.34.1.3 > "$folder/addresses"
cat "$folder/addresses"

# ipAddressIfIndex: `type.length.octets ifIndex`.
rows() { grep -c "^\.1\.3\.6\.1\.2\.1\.4\.34\.1\.3\.$1" "$folder/addresses" || true; }
link_local='254\.128\.0\.0\.0\.0\.0\.0\.0\.0\.0\.0\.0\.0\.0\.1'
global='2\.16\.32\.1\.13\.184\.'
echo "rows of the global addresses: $(rows "$global"), of fe80::1 as ipv6: $(rows "2\.16\.$link_local "), as ipv6z: $(rows "4\.20\.$link_local\.")"
[ "$(rows "$global")" = 2 ] && [ "$(rows "2\.16\.$link_local ")" = 1 ] && [ "$(rows "4\.20\.$link_local\.")" = 0 ]
