/**
 * What a judgement takes: time at it, changes, characters typed and pasted (annotate/effort.py says what is kept).
 *
 * `Effort` only counts; it is told of each moment, so that it can be tested without waiting. `watchEffort` tells it what
 * happens on a page. A page that is opened anew in its tab goes on with what it had counted.
 */

const IDLE = 30_000; // ms; of a longer pause only these count
const SIGNS = ["keydown", "pointerdown", "pointermove", "scroll", "wheel", "touchmove"];

export class Effort {
  #seen; // the last sign of life, null while the tab is out of sight
  #counted = { active: 0, first: null, last: null, acts: 0, typed: 0, pasted: 0 };

  /** @param {number} now ms @param {object} counted what an earlier page of the item counted */
  constructor(now, counted = {}) {
    this.#seen = now;
    Object.assign(this.#counted, counted);
  }

  get counted() { return { ...this.#counted }; }

  /** Somebody is there. */
  sign(now) {
    if (this.#seen !== null) this.#counted.active += Math.min(Math.max(now - this.#seen, 0), IDLE);
    this.#seen = now;
  }

  /** The tab goes out of sight. */
  hide(now) {
    this.sign(now);
    this.#seen = null;
  }

  /** What is handed in was changed. */
  act(now) {
    this.sign(now);
    this.#counted.acts += 1;
    this.#counted.first ??= this.#counted.active;
    this.#counted.last = this.#counted.active;
  }

  type(characters) { this.#counted.typed += characters; }
  paste(characters) { this.#counted.pasted += characters; }

  /** What is sent, as it is when it is handed in. */
  report(now) {
    this.sign(now);
    const { active, first, last, acts, typed, pasted } = this.#counted;
    return {
      active_seconds: seconds(active),
      seconds_to_first_act: first === null ? null : seconds(first),
      seconds_from_last_act: last === null ? null : seconds(active - last),
      acts,
      typed,
      pasted,
    };
  }
}

const seconds = (ms) => Math.round(ms / 100) / 10;

/** @param {HTMLFormElement} form of the item @param {AbortSignal} signal the item is not on the page any more */
export function watchEffort(form, signal) {
  const { item, stands, draftVersion } = form.dataset;
  const name = `laurel:effort:${item}${stands === "changeable" ? `:${draftVersion}` : ""}`; // a change is measured by itself
  const effort = new Effort(Date.now(), JSON.parse(sessionStorage.getItem(name) ?? "{}"));
  for (const sign of SIGNS) document.addEventListener(sign, () => effort.sign(Date.now()), { capture: true, passive: true, signal });
  document.addEventListener("visibilitychange", () => (document.hidden ? effort.hide(Date.now()) : effort.sign(Date.now())), { signal });
  addEventListener("pagehide", () => keep(name, effort), { signal });
  form.addEventListener("input", (event) => effort.type(typedBy(event)));
  form.addEventListener("compositionend", ({ data }) => effort.type(data.length));
  form.addEventListener("paste", ({ clipboardData }) => effort.paste(lengthOf(clipboardData)));
  form.addEventListener("drop", ({ dataTransfer }) => effort.paste(lengthOf(dataTransfer)));
  signal.addEventListener("abort", () => sessionStorage.removeItem(name));
  return effort;
}

function keep(name, effort) {
  effort.sign(Date.now());
  try {
    sessionStorage.setItem(name, JSON.stringify(effort.counted));
  } catch (full) {
    // it is a measurement, and no work is lost with it
  }
}

const lengthOf = (data) => data?.getData("text/plain").length ?? 0;

/** Characters that came by a key; those of a composition are counted at its end, what was pasted where it was. */
function typedBy({ inputType = "", isComposing, data }) {
  const isByKey = /^insert(Text|LineBreak|Paragraph)$/.test(inputType) && !isComposing;
  return isByKey ? data?.length ?? 1 : 0;
}
