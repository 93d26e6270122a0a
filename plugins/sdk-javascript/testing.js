// What a plugin is tested with, in Node: `node --test`. The sandbox has none of it.
export { everyFault } from "./src/testing/faults.js";
export { RecordedDevice, value } from "./src/testing/recorded.js";
export { run } from "./src/testing/run.js";
