/** The arguments of a call as a form: a field for each that has one, and in words what is left in the JSON. */

import { filled, gettext, listed } from "../../commons/js/gettext.js";
import { button, describe, element } from "./block_fields.js";

const NOT_GIVEN = gettext("not given");
const HINTS = {
  number: gettext("A number"),
  integer: gettext("A whole number"),
  list: gettext("One on each line"),
};

/** Where the JSON of a call stands, whether it is shown or the form. */
export const jsonOf = (call) => `[data-field="arguments"][data-call="${call}"]:not([data-path])`;

export function switchOf(call, place, isInJson) {
  const made = button("JSON", filled(gettext("JSON of block %(number)s"), { number: place }), { asJson: call });
  made.classList.add("push");
  made.setAttribute("aria-pressed", String(isInJson));
  return made;
}

/** @param {{fields: object[], others: string[]}} form @param {{block: number, call: number, place: number}} of */
export function argumentsForm({ fields, others }, of) {
  const made = element("div", { className: "arguments" });
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", filled(gettext("Arguments of block %(number)s"), { number: of.place }));
  made.setAttribute("aria-describedby", `flaw-${of.block}`); // what is wrong with none of the fields is read out here
  made.append(...fields.map((field, at) => drawn(field, of, `${of.block}-${of.call}-${at}`)));
  if (others.length) made.append(element("p", { className: "faint", textContent: filled(gettext("Only in JSON: %(names)s."), { names: listed(others) }) }));
  return made;
}

function drawn(field, of, id) {
  return field.kind === "group" ? group(field, of, id) : labelled(field, of, id);
}

function group(field, of, id) {
  const made = element("fieldset", { className: "argument-group" });
  const legend = element("legend", {});
  legend.append(...named(field));
  made.append(legend, ...said(field, id), ...field.fields.map((inner, at) => labelled(inner, of, `${id}-${at}`)));
  if (field.says) made.setAttribute("aria-describedby", `says-${id}`);
  return made;
}

function labelled(field, of, id) {
  const made = element("div", { className: "argument" });
  const control = controlOf(field);
  Object.assign(control, { id: `argument-${id}`, value: field.shown });
  Object.assign(control.dataset, { field: "arguments", call: of.call, path: JSON.stringify(field.path) });
  control.setAttribute("aria-required", String(field.isRequired));
  const hints = said(field, id);
  for (const hint of hints) describe(control, hint.id, true);
  const label = element("label", { className: "label", htmlFor: control.id });
  label.append(...named(field));
  made.append(label, control, ...hints);
  return made;
}

function named({ name, isRequired }) {
  const written = element("span", { className: "argument-name", textContent: name, dir: "auto" });
  return isRequired ? [written, " ", element("span", { className: "badge", textContent: gettext("required") })] : [written];
}

function said({ kind, says, choices = [] }, id) {
  const hint = [HINTS[kind], kind === "list" && choices.join(" | ")].filter(Boolean).join(": ");
  const words = [says, hint].filter(Boolean).join(" · ");
  return words ? [element("p", { className: "hint", id: `says-${id}`, textContent: words, dir: "auto" })] : [];
}

function controlOf({ kind, choices }) {
  if (kind === "choice") return choosing(choices.map((each) => [JSON.stringify(each), typeof each === "string" ? each : JSON.stringify(each)]));
  if (kind === "boolean") return choosing([["true", gettext("yes")], ["false", gettext("no")]]);
  if (kind === "string" || kind === "list") return element("textarea", { rows: 1, autocomplete: "off", spellcheck: false, dir: "auto" });
  return element("input", { type: "text", inputMode: kind === "integer" ? "numeric" : "decimal", autocomplete: "off" });
}

function choosing(options) {
  const made = element("select", {});
  made.append(...[["", NOT_GIVEN], ...options].map(([value, words]) => new Option(words, value)));
  return made;
}
