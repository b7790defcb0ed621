/**
 * One item after another in one document.
 *
 * All that an item has on the page stands inside [data-work] (_work_frame.html) and leaves with it. So what wakes it hangs
 * on elements in there, or on `signal`: a listener on anything else takes { signal }, a timer stops when it aborts.
 */

/** @param {(root: HTMLElement, signal: AbortSignal) => Promise<WorkPage>} begin wakes the item that stands in `root` */
export function eachItem(begin) {
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // back to a page that was sent
  const life = new AbortController();
  return begin(document.querySelector("[data-work]"), life.signal);
}
