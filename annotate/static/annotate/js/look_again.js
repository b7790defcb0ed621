/** The answer once more as it will read, before it is handed in, where the campaign asks for it. */

export class LookAgain {
  #wasSeen = false;

  /** @param {import("./answer_view.js").AnswerView} answer @param {() => void} handIn */
  constructor(answer, handIn) {
    this.answer = answer;
    this.dialog = "looksAgain" in answer.form.dataset ? document.getElementById("look-again") : null;
    if (!this.dialog) return;
    this.place = this.dialog.querySelector("[data-look]");
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (!event.repeat) this.dialog.close("hand-in");
    });
    this.dialog.addEventListener("close", () => this.#closed(handIn));
  }

  /** Whether it may be handed in; if not, it is shown. Nothing at all is for the server to refuse. */
  mayGo() {
    if (!this.dialog || this.#wasSeen || !this.answer.text.value.trim()) return true;
    this.#show();
    return false;
  }

  /** At once what the preview has; the server's newest as soon as it comes, which without a connection is never. */
  #show() {
    const { children } = document.getElementById("preview");
    this.place.replaceChildren(...[...children].map((child) => child.cloneNode(true)));
    this.dialog.returnValue = "";
    this.dialog.showModal();
    this.place.focus();
    this.place.scrollTop = 0;
    const { form, text } = this.answer;
    const asked = { source: form, target: this.place, values: { item: form.dataset.item } };
    htmx.ajax("POST", text.getAttribute("hx-post"), asked).catch(() => {});
  }

  #closed(handIn) {
    if (this.dialog.returnValue !== "hand-in") return this.answer.text.focus();
    this.#wasSeen = true;
    handIn();
    this.#wasSeen = false;
  }
}
