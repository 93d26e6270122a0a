/** An OBJECT IDENTIFIER: its text, with or without a leading dot, or its arcs. */
export type OidLike = string | ArrayLike<number>;

/** Reads an OBJECT IDENTIFIER. Throws a TypeError where it is none. */
export function oid(written: OidLike): number[];
/** The dotted form, without a leading dot. */
export function dotted(arcs: OidLike): string;

/** Octets as text: UTF-8, else Latin-1 if it is printable, else `0x` and hex digits. */
export function text(octets: ArrayLike<number>): string;
/** Lower-case hex digits. */
export function hex(octets: ArrayLike<number>, separator?: string): string;
/** An InetAddress beside its InetAddressType; undefined where they do not fit each other. */
export function inetAddress(type: number, octets: ArrayLike<number>): string | undefined;
/** `AA:BB:CC:DD:EE:FF` of six octets, or of the characters that stand for them. */
export function macAddress(octets: ArrayLike<number>): string | undefined;
/** The prefix length of a network mask of 4 octets. */
export function prefixLength(octets: ArrayLike<number>): number | undefined;

/** A value as the host gives it. Numbers of 64 bits are numbers in QuickJS, rounded beyond 2^53, else BigInts. */
export type Value =
  | { tag: "integer" | "counter64"; val: number | bigint }
  | { tag: "counter32" | "gauge32" | "time-ticks" | "uinteger32"; val: number }
  | { tag: "octet-string" | "opaque" | "nsap-address"; val: Uint8Array }
  | { tag: "object-identifier"; val: ArrayLike<number> }
  | { tag: "ip-address"; val: [number, number, number, number] }
  | { tag: "unknown"; val: { tag: number; octets: Uint8Array } }
  | { tag: "null" | "no-such-object" | "no-such-instance" | "end-of-mib-view"; val?: undefined };

/** Why there is no result, or why the host refused something. `kind` is a word for programs. */
export class SnmpError extends Error {
  constructor(kind: string, message: string, at?: OidLike);
  readonly kind: string;
  /** The object where it went wrong, dotted. */
  readonly at?: string;
}

/** Reads a column or a scalar. */
export interface Column<T> {
  readonly at: number | OidLike;
  read(value: Value, name: string, warn: (line: string) => void): T | null | undefined;
}

type At = number | OidLike;
type Names = Readonly<Record<number, string>>;

/**
 * Readers of columns and scalars. `at` is the arc of a column below its entry, or a whole OID. A value of the wrong type
 * is null with a warning; one that the agent does not have is left out.
 */
export const column: {
  text(at: At): Column<string>;
  hex(at: At): Column<string>;
  octets(at: At): Column<Uint8Array>;
  integer(at: At): Column<number | bigint>;
  gauge(at: At): Column<number | bigint>;
  counter32(at: At): Column<number | bigint>;
  /** A number up to 2^53; beyond, a BigInt where the engine knows the value, else null with a warning. */
  counter64(at: At): Column<number | bigint>;
  ticks(at: At): Column<number | bigint>;
  truth(at: At): Column<boolean>;
  /** The name, or the number where the MIB has no name for it. */
  enumeration<const N extends Names>(at: At, names: N): Column<N[keyof N] | number | bigint>;
  bits<const N extends Names>(at: At, names: N): Column<(N[keyof N] | number)[]>;
  oid(at: At): Column<string>;
  ipAddress(at: At): Column<string>;
  inetAddress(at: At): Column<string>;
  mac(at: At): Column<string>;
  dateAndTime(at: At): Column<string>;
  raw(at: At): Column<Value>;
  of<T>(at: At, syntax: string, decode: (value: Value) => T | undefined): Column<T>;
};

/** Reads an index from its first arc to its last. */
export class IndexCursor {
  constructor(arcs: ArrayLike<number>);
  u32(): number;
  fixed(length: number): Uint8Array;
  counted(): Uint8Array;
  implied(): Uint8Array;
  oid(): number[];
  impliedOid(): number[];
  mac(): string;
  ipAddress(): string;
  inetAddress(): string;
  end(): void;
}

/** Reads a part of an index. */
export type IndexPart<T> = (cursor: IndexCursor) => T;

export const index: {
  u32: IndexPart<number>;
  enumeration<const N extends Names>(names: N): IndexPart<N[keyof N] | number>;
  fixed(length: number): IndexPart<string>;
  counted: IndexPart<string>;
  implied: IndexPart<string>;
  oid: IndexPart<string>;
  impliedOid: IndexPart<string>;
  mac: IndexPart<string>;
  ipAddress: IndexPart<string>;
  inetAddress: IndexPart<string>;
};

/** A table of which these are the rows. */
export interface Table<Row> {
  readonly name: string;
  readonly columns: readonly (readonly number[])[];
  /** Only the compiler has it. */
  readonly row?: Row;
}

type Columns = Readonly<Record<string, Column<unknown>>>;
type Index = Readonly<Record<string, IndexPart<unknown>>>;
type RowOf<C extends Columns> = { [K in keyof C]?: C[K] extends Column<infer T> ? T | null : never };
type IndexOf<I extends Index> = { [K in keyof I]: I[K] extends IndexPart<infer T> ? T : never };
type Simplify<T> = { [K in keyof T]: T[K] };

/** A table: its name, the OID of its entry, its columns, and the parts of its index. */
export function table<C extends Columns, I extends Index = {}>(
  name: string, entry: OidLike, columns: C, index?: I,
): Table<Simplify<IndexOf<I> & RowOf<C>>>;

/** Tables that share their index as one, read in one reading. */
export function join<A, B>(first: Table<A>, second: Table<B>): Table<Simplify<A & B>>;
export function join<A, B, C>(first: Table<A>, second: Table<B>, third: Table<C>): Table<Simplify<A & B & C>>;

/** The index of a row: its arcs. */
export function indexOf(row: object): ArrayLike<number>;
/** What is odd about a row, or about scalars: a line for each field. */
export function warningsOf(row: object): readonly string[];

/** Which rows of a table are wanted. */
export interface Part {
  below?: OidLike;
  after?: OidLike;
  atMost?: number;
}

/** How a reading ended. */
export interface Outcome {
  status: "complete" | "unsupported" | "partial" | "failed";
  kind: string;
  rows: number;
  reason: string;
  stoppedAt: string | undefined;
}

/** A reading that has begun. Leaving a `for` loop over it ends it. */
export interface Reading<T> extends Iterable<T> {
  outcome(): Outcome;
  /** Whether what came is what the agent has. Asks at the end of the reading. */
  isWhole(): boolean;
  dispose(): void;
}

export interface Rows<T> extends Reading<T> {
  /** All rows that are left. Throws an SnmpError where the agent has not answered at all. */
  all(): T[];
}

/** Where one asks: the device, or a context of it. */
export interface Agent {
  get(...names: OidLike[]): Value[];
  /** Reads scalars by name, with the `.0` of their only instance or without. Throws where the device does not answer. */
  scalars<const C extends Columns>(objects: C): Simplify<RowOf<C>>;
  /** Starts to read a table. Open several, then consume them. */
  open<Row>(table: Table<Row>, part?: Part): Rows<Row>;
  /** All rows of a table, once they are there. */
  rows<Row>(table: Table<Row>, part?: Part): Row[];
  /** Starts to read everything below a name. */
  walk(root: OidLike): Reading<{ name: string; value: Value }>;
}

/** Hands a section over in parts. */
export interface Output {
  row(row: unknown): void;
  flush(): void;
}

/** The device of this job, and what else the job has. */
export interface Device extends Agent {
  inContext(name: string): Agent;
  inVlan(number: number): Agent;
  /** What another plugin of the job has found, where the manifest `uses` it. */
  section(name: string): unknown;
  /** Rows that need not fit into the plugin's memory. `collect` returns no such section then. */
  output(section: string, options?: { batch?: number }): Output;
  wait(milliseconds: number): void;
  /** Microseconds since the run began. */
  elapsed(): number;
  offers(name: string): boolean;
  progress(line: string, counters?: Readonly<Record<string, number>>): void;
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** A JSON Schema, as an object or as text. */
export type Schema = string | Readonly<Record<string, unknown>>;

export interface Section {
  schema: Schema;
  /** Columns worth a place on a screen, the most useful first. */
  columns?: readonly string[];
  /** The columns that together tell one row from another. */
  key?: readonly string[];
  titles?: Readonly<Record<string, string>>;
  units?: Readonly<Record<string, string>>;
  hints?: Readonly<Record<string, string>>;
}

export interface Definition<Params> {
  /** lower-kebab-case, the same as the file's name without `.wasm`. */
  name: string;
  version: string;
  summary: string;
  sections: Readonly<Record<string, Section>>;
  /** What it reads: tables, groups of scalars, subtrees. The host refuses everything else. */
  reads: readonly (OidLike | Table<any> | Columns)[];
  devicePrefixes?: readonly OidLike[];
  /** The JSON Schema of its parameters. A property's `default` is filled in. */
  params?: Schema;
  timing?: string;
  starting?: string;
  probe?: readonly OidLike[];
  uses?: readonly string[];
  hints?: Readonly<Record<string, string>>;
  collect(device: Device, params: Params): Readonly<Record<string, unknown>> | void;
}

export interface Plugin<Params = any> extends Readonly<Definition<Params>> {}

/** Checks a plugin's definition when the file is loaded. */
export function definePlugin<Params = Record<string, any>>(definition: Definition<Params>): Plugin<Params>;
/** The contract's record `manifest`. */
export function manifestOf(plugin: Plugin): object;
