/** The page of a conversation: which answer one goes on with, what one says next, and its draft. */

import { filled, gettext } from "../../commons/js/gettext.js";
import { copies, forget } from "./copies.js";
import { wakeCover } from "./cover.js";
import { DraftKeeper } from "./draft_keeper.js";
import { wakeKeys } from "./keys.js";
import { mayPass, pauseAfter } from "./server.js";
import { words } from "./words.js";
import { chooseDraft } from "./work.js";

const form = document.getElementById("talking");
const main = document.getElementById("main");
const here = `${main.dataset.talk}-${main.dataset.turn}`;

goOnWaiting();
await forgetBeginning();
await forgetEarlierTurns();
const bindings = [
  { act: "guideline", keys: ["G"], says: gettext("guideline"), does: () => document.getElementById("guideline").togglePopover() },
  ...wakeCover().keys,
];

if (form) {
  bindings.unshift(...keysOf(form));
  await keepWords(form);
}
wakeKeys(bindings);
main.dataset.ready = "";

/** Each look at the answers asks for the next; one that the server did not answer is made again. */
function goOnWaiting() {
  let failures = 0;
  const again = ({ target, detail: { xhr: { status } } }) => {
    if (!mayPass(status)) return;
    failures += 1;
    target.querySelector("[data-says]").textContent = words.away(status);
    setTimeout(() => target.dispatchEvent(new Event("again")), pauseAfter(failures));
  };
  for (const lost of ["htmx:sendError", "htmx:responseError"]) main.addEventListener(lost, again);
  main.addEventListener("htmx:afterSwap", () => { failures = 0; });
}

/** What talk_begin.js kept, where that is what this conversation began with. */
async function forgetBeginning() {
  if (main.dataset.turn !== "1") return;
  const isSaid = ([name, { text }]) => name.startsWith("laurel:begin:") && text.trim() === main.dataset.said.trim();
  for (const [name, begun] of (await copies()).filter(isSaid)) forget(name, begun);
}

/** What was said is with the server; what was written beside it and never said is not (unsent.js tells of it). */
async function forgetEarlierTurns() {
  const isEarlier = ({ item }) => item?.startsWith(`${main.dataset.talk}-`) && item !== here;
  const isSaid = ({ content }) => ["", main.dataset.said].includes((content?.text ?? "").trim());
  for (const [name, copy] of await copies()) if (isEarlier(copy) && isSaid(copy)) forget(name, copy);
}

function keysOf(form) {
  const press = (selector) => form.querySelector(selector)?.click();
  const choices = [...form.querySelectorAll("[data-key]")].map((radio) => ({
    act: radio.value === "own" ? "go-on-own" : `go-on-${radio.dataset.key.toLowerCase()}`,
    keys: [radio.dataset.key],
    says: radio.value === "own" ? gettext("go on with your own wording") : filled(gettext("go on with %(letter)s"), { letter: radio.dataset.key }),
    does: () => choose(radio),
  }));
  return [...choices, { keys: ["Ctrl+Enter"], says: gettext("say it"), does: () => press("[data-say]") }];
}

function choose(radio) {
  radio.click();
  (radio.value === "own" ? radio.form.elements.edited : radio).focus();
}

async function keepWords(form) {
  const { item, title, draftUrl, draftVersion } = form.dataset;
  const { text, edited } = form.elements;
  const read = () => ({
    text: (text?.value ?? "").toWellFormed(),
    reply: form.elements.reply.value,
    edited: edited.value.toWellFormed(),
  });
  const line = form.querySelector("[data-saved]");
  const keeper = new DraftKeeper({
    url: draftUrl,
    kind: "draft",
    about: { item, title, draft: draftUrl, person: document.body.dataset.person, href: location.pathname },
    version: Number(draftVersion),
    isPosted: "posted" in form.dataset,
    drawn: read(),
    read,
    write: (content) => {
      if (text) text.value = content.text ?? "";
      edited.value = content.edited ?? "";
      form.elements.reply.value = content.reply ?? "";
    },
    inWords: (content) => inWords(form, content),
    tell: (state, sentence) => {
      line.dataset.saved = state;
      line.textContent = sentence;
    },
    choose: (mine, theirs, savedAt) => chooseDraft(inWords(form, mine), inWords(form, theirs), savedAt),
    onSaved: () => {},
  }, new AbortController().signal); // it is there for as long as its page
  form.addEventListener("input", () => keeper.touch());
  form.addEventListener("submit", (event) => {
    if ("sending" in form.dataset) event.preventDefault();
    form.dataset.sending = "";
    keeper.close(); // its copy stays until the next page of the conversation has come
    if (!read().text.trim()) forget(keeper.name);
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  await keeper.recover(await copies());
}

/** What is about to be said, and after which answer: two tabs may differ in either. */
function inWords(form, { text, reply, edited }) {
  const radio = [...form.elements.reply].find(({ value }) => value === reply);
  if (!radio) return text ?? "";
  const after = reply === "own"
    ? `${gettext("go on with your own wording")}:\n${edited}`
    : filled(gettext("go on with %(letter)s"), { letter: radio.dataset.key });
  return [text, after].filter(Boolean).join("\n\n");
}
