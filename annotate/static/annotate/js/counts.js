/** How long a text is: words as its language has them, and tokens as near as one can tell without a model. */

import { filled, ngettext } from "../../commons/js/gettext.js";

const language = document.documentElement.lang || undefined;
const segmenter = new Intl.Segmenter(language, { granularity: "word" });
const BYTES_PER_TOKEN = 4; // of UTF-8: near enough for English; other scripts take more bytes and more tokens alike

export function wordsIn(text) {
  return [...segmenter.segment(text)].filter((part) => part.isWordLike).length;
}

export function tokensIn(text) {
  return Math.ceil(new TextEncoder().encode(text).length / BYTES_PER_TOKEN);
}

export function countOf(text) {
  const found = wordsIn(text);
  return filled(ngettext("%(count)s word", "%(count)s words", found), { count: found });
}

export function estimateOf(text) {
  const found = tokensIn(text);
  return filled(ngettext("about %(count)s token", "about %(count)s tokens", found), { count: found });
}
