/**
 * The list of keys: drawn from the bindings, so that it cannot say what the keys do not do, and where they are changed.
 * It travels when it is first opened.
 *
 * "Change" listens for one key. Escape leaves it as it was, Backspace gives ours back, Tab goes on without a change.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { nameOf, singleKeysAreOn, turnSingleKeys } from "./keys.js";
import { ask } from "./server.js";

const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead", "Process"];
const NEEDED = /^(Enter|Tab|Escape| |Arrow.*|Page.*|Home|End|Ctrl\+.*)$/; // pages are moved about with these

export class KeysDialog {
  #awaited = null; // the binding that waits for its key
  #kept = Promise.resolve(); // one after the other: who changes two keys in a hurry gets both

  /** @param {HTMLDialogElement} dialog @param {import("./keys.js").Keymap} keymap */
  constructor(dialog, keymap) {
    this.dialog = dialog;
    this.keymap = keymap;
    this.list = dialog.querySelector("[data-keys]");
    this.saying = dialog.querySelector("[data-keys-said]");
    this.#wake();
    this.#draw();
  }

  open() { if (this.dialog.isConnected && !this.dialog.open) this.dialog.showModal(); }

  #wake() {
    const box = this.dialog.querySelector("[data-single-keys]");
    box.checked = singleKeysAreOn();
    box.addEventListener("change", () => turnSingleKeys(box.checked));
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-change]");
      if (button) this.#await(this.keymap.bindings.find(({ act }) => act === button.dataset.change));
    });
    this.dialog.addEventListener("keydown", (event) => this.#awaited && this.#hear(event), { capture: true });
    this.dialog.addEventListener("focusout", () => { this.#awaited = null; });
    this.dialog.querySelector("[data-keys-ours]").addEventListener("click", () => this.#keep({}));
  }

  #await(binding) {
    this.#awaited = binding;
    this.#say(filled(gettext("Press the key for “%(act)s”. Esc leaves it, Backspace takes ours."), { act: binding.says }));
  }

  #hear(event) {
    const key = nameOf(event);
    if (event.key === "Tab" || MODIFIERS.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const { act } = this.#awaited;
    if (event.key === "Escape") this.#say(gettext("It stays as it was"));
    else if (event.key === "Backspace") this.#keep({ act, key: "" });
    else if (!key || NEEDED.test(key)) return this.#say(gettext("That key is needed to move about: press a letter or a sign"));
    else if (this.keymap.isFixed(key)) return this.#say(filled(gettext("%(key)s stays what it is: press another"), { key }));
    else this.#keep({ act, key });
    this.#awaited = null;
  }

  #keep(fields) { this.#kept = this.#kept.then(() => this.#store(fields)); }

  async #store(fields) {
    const had = this.keymap.find(fields.key);
    const { status, body } = await ask(this.dialog.dataset.keysUrl, { method: "POST", fields });
    if (status !== 200) return this.#say(gettext("The server did not keep that; try again in a moment"));
    this.keymap.rechoose(body);
    this.#draw();
    if (!this.#awaited) this.#say(had && had.act !== fields.act ? filled(gettext("Kept. “%(act)s” has no key now: give it another"), { act: had.says }) : gettext("Kept"));
  }

  #say(sentence) { this.saying.textContent = sentence; }

  /** The button that had the focus has it afterwards, and who waits for a key still waits. */
  #draw() {
    const act = document.activeElement?.dataset.change;
    const awaited = this.#awaited;
    const shown = this.keymap.bindings.filter(({ help = true }) => help);
    this.list.replaceChildren(...shown.flatMap((binding) => this.#row(binding)));
    if (act) this.list.querySelector(`[data-change="${act}"]`)?.focus();
    this.#awaited = awaited;
    this.dialog.querySelector("[data-keys-ours]").hidden = Object.keys(this.keymap.chosen).length === 0;
  }

  #row(binding) {
    const keys = binding.shown ?? this.keymap.keysOf(binding);
    const term = document.createElement("dt");
    if (keys.length === 0) term.append("–");
    keys.forEach((key, at) => term.append(at ? " " : "", element("kbd", { textContent: key })));
    const said = element("dd", {});
    said.append(element("span", { textContent: binding.says }));
    if (binding.act) said.append(" ", this.#button(binding));
    return [term, said];
  }

  #button({ act, says }) {
    const button = element("button", { type: "button", className: "link-button", textContent: gettext("Change") });
    button.dataset.change = act;
    button.setAttribute("aria-label", filled(gettext("Change the key for “%(act)s”"), { act: says }));
    return button;
  }
}

const element = (tag, properties) => Object.assign(document.createElement(tag), properties);
