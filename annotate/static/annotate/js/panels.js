/**
 * Parts of a page that htmx loads after it (_panel.html). One that does not come says why, and offers to try again; one
 * that came before and comes no more keeps what it has and says of when that is.
 */

import { filled, gettext } from "../../commons/js/gettext.js";
import { words } from "./words.js";

const SIGNED_OUT = 401;
const NOT_THERE = [403, 404, 410];

const says = {
  signedOut: gettext("You are signed out: sign in again in another tab"),
  notThere: gettext("This part is not there any more, or not yours to see"),
  failed: gettext("%(why)s: this part of the page did not load."),
  old: gettext("%(why)s: this is how it stood at %(time)s."),
  again: gettext("Try again"),
};

class Panel {
  #isFilled = false;
  #at = "";
  #wasPressed = false;

  constructor(element) {
    this.element = element;
    const mine = (does) => (event) => event.target === element && does(event.detail.xhr, event);
    element.addEventListener("htmx:beforeRequest", mine(() => this.#isBusy(true)));
    element.addEventListener("htmx:beforeSwap", mine((xhr, event) => this.#look(xhr, event)));
    element.addEventListener("htmx:afterSwap", mine(() => this.#came()));
    element.addEventListener("htmx:responseError", mine(({ status }) => this.#fail(status)));
    for (const lost of ["htmx:sendError", "htmx:timeout"]) element.addEventListener(lost, mine(() => this.#fail(0)));
  }

  #isBusy(is) {
    this.element.setAttribute("aria-busy", String(is));
  }

  /** Whoever is signed out is led to the sign-in, which is no part of this page. */
  #look(xhr, event) {
    const asked = new URL(this.element.getAttribute("hx-get"), location);
    if (new URL(xhr.responseURL).pathname === asked.pathname) return;
    event.preventDefault();
    this.#fail(SIGNED_OUT);
  }

  #came() {
    this.#isFilled = true;
    this.#at = words.clock(Date.now());
    this.#isBusy(false);
    if (this.#wasPressed) this.element.focus(); // its button is gone
    this.#wasPressed = false;
  }

  #fail(status) {
    this.#isBusy(false);
    const said = filled(this.#isFilled ? says.old : says.failed, { why: why(status), time: this.#at });
    const there = this.element.querySelector(":scope > [data-failed]");
    if (there) return this.#sayAgain(there, said);
    if (!this.#isFilled) this.element.replaceChildren();
    this.element.prepend(this.#notice(said));
  }

  /** The button stays, with the focus that it may have; the sentence is read out where it is another. */
  #sayAgain(notice, said) {
    const sentence = notice.querySelector("[role=status]");
    if (sentence.textContent !== said) sentence.textContent = said;
    notice.querySelector("button").disabled = false;
    if (this.#wasPressed) notice.querySelector("button").focus();
    this.#wasPressed = false;
  }

  #notice(said) {
    const made = Object.assign(document.createElement("div"), { className: "notice notice-warn" });
    made.dataset.failed = "";
    const sentence = Object.assign(document.createElement("span"), { role: "status", textContent: said });
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "button button-small", textContent: says.again,
    });
    button.addEventListener("click", () => this.#tryAgain(button));
    made.append(sentence, " ", button);
    return made;
  }

  #tryAgain(button) {
    button.disabled = true;
    this.#wasPressed = true;
    this.element.dispatchEvent(new Event("again"));
  }
}

function why(status) {
  if (status === SIGNED_OUT) return says.signedOut;
  return NOT_THERE.includes(status) ? says.notThere : words.away(status);
}

for (const element of document.querySelectorAll("[data-panel]")) new Panel(element);
