/** The best answer, edited into an ideal one: a text beside the page, which begins with what the best one says. */

import { filled, gettext } from "../../commons/js/gettext.js";

const words = {
  unranked: gettext("There is no best one yet: choose it first, then edit it"),
  from: (letter) => filled(gettext("Made from %(letter)s."), { letter }),
  isBestNoMore: (letter) => filled(gettext("It was made from %(letter)s, which is not the best any more. Rank %(letter)s first, begin again, or take it away."), { letter }),
  missing: gettext("This campaign asks for an ideal answer: edit the best one until it is as it should be"),
};

export class IdealView {
  /** @param {HTMLElement} drawer @param {{items: object[], texts: object, board: () => object, isRequired: boolean, onChange: () => void, say: (sentence: string) => void}} page */
  constructor(drawer, page) {
    Object.assign(this, page);
    this.drawer = drawer;
    this.text = drawer.querySelector("[name=ideal]");
    this.from = drawer.querySelector("[name=ideal_from]");
    this.note = drawer.querySelector("[data-ideal-note]");
    this.text.addEventListener("input", () => { this.#name(); this.onChange(); });
    drawer.querySelector("[data-ideal-anew]").addEventListener("click", () => this.#anew());
    drawer.querySelector("[data-ideal-away]").addEventListener("click", () => this.#put("", ""));
  }

  /** Nobody has changed a word of it: where none is required, there is none. */
  get #isUntouched() { return lines(this.text.value) === lines(this.texts[this.from.value] ?? ""); }

  read() {
    const isNone = !this.text.value.trim() || (this.#isUntouched && !this.isRequired);
    return isNone ? { ideal: "", ideal_from: "" } : { ideal: this.text.value.toWellFormed(), ideal_from: this.from.value };
  }

  write({ ideal = "", ideal_from: from = "" }) {
    this.text.value = ideal;
    this.from.value = from;
    this.tell();
  }

  /** Say which answer it is made from. */
  tell() { this.note.textContent = this.from.value ? words.from(this.#letter(this.from.value)) : ""; }

  /** Begin where nothing is begun. */
  open() {
    if (this.text.value.trim()) return this.tell();
    const best = this.#best();
    if (best) this.#begin(best);
    else this.#say(words.unranked);
  }

  /** Whether it may be handed in; if not, the drawer says why. */
  isFit() {
    const { ideal, ideal_from: from } = this.read();
    const [best] = this.board().tiers;
    if (this.isRequired && !ideal && best) return this.#refuse(words.missing);
    if (ideal && from && !best?.includes(from)) return this.#refuse(words.isBestNoMore(this.#letter(from)));
    if (!ideal) this.write({});
    return true;
  }

  // How it is done -----------------------------------------------------------

  #refuse(sentence) {
    this.#say(sentence);
    return false;
  }

  #say(sentence) {
    this.note.textContent = sentence;
    this.say(sentence);
  }

  /** The one of the best that a person looks at, or the first of them; none of two while nobody has chosen. */
  #best() {
    const { tiers, considered, focused } = this.board();
    const best = considered || this.items.length > 2 ? tiers[0] ?? [] : [];
    return best.includes(focused) ? focused : best[0];
  }

  #begin(id) { this.#put(this.texts[id].replaceAll("\r\n", "\n"), id); }

  #anew() {
    const best = this.#best();
    if (best) this.#begin(best);
    else this.#say(words.unranked);
  }

  #put(text, from) {
    this.text.focus();
    if (this.text.value.trim() && !this.#isUntouched) replaceAsTyped(this.text, text);
    else this.text.value = text;
    this.from.value = from;
    this.text.setSelectionRange(0, 0);
    this.tell();
    this.onChange();
  }

  /** Whoever writes from nothing writes from the best one. */
  #name() {
    if (!this.from.value) this.from.value = this.#best() ?? "";
    this.tell();
  }

  #letter(id) { return this.items.find((item) => item.id === id)?.letter ?? ""; }
}

/** So that the browser's own undo brings back what was written; nothing else of the platform does. */
function replaceAsTyped(field, text) {
  field.select();
  document.execCommand(text ? "insertText" : "delete", false, text);
  if (field.value !== text) field.value = text;
}

const lines = (text) => text.replaceAll("\r\n", "\n").trim();
