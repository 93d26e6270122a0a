// A device that answers from a recording, as the host would. It is changed by `with…` methods, each of which gives a new
// device, so that a test says in one line what is wrong with this one.

import { readFileSync } from "node:fs";

import { compareOids, dotted, oid, startsWith } from "../oid.js";
import { utf8 } from "../text.js";
import { parseRecording, readRecording } from "./recording.js";

const BATCH = 10;
const MAX_NAMES = 10_000;
const MAX_COLUMNS = 64;

/** A device of a recording, with its faults. */
export class RecordedDevice {
  #objects = new Map();
  #faults = { silent: [], refused: [], broken: [], wrongTypes: [], cancelAfter: Infinity };
  #contexts = new Map();
  #sections = new Map();
  #isExact = false;

  /** The device of a file: `.snmprec`, or what `snmpwalk -On` prints. A line that cannot be read is an error. */
  static open(path) {
    try {
      return RecordedDevice.#of(readRecording(readFileSync(path)));
    } catch (thrown) {
      throw new Error(`${path}: ${thrown.message}`);
    }
  }

  /** The device of such a text. */
  static parse(text) {
    return RecordedDevice.#of(parseRecording(text));
  }

  static #of({ objects, badLines }) {
    // A test must not pass because a line is missing.
    if (badLines.length > 0) throw new Error(badLines[0]);
    const device = new RecordedDevice();
    for (const { name, value } of objects) {
      const key = dotted(name);
      if (!device.#objects.has(key)) device.#objects.set(key, { name, value });
    }
    return device;
  }

  /** The same device with this object. A number is an INTEGER, a text or Uint8Array an OCTET STRING, a BigInt a Counter64; others are `value.…`. */
  with(name, written) {
    const arcs = oid(name);
    return this.#changed((device) => device.#objects.set(dotted(arcs), { name: arcs, value: valueOf(written) }));
  }

  /** The same device without anything below `subtree`: a hole. */
  without(subtree) {
    const root = oid(subtree);
    return this.#changed((device) => {
      for (const [key, { name }] of device.#objects) if (startsWith(name, root)) device.#objects.delete(key);
    });
  }

  /** The same device, which does not answer requests for anything below `subtree`; without one it is silent. */
  silentBelow(subtree = []) {
    return this.#changed((device) => device.#faults.silent.push(oid(subtree)));
  }

  /** The same device, which answers a GET of anything below `subtree` with an error, e.g. `noAccess`. */
  refusingBelow(subtree, errorStatus) {
    return this.#changed((device) => device.#faults.refused.push({ subtree: oid(subtree), errorStatus }));
  }

  /** The same device, whose table (by its entry) or subtree breaks off after so many rows. */
  breakingOff(root, after) {
    return this.#changed((device) => device.#faults.broken.push({ root: oid(root), after }));
  }

  /** The same device, whose values below `subtree` have another type: texts become INTEGERs, everything else texts. */
  withWrongTypes(subtree) {
    return this.#changed((device) => device.#faults.wrongTypes.push(oid(subtree)));
  }

  /** The same device; whoever asked for the poll cancels it after so many calls of the host. */
  cancelledAfter(calls) {
    return this.#changed((device) => {
      device.#faults.cancelAfter = calls;
    });
  }

  /** The same device, which is like `other` in the context of this name. */
  withContext(name, other) {
    return this.#changed((device) => device.#contexts.set(name, other));
  }

  /** The same device, which is like `other` in this VLAN. */
  withVlan(number, other) {
    return this.withContext(`vlan-${number}`, other);
  }

  /** The same device, of which another plugin has found this section. */
  withSection(name, section) {
    return this.#changed((device) => device.#sections.set(name, JSON.stringify(section)));
  }

  /** The same device, its numbers of 64 bits exact, as StarlingMonkey has them; else they are rounded as in QuickJS. */
  withExactNumbers() {
    return this.#changed((device) => {
      device.#isExact = true;
    });
  }

  #changed(change) {
    const device = new RecordedDevice();
    device.#objects = new Map(this.#objects);
    const { silent, refused, broken, wrongTypes, cancelAfter } = this.#faults;
    device.#faults = { silent: [...silent], refused: [...refused], broken: [...broken], wrongTypes: [...wrongTypes], cancelAfter };
    device.#contexts = new Map(this.#contexts);
    device.#sections = new Map(this.#sections);
    device.#isExact = this.#isExact;
    change(device);
    return device;
  }

  /** What `exportCollector` gets from the sandbox. Everything that happens is noted in `session`. */
  host(session) {
    const called = (name) => {
      session.calls.push(name);
      if (session.isCancelled || session.calls.length > this.#faults.cancelAfter) {
        session.isCancelled = true;
        throw new Cancelled();
      }
    };
    const agent = (device) => device.#agent(session, called);
    const inContext = (name) => agent(this.#contexts.get(name) ?? new RecordedDevice().silentBelow());
    return {
      device: () => agent(this),
      inContext(name) {
        called("snmp.in-context");
        return inContext(name);
      },
      inVlan(number) {
        called("snmp.in-vlan");
        if (!(number >= 1 && number <= 4094)) throw failed("invalid-argument", `${number} is not the number of a VLAN, from 1 to 4094`);
        return inContext(`vlan-${number}`);
      },
      TablePart,
      job: {
        log: (level, line) => session.log.push({ level, line }),
        progress(line, counters) {
          called("job.progress");
          session.progress.push({ line, counters: Object.fromEntries(counters) });
        },
        params: () => session.params,
        wait(milliseconds) {
          called("job.wait");
          session.waited += milliseconds * 1000;
        },
        elapsed: () => session.waited,
        offers: () => true,
        section: (name) => (session.uses.includes(name) ? (this.#sections.get(name) ?? null) : null),
      },
      output: {
        rows(section, rows) {
          called("output.rows");
          session.handOver(section, rows);
        },
      },
    };
  }

  #agent(session, called) {
    const declared = (name) => {
      if (session.reads.some((subtree) => startsWith(name, subtree))) return;
      session.undeclared.push(dotted(name));
      const message = `${dotted(name)} is outside the subtrees that the manifest declares, so nothing was sent`;
      throw failed("not-declared", message, name);
    };
    return {
      get: (names) => {
        called("agent.get");
        if (names.length > MAX_NAMES) throw failed("limit-exceeded", `at most ${MAX_NAMES} are possible (limit \`get_names\`)`);
        names.forEach(declared);
        const silent = names.find((name) => this.#isSilent(name));
        if (silent !== undefined) throw failed("timeout", "no answer", silent);
        for (const { subtree, errorStatus } of this.#faults.refused) {
          const refused = names.find((name) => startsWith(name, subtree));
          if (refused !== undefined) throw failed("agent-error", `answered ${errorStatus} for ${dotted(refused)}`, refused);
        }
        return names.map((name) => {
          const found = this.#objects.get(dotted(name));
          return { name: Array.from(name), value: found === undefined ? { tag: "no-such-instance" } : this.#shown(found) };
        });
      },
      openTable: (columns) => {
        called("agent.open-table");
        return this.#table(called, declared, columns, new TablePart());
      },
      openPart: (columns, part) => {
        called("agent.open-part");
        return this.#table(called, declared, columns, part);
      },
      openWalk: (root) => {
        called("agent.open-walk");
        declared(root);
        const found = this.#below(root).map((object) => ({ name: object.name, value: this.#shown(object) }));
        return this.#reader(called, Array.from(root), found, ({ name }) => name);
      },
    };
  }

  #table(called, declared, columns, part) {
    if (columns.length === 0) throw failed("invalid-argument", "a table is read by its columns, and there is none");
    if (columns.length > MAX_COLUMNS) throw failed("limit-exceeded", `at most ${MAX_COLUMNS} are possible (limit \`columns\`)`);
    columns.forEach(declared);
    const rows = new Map();
    columns.forEach((column, position) => {
      if (columns.some((other, place) => place < position && (startsWith(other, column) || startsWith(column, other)))) {
        throw failed("invalid-argument", `column ${dotted(column)} is named twice`);
      }
      for (const object of this.#below(column)) {
        const index = object.name.slice(column.length);
        if (!startsWith(index, part.start) || (part.behind !== undefined && compareOids(index, part.behind) <= 0)) continue;
        const key = dotted(index);
        if (!rows.has(key)) rows.set(key, { index, cells: columns.map(() => null) });
        rows.get(key).cells[position] = this.#shown(object);
      }
    });
    const sorted = [...rows.values()].sort((one, other) => compareOids(one.index, other.index)).slice(0, part.most);
    // Faults are set for the entry, which is what the first column is of.
    const entry = Array.from(columns[0].slice(0, -1));
    return this.#reader(called, entry, sorted, ({ index }) => [...columns.at(-1), ...index]);
  }

  #reader(called, root, items, nameOf) {
    const silent = this.#isSilent(root);
    const broken = this.#faults.broken.find((fault) => dotted(fault.root) === dotted(root));
    const left = silent ? [] : broken === undefined ? items : items.slice(0, broken.after);
    const isBroken = silent || broken !== undefined;
    const last = left.at(-1);
    const outcome = {
      status: !isBroken ? (left.length === 0 ? "unsupported" : "complete") : left.length === 0 ? "failed" : "partial",
      kind: isBroken ? "timeout" : "",
      rows: left.length,
      reason: isBroken ? "no answer" : "",
      stoppedAt: isBroken && last !== undefined ? Array.from(nameOf(last)) : null,
    };
    let position = 0;
    return {
      next() {
        called("reader.next");
        const batch = left.slice(position, position + BATCH);
        position += batch.length;
        return batch.length === 0 ? null : batch;
      },
      outcome() {
        position = left.length;
        return outcome;
      },
    };
  }

  #isSilent(name) {
    return this.#faults.silent.some((subtree) => startsWith(name, subtree));
  }

  #below(root) {
    const found = [...this.#objects.values()].filter(({ name }) => name.length > root.length && startsWith(name, root));
    return found.sort((one, other) => compareOids(one.name, other.name));
  }

  /** The value as the engine hands it over. */
  #shown({ name, value }) {
    if (this.#faults.wrongTypes.some((subtree) => startsWith(name, subtree))) {
      return value.tag === "octet-string" ? { tag: "integer", val: this.#isExact ? 7n : 7 } : { tag: "octet-string", val: utf8("wrong type") };
    }
    if (value.tag !== "counter64" && value.tag !== "integer") return value;
    const exact = BigInt(value.val);
    return { tag: value.tag, val: this.#isExact ? exact : roundedByQuickJs(exact) };
  }
}

/** QuickJS makes a number of 64 bits, and where the upper 33 are ones a small negative one. */
function roundedByQuickJs(exact) {
  const signed = BigInt.asIntN(64, exact);
  return signed < 0n && signed >= -(2n ** 31n) ? Number(signed) : Number(exact);
}

class TablePart {
  start = [];
  behind = undefined;
  most = Infinity;

  below(index) {
    this.start = Array.from(index);
  }

  after(index) {
    this.behind = Array.from(index);
  }

  atMost(rows) {
    this.most = rows;
  }
}

/** What ends a run that was cancelled. In the proxy nothing of the plugin runs any more. */
export class Cancelled extends Error {
  constructor() {
    super("the poll was cancelled");
    this.name = "Cancelled";
  }
}

function failed(kind, message, at = null) {
  return Object.assign(new Error(message), { payload: { kind, message, at: at === null ? null : Array.from(at) } });
}

function valueOf(written) {
  if (typeof written === "number") return { tag: "integer", val: written };
  if (typeof written === "bigint") return { tag: "counter64", val: written };
  if (typeof written === "string") return { tag: "octet-string", val: utf8(written) };
  if (written instanceof Uint8Array) return { tag: "octet-string", val: written };
  if (typeof written?.tag === "string") return written;
  throw new TypeError(`not a value: ${String(written)}`);
}

/** Values for `with`, by their types. */
export const value = {
  integer: (number) => ({ tag: "integer", val: number }),
  text: (written) => ({ tag: "octet-string", val: utf8(written) }),
  octets: (...octets) => ({ tag: "octet-string", val: Uint8Array.from(octets.flat()) }),
  oid: (written) => ({ tag: "object-identifier", val: oid(written) }),
  ipAddress: (written) => ({ tag: "ip-address", val: written.split(".").map(Number) }),
  counter32: (number) => ({ tag: "counter32", val: number }),
  gauge32: (number) => ({ tag: "gauge32", val: number }),
  ticks: (number) => ({ tag: "time-ticks", val: number }),
  counter64: (number) => ({ tag: "counter64", val: BigInt(number) }),
  opaque: (...octets) => ({ tag: "opaque", val: Uint8Array.from(octets.flat()) }),
  null: () => ({ tag: "null" }),
  unknown: (tag, ...octets) => ({ tag: "unknown", val: { tag, octets: Uint8Array.from(octets.flat()) } }),
};
