// Numbers, with what MIBs add to them: names of values, units, decimals.

import { readNumber, readable, trim, wrong } from "./lines.js";

/** Reads `5`, `up(1)` or `30 seconds`. */
export function plainNumber(content) {
  return readNumber(firstWord(content));
}

/**
 * Reads the same, and `12.34`, as the DISPLAY-HINT `d-2` prints 1234. The hints `x`, `o` and `b` print digits that look
 * like decimal ones; only those that cannot be are refused.
 */
export function hintedNumber(content) {
  const word = firstWord(content);
  const points = word.split(".").length - 1;
  if (points === 0 && /^[0-9a-fA-F]+$/.test(word) && !/^[0-9]+$/.test(word)) throw wrong.hinted();
  if (points !== 1) return readNumber(word);
  const digits = word.replace(".", "");
  // Older versions put the sign behind the zeros: `.0-5`.
  const sign = Math.max(digits.indexOf("-"), 0);
  if (!/^0*$/.test(digits.slice(0, sign))) throw wrong.number();
  return readNumber(digits.slice(sign));
}

/** Reads hundredths of a second: `(123) 0:00:01.23`, `123`, `1 day, 0:00:01.23` or `1:0:00:01.23`. */
export function ticks(content) {
  const text = trim(content);
  const word = firstWord(text);
  if (text.startsWith("(") || (/^[0-9]*$/.test(word) && !text.includes(" day"))) return readNumber(word);
  const known = /^(?:([0-9]{1,10}) days*, |([0-9]{1,10}):)?([0-9]{1,10}):([0-9]{1,10}):([0-9]{1,10})\.([0-9]{2})(?: |$)/.exec(readable(text));
  if (known === null) throw wrong.number();
  const [days, hours, minutes, seconds, hundredths] = [known[1] ?? known[2] ?? "0", ...known.slice(3)].map(BigInt);
  if (hours >= 24n || minutes >= 60n || seconds >= 60n) throw wrong.number();
  return (((days * 24n + hours) * 60n + minutes) * 60n + seconds) * 100n + hundredths;
}

/** The TimeTicks that a word is without any type beside it: `1:10:17:36.78`. */
export function looksLikeTicks(word) {
  if (word.split(":").length !== 4 || !word.includes(".")) return undefined;
  try {
    return ticks(word);
  } catch {
    return undefined;
  }
}

/** The first word, or what stands in its brackets: names and TimeTicks have their number there. */
function firstWord(content) {
  const word = trim(content).split(/[ \t\n\f\r]/)[0];
  const open = word.lastIndexOf("(");
  return open >= 0 && word.endsWith(")") ? word.slice(open + 1, -1) : word;
}
