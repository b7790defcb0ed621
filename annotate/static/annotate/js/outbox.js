/**
 * Handing in: kept in this browser with its key, then sent until the server has answered, once or often.
 *
 * The key makes every repetition the same act, whether this page sends it again, the page after a reload, or another
 * page of the product that finds it (unsent.js). Two tabs that hand in one item have an act each: the server takes one.
 */

import { copies, fingerprint, forget, keep, nameOf } from "./copies.js";
import { notice } from "./notices.js";
import { ask, csrfToken, mayPass, pauseAfter } from "./server.js";
import { isSlipOf } from "./slips.js";
import { words } from "./words.js";

const FOR_A_SAVE = 3000; // ms that handing in waits for a draft on its way

/**
 * An act: {item, person, title, draft, href, url, fields, unsure, inWords}. `fields` is the form as it was sent.
 *
 * A draft of our own, whose answer got lost, is in nobody's way: the server is told that it was seen.
 */
export async function deliver(act, more = {}) {
  const send = () => ask(act.url, { method: "POST", fields: { ...act.fields, ...more } });
  const answer = await send();
  if (answer.status !== 409 || act.fields.change) return answer;
  const there = await ask(act.draft);
  if (there.status !== 200 || !act.unsure.includes(fingerprint(there.body.content))) return answer;
  act.fields.version = String(there.body.version);
  return send();
}

/** Whether it hands in the work itself, and no skip. */
export const isOfWork = (act) => "version" in act.fields;

/** Whether a copy in this browser is of the very same. Another tab's may say something else. */
export const isOfAct = (act, { item, content }) => item === act.item && act.unsure.includes(fingerprint(content));

/** Forget every copy of what has arrived, or is not wanted, and what was begun beside it. */
export async function forgetCopiesOf(act) {
  await forgetThose((name, copy) => (copy.content && isOfAct(act, copy)) || isSlipOf(act, name, copy));
}

async function forgetThose(areOver) {
  for (const [name, copy] of await copies()) if (areOver(name, copy)) forget(name, copy);
}

/** A skip that was refused: what its person noted is for them to read, once. Without a note there is nothing to keep. */
export async function putAside(name, act) {
  if (act.fields.note) keep(name, { ...act, isRefused: true });
  else forget(name);
  await forgetThose((slip, copy) => isSlipOf(act, slip, copy)); // the item is theirs no more
}

/** What a form says; where a name stands more than once, all that it says, with commas between. */
function fieldsOf(form) {
  const said = new FormData(form);
  return Object.fromEntries([...said.keys()].map((name) => [name, said.getAll(name).join(",")]));
}

export class Outbox {
  #act = null;
  #name = ""; // under which the act is kept
  #failures = 0;
  #timer = null;
  #refusal = null;

  /**
   * @param {{form: HTMLFormElement, about: object, keeper: DraftKeeper, tell: (state: string, sentence: string) => void, onGivenUp: () => void, goOn: (go: string) => void}} page
   * @param {AbortSignal} signal the item is not on the page any more
   */
  constructor(page, signal) {
    Object.assign(this, page);
    this.unsend = this.form.querySelector("[data-unsend]");
    this.unsend.addEventListener("click", () => this.#takeBack());
    addEventListener("online", () => this.#again(), { signal });
    addEventListener("focus", () => this.#again(), { signal });
    addEventListener("beforeunload", (event) => this.#act && !this.isKept && event.preventDefault(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#again(), { signal });
  }

  /** Hand in what a form says: the work, or that it is skipped. */
  async send(form) {
    const { csrfmiddlewaretoken, ...fields } = fieldsOf(form);
    const { unsure, inPlainWords: inWords } = this.keeper;
    this.#begin(nameOf("act", this.about.item), { ...this.about, url: form.action, fields, unsure, inWords });
    await Promise.race([this.keeper.idle(), new Promise((resolve) => setTimeout(resolve, FOR_A_SAVE))]);
    if ("version" in fields) fields.version = String(this.keeper.version);
    this.#keep();
    this.#attempt();
  }

  /** Go on with what an earlier page of this item could not send. */
  resume(name, act) {
    this.#begin(name, act);
    this.#attempt();
  }

  #begin(name, act) {
    this.#name = name;
    this.#act = act;
    this.#failures = 0;
    this.#refusal?.remove();
    this.#keep();
    this.#lock(true);
    this.keeper.close();
    this.tell("sending", words.sending);
  }

  #keep() { this.isKept = keep(this.#name, this.#act); }

  async #attempt() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.unsend.hidden = true; // not while the server may be taking it
    const { status, body } = await deliver(this.#act);
    if (status === 200) await this.#arrived(body);
    else if (status === 409 || status === 422) this.#showRefusal();
    else if (mayPass(status)) this.#wait(status);
    else this.#giveUp(words.notAccepted(status, body.detail));
  }

  async #arrived({ go, kept }) {
    const act = this.#act;
    this.#act = null; // nothing more is to be sent, and the page may be left
    if (kept) {
      forget(this.#name);
      await forgetCopiesOf(act);
    } else await putAside(this.#name, act);
    this.goOn(go);
  }

  /** The page that says what is wrong is drawn by the server: send the same form again, as a form. */
  #showRefusal() {
    const { url, fields } = this.#act;
    if (isOfWork(this.#act)) this.keeper.keep(); // that page may never come
    forget(this.#name);
    const form = Object.assign(document.createElement("form"), { method: "post", action: url, hidden: true });
    for (const [name, value] of Object.entries({ ...fields, csrfmiddlewaretoken: csrfToken() })) {
      form.append(Object.assign(document.createElement("textarea"), { name, value }));
    }
    document.body.append(form);
    form.submit();
  }

  #wait(status) {
    this.#failures += 1;
    this.#keep(); // its storage may have room again
    this.#timer = setTimeout(() => this.#attempt(), pauseAfter(this.#failures));
    this.unsend.hidden = false;
    this.tell(status === 401 ? "signed-out" : "offline", words.notSent(status, this.isKept));
  }

  #again() { if (this.#timer !== null) this.#attempt(); }

  /** The person would rather go on: what may have arrived all the same is a change of it then, under a key of its own. */
  #takeBack() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#giveUp();
  }

  #giveUp(refusal = "") {
    forget(this.#name);
    this.#act = null;
    this.unsend.hidden = true;
    this.#lock(false);
    this.onGivenUp();
    this.tell("none", "");
    this.keeper.reopen();
    if (refusal) this.#refusal = notice("notice-bad", refusal); // the line beside the work goes on to tell of the draft
  }

  #lock(isOn) {
    this.form.toggleAttribute("data-sending", isOn);
    for (const field of this.form.elements) if (field.matches("textarea")) field.readOnly = isOn; // also those beside the form
    for (const button of document.querySelectorAll("[data-submit]")) button.setAttribute("aria-disabled", String(isOn));
  }
}
