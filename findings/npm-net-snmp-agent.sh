#!/bin/sh
# npm's net-snmp 3.26.3 (the agent in it), asked by Debian's net-snmp 5.9.3 tools.
#
# 1. Behind its last object a GETNEXT has two endings. For an instance that exists (ifMtu.2, the last of all) it is
#    endOfMibView under that name. For a name that does not exist (ifName, behind everything) it is noSuchObject under
#    the name that was asked for, which RFC 3416 section 4.2.2 does not have for GETNEXT.
# 2. max-repetitions counts the varbinds of the whole answer and not the rows (RFC 3416 section 4.2.3): a GETBULK of
#    4 repetitions for 3 columns has 4 varbinds, so with fewer repetitions than columns some columns have nothing at all.
#
# Seen: 1. "ifMtu.2 = No more variables left in this MIB View", "ifName = No Such Object"; 2. 4 varbinds, not 12.
#
# What our product does: noSuchObject or noSuchInstance under the name that was asked for ends the column, and nothing
# is claimed of other columns; a column that an answer leaves out is asked for again in the next request.
set -eu
export MIBS=
command -v node npm snmpgetnext snmpbulkget >/dev/null || { echo "needs node, npm and Debian's snmp"; exit 2; }
folder=$(mktemp -d)
agent=
finish() { [ -z "$agent" ] || kill "$agent" 2>/dev/null || true; rm -rf "$folder"; }
trap finish EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" net-snmp@3.26.3 >/dev/null
cat > "$folder/agent.js" <<'JS'
const snmp = require('net-snmp');
const dgram = require('dgram');
const free = dgram.createSocket('udp4');
free.bind(0, '127.0.0.1', () => {
  const { port } = free.address();
  free.close(() => {
    const agent = snmp.createAgent({ port, address: '127.0.0.1', disableAuthorization: true }, () => {});
    const access = snmp.MaxAccess['read-only'];
    const column = (number, name, type) => ({ number, name, type, maxAccess: access });
    const { Integer, OctetString } = snmp.ObjectType;
    agent.getMib().registerProvider({
      name: 'ifEntry', type: snmp.MibProviderType.Table, oid: '1.3.6.1.2.1.2.2.1',
      maxAccess: snmp.MaxAccess['not-accessible'], tableIndex: [{ columnName: 'ifIndex' }],
      tableColumns: [column(1, 'ifIndex', Integer), column(2, 'ifDescr', OctetString), column(4, 'ifMtu', Integer)],
    });
    for (const row of [1, 2]) agent.getMib().addTableRow('ifEntry', [row, 'eth' + row, 1500]);
    console.log(port);
  });
});
JS
node "$folder/agent.js" > "$folder/port" &
agent=$!
until [ -s "$folder/port" ]; do kill -0 "$agent"; sleep 0.1; done
peer="-v2c -c public -t 5 -r 1 -On 127.0.0.1:$(cat "$folder/port")"
entry=.1.3.6.1.2.1.2.2.1
ends=$(snmpgetnext $peer $entry.4.2 .1.3.6.1.2.1.31.1.1.1.1)
bulk=$(snmpbulkget -Cn0 -Cr4 $peer $entry.1 $entry.2 $entry.4)
printf '%s\n\n%s\n' "$ends" "$bulk"
echo "$ends" | grep -q "^$entry.4.2 = No more variables left in this MIB View"
echo "$ends" | grep -q "^.1.3.6.1.2.1.31.1.1.1.1 = No Such Object"
test "$(echo "$bulk" | wc -l)" -eq 4
