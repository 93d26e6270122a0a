// The plugin against a recorded switch: without the proxy and without WebAssembly.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { RecordedDevice, everyFault, run } from "snmp-proxy-sdk/testing";
import plugin from "../plugin.js";

const file = (path) => new URL(`../${path}`, import.meta.url);
const aSwitch = () => RecordedDevice.open(file("devices/switch.snmprec"));

test("a switch gives what is expected", () => {
  const expected = JSON.parse(readFileSync(file("expected/switch.json"), "utf8"));
  const { sections, warnings } = run(plugin, aSwitch());
  assert.deepEqual(sections, expected);
  assert.deepEqual(warnings, []);
});

test("interfaces with few errors are left out when asked for", () => {
  const interfaces = run(plugin, aSwitch(), { params: { at_least: 1 } }).section("{{module}}");
  assert.deepEqual(interfaces.map(({ index }) => index), [2]);
});

test("a counter that nobody knows is null", () => {
  const interfaces = run(plugin, aSwitch().without("1.3.6.1.2.1.2.2.1.14.1")).section("{{module}}");
  assert.equal(interfaces[0].in_errors, null);
});

test("a switch that breaks off gives what it gave", () => {
  assert.equal(run(plugin, aSwitch().breakingOff("1.3.6.1.2.1.2.2.1", 1)).section("{{module}}").length, 1);
});

test("a device without interfaces is no failure", () => {
  const { error } = run(plugin, new RecordedDevice());
  assert.deepEqual([error.kind, error.message], ["unsupported", "the device has no interfaces"]);
});

test("no fault of a device breaks the plugin", () => {
  for (const [fault, device] of everyFault(plugin, aSwitch())) {
    assert.notEqual(run(plugin, device).error?.kind, "exception", fault);
  }
});
