// Running a plugin in Node: its own code, a recorded device, no WebAssembly. Around it is what the host does: it refuses
// what the manifest does not declare, and holds parameters and result against the schemas.

import { refusal } from "../error.js";
import { dotted } from "../oid.js";
import { collectJson, manifestOf } from "../plugin.js";
import { misfit, wrongSchema } from "./schema.js";

const MAX_SHOWN = 5;

/** What a run of a plugin gave. */
class Run {
  constructor(session, sections, error) {
    /** The result, or what was handed over before the error. */
    this.sections = sections;
    /** `{ kind, message, at }`, or undefined. */
    this.error = error;
    /** The lines it logged: `{ level, line }`. */
    this.log = session.log;
    /** `{ line, counters }` for each time that it told how far it is. */
    this.progress = session.progress;
    /** The functions of the host that it called, in their order. */
    this.calls = session.calls;
  }

  /** The lines that whoever asked for the poll would see. */
  get warnings() {
    return this.log.filter(({ level }) => level === "warn" || level === "error").map(({ line }) => line);
  }

  /** A section of the result; throws the plugin's error where the run failed. */
  section(name) {
    if (this.error !== undefined) {
      const { kind, message, at } = this.error;
      throw new Error(`the run failed: ${kind}: ${message}${at === undefined ? "" : `, at ${at}`}`);
    }
    if (!Object.hasOwn(this.sections, name)) {
      const names = Object.keys(this.sections).join(", ") || "none";
      throw new Error(`the result has no section \`${name}\`; it has ${names}`);
    }
    return this.sections[name];
  }
}

/**
 * Runs the plugin against a recorded device. A read that the manifest does not declare fails the test, whatever the
 * plugin makes of it.
 */
export function run(plugin, device, { params = {} } = {}) {
  const manifest = manifestOf(plugin);
  checkManifest(manifest);
  const badParams = misfit(JSON.parse(manifest.paramsSchema), params);
  const session = newSession(manifest, params);
  let [sections, error] = [{}, undefined];
  try {
    // The host would not let wrong parameters come to the plugin.
    if (badParams !== undefined) throw { kind: "other", message: `bad parameters: ${badParams}` };
    sections = resultOf(manifest, collectJson(plugin, device.host(session)), session.handedOver);
  } catch (thrown) {
    const { kind, message, at } = session.isCancelled ? { kind: "cancelled", message: "the poll was cancelled" } : refusal(thrown);
    error = { kind, message, at: at === undefined ? undefined : dotted(at) };
    sections = Object.fromEntries(session.handedOver);
  }
  if (session.undeclared.length > 0) {
    const names = [...new Set(session.undeclared)];
    const more = names.length > MAX_SHOWN ? ` and ${names.length - MAX_SHOWN} more` : "";
    throw new Error(`the plugin reads what its manifest does not declare: ${names.slice(0, MAX_SHOWN).join(", ")}${more}`);
  }
  return new Run(session, sections, error);
}

function newSession(manifest, params) {
  const uses = manifest.hints.filter(([name]) => name === "uses").flatMap(([, names]) => names.split(","));
  return {
    reads: manifest.reads,
    uses: uses.map((name) => name.trim()),
    params: JSON.stringify(params),
    calls: [],
    log: [],
    progress: [],
    undeclared: [],
    waited: 0,
    isCancelled: false,
    handedOver: new Map(),
    handOver(section, rows) {
      if (!manifest.sections.some(({ name }) => name === section)) {
        const message = `the manifest declares no section \`${section}\``;
        throw Object.assign(new Error(message), { payload: { kind: "invalid-argument", message, at: null } });
      }
      this.handedOver.set(section, [...(this.handedOver.get(section) ?? []), ...JSON.parse(rows)]);
    },
  };
}

function checkManifest({ sections, paramsSchema }) {
  const params = wrongSchema(JSON.parse(paramsSchema));
  if (params !== undefined) throw new Error(`bad manifest: schema of the parameters: ${params}`);
  for (const { name, schema, hints } of sections) {
    const parsed = JSON.parse(schema);
    const wrong = wrongSchema(parsed) ?? unknownColumn(parsed, hints);
    if (wrong !== undefined) throw new Error(`bad manifest: section ${name}: ${wrong}`);
  }
}

/** A hint on a column that the schema does not have. */
function unknownColumn(schema, hints) {
  let rows = schema.items ?? schema;
  if (typeof rows.$ref === "string") rows = rows.$ref.slice(2).split("/").reduce((part, name) => part?.[name], schema) ?? {};
  for (const [name, value] of hints) {
    const named = name === "columns" || name === "key" ? value.split(",") : /^(?:title|unit)\.(.+)$/.exec(name)?.slice(1) ?? [];
    const unknown = named.map((column) => column.trim()).find((column) => !Object.hasOwn(rows.properties ?? {}, column));
    if (unknown !== undefined) return `the hint ${name} names ${unknown}, which is no property`;
  }
  return undefined;
}

function resultOf(manifest, json, handedOver) {
  const bad = (problem) => ({ kind: "other", message: `bad result: ${problem}` });
  const result = JSON.parse(json);
  if (result === null || typeof result !== "object" || Array.isArray(result)) throw bad("not an object");
  for (const [name, rows] of handedOver) {
    if (Object.hasOwn(result, name)) throw bad(`section ${name} is there, and rows of it were handed over, too`);
    result[name] = rows;
  }
  const extra = Object.keys(result).find((name) => !manifest.sections.some((section) => section.name === name));
  if (extra !== undefined) throw bad(`section ${extra} is not declared`);
  for (const { name, schema } of manifest.sections) {
    if (!Object.hasOwn(result, name)) throw bad(`section ${name} is missing`);
    const problem = misfit(JSON.parse(schema), result[name]);
    if (problem !== undefined) throw bad(`section ${name}: ${problem}`);
  }
  return result;
}
