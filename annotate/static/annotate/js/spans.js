/**
 * Stretches of a text: where one of the drawn answer stands in its raw text, and back. Knows no page.
 *
 * A person marks what the renderer drew; what is kept counts in the raw text, Markdown and all. Both are laid side by side
 * word by word. A stretch that begins or ends within words that both have is exact; else it takes in the markup there.
 */

import { shortestEdit, wordsOf } from "./difference.js";

const MOST_STEPS = 6_000_000;
const NEAR = 200; // UTF-16 units on either side of a place in which its word is looked for
const IS_WORD = /[\p{L}\p{N}]/u;

export class Alignment {
  #pieces; // null where the two share too little to be laid side by side

  constructor(raw, shown) {
    this.raw = raw;
    this.shown = shown;
    this.#pieces = piecesOf(shortestEdit(wordsOf(raw), wordsOf(shown), MOST_STEPS));
  }

  /** [start, end] of the raw text, without space at its ends; null where nothing of it is there. */
  toRaw([start, end]) {
    const found = this.#pieces ? mapped(this.#pieces, [start, end], "shown", "raw") : sought(this.raw, this.shown.slice(start, end));
    return found && trimmed(this.raw, found);
  }

  toShown([start, end]) {
    return this.#pieces ? mapped(this.#pieces, [start, end], "raw", "shown") : sought(this.shown, this.raw.slice(start, end));
  }
}

/** Where words stand in a text, whatever the spaces between them; null where they do not. */
export function sought(text, words) {
  const parts = words.trim().split(/\s+/u).filter(Boolean).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  if (parts.length === 0) return null;
  const found = [new RegExp(parts.join("\\s+"), "u"), new RegExp(parts.join("\\s+"), "iu")].map((each) => each.exec(text)).find(Boolean);
  return found ? [found.index, found.index + found[0].length] : null;
}

/** [start, end] of the word at a place, or just before it; null where there is none. */
export function wordAt(text, at) {
  let end = Math.max(at - NEAR, 0);
  let found = null;
  for (const part of wordsOf(text.slice(end, at + NEAR))) {
    const start = end;
    end += part.length;
    if (start > at) break;
    if (end >= at && IS_WORD.test(part)) found = [start, end];
  }
  return found;
}

/** A stretch and a word that is to be in it as well; where it is already, one begins anew with that. */
export function stretched(stretch, word) {
  if (!stretch || (stretch[0] <= word[0] && word[1] <= stretch[1])) return word;
  return [Math.min(stretch[0], word[0]), Math.max(stretch[1], word[1])];
}

/** A place in code points, as the server counts, from one in UTF-16 units, as this language does. */
export function inCodePoints(text, at) {
  let count = 0;
  for (const point of text) {
    if (at <= 0) break;
    at -= point.length;
    count += 1;
  }
  return count;
}

export function inUnits(text, points) {
  let at = 0;
  for (const point of text) {
    if (points <= 0) break;
    at += point.length;
    points -= 1;
  }
  return at;
}

function piecesOf(blocks) {
  let [raw, shown] = [0, 0];
  return blocks?.map(({ same, first = same, second = same }) => {
    const piece = { isSame: same !== undefined, raw: [raw, raw += first.length], shown: [shown, shown += second.length] };
    return piece;
  }) ?? null;
}

function mapped(pieces, [start, end], from, to) {
  const first = pieces.find((piece) => start < piece[from][1]);
  const last = pieces.findLast((piece) => end > piece[from][0]);
  if (!first || !last) return null;
  const begins = first.isSame ? first[to][0] + start - first[from][0] : first[to][0];
  const ends = last.isSame ? last[to][0] + end - last[from][0] : last[to][1];
  return begins < ends ? [begins, ends] : null;
}

function trimmed(text, [start, end]) {
  const quote = text.slice(start, end);
  const left = quote.length - quote.trimStart().length;
  const right = quote.length - quote.trimEnd().length;
  return quote.trim() ? [start + left, end - right] : null;
}
