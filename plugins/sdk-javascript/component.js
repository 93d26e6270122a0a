// The host's imports as a device, and a plugin as the component's export. Only a component can import this file: the
// three modules below exist in the sandbox alone.
//
//     import { exportCollector } from "snmp-proxy-sdk/component";
//     import plugin from "./plugin.js";
//     export const collector = exportCollector(plugin);
import * as snmp from "snmp-proxy:plugin/snmp@0.1.0";
import * as job from "snmp-proxy:plugin/job@0.1.0";
import * as output from "snmp-proxy:plugin/output@0.1.0";

import { collectJson, manifestOf } from "./src/plugin.js";
import { refusal, oneLine } from "./src/error.js";

const host = { device: snmp.device, inContext: snmp.inContext, inVlan: snmp.inVlan, TablePart: snmp.TablePart, job, output };

/** The export `collector` of a component. What the plugin throws reaches the operator in one line. */
export function exportCollector(plugin) {
  return {
    describe() {
      try {
        return manifestOf(plugin);
      } catch (thrown) {
        // `describe` has no way to return an error, so this ends the run. The host reads the line.
        throw new Error(oneLine(thrown));
      }
    },

    collect() {
      try {
        return collectJson(plugin, host);
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  };
}
