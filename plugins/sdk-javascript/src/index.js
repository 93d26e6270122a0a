// Indexes: what follows the column in the name of a cell (RFC 2578 section 7.7), read part by part.

import { inetAddress, ipText, macAddress } from "./address.js";
import { dotted } from "./oid.js";
import { text } from "./text.js";

/** Where an index is not as the MIB says. `rows` leaves such a row out, and says how many there were. */
export class MalformedIndex extends Error {}

/** Reads an index from its first arc to its last. Each method takes what it reads, or throws. */
export class IndexCursor {
  constructor(arcs) {
    this.arcs = arcs;
    this.position = 0;
  }

  /** One arc: an INTEGER, an ifIndex, an enumeration. */
  u32() {
    if (this.position >= this.arcs.length) throw new MalformedIndex("the index ends too early");
    return this.arcs[this.position++];
  }

  /** So many arcs, each an octet: an OCTET STRING of fixed length. */
  fixed(length) {
    return this.octets(length);
  }

  /** A length, and as many octets: an OCTET STRING of variable length. */
  counted() {
    return this.octets(this.u32());
  }

  /** All that is left, as octets: an OCTET STRING that is IMPLIED. */
  implied() {
    return this.octets(this.arcs.length - this.position);
  }

  /** A length, and as many arcs: an OBJECT IDENTIFIER. */
  oid() {
    return this.take(this.u32());
  }

  /** All that is left: an OBJECT IDENTIFIER that is IMPLIED. */
  impliedOid() {
    return this.take(this.arcs.length - this.position);
  }

  /** Six arcs: a MacAddress, as `AA:BB:CC:DD:EE:FF`. */
  mac() {
    return macAddress(this.octets(6));
  }

  /** Four arcs: an IpAddress. */
  ipAddress() {
    return ipText(this.octets(4));
  }

  /** A type, a length and as many octets: an InetAddressType and its InetAddress. */
  inetAddress() {
    const type = this.u32();
    const address = inetAddress(type, this.counted());
    if (address === undefined) throw new MalformedIndex(`no address of type ${type}`);
    return address;
  }

  /** Nothing more must follow. */
  end() {
    if (this.position < this.arcs.length) throw new MalformedIndex("the index goes on behind its end");
  }

  octets(length) {
    const octets = this.take(length);
    if (octets.some((arc) => arc > 255)) throw new MalformedIndex("an arc of the index is no octet");
    return Uint8Array.from(octets);
  }

  take(length) {
    const end = this.position + length;
    if (end > this.arcs.length) throw new MalformedIndex("the index ends too early");
    const taken = Array.from(this.arcs.slice(this.position, end));
    this.position = end;
    return taken;
  }
}

/** Readers of parts of an index, for the third argument of `table`: `{ ifIndex: index.u32 }`. */
export const index = {
  /** One arc. */
  u32: (cursor) => cursor.u32(),
  /** A TruthValue or an enumeration by its names. */
  enumeration: (names) => (cursor) => {
    const arc = cursor.u32();
    return names[arc] ?? arc;
  },
  /** Octets of a fixed length, as text. */
  fixed: (length) => (cursor) => text(cursor.fixed(length)),
  /** Octets behind their length, as text. */
  counted: (cursor) => text(cursor.counted()),
  /** All that is left, as text. */
  implied: (cursor) => text(cursor.implied()),
  /** An OBJECT IDENTIFIER behind its length, dotted. */
  oid: (cursor) => dotted(cursor.oid()),
  /** All that is left, dotted. */
  impliedOid: (cursor) => dotted(cursor.impliedOid()),
  /** A MacAddress. */
  mac: (cursor) => cursor.mac(),
  /** An IpAddress. */
  ipAddress: (cursor) => cursor.ipAddress(),
  /** An InetAddressType and an InetAddress. */
  inetAddress: (cursor) => cursor.inetAddress(),
};
