/** An answer in the editor: its last text, the blocks before it, and the candidate that it began with. */

import { inWords } from "./blocks.js";
import { BlocksView } from "./blocks_view.js";
import { countOf, estimateOf } from "./counts.js";

const SOON = 100; // ms between a change and its count

export class AnswerView {
  /** @param {HTMLFormElement} form @param {{onChange: () => void}} page */
  constructor(form, { onChange }) {
    Object.assign(this, { form, onChange });
    this.text = form.elements.text;
    this.before = form.elements.before;
    this.startedFrom = form.elements.started_from;
    const kept = this.before.value ? JSON.parse(this.before.value) : [];
    this.blocks = this.#wakeBlocks(kept);
    this.drawn = contentOf({ text: this.text.defaultValue, before: this.blocks.read(), started_from: this.startedFrom.value });
    this.text.addEventListener("input", () => this.#changed());
    form.addEventListener("htmx:afterSwap", (event) => event.detail.target.id === "preview" && this.#showFlaws());
    this.#count();
    this.#showFlaws();
  }

  read() {
    return contentOf({ text: this.text.value.toWellFormed(), before: this.blocks.read(), started_from: this.startedFrom.value });
  }

  write({ text = "", before, started_from: from }) {
    this.blocks.write(before ?? []);
    this.startedFrom.value = from ?? "";
    this.text.value = text;
    this.#blocksChanged();
    this.text.dispatchEvent(new Event("input", { bubbles: true })); // the preview and the count follow
  }

  // How it is done -----------------------------------------------------------

  #wakeBlocks(messages) {
    const root = this.form.querySelector("[data-blocks]");
    const tools = JSON.parse(document.getElementById("tools").textContent);
    const line = this.form.querySelector("[data-announce]");
    root.addEventListener("add", ({ detail }) => this.#add(detail));
    return new BlocksView(root, { tools, messages, onChange: () => this.#blocksChanged(), say: (words) => { line.textContent = words; } });
  }

  /** A follow-up question comes after an answer: the text that stands there is that answer. */
  #add(kind) {
    const answered = kind === "question" && this.text.value.trim();
    if (answered) {
      this.blocks.add("text", this.text.value);
      this.text.value = "";
      this.text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.blocks.add(kind);
  }

  #blocksChanged() {
    const messages = this.blocks.read();
    this.before.value = messages.length ? JSON.stringify(messages) : "";
    this.text.dispatchEvent(new CustomEvent("blocks"));
    this.#changed();
  }

  #changed() {
    this.#countSoon();
    this.onChange();
  }

  /** In a long text each count takes some milliseconds, which no key should wait for. */
  #countSoon() {
    this.counting ??= setTimeout(() => {
      this.counting = null;
      this.#count();
    }, SOON);
  }

  #count() {
    const all = sayOf(this.read());
    this.form.querySelector("[data-count]").textContent = countOf(all);
    this.form.querySelector("[data-tokens]").textContent = estimateOf(all);
  }

  #showFlaws() {
    const found = document.querySelectorAll("#preview [data-flaw]");
    this.blocks.showFlaws([...found].map((each) => ({ place: Number(each.dataset.flaw), of: each.dataset.of, says: each.textContent })));
  }
}

/** A content as drafts hold it: what is not there is not said. */
export function contentOf({ text = "", before, started_from: from }) {
  return { text, ...(before?.length && { before }), ...(from && { started_from: from }) };
}

/** The content of a form that was sent. */
export function contentSent({ text, before, started_from: from }) {
  return contentOf({ text, before: before ? JSON.parse(before) : [], started_from: from });
}

export function sayOf({ text = "", before = [] }) {
  return [inWords(before ?? []), text].filter(Boolean).join("\n\n");
}
