// Polls a device with the types that openapi-typescript makes of the document, and reads what a person would.
// Arguments: the proxy's URL, its key, the device's port and community.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };

type Interface = components["schemas"]["InterfacesRow"];

const [url, key, port, community] = process.argv.slice(2) as [string, string, string, string];
const client = createClient<paths>({ baseUrl: url, headers: { "X-API-Key": key } });

/** Fails where a condition does not hold. */
function check(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

// No field but `target` is wanted by the types.
const smallest: components["schemas"]["PollRequest"] = { target: "127.0.0.1" };
const submitted = await client.POST("/snmp/poll", { body: { ...smallest, port: Number(port), community } });
check(submitted.data?.status === "queued", `not queued: ${JSON.stringify(submitted.error)}`);

const params = { path: { ticket: submitted.data.ticket }, query: { wait: 5, until: "end" } };
let asked = await client.GET("/status/{ticket}", { params });
while (asked.data?.status === "queued" || asked.data?.status === "running") {
  asked = await client.GET("/status/{ticket}", { params });
}
const status = asked.data;
check(status?.status === "complete" && status.data !== null, `not complete: ${JSON.stringify(asked)}`);
const rows: Interface[] = status.data.interfaces ?? [];
const speeds: (number | null | undefined)[] = rows.map((row) => row.speed);
const name: string | undefined = status.data.snmp_data?.sysName;
const partial: boolean | null = status.partial;
check(rows.length > 0 && speeds.length === rows.length && name && partial === false, "the result is not read");

const refused = await client.POST("/snmp/get", { body: { target: "127.0.0.1", oid: "x", port: Number(port) } });
check(refused.response.status === 422 && refused.error && typeof refused.error.detail === "object", "no 422");
const loc: (string | number)[] = (refused.error as components["schemas"]["Problems"]).detail[0]?.loc ?? [];
check(loc.join(".") === "body.oid", `another place: ${loc}`);

console.log(`TypeScript: ${name} has ${rows.length} interfaces`);
