/** Notices above the page, and the texts in them that may have no page of their own any more. */

import { gettext } from "../../commons/js/gettext.js";

/**
 * @param {string} kind a class of notices (laurel.css)
 * @param {{href?: string, text?: string, onForget?: () => void}} more the item's page, what was written there, and what
 *   happens when the person does not want it any more
 */
export function notice(kind, sentence, { href, text, onForget } = {}) {
  const made = element("div", { className: `notice ${kind}` });
  const said = element("div", { className: "grow" }, element("p", { textContent: sentence }));
  made.append(said);
  if (text) said.append(folded(text));
  if (href) made.append(element("a", { className: "button button-small", href, textContent: gettext("Open it") }));
  if (onForget) {
    const forgets = element("button", { type: "button", className: "button button-small", textContent: gettext("Forget it") });
    forgets.addEventListener("click", () => { onForget(); made.remove(); });
    made.append(forgets);
  }
  place().append(made);
  return made;
}

function folded(text) {
  const whole = element("pre", { className: "left-text", tabIndex: 0, textContent: text });
  return element("details", {}, element("summary", { textContent: gettext("Show it") }), whole);
}

function place() {
  const there = document.querySelector("[data-unsent]");
  if (there) return there;
  const made = element("div", { className: "messages stack-tight", role: "status" });
  made.dataset.unsent = "";
  (document.querySelector("[data-work]") ?? document.getElementById("main")).before(made); // an item goes, a notice stays
  return made;
}

function element(tag, properties, ...inner) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inner);
  return made;
}
