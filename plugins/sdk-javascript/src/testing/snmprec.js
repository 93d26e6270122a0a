// The `.snmprec` form of snmpsim: lines of `OID|TAG|VALUE`. The rules are those of `plugins/recording` in the proxy's
// repository, whose README has the table that the tests hold both to.

import { Lines, octetsOf, numberValue, readAddress, readHex, readNumber, readOid, trim, trimStart, wrong } from "./lines.js";

export function readSnmprec(text, bad) {
  const lines = new Lines(text, true);
  const objects = [];
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const start = trimStart(line);
    if (start === "" || start.startsWith("#")) continue;
    try {
      objects.push(object(line));
    } catch (error) {
      bad.note(lines.number, line, error);
    }
  }
  return objects;
}

function object(line) {
  const first = line.indexOf("|");
  const second = first < 0 ? -1 : line.indexOf("|", first + 1);
  if (second < 0) throw wrong.fields();
  const name = readOid(line.slice(0, first));
  const kind = trim(line.slice(first + 1, second));
  if (kind.includes(":")) throw wrong.variation();
  const form = kind.endsWith("x") ? "hex" : kind.endsWith("e") ? "escaped" : "plain";
  const digits = form === "plain" ? kind : kind.slice(0, -1);
  const tag = /^\+?[0-9]+$/.test(digits) ? Number(digits) : NaN;
  if (!(tag <= 255)) throw wrong.type();
  return { name, value: value(tag, form, line.slice(second + 1)) };
}

const NUMBERS = { 2: "integer", 65: "counter32", 66: "gauge32", 67: "time-ticks", 70: "counter64", 71: "uinteger32" };
const OCTETS = { 4: "octet-string", 68: "opaque", 69: "nsap-address" };
const NOTHING = { 5: "null", 128: "no-such-object", 129: "no-such-instance", 130: "end-of-mib-view" };

function value(tag, form, content) {
  const octets = () => (form === "plain" ? octetsOf(content) : form === "hex" ? readHex(content) : unescape(content));
  if (tag in NUMBERS) {
    if (form === "escaped") throw wrong.suffix();
    return numberValue(NUMBERS[tag], readNumber(trim(content), form === "hex" ? 16 : 10));
  }
  if (tag in OCTETS) return { tag: OCTETS[tag], val: octets() };
  if (tag in NOTHING) {
    if (trim(content) !== "") throw wrong.notEmpty();
    return { tag: NOTHING[tag] };
  }
  if (tag === 6) {
    if (form !== "plain") throw wrong.suffix();
    return { tag: "object-identifier", val: readOid(content) };
  }
  if (tag === 64) {
    if (form === "plain") return readAddress(content);
    const address = octets();
    if (address.length !== 4) throw wrong.address();
    return { tag: "ip-address", val: Array.from(address) };
  }
  // Tags of more than one octet are not used in SNMP and cannot be written.
  if (form === "hex" && (tag & 0x1f) !== 0x1f) return { tag: "unknown", val: { tag, octets: octets() } };
  throw wrong.type();
}

const ESCAPES = { "\\": 92, "'": 39, '"': 34, "a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13 };

/** Reads the escapes of a Python byte string. */
function unescape(text) {
  const octets = [];
  let position = 0;
  while (position < text.length) {
    const sign = text[position++];
    if (sign !== "\\") {
      octets.push(sign.charCodeAt(0));
      continue;
    }
    const rest = text.slice(position, position + 3);
    const known = /^(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|(.))/s.exec(rest);
    if (known === null) throw wrong.escape();
    const [whole, octal, hexadecimal, letter] = known;
    const octet = octal !== undefined ? parseInt(octal, 8) : hexadecimal !== undefined ? parseInt(hexadecimal, 16) : ESCAPES[letter];
    if (octet === undefined || octet > 255) throw wrong.escape();
    octets.push(octet);
    position += whole.length;
  }
  return Uint8Array.from(octets);
}
