/**
 * The ranking page: the board's state on the cards and the rail, and what hands do to it.
 *
 * Keys, presses, drags and the screen reader all go through `#act`, so that they cannot differ in what they do.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { Board } from "./board.js";
import { RailView } from "./rail_view.js";

const EXCERPT = 90; // characters

export class BoardView {
  /** @param {HTMLFormElement} form @param {{kept: object|null, onChange: () => void}} options */
  constructor(form, { kept, onChange }) {
    this.form = form;
    this.onChange = onChange;
    this.cards = new Map([...form.querySelectorAll("[data-candidate]")].map((card) => [card.dataset.candidate, card]));
    this.items = [...this.cards].map(([id, card]) => ({ id, letter: card.dataset.letter }));
    this.saying = form.querySelector("[data-announce]");
    this.asksStrength = "asksStrength" in form.dataset;
    this.board = new Board(this.items, kept);
    this.rail = this.#makeRail();
    this.#wakeCards();
    this.#draw();
  }

  // What the keys call -------------------------------------------------------

  look(step) { this.board.focusNeighbour(step); this.#showFocus(true); }
  place(rank) { this.#act((board, id) => board.place(id, rank)); }
  tie() { this.#act((board, id) => board.tie(id)); }
  apart() { this.#act((board, id) => board.toggleUnrankable(id)); }
  move(direction) { this.#act((board, id) => board.move(id, direction)); }
  undo() { this.#act((board) => board.undo()); }
  redo() { this.#act((board) => board.redo()); }

  strength(by) {
    if (!this.asksStrength) return this.say(gettext("This campaign does not ask how much better"));
    this.#act((board, id) => board.changeStrength(board.boundaryOf(id), by));
  }

  // What the draft and the form need -----------------------------------------

  read() { return { ...this.board.serialise(), considered: this.board.considered }; }

  write(kept) {
    const focused = this.board.focused;
    this.board = new Board(this.items, kept);
    this.board.focus(focused);
    this.rail.board = this.board;
    this.#draw();
  }

  /** An order in words, for a person who chooses between two drafts. */
  inWords(kept) {
    const board = new Board(this.items, kept);
    return board.ids.map((id) => `${board.letter(id)}: ${board.standing(id)}`).join("\n");
  }

  say(sentence) { this.saying.textContent = sentence; }

  // How it is done -----------------------------------------------------------

  #act(operation) {
    if ("sending" in this.form.dataset) return this.say(gettext("Your order is on its way; go on editing to change it"));
    const before = JSON.stringify(this.board.serialise());
    this.say(operation(this.board, this.board.focused));
    if (JSON.stringify(this.board.serialise()) === before) return;
    this.#draw();
    this.onChange();
  }

  #draw() {
    this.rail.draw();
    for (const [id, card] of this.cards) {
      const standing = this.board.standing(id);
      card.querySelector("[data-standing]").textContent = standing;
      card.classList.toggle("is-best", this.board.tierOf(id) === 0);
      card.classList.toggle("is-apart", this.board.tierOf(id) < 0);
      this.#markButtons(id, card);
    }
    this.form.querySelector("[data-undo]").disabled = !this.board.canUndo;
    this.form.querySelector("[data-redo]").disabled = !this.board.canRedo;
    this.#showFocus(false);
  }

  #markButtons(id, card) {
    const tier = this.board.tierOf(id);
    for (const button of card.querySelectorAll("[data-place]")) {
      const pressed = button.dataset.place === "0" ? tier < 0 : Number(button.dataset.place) === tier + 1;
      if (button.dataset.place !== "=") button.setAttribute("aria-pressed", String(pressed));
    }
  }

  #showFocus(move) {
    for (const [id, card] of this.cards) {
      const focused = id === this.board.focused;
      card.classList.toggle("is-focused", focused);
      card.tabIndex = focused ? 0 : -1;
    }
    this.rail.markFocus();
    if (!move) return;
    const card = this.cards.get(this.board.focused);
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #makeRail() {
    const excerpts = new Map([...this.cards].map(([id, card]) => [id, excerptOf(card)]));
    return new RailView({
      root: this.form.querySelector("[data-rail]"),
      board: this.board,
      excerpts,
      asksStrength: this.asksStrength,
      onMove: (id, target) => { this.board.focus(id); this.#act((board) => board.drop(id, target)); },
      onStrength: (above) => this.#act((board) => board.setStrength(above, ((board.strengths[above] ?? 0) + 1) % 4 || null)),
      onFocus: (id) => { this.board.focus(id); this.#showFocus(true); },
    });
  }

  /** Swap the plain selects of each card for one button per key, and follow where a person looks. */
  #wakeCards() {
    for (const [id, card] of this.cards) {
      for (const plain of card.querySelectorAll("[data-plain]")) plain.remove();
      card.querySelector("[data-places]").replaceChildren(...this.#placeButtons(card.dataset.letter));
      card.addEventListener("focusin", () => { this.board.focus(id); this.#showFocus(false); });
      card.addEventListener("pointerdown", () => { this.board.focus(id); this.#showFocus(false); });
      card.addEventListener("click", (event) => {
        const place = event.target.closest("[data-place]")?.dataset.place;
        if (place === "=") this.tie();
        else if (place === "0") this.apart();
        else if (place) this.place(Number(place));
      });
    }
  }

  #placeButtons(letter) {
    const says = (sentence, rank) => filled(sentence, { letter, rank });
    const ranks = this.items.map((_, at) => [String(at + 1), says(gettext("Put %(letter)s on rank %(rank)s"), at + 1)]);
    const others = [["=", says(gettext("Tie %(letter)s with the rank above"))], ["0", says(gettext("%(letter)s cannot be ranked"))]];
    return [...ranks, ...others].map(([key, says]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "place", textContent: key, title: says });
      button.dataset.place = key;
      button.setAttribute("aria-label", says);
      return button;
    });
  }
}

function excerptOf(card) {
  const text = card.querySelector("[data-answer]").textContent.replace(/\s+/g, " ").trim();
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
}
