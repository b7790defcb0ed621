/**
 * The arguments of a call as fields made from its tool's JSON Schema, and back: no page, no words.
 *
 * The JSON text stays the truth. A field shows a value only where what it shows means that very value again; all else
 * is left in the JSON and named. Nothing is judged here: annotate/tools.py says whether arguments fit.
 */

const INDENT = 2;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const STRINGS = /"(?:[^"\\]|\\.)*"/g;
const ROUNDED = /\d{16}/; // a script keeps 15 digits of a number, whatever they are

/**
 * What a form shows of these arguments: {fields: [{path, kind, isRequired, says, shown, …}], others: names left in JSON}.
 * A group has `fields` of its own. Null where no form can hold them: broken JSON, no object, a schema without fields.
 */
export function formOf(schema, text) {
  const asked = fieldsOf(schema);
  const given = argumentsIn(text);
  return given && asked.some(({ kind }) => kind !== "json") ? filledIn(asked, given, []) : null;
}

/** The text of the arguments once `said` stands in the field at this path. */
export function entered(schema, text, path, said) {
  const [first, ...rest] = path;
  const outer = fieldsOf(schema).find(({ name }) => name === first);
  const field = rest.length ? outer.fields.find(({ name }) => name === rest[0]) : outer;
  const given = argumentsIn(text);
  if (!rest.length) return asText(put(given, first, meant(field, said)));
  const inner = put(own(given, first) ?? {}, rest[0], meant(field, said));
  return asText(put(given, first, outer.isRequired || Object.keys(inner).length ? inner : undefined));
}

/** A call's arguments as an object; null where they are none, or hold a number that a script would change. */
export function argumentsIn(text) {
  try {
    const found = JSON.parse(text || "{}");
    return isObject(found) && !ROUNDED.test(text.replace(STRINGS, "")) && isFinite(found) ? found : null;
  } catch {
    return null;
  }
}

/** What a tool takes: kind is string, number, integer, boolean, choice, list, group, or json for what has no field. */
export function fieldsOf(schema) { return fieldsIn(asObject(schema), asObject(schema), true); }

// From the schema ------------------------------------------------------------

function fieldsIn({ properties = {}, required = [] }, root, mayNest) {
  const fields = Object.entries(properties).map(([name, given]) => {
    const asked = resolved(given, root);
    return { name, isRequired: required.includes(name), says: asked.description ?? "", ...kindOf(asked, root, mayNest) };
  });
  return fields.toSorted((one, two) => two.isRequired - one.isRequired); // PostgreSQL keeps no order of names
}

function kindOf(asked, root, mayNest) {
  const choices = "const" in asked ? [asked.const] : asked.enum;
  if (choices) return choices.every(isScalar) ? { kind: "choice", choices } : { kind: "json" };
  if (asked.type === "array") return listOf(resolved(asked.items, root));
  if (asked.type === "object" && mayNest && asked.properties) return { kind: "group", fields: fieldsIn(asked, root, false) };
  return { kind: ["string", "number", "integer", "boolean"].includes(asked.type) ? asked.type : "json" };
}

function listOf({ type, enum: choices }) {
  const of = choices?.every((each) => typeof each === "string") ? "string" : type;
  return ["string", "number", "integer", "boolean"].includes(of) ? { kind: "list", of, choices } : { kind: "json" };
}

/** A schema with its references to itself followed, and “this or nothing” read as this. */
function resolved(given, root) {
  let asked = asObject(given);
  for (let steps = 0; steps < 8 && asked.$ref; steps += 1) { // more go in a circle
    const { $ref, ...beside } = asked;
    asked = { ...asObject($ref.split("/").slice(1).reduce((there, name) => there?.[plain(name)], root)), ...beside };
  }
  const [one, ...more] = (asked.anyOf ?? []).filter(({ type }) => type !== "null");
  if (one && !more.length) return { ...resolved(one, root), ...(asked.description && { description: asked.description }) };
  const types = [asked.type].flat().filter((type) => type !== "null");
  return { ...asked, type: types.length === 1 ? types[0] : undefined };
}

const plain = (name) => decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~");

// Between values and what is shown of them -------------------------------------

function filledIn(asked, given, path) {
  const fields = [];
  const others = Object.keys(given).filter((name) => !asked.some((field) => field.name === name));
  for (const field of asked) {
    const value = own(given, field.name);
    const there = [...path, field.name];
    if (field.kind === "group" && isObject(value ?? {})) {
      const inner = filledIn(field.fields, value ?? {}, there);
      fields.push({ ...field, path: there, fields: inner.fields });
      others.push(...inner.others.map((name) => `${field.name}.${name}`));
    } else if (showsWhole(field, value)) fields.push({ ...field, path: there, shown: shown(field, value) });
    else others.push(field.name);
  }
  return { fields, others };
}

function showsWhole(field, value) {
  if (["json", "group"].includes(field.kind)) return false;
  if (value === undefined) return true;
  if (field.kind === "choice" && !field.choices.includes(value)) return false;
  if (field.kind === "boolean" && typeof value !== "boolean") return false;
  return JSON.stringify(meant(field, shown(field, value))) === JSON.stringify(value);
}

function shown({ kind }, value) {
  if (value === undefined) return "";
  if (kind === "choice" || kind === "boolean") return JSON.stringify(value);
  return Array.isArray(value) && kind === "list" ? value.map(asLine).join("\n") : asLine(value);
}

const asLine = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** The value that a field means; undefined where nothing is given. What is no number stays a text, for the server to name. */
function meant({ kind, of, isRequired }, said) {
  if (kind === "choice" || kind === "boolean") return said === "" ? undefined : JSON.parse(said);
  if (kind === "list" && said !== "") return said.replace(/\n$/, "").split("\n").map((line) => scalar(of, line));
  if (said === "") return isRequired ? { string: "", list: [] }[kind] : undefined;
  return scalar(kind, said);
}

function scalar(kind, said) {
  const text = said.trim();
  if (kind === "boolean" && ["true", "false"].includes(text)) return text === "true";
  const isNumber = ["number", "integer"].includes(kind) && NUMBER.test(text) && !ROUNDED.test(text) && Number.isFinite(Number(text));
  return isNumber ? Number(text) : said;
}

function put(into, name, value) {
  const entries = Object.entries(into).map(([key, kept]) => [key, key === name ? value : kept]);
  if (!Object.hasOwn(into, name)) entries.push([name, value]);
  return Object.fromEntries(entries.filter(([, kept]) => kept !== undefined));
}

const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const asObject = (value) => (isObject(value) ? value : {});
const isScalar = (value) => value === null || typeof value !== "object";
const isFinite = (value) => (isScalar(value) ? typeof value !== "number" || Number.isFinite(value) : Object.values(value).every(isFinite));
const asText = (given) => JSON.stringify(given, null, INDENT);
