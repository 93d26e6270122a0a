// What a plugin is written with. The same code runs in the proxy (QuickJS, StarlingMonkey) and, in tests, in Node.
export { dotted, oid } from "./src/oid.js";
export { text, hex } from "./src/text.js";
export { inetAddress, macAddress, prefixLength } from "./src/address.js";
export { SnmpError } from "./src/error.js";
export { column } from "./src/column.js";
export { IndexCursor, index } from "./src/index.js";
export { join, table } from "./src/table.js";
export { indexOf, warningsOf } from "./src/rows.js";
export { definePlugin, manifestOf } from "./src/plugin.js";
