/**
 * One item after another in one document.
 *
 * All that an item has on the page stands inside [data-work] (_work_frame.html) and leaves with it. So what wakes it hangs
 * on elements in there, or on `signal`: a listener on anything else takes { signal }, a timer stops when it aborts.
 *
 * While an item is read, the next one is leased and its page is fetched (views/ahead.py). Handing in leads there; where
 * that is the page that was fetched, it takes the old one's place, else the browser goes there as it goes anywhere.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { ask, mayPass } from "./server.js";
import { tellTimes } from "./times.js";

const BREATH = 300; // ms that an item has to itself before the next one is asked for

let wake = null; // makes a page of work of what stands in the document
let life = null; // of the item on the page
let ahead = null; // the item after it: {go, title, region}
let here = location.pathname;
let saying = null; // tells whoever hears the page that another item is there

/** @param {(root: HTMLElement, signal: AbortSignal) => Promise<WorkPage>} begin wakes the item that stands in `root` */
export async function eachItem(begin) {
  wake = begin;
  saying = document.body.appendChild(liveRegion());
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // back to a page that was sent
  addEventListener("popstate", () => location.pathname !== here && location.reload()); // and so is going back
  const page = await start(document.querySelector("[data-work]"));
  loadAhead(page);
}

/** Go on to an address of ours: at once where its page is here already. */
export async function goOn(go) {
  if (ahead?.go !== go) return location.assign(go);
  try {
    const page = await takePlace(ahead);
    if (await isTheirs(page)) loadAhead(page);
    else if (!page.signal.aborted) location.reload(); // the server says what became of it
  } catch (broken) {
    location.assign(go);
  }
}

function start(root) {
  life = new AbortController();
  return wake(root, life.signal);
}

// Loading ahead ---------------------------------------------------------------

async function loadAhead({ form, isWorkable }) {
  const { signal } = life;
  await new Promise((resolve) => { setTimeout(resolve, BREATH); });
  if (!isWorkable || "late" in form.dataset || "sending" in form.dataset || signal.aborted) return;
  const { status, body } = await ask(form.dataset.aheadUrl, { method: "POST", fields: { key: form.elements.key.value } });
  if (status === 200 && !signal.aborted) ahead = readyToStand(body);
}

/** A page that needs what this document has not got is opened as any other. */
function readyToStand({ go, page }) {
  const { head, title, body } = new DOMParser().parseFromString(page, "text/html");
  const isHere = (part) => [...document.head.children].some((each) => each.isEqualNode(part));
  const isLike = [...head.querySelectorAll("link, script")].every(isHere);
  return isLike ? { go, title, region: document.adoptNode(body.querySelector("[data-work]")) } : null;
}

// Taking its place --------------------------------------------------------------

function takePlace({ region, go, title }) {
  ahead = null;
  life.abort();
  document.querySelector("[data-work]").replaceWith(region);
  for (const told of document.querySelectorAll("ul.messages, [data-unsent] .notice-good")) told.remove(); // of what was before
  history.pushState(null, "", go);
  here = location.pathname;
  document.title = title;
  scrollTo(0, 0);
  window.htmx?.process(region);
  tellTimes(region);
  (region.querySelector("main [autofocus]") ?? region.querySelector("main")).focus({ preventScroll: true });
  saying.textContent = filled(gettext("Next item: %(title)s"), { title: region.querySelector("h1").textContent });
  document.dispatchEvent(new Event("laurel:next"));
  return start(region);
}

/** Say that it is on the screen: the lease begins. It may have ended, or have been worked on elsewhere. */
async function isTheirs({ form, keeper, presence }) {
  const { status, body } = await ask(form.dataset.seenUrl, { method: "POST", fields: { shuffle: form.dataset.shuffle } });
  if (status !== 200) return mayPass(status);
  presence.renewed();
  return body.version === keeper.version;
}

function liveRegion() {
  return Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
}
