/** Two answers compared in a dialog: reads the board, changes nothing of it. */

import { filled, gettext } from "../../commons/js/gettext.js";
import { compare, rowsOf } from "./difference.js";
import { plainText } from "./plain_text.js";

const LAYOUT = "laurel:difference";
const WIDE = matchMedia("(min-width: 62rem)");
const TAGS = { same: "span", "only-first": "del", "only-second": "ins" };
const NOTES = {
  words: "",
  paragraphs: gettext("These two are long and share little: whole paragraphs are compared, not words."),
  whole: gettext("These two are too long and too different to compare: each is shown as it is."),
};

export class DifferenceView {
  #runs = [];

  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("./board_view.js").BoardView} view whose answers are compared
   * @param {AbortSignal} signal they are not on the page any more
   */
  constructor(dialog, view, signal) {
    this.dialog = dialog;
    this.view = view;
    this.text = dialog.querySelector("[data-text]");
    this.picks = [...dialog.querySelectorAll("[data-pick]")];
    this.#wake(signal);
  }

  /** Compare the answer in focus with the one ranked above it, or below where it is the first. */
  open() {
    if (!this.dialog.isConnected || this.dialog.open) return; // it was on its way while the person went on
    const { tiers, unrankable, focused } = this.view.board;
    const order = [...tiers.flat(), ...unrankable];
    const at = order.indexOf(focused);
    this.#pick(focused, order[at - 1] ?? order[at + 1]);
    this.dialog.showModal();
    this.text.focus();
  }

  // How it is done -----------------------------------------------------------

  #wake(signal) {
    for (const pick of this.picks) {
      pick.replaceChildren(...this.view.items.map(({ id, letter }) => new Option(letter, id)));
      pick.addEventListener("change", () => this.#keepApart(pick));
    }
    this.dialog.addEventListener("click", (event) => {
      const layout = event.target.closest("[data-layout-choice]")?.dataset.layoutChoice;
      if (!layout) return;
      localStorage.setItem(LAYOUT, layout);
      this.#draw();
    });
    this.dialog.addEventListener("close", () => this.text.replaceChildren());
    WIDE.addEventListener("change", () => this.dialog.open && this.#draw(), { signal });
  }

  /** Nobody compares an answer with itself: the other takes the place that this one had. */
  #keepApart(changed) {
    const [first, second] = this.pair;
    const had = this.picks.map((pick) => pick.dataset.had);
    if (first !== second) this.#pick(first, second);
    else this.#pick(...(changed === this.picks[0] ? [first, had[0]] : [had[1], second]));
  }

  get pair() { return this.picks.map((pick) => pick.value); }

  #pick(...ids) {
    this.picks.forEach((pick, at) => { pick.value = pick.dataset.had = ids[at]; });
    const [first, second] = ids.map((id) => plainText(this.view.cards.get(id).querySelector("[data-answer]")));
    const { level, runs } = compare(first, second);
    this.#runs = runs;
    const isSame = runs.every(({ kind }) => kind === "same");
    this.dialog.querySelector("[data-note]").textContent = isSame ? gettext("Word for word the same.") : NOTES[level];
    this.text.scrollTop = 0;
    this.#draw();
  }

  #draw() {
    const layout = WIDE.matches ? localStorage.getItem(LAYOUT) ?? "beside" : "together";
    const names = this.#names();
    this.dialog.dataset.layout = layout;
    this.dialog.querySelector("[data-heads]").replaceChildren(...heads(layout, names));
    this.text.replaceChildren(...rowsOf(this.#runs).map((row) => drawRow(row, layout, names)));
    for (const button of this.dialog.querySelectorAll("[data-layout-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.layoutChoice === layout));
    }
  }

  #names() {
    const [first, second] = this.pair.map((id) => this.view.board.letter(id));
    const onlyIn = (letter) => filled(gettext("only in %(letter)s"), { letter });
    return { same: gettext("in both"), "only-first": onlyIn(first), "only-second": onlyIn(second), first, second };
  }
}

/** What the two marks mean; side by side, each stands over its column. */
function heads(layout, names) {
  const marks = ["only-first", "only-second"].map((kind) => element(TAGS[kind], "", names[kind]));
  if (layout === "together") return marks;
  return marks.map((mark, at) => {
    const head = element("span", "difference-head");
    head.append(element("span", "letter", at ? names.second : names.first), mark);
    return head;
  });
}

function drawRow(row, layout, names) {
  const line = element("div", "difference-row");
  const sides = layout === "beside" ? ["only-second", "only-first"] : [null];
  line.append(...sides.map((other) => drawCell(row.filter(({ kind }) => kind !== other), names)));
  return line;
}

/** One paragraph of runs; what the marks show is said in words where they change. */
function drawCell(runs, names) {
  const cell = element("div", "difference-cell");
  runs.forEach(({ kind, text }, at) => {
    if (at || kind !== "same") cell.append(element("span", "visually-hidden", ` ${names[kind]}: `));
    cell.append(element(TAGS[kind], "", text));
  });
  return cell;
}

/** Answers come in as text, never as HTML. */
function element(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
