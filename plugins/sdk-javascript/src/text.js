// Octets that a person shall read. QuickJS has no TextDecoder, so UTF-8 is decoded here.
// Agents send UTF-8, Latin-1, padding and raw octets in the same objects; one rule says what each becomes.

const REPLACEMENT = "\ufffd";

/**
 * Turns octets into text: UTF-8 as it is, without NULs at the end; else Latin-1 when all of it is printable there; else
 * `0x` and lower-case hex digits, of all octets. Of UTF-8 that was cut inside its last character, the rest of that
 * character becomes one U+FFFD.
 */
export function text(octets) {
  let end = octets.length;
  while (end > 0 && octets[end - 1] === 0) end--;
  let ascii = "";
  let position = 0;
  for (; position < end && octets[position] < 0x80; position++) ascii += String.fromCharCode(octets[position]);
  if (position === end) return ascii;

  const { decoded, valid, isCut } = decodeUtf8(octets, end);
  if (valid === end) return decoded;
  if (isCut && isCutText(octets, decoded, valid, end)) return decoded + REPLACEMENT;
  let latin1 = "";
  for (position = 0; position < end; position++) {
    if (!isPrintableLatin1(octets[position])) return `0x${hex(octets)}`;
    latin1 += String.fromCharCode(octets[position]);
  }
  return latin1;
}

/** Strict UTF-8 (RFC 3629) up to the first octet that is none; `isCut` where the text ends inside a character. */
export function decodeUtf8(octets, end = octets.length) {
  let decoded = "";
  let position = 0;
  while (position < end) {
    const first = octets[position];
    if (first < 0x80) {
      decoded += String.fromCharCode(first);
      position++;
      continue;
    }
    const length = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
    if (length === 0) return { decoded, valid: position, isCut: false };
    let code = first & (0xff >> (length + 1));
    for (let more = 1; more < length; more++) {
      if (position + more === end) return { decoded, valid: position, isCut: true };
      const octet = octets[position + more];
      let [low, high] = [0x80, 0xbf];
      if (more === 1) {
        if (first === 0xe0) low = 0xa0;
        else if (first === 0xed) high = 0x9f;
        else if (first === 0xf0) low = 0x90;
        else if (first === 0xf4) high = 0x8f;
      }
      if (octet < low || octet > high) return { decoded, valid: position, isCut: false };
      code = (code << 6) | (octet & 0x3f);
    }
    decoded += String.fromCodePoint(code);
    position += length;
  }
  return { decoded, valid: end, isCut: false };
}

/** `Café` in Latin-1 ends with an octet that begins a character of UTF-8, too: something else must say that it is one. */
function isCutText(octets, whole, valid, end) {
  if (whole === "" || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(whole)) return false;
  if (/[^\u0000-\u007f]/.test(whole)) return true;
  for (let position = valid; position < end; position++) {
    if (!isPrintableLatin1(octets[position])) return true;
  }
  return false;
}

/** Line ends and tabs count: a sysDescr of four lines is text. */
function isPrintableLatin1(octet) {
  return octet === 9 || octet === 10 || octet === 13 || (octet >= 0x20 && octet <= 0x7e) || octet >= 0xa0;
}

const DIGITS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** Lower-case hex digits, with `separator` between the octets. */
export function hex(octets, separator = "") {
  return Array.from(octets, (octet) => DIGITS[octet]).join(separator);
}

/** The octets of a text in UTF-8. */
export function utf8(written) {
  const octets = [];
  for (const sign of written) {
    const code = sign.codePointAt(0);
    if (code < 0x80) octets.push(code);
    else if (code < 0x800) octets.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) octets.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else octets.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  }
  return Uint8Array.from(octets);
}
