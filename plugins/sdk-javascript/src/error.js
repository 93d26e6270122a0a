// How a plugin says that it can give no result, what the host says went wrong, and what people read of an exception.

import { dotted, oid } from "./oid.js";

/**
 * What went wrong, with a word for programs: `timeout`, `unreachable`, `agent-error`, `not-declared`, `unsupported`
 * (the device has nothing that this plugin could collect: no failure, and people read the message), or a word of the
 * plugin's own in lower-kebab-case.
 */
export class SnmpError extends Error {
  constructor(kind, message, at = undefined) {
    super(message);
    this.name = "SnmpError";
    this.kind = kind;
    if (at !== undefined && at !== null) this.at = dotted(at);
  }

  /** The host's record `error` as an exception. Anything else that was thrown stays what it is. */
  static from(thrown) {
    if (thrown instanceof Error && thrown.payload === undefined) return thrown;
    const record = thrown?.payload ?? thrown;
    if (typeof record?.kind !== "string") return thrown;
    return new SnmpError(record.kind, String(record.message), record.at ?? undefined);
  }
}

/** What the run ends with, as the contract's record: `{ kind, message, at }`. */
export function refusal(thrown) {
  if (typeof thrown?.kind === "string") {
    const message = line(String(thrown.message ?? thrown.kind));
    return { kind: thrown.kind, message, at: thrown.at === undefined || thrown.at === null ? undefined : oid(thrown.at) };
  }
  return { kind: "exception", message: oneLine(thrown), at: undefined };
}

/** An exception's type, text and place: `TypeError: cannot read property 'x' of null at rowOf (plugin.js:12:5)`. */
export function oneLine(thrown) {
  if (!(thrown instanceof Error)) return line(`threw ${describeThrown(thrown)}, which is no Error`);
  const place = placeOf(thrown);
  return line(`${thrown.name}: ${thrown.message}${place === undefined ? "" : ` at ${place}`}`);
}

function describeThrown(thrown) {
  try {
    return typeof thrown === "object" ? JSON.stringify(thrown) : String(thrown);
  } catch {
    return typeof thrown;
  }
}

/** Where it was thrown: the innermost function of the plugin itself. Undefined where only the SDK's are known. */
function placeOf(error) {
  const frames = [];
  for (const written of String(error.stack ?? "").split("\n")) {
    // QuickJS and V8 write `at name (file:1:2)`, SpiderMonkey writes `name@file:1:2`.
    const known = /^\s+at (.+)$/.exec(written) ?? /^(.*@.+:\d+:\d+)$/.exec(written);
    if (known) frames.push(known[1].replace(/^(.*)@(.+)$/, (_, name, place) => (name === "" ? place : `${name} (${place})`)));
  }
  const own = frames.filter((frame) => !frame.includes("native") && !/(snmp-proxy-sdk|sdk-javascript|\/sdk)\/(src\/|component\.js|testing\.js)/.test(frame));
  return own[0]?.replace(/(file:\/\/)?\/(?:[^():]*\/)?([^/():]+:\d+)/, "$2");
}

function line(written) {
  return written.replace(/\s+/g, " ").trim();
}
