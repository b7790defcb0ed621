/**
 * What is said of each answer beside its rank. Knows no page.
 *
 *     { "<id>": { ratings: { helpful: 6 }, flags: { harmful: false }, spans: [{ name, start, end, quote, why }] } }
 *
 * What was not answered is absent: never null, never zero, never an empty list. Two that say the same are equal.
 */

import { gettext } from "../../commons/js/gettext.js";

const SORTS = { ratings: Number, flags: (value) => value === "yes" };

/** What stands in a form's field: "" where nothing was said. */
export function fieldOf(answers, { id, sort, name }) {
  const said = answers?.[id]?.[sort]?.[name];
  if (said === undefined || said === null) return "";
  return sort === "flags" ? (said ? "yes" : "no") : String(said);
}

/**
 * @param {{id: string, sort: string, name: string}[]} questions
 * @param {(question: object) => string} valueOf what the field of a question says
 * @param {Map<string, object[]>} spans by answer
 */
export function answersOf(questions, valueOf, spans) {
  const said = {};
  for (const question of questions) {
    const value = valueOf(question);
    if (value) ((said[question.id] ??= {})[question.sort] ??= {})[question.name] = SORTS[question.sort](value);
  }
  for (const [id, marked] of spans) if (marked.length) (said[id] ??= {}).spans = inOrder(marked);
  return said;
}

export function spansOf(answers, ids) {
  return new Map(ids.map((id) => [id, inOrder(answers?.[id]?.spans ?? [])]));
}

/** By where they begin, as the server keeps them. */
export function inOrder(spans) {
  return spans.toSorted((one, two) => one.start - two.start || one.end - two.end || (one.name < two.name ? -1 : one.name > two.name ? 1 : 0));
}

/** A line for each answer of which anything was said. `labels` has the words of a question by its sort and name. */
export function inWords(answers, items, labels) {
  return items.flatMap(({ id, letter }) => {
    const { ratings = {}, flags = {}, spans = [] } = answers?.[id] ?? {};
    const said = [
      ...Object.entries(ratings).map(([name, value]) => `${labels("ratings", name)} ${value}`),
      ...Object.entries(flags).map(([name, value]) => `${labels("flags", name)} ${value ? gettext("yes") : gettext("no")}`),
      ...spans.map(({ name, quote }) => `${labels("spans", name)} “${quote}”`),
    ];
    return said.length ? [`${letter}: ${said.join("; ")}`] : [];
  });
}
