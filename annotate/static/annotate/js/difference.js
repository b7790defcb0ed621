/**
 * What two texts have in common, word by word. Knows no page.
 *
 *     compare(first, second)  ->  { level, runs: [{ kind, text }] }  ->  rowsOf(runs)
 *
 * Runs of the kinds "same" and "only-first", joined, are the first text; "same" and "only-second" are the second. The
 * work is bounded: two long texts that share little are compared by whole paragraphs (`level` "paragraphs"), and if even
 * that is too much, not at all ("whole").
 */

const MOST_STEPS = 12_000_000; // about a tenth of a second, and at most 50 MB meanwhile
const SLIGHT = 12; // characters: half as many between two changes of this size are shared by chance

const UNSPACED = /\s+|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{M}\p{N}]+|./gsu;
const PARTS = /\s+|\S{1,400}/gu; // the segmenter takes seconds for 100 KB in one piece
const SPACE = /^\s/;
const WORD = /[\p{L}\p{N}]/u;
const PARAGRAPHS = /[^\n]+\n*|\n+/g;

export function compare(first, second, { most = MOST_STEPS } = {}) {
  const byWords = shortestEdit(wordsOf(first), wordsOf(second), most);
  if (byWords) return { level: "words", runs: runsOf(trimmed(withoutChance(byWords))) };
  const byParagraphs = shortestEdit(paragraphsOf(first), paragraphsOf(second), most);
  if (byParagraphs) return { level: "paragraphs", runs: runsOf(byParagraphs) };
  return { level: "whole", runs: runsOf([{ first, second }]) };
}

/** Words, the spaces between them and punctuation; Chinese or Thai too, which write none. Joined, they are the text. */
export function wordsOf(text, Segmenter = Intl.Segmenter) {
  if (!Segmenter) return text.match(UNSPACED) ?? [];
  const segmenter = new Segmenter("en", { granularity: "word" });
  const segments = (part) => Array.from(segmenter.segment(part), ({ segment }) => segment);
  return (text.match(PARTS) ?? []).flatMap((part) => (SPACE.test(part) ? [part] : segments(part)));
}

function paragraphsOf(text) {
  return text.match(PARAGRAPHS) ?? [];
}

/** The runs by lines: a row ends where a line ends in both texts, so that rows can stand side by side. */
export function rowsOf(runs) {
  const rows = [[]];
  for (const { kind, text } of runs) {
    for (const part of kind === "same" ? paragraphsOf(text) : [text]) {
      rows.at(-1).push({ kind, text: part });
      if (kind === "same" && part.endsWith("\n")) rows.push([]);
    }
  }
  return rows.filter((row) => row.length > 0);
}

// The shortest edit -------------------------------------------------------------

/**
 * The fewest tokens to take out of `first` and to put in for `second`, as blocks { same } and { first, second } in turn;
 * null where that takes more than `most` steps.
 *
 * E. W. Myers, An O(ND) Difference Algorithm and Its Variations, Algorithmica 1 (1986): the greedy algorithm of figure 2,
 * with every frontier kept for the way back.
 */
export function shortestEdit(first, second, most) {
  const frontiers = frontiersOf(...numbered(first, second), most);
  return frontiers && wayBack(first, second, frontiers);
}

/** frontiers[d][i]: how far into `first` d edits lead on diagonal 2i - d, where the diagonal is x - y. */
function frontiersOf(first, second, most) {
  const frontiers = [];
  for (let steps = 0; ; ) {
    const edits = frontiers.length;
    const frontier = new Int32Array(edits + 1);
    frontiers.push(frontier);
    for (let at = 0; at <= edits; at += 1) {
      const start = edits ? entry(frontiers[edits - 1], at) : 0;
      let x = start;
      let y = x - (2 * at - edits);
      while (x < first.length && y < second.length && first[x] === second[y]) { x += 1; y += 1; }
      frontier[at] = x;
      if (x >= first.length && y >= second.length) return frontiers;
      steps += 1 + x - start;
    }
    if (steps > most) return null;
  }
}

/** Where the next frontier enters its diagonal: by a token of `second` from above, or by one of `first` from the left. */
function entry(frontier, at) {
  return isInsertion(frontier, at) ? frontier[at] : frontier[at - 1] + 1;
}

function isInsertion(frontier, at) {
  return at === 0 || (at < frontier.length && frontier[at - 1] < frontier[at]);
}

function wayBack(first, second, frontiers) {
  const blocks = [];
  let [x, y] = [first.length, second.length];
  for (let edits = frontiers.length - 1; edits > 0; edits -= 1) {
    const at = (x - y + edits) / 2;
    const before = frontiers[edits - 1];
    const start = entry(before, at);
    addSame(blocks, first.slice(start, x).join(""));
    [x, y] = [start, start - (2 * at - edits)];
    if (isInsertion(before, at)) addChange(blocks, "", second[y -= 1]);
    else addChange(blocks, first[x -= 1], "");
  }
  addSame(blocks, first.slice(0, x).join(""));
  return blocks.reverse();
}

function addSame(blocks, same) {
  if (same) blocks.push({ same });
}

/** The way back meets the last token first. */
function addChange(blocks, first, second) {
  const next = blocks.at(-1);
  if (!next || "same" in next) blocks.push({ first, second });
  else Object.assign(next, { first: first + next.first, second: second + next.second });
}

/** Equal tokens get equal numbers, which compare faster than texts. */
function numbered(...lists) {
  const numbers = new Map();
  const numberOf = (token) => numbers.get(token) ?? numbers.set(token, numbers.size).get(token);
  return lists.map((tokens) => Int32Array.from(tokens, numberOf));
}

// For readers --------------------------------------------------------------------

/** Two rewritten sentences share spaces and small words by chance: such crumbs between two changes join them. */
function withoutChance(blocks) {
  return blocks.reduce((kept, block) => {
    const [before, between] = kept.slice(-2);
    if (!("same" in block) && between && "same" in between && isChance(between.same, before, block)) {
      kept.pop();
      kept.pop();
      kept.push({ first: before.first + between.same + block.first, second: before.second + between.same + block.second });
    } else kept.push(block);
    return kept;
  }, []);
}

/** A line's end is never chance: it keeps paragraph beside paragraph. */
function isChance(same, before, after) {
  if (same.includes("\n")) return false;
  const size = ({ first, second }) => Math.max(first.length, second.length);
  const least = WORD.test(same) ? Math.min(SLIGHT, size(before), size(after)) : SLIGHT;
  return same.length <= least / 2;
}

/** A space that ends both sides of a change is the beginning of what follows. */
function trimmed(blocks) {
  let space = "";
  const kept = blocks.map(({ same, first, second }) => {
    if (same !== undefined) return { same: space + same };
    space = first.endsWith(" ") && second.endsWith(" ") ? " " : "";
    return { first: first.slice(0, first.length - space.length), second: second.slice(0, second.length - space.length) };
  });
  const endsChanged = blocks.length > 0 && !("same" in blocks.at(-1));
  return endsChanged ? [...kept, { same: space }] : kept;
}

function runsOf(blocks) {
  const runs = blocks.flatMap(({ same = "", first = "", second = "" }) => [
    { kind: "same", text: same },
    { kind: "only-first", text: first },
    { kind: "only-second", text: second },
  ]);
  return runs.filter(({ text }) => text !== "");
}
