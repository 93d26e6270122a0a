// The table of plugins/recording/README.md is true here, too: each line is read the same, or refused by its line where
// only a MIB tells what it means.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { hex } from "../src/text.js";
import { parseRecording, readRecording } from "../src/testing/recording.js";

const TAGS = {
  "integer": 2, "octet-string": 4, "null": 5, "object-identifier": 6, "ip-address": 64, "counter32": 65, "gauge32": 66,
  "time-ticks": 67, "opaque": 68, "nsap-address": 69, "counter64": 70, "uinteger32": 71,
  "no-such-object": 128, "no-such-instance": 129, "end-of-mib-view": 130,
};

function snmprecLine({ name, value: { tag, val } }) {
  const start = `${name.join(".")}|`;
  if (tag === "unknown") return `${start}${val.tag}x|${hex(val.octets)}`;
  if (["opaque", "nsap-address"].includes(tag)) return `${start}${TAGS[tag]}x|${hex(val)}`;
  if (tag === "octet-string") {
    const isPlain = val.every((octet) => octet >= 0x20 && octet <= 0x7e);
    return isPlain ? `${start}4|${String.fromCharCode(...val)}` : `${start}4x|${hex(val)}`;
  }
  return `${start}${TAGS[tag]}|${Array.isArray(val) ? val.join(".") : (val ?? "")}`;
}

function told({ objects, badLines }) {
  return [...objects.map(snmprecLine), ...badLines].join("\n");
}

function check(text, expected) {
  const octets = typeof text === "string" ? Buffer.from(text) : text;
  const recording = parseRecording(octets);
  assert.equal(`${recording.format}\n${told(recording)}`, expected.join("\n"));
}

/** What the reader in Rust knows from MIBs. */
const NEEDS_A_MIB = [
  "`.1.3.6.1.2.1.31.1.1.1.1.1 = STRING: 1:1`",
  "`.1.3.6.1.2.1.2.2.1.6.1 = STRING: 0:1`",
  "`SNMPv2-MIB::sysUpTime.0 = Timeticks: (5) 0:00:00.05`",
  "`.iso.org.dod.internet.mgmt.mib-2.interfaces.ifTable.ifEntry.ifMtu.1 = INTEGER: 9`",
  "`IF-MIB::ifIndex[7] = INTEGER: 7`",
  '`IP-MIB::ipAddressIfIndex.ipv4."192.0.2.1" = INTEGER: 2`',
  "`UCD-SNMP-MIB::memTotalReal.0 = INTEGER: 1 kB`",
  "`NET-SNMP-MIB::netSnmpAgentOIDs.10 = OID: NET-SNMP-TC::linux`",
  "`snmpInPkts.0 = Counter32: 7`",
  "`.1.3.6.1.2.1.2.2.1.4.1 = 1500`",
  "`.1.3.6.1.2.1.2.2.1.7.1 = up`",
];

/** Octets that the reader in Rust suspects only because it knows that the object is a physical address. */
const SUSPECTED_BY_A_MIB = "`.1.3.6.1.2.1.2.2.1.6.1 = STRING: \"......\"`";

test("every row of the README of plugins/recording is true here, or its line is refused", () => {
  const readme = readFileSync(new URL("../../recording/README.md", import.meta.url), "utf8");
  const code = (cell) => /^ ?`(.*)` ?$/s.exec(cell)?.[1];
  let count = 0;
  for (const row of readme.split("\n")) {
    if (!row.startsWith("| ") || !row.endsWith("|")) continue;
    const cells = row.slice(2, -1).replaceAll("\\|", "\0").split("|").map((cell) => cell.replaceAll("\0", "|"));
    if (cells.length !== 3) continue;
    const line = code(cells[0]);
    if (line === undefined) continue;
    const recording = parseRecording(Buffer.from(line));
    const said = told(recording);
    const expected = code(cells[1]);
    const refused = /refused: (.*?) *$/.exec(cells[1])?.[1];
    if (NEEDS_A_MIB.includes(`\`${line}\``)) {
      assert.equal(recording.objects.length, 0, `${line}: ${said}`);
      assert.match(said, /^line 1: (unknown name|a MIB's DISPLAY-HINT|the type of the value)/);
    } else if (expected !== undefined && refused === undefined) {
      assert.equal(said, expected, line);
    } else if (refused !== undefined) {
      assert.ok(said.startsWith(`line 1: ${refused}`), `${line}: ${said}`);
    } else {
      assert.deepEqual([said, cells[1].trim()], ["", "nothing"], line);
    }
    count += 1;
  }
  assert.ok(count > 70, `${count} rows`);
  assert.ok(readme.includes(SUSPECTED_BY_A_MIB));
});

test("every type of snmprec is read", () => {
  check(
    "# a comment\n\n1.3.6.1.1|2|-5\n1.3.6.1.2|4|some text\n1.3.6.1.3|4x|00 5E Ff\n1.3.6.1.4|4e|a\\x00\\tb\\\\\\101\n1.3.6.1.5|5|\n" +
      "1.3.6.1.6|6|.1.3.6\n1.3.6.1.7|64|192.0.2.1\n1.3.6.1.8|64x|c0000202\n1.3.6.1.9|65|4294967295\n" +
      "1.3.6.1.10|66|1\n1.3.6.1.11|67|2\n1.3.6.1.12|68x|9f7804\n1.3.6.1.13|70|18446744073709551615\n" +
      "1.3.6.1.14|2x|7f\n1.3.6.1.15|4|\n1.3.6.1.16|129|\n1.3.6.1.17|66x|ff\n1.3.6.1.18|99x|01\n",
    [
      "snmprec", "1.3.6.1.1|2|-5", "1.3.6.1.2|4|some text", "1.3.6.1.3|4x|005eff", "1.3.6.1.4|4x|610009625c41",
      "1.3.6.1.5|5|", "1.3.6.1.6|6|1.3.6", "1.3.6.1.7|64|192.0.2.1", "1.3.6.1.8|64|192.0.2.2", "1.3.6.1.9|65|4294967295",
      "1.3.6.1.10|66|1", "1.3.6.1.11|67|2", "1.3.6.1.12|68x|9f7804", "1.3.6.1.13|70|18446744073709551615",
      "1.3.6.1.14|2|127", "1.3.6.1.15|4|", "1.3.6.1.16|129|", "1.3.6.1.17|66|255", "1.3.6.1.18|99x|01",
    ],
  );
});

test("a value is all that stands behind the second bar", () => {
  check(
    Buffer.from(" 1.3.1 | 4 | a|b \n1.3.2|4|Z\xfcrich\t\n1.3.3|4|a\rb\r\n1.3.4|4|\r\r\n1.3.5|4|\"\n\t# no value\n1.3.6|4|  ", "latin1"),
    ["snmprec", "1.3.1|4| a|b ", "1.3.2|4x|5afc7269636809", "1.3.3|4x|610d62", "1.3.4|4x|0d", '1.3.5|4|"', "1.3.6|4|  "],
  );
});

test("bad lines are reported and cost nothing else", () => {
  check(
    "1.3.1|2|1\nno fields\n1.3.2|2|x\n1.3.3|2|2147483648\n1.x|2|1\n9.9|2|1\n1|2|1\n1.3.4|4:numeric|1\n1.3.5|300|1\n" +
      "1.3.6|99|1\n1.3.7|4x|0\n1.3.8|4e|\\q\n1.3.9|64|1.2.3\n1.3.10|6x|00\n1.3.11|5|1\n1.3.12|2|2\n",
    [
      "snmprec", "1.3.1|2|1", "1.3.12|2|2",
      "line 2: three fields separated by `|` are needed: `no fields`",
      "line 3: not a number: `1.3.2|2|x`",
      "line 4: the number does not fit its type: `1.3.3|2|2147483648`",
      "line 5: not an object identifier: `x` is not an arc: arcs are numbers from 0 to 4294967295: `1.x|2|1`",
      "line 6: not an object identifier: it begins with 0 or 1 and an arc below 40, or with 2 and any arc: `9.9|2|1`",
      "line 7: not an object identifier: it begins with 0 or 1 and an arc below 40, or with 2 and any arc: `1|2|1`",
      "line 8: variation modules are not played: `1.3.4|4:numeric|1`",
      "line 9: unknown type: `1.3.5|300|1`",
      "line 10: unknown type: `1.3.6|99|1`",
      "line 11: not pairs of hexadecimal digits: `1.3.7|4x|0`",
      "line 12: not an escape sequence: `1.3.8|4e|\\q`",
      "line 13: not an IPv4 address: `1.3.9|64|1.2.3`",
      "line 14: invalid suffix for this tag: `1.3.10|6x|00`",
      "line 15: this type has no value: `1.3.11|5|1`",
    ],
  );
});

test("a text of several lines ends at its closing quote", () => {
  check(
    '.1.3.1 = STRING: "one\r\ntwo\n\nfour = 4"\n.1.3.2 = STRING: "x\n.1.3.9 = INTEGER: 5\ny"\n' +
      '.1.3.3 = STRING: "a\\"\n.1.3.9 = STRING: \\"b"\n.1.3.4 = STRING: "\n"\n.1.3.5 = INTEGER: 4\n\n',
    [
      "snmpwalk", "1.3.1|4x|6f6e650d0a74776f0a0a666f7572203d2034", "1.3.2|4x|780a2e312e332e39203d20494e54454745523a20350a79",
      "1.3.3|4x|61220a2e312e332e39203d20535452494e473a202262", "1.3.4|4x|0a", "1.3.5|2|4",
    ],
  );
});

test("a text without a closing quote costs only its line", () => {
  const wrong = "a quoted text does not end where the line does";
  check(
    '.1.3.1 = STRING: "never closed\n.1.3.2 = STRING: "a"\n.1.3.3 = STRING: "never closed\n.1.3.4 = ""\n' +
      '.1.3.5 = STRING: "never closed\n.1.3.6 = STRING: " b"\n.1.3.7 = STRING: "never',
    [
      "snmpwalk", "1.3.2|4|a", "1.3.4|4|", "1.3.6|4| b",
      `line 1: ${wrong}: \`.1.3.1 = STRING: "never closed\``,
      `line 3: ${wrong}: \`.1.3.3 = STRING: "never closed\``,
      `line 5: ${wrong}: \`.1.3.5 = STRING: "never closed\``,
      `line 7: ${wrong}: \`.1.3.7 = STRING: "never\``,
    ],
  );
});

test("octets and unquoted texts go on over several lines", () => {
  check(
    ".1.3.1 = Hex-STRING: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F \n10 11 \n" +
      ".1.3.2 = Hex-STRING: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F   [..........\n.\r..]\n10 5D   [.]]\n" +
      ".1.3.3 = STRING: plain\n\nmore = 5\n.1.3.4 = BITS: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \n01 135 \n" +
      ".1.3.5 = OPAQUE: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \n01  bytes\n.1.3.6 = INTEGER: 1\n\n",
    [
      "snmpwalk", "1.3.1|4x|000102030405060708090a0b0c0d0e0f1011", "1.3.2|4x|000102030405060708090a0b0c0d0e0f105d",
      "1.3.3|4x|706c61696e0a0a6d6f7265203d2035", "1.3.4|4x|0000000000000000000000000000000001",
      "1.3.5|68x|0000000000000000000000000000000001", "1.3.6|2|1",
    ],
  );
});

test("lines of a walk that end in CR LF are read", () => {
  const walk = '.1.3.1 = STRING: "one\r\ntwo"\r\n.1.3.2 = Hex-STRING: 00 \r\n.1.3.3 = STRING: plain\r\n.1.3.4 = INTEGER: 1\r\n';
  const expected = ["snmpwalk", "1.3.1|4x|6f6e650a74776f", "1.3.2|4x|00", "1.3.3|4|plain", "1.3.4|2|1"];
  check(walk, expected);
  check(`# mine\n${walk}`, expected);
});

test("a number without a type is what the rest of the file says", () => {
  check(".1.3.1 = INTEGER: 1\n.1.3.2 = 4711\n", ["snmpwalk", "1.3.1|2|1", "1.3.2|67|4711"]);
  check(".1.3.1 = Timeticks: (1) 0:00:00.01\n.1.3.2 = 4711\n", ["snmpwalk", "1.3.1|67|1", "1.3.2|71|4711"]);
});

test("files in UTF-16 say the same", () => {
  const walk = '.1.3.6.1.2.1.1.1.0 = STRING: "Zürich"\r\n.1.3.6.1.2.1.1.7.0 = INTEGER: 72\r\n';
  const expected = told(readRecording(Buffer.from(walk)));
  assert.equal(expected, "1.3.6.1.2.1.1.1.0|4x|5ac3bc72696368\n1.3.6.1.2.1.1.7.0|2|72");
  assert.equal(told(readRecording(Buffer.from(`\ufeff${walk}`))), expected);
  for (const text of [walk, `\ufeff${walk}`]) {
    assert.equal(told(readRecording(Buffer.from(text, "utf16le"))), expected);
    assert.equal(told(readRecording(Buffer.from(text, "utf16le").swap16())), expected);
  }
});

test("what is no recording is told by its kind", () => {
  const refused = (text, reason) => assert.throws(() => readRecording(Buffer.from(text, "latin1")), { message: reason });
  refused("", "it is empty");
  refused("PK\x03\x04...", "it is a zip archive: unpack it");
  refused("\xd4\xc3\xb2\xa1...", "it is a capture of packets: `snmp-proxy decode` reads it");
  refused("\x1f\x8b...", "it is packed with gzip: unpack it");
  refused("INTEGER: 5\n", "it holds values without their names, as `snmpwalk -Ov` prints them: make it with `snmpwalk -On`");
  refused("This is no recording.\n", "it is neither a .snmprec file nor the output of snmpwalk: make it with `snmpwalk -On`");
});

// The vectors that the readers of all languages share.
const VECTORS = new URL("../../recording/vectors.json", import.meta.url);

test("the shared vectors are read as they say", { skip: !existsSync(VECTORS) }, () => {
  for (const { about, form, text, octets: digits, reads, bad } of JSON.parse(readFileSync(VECTORS, "utf8"))) {
    const octets = digits === undefined ? Buffer.from(text) : Buffer.from(digits, "hex");
    const { format, objects, badLines } = parseRecording(octets);
    assert.deepEqual([format, objects.map(snmprecLine), badLines], [form, reads, bad], `${about}: ${text ?? digits}`);
  }
});
