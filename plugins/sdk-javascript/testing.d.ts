import type { OidLike, Plugin, Value } from "./sdk.js";

/** A device of a recording. Each method gives a new one. */
export class RecordedDevice {
  static open(path: string | { readonly href: string }): RecordedDevice;
  static parse(text: string | Uint8Array): RecordedDevice;
  with(name: OidLike, value: number | bigint | string | Uint8Array | Value): RecordedDevice;
  without(subtree: OidLike): RecordedDevice;
  silentBelow(subtree?: OidLike): RecordedDevice;
  refusingBelow(subtree: OidLike, errorStatus: string): RecordedDevice;
  breakingOff(root: OidLike, after: number): RecordedDevice;
  withWrongTypes(subtree: OidLike): RecordedDevice;
  cancelledAfter(calls: number): RecordedDevice;
  withContext(name: string, other: RecordedDevice): RecordedDevice;
  withVlan(number: number, other: RecordedDevice): RecordedDevice;
  withSection(name: string, section: unknown): RecordedDevice;
  withExactNumbers(): RecordedDevice;
}

/** Values for `with`, by their types. */
export const value: {
  integer(number: number): Value;
  text(written: string): Value;
  octets(...octets: number[]): Value;
  oid(written: OidLike): Value;
  ipAddress(written: string): Value;
  counter32(number: number): Value;
  gauge32(number: number): Value;
  ticks(number: number): Value;
  counter64(number: number | bigint): Value;
  opaque(...octets: number[]): Value;
  null(): Value;
  unknown(tag: number, ...octets: number[]): Value;
};

export interface Run {
  sections: Record<string, any>;
  error: { kind: string; message: string; at: string | undefined } | undefined;
  log: { level: "debug" | "info" | "warn" | "error"; line: string }[];
  progress: { line: string; counters: Record<string, number> }[];
  calls: string[];
  readonly warnings: string[];
  /** A section of the result. Throws the plugin's error where the run failed. */
  section(name: string): any;
}

/** Runs a plugin against a recorded device. A read that the manifest does not declare throws. */
export function run(plugin: Plugin, device: RecordedDevice, options?: { params?: Record<string, unknown> }): Run;
/** The device with each fault in turn. Whatever happens, a plugin gives what it has or an error in words. */
export function everyFault(plugin: Plugin, device: RecordedDevice): [name: string, device: RecordedDevice][];
