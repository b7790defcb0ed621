/** What a block is drawn with: its fields, its buttons, what its tool takes. */

import { filled, gettext } from "../../commons/js/gettext.js";

/** The field of a block as the server calls it. */
function pathOf({ field, call, path }) {
  if (call === undefined) return field;
  return [`tool_calls.${call}.function.${field}`, ...(path ? JSON.parse(path) : [])].join(".");
}

/** Whether a flaw of this path is one of the field, or of something within it. */
export function isOf(path, field) {
  return `${path}.`.startsWith(`${pathOf(field.dataset)}.`);
}

/** Whether the text with this id is read out with a field. */
export function describe(field, id, isRead) {
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  const ids = isRead ? [...others, id] : others;
  if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
  else field.removeAttribute("aria-describedby");
}

/** What a tool takes, where its schema says it simply. */
export function takes(tool) {
  const { properties = {}, required = [] } = tool?.parameters ?? {};
  const said = Object.entries(properties).map(([name, { type = "", enum: choices, description = "" }]) => {
    const what = choices ? choices.join(" | ") : [type].flat().join(" | ");
    return `${name}${required.includes(name) ? "" : "?"}: ${what}${description && ` – ${description}`}`;
  });
  return said.length ? [element("p", { className: "faint block-takes", textContent: filled(gettext("Takes %(arguments)s"), { arguments: said.join("; ") }) })] : [];
}

/** `placeholder` is the label without the number of the block. */
export function area({ label, placeholder }, value, data, id) {
  const made = element("textarea", { value, rows: 2, spellcheck: !("call" in data), autocomplete: "off", dir: "auto" }, data);
  made.setAttribute("aria-label", label);
  made.placeholder = placeholder;
  made.setAttribute("aria-describedby", `flaw-${id}`);
  return made;
}

export function button(textContent, label, data) {
  const made = element("button", { type: "button", className: "button button-quiet button-small", textContent }, data);
  made.setAttribute("aria-label", label);
  return made;
}

export function element(tag, properties, data = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  Object.assign(made.dataset, data);
  return made;
}
