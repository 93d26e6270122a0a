#!/usr/bin/env bash
# text2pcap (Wireshark 4.0.17, Debian tshark 4.0.17-0+deb12u3) and the packet dump of net-snmp 5.9.3 (`-d`).
#
# Behaviour: the dump counts its offsets in decimal numbers (0000, 0016, 0032), text2pcap takes them for hexadecimal ones.
# It says "Inconsistent offset. Expecting 10, got 16. Ignoring rest of packet" on standard error, writes a packet of the
# first 16 octets for each dump, and ends with 0: the capture that comes of it holds no SNMP message. With `-o d` it is
# read, but then a dump of tcpdump, xxd or Wireshark is not. No offset below 16 tells the two apart; only the number of
# octets in a line does.
#
# Seen here: without `-o d` a packet of 16 octets of UDP payload and status 0; with it the whole get-request.
#
# snmp-proxy decode tries hexadecimal, decimal and octal offsets and takes the one that agrees with the octets.
set -euo pipefail
for program in snmpget text2pcap tshark; do
  command -v "$program" >/dev/null || { echo "$program is missing (Debian: snmp tshark)"; exit 2; }
done
text2pcap --version 2>&1 | head -n 1
snmpget -V 2>&1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Nobody listens there: the request is dumped all the same.
MIBS='' snmpget -d -v2c -c public -r0 -t1 127.0.0.1:9 .1.3.6.1.2.1.1.1.0 .1.3.6.1.2.1.1.2.0 >"$folder/dump.txt" 2>&1 || true
grep -q '^0016: ' "$folder/dump.txt" || { echo "the offsets are not decimal any more"; exit 1; }
said=$(text2pcap -u 40000,161 "$folder/dump.txt" "$folder/hex.pcap" 2>&1) || { echo "text2pcap fails now"; exit 1; }
grep -q 'Inconsistent offset. Expecting 10, got 16' <<<"$said" || { echo "text2pcap does not complain any more"; exit 1; }
octets=$(tshark -r "$folder/hex.pcap" -T fields -e udp.length 2>/dev/null)
messages=$(tshark -r "$folder/hex.pcap" -Y 'snmp.data == 0' 2>/dev/null | wc -l)
echo "hexadecimal offsets: UDP length $octets, $messages requests"
[[ $octets == 24 && $messages == 0 ]] || { echo "the packet is not cut to 16 octets any more"; exit 1; }
text2pcap -o d -u 40000,161 "$folder/dump.txt" "$folder/decimal.pcap" >/dev/null 2>&1
messages=$(tshark -r "$folder/decimal.pcap" -Y 'snmp.data == 0' 2>/dev/null | wc -l)
echo "decimal offsets: $messages request"
[[ $messages == 1 ]] || { echo "-o d does not read it either"; exit 1; }
