// What a column or a scalar is read as.
//
// Agents send objects with the wrong SYNTAX. A number in the wrong integer class is still that number, and so is one
// written as a text of digits. Anything else is null. All of these leave a warning, and none costs the other fields.
// What the agent does not have is undefined, so that the result has no such key.

import { inetAddress, ipText, macAddress } from "./address.js";
import { dotted } from "./oid.js";
import { hex, text } from "./text.js";
import { foundType, typeOf } from "./value.js";

const MAX_INTEGER32 = 0x7fffffff;

/** What a number is that the engine has rounded. */
const ROUNDED = Symbol("rounded");

function kind(at, syntax, decode) {
  return { at, read: (value, name, warn) => read(value, name, warn, syntax, decode) };
}

function read(value, name, warn, syntax, decode) {
  const decoded = decode(value, name, warn);
  if (decoded !== undefined) return decoded;
  warn(`${name}: ${insteadOf(value, syntax)}`);
  return null;
}

function insteadOf(value, syntax) {
  const found = foundType(value);
  return typeOf(value) === syntax ? found : `${found} instead of ${syntax}`;
}

function numeric(at, syntax, least) {
  return { at, read: (value, name, warn) => number(value, name, warn, syntax, least) };
}

function number(value, name, warn, syntax, least) {
  const found = anyNumber(value);
  if (found === ROUNDED) {
    warn(`${name}: ${typeOf(value)} beyond 2^53, which this JavaScript engine rounds`);
    return null;
  }
  if (found === undefined || found < least) {
    warn(`${name}: ${insteadOf(value, syntax)}`);
    return null;
  }
  if (typeOf(value) !== syntax || value.tag === "unknown") {
    warn(`${name}: ${insteadOf(value, syntax)}`);
  } else if (value.tag === "integer" && (found > MAX_INTEGER32 || found < -MAX_INTEGER32 - 1)) {
    warn(`${name}: INTEGER of ${integerOctets(found)} octets`);
  }
  return found;
}

function anyNumber({ tag, val }) {
  switch (tag) {
    case "counter32":
    case "gauge32":
    case "time-ticks":
    case "uinteger32":
      return val;
    case "integer":
    case "counter64":
      return exact(val, tag);
    case "octet-string":
      return numberInText(val);
    case "unknown":
      return oversized(val);
    default:
      return undefined;
  }
}

/**
 * A number of 64 bits. StarlingMonkey has it as a BigInt, which stays one only where a number cannot hold it. QuickJS
 * has it as a number, rounded beyond 2^53; there the last 2^31 values of a Counter64 even come out negative.
 */
function exact(val, tag) {
  if (typeof val === "bigint") {
    const rounded = Number(val);
    return Number.isSafeInteger(rounded) ? rounded : val;
  }
  return Number.isSafeInteger(val) && (val >= 0 || tag === "integer") ? val : ROUNDED;
}

/** A text of decimal digits has only one reading, unlike `1G` or `1e9`. */
function numberInText(octets) {
  if (octets.length > 40) return undefined;
  const written = text(octets).trim();
  return /^-?[0-9]+$/.test(written) ? safe(BigInt(written)) : undefined;
}

/** The number of an integer that has more octets than its type: `42 05 02 54 0b e4 00` is a Gauge32 of 10^10. */
function oversized({ tag, octets }) {
  if (![0x41, 0x42, 0x43, 0x47].includes(tag) || octets.length === 0) return undefined;
  const number = Array.from(octets).reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  return number < 1n << 63n ? safe(number) : undefined;
}

function safe(number) {
  const rounded = Number(number);
  return Number.isSafeInteger(rounded) ? rounded : number;
}

function integerOctets(number) {
  let count = 5;
  for (let limit = 2n ** 39n; count < 8 && !(BigInt(number) < limit && BigInt(number) >= -limit); count++) limit <<= 8n;
  return count;
}

function octetsOf(value) {
  return value.tag === "octet-string" ? value.val : undefined;
}

function namesOf(names) {
  return Object.assign(Object.create(null), names);
}

/** Readers of columns and scalars. `at` is the arc of a column below its entry, or a whole OID. */
export const column = {
  /** A DisplayString or SnmpAdminString. */
  text: (at) => kind(at, "OCTET STRING", (value) => (value.tag === "octet-string" ? text(value.val) : undefined)),

  /** The octets as they are, in lower-case hex digits. */
  hex: (at) => kind(at, "OCTET STRING", (value) => (value.tag === "octet-string" ? hex(value.val) : undefined)),

  /** The octets as they are: a Uint8Array. Not for results, since JSON has no such thing. */
  octets: (at) =>
    kind(at, "OCTET STRING", ({ tag, val }) =>
      tag === "octet-string" || tag === "opaque" ? Uint8Array.from(val) : undefined,
    ),

  /** An INTEGER or Integer32. */
  integer: (at) => numeric(at, "INTEGER", -Infinity),

  /** A Gauge32 or Unsigned32. */
  gauge: (at) => numeric(at, "Gauge32", 0),

  /** A Counter32. */
  counter32: (at) => numeric(at, "Counter32", 0),

  /**
   * A Counter64: a number up to 2^53. Beyond, a BigInt where the engine knows the value (results have its digits), else
   * null with a warning. It is never rounded.
   */
  counter64: (at) => numeric(at, "Counter64", 0),

  /** A TimeTicks or TimeStamp: hundredths of a second. */
  ticks: (at) => numeric(at, "TimeTicks", 0),

  /** A TruthValue. */
  truth: (at) => ({
    at,
    read(value, name, warn) {
      const found = number(value, name, warn, "INTEGER", -Infinity);
      if (found === 1) return true;
      if (found === 2) return false;
      if (found !== null) warn(`${name}: ${found} instead of true(1) or false(2)`);
      return null;
    },
  }),

  /** An enumeration: the name of the number, or the number itself where the MIB has no name for it. */
  enumeration: (at, names) => {
    const known = namesOf(names);
    return {
      at,
      read(value, name, warn) {
        const found = number(value, name, warn, "INTEGER", -Infinity);
        return found === null ? null : (known[found] ?? found);
      },
    };
  },

  /** BITS: the names of the bits that are set, or their numbers where the MIB has no name. Bit 0 is the highest. */
  bits: (at, names) => {
    const known = namesOf(names);
    return kind(at, "OCTET STRING", (value) => {
      const octets = octetsOf(value);
      if (octets === undefined) return undefined;
      const set = [];
      for (let bit = 0; bit < octets.length * 8; bit++) {
        if (octets[bit >> 3] & (0x80 >> (bit & 7))) set.push(known[bit] ?? bit);
      }
      return set;
    });
  },

  /** An OBJECT IDENTIFIER in dotted form. */
  oid: (at) => kind(at, "OBJECT IDENTIFIER", ({ tag, val }) => (tag === "object-identifier" ? dotted(val) : undefined)),

  /** An IpAddress. The four octets in an OCTET STRING are the same address, with a warning. */
  ipAddress: (at) =>
    kind(at, "IpAddress", (value, name, warn) => {
      if (value.tag === "ip-address") return ipText(value.val);
      if (value.tag !== "octet-string" || value.val.length !== 4) return undefined;
      warn(`${name}: OCTET STRING instead of IpAddress`);
      return ipText(value.val);
    }),

  /** An InetAddress of 4 or 16 octets, also with a zone behind it; its type is taken from its length. */
  inetAddress: (at) =>
    kind(at, "InetAddress", (value) => {
      const octets = octetsOf(value);
      const type = { 4: 1, 16: 2, 8: 3, 20: 4 }[octets?.length];
      return type === undefined ? undefined : inetAddress(type, octets);
    }),

  /**
   * A PhysAddress or MacAddress: `AA:BB:CC:DD:EE:FF` of six octets (or of characters that stand for them), lower-case hex
   * digits of any other number. No octets, or others than six that are all zero, are no address: the key is left out.
   */
  mac: (at) => ({
    at,
    read(value, name, warn) {
      const octets = octetsOf(value);
      if (octets === undefined) return read(value, name, warn, "OCTET STRING", () => undefined);
      const mac = macAddress(octets);
      if (mac !== undefined) return mac;
      return Array.from(octets).every((octet) => octet === 0) ? undefined : hex(octets);
    },
  }),

  /** DateAndTime (RFC 2579) as ISO 8601, with its zone if it has one. Eight or eleven zeros mean "never": null. */
  dateAndTime: (at) => ({
    at,
    read(value, name, warn) {
      const octets = octetsOf(value);
      if (octets !== undefined && octets.length > 0 && Array.from(octets).every((octet) => octet === 0)) return null;
      return read(value, name, warn, "DateAndTime", () => (octets === undefined ? undefined : dateAndTime(octets)));
    },
  }),

  /** The value as the host gives it: `{ tag, val }`. */
  raw: (at) => ({ at, read: (value) => value }),

  /** A reader of one's own: `decode(value)` gives what the result has, or undefined where the value is not of `syntax`. */
  of: (at, syntax, decode) => kind(at, syntax, decode),
};

function dateAndTime(octets) {
  if (octets.length !== 8 && octets.length !== 11) return undefined;
  const year = octets[0] * 256 + octets[1];
  const [month, day, hour, minute, second, tenth] = octets.slice(2, 8);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 || tenth > 9) {
    return undefined;
  }
  const two = (number) => String(number).padStart(2, "0");
  const written = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.${tenth}`;
  if (octets.length === 8) return written;
  const [direction, hours, minutes] = octets.slice(8);
  if ((direction !== 0x2b && direction !== 0x2d) || hours > 14 || minutes > 59) return undefined;
  return `${written}${String.fromCharCode(direction)}${two(hours)}:${two(minutes)}`;
}
