/**
 * What earlier pages of this person could not send, whichever page opens next: drafts that were too long to outlive
 * their page, or typed without a connection, and answers that were handed in without one.
 *
 * The rules are those of the page of work: a draft goes by its version, an answer by its key. What needs a choice is left
 * to the item's own page, and a notice leads there.
 */

import { copies, fingerprint, forget, isUnchanged } from "./copies.js";
import { deliver, delivered } from "./outbox.js";
import { ask, mayPass, pauseAfter } from "./server.js";

const told = new Set(); // names of copies that a notice speaks of
let failures = 0;
let timer = null;
let isBusy = false;

/** @param {string} person whose page this is @param {string|undefined} here the item that this page itself looks after */
export function sendWhatIsLeft(person, here) {
  const go = async () => {
    clearTimeout(timer);
    if (isBusy) return;
    isBusy = true;
    const isDone = await sendAll(person, here).finally(() => { isBusy = false; });
    failures = isDone ? 0 : failures + 1;
    if (!isDone) timer = setTimeout(go, pauseAfter(failures));
  };
  addEventListener("online", go);
  return go();
}

/** Send each once; say whether nothing is left that a later try may help. */
async function sendAll(person, here) {
  const left = (await copies()).filter(([, copy]) => copy.person === person && copy.item !== here);
  const acts = left.filter(([name]) => name.startsWith("laurel:act:"));
  const items = new Set(acts.map(([, act]) => act.item));
  const drafts = left.filter(([name, copy]) => name.startsWith("laurel:draft:") && !items.has(copy.item));
  let isDone = true;
  for (const [name, act] of acts) isDone = (await sendAct(name, act)) && isDone;
  for (const [name, copy] of drafts) isDone = (await sendDraft(name, copy)) && isDone;
  return isDone;
}

async function sendAct(name, act) {
  const { status, body } = await deliver(act, { stay: "1" });
  if (status === 200) {
    if (body.kept) await delivered(act);
    else forget(name);
    if (body.kept) tell(name, "notice-good", `What you handed in without a connection has arrived: ${act.title}`);
    return true;
  }
  if (mayPass(status)) return status === 401;
  tell(name, "notice-warn", `What you handed in was not accepted yet: ${act.title}`, { href: act.href });
  return true;
}

async function sendDraft(name, copy) {
  const put = (version) => ask(copy.draft, { method: "PUT", json: { version, content: copy.content } });
  let { status, body } = await put(copy.version);
  const isOurs = status === 409 && body.content && (copy.unsure ?? []).includes(fingerprint(body.content));
  if (isOurs) ({ status, body } = await put(body.version));
  if (status === 200) {
    if (isUnchanged(name, copy)) forget(name);
    return true;
  }
  if (mayPass(status)) return status === 401;
  if (body.content) tell(name, "notice-warn", `You have two different texts of this: ${copy.title}`, { href: copy.href });
  else tell(name, "notice-warn", `What you wrote here could not be kept: ${copy.title}. ${body.detail ?? ""}`, { href: copy.href, copy });
  return true;
}

/** One notice for each: it links to the item, and shows what may have no page any more. */
function tell(name, kind, sentence, { href, copy } = {}) {
  if (told.has(name)) return;
  told.add(name);
  const notice = element("div", { className: `notice ${kind}` });
  const said = element("div", { className: "grow" }, element("p", { textContent: sentence }));
  notice.append(said);
  if (href) notice.append(element("a", { className: "button button-small", href, textContent: "Open it" }));
  if (copy) {
    const text = element("pre", { className: "left-text", tabIndex: 0, textContent: copy.content.text ?? copy.inWords ?? "" });
    said.append(element("details", {}, element("summary", { textContent: "Show it" }), text));
    const forgets = element("button", { type: "button", className: "button button-small", textContent: "Forget it" });
    forgets.addEventListener("click", () => { forget(name); notice.remove(); });
    notice.append(forgets);
  }
  place().append(notice);
}

function place() {
  const there = document.querySelector("[data-unsent]");
  if (there) return there;
  const made = element("div", { className: "messages stack-tight", role: "status" });
  made.dataset.unsent = "";
  document.getElementById("main").before(made);
  return made;
}

function element(tag, properties, ...inner) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inner);
  return made;
}
