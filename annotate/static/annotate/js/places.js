/** Places in what an element says, as its text alone counts them, and where they stand in the document. */

/** How much of it stands before a node's place. */
export function lengthUntil(text, node, offset) {
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(node, offset);
  return before.toString().length;
}

/** What is drawn at a point of the window. */
export function placeAt(text, x, y) {
  const there = document.caretPositionFromPoint?.(x, y);
  if (there) return lengthUntil(text, there.offsetNode, there.offset);
  const { startContainer, startOffset } = document.caretRangeFromPoint(x, y); // before Safari 26
  return lengthUntil(text, startContainer, startOffset);
}

export function rangeOf(text, at) {
  const range = document.createRange();
  const [from, to] = placesIn(text, at);
  range.setStart(...from);
  range.setEnd(...to);
  return range;
}

/** The text nodes, with the places in them, at which a stretch of an element's text begins and ends. */
function placesIn(root, [start, end]) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let before = 0;
  let from = [root, 0];
  let to = [root, root.childNodes.length];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const after = before + node.length;
    if (before <= start && start < after) from = [node, start - before];
    if (before < end && end <= after) to = [node, end - before];
    before = after;
  }
  return [from, to];
}
