// What net-snmp wraps into an Opaque (draft-perkins-opaque-01): floats and integers of 64 bits.

import { wrong } from "./lines.js";

/** Reads `Float: 1.5`, and returns the wrapped octets. Units may stand behind the number. */
export function opaque(text) {
  const place = text.indexOf(": ");
  if (place < 0) throw wrong.type();
  const number = text.slice(place + 2).trimStart().split(/[ \t\n\f\r]/)[0];
  switch (text.slice(0, place)) {
    case "Float":
      return float(number);
    case "Double":
      return tagged(0x79, ofFloat(double(number), 8));
    case "Counter64":
      return tagged(0x76, ofInteger(integer(number, 0n, 2n ** 64n - 1n)));
    case "Int64":
      return tagged(0x7a, ofInteger(integer(number, -(2n ** 63n), 2n ** 63n - 1n)));
    case "UInt64":
      return tagged(0x7b, ofInteger(integer(number, 0n, 2n ** 64n - 1n)));
    default:
      throw wrong.type();
  }
}

/**
 * Reads a number that net-snmp calls a float. It calls a double the same, and prints both with six decimals: what no
 * float is printed as was a double.
 */
function float(text) {
  const number = double(text);
  // net-snmp has room for 127 characters, and cuts off what does not fit: the size of the number is lost.
  if (text.length > 100 && !text.includes(".")) throw wrong.range();
  const nearest = Math.fround(number);
  const isDouble =
    Number.isFinite(nearest) !== Number.isFinite(number) || (sixDecimals(nearest) !== text && sixDecimals(number) === text);
  return isDouble ? tagged(0x79, ofFloat(number, 8)) : tagged(0x78, ofFloat(nearest, 4));
}

/** As C prints `%f`. `toFixed` gives up beyond 10^21, where all decimals are zeros. */
function sixDecimals(number) {
  return Math.abs(number) < 1e21 ? (Object.is(number, -0) ? "-0.000000" : number.toFixed(6)) : `${Number.isFinite(number) ? BigInt(number) : number}.000000`;
}

function double(text) {
  // The C library of Windows has words of its own.
  const sign = text.startsWith("-") ? -1 : 1;
  const magnitude = sign < 0 ? text.slice(1) : text;
  if (["inf", "1.#INF", "1.#INF00"].includes(magnitude)) return sign * Infinity;
  if (["nan", "1.#QNAN", "1.#QNAN0", "1.#IND", "1.#IND00"].includes(magnitude)) return NaN;
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(magnitude)) throw wrong.number();
  return sign * Number(magnitude);
}

function integer(text, least, most) {
  if (!/^[+-]?[0-9]+$/.test(text)) throw wrong.number();
  const number = BigInt(text.replace("+", ""));
  if (number < least || number > most) throw wrong.number();
  return number;
}

function tagged(tag, content) {
  return Uint8Array.from([0x9f, tag, content.length, ...content]);
}

function ofFloat(number, size) {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, number);
  else view.setFloat64(0, number);
  return new Uint8Array(view.buffer);
}

/** The content of a BER INTEGER. */
function ofInteger(number) {
  const octets = [];
  let rest = number;
  do {
    octets.unshift(Number(rest & 0xffn));
    rest >>= 8n;
  } while (!(rest === 0n && octets[0] < 0x80) && !(rest === -1n && octets[0] >= 0x80));
  return octets;
}
