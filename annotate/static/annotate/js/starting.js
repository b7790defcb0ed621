/** Starting from an answer that is there: which one is recorded, and a copy that nobody touched is asked about once. */

import { canonical } from "./copies.js";

export class Starting {
  #before = null; // what stood in the editor, to be taken back
  #mayStand = false;

  /** @param {import("./answer_view.js").AnswerView} answer @param {() => void} handIn */
  constructor(answer, handIn) {
    this.answer = answer;
    this.dialog = document.getElementById("starting");
    if (!this.dialog) return;
    this.contents = JSON.parse(document.getElementById("starts").textContent);
    this.line = document.querySelector("[data-started]");
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
    this.line.hidden = !letter;
    this.line.replaceChildren(letter ? `You started from ${letter}; that is recorded. ` : "");
    if (!letter || !this.#before) return;
    const back = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small", textContent: "Take it back" });
    back.addEventListener("click", () => this.#takeBack());
    this.line.append(back);
  }

  #begin(id) {
    this.dialog.returnValue = "";
    const content = this.contents[id];
    if (!content || "sending" in this.answer.form.dataset) return;
    this.#before ??= this.answer.read();
    this.answer.write({ ...content, started_from: id });
    this.tell();
    this.answer.text.focus();
    this.answer.text.setSelectionRange(0, 0);
    this.answer.text.scrollTop = 0;
  }

  #takeBack() {
    const before = this.#before;
    this.#before = null;
    this.answer.write(before);
    this.tell();
    this.answer.text.focus();
  }

  #isUnchanged() {
    const { started_from: from, ...said } = this.answer.read();
    const start = this.contents[from];
    return start !== undefined && said.text.trim() === start.text.trim() && canonical(said.before ?? []) === canonical(this.answer.blocks.asRead(start.before));
  }
}
