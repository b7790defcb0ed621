/**
 * What comes before the last text of an answer: texts, calls of tools, their results, follow-up questions.
 *
 * The state alone: no page, no clock. `serialise` gives the messages that drafts, forms and the server read
 * (annotate/conversation.py); the arguments of a call are the text that stands in its field, whatever it is yet.
 */

import { filled, gettext } from "../../commons/js/gettext.js";

const INDENT = 2;

/**
 * A block is {id, kind: "text"|"call"|"result"|"question", content} and of a call {calls: [{name, arguments}]}.
 * A result has no name of its own: it is that of the call which waits for it.
 */
export class Blocks {
  #next = 1;
  #taken = null; // what was removed last: {block, at}

  constructor(messages = []) { this.items = messages.map((message) => this.#of(message)); }

  get isEmpty() { return this.items.length === 0; }
  get canPutBack() { return this.#taken !== null; }

  find(id) { return this.items.find((block) => block.id === id); }

  /** Put a block at the end; a call brings the place of its result along. Gives the first that was made. */
  add(kind, { content = "", name = "", skeleton = "{}" } = {}) {
    const made = this.#made(kind, content, kind === "call" ? [{ name, arguments: skeleton }] : undefined);
    this.items.push(made);
    if (kind === "call") this.items.push(this.#made("result", ""));
    return made;
  }

  /** Take a block away, to be put back if it was the wrong one. */
  remove(id) {
    const at = this.items.findIndex((block) => block.id === id);
    const [block] = this.items.splice(at, 1);
    this.#taken = { block, at };
    return at;
  }

  putBack() {
    const { block, at } = this.#taken;
    this.#taken = null;
    this.items.splice(Math.min(at, this.items.length), 0, block);
    return block;
  }

  /** Whether it moved: the first goes no further up. */
  move(id, by) {
    const at = this.items.findIndex((block) => block.id === id);
    const to = at + by;
    if (to < 0 || to >= this.items.length) return false;
    const [block] = this.items.splice(at, 1);
    this.items.splice(to, 0, block);
    return true;
  }

  /** The tool whose result stands in this place; empty where no call waits for one. */
  nameAt(at) {
    let results = 0;
    while (at - results > 0 && this.items[at - 1 - results].kind === "result") results += 1;
    const calling = this.items[at - 1 - results];
    return calling?.calls?.[results]?.name ?? "";
  }

  serialise() { return this.items.map((block, at) => this.#message(block, at)); }

  // How it is done -----------------------------------------------------------

  #made(kind, content, calls) {
    const made = { id: this.#next, kind, content, ...(calls && { calls }) };
    this.#next += 1;
    return made;
  }

  #of({ role, content = "", tool_calls: calls }) {
    if (role === "tool") return this.#made("result", content);
    if (role === "user") return this.#made("question", content);
    if (!calls?.length) return this.#made("text", content);
    return this.#made("call", content, calls.map(({ function: { name, arguments: given } }) => ({ name, arguments: asText(given) })));
  }

  #message({ kind, content, calls = [] }, at) {
    const said = content.toWellFormed(); // half a character cannot be sent
    if (kind === "result") return { role: "tool", name: this.nameAt(at), content: said };
    if (kind === "question") return { role: "user", content: said };
    const called = calls.map(({ name, arguments: given }) => ({ type: "function", function: { name, arguments: given.toWellFormed() } }));
    return { role: "assistant", content: said, ...(called.length && { tool_calls: called }) };
  }
}

/** Messages for a person who chooses between two drafts. */
export function inWords(messages) {
  return messages.flatMap(({ role, name, content, tool_calls: calls = [] }) => [
    ...(content ? [[...headOf(role, name), content].join("\n")] : []),
    ...calls.map(({ function: called }) => `${filled(gettext("Call of %(tool)s:"), { tool: called.name })}\n${asText(called.arguments)}`),
  ]).join("\n\n");
}

function headOf(role, tool) {
  if (role === "tool") return [filled(gettext("Result of %(tool)s:"), { tool })];
  return role === "user" ? [gettext("Question:")] : [];
}

/** Arguments to begin with: what the schema asks for, empty. */
export function skeletonOf({ properties = {}, required = [] } = {}) {
  return asText(Object.fromEntries(required.map((name) => [name, emptyOf(properties[name] ?? {})])));
}

function emptyOf({ type, default: usual, enum: [first] = [] }) {
  if (usual !== undefined) return usual;
  if (first !== undefined) return first;
  return { string: "", number: 0, integer: 0, boolean: false, array: [], object: {} }[[type].flat()[0]] ?? null;
}

function asText(given) {
  return typeof given === "string" ? given : JSON.stringify(given, null, INDENT);
}
