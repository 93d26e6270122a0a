// What both forms of recordings are made of. A recording is octets, not text: here a string has one character for each.

const MAX_ARCS = 128;
const MAX_KEPT = 1000;
const MAX_TEXT = 80;
const ADVICE = "make it with `snmpwalk -On`";

/** What is wrong with a line. */
export class LineError extends Error {}

export const wrong = {
  fields: () => new LineError("three fields separated by `|` are needed"),
  notAnEntry: () => new LineError("this is neither `OID = TYPE: VALUE` nor the rest of such a line"),
  oid: (reason) => new LineError(`not an object identifier: ${reason}`),
  name: (name) => new LineError(`unknown name \`${readable(name).slice(0, 80)}\`: ${ADVICE}`),
  type: () => new LineError("unknown type"),
  untyped: () => new LineError(`the type of the value is left out: ${ADVICE}`),
  hinted: () => new LineError(`a MIB's DISPLAY-HINT hides the content: ${ADVICE} and \`-m ''\``),
  dots: () => new LineError(`dots may replace other octets (-Oa): ${ADVICE}`),
  variation: () => new LineError("variation modules are not played"),
  suffix: () => new LineError("invalid suffix for this tag"),
  number: () => new LineError("not a number"),
  range: () => new LineError("the number does not fit its type"),
  hex: () => new LineError("not pairs of hexadecimal digits"),
  escape: () => new LineError("not an escape sequence"),
  address: () => new LineError("not an IPv4 address"),
  bits: () => new LineError("the octets and the names of the bits differ"),
  quote: () => new LineError("a quoted text does not end where the line does"),
  notEmpty: () => new LineError("this type has no value"),
};

/** The lines of a file, one by one. */
export class Lines {
  constructor(octets, hasCarriageReturns) {
    this.hasCarriageReturns = hasCarriageReturns;
    this.rest = octets;
    this.number = 0;
  }

  clone() {
    return Object.assign(new Lines("", this.hasCarriageReturns), this);
  }

  /** The next line, without its end; undefined behind the last one. */
  next() {
    if (this.rest === undefined) return undefined;
    const [line, rest] = this.split();
    this.rest = rest;
    this.number += 1;
    return line;
  }

  /** The line after the last one, which stays where it is. */
  peek() {
    return this.rest === undefined ? undefined : this.split()[0];
  }

  nextIsLast() {
    return this.rest === undefined || this.split()[1] === undefined;
  }

  split() {
    const end = this.rest.indexOf("\n");
    let line = end < 0 ? this.rest : this.rest.slice(0, end);
    if (this.hasCarriageReturns && line.endsWith("\r")) line = line.slice(0, -1);
    return [line, end < 0 ? undefined : this.rest.slice(end + 1)];
  }
}

/** The lines that could not be read: the first thousand, and how many there are. */
export class BadLines {
  constructor() {
    this.kept = [];
    this.count = 0;
  }

  note(number, line, error) {
    if (!(error instanceof LineError)) throw error;
    this.count += 1;
    if (this.kept.length < MAX_KEPT) {
      const text = readable(startOf(line)).replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
      this.kept.push(`line ${number}: ${error.message}: \`${text}\``);
    }
  }
}

/** As much of a line as is kept, not cut inside a character. */
function startOf(line) {
  const start = line.slice(0, MAX_TEXT);
  for (let cut = 0; cut <= 3 && cut <= start.length; cut++) {
    const whole = start.slice(0, start.length - cut);
    if (utf8Of(whole) !== undefined) return whole;
  }
  return start;
}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8Of(octets) {
  try {
    return DECODER.decode(octetsOf(octets));
  } catch {
    return undefined;
  }
}

/** The octets as text, Latin-1 where they are no UTF-8. */
export function readable(octets) {
  return utf8Of(octets) ?? octets;
}

export function octetsOf(text) {
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

export function trim(text) {
  return trimStart(trimEnd(text));
}

export function trimStart(text) {
  return text.replace(/^[ \t\n\f\r]+/, "");
}

export function trimEnd(text) {
  let end = text.length;
  while (end > 0 && " \t\n\f\r".includes(text[end - 1])) end--;
  return text.slice(0, end);
}

/** Reads dotted decimal, with or without a leading dot, as an OID that BER can express. */
export function readOid(text) {
  const trimmed = trim(text);
  const dotted = trimmed.startsWith(".") ? trimmed.slice(1) : trimmed;
  if (dotted === "") throw wrong.oid("it has no arcs");
  const arcs = [];
  for (const digits of dotted.split(".")) {
    arcs.push(readArc(digits));
    if (arcs.length > MAX_ARCS) throw wrong.oid("it has more than 128 arcs");
  }
  return expressible(arcs);
}

export function readArc(digits) {
  const number = /^[0-9]+$/.test(digits) ? Number(digits) : NaN;
  if (!(number <= 0xffffffff)) {
    throw wrong.oid(`\`${readable(digits).slice(0, 40)}\` is not an arc: arcs are numbers from 0 to 4294967295`);
  }
  return number;
}

export function expressible(arcs) {
  if (arcs.length > MAX_ARCS) throw wrong.oid("it has more than 128 arcs");
  if (arcs.length >= 2 && (arcs[0] === 2 || (arcs[0] < 2 && arcs[1] < 40))) return arcs;
  throw wrong.oid("it begins with 0 or 1 and an arc below 40, or with 2 and any arc");
}

/** Reads pairs of hexadecimal digits, blanks between them allowed. */
export function readHex(text) {
  const digits = text.replace(/[ \t\n\f\r]/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) throw wrong.hex();
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function readAddress(text) {
  const octets = readable(text).trim().split(".");
  const isOctet = (digits) => /^(0|[1-9][0-9]{0,2})$/.test(digits) && Number(digits) <= 255;
  if (octets.length !== 4 || !octets.every(isOctet)) throw wrong.address();
  return { tag: "ip-address", val: octets.map(Number) };
}

const LARGEST = 2n ** 127n;

/** A whole number of any size that anything has. */
export function readNumber(text, radix = 10) {
  const known = (radix === 16 ? /^([+-]?)([0-9a-fA-F]+)$/ : /^([+-]?)([0-9]+)$/).exec(text);
  if (known === null) throw wrong.number();
  const magnitude = BigInt(radix === 16 ? `0x${known[2]}` : known[2]);
  const number = known[1] === "-" ? -magnitude : magnitude;
  if (number >= LARGEST || number < -LARGEST) throw wrong.number();
  return number;
}

/** A number that fits its type, as the host hands it over. */
export function numberValue(tag, number) {
  const [least, most] = RANGES[tag];
  if (number < least || number > most) throw wrong.range();
  return { tag, val: tag === "counter64" ? number : Number(number) };
}

const UNSIGNED = [0n, 0xffffffffn];
const RANGES = {
  "integer": [-(2n ** 31n), 2n ** 31n - 1n],
  "counter32": UNSIGNED,
  "gauge32": UNSIGNED,
  "time-ticks": UNSIGNED,
  "uinteger32": UNSIGNED,
  "counter64": [0n, 2n ** 64n - 1n],
};
