/**
 * What earlier pages of this person could not send, whichever page opens next: drafts that were too long to outlive
 * their page, or typed without a connection, and answers that were handed in without one.
 *
 * The rules are those of the page of work: a draft goes by its version, an answer by its key. What needs a choice is left
 * to the item's own page, and a notice leads there. A change that nobody has saved is never sent from here. What is
 * refused may have no page any more: its notice has the text, and is there until the person forgets it.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { copies, fingerprint, forget } from "./copies.js";
import { notice } from "./notices.js";
import { deliver, forgetCopiesOf, isOfAct, isOfWork, putAside } from "./outbox.js";
import { ask, mayPass, pauseAfter } from "./server.js";

const told = new Set(); // names of records that a notice speaks of
let failures = 0;
let timer = null;
let isBusy = false;

/** @param {string} person whose page this is @param {() => string|undefined} here the item that this page itself looks after */
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
  document.addEventListener("laurel:next", go);
  return go();
}

/** Send each once; say whether nothing is left that a later try may help. */
async function sendAll(person, here) {
  const left = async (kind) => (await copies()).filter(
    ([name, record]) => name.startsWith(`laurel:${kind}:`) && record.person === person && record.item !== here(),
  );
  let isDone = true;
  for (const [name, act] of await left("act")) isDone = (await sendAct(name, act)) && isDone;
  const acts = await left("act");
  const isFree = ([, copy]) => !acts.some(([name, act]) => speaksFor(name, act, copy));
  for (const [name, copy] of (await left("draft")).filter(isFree)) isDone = (await sendDraft(name, copy)) && isDone;
  for (const [name, copy] of (await left("change")).filter(isFree)) tellUnsaved(name, copy);
  return isDone;
}

/** A draft waits for the act that is on its way; of one that was refused, the notice says the very same. */
function speaksFor(name, act, copy) {
  if (act.isRefused || act.item !== copy.item) return false;
  return told.has(name) ? isOfWork(act) && isOfAct(act, copy) : true;
}

async function sendAct(name, act) {
  if (act.isRefused) return tellRefused(name, act);
  const { status, body } = await deliver(act, { stay: "1" });
  if (status === 200 && body.kept) {
    forget(name, act);
    await forgetCopiesOf(act);
    notice("notice-good", filled(gettext("What you handed in without a connection has arrived: %(title)s"), act));
  } else if (status === 200) await putAside(name, act);
  else if (mayPass(status)) return status === 401;
  else tellRefused(name, act);
  return true;
}

async function sendDraft(name, copy) {
  const put = (version) => ask(copy.draft, { method: "PUT", json: { version, content: copy.content } });
  let { status, body } = await put(copy.version);
  const isOurs = status === 409 && body.content && (copy.unsure ?? []).includes(fingerprint(body.content));
  if (isOurs) ({ status, body } = await put(body.version));
  if (status === 200) {
    forget(name, copy);
    return true;
  }
  if (mayPass(status)) return status === 401;
  if (body.content) tell(name, copy, filled(gettext("You have two different texts of this: %(title)s"), copy));
  else tellLost(name, copy, filled(gettext("What you wrote here could not be kept: %(title)s. %(why)s"), { title: copy.title, why: body.detail ?? "" }));
  return true;
}

function tellUnsaved(name, copy) {
  tellLost(name, copy, filled(gettext("You changed what you had handed in, and have not saved the change: %(title)s"), copy));
}

function tellRefused(name, act) {
  const said = isOfWork(act) ? gettext("What you handed in was not accepted: %(title)s") : gettext("Your skip was not accepted: %(title)s");
  tellLost(name, act, filled(said, act));
  return true;
}

/** With the text: the item may be closed, and then no page shows it. */
function tellLost(name, record, sentence) {
  const onForget = () => {
    forget(name, record);
    if (record.fields && isOfWork(record)) forgetCopiesOf(record);
  };
  tell(name, record, sentence, { text: textOf(record), onForget });
}

function tell(name, { href }, sentence, more = {}) {
  if (told.has(name)) return;
  told.add(name);
  notice("notice-warn", sentence, { href, ...more });
}

/** What a person wrote, or set in order. */
function textOf({ fields = {}, content = {}, inWords = "" }) {
  return fields.note ?? (inWords || (fields.text ?? content.text ?? ""));
}
