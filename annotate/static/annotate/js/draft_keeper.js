/**
 * No keystroke is lost: each change goes to this browser at once and to the server after a short pause.
 *
 * The server answers PUT {version, content} with 200 {version, saved_at}, or with 409 {version, content, saved_at} when
 * another tab was first; then a person chooses between the two texts. A login that ran out or a network that is gone
 * keeps the text here and tries again. A change of what was handed in has no draft on the server: its `url` is empty.
 */

import { canonical, fingerprint, forget, keep, nameOf } from "./copies.js";
import { ask, mayPass, pauseAfter } from "./server.js";
import { words } from "./words.js";

export { csrfToken } from "./server.js";

const PAUSE = 1500; // ms without a change before the server is told
const LONGEST_WAIT = 10_000; // ms that somebody may type without a pause before the server is told all the same

export class DraftKeeper {
  #timer = null;
  #saving = null; // the promise of the save that is under way
  #unsavedSince = null;
  #failures = 0;
  #closed = false;
  #question = Promise.resolve(); // the last that was put to the person
  #asking = 0; // questions that wait for the person; nothing is saved before their answer
  #isKept = true; // by this browser
  #said = new Set(); // fingerprints of all that stood here since the last save: the server's copy of one is no other's text
  #unsure = new Set(); // those that were sent and never answered

  /**
   * @param {object} options
   * @param {string} options.url where the draft is kept; empty: only in this browser
   * @param {"draft"|"change"} options.kind what the copies in this browser are of
   * @param {{item: string, person: string, title: string, draft: string, href: string}} options.about goes with each copy
   * @param {number} options.version the server's version that the page was drawn with
   * @param {boolean} options.isPosted the page shows what was refused, which nobody has kept
   * @param {object} options.drawn the content that the server drew the page with
   * @param {() => object} options.read the content as it now stands
   * @param {(content: object) => void} options.write put content on the page
   * @param {(content: object) => string} options.inWords a content for a person
   * @param {(state: string, sentence: string) => void} options.tell show how safe the text is
   * @param {(mine: object, theirs: object, savedAt?: string) => Promise<"mine"|"theirs">} options.choose ask which stays
   * @param {() => void} options.onSaved the server has it, and has renewed the lease
   * @param {AbortSignal} signal the item is not on the page any more
   */
  constructor(options, signal) {
    Object.assign(this, options);
    this.name = nameOf(this.kind, this.about.item);
    this.saved = this.isPosted ? null : canonical(this.drawn);
    addEventListener("online", () => this.#soon(0), { signal });
    addEventListener("focus", () => this.#failures && this.#soon(0), { signal });
    addEventListener("pagehide", () => this.flush(), { signal });
    addEventListener("beforeunload", (event) => this.isDirty && !this.#isKept && event.preventDefault(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.flush(), { signal });
    signal.addEventListener("abort", () => this.close());
    if (this.isPosted) this.touch(LONGEST_WAIT); // what earlier pages left is asked about first
    else if (this.isDirty) this.touch(); // somebody was faster than this script
  }

  get isDirty() { return !this.#closed && canonical(this.read()) !== this.saved; }

  /** Whether it stands as the server drew it: nobody has typed, and nothing was refused. */
  get isFresh() { return !this.isPosted && canonical(this.read()) === canonical(this.drawn); }

  /** What stands here for a person, where it is more than a text. */
  get inPlainWords() {
    const content = this.read();
    return "text" in content && !content.before ? undefined : this.inWords(content);
  }

  /** Fingerprints of what the server may have of this page without this page knowing. */
  get unsure() { return [...this.#unsure, fingerprint(this.read())]; }

  /**
   * Give back to the page what others left of its item; where it differs from a newer text, a person chooses.
   *
   * @param {[string, object][]} records what this browser keeps, the oldest first
   */
  async recover(records) {
    const isOurs = ([name, copy]) => copy.item === this.about.item && copy.content && name !== this.name;
    for (const [name, copy] of records.filter(isOurs)) {
      if (canonical(copy.content) === canonical(this.read())) this.#saysAllOf(copy);
      else await this.#giveBack(name, copy);
      forget(name, copy); // what stands on the page is under this page's name by now, or with the server
    }
    if (this.isPosted && this.isDirty) this.#soon(0);
  }

  async #giveBack(name, copy) {
    const isOld = name.startsWith("laurel:draft:") !== (this.kind === "draft");
    const isNext = [0, copy.version].includes(this.version) || (copy.unsure ?? []).includes(fingerprint(this.read()));
    if (this.isFresh && isNext && !isOld) { // 0: the server has nothing that it could differ from
      this.#take(copy);
      this.touch(0);
      return this.#tell("recovered", words.recovered(copy.at));
    }
    await this.#inTurn(async () => {
      if ((await this.choose(copy.content, this.read())) === "mine") this.#take(copy);
    });
  }

  #take(copy) {
    this.#saysAllOf(copy);
    this.write(copy.content);
  }

  /** Something changed. */
  touch(pause = PAUSE) {
    if (this.#closed) return;
    if (!this.url && !this.isDirty) return this.#rest("none", "");
    this.keep();
    this.#tell("changed", this.url ? words.unsaved : words.unsent);
    this.#unsavedSince ??= Date.now();
    this.#soon(Math.max(Math.min(pause, this.#unsavedSince + LONGEST_WAIT - Date.now()), 0));
  }

  /** Save now if anything is unsaved; the request outlives the page unless it is long, and then the copy does. */
  flush() {
    if (this.isDirty) this.#save();
  }

  /** Once no save is under way: only then is `version` the server's. */
  async idle() { await this.#saving; }

  /** The work is being handed in: stop saving. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** It was not, after all. */
  reopen() {
    this.#closed = false;
    if (canonical(this.read()) !== this.saved) this.touch();
  }

  /** Keep in this browser what stands here. */
  keep() {
    const content = this.read();
    this.#says(fingerprint(content));
    this.#isKept = keep(this.name, { ...this.about, version: this.version, content, inWords: this.inPlainWords, unsure: [...this.#unsure] });
  }

  /** What an earlier page of the same text said was said here. */
  #saysAllOf({ unsure = [], content }) {
    for (const each of [...unsure, fingerprint(content)]) this.#says(each);
  }

  /** The newest stands last. */
  #says(each) {
    this.#said.delete(each);
    this.#said.add(each);
  }

  /** What stands here is with the server. */
  #rest(state, sentence) {
    clearTimeout(this.#timer);
    forget(this.name);
    this.tell(state, sentence);
  }

  #tell(state, sentence) {
    if (this.#isKept) this.tell(state, sentence);
    else if (state === "offline") this.tell(state, words.fullAndUnsaved);
    else this.tell(state, words.full(sentence));
  }

  #soon(pause) {
    clearTimeout(this.#timer);
    if (!this.#closed && this.url) this.#timer = setTimeout(() => this.#save(), pause);
  }

  #save() {
    clearTimeout(this.#timer);
    const content = this.read();
    if (!this.url || this.#saving || this.#asking || this.#closed || canonical(content) === this.saved) return;
    this.#unsure.add(fingerprint(content));
    this.keep();
    this.#saving = this.#exchange(content).finally(() => { this.#saving = null; });
  }

  async #exchange(content) {
    const answer = await ask(this.url, { method: "PUT", json: { version: this.version, content } });
    if (answer.status === 200) this.#arrived(content, answer.body);
    else if (this.#closed) return;
    else if (answer.status === 409 && "content" in answer.body) this.#overtaken(answer.body);
    else this.#failed(answer);
  }

  #arrived(sent, { version, saved_at }) {
    this.#failures = 0;
    this.#unsavedSince = null;
    this.#stands(version, sent);
    if (this.#closed) return;
    const isCurrent = canonical(this.read()) === this.saved;
    if (isCurrent) forget(this.name);
    else this.keep();
    this.#tell("saved", words.saved(saved_at ?? new Date()));
    this.onSaved();
    if (!isCurrent) this.#soon(PAUSE);
  }

  /** Another version is there: our own, whose answer got lost on the way, or another tab's. */
  #overtaken(there) {
    const isOurs = canonical(there.content) === canonical(this.read()) || this.#said.has(fingerprint(there.content));
    if (isOurs) {
      this.#arrived(there.content, there);
      this.#soon(0);
    } else this.#settle(there); // counted from now on, so that nothing is saved before it; the exchange does not wait for it
  }

  async #settle({ version, content, saved_at }) {
    await this.#inTurn(async () => {
      const choice = await this.choose(this.read(), content, saved_at);
      this.#stands(version, content);
      if (choice === "theirs") this.write(content);
    });
  }

  /** One question after another: the answer to the first is what the next is about. */
  async #inTurn(question) {
    this.#asking += 1;
    this.#question = this.#question.then(() => this.#tell("conflict", words.conflict)).then(question);
    await this.#question;
    this.#asking -= 1;
    if (this.isDirty) this.touch(0);
    else this.#rest("saved", words.tookOther);
  }

  /** The server has said what it has: whatever stood here up to then would be another's, if it were there again. */
  #stands(version, content) {
    this.version = version;
    this.saved = canonical(content);
    this.#unsure.clear();
    for (const each of this.#said) {
      this.#said.delete(each);
      if (each === fingerprint(content)) break;
    }
  }

  #failed({ status, body }) {
    if (!mayPass(status)) return this.#tell("refused", words.refused(body.detail ?? words.answered(status)));
    this.#failures += 1;
    this.saved = null; // it may have taken that all the same
    const again = pauseAfter(this.#failures);
    this.#tell(status === 401 ? "signed-out" : "offline", words.notSaved(status, again));
    this.#soon(again);
  }
}
