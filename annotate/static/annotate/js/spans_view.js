/** Marking stretches of the answers: by a selection, or by writing what they say. */

import { filled, gettext } from "../../commons/js/gettext.js";
import { inOrder } from "./answers.js";
import { drawMarks, short } from "./marks.js";
import { Alignment, inCodePoints, inUnits, sought } from "./spans.js";

const AFTER = 250; // ms without a change before a selection is taken for one

const words = {
  nothing: gettext("Select a stretch of the answer, or write what it says"),
  notThere: (letter) => filled(gettext("These words do not stand in %(letter)s. Copy them from there"), { letter }),
  noKind: gettext("Say what it is"),
  marked: (kind, letter, quote) => filled(gettext("%(kind)s in %(letter)s: “%(quote)s”"), { kind, letter, quote }),
  removed: (letter) => filled(gettext("A mark of %(letter)s is taken away"), { letter }),
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

  draw() {
    const kinds = this.kinds.map(({ value, dataset: { label } }) => ({ value, label }));
    drawMarks(this.items.map(({ id }) => this.#drawn(id)), kinds);
  }

  labelOf(name) { return this.kinds.find(({ value }) => value === name)?.dataset.label ?? name; }

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
    else if (!this.#isBegun) this.#close(false);
  }

  /** Something was written into the panel, which is not thrown away with a selection. */
  get #isBegun() { return this.why.value.trim() !== "" || this.quote.value !== (this.#aim?.quote ?? ""); }

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
    this.complaint.textContent = "";
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

  /** What `drawMarks` takes of an answer. The two texts are laid side by side only where something is marked. */
  #drawn(id) {
    const card = this.cards.get(id);
    const spans = this.spans.get(id).map((span) => ({ ...span, at: this.#placeOf(id, span) }));
    return { text: this.#text(id), list: card.querySelector("[data-marked]"), spans };
  }

  #placeOf(id, { start, end }) {
    const { raw } = this.#alignment(id);
    return this.#alignment(id).toShown([inUnits(raw, start), inUnits(raw, end)]);
  }

  #letter(id) { return this.items.find((item) => item.id === id).letter; }
  #text(id) { return this.cards.get(id).querySelector("[data-answer]"); }

  #alignment(id) {
    if (!this.#alignments.has(id)) this.#alignments.set(id, new Alignment(this.texts[id], this.#text(id).textContent));
    return this.#alignments.get(id);
  }
}
