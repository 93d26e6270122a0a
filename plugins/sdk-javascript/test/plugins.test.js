// Plugins against recorded devices: what they read, what they give, and what is said when they go wrong.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { SnmpError, column, definePlugin, dotted, index, indexOf, join, manifestOf, oid, table, warningsOf } from "../sdk.js";
import { oneLine, refusal } from "../src/error.js";
import { toJson } from "../src/device.js";
import { RecordedDevice, run } from "../testing.js";

const ENTRY = "1.3.6.1.2.1.2.2.1";
const ifTable = table("ifTable", ENTRY, { ifDescr: column.text(2), ifMtu: column.integer(4) }, { ifIndex: index.u32 });
const ifXTable = table("ifXTable", "1.3.6.1.2.1.31.1.1.1", { ifHCInOctets: column.counter64(6) }, { ifIndex: index.u32 });

const DEVICE = RecordedDevice.parse(`
1.3.6.1.2.1.1.5.0|4|router
${ENTRY}.2.1|4|eth1
${ENTRY}.2.10|4|eth10
${ENTRY}.2.2|4|eth2
${ENTRY}.4.1|2|1500
${ENTRY}.4.2|4|jumbo
1.3.6.1.2.1.31.1.1.1.6.1|70|9007199254740991
1.3.6.1.2.1.31.1.1.1.6.2|70|18446744073709551615
1.3.6.1.2.1.31.1.1.1.6.3|70|7
`);

/** A plugin that does this, and fills the section `out` with what it returns. */
function plugin(collect, definition = {}) {
  return definePlugin({
    name: "a-plugin",
    version: "1.0.0",
    summary: "Made by a test.",
    sections: { out: { schema: {} } },
    reads: [ifTable, ifXTable, { sysName: column.text("1.3.6.1.2.1.1.5") }],
    params: { type: "object" },
    collect: (device, params) => ({ out: collect(device, params) }),
    ...definition,
  });
}

function out(collect, device = DEVICE, params = {}) {
  return run(plugin(collect), device, { params }).section("out");
}

test("rows have names, in the order of their indexes, and lack what the agent lacks", () => {
  assert.deepEqual(out((device) => device.rows(ifTable)), [
    { ifIndex: 1, ifDescr: "eth1", ifMtu: 1500 },
    { ifIndex: 2, ifDescr: "eth2", ifMtu: null },
    { ifIndex: 10, ifDescr: "eth10" },
  ]);
  const rows = (device) => device.rows(ifTable).map((row) => [dotted(indexOf(row)), warningsOf(row)]);
  assert.deepEqual(out(rows), [["1", []], ["2", ["ifMtu: OCTET STRING instead of INTEGER"]], ["10", []]]);
});

test("tables that share their index are read as one", () => {
  assert.deepEqual(out((device) => device.rows(join(ifTable, ifXTable)).map((row) => [row.ifIndex, row.ifDescr, row.ifHCInOctets])), [
    [1, "eth1", 9007199254740991],
    // As in QuickJS, which has rounded it.
    [2, "eth2", null],
    [3, null, 7],
    [10, "eth10", null],
  ]);
  const exact = run(plugin((device) => device.rows(ifXTable).map((row) => String(row.ifHCInOctets))), DEVICE.withExactNumbers());
  assert.deepEqual(exact.section("out"), ["9007199254740991", "18446744073709551615", "7"]);
  assert.throws(() => join(ifTable, ifTable), /both have a column ifDescr/);
});

test("a part of a table is below, after and at most", () => {
  const indexes = (part) => out((device) => device.rows(ifTable, part).map((row) => row.ifIndex));
  assert.deepEqual(indexes({ below: [10] }), [10]);
  assert.deepEqual(indexes({ after: [1] }), [2, 10]);
  assert.deepEqual(indexes({ after: "1", atMost: 1 }), [2]);
});

test("scalars, objects and subtrees are read", () => {
  assert.deepEqual(out((device) => device.scalars({ name: column.text("1.3.6.1.2.1.1.5") })), { name: "router" });
  assert.deepEqual(out((device) => device.scalars({ name: column.text("1.3.6.1.2.1.1.5.0") })), { name: "router" });
  assert.deepEqual(out((device) => device.get("1.3.6.1.2.1.1.5.0", [1, 3, 6, 1, 2, 1, 1, 5, 1]).map(({ tag }) => tag)), ["octet-string", "no-such-instance"]);
  assert.deepEqual(out((device) => [...device.walk(`${ENTRY}.4`)].map(({ name }) => name)), [`${ENTRY}.4.1`, `${ENTRY}.4.2`]);
});

test("indexes are read part by part, and malformed ones are left out with a warning", () => {
  const parts = table("t", "1.3.6.1.4.1.32473.1.1", { x: column.integer(1) }, {
    name: index.counted, mac: index.mac, peer: index.inetAddress, rest: index.implied,
  });
  const row = "1.3.6.1.4.1.32473.1.1.1";
  const device = new RecordedDevice()
    .with(`${row}.2.97.98.0.0.94.0.83.1.1.4.192.0.2.1.120.121`, 1)
    .with(`${row}.9.97`, 2)
    .with(`${row}.2.97.300.0.0.94.0.83.1.1.4.192.0.2.1.120`, 3);
  const reads = { reads: ["1.3.6.1.4.1.32473"] };
  const { sections, warnings } = run(plugin((it) => it.rows(parts), reads), device);
  assert.deepEqual(sections.out, [{ name: "ab", mac: "00:00:5E:00:53:01", peer: "192.0.2.1", rest: "xy", x: 1 }]);
  assert.deepEqual(warnings, ["t: 2 rows left out for a malformed index, e.g. 2.97.300.0.0.94.0.83.1.1.4.192.0.2.1.120"]);
  const oids = table("o", "1.3.6.1.4.1.32473.2.1", { x: column.integer(1) }, { kind: index.enumeration({ 1: "one" }), a: index.oid, f: index.fixed(2), b: index.impliedOid });
  const other = new RecordedDevice().with("1.3.6.1.4.1.32473.2.1.1.1.2.1.3.120.121.1.3.6", 1);
  assert.deepEqual(run(plugin((it) => it.rows(oids), reads), other).section("out"), [{ kind: "one", a: "1.3", f: "xy", b: "1.3.6", x: 1 }]);
  const short = table("s", "1.3.6.1.4.1.32473.2.1", { x: column.integer(1) }, { one: index.u32 });
  assert.match(run(plugin((it) => it.rows(short), reads), other).warnings[0], /^s: 1 row left out for a malformed index/);
});

test("reading what is not declared fails the test, whatever the plugin makes of it", () => {
  const greedy = plugin((device) => {
    try {
      return device.get("1.3.6.1.4.1.9.1.0");
    } catch {
      return null;
    }
  });
  assert.throws(() => run(greedy, DEVICE), { message: "the plugin reads what its manifest does not declare: 1.3.6.1.4.1.9.1.0" });
  const other = table("other", ENTRY, { ifType: column.integer(3) });
  assert.throws(() => run(plugin((device) => device.rows(other)), DEVICE), /does not declare: 1.3.6.1.2.1.2.2.1.3$/);
});

test("faults end a reading as the host would say it", () => {
  const outcome = (device) => {
    const rows = device.open(ifTable);
    const count = [...rows].length;
    const { status, kind, stoppedAt } = rows.outcome();
    return [count, status, kind, stoppedAt];
  };
  assert.deepEqual(out(outcome), [3, "complete", "", null]);
  assert.deepEqual(out(outcome, DEVICE.breakingOff(ENTRY, 2)), [2, "partial", "timeout", `${ENTRY}.4.2`]);
  assert.deepEqual(out(outcome, DEVICE.silentBelow(ENTRY)), [0, "failed", "timeout", null]);
  assert.deepEqual(out(outcome, DEVICE.without(ENTRY)), [0, "unsupported", "", null]);
  const failed = run(plugin((device) => device.rows(ifTable)), DEVICE.silentBelow()).error;
  assert.deepEqual(failed, { kind: "timeout", message: "ifTable: no answer", at: undefined });
  const get = (device) => device.get("1.3.6.1.2.1.1.5.0");
  assert.deepEqual(run(plugin(get), DEVICE.refusingBelow("1.3.6.1.2.1.1", "noAccess")).error, {
    kind: "agent-error", message: "answered noAccess for 1.3.6.1.2.1.1.5.0", at: "1.3.6.1.2.1.1.5.0",
  });
  assert.deepEqual(out((device) => device.rows(ifTable)[0], DEVICE.withWrongTypes(`${ENTRY}.4`)), { ifIndex: 1, ifDescr: "eth1", ifMtu: null });
});

test("rows are handed over in batches, and then the result has no such section", () => {
  const collect = (device) => {
    const output = device.output("out", { batch: 2 });
    for (const row of device.open(ifTable)) output.row(row.ifIndex);
  };
  const handed = run(plugin(() => {}, { collect }), DEVICE);
  assert.deepEqual([handed.section("out"), handed.calls.filter((name) => name === "output.rows").length], [[1, 2, 10], 2]);
  assert.deepEqual(run(plugin(() => {}, { collect }), DEVICE.without(ENTRY)).section("out"), []);
  const twice = (device) => {
    device.output("out").row(1);
    return { out: [] };
  };
  assert.match(run(plugin(() => {}, { collect: twice }), DEVICE).error.message, /rows of it were handed over, too/);
});

test("what a cancelled run handed over is kept", () => {
  const collect = (device) => {
    const output = device.output("out", { batch: 1 });
    for (const row of device.open(ifTable)) output.row(row.ifIndex);
  };
  const cancelled = run(plugin(() => {}, { collect }), DEVICE.cancelledAfter(3));
  assert.deepEqual([cancelled.error.kind, cancelled.sections], ["cancelled", { out: [1] }]);
});

test("rows that wait for their batch are kept when the plugin fails", () => {
  const collect = (device) => {
    device.output("out").row(1);
    throw new SnmpError("other", "no more");
  };
  const failed = run(plugin(() => {}, { collect }), DEVICE);
  assert.deepEqual([failed.error.message, failed.sections], ["no more", { out: [1] }]);
});

test("contexts, other sections, waiting and progress are there", () => {
  const inVlan = DEVICE.withVlan(10, new RecordedDevice().with("1.3.6.1.2.1.1.5.0", "vlan"));
  assert.deepEqual(out((device) => device.inVlan(10).scalars({ name: column.text("1.3.6.1.2.1.1.5") }), inVlan), { name: "vlan" });
  assert.match(run(plugin((device) => device.inVlan(5000)), DEVICE).error.message, /^5000 is not the number of a VLAN/);
  const using = plugin((device) => [device.section("system"), device.section("other")], { uses: ["system"] });
  const other = DEVICE.withSection("system", { name: "x" }).withSection("other", 1);
  assert.deepEqual(run(using, other).section("out"), [{ name: "x" }, null]);
  const waiting = run(plugin((device) => {
    device.wait(1500);
    device.progress("half", { rows: 5 });
    device.info("odd");
    return device.elapsed();
  }), DEVICE);
  assert.deepEqual([waiting.section("out"), waiting.progress, waiting.warnings], [1_500_000, [{ line: "half", counters: { rows: 5 } }], []]);
});

test("an exception is told in one line, with its type, text and place", () => {
  const thrower = plugin(function broken() {
    return undefined.nothing;
  });
  const { kind, message } = run(thrower, DEVICE).error;
  assert.equal(kind, "exception");
  assert.match(message, /^TypeError: Cannot read properties of undefined \(reading 'nothing'\) at broken \(plugins\.test\.js:[0-9]+:[0-9]+\)$/);
  assert.equal(oneLine("no\nerror"), "threw no error, which is no Error");
  assert.equal(refusal(Object.assign(new TypeError("x"), { stack: "f@/a/b/plugin.js:3:26\n" })).message, "TypeError: x at f (plugin.js:3:26)");
  assert.deepEqual(refusal(new SnmpError("unsupported", "no\nfans", [1, 3])), { kind: "unsupported", message: "no fans", at: [1, 3] });
  const { error } = run(plugin(() => {}, { collect: async () => ({ out: 1 }) }), DEVICE);
  assert.match(error.message, /^TypeError: collect is asynchronous: the sandbox has nothing to await/);
});

test("the result is held against the manifest, and so are parameters", () => {
  const schema = { type: "array", items: { $ref: "#/$defs/Row" }, $defs: { Row: { properties: { a: { type: "integer" } }, required: ["a"] } } };
  const typed = (collect) => plugin(collect, { sections: { out: { schema, columns: ["a"] } }, params: { type: "object", properties: { n: { maximum: 3, default: 2 } }, additionalProperties: false } });
  assert.deepEqual(run(typed((_, { n }) => [{ a: n }]), DEVICE).section("out"), [{ a: 2 }]);
  assert.equal(run(typed(() => [{ a: 1 }, { a: "x" }]), DEVICE).error.message, 'bad result: section out: [1].a: "x" is not an integer');
  assert.equal(run(typed(() => [{}]), DEVICE).error.message, "bad result: section out: [0]: `a` is missing");
  assert.equal(run(typed(() => []), DEVICE, { params: { n: 4 } }).error.message, "bad parameters: n: 4 is above 3");
  assert.equal(run(typed(() => []), DEVICE, { params: { m: 4 } }).error.message, "bad parameters: m: 4 is not allowed");
  const titled = plugin(() => [], { sections: { out: { schema, titles: { b: "B" } } } });
  assert.throws(() => run(titled, DEVICE), { message: "bad manifest: section out: the hint title.b names b, which is no property" });
  const unknown = plugin(() => [], { sections: { out: { schema: { pattern: "x" } } } });
  assert.throws(() => run(unknown, DEVICE), { message: "bad manifest: section out: /: the keyword `pattern` is not known" });
});

test("a manifest is what the contract wants", () => {
  const manifest = manifestOf(plugin(() => {}, {
    sections: { out: { schema: {}, key: ["a", "b"], units: { a: "%" } } },
    reads: [ifTable, ".1.3.6.1.2.1.1", Uint32Array.of(1, 3, 6), { sysName: column.text("1.3.6.1.2.1.1.5") }],
    devicePrefixes: ["1.3.6.1.4.1.9"],
    probe: ["1.3.6.1.2.1.1"],
  }));
  assert.deepEqual(manifest.sections, [{ name: "out", schema: "{}", hints: [["key", "a,b"], ["unit.a", "%"]] }]);
  assert.deepEqual(manifest.reads.map(dotted), [`${ENTRY}.2`, `${ENTRY}.4`, "1.3.6.1.2.1.1", "1.3.6", "1.3.6.1.2.1.1.5"]);
  assert.deepEqual([manifest.devicePrefixes.map(dotted), manifest.hints], [["1.3.6.1.4.1.9"], [["probe", "1.3.6.1.2.1.1"]]]);
  const broken = (definition, message) => assert.throws(() => plugin(() => {}, definition), { message });
  broken({ nmae: "x" }, "definePlugin: unknown member nmae");
  broken({ name: "A" }, "definePlugin: the name A is not lower-kebab-case");
  broken({ sections: {} }, "definePlugin: no sections");
  broken({ sections: { out: { shema: {} } } }, "section out: unknown member shema");
  broken({ reads: ["1.3..6"] }, 'not an object identifier: "1.3..6"');
  for (const wrong of ["", "1..3", "1.x", "1.+3", "1.4294967296", "1.3.", 5, [1, -1], [0.5]]) assert.throws(() => oid(wrong), TypeError);
});

test("JSON has the digits of BigInts", () => {
  const tricky = { a: 2n ** 64n - 1n, b: ["\u00001", "x\u00001", '"\u00001"', '\\"\u0000s1"'], "\u00005": -1n, c: undefined };
  const json = toJson(tricky);
  assert.equal(json.replace("18446744073709551615", '"18446744073709551615"').replace(":-1", ':"-1"'), JSON.stringify({ ...tricky, a: "18446744073709551615", "\u00005": "-1" }));
  assert.deepEqual([toJson(undefined), toJson({ a: 1 }), toJson(5n)], ["null", '{"a":1}', "5"]);
  const circular = {};
  circular.self = circular;
  assert.throws(() => toJson(circular), /circular/);
});

test("the contract in this folder is the one that the proxy has", () => {
  const contract = new URL("../../../wit/plugin.wit", import.meta.url);
  // Copied, since a package holds files and no links: `cp wit/plugin.wit plugins/sdk-javascript/wit/`.
  assert.equal(readFileSync(new URL("../wit/plugin.wit", import.meta.url), "utf8"), readFileSync(contract, "utf8"));
});

test("the version is that of the workspace", () => {
  const workspace = readFileSync(new URL("../../../Cargo.toml", import.meta.url), "utf8");
  const [, version] = /^\[workspace\.package\]\nversion = "(.+)"$/m.exec(workspace);
  assert.equal(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version, version);
});
