/**
 * What a campaign asks beside the order, on the ranking page: ratings and flags under each answer, marked stretches, the
 * reason and the ideal answer in a drawer. All of it goes into the draft; undo is the order's alone.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { answersOf, fieldOf, inWords, spansOf } from "./answers.js";
import { IdealView } from "./ideal_view.js";
import { SpansView } from "./spans_view.js";

const words = {
  why: (reason) => filled(gettext("Why: %(reason)s"), { reason }),
  ideal: (text) => filled(gettext("Ideal answer: %(text)s"), { text }),
  noReason: gettext("This campaign asks why you ranked them so: say it in a sentence or two"),
};

export class AnswersView {
  /** @param {HTMLFormElement} form @param {object} view of the order @param {object} kept @param {() => void} onChange @param {AbortSignal} signal ends it */
  constructor(form, view, kept, onChange, signal) {
    Object.assign(this, { form, view, onChange, signal });
    this.texts = JSON.parse(document.getElementById("raw-texts").textContent);
    this.questions = [...form.querySelectorAll("[data-question]")].map(({ dataset }) => ({ ...dataset }));
    this.asksOfEach = form.querySelector(".questions") !== null;
    this.drawer = document.getElementById("beside");
    this.reason = this.drawer?.querySelector("[name=reason]");
    this.#makeSpans(kept);
    this.#makeIdeal();
    this.drawn = this.#content((name) => defaultOf(form.elements[name]), this.#spans);
    this.#wake();
    this.spans?.draw();
    this.ideal?.tell();
  }

  get keys() {
    return [
      { act: "ideal", keys: ["E"], says: gettext("edit the best one into an ideal answer"), help: Boolean(this.ideal), does: () => this.ideal && this.#open(this.ideal.text) },
      { act: "reason", keys: ["R"], says: gettext("say why you ranked them so"), help: Boolean(this.reason), does: () => this.reason && this.#open(this.reason) },
      { act: "mark", keys: ["M"], says: gettext("mark a stretch of the answer in focus"), help: Boolean(this.spans), does: () => this.spans?.open(this.#inSight()) },
    ];
  }

  // What the draft and the form need -----------------------------------------

  read() {
    const { ideal, ideal_from } = this.ideal?.read() ?? {};
    const now = this.#content((name) => this.form.elements[name]?.value, this.#spans);
    return this.ideal ? { ...now, ideal, ideal_from } : now;
  }

  write(content) {
    for (const question of this.questions) this.form.elements[question.field].value = fieldOf(content.answers, question);
    this.spans?.take(spansOf(content.answers, this.#ids));
    if (this.reason) this.reason.value = content.reason ?? "";
    this.ideal?.write(content);
  }

  /** The fields of a form that was sent, as a draft holds them. */
  contentOf(fields) {
    const spans = new Map(Object.entries(JSON.parse(fields.spans || "{}")));
    return this.#content((name) => fields[name], spans);
  }

  inWords({ answers, reason, ideal }) {
    const labels = (sort, name) => (sort === "spans" ? this.spans?.labelOf(name) ?? name : this.questions.find((each) => each.sort === sort && each.name === name)?.label ?? name);
    return [...inWords(answers, this.view.items, labels), ...(reason?.trim() ? [words.why(reason)] : []), ...(ideal?.trim() ? [words.ideal(ideal)] : [])];
  }

  /** @param {import("./slips.js").Slips} slips */
  keepIn(slips) { this.spans?.keepIn(slips); }

  /** Whether it may be handed in; what is missing is said, and in sight. */
  mayGo() {
    if (this.spans && !this.spans.mayGo()) return false;
    if (this.reason && "required" in this.reason.dataset && !this.reason.value.trim()) {
      this.#open(this.reason);
      this.view.say(words.noReason);
      return false;
    }
    if (this.ideal && !this.ideal.isFit()) {
      this.#openDrawer();
      this.ideal.text.focus();
      return false;
    }
    if (this.spans) this.form.elements.spans.value = JSON.stringify(Object.fromEntries(this.#spans));
    return true;
  }

  // How it is done -----------------------------------------------------------

  get #ids() { return this.view.items.map(({ id }) => id); }
  get #spans() { return this.spans?.spans ?? new Map(); }

  /** The answer that a person is at: a pair has none in focus but the one that holds the cursor. */
  #inSight() {
    const card = document.activeElement.closest("[data-candidate]");
    return card?.dataset.candidate ?? this.view.board.focused;
  }

  #content(valueOf, spans) {
    const text = (name) => (valueOf(name) ?? "").toWellFormed();
    return {
      ...(this.asksOfEach && { answers: answersOf(this.questions, ({ field }) => valueOf(field), spans) }),
      ...(this.reason && { reason: text("reason") }),
      ...(this.ideal && { ideal: text("ideal"), ideal_from: text("ideal_from") }),
    };
  }

  #makeSpans(kept) {
    const panel = document.getElementById("mark");
    if (!panel) return;
    const { cards, items } = this.view;
    const say = (sentence) => this.view.say(sentence);
    this.spans = new SpansView(this.form, { panel, cards, items, texts: this.texts, onChange: this.onChange, say, signal: this.signal });
    this.spans.spans = spansOf(kept.answers, this.#ids);
  }

  #makeIdeal() {
    if (!this.drawer?.querySelector("[name=ideal]")) return;
    this.ideal = new IdealView(this.drawer, {
      items: this.view.items,
      texts: this.texts,
      board: () => this.view.board,
      isRequired: "idealRequired" in this.drawer.dataset,
      onChange: this.onChange,
      say: (sentence) => this.view.say(sentence),
    });
  }

  #wake() {
    this.reason?.addEventListener("input", this.onChange);
    this.form.addEventListener("change", (event) => event.target.closest("[data-question]") && this.onChange());
    this.form.addEventListener("keydown", (event) => { // Enter in a radio would hand in; that is for Ctrl+Enter
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target.closest("[data-question]")) event.preventDefault();
    });
    this.form.addEventListener("click", (event) => { // what is on its way stays as it was sent
      if ("sending" in this.form.dataset && event.target.closest("[data-question]")) event.preventDefault();
      const opens = event.target.closest("[data-opens-beside]");
      if (!opens) return;
      event.preventDefault();
      this.#open(this.drawer.querySelector(`[name=${opens.dataset.opensBeside}]`));
    });
    this.drawer?.addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
    this.drawer?.querySelector("[data-closes]").addEventListener("click", () => this.#close());
  }

  #open(field) {
    this.#openDrawer();
    if (field === this.ideal?.text) this.ideal.open();
    field.focus();
  }

  #openDrawer() {
    if (!this.drawer.matches(":popover-open")) this.drawer.showPopover();
  }

  #close() {
    this.drawer.hidePopover();
    this.form.querySelector("[data-opens-beside]").focus({ preventScroll: true });
  }
}

function defaultOf(field) {
  if (field instanceof RadioNodeList) return [...field].find(({ defaultChecked }) => defaultChecked)?.value ?? "";
  if (field instanceof HTMLSelectElement) return [...field.options].find(({ defaultSelected }) => defaultSelected)?.value ?? "";
  return field?.defaultValue;
}
