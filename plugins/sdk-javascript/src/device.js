// The device of a job, as a plugin sees it. Who the device is, how it is reached and with what secret is the host's
// knowledge alone. `host` is the sandbox's imports in a component, and a recorded device in a test.

import { SnmpError } from "./error.js";
import { oid } from "./oid.js";
import { Rows, Varbinds, readFields } from "./rows.js";
import { isTable } from "./table.js";

/** Where one asks: the device, or a context of it. */
export class Agent {
  constructor(host, agent) {
    this.host = host;
    this.agent = agent;
  }

  /** Reads objects by name: a value for each, in their order, as the host gives it. */
  get(...names) {
    const arcs = names.map(arcsOf);
    return attempt(() => this.agent.get(arcs)).map(({ value }) => value);
  }

  /**
   * Reads scalars by name: `{ name: column.text("1.3.6.1.2.1.1.5") }` reads sysName.0, and so does the name with its
   * `.0`. Those that the device does not have are left out; an SnmpError where it does not answer.
   */
  scalars(objects) {
    const fields = Object.entries(objects).map(([name, { at, read }]) => ({ name, oid: oid(at), read }));
    return readFields({}, fields, this.get(...fields.map((field) => instanceOf(field.oid))));
  }

  /**
   * Starts to read a table, or a part of it: `below` (indexes that begin with these arcs), `after` (indexes behind this
   * one), `atMost` rows. Readings run side by side: open all of them, then consume them.
   */
  open(table, part = {}) {
    if (!isTable(table)) throw new TypeError("device.open takes what table() or join() made");
    const columns = table.columns.map(arcsOf);
    const reader = attempt(() => {
      if (part.below === undefined && part.after === undefined && part.atMost === undefined) {
        return this.agent.openTable(columns);
      }
      const wanted = new this.host.TablePart();
      if (part.below !== undefined) wanted.below(arcsOf(part.below));
      if (part.after !== undefined) wanted.after(arcsOf(part.after));
      if (part.atMost !== undefined) wanted.atMost(part.atMost);
      return this.agent.openPart(columns, wanted);
    });
    return new Rows(table, reader, (level, line) => this.host.job.log(level, line));
  }

  /** All rows of a table, once they are there. */
  rows(table, part = {}) {
    return this.open(table, part).all();
  }

  /** Starts to read everything below a name. */
  walk(root) {
    return new Varbinds(attempt(() => this.agent.openWalk(arcsOf(root))));
  }
}

/** The device of this job, in the context that the request names, and what else the job has. */
export class Device extends Agent {
  constructor(host) {
    super(host, host.device());
    this.outputs = new Map();
  }

  /** The device in another context, by its name. Versions of SNMP before 3 have none. */
  inContext(name) {
    return new Agent(this.host, attempt(() => this.host.inContext(name)));
  }

  /** The device as it is for one VLAN, from 1 to 4094, where it is one of Cisco's that has a BRIDGE-MIB for each. */
  inVlan(number) {
    return new Agent(this.host, attempt(() => this.host.inVlan(number)));
  }

  /** What another plugin of the job has found, where the manifest `uses` the section; undefined where there is none. */
  section(name) {
    const json = this.host.job.section(name);
    return json === undefined || json === null ? undefined : JSON.parse(json);
  }

  /**
   * Hands a section over in parts, so that a long one need not fit into the plugin's memory. What was handed over is
   * kept, also when the run fails later. `collect` returns no such section then.
   */
  output(section, { batch = 500 } = {}) {
    let output = this.outputs.get(section);
    if (output === undefined) {
      output = new Output(this.host, section, batch);
      this.outputs.set(section, output);
    }
    return output;
  }

  /** Hands over what waits in outputs; at the end of a run also those without a row. The SDK calls it behind `collect`. */
  flush(isLast = true) {
    for (const output of this.outputs.values()) output.flush(isLast);
  }

  /** Waits, e.g. to read a counter twice. */
  wait(milliseconds) {
    this.host.job.wait(milliseconds);
  }

  /** Microseconds since the run began, waiting included. */
  elapsed() {
    return this.host.job.elapsed();
  }

  /** Whether the host has a function of the contract, e.g. `job.wait`. One that it lacks ends the run with its name. */
  offers(name) {
    return this.host.job.offers(name);
  }

  /** Says how far the job is: a line, and counters that keep their value until they are given again. */
  progress(line, counters = {}) {
    this.host.job.progress(line, Object.entries(counters));
  }

  /** A line for the plugin's author. */
  debug(line) {
    this.host.job.log("debug", line);
  }

  /** A line worth reading once. */
  info(line) {
    this.host.job.log("info", line);
  }

  /** Something is odd, and the result may lack something. Whoever asked for the poll sees it. */
  warn(line) {
    this.host.job.log("warn", line);
  }

  /** Something failed. Whoever asked for the poll sees it. */
  error(line) {
    this.host.job.log("error", line);
  }
}

/** A section that is handed over in parts. */
class Output {
  constructor(host, section, batch) {
    this.host = host;
    this.section = section;
    this.batch = batch;
    this.waiting = [];
    this.isBegun = false;
  }

  /** Adds a row, which is handed over with its batch. */
  row(row) {
    this.waiting.push(toJson(row));
    if (this.waiting.length >= this.batch) this.flush();
  }

  /** Hands over what waits; with `isLast` also where there was no row at all, so that the section is there. */
  flush(isLast = false) {
    if (this.waiting.length === 0 && (this.isBegun || !isLast)) return;
    const rows = `[${this.waiting.join(",")}]`;
    this.waiting = [];
    this.isBegun = true;
    attempt(() => this.host.output.rows(this.section, rows));
  }
}

/** JSON with BigInts as the digits they are, which `JSON.stringify` refuses. Undefined becomes null in the outermost place. */
export function toJson(value) {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
  }
  const marks = [];
  const marked = JSON.stringify(value, (_, member) => {
    if (typeof member === "string" && member.startsWith("\u0000")) return `\u0000s${member}`;
    return typeof member === "bigint" ? `\u0000${marks.push(String(member)) - 1}` : member;
  });
  // A quote within a string has a backslash before it, and a name has a colon behind it.
  return marked.replace(/(?<!\\)"\\u0000(?:s((?:[^"\\]|\\.)*)|([0-9]+))"(?!:)/g, (_, plain, place) => (place === undefined ? `"${plain}"` : marks[place]));
}

/** The only instance of a scalar, which ends with 0 as no object does. */
function instanceOf(object) {
  return object.at(-1) === 0 ? object : [...object, 0];
}

function arcsOf(name) {
  return Uint32Array.from(oid(name));
}

function attempt(call) {
  try {
    return call();
  } catch (thrown) {
    throw SnmpError.from(thrown);
  }
}
