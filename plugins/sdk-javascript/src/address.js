// Addresses as SNMP writes them: InetAddress (RFC 4001), IpAddress, MAC addresses.

import { text, hex } from "./text.js";

/** `192.0.2.1` or, as RFC 5952 writes it, `2001:db8::1`; undefined where there are not 4 or 16 octets. */
export function ipText(octets) {
  if (octets.length === 4) return Array.from(octets).join(".");
  if (octets.length !== 16) return undefined;
  const groups = [];
  for (let position = 0; position < 16; position += 2) groups.push((octets[position] << 8) | octets[position + 1]);
  // IPv4 in IPv6 is written as people know it.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${Array.from(octets.slice(12)).join(".")}`;
  }
  let [start, length] = [-1, 1];
  for (let first = 0; first < 8; first++) {
    let last = first;
    while (last < 8 && groups[last] === 0) last++;
    if (last - first > length) [start, length] = [first, last - first];
  }
  const written = groups.map((group) => group.toString(16));
  if (start < 0) return written.join(":");
  return `${written.slice(0, start).join(":")}::${written.slice(start + length).join(":")}`;
}

/**
 * An InetAddress beside its InetAddressType: ipv4(1), ipv6(2), ipv4z(3), ipv6z(4), dns(16). Undefined where they do not
 * fit each other. The zone of a link-local address stands behind a `%`.
 */
export function inetAddress(type, octets) {
  if (type === 16) return text(octets);
  if (type === 1 && octets.length === 4) return ipText(octets);
  if (type === 2 && octets.length === 16) return withZone(octets, undefined);
  if (type === 3 && octets.length === 8) return `${ipText(octets.slice(0, 4))}%${number(octets.slice(4))}`;
  if (type === 4 && octets.length === 20) return withZone(octets.slice(0, 16), number(octets.slice(16)));
  return undefined;
}

/**
 * Kernels that come from KAME keep the zone of a link-local address in its octets 3 and 4, which are zero by RFC 4291
 * section 2.5.6, and some agents show them: `fe80:2::1` is `fe80::1%2`.
 */
function withZone(octets, zone) {
  const inside = (octets[2] << 8) | octets[3];
  const isLinkLocal = octets[0] === 0xfe && octets[1] === 0x80 && [4, 5, 6, 7].every((position) => octets[position] === 0);
  if (isLinkLocal && inside !== 0 && (zone === undefined || zone === inside)) {
    const clean = Array.from(octets);
    clean[2] = clean[3] = 0;
    return `${ipText(clean)}%${inside}`;
  }
  return zone === undefined ? ipText(octets) : `${ipText(octets)}%${zone}`;
}

function number(octets) {
  return Array.from(octets).reduce((sum, octet) => sum * 256 + octet, 0);
}

/** `AA:BB:CC:DD:EE:FF` of six octets, or of the characters that stand for them; undefined of anything else. */
export function macAddress(octets) {
  if (octets.length === 6) return hex(octets, ":").toUpperCase();
  return macOfText(octets);
}

/** What people and vendors write: `00:00:5e:00:53:af`, `0000.5e00.53af`, `0000-5e00-53af`, `00005e-0053af`. */
function macOfText(octets) {
  if (octets.length < 11 || octets.length > 32) return undefined;
  const written = text(octets).replace(/\0+$/, "").trim();
  const separator = /[^0-9a-fA-F]/.exec(written)?.[0];
  if (separator !== undefined && !":-. ".includes(separator)) return undefined;
  const groups = separator === undefined ? [written] : written.split(separator);
  if (!groups.every((group) => /^[0-9a-fA-F]+$/.test(group))) return undefined;
  let digits;
  if (groups.length === 6 && groups.every((group) => group.length <= 2)) {
    digits = groups.map((group) => group.padStart(2, "0")).join("");
  } else if (groups.length <= 3 && groups.every((group) => group.length === 12 / groups.length)) {
    digits = groups.join("");
  } else {
    return undefined;
  }
  return digits.toUpperCase().match(/../g).join(":");
}

/** The prefix length of a network mask; undefined for masks with holes, and for 0.0.0.0, which agents send for "none". */
export function prefixLength(octets) {
  const bits = Array.from(octets, (octet) => octet.toString(2).padStart(8, "0")).join("");
  return /^1+0*$/.test(bits) ? bits.lastIndexOf("1") + 1 : undefined;
}
