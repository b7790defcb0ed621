/**
 * Keys that do things, as we gave them or as a person chose them, and the switch that turns single ones off (WCAG 2.1.4).
 *
 * A binding is { act: "undo", keys: ["Z"], says: "undo", does: (key) => void, help: false to leave it out of the list }.
 * `act` is the name under which another key can be chosen; without it the keys stay. Letters are named in upper case,
 * with "Shift+" before them when it is held; "Ctrl+Enter" also stands for Cmd+Enter.
 */

import { gettext } from "../../commons/js/gettext.js";
import { fetched } from "./fetched.js";

const SWITCH = "laurel:keys";
const ELSEWHERE = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], :popover-open";

let chosen = null; // by this person; a page that was fetched before a change does not know of it

/** Let keys do what the bindings say; `?` lists them in the page's dialog. @param {AbortSignal} [signal] ends it */
export function wakeKeys(bindings, signal) {
  const dialog = document.getElementById("keys");
  chosen ??= JSON.parse(dialog.dataset.chosen);
  const keymap = new Keymap([...bindings, { keys: ["?"], says: gettext("these keys"), does: () => open() }], chosen);
  const list = fetched(() => import("./keys_dialog.js"), ({ KeysDialog }) => new KeysDialog(dialog, keymap));
  const open = async () => (await list())?.open();
  for (const button of document.querySelectorAll("[data-opens-keys]")) button.addEventListener("click", open, { signal });
  listen(keymap, signal);
  keymap.mark();
}

export function nameOf(event) {
  const letter = /^[a-z]$/i.test(event.key);
  const chord = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (chord) return event.altKey ? null : `Ctrl+${event.key}`;
  return letter ? `${event.shiftKey ? "Shift+" : ""}${event.key.toUpperCase()}` : event.key;
}

/** Which key does what. A key that a person chose for one thing does no other. */
export class Keymap {
  #byKey = new Map();

  /** @param {object[]} bindings @param {Record<string, string>} chosen key by act */
  constructor(bindings, chosen) {
    this.bindings = bindings;
    this.choose(chosen);
  }

  choose(chosen) {
    this.chosen = chosen;
    const taken = new Set(this.bindings.map(({ act }) => chosen[act]).filter(Boolean));
    const keysOf = ({ act, keys }) => (chosen[act] ? [chosen[act]] : keys.filter((key) => !taken.has(key)));
    this.#byKey = new Map(this.bindings.flatMap((binding) => keysOf(binding).map((key) => [key, binding])));
  }

  /** The keys that this person chose from here on. */
  rechoose(body) {
    chosen = body;
    this.choose(chosen);
    this.mark();
  }

  /** What stands on the buttons of the page: the key that does it, or nothing. */
  mark() {
    for (const mark of document.querySelectorAll("kbd[data-key-of]")) {
      const binding = this.bindings.find(({ act }) => act === mark.dataset.keyOf);
      const [key] = binding ? this.keysOf(binding) : [];
      mark.textContent = key ?? "";
      mark.hidden = !key;
    }
  }

  find(key) { return this.#byKey.get(key); }

  /** The keys of a binding as they now are; none where another act has them. */
  keysOf(binding) { return [...this.#byKey].filter(([, its]) => its === binding).map(([key]) => key); }

  isFixed(key) { return this.bindings.some(({ act, keys }) => !act && keys.includes(key)); }
}

/** @param {Keymap} keymap @param {AbortSignal} signal ends it */
export function listen(keymap, signal) {
  document.addEventListener("keydown", (event) => {
    const key = nameOf(event);
    if (key === "Ctrl+Enter" && sendsItsOwn(event)) return;
    const binding = keymap.find(key);
    if (!binding || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const single = !key.startsWith("Ctrl+");
    if (single && (event.target.closest(ELSEWHERE) || !singleKeysAreOn())) return;
    event.preventDefault();
    if (!event.repeat || binding.repeats) binding.does(key);
  }, { signal });
}

/** A form that stands in a popover beside the work is what one sends from there. */
function sendsItsOwn(event) {
  const form = event.target.closest("[popover]") && event.target.closest("form");
  if (!form) return false;
  event.preventDefault();
  form.requestSubmit();
  return true;
}

export function singleKeysAreOn() { return localStorage.getItem(SWITCH) !== "off"; }
export function turnSingleKeys(isOn) { localStorage.setItem(SWITCH, isOn ? "on" : "off"); }
