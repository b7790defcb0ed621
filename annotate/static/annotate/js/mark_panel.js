/** The panel that speaks of one stretch of an answer: what it says, what it is, and why; and where on the screen it stands. */

const GAP = 8; // px between the panel and what it speaks of, and the edges of the window
const HANDLES = 48; // px below a selection, where a finger takes hold of it
const BY_FINGER = matchMedia("(pointer: coarse)");

export class MarkPanel {
  aim = null; // { id, at: [start, end] of what is drawn, or null, quote, isAsked: nothing was selected, somebody wants to mark }

  /** @param {HTMLFormElement} root */
  constructor(root) {
    this.root = root;
    const { quote, why } = root.elements;
    Object.assign(this, { quote, why, complaint: root.querySelector("[data-complaint]") });
    this.kinds = [...root.querySelectorAll("[name=kind]")];
    this.#begin();
  }

  get isOpen() { return this.root.matches(":popover-open"); }
  get hasFocus() { return this.root.contains(document.activeElement); }
  get kind() { return this.kinds.find(({ checked }) => checked)?.value; }

  /** Where the words that stand in it are drawn; null where somebody wrote them, and they have to be sought. */
  get place() { return this.quote.value === this.aim.quote ? this.aim.at : null; }

  /** Something was written into it, which is not thrown away with a selection. */
  get isBegun() { return this.why.value.trim() !== "" || this.quote.value !== (this.aim?.quote ?? ""); }

  /** @param {object} aim @param {string} letter of the answer @param {Element|Range} beside the stretch, or the text that is asked for */
  open(aim, letter, beside) {
    this.speakOf(aim);
    this.root.querySelector("[data-letter]").textContent = letter;
    if (!this.isOpen) this.root.showPopover();
    this.#stand(beside.getBoundingClientRect());
  }

  speakOf(aim) {
    this.complaint.textContent = "";
    this.aim = aim;
    this.quote.value = aim.quote;
  }

  /** What was begun and is not marked yet, as `bringBack` takes it; null where nothing was. */
  get begun() {
    if (!this.isOpen || !this.isBegun) return null;
    return { aim: this.aim, quote: this.quote.value, kind: this.kind, why: this.why.value };
  }

  bringBack({ quote, kind, why }) {
    Object.assign(this.quote, { value: quote });
    Object.assign(this.why, { value: why });
    for (const each of this.kinds) each.checked = each.value === kind;
  }

  /** Go to what is to be said next; a field in focus would bring up the keyboard of a phone, over the words to be pressed. */
  focus() {
    const [first, second] = this.kinds;
    if (!this.quote.value) (BY_FINGER.matches ? this.root : this.quote).focus();
    else (second ? first : this.why).focus();
  }

  close() {
    this.root.hidePopover();
    this.aim = null;
    this.#begin();
  }

  #begin() {
    this.why.value = "";
    this.complaint.textContent = "";
    for (const kind of this.kinds) kind.checked = this.kinds.length === 1; // there is nothing to choose
  }

  /** Where it hides nothing of what it speaks of, nor of the words that are to be pressed. */
  #stand(box) {
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const [rightmost, lowest] = [innerWidth - width - GAP, innerHeight - height - GAP];
    const { x, y } = placeOf(box, { height, lowest, isAsked: this.aim.isAsked });
    this.root.style.left = `${Math.max(GAP, Math.min(x, rightmost))}px`;
    this.root.style.top = `${Math.max(GAP, Math.min(y, lowest))}px`;
  }
}

/** For a finger at an edge of the window, out of its way; below the text that is asked for, as far as it can; else below or above. */
function placeOf({ left, top, bottom }, { height, lowest, isAsked }) {
  if (BY_FINGER.matches) return { x: left, y: isAsked || bottom + HANDLES <= lowest ? lowest : GAP };
  return { x: left, y: isAsked || bottom + GAP <= lowest ? bottom + GAP : top - GAP - height };
}
