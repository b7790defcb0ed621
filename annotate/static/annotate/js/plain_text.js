/** The text of what the renderer drew, without its looks: a line for each line, an empty one between paragraphs. */

const APART = new Set(["P", "H1", "H2", "H3", "H4", "H5", "H6", "BLOCKQUOTE"]);
const HOLDERS = new Set(["DIV", "UL", "OL", "LI", "BLOCKQUOTE", "TABLE", "THEAD", "TBODY", "TR"]);

export function plainText(element) {
  return inside(element).replace(/\n{3,}/g, "\n\n").trimEnd();
}

function inside(element) {
  return Array.from(element.childNodes, textOf).join("");
}

function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return written(node);
  if (APART.has(node.nodeName)) return `${inside(node).trim()}\n\n`;
  const special = DRAWN_AS[node.nodeName];
  return special ? special(node) : inside(node);
}

/** A line broken in a paragraph's source is no line on the page; between the parts of a list or a table is nothing. */
function written(node) {
  const text = node.data.replace(/[ \t\n]+/g, " ");
  return text === " " && HOLDERS.has(node.parentNode.nodeName) ? "" : text;
}

const DRAWN_AS = {
  BR: () => "\n",
  HR: () => "———\n\n",
  PRE: (node) => `${node.textContent.trimEnd()}\n\n`,
  UL: (node) => listed(node, () => "• "),
  OL: (node) => listed(node, (at) => `${node.start + at}. `),
  TABLE: (node) => `${inside(node)}\n`,
  TR: (node) => `${Array.from(node.children, (cell) => inside(cell).trim()).join(" | ")}\n`,
  mfrac: ({ children: [above, below] }) => `(${inside(above)})/(${inside(below)})`,
  msub: ({ children: [base, low] }) => `${textOf(base)}_${textOf(low)}`,
  msup: ({ children: [base, high] }) => `${textOf(base)}^${textOf(high)}`,
  msubsup: ({ children: [base, low, high] }) => `${textOf(base)}_${textOf(low)}^${textOf(high)}`,
  msqrt: (node) => `√(${inside(node)})`,
};

function listed(list, mark) {
  return `${Array.from(list.children, (each, at) => `${mark(at)}${inside(each).trim()}\n`).join("")}\n`;
}
