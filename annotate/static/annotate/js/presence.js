/**
 * A lease lasts while its person is there: who reads without typing says so, at most once a minute.
 *
 * A save of the draft has renewed the lease already. When it has run out the page says so, and that what is handed in is
 * kept all the same; whoever comes back in time gets it anew.
 */

import { ask } from "./server.js";
import { tellTime } from "./times.js";

const MINUTE = 60_000; // ms
const LOOK = 15_000; // ms between two looks at the clock
const SIGNS = ["keydown", "pointerdown", "pointermove", "scroll", "wheel", "touchmove"];

export class Presence {
  #seen = Date.now(); // the last sign of life
  #renewed = Date.now();
  #isLost = false;

  /**
   * @param {{url: string, seconds: number, line: HTMLElement}} page how long the lease is, and where its end is told
   * @param {AbortSignal} signal the item is not on the page any more
   */
  constructor({ url, seconds, line }, signal) {
    this.url = url;
    this.length = seconds * 1000;
    this.line = line;
    this.until = Date.now() + this.length;
    for (const sign of SIGNS) document.addEventListener(sign, () => this.#live(), { capture: true, passive: true, signal });
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    const looks = setInterval(() => this.#look(), LOOK);
    signal.addEventListener("abort", () => clearInterval(looks));
  }

  /** A draft was saved: a lease that still ran has its full length again. One that had run out is asked for. */
  renewed() {
    if (this.#isLost) return;
    if (Date.now() >= this.until) return this.#renew();
    this.#renewed = Date.now();
    this.#tell(new Date(Math.max(this.until, Date.now() + this.length)));
  }

  #live() {
    const wasAway = Date.now() - this.#seen > MINUTE;
    this.#seen = Date.now();
    if (wasAway) this.#look();
  }

  #look() {
    const now = Date.now();
    const isThere = !document.hidden && now - this.#seen < MINUTE;
    if (isThere && now - this.#renewed >= MINUTE && !this.#isLost) this.#renew();
    else if (now >= this.until) this.#tellOver(true);
  }

  async #renew() {
    this.#renewed = Date.now();
    const { status, body } = await ask(this.url, { method: "POST", json: {} });
    if (status === 200) this.#tell(new Date(body.expires_at));
    this.#isLost = status === 409; // somebody else may have it by now
    if (this.#isLost) this.#tellOver(true);
  }

  #tell(until) {
    this.until = until.getTime();
    const time = this.line.querySelector("time");
    time.dateTime = until.toISOString();
    tellTime(time);
    this.#tellOver(false);
  }

  #tellOver(isOver) {
    this.line.querySelector("[data-lease-over]").hidden = !isOver;
    this.line.querySelector("[data-lease-runs]").hidden = isOver;
  }
}
