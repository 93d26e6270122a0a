// Builds dist/{{name}}.wasm. The component carries QuickJS: about 1.7 MB.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { componentize } from "componentize-qjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { component } = await componentize({
  witPath: here("sdk/wit/plugin.wit"),
  world: "collecting",
  jsPath: here("component.js"),
  jsSource: readFileSync(here("component.js"), "utf8"),
  moduleRoot: here("."),
  // The sandbox has no asynchronous calls.
  sync: true,
});
mkdirSync(here("dist"), { recursive: true });
writeFileSync(here("dist/{{name}}.wasm"), component);
console.log(`dist/{{name}}.wasm: ${component.length} octets`);
