/** The draft of a review, and how it is handed in: kept and sent as the pages of work do it. */

import { copies } from "./copies.js";
import { DraftKeeper } from "./draft_keeper.js";
import { Outbox } from "./outbox.js";
import { chooseDraft } from "./work.js";

export class ReviewDraft {
  /**
   * @param {HTMLFormElement} form
   * @param {{read: () => object, write: (content: object) => void, inWords: (content: object) => string, contentOf: (fields: object) => object}} craft
   */
  constructor(form, craft) {
    this.form = form;
    this.craft = craft;
    this.line = form.querySelector("[data-saved]");
    const { item, title, draftUrl } = form.dataset;
    this.about = { item, title, draft: draftUrl, person: document.body.dataset.person, href: location.pathname };
    const { signal } = new AbortController(); // it is there for as long as its page
    this.keeper = this.#keepDraft(signal);
    const goOn = (go) => location.assign(go);
    this.outbox = new Outbox({ form, about: this.about, keeper: this.keeper, tell: this.tell, onGivenUp: () => {}, goOn }, signal);
    addEventListener("pageshow", (event) => event.persisted && location.reload()); // back to a page that was sent
  }

  touch() { this.keeper.touch(); }

  send() {
    if (!("sending" in this.form.dataset)) this.outbox.send(this.form);
  }

  /** Bring back what earlier pages of this review left in this browser. */
  async begin() {
    const records = await copies();
    const isActOfItem = ([name, act]) => name.startsWith("laurel:act:") && act.item === this.about.item && !act.isRefused;
    const act = records.find(isActOfItem);
    if (!act || !this.keeper.isFresh) return this.keeper.recover(records);
    this.craft.write(this.craft.contentOf(act[1].fields));
    this.outbox.resume(...act);
  }

  tell = (state, sentence) => {
    this.line.dataset.saved = state;
    this.line.textContent = sentence;
    this.form.querySelector("[data-sign-in]").hidden = state !== "signed-out";
  };

  #keepDraft(signal) {
    const { read, write, inWords } = this.craft;
    const keeper = new DraftKeeper({
      url: this.about.draft,
      kind: "draft",
      about: this.about,
      version: Number(this.form.dataset.draftVersion),
      isPosted: "posted" in this.form.dataset,
      drawn: read(),
      read,
      write,
      inWords,
      tell: this.tell,
      choose: (mine, theirs, savedAt) => chooseDraft(inWords(mine), inWords(theirs), savedAt),
      onSaved: () => {},
    }, signal);
    this.form.addEventListener("input", () => keeper.touch());
    this.form.addEventListener("focusout", (event) => this.form.contains(event.relatedTarget) || keeper.flush());
    return keeper;
  }
}
