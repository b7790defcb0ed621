/**
 * Single keys that do things, the dialog that lists them, and the switch that turns them off (WCAG 2.1.4).
 *
 * A binding is { keys: ["J"], says: "next answer", does: (key) => void, help: false to leave it out of the list }.
 * Letters are named in upper case, with "Shift+" before them when it is held; "Ctrl+Enter" also stands for Cmd+Enter.
 */

const SWITCH = "laurel:keys";
const ELSEWHERE = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [popover]";

export function nameOf(event) {
  const letter = /^[a-z]$/i.test(event.key);
  const chord = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (chord) return event.altKey ? null : `Ctrl+${event.key}`;
  return letter ? `${event.shiftKey ? "Shift+" : ""}${event.key.toUpperCase()}` : event.key;
}

/** @param {AbortSignal} signal ends it */
export function listen(bindings, signal) {
  const byKey = new Map(bindings.flatMap((binding) => binding.keys.map((key) => [key, binding])));
  document.addEventListener("keydown", (event) => {
    const key = nameOf(event);
    const binding = byKey.get(key);
    if (!binding || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const single = !key.startsWith("Ctrl+");
    if (single && (event.target.closest(ELSEWHERE) || !singleKeysAreOn())) return;
    event.preventDefault();
    if (!event.repeat || binding.repeats) binding.does(key);
  }, { signal });
}

export function singleKeysAreOn() {
  return localStorage.getItem(SWITCH) !== "off";
}

/** Fill the keys dialog from the bindings, so that the list cannot say what the keys do not do. */
export function describe(bindings, dialog) {
  const list = dialog.querySelector("[data-keys]");
  for (const { keys, shown = keys, says, help = true } of bindings) {
    if (!help) continue;
    const term = document.createElement("dt");
    shown.forEach((key, at) => term.append(at ? " " : "", Object.assign(document.createElement("kbd"), { textContent: key })));
    list.append(term, Object.assign(document.createElement("dd"), { textContent: says }));
  }
  const box = dialog.querySelector("[data-single-keys]");
  box.checked = singleKeysAreOn();
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
}
