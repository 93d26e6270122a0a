#!/bin/sh
# net-snmp 5.9.3 (Debian 12, package snmp 5.9.3+dfsg-2+deb12u1).
#
# A walk is what people record devices with. Three things in the output of snmpwalk -On are not what they look like:
#
#   1. An Opaque double is printed as `Opaque: Float: 1.500000`, word for word as a float; only the digits may tell.
#   2. A bit of BITS that has no name is printed as its number, in the same list as the octets:
#      `BITS: 00 01 15 ` are the two octets 00 01 (bit 15), not three.
#   3. With -Os, a name below a node without a name loses its start and gets no mark: `98.1.0` is
#      1.3.6.1.4.1.32473.98.1.0. Where the arc is 0, 1 or 2, a reader takes it for a name of its own.
#
# Seen:
#   .1.3.6.1.4.1.32473.98.1.0 = Opaque: Float: 1.500000
#   .1.3.6.1.4.1.32473.98.2.0 = Opaque: Float: 1.500000
#   .1.3.6.1.4.1.32473.98.3.0 = BITS: 00 01 15
#   98.1.0 = Opaque: Float: 1.500000
#
# Ends with 0 as long as that is so. The agent below is made by hand from Python's standard library.
#
# What our product does about it: recordings read a double where no float is printed with these digits, take as octets
# of BITS only those whose bits the rest of the line lists, and refuse names without a root in walks with short names.
set -eu
command -v snmpwalk >/dev/null && command -v python3 >/dev/null || { echo "needs snmpwalk and python3"; exit 2; }
snmpwalk --version 2>&1
folder=$(mktemp -d)
agent=
trap 'test -z "$agent" || kill "$agent" 2>/dev/null || true; rm -rf "$folder"' EXIT

cat >"$folder/BITS-MIB.txt" <<'MIB'
BITS-MIB DEFINITIONS ::= BEGIN
bits OBJECT-TYPE SYNTAX BITS { first(0) } MAX-ACCESS read-only STATUS current DESCRIPTION ""
     ::= { iso org(3) dod(6) internet(1) private(4) enterprises(1) 32473 98 3 }
END
MIB

cat >"$folder/agent.py" <<'PYTHON'
import socket, struct, sys

def tlv(tag, content):
    return bytes([tag, len(content)]) + content

def name(last):
    return bytes.fromhex("2b06010401") + bytes([0x81, 0xFD, 0x59, 98, last, 0])

values = [
    (name(1), tlv(0x44, b"\x9f\x78\x04" + struct.pack(">f", 1.5))),
    (name(2), tlv(0x44, b"\x9f\x79\x08" + struct.pack(">d", 1.5))),
    (name(3), tlv(0x04, b"\x00\x01")),
]

def read(data):
    assert data[1] < 128
    return data[2 : 2 + data[1]], data[2 + data[1] :]

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    request, sender = server.recvfrom(2000)
    message, _ = read(request)
    version, rest = read(message)
    community, pdu = read(rest)
    body, _ = read(pdu)
    request_id, body = read(body)
    _, body = read(body)
    _, body = read(body)
    varbind, _ = read(read(body)[0])
    asked, _ = read(varbind)
    if pdu[0] == 0xA0:
        found = [(asked, value) for known, value in values if known == asked] or [(asked, tlv(0x80, b""))]
    else:
        found = [(known, value) for known, value in values if known > asked] or [(asked, tlv(0x82, b""))]
    listed = tlv(0x30, tlv(0x30, tlv(6, found[0][0]) + found[0][1]))
    answer = tlv(0xA2, tlv(2, request_id) + tlv(2, b"\0") + tlv(2, b"\0") + listed)
    server.sendto(tlv(0x30, tlv(2, version) + tlv(4, community) + answer), sender)
PYTHON
python3 "$folder/agent.py" >"$folder/port" &
agent=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do test -s "$folder/port" && break; sleep 0.2; done

walk() { snmpwalk -v2c -c public -m BITS-MIB -M "$folder" "$@" "127.0.0.1:$(cat "$folder/port")" .1.3.6.1.4.1.32473; }
walk -On | tee "$folder/numeric"
walk -Os | tee "$folder/short"
grep -qx '.1.3.6.1.4.1.32473.98.1.0 = Opaque: Float: 1.500000' "$folder/numeric"
grep -qx '.1.3.6.1.4.1.32473.98.2.0 = Opaque: Float: 1.500000' "$folder/numeric"
grep -qx '.1.3.6.1.4.1.32473.98.3.0 = BITS: 00 01 15 *' "$folder/numeric"
grep -qx '98.1.0 = Opaque: Float: 1.500000' "$folder/short"
echo "as described"
