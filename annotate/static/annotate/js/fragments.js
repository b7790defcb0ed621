/**
 * Parts of a page of work that are fetched when somebody opens the popover they stand in: <div data-fragment="ADDRESS">.
 *
 * A form in one is sent from there and replaced by what the server answers. The item on the page stays as it is.
 */

import { gettext } from "../../commons/js/gettext.js";
import { csrfToken } from "./server.js";

const words = {
  unreachable: gettext("The server cannot be reached just now; open this again in a moment"),
  notSent: gettext("It could not be sent and stands here still; try again in a moment"),
  unsent: gettext("Send this first, or clear it: it would be gone with the item"),
};

const filling = new WeakMap(); // by place: asked for twice, it travels once

/** @param {Element} root @param {AbortSignal} signal ends what is on its way */
export function wakeFragments(root, signal) {
  for (const place of root.querySelectorAll("[data-fragment]")) {
    const popover = place.closest("[popover]");
    popover.addEventListener("toggle", () => popover.matches(":popover-open") && fill(place, signal));
    place.addEventListener("submit", (event) => {
      event.preventDefault();
      send(place, event.target);
    });
  }
}

/** Whether something is written beside the item that nobody has sent; then it is in sight, or will be once it has come. */
export function showUnsent(root) {
  const place = [...root.querySelectorAll("[data-fragment]")].find((each) => isAwaited(each) || unsentIn(each));
  if (!place) return false;
  const popover = place.closest("[popover]");
  if (!popover.matches(":popover-open")) popover.showPopover();
  fill(place).then(() => insist(unsentIn(place)));
  return true;
}

/** Fetch what this browser has something for that was begun on an earlier page: it counts as unsent from now on. */
export function fillAwaited(place, signal) {
  place.dataset.awaited = "";
  return fill(place, signal);
}

function fill(place, signal) {
  if ("filled" in place.dataset) return Promise.resolve();
  if (!filling.has(place)) filling.set(place, fillOnce(place, signal).finally(() => filling.delete(place)));
  return filling.get(place);
}

async function fillOnce(place, signal) {
  const there = await answerOf(place.dataset.fragment, { signal });
  if (there) {
    draw(place, there);
    place.dispatchEvent(new Event("laurel:filled", { bubbles: true }));
  } else place.textContent = words.unreachable;
}

const isAwaited = ({ dataset }) => "awaited" in dataset && !("filled" in dataset);

const unsentIn = (place) => [...place.querySelectorAll("textarea")].find(({ value }) => value.trim());

function insist(field) {
  if (!field) return;
  complaintOf(field.form).textContent = words.unsent;
  field.focus();
}

async function send(place, form) {
  const button = form.querySelector("button");
  button.disabled = true;
  const there = await answerOf(form.action, { method: "POST", body: new FormData(form) });
  button.disabled = false;
  if (there) {
    draw(place, there);
    for (const field of place.querySelectorAll("textarea")) field.dispatchEvent(new Event("input", { bubbles: true })); // it says what is unsent now
  } else complaintOf(form).textContent = words.notSent;
}

/** The HTML that answers, or null where nobody of ours did. */
async function answerOf(url, options) {
  try {
    const headers = { "HX-Request": "true", "X-CSRFToken": csrfToken() };
    const answer = await fetch(url, { redirect: "manual", headers, ...options });
    return answer.ok ? await answer.text() : null;
  } catch (unreachable) {
    return null;
  }
}

function draw(place, html) {
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  place.dataset.filled = "";
  if (place.closest(":popover-open")) place.querySelector("[autofocus]")?.focus(); // it came after the popover had opened
}

function complaintOf(form) {
  const there = form.querySelector("[data-complaint]");
  if (there) return there;
  const made = Object.assign(document.createElement("p"), { className: "bad", role: "alert" });
  made.dataset.complaint = "";
  form.append(made);
  return made;
}
