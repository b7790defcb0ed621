/** What every page does: appearance, times in the reader's zone, the CSRF token of htmx, dialogs, what was left unsent. */

import { csrfToken } from "./server.js";
import { tellTimes } from "./times.js";
import { sendWhatIsLeft } from "./unsent.js";

const YEAR = 365 * 86_400;

/** Switch at once and remember; the server reads the same cookie, so no page flashes in the wrong colours. */
function wakeAppearance(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=theme]");
    if (!button) return;
    event.preventDefault();
    document.cookie = `theme=${button.value}; path=/; max-age=${YEAR}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    if (button.value === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = button.value;
    for (const one of form.querySelectorAll("button[name=theme]")) one.setAttribute("aria-pressed", String(one === button));
  });
}

function wakeDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.account[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.account[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/** In a narrow window the entries are a strip: where one is, stands in it. Only the strip moves. */
function showWhereOneIs() {
  const nav = document.querySelector(".site-nav");
  const here = nav?.querySelector("[aria-current]");
  if (here) nav.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - nav.offsetLeft - nav.clientWidth / 2;
}

showWhereOneIs();
addEventListener("resize", showWhereOneIs); // a phone is turned
for (const form of document.querySelectorAll("[data-appearance]")) wakeAppearance(form);
wakeDialogs();
tellTimes(document);
document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrfToken(); });
document.addEventListener("htmx:afterSwap", (event) => tellTimes(event.target));
document.documentElement.dataset.awake = ""; // styles and tests may rely on scripts from here on
if (document.body.dataset.person) sendWhatIsLeft(document.body.dataset.person, () => document.querySelector("form[data-item]")?.dataset.item);
