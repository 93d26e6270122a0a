import type { Plugin } from "./sdk.js";

/** The export `collector` of a component. */
export function exportCollector(plugin: Plugin): { describe(): object; collect(): string };
