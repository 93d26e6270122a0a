// What net-snmp's `snmpwalk -On` prints: lines of `OID = TYPE: VALUE`, some of them going on over several lines.
// The rules are those of `plugins/recording` in the proxy's repository. It knows the names of MIBs, which are not here:
// what needs one is refused by its line, and never read as something else.

import { hexadecimal, HexLines } from "./octets.js";
import { Lines, expressible, numberValue, readArc, readOid, trim, trimEnd, wrong } from "./lines.js";
import { looksLikeTicks, plainNumber } from "./numbers.js";
import { bareOctets, quoteEnd, splitType, typedValue, unquote } from "./typed.js";

const MAX_QUOTED = 2 * 65_535;

/** Reads all entries; lines that cannot be read are noted in `bad`. */
export function readSnmpwalk(text, bad) {
  const style = styleOf(text);
  const lines = new Lines(text, style.hasCarriageReturns);
  const objects = [];
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    if (trim(line) === "" || line.startsWith("#") || isEnd(line)) continue;
    const number = lines.number;
    try {
      const entry = entryOf(line, style.separator);
      if (entry === undefined) throw wrong.notAnEntry();
      const said = wholeEntry(lines, entry.said, style);
      const found = object(entry.name, said, style);
      if (found !== undefined) objects.push(found);
    } catch (error) {
      bad.note(number, line, error);
    }
  }
  return objects;
}

/** Whether a line is the first of an entry, with either separator, or one that ends a walk. */
export function isWalkLine(line) {
  return isEnd(line) || separatorOf(line) !== undefined;
}

/** Whether a text begins like the values of `snmpwalk -Ov`, which have no names. */
export function holdsBareValues(text) {
  const first = text.split("\n").map(trim).find((line) => line !== "" && !line.startsWith("#"));
  return first !== undefined && splitType(first) !== undefined;
}

function object(name, said, style) {
  if (saysNoValue(said)) return undefined;
  const arcs = nameOf(name);
  const remarked = withoutRemark(said);
  return { name: arcs, value: value(remarked ?? said, style) };
}

function value(said, style) {
  if (style.hasDots && said.includes(".") && (said.startsWith('"') || said.startsWith('STRING: "'))) throw wrong.dots();
  const typed = splitType(said);
  if (typed !== undefined) return typedValue(typed.kind, typed.content, nameOf);
  if (said.startsWith("Variable has bad type")) throw wrong.type();
  return untypedValue(said, style);
}

/** Values without their type, as `-OQ` and `-Oq` print all of them and `-Ot` prints TimeTicks. */
function untypedValue(said, style) {
  if (said.startsWith('"')) return { tag: "octet-string", val: quotedOctets(said) };
  const word = trim(said);
  if (word === "NULL") return { tag: "null" };
  if (!style.isQuick) {
    if (!/^[0-9]*$/.test(word)) throw wrong.type();
    // Besides those of `-Ot`, net-snmp prints only one type of number without its name.
    return numberValue(style.hasTimeticks ? "uinteger32" : "time-ticks", plainNumber(word));
  }
  if (word.startsWith(".") && word.split(".").length > 2) return { tag: "object-identifier", val: nameOf(word) };
  const ticks = looksLikeTicks(word);
  if (ticks !== undefined) return numberValue("time-ticks", ticks);
  const octets = bareOctets(word);
  if (octets === undefined) throw wrong.untyped();
  return { tag: "octet-string", val: octets };
}

/** A text, or octets in hexadecimal, which stand in quotes as well: each pair with a blank behind it. */
function quotedOctets(said) {
  const end = said.lastIndexOf('"');
  const inner = said.slice(1, Math.max(end, 1));
  const firstLine = new HexLines();
  firstLine.add(inner.split("\n")[0]);
  return isHexadecimal(inner) || firstLine.hasText ? hexadecimal(inner) : unquote(said);
}

/** Whether these are lines of sixteen pairs, and a last one of which each pair has a blank behind it. */
function isHexadecimal(content) {
  const lines = content.split("\n");
  return lines.every((line, place) => {
    const pairs = line.endsWith(" ") ? line.slice(0, -1) : line;
    const isLast = place + 1 === lines.length;
    return /^[0-9A-F]{2}( [0-9A-F]{2})*$/.test(pairs) && (pairs.length === 47 || (isLast && pairs.length < line.length));
  });
}

/** The names that net-snmp prints without a MIB, and those of SNMPv2-SMI. */
const NAMES = {
  "ccitt": [0],
  "zeroDotZero": [0, 0],
  "iso": [1],
  "joint-iso-ccitt": [2],
  "org": [1, 3],
  "dod": [1, 3, 6],
  "internet": [1, 3, 6, 1],
  "mgmt": [1, 3, 6, 1, 2],
  "mib-2": [1, 3, 6, 1, 2, 1],
  "experimental": [1, 3, 6, 1, 3],
  "private": [1, 3, 6, 1, 4],
  "enterprises": [1, 3, 6, 1, 4, 1],
  "snmpV2": [1, 3, 6, 1, 6],
  "snmpModules": [1, 3, 6, 1, 6, 3],
};

function nameOf(written) {
  const text = trim(written);
  if (/^[0-9.]*$/.test(text)) return readOid(text);
  const path = text.startsWith("SNMPv2-SMI::") ? text.slice("SNMPv2-SMI::".length) : text.replace(/^\./, "");
  const arcs = [];
  let isName = true;
  for (const part of path.split(".")) {
    isName &&= !/^[0-9]+$/.test(part);
    if (!isName) {
      arcs.push(readArc(part));
    } else {
      const known = Object.hasOwn(NAMES, part) ? NAMES[part] : undefined;
      if (known === undefined || !arcs.every((arc, position) => known[position] === arc)) throw wrong.name(text);
      arcs.splice(0, arcs.length, ...known);
    }
  }
  return expressible(arcs);
}

function beginsWithKnown(name) {
  const word = /^\.?([^.[]*)/.exec(name)[1];
  return Object.hasOwn(NAMES, word);
}

/** How a whole file was printed, which single lines do not tell. */
function styleOf(text) {
  const bodies = text.split("\n");
  if (bodies.at(-1) === "") bodies.pop();
  const separator = bodies.map(separatorOf).find((found) => found !== undefined) ?? "equals";
  let [ends, returns] = [0, 0];
  let [hasTypes, hasBareValues, hasHex, hasDots, hasTimeticks] = [false, false, false, false, false];
  for (const body of bodies) {
    const entry = entryOf(body, separator);
    if (entry === undefined) continue;
    const typed = splitType(entry.said);
    if (typed === undefined) {
      hasDots ||= hasLostOctets(entry.said);
      hasBareValues ||= !mayBeBare(trimEnd(entry.said));
    } else if (typed.kind === "STRING") {
      hasTypes = true;
      hasDots ||= hasLostOctets(typed.content);
    } else {
      hasTypes = true;
      hasHex ||= typed.kind === "Hex-STRING";
      hasTimeticks ||= typed.kind === "Timeticks";
      ends += 1;
      if (body.endsWith("\r")) returns += 1;
    }
  }
  // Carriage returns belong to texts of several lines where most lines that hold no text end without.
  const ended = text.split("\n").slice(0, -1);
  const hasCarriageReturns = ends === 0 ? ended.every((line) => line.endsWith("\r")) : returns * 2 > ends;
  return { separator, hasCarriageReturns, isQuick: !hasTypes || hasBareValues, hasTimeticks, hasDots: hasDots && !hasHex };
}

/** Whether values stand there without a type in any style: empty texts, numbers (`-Ot`), and what is no value. */
function mayBeBare(said) {
  return /^[0-9]*$/.test(said) || /^(?:"|No |Wrong Type|\(Bad hint|Variable has bad type|NULL)/.test(said);
}

/** Whether a quoted text is more likely octets of which `-Oa` left dots: most of it is dots. */
function hasLostOctets(said) {
  if (!said.startsWith('"')) return false;
  const text = said.slice(1);
  const dots = text.split(".").length - 1;
  return dots >= 3 && dots * 2 >= text.length;
}

function separatorOf(line) {
  return ["equals", "blank"].find((separator) => entryOf(line, separator) !== undefined);
}

/** Splits a line into the name and what is said of it, if it is the first of an entry. */
function entryOf(line, separator) {
  let isQuoted = false;
  let end = 0;
  for (; end < line.length; end++) {
    if (line[end] === '"') isQuoted = !isQuoted;
    if (!isQuoted && " =\t".includes(line[end])) break;
  }
  if (end === line.length) return undefined;
  const name = line.slice(0, end);
  let said = line.slice(end);
  if (separator === "equals") {
    const known = /^[ \t\n\f\r]*= ?/.exec(said);
    if (known === null) return undefined;
    said = said.slice(known[0].length);
  } else {
    // A line of a text may begin with `12.2 `: a number of a version, which has no dot in front.
    if (/^[0-9]/.test(name) || !/^ (?![=|])/.test(said)) return undefined;
    said = said.slice(1);
  }
  return isName(name, said) ? { name, said } : undefined;
}

/** Whether this is how net-snmp writes a name, of which `said` is said. */
function isName(name, said) {
  const bare = name.startsWith(".") ? name.slice(1) : name;
  if (/^[0-9]/.test(bare)) return name.includes(".") && /^[0-9.]+$/.test(name);
  const known = /^[a-zA-Z][a-zA-Z0-9-]*(::|[.[])/.exec(bare);
  if (known === null) return false;
  // A text may hold `word.5 = 7`: without a module the word must be known, or a type must follow.
  return known[1] === "::" || beginsWithKnown(name) || splitType(said) !== undefined || withoutRemark(said) !== undefined || saysNoValue(said);
}

function saysNoValue(said) {
  return /^(?:No Such Object|No Such Instance|No more variables left)/.test(said);
}

/** Whether a line is one that tools print behind a walk. */
function isEnd(line) {
  const text = trim(line);
  return text === "End of MIB" || text.startsWith("Variables found: ") || text.startsWith("Total traversal time = ");
}

/** What stands behind the remark that the agent's type or the MIB's hint is wrong. What the agent sent is what counts. */
function withoutRemark(said) {
  for (const [start, end] of [["Wrong Type (", "): "], ["(Bad hint ignored: ", ") "]]) {
    if (!said.startsWith(start)) continue;
    const place = said.indexOf(end);
    return place < 0 ? undefined : said.slice(place + end.length);
  }
  return undefined;
}

/** Joins the lines of an entry that goes on after its first line. */
function wholeEntry(lines, first, style) {
  const said = withoutRemark(first) ?? first;
  const starts = (line) => entryOf(line, style.separator) !== undefined || isEnd(line);
  const { kind, content } = splitType(said) ?? { kind: "", content: said };
  const isText = kind === "" || kind === "STRING";
  if (isText && content.startsWith('"')) {
    const ahead = lines.clone();
    const text = quotedEntry(ahead, first, content, style);
    if (text === undefined) return first;
    Object.assign(lines, ahead);
    return text;
  }
  let text = first;
  if (["Hex-STRING", "BITS", "OPAQUE", "NsapAddress"].includes(kind)) {
    const hex = new HexLines();
    hex.add(content);
    for (let line = lines.peek(); line !== undefined && hex.goesOnWith(line) && !starts(line); line = lines.peek()) {
      lines.next();
      text += `\n${line}`;
      hex.add(line);
    }
  } else if (isText) {
    // An empty line at the very end of the file ends its last line, and no text.
    for (let line = lines.peek(); line !== undefined && !starts(line) && !(line === "" && lines.nextIsLast()); line = lines.peek()) {
      lines.next();
      text += `\n${line}`;
    }
  }
  return text;
}

/**
 * Joins the lines of a quoted text, up to its closing quote; undefined where there is no such quote. Quotes within a text
 * are escaped, so the next one that is not must close it, and nothing but units stands behind it.
 */
function quotedEntry(lines, first, content, style) {
  let text = first;
  let part = content.slice(1);
  for (let isFirst = true; ; isFirst = false) {
    const end = quoteEnd(part);
    if (end >= 0) {
      const behind = part.slice(end + 1);
      const isClosed =
        trim(behind) === "" ||
        (behind.startsWith(" ") && !behind.includes('"') && (isFirst || entryOf(part, style.separator) === undefined));
      return isClosed ? text : undefined;
    }
    const next = lines.next();
    if (next === undefined || text.length >= MAX_QUOTED) return undefined;
    part = next;
    text += `\n${part}`;
  }
}
