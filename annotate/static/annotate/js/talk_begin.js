/**
 * The first thing that is said: Ctrl+Enter says it, and this browser keeps it until it is said (talk.js forgets it then).
 *
 * Each page keeps its own, so that two tabs do not write over one another; what a page left that is gone, the next one has.
 * A page that is open holds a lock by the name of what it keeps; the browser lets it go however the page ends.
 */

import { copies, forget, keep, nameOf } from "./copies.js";

const UNLOADING = 500; // ms that the page before this one, in the same tab, may take to be gone
const { person } = document.body.dataset;
const name = nameOf("begin", person);
const form = document.querySelector("[data-begin]");
const text = form?.elements.text;

if (text) {
  navigator.locks?.request(name, () => new Promise(() => {})); // there is none where a page is not served over TLS
  wake();
  text.focus();
  await takeWhatIsLeft();
  form.dataset.ready = "";
}

function wake() {
  text.addEventListener("input", keepText);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  let isSent = false; // one press is one conversation, and the key sees to it as well
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  addEventListener("pageshow", () => { isSent = false; });
}

function keepText() {
  if (text.value.trim()) keep(name, { person, text: text.value });
  else forget(name);
}

/** The newest of it, where nothing else is said here already; the others wait for the pages after this one. */
async function takeWhatIsLeft() {
  const [left, said] = (await whatIsLeft()).at(-1) ?? [];
  if (!left || (text.value && text.value !== said.text)) return;
  text.value = said.text;
  keepText();
  forget(left, said);
}

/** What pages of this person have kept that are not open any more, the oldest first. */
async function whatIsLeft() {
  const isTheirs = ([each, said]) => each.startsWith("laurel:begin:") && each !== name && said.person === person;
  const found = (await copies()).filter(isTheirs);
  const areOpen = await openOf(found);
  return found.filter(([each]) => !areOpen.has(each));
}

async function openOf(found) {
  const now = async () => new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
  const open = await now();
  if (!found.some(([each]) => open.has(each))) return open;
  await new Promise((resolve) => { setTimeout(resolve, UNLOADING); });
  return now();
}
