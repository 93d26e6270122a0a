// What devices do to plugins: each fault once, on everything that the manifest declares.

import { oid } from "../oid.js";
import { manifestOf } from "../plugin.js";
import { RecordedDevice } from "./recorded.js";

const MAX_CANCELLED = 20;

/**
 * The device with each fault in turn, as `[name, device]`: silent, without an object, breaking off, of wrong types,
 * cancelled after each call. Whatever happens, a plugin gives what it has or an error in words.
 */
export function everyFault(plugin, device) {
  const reads = manifestOf(plugin).reads.map((read) => Array.from(read));
  const faulty = [
    ["silent", device.silentBelow()],
    ["empty", new RecordedDevice()],
  ];
  for (const read of reads) {
    const name = read.join(".");
    const entry = read.slice(0, -1);
    faulty.push([`nothing below ${name}`, device.without(read)]);
    faulty.push([`wrong types below ${name}`, device.withWrongTypes(read)]);
    faulty.push([`no answer below ${name}`, device.silentBelow(read)]);
    faulty.push([`${name} refused`, device.refusingBelow(oid(read), "genErr")]);
    for (const rows of [0, 1]) faulty.push([`${entry.join(".")} breaks off after ${rows}`, device.breakingOff(entry, rows)]);
  }
  for (let calls = 0; calls < MAX_CANCELLED; calls++) faulty.push([`cancelled after ${calls} calls`, device.cancelledAfter(calls)]);
  return faulty;
}
