// Object identifiers: arrays of numbers here, text where people write them.

const MAX_ARCS = 128;
const MAX_ARC = 0xffffffff;

/** Reads `1.3.6.1.2.1.1.5`, with or without a leading dot. Arrays of numbers are taken as they are, once checked. */
export function oid(written) {
  if (typeof written === "string") return parse(written);
  if (!isList(written)) throw new TypeError(`not an object identifier: ${String(written)}`);
  const arcs = Array.from(written);
  if (arcs.length > MAX_ARCS || !arcs.every(isArc)) throw new TypeError(`not an object identifier: ${arcs.join(".")}`);
  return arcs;
}

function isList(written) {
  return Array.isArray(written) || ArrayBuffer.isView(written);
}

function isArc(arc) {
  return Number.isInteger(arc) && arc >= 0 && arc <= MAX_ARC;
}

function parse(text) {
  const dotted = text.startsWith(".") ? text.slice(1) : text;
  const arcs = dotted.split(".").map((digits) => (/^[0-9]+$/.test(digits) ? Number(digits) : NaN));
  if (arcs.length > MAX_ARCS || !arcs.every(isArc)) throw new TypeError(`not an object identifier: "${text}"`);
  return arcs;
}

/** The dotted form, without a leading dot. */
export function dotted(arcs) {
  return typeof arcs === "string" ? arcs : Array.prototype.join.call(arcs, ".");
}

/** Compares arc by arc, as SNMP sorts names. */
export function compareOids(one, other) {
  const length = Math.min(one.length, other.length);
  for (let position = 0; position < length; position++) {
    if (one[position] !== other[position]) return one[position] - other[position];
  }
  return one.length - other.length;
}

/** Whether `arcs` begins with `prefix`. */
export function startsWith(arcs, prefix) {
  if (prefix.length > arcs.length) return false;
  for (let position = 0; position < prefix.length; position++) {
    if (arcs[position] !== prefix[position]) return false;
  }
  return true;
}
