/**
 * The blocks before the last text, as a list to be filled in: drawn anew when one comes, goes or moves, never while
 * somebody types in one. It reports every change by `onChange` and says what it did by `say`.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { entered, fieldsOf, formOf } from "./argument_fields.js";
import { argumentsForm, jsonOf, switchOf } from "./arguments_view.js";
import { area, button, describe, element, isOf, takes } from "./block_fields.js";
import { Blocks, skeletonOf } from "./blocks.js";

const KINDS = { text: gettext("Text"), call: gettext("Call of a tool"), result: gettext("Result"), question: gettext("Follow-up question") };
const EMPTY = gettext("No call waits for this result");
const FIELDS = {
  text: { label: gettext("Text of block %(number)s"), placeholder: gettext("Text") },
  question: { label: gettext("Question of block %(number)s"), placeholder: gettext("Question") },
  result: { label: gettext("Result, block %(number)s"), placeholder: gettext("Result") },
  call: { label: gettext("Words before the call, block %(number)s (optional)"), placeholder: gettext("Words before the call (optional)") },
  arguments: { label: gettext("Arguments of block %(number)s, as JSON"), placeholder: gettext("Arguments, as JSON") },
};
const UNREADABLE = gettext("The form comes back when the JSON is whole and its numbers are short: close every brace and quote");
const numbered = ({ label, placeholder }, number) => ({ label: filled(label, { number }), placeholder });

export class BlocksView {
  #blocks = new Blocks();

  /** @param {HTMLElement} root @param {{tools: object[], messages: object[], onChange: () => void, say: (words: string) => void}} options */
  constructor(root, { tools, messages, onChange, say }) {
    Object.assign(this, { root, tools, onChange, say });
    this.list = root.querySelector("[data-list]");
    this.write(messages);
    root.addEventListener("input", (event) => this.#typed(event.target));
    root.addEventListener("click", (event) => this.#click(event.target.closest("button")));
    root.addEventListener("keydown", (event) => this.#press(event));
  }

  read() { return this.#blocks.serialise(); }

  /** Messages as this list would say them. */
  asRead(messages) { return new Blocks(messages).serialise(); }

  write(messages) {
    this.#blocks = new Blocks(messages);
    this.#draw();
  }

  /** Put a block at the end and go to its first field. */
  add(kind, content = "") {
    const [tool] = this.tools;
    const made = this.#blocks.add(kind, { content, name: tool?.name, skeleton: tool && skeletonOf(tool.parameters) });
    this.#drawAndTell(filled(gettext("%(kind)s added"), { kind: KINDS[kind] }));
    if (kind !== "text" || !content) this.#focus(made.id);
    return made;
  }

  /** Say beside each block what the server finds wrong with it: {place, of: a dotted path in it, says}. */
  showFlaws(flaws) {
    [...this.list.children].forEach((item, at) => {
      const found = flaws.filter(({ place }) => place === at);
      const line = item.querySelector("[data-flaws]");
      const said = found.map(({ says }) => says).join(" ");
      if (line.textContent !== said) line.textContent = said; // what is said already is not read out again
      for (const field of item.querySelectorAll("[data-field]")) {
        const isWrong = found.some(({ of }) => isOf(of, field));
        field.setAttribute("aria-invalid", String(isWrong));
        if (field.dataset.path) describe(field, line.id, isWrong);
      }
    });
  }

  // Changing -----------------------------------------------------------------

  get #isLocked() { return "sending" in this.root.closest("form").dataset; }

  #typed(field) {
    const block = this.#blocks.find(Number(field.closest("[data-id]")?.dataset.id));
    if (!block) return;
    const { field: name, call, path } = field.dataset;
    if (call === undefined) block[name] = field.value;
    else if (path) this.#enter(block, call, field);
    else if (name === "arguments") Object.assign(block.calls[call], { arguments: field.value, isInJson: true });
    else this.#choose(block, Number(call), field.value);
    this.onChange();
  }

  /** What stands in a field of the form stands in the JSON at once. */
  #enter(block, call, { value, dataset }) {
    const chosen = block.calls[call];
    chosen.arguments = entered(this.#schemaOf(chosen.name), chosen.arguments, JSON.parse(dataset.path), value);
    this.list.querySelector(`[data-id="${block.id}"] ${jsonOf(call)}`).value = chosen.arguments;
  }

  /** From the form to the JSON and back, which waits until the JSON can be read. */
  #turn(id, call) {
    const chosen = this.#blocks.find(id).calls[call];
    const form = formOf(this.#schemaOf(chosen.name), chosen.arguments);
    chosen.isInJson = form !== null && !chosen.isInJson;
    if (!form) return this.say(UNREADABLE);
    this.#draw();
    this.#focus(id, `[data-as-json="${call}"]`);
    this.onChange();
  }

  #schemaOf(tool) { return this.tools.find((each) => each.name === tool)?.parameters; }

  /** Another tool: arguments that nobody has touched become its own. */
  #choose(block, call, name) {
    const chosen = block.calls[call];
    const isUntouched = ["", "{}", skeletonOf(this.#schemaOf(chosen.name))].includes(chosen.arguments);
    if (isUntouched) chosen.arguments = skeletonOf(this.#schemaOf(name));
    chosen.name = name;
    this.#draw();
    this.#focus(block.id, `[data-field="name"][data-call="${call}"]`);
  }

  #click(button) {
    if (!button || this.#isLocked) return;
    const { dataset } = button;
    const id = Number(button.closest("[data-id]")?.dataset.id);
    if ("add" in dataset) this.root.dispatchEvent(new CustomEvent("add", { detail: dataset.add }));
    else if ("move" in dataset) this.#move(id, Number(dataset.move));
    else if ("remove" in dataset) this.#remove(id);
    else if ("asJson" in dataset) this.#turn(id, Number(dataset.asJson));
    else if ("putBack" in dataset) this.#putBack();
  }

  #press(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const id = Number(event.target.closest("[data-id]")?.dataset.id);
    const isField = event.target.matches("input") && !event.ctrlKey && !event.metaKey;
    if (event.key === "Enter" && isField) event.preventDefault(); // it would hand the answer in
    if (!by || !event.altKey || !id || this.#isLocked) return;
    event.preventDefault();
    this.#move(id, by);
  }

  #move(id, by) {
    if (!this.#blocks.move(id, by)) return this.say(by < 0 ? gettext("It is the first already") : gettext("It is the last already"));
    const field = document.activeElement.dataset.move ? `[data-move="${by}"]` : undefined;
    const place = this.#blocks.items.findIndex((block) => block.id === id) + 1;
    this.#drawAndTell(filled(gettext("Moved to place %(place)s"), { place }));
    this.#focus(id, field);
  }

  #remove(id) {
    const at = this.#blocks.remove(id);
    this.#drawAndTell(gettext("Removed; you can put it back"));
    const next = this.#blocks.items[at] ?? this.#blocks.items[at - 1];
    if (next) this.#focus(next.id, "[data-remove]");
    else this.root.querySelector("[data-put-back]").focus();
  }

  #putBack() {
    const block = this.#blocks.putBack();
    this.#drawAndTell(gettext("Put back"));
    this.#focus(block.id);
  }

  #drawAndTell(words) {
    this.#draw();
    this.say(words);
    this.onChange();
  }

  #focus(id, field = "[data-field]") { this.list.querySelector(`[data-id="${id}"] ${field}`)?.focus(); }

  // Drawing ------------------------------------------------------------------

  #draw() {
    this.list.replaceChildren(...this.#blocks.items.map((block, at) => this.#item(block, at)));
    this.root.classList.toggle("is-empty", this.#blocks.isEmpty);
    this.root.querySelector("[data-put-back]").hidden = !this.#blocks.canPutBack;
  }

  #item(block, at) {
    const item = element("li", { className: "block" }, { id: block.id, kind: block.kind });
    const title = element("h3", { id: `block-${block.id}`, className: "label", textContent: this.#title(block, at) });
    const head = element("div", { className: "block-head" });
    head.append(title, ...this.#acts(at));
    item.append(head, ...this.#fields(block, at), element("p", { className: "flaw", id: `flaw-${block.id}` }, { flaws: "" }));
    item.lastChild.setAttribute("role", "status");
    item.setAttribute("aria-labelledby", title.id);
    return item;
  }

  #title({ kind }, at) {
    const name = kind === "result" ? this.#blocks.nameAt(at) || EMPTY : "";
    return `${at + 1} · ${KINDS[kind]}${name && kind === "result" ? ` · ${name}` : ""}`;
  }

  #acts(at) {
    const says = (sentence) => filled(sentence, { number: at + 1 });
    return [
      button("↑", says(gettext("Move block %(number)s up")), { move: -1 }),
      button("↓", says(gettext("Move block %(number)s down")), { move: 1 }),
      button("×", says(gettext("Remove block %(number)s")), { remove: "" }),
    ];
  }

  #fields(block, at) {
    const content = area(numbered(FIELDS[block.kind], at + 1), block.content, { field: "content" }, block.id);
    if (block.kind === "result") content.classList.add("is-code");
    if (block.kind !== "call") return [content];
    return [...block.calls.flatMap((call, number) => this.#call(block, call, number, at + 1)), content];
  }

  #call(block, call, number, place) {
    const row = element("div", { className: "row block-call" });
    const select = element("select", {}, { field: "name", call: number });
    select.setAttribute("aria-label", filled(gettext("Tool of block %(number)s"), { number: place }));
    const names = this.tools.map(({ name }) => name);
    for (const name of names.includes(call.name) ? names : [call.name, ...names]) select.append(new Option(name, name, false, name === call.name));
    const tool = this.tools.find(({ name }) => name === call.name);
    row.append(select, element("span", { className: "faint", textContent: tool?.says ?? "" }));
    const given = area(numbered(FIELDS.arguments, place), call.arguments, { field: "arguments", call: number }, block.id);
    given.classList.add("is-code");
    if (!fieldsOf(tool?.parameters).some(({ kind }) => kind !== "json")) return [row, given, ...takes(tool)];
    const form = call.isInJson ? null : formOf(tool.parameters, call.arguments);
    row.append(switchOf(number, place, form === null));
    given.hidden = form !== null;
    return form ? [row, argumentsForm(form, { block: block.id, call: number, place }), given] : [row, given, ...takes(tool)];
  }
}
