/** Marking stretches of the answers: by a selection, or by writing what they say. */

import { filled, gettext } from "../../commons/js/gettext.js";
import { inOrder } from "./answers.js";
import { MarkPanel } from "./mark_panel.js";
import { drawMarks, short } from "./marks.js";
import { lengthUntil, placeAt, rangeOf } from "./places.js";
import { Alignment, inCodePoints, inUnits, sought, stretched, wordAt } from "./spans.js";

const AFTER = 250; // ms without a change before a selection is taken for one

const words = {
  nothing: gettext("Select a stretch of the answer, or write what it says"),
  unmarked: gettext("Mark this first, or close it: it would be gone with the item"),
  notThere: (letter) => filled(gettext("These words do not stand in %(letter)s. Copy them from there"), { letter }),
  noKind: gettext("Say what it is"),
  marked: (kind, letter, quote) => filled(gettext("%(kind)s in %(letter)s: “%(quote)s”"), { kind, letter, quote }),
  removed: (letter) => filled(gettext("A mark of %(letter)s is taken away"), { letter }),
};

export class SpansView {
  #alignments = new Map(); // id -> Alignment, made when it is first needed
  #pressed = null; // where somebody pressed last
  #isDown = false;
  #timer = null;

  /** @param {HTMLFormElement} form @param {{panel: HTMLFormElement, items: object[], cards: Map, texts: object, onChange: () => void, say: (sentence: string) => void, signal: AbortSignal}} page */
  constructor(form, { panel, ...page }) {
    Object.assign(this, page);
    this.form = form;
    this.spans = new Map(this.items.map(({ id }) => [id, []]));
    this.panel = new MarkPanel(panel);
    this.#wake();
  }

  /** Replace all marks. */
  take(spans) {
    this.spans = spans;
    this.draw();
  }

  /** Mark in the answer that one looks at: what is selected there, or what one is about to press or to write. */
  open(id) {
    const selected = this.#selected();
    const aim = selected?.id === id ? selected : { id, at: null, quote: "", isAsked: true };
    this.panel.open(aim, this.#letter(id), selected ? this.#button(id) : this.#text(id));
    this.panel.focus();
  }

  /** @param {import("./slips.js").Slips} slips keep what stands in the panel until it is marked */
  keepIn(slips) {
    this.slips = slips;
    slips.hold("mark", (begun) => this.#bringBack(begun));
  }

  /** Whether nothing is begun; if something is, it is in sight. */
  mayGo() {
    if (!this.panel.begun) return true;
    this.#complain(words.unmarked);
    this.panel.focus();
    return false;
  }

  draw() {
    const kinds = this.panel.kinds.map(({ value, dataset: { label } }) => ({ value, label }));
    drawMarks(this.items.map(({ id }) => this.#drawn(id)), kinds);
  }

  labelOf(name) { return this.panel.kinds.find(({ value }) => value === name)?.dataset.label ?? name; }

  // How it is done -----------------------------------------------------------

  #wake() {
    const { signal, panel: { root } } = this;
    addEventListener("pointerdown", ({ target }) => { this.#pressed = target; this.#isDown = true; }, { signal });
    for (const over of ["pointerup", "pointercancel"]) addEventListener(over, () => { this.#isDown = false; this.#soon(); }, { signal });
    document.addEventListener("selectionchange", () => this.#soon(), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.form.addEventListener("click", (event) => this.#clicked(event));
    root.addEventListener("submit", (event) => { event.preventDefault(); this.#mark(); });
    root.addEventListener("input", () => this.#keepBegun());
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.#close(true));
    root.querySelector("[data-closes]").addEventListener("click", () => this.#close(true));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#close(false), { signal });
  }

  #clicked(event) {
    const { target } = event;
    const id = target.closest("[data-candidate]")?.dataset.candidate;
    const remove = target.closest("[data-remove]");
    if (target.closest("[data-mark]")) this.open(id);
    else if (remove) this.#remove(id, Number(remove.dataset.remove));
    else if (target.closest("[data-answer]") && !target.closest("a") && this.panel.aim?.isAsked && this.panel.aim.id === id) this.#point(event);
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), AFTER);
  }

  #look() {
    if (this.#isDown || this.panel.hasFocus || "sending" in this.form.dataset) return;
    const selected = this.#selected();
    if (selected && !this.#isAim(selected)) this.panel.open(selected, this.#letter(selected.id), getSelection().getRangeAt(0));
    else if (!selected && !this.panel.isBegun && !this.#isAtIt) this.#close(false);
  }

  #isAim({ id, at: [start, end] }) {
    const { aim } = this.panel;
    return aim?.id === id && aim.at?.[0] === start && aim.at[1] === end;
  }

  /** The last press was for the panel: on it, which in some browsers takes the selection away, or on the words that it asks for. */
  get #isAtIt() {
    const { root, aim } = this.panel;
    return root.contains(this.#pressed) || (aim?.isAsked && this.#text(aim.id).contains(this.#pressed));
  }

  /** What is selected, where it lies within one answer. */
  #selected() {
    const selection = getSelection();
    if (selection.rangeCount === 0 || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const text = this.#elementOf(range.commonAncestorContainer)?.closest("[data-answer]");
    if (!text || !this.form.contains(text)) return null;
    const start = lengthUntil(text, range.startContainer, range.startOffset);
    const at = [start, start + range.toString().length];
    const quote = onOneLine(range.toString());
    return quote ? { id: text.closest("[data-candidate]").dataset.candidate, at, quote } : null;
  }

  #elementOf(node) { return node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement; }

  /** Take in the word that was pressed: the first and the last make a stretch, with no need to draw. */
  #point({ clientX, clientY }) {
    const { aim: { id }, place } = this.panel;
    const drawn = this.#selected();
    if (drawn && !this.#isAim(drawn)) return;
    const text = this.#text(id);
    const word = wordAt(text.textContent, placeAt(text, clientX, clientY));
    if (!word) return;
    const now = stretched(place, word);
    const range = rangeOf(text, now);
    this.panel.speakOf({ id, at: now, quote: onOneLine(range.toString()), isAsked: true });
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    this.#keepBegun();
  }

  #close(goesBack) {
    if (!this.panel.isOpen) return;
    const { aim: { id }, hasFocus } = this.panel;
    this.panel.close();
    this.#keepBegun();
    if (goesBack && hasFocus) this.#button(id).focus({ preventScroll: true });
  }

  #keepBegun() { this.slips?.put("mark", this.panel.begun); }

  /** A panel that stood open over a page that is gone. What is covered is not quoted. */
  #bringBack(begun) {
    const { aim } = begun;
    if (!this.cards.has(aim.id)) return;
    if (this.#text(aim.id).closest("[inert]")) {
      const again = () => this.#bringBack(begun);
      document.querySelector("[data-cover]").addEventListener("toggle", again, { once: true, signal: this.signal });
      return;
    }
    this.panel.open(aim, this.#letter(aim.id), this.#text(aim.id));
    this.panel.bringBack(begun);
  }

  #complain(sentence) { this.panel.complaint.textContent = sentence; }

  #mark() {
    const { id } = this.panel.aim;
    const span = this.#spanOf(id);
    if (typeof span === "string") return this.#complain(span);
    this.spans.set(id, inOrder([...this.spans.get(id), span]));
    getSelection().removeAllRanges();
    this.#close(true);
    this.draw();
    this.say(words.marked(this.labelOf(span.name), this.#letter(id), short(span.quote)));
    this.onChange();
  }

  /** The span that the panel describes, or what is wrong with it. */
  #spanOf(id) {
    const { quote, place, kind: name } = this.panel;
    const { raw, shown } = this.#alignment(id);
    if (!quote.value.trim()) return words.nothing;
    const found = place ?? sought(shown, quote.value);
    const [start, end] = (found && this.#alignment(id).toRaw(found)) ?? sought(raw, quote.value) ?? [];
    if (start === undefined) return words.notThere(this.#letter(id));
    if (!name) return words.noKind;
    const why = this.panel.why.value.trim().toWellFormed();
    const there = { start: inCodePoints(raw, start), end: inCodePoints(raw, end) };
    return { name, ...there, quote: raw.slice(start, end), ...(why && { why }) };
  }

  #remove(id, at) {
    if ("sending" in this.form.dataset) return;
    this.spans.set(id, this.spans.get(id).toSpliced(at, 1));
    this.draw();
    this.#button(id).focus({ preventScroll: true });
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
  #button(id) { return this.cards.get(id).querySelector("[data-mark]"); }

  #alignment(id) {
    if (!this.#alignments.has(id)) this.#alignments.set(id, new Alignment(this.texts[id], this.#text(id).textContent));
    return this.#alignments.get(id);
  }
}

const onOneLine = (text) => text.replace(/\s+/gu, " ").trim();
