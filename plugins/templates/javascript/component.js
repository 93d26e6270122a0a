// What becomes the component. Only the sandbox can import this file; tests import plugin.js.
import { exportCollector } from "snmp-proxy-sdk/component";
import plugin from "./plugin.js";

export const collector = exportCollector(plugin);
