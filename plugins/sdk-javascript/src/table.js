// Tables and groups of scalars with names: what a plugin reads, written down once, for `reads` and for reading alike.

import { dotted, oid, startsWith } from "./oid.js";

/**
 * A table: its name in the MIB, the OID of its entry (`1.3.6.1.2.1.2.2.1` for ifEntry), its columns by name, and the
 * parts of its index by name.
 */
export function table(name, entry, columns, index = undefined) {
  const root = oid(entry);
  const fields = Object.entries(columns).map(([field, { at, read }]) => ({ name: field, oid: columnOid(root, field, at), read }));
  if (fields.length === 0) throw new TypeError(`table ${name}: no columns`);
  return new Table(name, root, fields, index === undefined ? undefined : Object.entries(index));
}

/**
 * Tables that share their index, such as ifTable and ifXTable, as one: read in one reading, a row where any of them has
 * one. The index is that of the first.
 */
export function join(first, ...others) {
  const fields = [...first.fields];
  for (const other of others) {
    for (const field of other.fields) {
      if (fields.some(({ name }) => name === field.name)) {
        throw new TypeError(`join of ${first.name} and ${other.name}: both have a column ${field.name}`);
      }
      fields.push(field);
    }
  }
  const name = [first, ...others].map((joined) => joined.name).join(" and ");
  return new Table(name, first.entry, fields, first.index);
}

class Table {
  constructor(name, entry, fields, index) {
    this.name = name;
    this.entry = entry;
    this.fields = fields;
    this.index = index;
    for (const [part] of index ?? []) {
      if (fields.some((field) => field.name === part)) throw new TypeError(`table ${name}: ${part} is a column and an index`);
    }
  }

  /** The columns as the host takes them, and as a manifest declares them. */
  get columns() {
    return this.fields.map((field) => field.oid);
  }
}

export function isTable(candidate) {
  return candidate instanceof Table;
}

function columnOid(entry, name, at) {
  if (Number.isInteger(at)) return [...entry, at];
  const whole = oid(at);
  if (startsWith(entry, whole) || whole.length < 2) throw new TypeError(`column ${name}: ${dotted(whole)} is no column`);
  return whole;
}
