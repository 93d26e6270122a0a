// Values with their type in front: `Gauge32: 5 seconds`.

import { bits, hexadecimal } from "./octets.js";
import { numberValue, octetsOf, readAddress, readHex, readable, trim, wrong } from "./lines.js";
import { hintedNumber, plainNumber, ticks } from "./numbers.js";
import { opaque } from "./opaque.js";

const KINDS = new Set([
  "BITS", "Counter32", "Counter64", "Gauge32", "Hex-STRING", "INTEGER", "Integer32", "IpAddress", "Network Address",
  "NsapAddress", "NULL", "OID", "OPAQUE", "Opaque", "STRING", "Timeticks", "UInteger32", "Unsigned32", "Float",
]);

/** Splits what is said into the type and the value. */
export function splitType(said) {
  const place = said.indexOf(":");
  if (place < 0) return undefined;
  const kind = said.slice(0, place);
  const content = said.slice(place + 1);
  if (!KINDS.has(kind)) return undefined;
  // A blank stands behind the colon also of an empty value, unless a tool took it from the end of the line.
  if (content.startsWith(" ")) return { kind, content: content.slice(1) };
  return trim(content) === "" ? { kind, content } : undefined;
}

/** Reads a value of which the type stands there; `nameOf` reads the name of an object. */
export function typedValue(kind, content, nameOf) {
  const octets = (val) => ({ tag: "octet-string", val });
  switch (kind) {
    case "STRING":
      return octets(content.startsWith('"') ? unquote(content) : guessed(content));
    case "Hex-STRING":
      return octets(hexadecimal(content));
    case "BITS":
      return octets(bits(content));
    case "INTEGER":
    case "Integer32":
      return numberValue("integer", hintedNumber(content));
    case "Counter32":
      return numberValue("counter32", plainNumber(content));
    case "Gauge32":
    case "Unsigned32":
      return numberValue("gauge32", hintedNumber(content));
    case "UInteger32":
      return numberValue("uinteger32", hintedNumber(content));
    case "Timeticks":
      return numberValue("time-ticks", ticks(content));
    case "Counter64":
      return numberValue("counter64", plainNumber(content));
    case "OID":
      return { tag: "object-identifier", val: nameOf(trim(content).split(" ")[0]) };
    case "IpAddress":
      return readAddress(content);
    case "Network Address": {
      const address = readHex(content.replaceAll(":", " "));
      if (address.length !== 4) throw wrong.address();
      return { tag: "ip-address", val: Array.from(address) };
    }
    case "NsapAddress":
      return { tag: "nsap-address", val: hexadecimal(content) };
    case "OPAQUE":
      return { tag: "opaque", val: hexadecimal(content) };
    case "Opaque":
      return { tag: "opaque", val: opaque(readable(content)) };
    case "NULL":
      if (trim(content) === "") return { tag: "null" };
      throw wrong.type();
    default:
      throw wrong.type();
  }
}

/** Where the closing quote of a text is that begins before `text`; a backslash takes the next octet as it is. */
export function quoteEnd(text) {
  for (let place = 0; place < text.length; place++) {
    if (text[place] === "\\") place++;
    else if (text[place] === '"') return place;
  }
  return -1;
}

/** Reads a text in double quotes. Units may stand behind it. */
export function unquote(said) {
  const text = said.slice(1);
  const end = quoteEnd(text);
  if (!said.startsWith('"') || end < 0) throw wrong.quote();
  const units = text.slice(end + 1);
  if (units.includes('"') || !(trim(units) === "" || units.startsWith(" "))) throw wrong.quote();
  return octetsOf(text.slice(0, end).replace(/\\([^])/g, "$1"));
}

/** Reads what a DISPLAY-HINT made of octets, unless several contents are printed like this. */
function guessed(content) {
  const octets = bareOctets(content);
  if (octets !== undefined) return octets;
  const parts = pairs(content, true);
  if ((parts !== undefined && parts.length >= 2) || isIpv6(content) || isIpv4(content)) throw wrong.hinted();
  return octetsOf(content);
}

/** Reads what only octets are printed as: DateAndTime, and `1x:` of six octets or more. */
export function bareOctets(content) {
  const time = dateAndTime(content);
  if (time !== undefined) return time;
  const found = pairs(content, false);
  return found !== undefined && found.length >= 6 ? Uint8Array.from(found) : undefined;
}

/**
 * Reads the hexadecimal parts of `1x:`. net-snmp prints them without zeros in front and in small letters; other tools
 * have `00:0C`, if those may be.
 */
function pairs(content, mayBePadded) {
  const part = mayBePadded ? /^[0-9a-fA-F]{1,2}$/ : /^(?:[0-9a-f]|[1-9a-f][0-9a-f])$/;
  const parts = content.split(":");
  return parts.every((digits) => part.test(digits)) ? parts.map((digits) => parseInt(digits, 16)) : undefined;
}

function isIpv6(content) {
  const parts = content.split(":");
  return parts.length === 8 && parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part));
}

function isIpv4(content) {
  const parts = content.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
}

/** Reads the eight or eleven octets of DateAndTime as `2d-1d-1d,1d:1d:1d.1d,1a1d:1d` prints them (RFC 2579). */
function dateAndTime(content) {
  const number = "(0|[1-9][0-9]*)";
  const form = `^${number}-${number}-${number},${number}:${number}:${number}\\.${number}(?:,([+-])${number}:${number})?$`;
  const known = new RegExp(form).exec(content);
  if (known === null) return undefined;
  const [year, ...clock] = known.slice(1, 8).map(Number);
  const zone = known[8] === undefined ? [] : [known[8].charCodeAt(0), Number(known[9]), Number(known[10])];
  const octets = [year >> 8, year & 0xff, ...clock, ...zone];
  return year > 0xffff || octets.some((octet) => octet > 0xff) ? undefined : Uint8Array.from(octets);
}
