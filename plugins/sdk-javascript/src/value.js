// Values as the host hands them over: `{ tag, val }`, with the contract's words for tags.

/** The names of SMIv2 for the contract's words. */
const NAMES = {
  "integer": "INTEGER",
  "octet-string": "OCTET STRING",
  "null": "NULL",
  "object-identifier": "OBJECT IDENTIFIER",
  "ip-address": "IpAddress",
  "counter32": "Counter32",
  "gauge32": "Gauge32",
  "time-ticks": "TimeTicks",
  "opaque": "Opaque",
  "nsap-address": "NsapAddress",
  "counter64": "Counter64",
  "uinteger32": "UInteger32",
};

/** The types of values that are not of their own type, by BER identifier. */
const TAGS = {
  0x02: "INTEGER",
  0x05: "NULL",
  0x06: "OBJECT IDENTIFIER",
  0x40: "IpAddress",
  0x41: "Counter32",
  0x42: "Gauge32",
  0x43: "TimeTicks",
  0x46: "Counter64",
  0x47: "UInteger32",
};

/** Whether this says that there is no value. */
export function isAbsent(value) {
  if (value === undefined || value === null) return true;
  const tag = value.tag;
  return tag === "no-such-object" || tag === "no-such-instance" || tag === "end-of-mib-view";
}

/** The SMI's name of a type; undefined of one that SMIv2 does not have. */
export function typeOf(value) {
  return value.tag === "unknown" ? TAGS[value.val.tag] : NAMES[value.tag];
}

/** `INTEGER`, or of a value that is not of its type how it is written: `Gauge32 of 5 octets`. */
export function foundType(value) {
  const name = typeOf(value);
  if (name === undefined) return "an unknown type";
  if (value.tag !== "unknown") return name;
  const count = value.val.octets.length;
  return count === 0 ? `${name} without octets` : count === 1 ? `${name} of 1 octet` : `${name} of ${count} octets`;
}
