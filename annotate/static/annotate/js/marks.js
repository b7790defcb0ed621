/**
 * The marks of the answers as they are drawn: by the browser's highlights, which change nothing of the text, and as a list
 * under each answer, which says in words what they are.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { rangeOf } from "./places.js";

const COLOURS = 4; // kinds of marks that can be told apart; the lists name them all
const SHOWN = 140; // characters of a quote in a list

const words = { remove: (quote) => filled(gettext("Take away the mark of “%(quote)s”"), { quote }) };

/** @param {{text: Element, list: Element, spans: {at: [number, number]|null, name: string, quote: string, why?: string}[]}[]} answers `at` is where it stands in what is drawn @param {{value: string, label: string}[]} kinds */
export function drawMarks(answers, kinds) {
  const colourOf = ({ name }) => Math.max(kinds.findIndex(({ value }) => value === name), 0) % COLOURS;
  const labelOf = ({ name }) => kinds.find(({ value }) => value === name)?.label ?? name;
  const ranges = Array.from({ length: COLOURS }, () => []);
  for (const { text, list, spans } of answers) {
    list.replaceChildren(...spans.map((span, at) => lineOf(span, at, labelOf(span), colourOf(span))));
    for (const span of spans) if (span.at) ranges[colourOf(span)].push(rangeOf(text, span.at));
  }
  if (!("highlights" in CSS)) return;
  ranges.forEach((each, colour) => CSS.highlights.set(`mark-${colour}`, new Highlight(...each)));
}

export const short = (quote) => (quote.length > SHOWN ? `${quote.slice(0, SHOWN).toWellFormed()}…` : quote);

function lineOf({ quote, why = "" }, at, label, colour) {
  const line = document.createElement("li");
  const kind = element("span", "mark-kind", label);
  kind.dataset.colour = colour;
  const remove = element("button", "button button-quiet button-small", "×");
  Object.assign(remove, { type: "button", title: words.remove(short(quote)) });
  remove.setAttribute("aria-label", remove.title);
  remove.dataset.remove = at;
  line.append(kind, element("q", "", short(quote)), element("span", "quiet", why), remove);
  return line;
}

/** Quotes come in as text, never as HTML. */
function element(tag, className, text) {
  return Object.assign(document.createElement(tag), { className, textContent: text, dir: "auto" });
}
