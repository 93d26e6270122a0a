// Compiled with `tsc --strict`, and never run: what a plugin's author sees in an editor.
import { SnmpError, column, definePlugin, index, indexOf, join, oid, table, warningsOf } from "../sdk.js";
import type { Device, Plugin } from "../sdk.js";
import { RecordedDevice, everyFault, run, value } from "../testing.js";
import { exportCollector } from "../component.js";

const ifTable = table(
  "ifTable",
  "1.3.6.1.2.1.2.2.1",
  { ifDescr: column.text(2), ifOperStatus: column.enumeration(8, { 1: "up", 2: "down" }), bits: column.bits(9, { 0: "one" }) },
  { ifIndex: index.u32, name: index.counted },
);
const ifXTable = table("ifXTable", [1, 3, 6, 1, 2, 1, 31, 1, 1, 1], { ifHighSpeed: column.gauge(15), mine: column.of(2, "X", () => 5 as const) });

export const plugin: Plugin<{ at_least: number }> = definePlugin({
  name: "typed",
  version: "1.0.0",
  summary: "Only for the compiler.",
  reads: [ifTable, "1.3.6.1.2.1.1", { sysName: column.text("1.3.6.1.2.1.1.5") }],
  sections: { typed: { schema: { type: "array" }, units: { speed: "bit/s" } } },
  collect(device: Device, params: { at_least: number }) {
    const rows = [];
    for (const row of device.open(join(ifTable, ifXTable), { below: [1], atMost: 5 })) {
      const descr: string | null | undefined = row.ifDescr;
      const status: "up" | "down" | number | bigint | null | undefined = row.ifOperStatus;
      const bits: ("one" | number)[] | null | undefined = row.bits;
      const ifIndex: number = row.ifIndex;
      const mine: 5 | null | undefined = row.mine;
      // @ts-expect-error a column that nobody declared
      row.ifAlias;
      rows.push({ descr, status, bits, ifIndex, mine, warnings: warningsOf(row), index: indexOf(row).length });
    }
    const { name }: { name?: string | null } = device.scalars({ name: column.text("1.3.6.1.2.1.1.5") });
    if (rows.length < params.at_least) throw new SnmpError("unsupported", name ?? "nobody", oid("1.3.6"));
    for (const { value: found } of device.walk("1.3.6.1.2.1.1")) {
      if (found.tag === "octet-string") rows.push({ octets: found.val.byteLength });
    }
    return { typed: rows };
  },
});

// @ts-expect-error a plugin without sections
definePlugin({ name: "x", version: "1.0.0", summary: "x", reads: [], collect: () => ({}) });

export const collector = exportCollector(plugin);
const device = RecordedDevice.open("device.snmprec").with("1.3.6", value.counter64(5n)).with("1.3.7", "text");
export const { error } = run(plugin, device, { params: { at_least: 1 } });
export const faults: string[] = everyFault(plugin, device).map(([name]) => name);
