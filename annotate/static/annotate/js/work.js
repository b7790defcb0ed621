/**
 * What Write and Rank share: the draft beside the work, handing in, the choice between two drafts, the lease, the keys.
 *
 * To add something to a page of work: wake it in the function that rank.js or write.js gives to `eachItem`. That runs anew
 * for each item in one document (sequence.js), so look for elements in its `root` only, keep nothing of an item at the top
 * of a module, give { signal } to listeners on the document or the window, and end timers when `signal` aborts.
 */

import { gettext } from "../../commons/js/gettext.js";
import { copies, newKey } from "./copies.js";
import { wakeCover } from "./cover.js";
import { DraftKeeper } from "./draft_keeper.js";
import { watchEffort } from "./effort.js";
import { fillAwaited, showUnsent, wakeFragments } from "./fragments.js";
import { wakeKeys } from "./keys.js";
import { Outbox, isOfWork } from "./outbox.js";
import { Presence } from "./presence.js";
import { goOn } from "./sequence.js";
import { Slips } from "./slips.js";
import { tellTime } from "./times.js";

/**
 * One page of work. Its form says in data-… which item it is of and what may be done with it (_work_data.html).
 *
 * @param {HTMLFormElement} form
 * @param {object} craft what the kind of work knows: the content as `drawn`; how to read, write and say one (`inWords`);
 *   `contentOf` the fields of a form that was sent; `mayGo`, which may ask the person something first
 * @param {AbortSignal} signal the item is not on the page any more
 */
export class WorkPage {
  constructor(form, craft, signal) {
    this.form = form;
    this.signal = signal;
    this.craft = { mayGo: () => true, ...craft };
    this.line = document.querySelector("[data-saved]");
    this.cover = wakeCover();
    this.about = aboutOf(form);
    this.presence = this.#watchLease();
    this.effort = watchEffort(form, signal);
    this.keeper = this.#keepDraft();
    this.outbox = this.#makeOutbox();
    this.slips = new Slips(this.about, form.closest("[data-work]"));
    this.#wakeForms();
    wakeFragments(document, signal);
  }

  /** Of a try-out nothing is kept, here or with the server. */
  get isTry() { return "try" in this.form.dataset; }

  get isWorkable() { return this.form.dataset.stands === "workable" && !this.isTry; }

  /** Something changed. */
  touch() {
    if (this.isTry) return;
    this.effort.act(Date.now());
    this.keeper.touch();
  }

  /** Bring back what earlier pages of this item left in this browser; then the page is ready. */
  async begin() {
    const records = await copies();
    const isActOfItem = ([name, act]) => name.startsWith("laurel:act:") && act.item === this.about.item && !act.isRefused;
    const act = records.find(isActOfItem);
    this.#takeSlips(records);
    this.form.dataset.ready = "";
    if (act && this.keeper.isFresh) return this.#resume(...act);
    await this.keeper.recover(records);
  }

  wakeKeys(bindings) {
    wakeKeys([...bindings, ...this.cover.keys, ...everywhere(this.form)], this.signal);
  }

  tell(state, sentence) {
    this.line.dataset.saved = state;
    this.line.textContent = sentence;
    this.form.querySelector("[data-sign-in]").hidden = state !== "signed-out";
  }

  // How it is put together ---------------------------------------------------

  #keepDraft() {
    const { drawn, read, write, inWords } = this.craft;
    const keeper = new DraftKeeper({
      url: this.isWorkable ? this.about.draft : "",
      kind: this.form.dataset.stands === "changeable" ? "change" : "draft",
      about: this.about,
      version: Number(this.form.dataset.draftVersion),
      isPosted: "posted" in this.form.dataset && !this.isTry,
      drawn,
      read,
      write,
      inWords,
      tell: (state, sentence) => this.tell(state, sentence),
      choose: (mine, theirs, savedAt) => chooseDraft(inWords(mine), inWords(theirs), savedAt),
      onSaved: () => this.presence?.renewed(),
    }, this.signal);
    this.form.addEventListener("focusout", (event) => this.form.contains(event.relatedTarget) || keeper.flush());
    return keeper;
  }

  #makeOutbox() {
    return new Outbox({
      form: this.form,
      about: this.about,
      keeper: this.keeper,
      tell: (state, sentence) => this.tell(state, sentence),
      onGivenUp: () => { for (const field of document.querySelectorAll("#main [name=key], #skip [name=key]")) field.value = newKey(); },
      goOn,
    }, this.signal);
  }

  #watchLease() {
    const { extendUrl, secondsLeft, late } = this.form.dataset;
    if (!this.isWorkable || late !== undefined) return null;
    return new Presence({ url: extendUrl, seconds: Number(secondsLeft), line: document.querySelector("[data-lease]") }, this.signal);
  }

  #wakeForms() {
    const skip = document.getElementById("skip");
    for (const form of [this.form, skip].filter(Boolean)) {
      form.addEventListener("submit", (event) => {
        if (this.isTry && this.#mayGo()) return; // the page that follows shows what would have been kept
        event.preventDefault();
        const isWork = form === this.form;
        if (this.isTry || "sending" in this.form.dataset || !(isWork ? this.#mayGo() : !showUnsent(document))) return;
        if (isWork) form.elements.effort.value = JSON.stringify(this.effort.report(Date.now()));
        else skip.hidePopover();
        this.outbox.send(form);
      });
    }
  }

  #mayGo() { return this.form.querySelector("[data-submit]") !== null && !showUnsent(document) && this.cover.mayGo() && this.craft.mayGo(); }

  /** A question that somebody has begun is on the page again, so that nothing is handed in past it. */
  #takeSlips(records) {
    if (this.isTry) return;
    this.slips.take(records);
    const asking = document.querySelector("#ask [data-fragment]");
    if (asking && this.slips.has("question")) fillAwaited(asking, this.signal);
  }

  #resume(name, act) {
    if (isOfWork(act)) this.craft.write(this.craft.contentOf(act.fields));
    this.outbox.resume(name, act);
  }
}

function aboutOf({ dataset: { item, title, draftUrl } }) {
  return { item, title, draft: draftUrl, person: document.body.dataset.person, href: location.pathname };
}

export function chooseDraft(mine, theirs, savedAt) {
  const dialog = document.getElementById("draft-conflict");
  dialog.querySelector("[data-mine]").textContent = mine;
  dialog.querySelector("[data-theirs]").textContent = theirs;
  tellWhen(dialog.querySelector("[data-when]"), savedAt);
  dialog.returnValue = "";
  dialog.showModal();
  const stay = (event) => event.preventDefault(); // Escape must not choose for the person
  dialog.addEventListener("cancel", stay);
  return new Promise((resolve) => {
    dialog.addEventListener("close", function chosen() {
      if (!dialog.returnValue) return dialog.showModal(); // pressed twice, it closes whatever one says
      dialog.removeEventListener("close", chosen);
      dialog.removeEventListener("cancel", stay);
      document.querySelector("[data-other-draft]")?.remove();
      resolve(dialog.returnValue);
    });
  });
}

/** Silent where nobody knows. */
function tellWhen(line, savedAt) {
  const time = line.querySelector("time");
  line.hidden = !savedAt;
  time.dateTime = savedAt ?? "";
  if (savedAt) tellTime(time);
}

const everywhere = (form) => [
  { keys: ["Ctrl+Enter"], says: form.dataset.stands === "changeable" ? gettext("save the change") : gettext("submit"), does: () => form.requestSubmit() },
  { act: "skip", keys: ["S"], says: gettext("skip, with a reason"), help: form.dataset.stands === "workable", does: () => document.getElementById("skip")?.togglePopover() },
  { act: "ask", keys: ["Q"], says: gettext("ask about this item"), help: document.getElementById("ask") !== null, does: () => document.getElementById("ask")?.togglePopover() },
  { act: "guideline", keys: ["G"], says: gettext("guideline"), does: () => document.getElementById("guideline")?.togglePopover() },
];
