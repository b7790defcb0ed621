/**
 * The row of cells under two answers: what a press on one makes of them, and which cell an arrangement is.
 *
 *     a3 a2 a1 same b1 b2 b3   bad          a same b   bad   where nobody is asked how much better
 *
 * The board stays the only state; this is a way to say it and to read it.
 */

import { filled, gettext } from "../../commons/js/gettext.js";

const HOW_MUCH = [ // by strength; 0 where nobody said
  gettext("%(better)s is better than %(other)s"),
  gettext("%(better)s is slightly better than %(other)s"),
  gettext("%(better)s is better than %(other)s"),
  gettext("%(better)s is much better than %(other)s"),
];

/** What the board takes for a press on `cell`. @param {string[]} ids of the two answers, in the order shown */
export function arrangementOf(cell, [a, b]) {
  if (cell === "bad") return { tiers: [], unrankable: [a, b], strengths: [] };
  if (cell === "same") return { tiers: [[a, b]], unrankable: [], strengths: [] };
  const tiers = cell.startsWith("a") ? [[a], [b]] : [[b], [a]];
  return { tiers, unrankable: [], strengths: [Number(cell.slice(1)) || null] };
}

/** The cell of an arrangement: "a" where nobody said how much, null where one of the two alone cannot be ranked. */
export function cellOf({ tiers, unrankable, strengths }, [a]) {
  if (unrankable.length === 1) return null;
  if (tiers.length === 0) return "bad";
  if (tiers.length === 1) return "same";
  return (tiers[0].includes(a) ? "a" : "b") + (strengths[0] ?? "");
}

/** "A is much better than B". */
export function inWords(cell, [a, b]) {
  if (cell === "bad") return filled(gettext("%(a)s and %(b)s are both bad"), { a, b });
  if (cell === "same") return filled(gettext("%(a)s and %(b)s are about the same"), { a, b });
  const [better, other] = cell.startsWith("a") ? [a, b] : [b, a];
  return filled(HOW_MUCH[Number(cell.slice(1))], { better, other });
}
