// Reading tables and subtrees: batches of the host become rows with names.

import { dotted } from "./oid.js";
import { SnmpError } from "./error.js";
import { IndexCursor, MalformedIndex } from "./index.js";
import { isAbsent } from "./value.js";

const INDEX = Symbol("index");
const WARNINGS = Symbol("warnings");
const NONE = Object.freeze([]);

/** The index of a row: its arcs. */
export function indexOf(row) {
  return row[INDEX];
}

/** What is odd about a row, a line for each field: `ifMtu: OCTET STRING instead of INTEGER`. */
export function warningsOf(row) {
  return row[WARNINGS] ?? NONE;
}

/** The warnings of the row that is being read. One function for all rows: a new one for each is a third of the time. */
let warnings;
const warn = (line) => {
  (warnings ??= []).push(line);
};

/** Reads named values into `target`, in the order of `fields`. Values that the agent does not have leave no key. */
export function readFields(target, fields, values) {
  warnings = undefined;
  for (let position = 0; position < fields.length; position++) {
    const value = values[position];
    if (isAbsent(value)) continue;
    const field = fields[position];
    const read = field.read(value, field.name, warn);
    if (read !== undefined) target[field.name] = read;
  }
  if (warnings !== undefined) target[WARNINGS] = warnings;
  return target;
}

/** A reading that has begun. Leaving a `for` loop over it ends it; so does `dispose`. */
class Reading {
  constructor(reader) {
    this.reader = reader;
    this.ended = undefined;
  }

  /** The next batch of the host, or undefined at the end. */
  nextBatch() {
    if (this.ended !== undefined) return undefined;
    const batch = this.reader.next();
    return batch ?? undefined;
  }

  *[Symbol.iterator]() {
    try {
      for (let batch = this.nextBatch(); batch !== undefined; batch = this.nextBatch()) {
        for (const item of batch) {
          const made = this.make(item);
          if (made !== undefined) yield made;
        }
      }
    } finally {
      this.dispose();
    }
  }

  /** How it ended: `status` (`complete`, `unsupported`, `partial`, `failed`), `kind`, `rows`, `reason`, `stoppedAt`. */
  outcome() {
    if (this.ended === undefined) {
      const { status, kind, rows, reason, stoppedAt } = this.reader.outcome();
      const at = stoppedAt === undefined || stoppedAt === null ? undefined : dotted(stoppedAt);
      this.ended = { status, kind, rows, reason, stoppedAt: at };
    }
    return this.ended;
  }

  /** Whether what came is what the agent has. Asks at the end of the reading. */
  isWhole() {
    const { status } = this.outcome();
    return status === "complete" || status === "unsupported";
  }

  /** Ends the reading. */
  dispose() {
    this.outcome();
    this.reader[Symbol.dispose ?? "dispose"]?.();
  }
}

/** The rows of a table, as they come. */
export class Rows extends Reading {
  constructor(table, reader, log) {
    super(reader);
    this.table = table;
    this.log = log;
    this.malformed = 0;
    this.example = undefined;
  }

  make({ index, cells }) {
    const row = {};
    row[INDEX] = index;
    if (this.table.index !== undefined && !this.readIndex(row, index)) return undefined;
    return readFields(row, this.table.fields, cells);
  }

  readIndex(row, index) {
    try {
      const cursor = new IndexCursor(index);
      for (const [name, read] of this.table.index) row[name] = read(cursor);
      cursor.end();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof MalformedIndex)) throw thrown;
      this.malformed += 1;
      this.example ??= dotted(index);
      return false;
    }
  }

  outcome() {
    if (this.ended === undefined && this.malformed > 0) {
      const rows = this.malformed === 1 ? "1 row" : `${this.malformed} rows`;
      this.log("warn", `${this.table.name}: ${rows} left out for a malformed index, e.g. ${this.example}`);
      this.malformed = 0;
    }
    return super.outcome();
  }

  /** All rows that are left. Where the agent has not answered at all, this throws. */
  all() {
    const rows = [...this];
    const { status, kind, reason, stoppedAt } = this.outcome();
    if (status === "failed") throw new SnmpError(kind || "other", `${this.table.name}: ${reason}`, stoppedAt);
    return rows;
  }
}

/** The varbinds below a name, as they come: `{ name, value }`, the name dotted, the value as the host gives it. */
export class Varbinds extends Reading {
  make({ name, value }) {
    return { name: dotted(name), value };
  }
}
