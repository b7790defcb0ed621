/** The guideline kept open beside the work on a wide screen, for as long as this browser remembers it. */

import { gettext } from "../../commons/js/gettext.js";

const SWITCH = "laurel:guideline-beside";
const WIDE = matchMedia("(min-width: 87.5rem)");

/** @param {AbortSignal} signal ends it */
export function keepBeside(drawer, signal) {
  const pin = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small guideline-pin", textContent: gettext("Keep it open beside") });
  drawer.querySelector(".row").lastElementChild.before(pin);
  const isKept = () => localStorage.getItem(SWITCH) === "on";
  const draw = () => {
    pin.setAttribute("aria-pressed", String(isKept()));
    document.body.classList.toggle("has-guideline", WIDE.matches && isKept() && drawer.matches(":popover-open"));
  };
  pin.addEventListener("click", () => {
    localStorage.setItem(SWITCH, isKept() ? "off" : "on");
    draw();
  });
  drawer.addEventListener("toggle", draw);
  WIDE.addEventListener("change", draw, { signal });
  if (WIDE.matches && isKept()) drawer.showPopover();
  draw();
}
