/** Starting from an answer that is there: which one is recorded, and a copy that nobody touched is asked about once. */

import { filled, gettext } from "../../commons/js/gettext.js";
import { canonical } from "./copies.js";

export class Starting {
  #other = null; // what stood in the editor before, or the start that gave way to it again
  #mayStand = false;

  /** @param {import("./answer_view.js").AnswerView} answer @param {() => void} handIn */
  constructor(answer, handIn) {
    this.answer = answer;
    this.dialog = document.getElementById("starting");
    if (!this.dialog) return;
    this.contents = JSON.parse(document.getElementById("starts").textContent);
    this.line = document.querySelector("[data-started]");
    this.back = backButton();
    this.back.addEventListener("click", () => "sending" in answer.form.dataset || this.#show(this.#other));
    this.dialog.addEventListener("close", () => this.#begin(this.dialog.returnValue));
    document.getElementById("unchanged").addEventListener("close", ({ target }) => {
      if (target.returnValue !== "stands") return;
      this.#mayStand = true;
      handIn();
    });
    answer.text.addEventListener("input", () => this.tell());
    this.tell();
  }

  /** Whether it may be handed in; if not, the person was asked. */
  mayGo() {
    if (!this.dialog || this.#mayStand || !this.#isUnchanged()) return true;
    document.getElementById("unchanged").showModal();
    return false;
  }

  /** Say which answer it began with. */
  tell() {
    const from = this.answer.read().started_from;
    const letter = this.dialog.querySelector(`button[value="${CSS.escape(from ?? "")}"][data-letter]`)?.dataset.letter;
    this.dialog.querySelector("[data-replaces]").hidden = !this.answer.text.value.trim();
    const state = `${letter} ${this.#other !== null}`;
    if (this.line.dataset.started === state) return; // what is said already is not read out again
    this.line.dataset.started = state;
    this.line.hidden = !letter && !this.#other;
    const said = letter ? filled(gettext("You started from %(letter)s; that is recorded."), { letter }) : gettext("You took the start back.");
    this.line.replaceChildren(said, " ");
    if (this.#other) this.line.append(this.back);
  }

  #begin(id) {
    this.dialog.returnValue = "";
    const content = this.contents[id];
    if (!content || "sending" in this.answer.form.dataset) return;
    this.#show({ ...content, started_from: id });
  }

  /** Nothing gets lost: what stands there now can be had again in the same way. */
  #show(content) {
    const stood = this.answer.read();
    this.#other = stood.text.trim() || stood.before ? stood : null;
    this.answer.write(content);
    this.tell();
    this.answer.text.focus();
    this.answer.text.setSelectionRange(0, 0);
    this.answer.text.scrollTop = 0;
  }

  #isUnchanged() {
    const { started_from: from, ...said } = this.answer.read();
    const start = this.contents[from];
    return start !== undefined && said.text.trim() === start.text.trim() && canonical(said.before ?? []) === canonical(this.answer.blocks.asRead(start.before));
  }
}

function backButton() {
  return Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small", textContent: gettext("Bring back what stood here") });
}
