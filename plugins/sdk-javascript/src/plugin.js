// A plugin: what it says about itself, and what it collects.

import { Device, toJson } from "./device.js";
import { dotted, oid } from "./oid.js";
import { isTable } from "./table.js";

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const KNOWN = new Set([
  "name", "version", "summary", "sections", "reads", "devicePrefixes", "params", "timing", "starting", "probe", "uses",
  "hints", "collect",
]);
const KNOWN_OF_SECTION = new Set(["schema", "columns", "key", "titles", "units", "hints"]);

/**
 * A plugin: `name`, `version`, `summary`, `sections`, `reads`, `collect(device, params)`, and what else a manifest has.
 * What is missing or unknown is told here, by name, when the file is loaded.
 */
export function definePlugin(definition) {
  known(definition, KNOWN, "definePlugin");
  for (const member of ["name", "version", "summary"]) {
    if (typeof definition[member] !== "string") throw new TypeError(`definePlugin: ${member} is no text`);
  }
  if (!NAME.test(definition.name)) throw new TypeError(`definePlugin: the name ${definition.name} is not lower-kebab-case`);
  if (typeof definition.collect !== "function") throw new TypeError("definePlugin: collect is no function");
  const sections = Object.entries(definition.sections ?? {});
  if (sections.length === 0) throw new TypeError("definePlugin: no sections");
  for (const [name, section] of sections) known(section, KNOWN_OF_SECTION, `section ${name}`);
  // A mistyped OID shall be told where it stands, and not when the host asks.
  readsOf(definition.reads);
  return Object.freeze({ ...definition });
}

/** What the plugin says about itself, as the contract's record `manifest`. */
export function manifestOf(plugin) {
  return {
    name: plugin.name,
    version: plugin.version,
    summary: plugin.summary,
    sections: Object.entries(plugin.sections).map(([name, section]) => ({
      name,
      schema: jsonText(section.schema ?? {}),
      hints: sectionHints(section),
    })),
    reads: readsOf(plugin.reads).map((subtree) => Uint32Array.from(subtree)),
    devicePrefixes: (plugin.devicePrefixes ?? []).map((prefix) => Uint32Array.from(oid(prefix))),
    paramsSchema: jsonText(plugin.params ?? { type: "object", additionalProperties: false }),
    hints: manifestHints(plugin),
  };
}

/** Collects, and gives the result as the contract wants it. */
export function collectJson(plugin, host) {
  const device = new Device(host);
  const result = collect(plugin, device, withDefaults(plugin.params, JSON.parse(host.job.params())));
  if (typeof result?.then === "function") throw new TypeError("collect is asynchronous: the sandbox has nothing to await");
  device.flush();
  if (result === undefined && device.outputs.size > 0) return "{}";
  if (result === null || typeof result !== "object") throw new TypeError("collect returned no object with a member for each section");
  return toJson(result);
}

/** Rows that still wait for their batch when a plugin fails are handed over all the same: the host keeps them. */
function collect(plugin, device, params) {
  try {
    return plugin.collect(device, params);
  } catch (thrown) {
    try {
      device.flush(false);
    } catch {
      // What the plugin itself failed for is what people shall read.
    }
    throw thrown;
  }
}

/** Parameters that were not given have the `default` of their schema. */
function withDefaults(schema, params) {
  const properties = (typeof schema === "string" ? JSON.parse(schema) : schema)?.properties ?? {};
  for (const [name, property] of Object.entries(properties)) {
    if (!Object.hasOwn(params, name) && property?.default !== undefined) params[name] = structured(property.default);
  }
  return params;
}

/** A copy, so that nobody changes the schema. QuickJS has no structuredClone. */
function structured(value) {
  return JSON.parse(JSON.stringify(value));
}

function readsOf(reads) {
  const subtrees = [];
  for (const read of reads ?? []) {
    if (isTable(read)) subtrees.push(...read.columns);
    else if (typeof read === "object" && !Array.isArray(read) && !ArrayBuffer.isView(read)) subtrees.push(...Object.values(read).map(({ at }) => oid(at)));
    else subtrees.push(oid(read));
  }
  return subtrees;
}

function sectionHints({ columns, key, titles, units, hints }) {
  const pairs = [];
  if (columns !== undefined) pairs.push(["columns", columns.join(",")]);
  if (key !== undefined) pairs.push(["key", key.join(",")]);
  for (const [column, title] of Object.entries(titles ?? {})) pairs.push([`title.${column}`, title]);
  for (const [column, unit] of Object.entries(units ?? {})) pairs.push([`unit.${column}`, unit]);
  return pairs.concat(Object.entries(hints ?? {}));
}

function manifestHints({ timing, starting, probe, uses, hints }) {
  const pairs = [];
  if (timing !== undefined) pairs.push(["timing", timing]);
  if (starting !== undefined) pairs.push(["starting", starting]);
  if (probe !== undefined) pairs.push(["probe", probe.map((subtree) => dotted(oid(subtree))).join(",")]);
  if (uses !== undefined) pairs.push(["uses", uses.join(",")]);
  return pairs.concat(Object.entries(hints ?? {}));
}

function jsonText(schema) {
  return typeof schema === "string" ? schema : JSON.stringify(schema);
}

function known(record, names, where) {
  for (const name of Object.keys(record)) {
    if (!names.has(name)) throw new TypeError(`${where}: unknown member ${name}`);
  }
}
