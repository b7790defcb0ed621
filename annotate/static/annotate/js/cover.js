/**
 * What may harm is covered until its reader asks for it (_cover.html, and "Covered" in laurel.css).
 *
 * The page covers it without a script, too. With one it is blurred, and `inert` keeps it from screen readers, the keys,
 * selecting and searching until then.
 */

import { gettext } from "../../commons/js/gettext.js";

/** Wake the cover that stands on the page, if one does. */
export function wakeCover() {
  const cover = document.querySelector("[data-cover]");
  const parts = cover ? [...document.querySelectorAll("[data-harm]")] : [];
  let wasShown = cover?.open ?? true;
  const draw = () => {
    wasShown ||= cover.open;
    for (const part of parts) part.inert = !cover.open;
  };
  const toggle = () => {
    cover.open = !cover.open;
    draw();
  };
  cover?.addEventListener("toggle", draw);
  if (cover) draw();
  return {
    keys: [{ act: "cover", keys: ["H"], says: gettext("show what may harm, or cover it"), help: cover !== null, does: () => cover && toggle() }],
    /** What nobody has looked at is no judgement. */
    mayGo: () => {
      if (!wasShown) {
        cover.querySelector("summary").focus();
        const line = document.querySelector("[data-announce]");
        if (line) line.textContent = gettext("Show the text first, or skip the item");
      }
      return wasShown;
    },
  };
}
