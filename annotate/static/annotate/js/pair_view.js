/**
 * The ranking page of two answers: one row of cells, and what hands do to it.
 *
 * The cells are native radios: the arrow keys, a finger and a screen reader need nothing from here. They begin unchosen,
 * and an undo of the first press leads back there: which of two was shuffled to the left is no judgement.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { Board } from "./board.js";
import { arrangementOf, cellOf, inWords } from "./pair.js";

const UNCHOSEN = gettext("Nothing is chosen yet");

export class PairView {
  #begunMeant; // what the page began with was somebody's choice

  /** @param {HTMLFormElement} form @param {{kept: object|null, onChange: () => void}} options */
  constructor(form, { kept, onChange }) {
    this.form = form;
    this.onChange = onChange;
    this.cards = new Map([...form.querySelectorAll("[data-candidate]")].map((card) => [card.dataset.candidate, card]));
    this.items = [...this.cards].map(([id, card]) => ({ id, letter: card.dataset.letter }));
    this.saying = form.querySelector("[data-announce]");
    this.row = form.querySelector("[data-pair]");
    this.cells = [...this.row.querySelectorAll("input")];
    this.asksStrength = "asksStrength" in form.dataset;
    for (const plain of form.querySelectorAll("[data-plain]")) plain.remove();
    this.#wakeRow();
    this.#begin(kept);
  }

  // What the keys call -------------------------------------------------------

  press(key) {
    const cell = this.cells.find((each) => each.dataset.key === key);
    if (cell) this.choose(cell.value);
  }

  choose(cell) {
    this.#act((board) => {
      board.take(arrangementOf(cell, board.ids));
      return this.#words(board);
    });
  }

  undo() { this.#act((board) => (board.canUndo ? this.#travel(() => board.undo(), gettext("Undone: %(choice)s")) : gettext("Nothing to undo"))); }
  redo() { this.#act((board) => (board.canRedo ? this.#travel(() => board.redo(), gettext("Done again: %(choice)s")) : gettext("Nothing to do again"))); }

  /** Go to the text of an answer, to read on there by the arrow keys. */
  look(at) {
    const card = [...this.cards.values()][at];
    card.querySelector(".answer-body").focus({ focusVisible: true, preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Somebody wants to hand in what nobody has chosen. */
  askToChoose() {
    this.row.classList.add("is-asked");
    this.cells[0].focus({ focusVisible: true, preventScroll: true }); // the row is in sight
    this.say(gettext("Nothing is chosen yet: press one of the cells"));
  }

  // What the draft and the form need -----------------------------------------

  read() { return { ...this.board.serialise(), considered: this.board.considered }; }
  write(kept) { this.#begin(kept); }

  /** A choice in words, for a person who chooses between two drafts. */
  inWords(kept) { return this.#words(this.#boardOf(kept)); }

  say(sentence) { this.saying.textContent = sentence; }

  // How it is done -----------------------------------------------------------

  #begin(kept) {
    this.board = this.#boardOf(kept);
    this.#begunMeant = this.board.considered;
    this.#draw();
  }

  #boardOf(kept) { return new Board(this.items, kept?.considered === false ? null : kept); }

  #wakeRow() {
    this.row.addEventListener("change", (event) => this.choose(event.target.value));
    this.row.addEventListener("keydown", (event) => { // Enter in a radio would hand in; that is for Ctrl+Enter
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
    });
  }

  #act(operation) {
    if ("sending" in this.form.dataset) {
      this.#draw(); // the browser has moved its radio already
      return this.say(gettext("Your choice is on its way; go on editing to change it"));
    }
    const before = JSON.stringify(this.read());
    this.say(operation(this.board));
    if (JSON.stringify(this.read()) === before) return;
    this.#draw();
    this.onChange();
  }

  #travel(go, how) {
    go();
    this.board.considered = this.#begunMeant || this.board.canUndo;
    return filled(how, { choice: this.#words(this.board) });
  }

  #draw() {
    const { board } = this;
    const cell = board.considered ? this.#cellOf(board) : null;
    for (const each of this.cells) each.checked = each.value === cell;
    if (this.row.contains(document.activeElement)) this.cells.find((each) => each.checked)?.focus({ preventScroll: true });
    for (const [id, card] of this.cards) card.classList.toggle("is-best", board.considered && board.tierOf(id) === 0);
    if (board.considered) this.row.classList.remove("is-asked");
    this.form.querySelector("[data-undo]").disabled = !board.canUndo;
    this.form.querySelector("[data-redo]").disabled = !board.canRedo;
  }

  /** Where nobody is asked how much, what somebody said all the same stays behind its cell. */
  #cellOf(board) {
    const cell = cellOf(board.serialise(), board.ids);
    return this.asksStrength ? cell : cell?.replace(/\d/, "");
  }

  #words(board) {
    if (!board.considered) return UNCHOSEN;
    const cell = cellOf(board.serialise(), board.ids);
    if (cell === null) return board.ids.map((id) => `${board.letter(id)}: ${board.standing(id)}`).join("\n");
    return inWords(cell, board.ids.map((id) => board.letter(id)));
  }
}
