/** The page of a conversation: which answer one goes on with, what one says next, and its draft. */

import { filled, gettext } from "../../commons/js/gettext.js";
import { copies, forget } from "./copies.js";
import { DraftKeeper } from "./draft_keeper.js";
import { wakeKeys } from "./keys.js";
import { chooseDraft } from "./work.js";

const form = document.getElementById("talking");
const main = document.getElementById("main");
const here = `${main.dataset.talk}-${main.dataset.turn}`;

forgetBeginning();
await forgetEarlierTurns();
const bindings = [
  { act: "guideline", keys: ["G"], says: gettext("guideline"), does: () => document.getElementById("guideline").togglePopover() },
];

if (form) {
  bindings.unshift(...keysOf(form));
  await keepWords(form);
}
wakeKeys(bindings);
main.dataset.ready = "";

/** What talk_begin.js kept, where that is what this conversation began with. */
function forgetBeginning() {
  const name = `laurel:talk-begin:${document.body.dataset.person}`;
  if (sessionStorage.getItem("laurel:talk-said") !== localStorage.getItem(name)) return;
  localStorage.removeItem(name);
  sessionStorage.removeItem("laurel:talk-said");
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
    inWords: (content) => [content.text, content.reply === "own" ? content.edited : ""].filter(Boolean).join("\n\n"),
    tell: (state, sentence) => {
      line.dataset.saved = state;
      line.textContent = sentence;
    },
    choose: (mine, theirs, savedAt) => chooseDraft(mine.text ?? "", theirs.text ?? "", savedAt),
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
