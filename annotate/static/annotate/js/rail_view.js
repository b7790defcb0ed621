/**
 * The rail: the tiers of a board, drawn anew after each move, and the drag that moves an answer about.
 *
 * It reads the board and reports what a person wants by `onMove(id, target)`, `onStrength(above)` and `onFocus(id)`.
 */

import { filled, gettext } from "../../commons/js/gettext.js";

const DRAG_STARTS_AT = 5; // px; less is a press

export class RailView {
  #drag = null;

  constructor({ root, board, excerpts, asksStrength, onMove, onStrength, onFocus }) {
    Object.assign(this, { root, board, excerpts, asksStrength, onMove, onStrength, onFocus });
    this.tiers = root.querySelector("[data-tiers]");
    this.apart = root.querySelector("[data-apart]");
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("focusin", (event) => this.#look(event));
    root.addEventListener("pointerdown", (event) => this.#grasp(event));
    root.addEventListener("pointermove", (event) => this.#pull(event));
    root.addEventListener("pointerup", (event) => this.#release(event));
    root.addEventListener("pointercancel", () => this.#letGo());
  }

  // Drawing ------------------------------------------------------------------

  draw() {
    const before = new Map(this.#chips().map((chip) => [chip.dataset.id, chip.getBoundingClientRect()]));
    const held = this.root.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
    this.tiers.replaceChildren(...this.board.tiers.map((tier, at) => this.#tier(tier, at)));
    this.apart.querySelector("ul").replaceChildren(...this.board.unrankable.map((id) => this.#chip(id)));
    this.apart.classList.toggle("is-empty", this.board.unrankable.length === 0);
    this.#glide(before);
    this.#refocus(held);
  }

  markFocus() {
    for (const chip of this.#chips()) {
      const focused = chip.dataset.id === this.board.focused;
      if (focused) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
  }

  #tier(ids, at) {
    const members = element("ul", "tier-members", ids.map((id) => this.#chip(id)));
    const box = element("div", "tier-box", [element("span", "tier-rank", `${at + 1}`), members]);
    const last = at === this.board.tiers.length - 1;
    return element("li", "tier", last || !this.asksStrength ? [box] : [box, this.#step(at)], { tier: at });
  }

  #chip(id) {
    const letter = element("span", "letter", this.board.letter(id));
    const button = element("button", "chip", [letter, element("span", "chip-text", this.excerpts.get(id) ?? "")], { id });
    button.type = "button";
    button.setAttribute("aria-label", `${this.board.letter(id)}, ${this.board.standing(id)}`);
    if (id === this.board.focused) button.setAttribute("aria-current", "true");
    return element("li", "", [button]);
  }

  #step(above) {
    const strength = this.board.strengths[above] ?? 0;
    const marks = element("span", "step-marks", "");
    const words = [gettext("how much better?"), gettext("slightly better"), gettext("clearly better"), gettext("significantly better")][strength];
    const button = element("button", "step", [marks, element("span", "step-words", words)], { step: above, strength });
    button.type = "button";
    button.setAttribute("aria-label", filled(gettext("%(step)s. Press to change"), { step: this.board.step(above) }));
    return button;
  }

  #chips() { return [...this.root.querySelectorAll(".chip:not(.is-ghost)")]; }

  /** Let each chip travel from where it was; a reader who asked for less motion sees it there at once. */
  #glide(before) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const chip of this.#chips()) {
      const from = before.get(chip.dataset.id);
      const to = chip.getBoundingClientRect();
      if (!from || (from.x === to.x && from.y === to.y)) continue;
      const start = { transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` };
      chip.animate([start, { transform: "none" }], { duration: 140, easing: "ease-out" });
    }
  }

  #refocus(held) {
    if (held?.id) this.root.querySelector(`.chip[data-id="${CSS.escape(held.id)}"]`)?.focus();
    else if (held?.step) this.root.querySelector(`.step[data-step="${held.step}"]`)?.focus();
  }

  // Pressing -----------------------------------------------------------------

  #click(event) {
    if (this.#drag?.moved) return;
    const step = event.target.closest(".step");
    const chip = event.target.closest(".chip");
    if (step) this.onStrength(Number(step.dataset.step));
    else if (chip) this.onFocus(chip.dataset.id);
  }

  #look(event) {
    const chip = event.target.closest(".chip");
    if (!chip) return;
    this.board.focus(chip.dataset.id);
    this.markFocus();
  }

  // Dragging -----------------------------------------------------------------

  #grasp(event) {
    const chip = event.target.closest(".chip");
    if (!chip || event.button !== 0) return;
    this.#drag = { chip, id: chip.dataset.id, pointer: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
  }

  #pull(event) {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < DRAG_STARTS_AT) return;
    if (!drag.moved) this.#lift(event);
    drag.ghost.style.transform = `translate(${dx}px, ${dy}px)`;
    this.#aim(event.clientX, event.clientY);
  }

  #lift(event) {
    const drag = this.#drag;
    const box = drag.chip.getBoundingClientRect();
    drag.moved = true;
    drag.ghost = drag.chip.cloneNode(true);
    drag.ghost.classList.add("is-ghost");
    drag.ghost.setAttribute("aria-hidden", "true");
    Object.assign(drag.ghost.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px` });
    drag.chip.classList.add("is-lifted");
    this.root.append(drag.ghost);
    this.root.classList.add("is-dragging");
    this.root.setPointerCapture(event.pointerId);
  }

  #aim(x, y) {
    this.#clearAim();
    this.#drag.target = null;
    if (within(this.apart.getBoundingClientRect(), x, y)) {
      this.apart.classList.add("is-aim");
      this.#drag.target = { apart: true };
      return;
    }
    const boxes = [...this.tiers.children].map((tier) => ({ tier, box: tier.firstElementChild.getBoundingClientRect() }));
    const nearest = boxes.toSorted((one, two) => distance(one.box, x, y) - distance(two.box, x, y))[0];
    if (!nearest || distance(nearest.box, x, y) > 120) return;
    const at = Number(nearest.tier.dataset.tier);
    const along = getComputedStyle(this.tiers).flexDirection.startsWith("row")
      ? (x - nearest.box.left) / nearest.box.width
      : (y - nearest.box.top) / nearest.box.height;
    const [aim, target] = along < 0.28 ? ["before", { before: at }] : along > 0.72 ? ["after", { before: at + 1 }] : ["onto", { onto: at }];
    nearest.tier.dataset.aim = aim;
    this.#drag.target = target;
  }

  #clearAim() {
    this.apart.classList.remove("is-aim");
    for (const tier of this.tiers.children) delete tier.dataset.aim;
  }

  #release(event) {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    this.#letGo();
    if (drag.moved && drag.target) this.onMove(drag.id, drag.target);
  }

  #letGo() {
    const drag = this.#drag;
    this.#clearAim();
    drag?.ghost?.remove();
    drag?.chip.classList.remove("is-lifted");
    this.root.classList.remove("is-dragging");
    setTimeout(() => { if (this.#drag === drag) this.#drag = null; }); // after the click that ends a drag
  }
}

function element(tag, className, content, data = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...[content].flat());
  Object.assign(made.dataset, data);
  return made;
}

function within(box, x, y) {
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

function distance(box, x, y) {
  const dx = Math.max(box.left - x, 0, x - box.right);
  const dy = Math.max(box.top - y, 0, y - box.bottom);
  return Math.hypot(dx, dy);
}
