// The plugin `{{name}}`: the interfaces of a device, their state and their errors (IF-MIB).
//
// Small on purpose: a table, a parameter, a section. Change it to what you collect.

import { SnmpError, column, definePlugin, index, table } from "snmp-proxy-sdk";

const OPER_STATUS = { 1: "up", 2: "down", 3: "testing", 4: "unknown", 5: "dormant", 6: "notPresent", 7: "lowerLayerDown" };

// What is read. A column is its number below the entry; one of another table with the same index is named in full.
export const ifTable = table(
  "ifTable",
  "1.3.6.1.2.1.2.2.1",
  {
    ifDescr: column.text(2),
    ifOperStatus: column.enumeration(8, OPER_STATUS),
    ifInErrors: column.counter32(14),
    ifHighSpeed: column.gauge("1.3.6.1.2.1.31.1.1.1.15"),
  },
  { ifIndex: index.u32 },
);

const INTERFACES = {
  type: "array",
  items: {
    type: "object",
    properties: {
      index: { type: "integer", description: "ifIndex" },
      name: { type: ["string", "null"], description: "ifDescr" },
      status: { type: ["string", "integer", "null"], description: "ifOperStatus" },
      speed: { type: ["integer", "null"], description: "ifHighSpeed, in Mbit/s" },
      in_errors: { type: ["integer", "null"], minimum: 0, description: "ifInErrors" },
    },
    required: ["index", "name", "status", "speed", "in_errors"],
    additionalProperties: false,
  },
};

export default definePlugin({
  name: "{{name}}",
  version: "0.1.0",
  summary: "The interfaces of a device, their state and their errors.",
  reads: [ifTable],
  sections: {
    "{{module}}": {
      schema: INTERFACES,
      key: ["index"],
      columns: ["index", "name", "status", "speed", "in_errors"],
      units: { speed: "Mbit/s" },
    },
  },
  // What a request may ask for: `{"name": "{{name}}", "params": {"at_least": 1}}`.
  params: {
    type: "object",
    properties: {
      at_least: { type: "integer", minimum: 0, default: 0, description: "Leave out interfaces with fewer errors." },
    },
    additionalProperties: false,
  },

  collect(device, params) {
    const rows = device.open(ifTable);
    const interfaces = [];
    let walked = 0;
    for (const row of rows) {
      walked += 1;
      if (walked % 100 === 0) device.progress(`Walking interfaces... (${walked} entries)`, { interfaces_walked: walked });
      // What is not known is not below the limit.
      if (row.ifInErrors != null && row.ifInErrors < params.at_least) continue;
      interfaces.push({
        index: row.ifIndex,
        name: row.ifDescr ?? null,
        status: row.ifOperStatus ?? null,
        speed: row.ifHighSpeed ?? null,
        in_errors: row.ifInErrors ?? null,
      });
    }
    // A table that breaks off is no error: what was read is the result, and the proxy says what is missing.
    if (rows.outcome().status === "unsupported") throw new SnmpError("unsupported", "the device has no interfaces");
    device.progress(`Walking interfaces... (${walked} entries)`, { interfaces_walked: walked, interfaces_total: interfaces.length });
    return { "{{module}}": interfaces };
  },
});
