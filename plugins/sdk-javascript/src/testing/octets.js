// Octets in hexadecimal, over several lines, perhaps with the text that `-OT` prints behind them in brackets.

import { readHex, trim, trimStart, wrong } from "./lines.js";

/**
 * Reads lines of hexadecimal pairs, one after another. A line has at most sixteen pairs. A text in brackets has as many
 * octets as its line has pairs, so its end is known even where it holds line ends and brackets.
 */
export class HexLines {
  constructor() {
    this.octets = [];
    this.bracketed = 0;
    this.behind = "";
    this.hasText = false;
  }

  add(line) {
    let rest = line;
    if (this.bracketed > 0) {
      rest = this.skipBracketed(line);
      if (this.bracketed > 0) return;
    } else {
      const before = this.octets.length;
      for (let found = pair(rest); found !== undefined; found = pair(rest)) {
        this.octets.push(found.octet);
        rest = found.rest;
      }
      const count = this.octets.length - before;
      const opened = trimStart(rest);
      if (count > 0 && opened.startsWith("[")) {
        this.bracketed = count + 1;
        this.hasText = true;
        rest = this.skipBracketed(opened.slice(1));
        if (this.bracketed > 0) return;
      }
    }
    this.behind = rest;
  }

  /** Whether a line is the next of the same value. */
  goesOnWith(line) {
    return this.bracketed > 0 || (trim(this.behind) === "" && pair(line) !== undefined);
  }

  /**
   * Whether what stands behind the octets can be units. Each pair has a blank behind it and units have another before
   * them; only full lines and bracketed texts end without.
   */
  endsInUnits() {
    const isShort = this.octets.length % 16 !== 0 && !this.hasText;
    return this.octets.length > 0 && this.behind.startsWith(isShort ? "  " : " ");
  }

  skipBracketed(text) {
    const skipped = Math.min(this.bracketed, text.length);
    this.bracketed -= skipped;
    // The end of this line is one of the text's octets.
    if (this.bracketed > 0) this.bracketed -= 1;
    return text.slice(skipped);
  }
}

/** The first pair of digits, and what stands behind it. More than one blank ends the pairs, unless pairs follow. */
function pair(text) {
  if (/^[ \t]{2}/.test(text) && !/^(?:[ \t\n\f\r]+[0-9A-F]{2}(?![^ \t\n\f\r]))*[ \t\n\f\r]*$/.test(text)) return undefined;
  const known = /^[ \t\n\f\r]*([0-9a-fA-F]{2})(?=$|[ \t\r])/.exec(text);
  return known === null ? undefined : { octet: parseInt(known[1], 16), rest: text.slice(known[0].length) };
}

function readLines(content) {
  const lines = new HexLines();
  for (const line of content.split("\n")) lines.add(line);
  if (lines.bracketed > 0) throw wrong.hex();
  return lines;
}

/** Reads a whole value, all of whose lines are joined; units may stand behind it. */
export function hexadecimal(content) {
  const lines = readLines(content);
  if (trim(lines.behind) === "" || lines.endsInUnits()) return Uint8Array.from(lines.octets);
  // Without blanks between the pairs, as no net-snmp prints them.
  return readHex(content);
}

/**
 * Reads BITS: `80 01 first(0) last(15)`. A bit without a name is printed as its number, which may look like one more
 * octet: `00 01 15`. So the octets are those whose bits the rest lists.
 */
export function bits(content) {
  const { octets, behind } = readLines(content);
  const rest = behind.split(/[ \t\n\f\r]+/).filter((word) => word !== "");
  for (let count = octets.length; count >= 0; count--) {
    const taken = octets.slice(count).map((octet) => octet.toString(16).toUpperCase().padStart(2, "0"));
    if (lists([...taken, ...rest], octets.slice(0, count))) return Uint8Array.from(octets.slice(0, count));
  }
  throw wrong.bits();
}

/** Whether words are the set bits of octets, in their order; units may follow. */
function lists(words, octets) {
  let position = 0;
  for (let bit = 0; bit < octets.length * 8; bit++) {
    if ((octets[bit >> 3] & (0x80 >> (bit & 7))) === 0) continue;
    if (bitNumber(words[position++]) !== bit) return false;
  }
  return words.slice(position).every((word) => bitNumber(word) === undefined);
}

/** Reads `15` or `last(15)`. */
function bitNumber(word) {
  if (word === undefined) return undefined;
  const digits = word.endsWith(")") ? word.slice(word.lastIndexOf("(") + 1, -1) : word;
  return /^\+?[0-9]+$/.test(digits) ? Number(digits) : undefined;
}
