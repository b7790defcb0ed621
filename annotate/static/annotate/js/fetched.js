/** Parts of a page that travel when they are first asked for. */

import { gettext } from "../../commons/js/gettext.js";
import { notice } from "./notices.js";

/**
 * What makes a part at its first call and gives the same at each later one; null, and said so, where it cannot be fetched.
 *
 * @param {() => Promise<object>} fetch @param {(found: object) => object} make
 */
export function fetched(fetch, make) {
  let part = null;
  let told = null;
  return async () => {
    try {
      part ??= fetch().then(make);
      await part;
      told?.remove();
    } catch (broken) {
      part = null; // the next call tries again
      told?.remove();
      told = notice("notice-warn", gettext("This part of the page could not be fetched: the server cannot be reached. Try again in a moment"));
    }
    return part;
  };
}

/** A sheet of styles: before the one for contrast, which has the last word. */
export function sheet(href) {
  const sheets = [...document.head.querySelectorAll("link[rel=stylesheet]")];
  const there = sheets.find((each) => each.getAttribute("href") === href);
  if (there) return there;
  return new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve });
    made.onerror = () => { made.remove(); reject(new TypeError(href)); };
    sheets.at(-1).before(made);
  });
}
