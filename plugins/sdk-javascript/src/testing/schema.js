// JSON Schema as far as the plugin contract takes it: the keywords that `wit/plugin.wit` lists, and no others.

const CHECKED = new Set([
  "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "items",
  "minItems", "maxItems", "properties", "required", "additionalProperties", "minProperties", "maxProperties", "allOf",
  "anyOf", "oneOf", "not", "$defs", "$ref",
]);
const IGNORED = new Set([
  "$schema", "$comment", "title", "description", "default", "examples", "format", "deprecated", "readOnly", "writeOnly",
]);
const MAX_DEPTH = 64;

/** What is wrong with a schema itself: a keyword that nobody knows, a `$ref` to nothing. Undefined where nothing is. */
export function wrongSchema(schema, root = schema, at = "") {
  if (typeof schema === "boolean") return undefined;
  if (schema === null || typeof schema !== "object" || Array.isArray(schema)) return `${at || "/"}: not a schema`;
  const below = (part, name) => wrongSchema(part, root, `${at}/${name}`);
  for (const [keyword, value] of Object.entries(schema)) {
    if (IGNORED.has(keyword) || keyword.startsWith("x-")) continue;
    if (!CHECKED.has(keyword)) return `${at || "/"}: the keyword \`${keyword}\` is not known`;
    let wrong;
    if (["items", "additionalProperties", "not"].includes(keyword)) wrong = below(value, keyword);
    if (["properties", "$defs"].includes(keyword)) {
      wrong = first(Object.entries(value), ([name, part]) => below(part, `${keyword}/${name}`));
    }
    if (["allOf", "anyOf", "oneOf"].includes(keyword)) wrong = first(value, (part, place) => below(part, `${keyword}/${place}`));
    if (keyword === "$ref" && followed(root, value) === undefined) wrong = `${at || "/"}: \`$ref\` to \`${value}\`, where no schema is`;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Why a value does not fit a schema: `[1].a: "x" is not an integer`. Undefined where it fits. */
export function misfit(schema, value, root = schema, at = "", depth = 0) {
  if (schema === true) return undefined;
  if (schema === false) return `${place(at)}${shown(value)} is not allowed`;
  if (depth > MAX_DEPTH) return `${place(at)}not checked to its end: the schema is nested more than ${MAX_DEPTH} deep`;
  const says = (problem) => `${place(at)}${shown(value)} ${problem}`;
  const check = (part, inner = value, where = at) => misfit(part, inner, root, where, depth + 1);

  if (schema.$ref !== undefined) {
    const wrong = check(followed(root, schema.$ref) ?? false);
    if (wrong !== undefined) return wrong;
  }
  if (schema.type !== undefined) {
    const names = [schema.type].flat();
    if (!names.some((name) => isOfType(value, name))) return says(`is not ${names.map(withArticle).join(" or ")}`);
  }
  if (schema.enum !== undefined && !schema.enum.some((known) => equal(known, value))) {
    return says(`is none of ${schema.enum.map(shown).join(", ")}`);
  }
  if (schema.const !== undefined && !equal(schema.const, value)) return says(`is not ${shown(schema.const)}`);
  return ofNumber(schema, value, says) ?? ofText(schema, value, at) ?? ofArray(schema, value, at, check) ??
    ofObject(schema, value, at, check) ?? ofCombined(schema, says, check);
}

function ofNumber(schema, value, says) {
  if (typeof value !== "number") return undefined;
  if (value < schema.minimum) return says(`is below ${schema.minimum}`);
  if (value > schema.maximum) return says(`is above ${schema.maximum}`);
  if (value <= schema.exclusiveMinimum) return says(`is not above ${schema.exclusiveMinimum}`);
  if (value >= schema.exclusiveMaximum) return says(`is not below ${schema.exclusiveMaximum}`);
  return undefined;
}

function ofText(schema, value, at) {
  return typeof value === "string" ? sized(Array.from(value).length, "characters", schema.minLength, schema.maxLength, at) : undefined;
}

function ofArray(schema, value, at, check) {
  if (!Array.isArray(value)) return undefined;
  return sized(value.length, "items", schema.minItems, schema.maxItems, at) ??
    (schema.items === undefined ? undefined : first(value, (item, position) => check(schema.items, item, `${at}[${position}]`)));
}

function ofObject(schema, value, at, check) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const missing = (schema.required ?? []).find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${place(at)}\`${missing}\` is missing`;
  const member = ([name, inner]) => {
    const known = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties[name] : schema.additionalProperties;
    return known === undefined ? undefined : check(known, inner, at === "" ? name : `${at}.${name}`);
  };
  return sized(Object.keys(value).length, "members", schema.minProperties, schema.maxProperties, at) ?? first(Object.entries(value), member);
}

function ofCombined(schema, says, check) {
  const all = first(schema.allOf ?? [], (part) => check(part));
  if (all !== undefined) return all;
  if (schema.anyOf !== undefined && !schema.anyOf.some((part) => check(part) === undefined)) {
    return says(`is none of the ${schema.anyOf.length} things it may be`);
  }
  if (schema.oneOf !== undefined) {
    const count = schema.oneOf.filter((part) => check(part) === undefined).length;
    if (count === 0) return says(`is none of the ${schema.oneOf.length} things it may be`);
    if (count > 1) return says(`is ${count} of the things of which it may be one`);
  }
  return schema.not !== undefined && check(schema.not) === undefined ? says("is what it must not be") : undefined;
}

function sized(size, what, least, most, at) {
  if (size < least) return `${place(at)}${size} ${what} are fewer than ${least}`;
  if (size > most) return `${place(at)}${size} ${what} are more than ${most}`;
  return undefined;
}

function isOfType(value, name) {
  switch (name) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return value !== null && typeof value === "object" && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === name;
  }
}

function withArticle(name) {
  if (name === "null") return name;
  return ["integer", "array", "object"].includes(name) ? `an ${name}` : `a ${name}`;
}

function equal(one, other) {
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return one === other;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return Array.isArray(one) === Array.isArray(other) && names.length === others.length &&
    names.every((name) => Object.hasOwn(other, name) && equal(one[name], other[name]));
}

function followed(root, pointer) {
  if (typeof pointer !== "string" || !pointer.startsWith("#")) return undefined;
  let found = root;
  for (const part of pointer.slice(1).split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (found === null || typeof found !== "object" || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

function shown(value) {
  if (Array.isArray(value) && value.length > 0) return `an array of ${value.length}`;
  if (value !== null && typeof value === "object" && Object.keys(value).length > 0) return `an object of ${Object.keys(value).length}`;
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}

function place(at) {
  return at === "" ? "" : `${at}: `;
}

function first(items, problem) {
  let position = 0;
  for (const item of items) {
    const found = problem(item, position++);
    if (found !== undefined) return found;
  }
  return undefined;
}
