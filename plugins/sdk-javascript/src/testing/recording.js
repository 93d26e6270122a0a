// Recordings of devices: `.snmprec` files and what `snmpwalk -On` prints. The content tells which one a file is.

import { BadLines, octetsOf, trim } from "./lines.js";
import { readSnmprec } from "./snmprec.js";
import { holdsBareValues, isWalkLine, readSnmpwalk } from "./snmpwalk.js";

/** Starts of files of other kinds that people have beside their recordings. */
const OTHERS = [
  ["\xff\xfe\0\0", "in UTF-32: save it as UTF-8"],
  ["\0\0\xfe\xff", "in UTF-32: save it as UTF-8"],
  ["\x1f\x8b", "packed with gzip: unpack it"],
  ["PK\x03\x04", "a zip archive: unpack it"],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"],
  ["BZh", "packed with bzip2: unpack it"],
  ["\xfd7zXZ\0", "packed with xz: unpack it"],
  ["\x28\xb5\x2f\xfd", "packed with zstd: unpack it"],
  ["\xd4\xc3\xb2\xa1", "a capture of packets: `snmp-proxy decode` reads it"],
  ["\xa1\xb2\xc3\xd4", "a capture of packets: `snmp-proxy decode` reads it"],
  ["\x4d\x3c\xb2\xa1", "a capture of packets: `snmp-proxy decode` reads it"],
  ["\x0a\x0d\x0d\x0a", "a capture of packets: `snmp-proxy decode` reads it"],
  ["SQLite format 3\0", "a database: the recording is beside it"],
];

/** Reads the octets of a file: `{ format, objects, badLines }`, or throws where it is none. */
export function readRecording(octets) {
  const text = textOfFile(Buffer.from(octets).toString("latin1"));
  if (trim(text) === "") throw new Error("it is empty");
  if (holdsBareValues(text)) {
    throw new Error("it holds values without their names, as `snmpwalk -Ov` prints them: make it with `snmpwalk -On`");
  }
  const format = formatOf(text);
  if (format === undefined) {
    throw new Error("it is neither a .snmprec file nor the output of snmpwalk: make it with `snmpwalk -On`");
  }
  return parseAs(format, text);
}

/** Reads text in either form; what is neither is taken for the form `.snmprec`, whose lines are all bad then. */
export function parseRecording(text) {
  const octets = withoutMark(Buffer.from(text).toString("latin1"));
  return parseAs(formatOf(octets) ?? "snmprec", octets);
}

function parseAs(format, text) {
  const bad = new BadLines();
  const objects = format === "snmprec" ? readSnmprec(text, bad) : readSnmpwalk(text, bad);
  return { format, objects, badLines: bad.kept, badLineCount: bad.count };
}

/** The form, by the first line that looks like one of them. */
function formatOf(text) {
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) continue;
    if (isWalkLine(line)) return "snmpwalk";
    if (line.includes("|")) return "snmprec";
  }
  return undefined;
}

function textOfFile(octets) {
  const other = OTHERS.find(([start]) => octets.startsWith(start));
  if (other !== undefined) throw new Error(`it is ${other[1]}`);
  const [first, second] = octetsOf(octets.slice(0, 2));
  if (first === 0xff && second === 0xfe) return fromUtf16(octets.slice(2), "utf-16le");
  if (first === 0xfe && second === 0xff) return fromUtf16(octets.slice(2), "utf-16be");
  // A recording begins with an ASCII sign, so without a mark a NUL beside it says the same.
  if (first > 0 && first < 0x80 && second === 0) return fromUtf16(octets, "utf-16le");
  if (first === 0 && second > 0 && second < 0x80) return fromUtf16(octets, "utf-16be");
  return withoutMark(octets);
}

function fromUtf16(octets, encoding) {
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(octetsOf(octets));
  return Buffer.from(text, "utf8").toString("latin1");
}

function withoutMark(text) {
  return text.startsWith("\xef\xbb\xbf") ? text.slice(3) : text;
}
