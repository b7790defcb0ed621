/**
 * Marking stretches of the answers: by a selection, or by typing what they say; the list of those that are marked.
 *
 * The marks are drawn by the browser's highlights, which change nothing of the text. Where it has none, the lists say all.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { inOrder } from "./answers.js";
import { Alignment, inCodePoints, inUnits, sought } from "./spans.js";

const AFTER = 250; // ms without a change before a selection is taken for one
const COLOURS = 4; // kinds of marks that can be told apart; the lists name them all
const SHOWN = 140; // characters of a quote in a list

const words = {
  nothing: gettext("Select a stretch of the answer, or write what it says"),
  notThere: (letter) => filled(gettext("These words do not stand in %(letter)s. Copy them from there"), { letter }),
  noKind: gettext("Say what it is"),
  marked: (kind, letter, quote) => filled(gettext("%(kind)s in %(letter)s: “%(quote)s”"), { kind, letter, quote }),
  removed: (letter) => filled(gettext("A mark of %(letter)s is taken away"), { letter }),
  remove: (quote) => filled(gettext("Take away the mark of “%(quote)s”"), { quote }),
};

export class SpansView {
  #alignments = new Map(); // id -> Alignment, made when it is first needed
  #aim = null; // { id, at: [start, end] of what is drawn, quote } that the panel speaks of
  #isPressed = false;
  #timer = null;

  /** @param {HTMLFormElement} form @param {{panel: HTMLElement, items: object[], cards: Map, texts: object, onChange: () => void, say: (sentence: string) => void, signal: AbortSignal}} page */
  constructor(form, page) {
    Object.assign(this, page);
    this.form = form;
    this.spans = new Map(this.items.map(({ id }) => [id, []]));
    this.kinds = [...this.panel.querySelectorAll("[name=kind]")];
    const { quote, why } = this.panel.elements;
    Object.assign(this, { quote, why, complaint: this.panel.querySelector("[data-complaint]") });
    this.#wake();
  }

  /** Replace all marks. */
  take(spans) {
    this.spans = spans;
    this.draw();
  }

  /** Mark in the answer that one looks at: what is selected there, or what one is about to write. */
  open(id) {
    const selected = this.#selected();
    this.#show(selected?.id === id ? selected : { id, at: null, quote: "" }, this.cards.get(id).querySelector("[data-mark]"));
    (this.quote.value && this.kinds.length > 1 ? this.kinds[0] : this.quote.value ? this.why : this.quote).focus();
  }

  labelOf(name) { return this.kinds.find(({ value }) => value === name)?.dataset.label ?? name; }

  draw() {
    const ranges = Array.from({ length: COLOURS }, () => []);
    for (const { id } of this.items) {
      const spans = this.spans.get(id);
      this.#list(id).replaceChildren(...spans.map((span, at) => this.#line(id, span, at)));
      for (const span of spans) {
        const range = this.#rangeOf(id, span);
        if (range) ranges[this.#colourOf(span)].push(range);
      }
    }
    if (!("highlights" in CSS)) return;
    ranges.forEach((each, colour) => CSS.highlights.set(`mark-${colour}`, new Highlight(...each)));
  }

  // How it is done -----------------------------------------------------------

  #wake() {
    const { signal } = this;
    addEventListener("pointerdown", () => { this.#isPressed = true; }, { signal });
    for (const over of ["pointerup", "pointercancel"]) addEventListener(over, () => { this.#isPressed = false; this.#soon(); }, { signal });
    document.addEventListener("selectionchange", () => this.#soon(), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.form.addEventListener("click", (event) => this.#clicked(event.target));
    this.panel.addEventListener("submit", (event) => { event.preventDefault(); this.#mark(); });
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.#close(true));
    this.panel.querySelector("[data-closes]").addEventListener("click", () => this.#close(true));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#close(false), { signal });
  }

  #clicked(target) {
    const id = target.closest("[data-candidate]")?.dataset.candidate;
    const remove = target.closest("[data-remove]");
    if (target.closest("[data-mark]")) this.open(id);
    else if (remove) this.#remove(id, Number(remove.dataset.remove));
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), AFTER);
  }

  #look() {
    if (this.#isPressed || this.panel.contains(document.activeElement) || "sending" in this.form.dataset) return;
    const selected = this.#selected();
    if (selected) this.#show(selected, getSelection().getRangeAt(0));
    else this.#close(false);
  }

  /** What is selected, where it lies within one answer. */
  #selected() {
    const selection = getSelection();
    if (selection.rangeCount === 0 || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const text = this.#elementOf(range.commonAncestorContainer)?.closest("[data-answer]");
    if (!text || !this.form.contains(text)) return null;
    const before = document.createRange();
    before.selectNodeContents(text);
    before.setEnd(range.startContainer, range.startOffset);
    const start = before.toString().length;
    const at = [start, start + range.toString().length];
    const quote = range.toString().replace(/\s+/gu, " ").trim();
    return quote ? { id: text.closest("[data-candidate]").dataset.candidate, at, quote } : null;
  }

  #elementOf(node) { return node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement; }

  #show(aim, beside) {
    if (this.#aim?.id !== aim.id || this.#aim?.quote !== aim.quote) this.#begin();
    this.#aim = aim;
    this.quote.value = aim.quote;
    this.panel.querySelector("[data-letter]").textContent = this.#letter(aim.id);
    if (!this.panel.matches(":popover-open")) this.panel.showPopover();
    const { left, bottom, top } = beside.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.panel;
    const below = bottom + 8 + height <= innerHeight ? bottom + 8 : top - 8 - height;
    this.panel.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    this.panel.style.top = `${Math.max(8, below)}px`;
  }

  #begin() {
    this.why.value = "";
    this.complaint.textContent = "";
    for (const kind of this.kinds) kind.checked = this.kinds.length === 1;
  }

  #close(goesBack) {
    if (!this.panel.matches(":popover-open")) return;
    const isInside = this.panel.contains(document.activeElement);
    this.panel.hidePopover();
    if (goesBack && isInside) this.cards.get(this.#aim.id).querySelector("[data-mark]").focus({ preventScroll: true });
    this.#aim = null;
    this.#begin();
  }

  #mark() {
    const { id, at, quote } = this.#aim;
    const span = this.#spanOf(id, this.quote.value === quote ? at : null);
    if (typeof span === "string") {
      this.complaint.textContent = span;
      return;
    }
    this.spans.set(id, inOrder([...this.spans.get(id), span]));
    getSelection().removeAllRanges();
    this.#close(true);
    this.draw();
    this.say(words.marked(this.labelOf(span.name), this.#letter(id), short(span.quote)));
    this.onChange();
  }

  /** The span that the panel describes, or what is wrong with it. */
  #spanOf(id, at) {
    const { raw, shown } = this.#alignment(id);
    if (!this.quote.value.trim()) return words.nothing;
    const found = at ?? sought(shown, this.quote.value);
    const [start, end] = (found && this.#alignment(id).toRaw(found)) ?? sought(raw, this.quote.value) ?? [];
    if (start === undefined) return words.notThere(this.#letter(id));
    const name = this.kinds.find(({ checked }) => checked)?.value;
    if (!name) return words.noKind;
    const why = this.why.value.trim().toWellFormed();
    const place = { start: inCodePoints(raw, start), end: inCodePoints(raw, end) };
    return { name, ...place, quote: raw.slice(start, end), ...(why && { why }) };
  }

  #remove(id, at) {
    if ("sending" in this.form.dataset) return;
    this.spans.set(id, this.spans.get(id).toSpliced(at, 1));
    this.draw();
    this.cards.get(id).querySelector("[data-mark]").focus({ preventScroll: true });
    this.say(words.removed(this.#letter(id)));
    this.onChange();
  }

  #line(id, { name, quote, why }, at) {
    const line = document.createElement("li");
    const kind = element("span", "mark-kind", this.labelOf(name));
    kind.dataset.colour = this.#colourOf({ name });
    const remove = element("button", "button button-quiet button-small", "×");
    Object.assign(remove, { type: "button", title: words.remove(short(quote)) });
    remove.setAttribute("aria-label", remove.title);
    remove.dataset.remove = at;
    const said = element("q", "", short(quote));
    said.dir = "auto";
    const because = element("span", "quiet", why ?? "");
    because.dir = "auto";
    line.append(kind, said, because, remove);
    return line;
  }

  #colourOf({ name }) { return Math.max(this.kinds.findIndex(({ value }) => value === name), 0) % COLOURS; }
  #letter(id) { return this.items.find((item) => item.id === id).letter; }
  #list(id) { return this.cards.get(id).querySelector("[data-marked]"); }
  #text(id) { return this.cards.get(id).querySelector("[data-answer]"); }

  #alignment(id) {
    if (!this.#alignments.has(id)) this.#alignments.set(id, new Alignment(this.texts[id], this.#text(id).textContent));
    return this.#alignments.get(id);
  }

  #rangeOf(id, { start, end }) {
    const { raw } = this.#alignment(id);
    const shown = this.#alignment(id).toShown([inUnits(raw, start), inUnits(raw, end)]);
    if (!shown) return null;
    const range = document.createRange();
    const [from, to] = placesIn(this.#text(id), shown);
    range.setStart(...from);
    range.setEnd(...to);
    return range;
  }
}

/** The text nodes, with the places in them, at which a stretch of an element's text begins and ends. */
function placesIn(root, [start, end]) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let before = 0;
  let from = [root, 0];
  let to = [root, root.childNodes.length];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const after = before + node.length;
    if (before <= start && start < after) from = [node, start - before];
    if (before < end && end <= after) to = [node, end - before];
    before = after;
  }
  return [from, to];
}

const short = (quote) => (quote.length > SHOWN ? `${quote.slice(0, SHOWN).toWellFormed()}…` : quote);

/** Quotes come in as text, never as HTML. */
function element(tag, className, text) {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
