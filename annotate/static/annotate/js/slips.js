/**
 * What somebody has begun beside an item and not sent: a question to the lead, a note to a skip, why a stretch is marked.
 *
 * This browser keeps it as it keeps a draft (copies.js), and the next page of the item has it again. The server hears of
 * none of it before it is sent. A field is kept that says so: <textarea data-slip="question">.
 */

import { forget, keep, nameOf } from "./copies.js";

export class Slips {
  #said = {}; // by the name of the slip
  #holders = new Map(); // what gives a slip back that is more than a field
  #isKept = false;

  /** @param {{item: string, person: string}} about @param {HTMLElement} root of the item */
  constructor(about, root) {
    Object.assign(this, { about, root, name: nameOf("slip", about.item) });
    root.addEventListener("input", ({ target }) => target.matches("[data-slip]") && this.put(target.dataset.slip, target.value));
    root.addEventListener("laurel:filled", () => this.#giveBack()); // a field came later than its page
  }

  /** @param {string} which @param {(said: object) => void} giveBack to the page what an earlier one had */
  hold(which, giveBack) { this.#holders.set(which, giveBack); }

  /** @param {string} which @param {object|string|null} said null or blank: nothing is begun any more */
  put(which, said) {
    const isBegun = typeof said === "string" ? said.trim() !== "" : said !== null;
    if (isBegun) this.#said[which] = said;
    else if (which in this.#said) delete this.#said[which];
    else return;
    this.#keep();
  }

  /**
   * Have what earlier pages of the item left; of two that say something else, what was said last.
   *
   * @param {[string, object][]} records what this browser keeps, the oldest first
   */
  take(records) {
    const left = records.filter(([name, slip]) => isSlipOf(this.about, name, slip) && name !== this.name);
    if (left.length === 0) return;
    const had = this.#said; // somebody was faster than this script
    this.#said = Object.assign({}, ...left.map(([, { said }]) => said), had);
    this.#keep();
    for (const [name, slip] of left) forget(name, slip);
    this.#giveBack();
    for (const [which, giveBack] of this.#holders) if (which in this.#said) giveBack(this.#said[which]);
  }

  has(which) { return which in this.#said; }

  #giveBack() {
    for (const field of this.root.querySelectorAll("[data-slip]")) field.value ||= this.#said[field.dataset.slip] ?? "";
  }

  #keep() {
    const { item, person } = this.about;
    const isEmpty = Object.keys(this.#said).length === 0;
    if (!isEmpty) keep(this.name, { item, person, said: this.#said });
    else if (this.#isKept) forget(this.name);
    this.#isKept = !isEmpty;
  }
}

/** Whether it was written beside an item, which has gone on with what it came with. */
export const isSlipOf = ({ item }, name, slip) => name.startsWith("laurel:slip:") && slip.item === item;
