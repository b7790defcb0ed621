/**
 * The ranking board: a pure state machine that knows no page.
 *
 *     items in the order shown  ->  { tiers, strengths, unrankable }  ->  serialise()
 *
 * Tiers run best first; two ids in one tier are tied. `strengths[i]` says how much better tier i is than tier i + 1:
 * 1 slightly, 2 clearly, 3 significantly, null not said. Every operation returns the sentence to announce and never
 * throws on a move that changes nothing. A strength outlives a move only while both of its tiers stay as they were:
 * what nobody said is never kept as if somebody had.
 */

import { filled, gettext, listed, ngettext } from "../../commons/js/gettext.js";

const STRONGEST = 3;
const STEPS = [ // by strength; null, which nobody said, counts as 0
  (many) => ngettext("%(upper)s is better than %(lower)s", "%(upper)s are better than %(lower)s", many),
  (many) => ngettext("%(upper)s is slightly better than %(lower)s", "%(upper)s are slightly better than %(lower)s", many),
  (many) => ngettext("%(upper)s is clearly better than %(lower)s", "%(upper)s are clearly better than %(lower)s", many),
  (many) => ngettext("%(upper)s is significantly better than %(lower)s", "%(upper)s are significantly better than %(lower)s", many),
];

export class Board {
  #letters; // id -> "A"; its order is the order shown
  #now;
  #past = [];
  #future = [];

  /**
   * @param {{id: string, letter: string}[]} items
   * @param {object|null} kept what serialise() once gave, or tiers of some of the items, which was begun elsewhere
   */
  constructor(items, kept = null) {
    this.#letters = new Map(items.map(({ id, letter }) => [id, letter]));
    const shown = items.map(({ id }) => [id]);
    const fresh = arrangement({ tiers: shown, unrankable: [], strengths: noStrengths(shown) });
    const isWhole = kept !== null && this.#accounts(kept);
    this.considered = isWhole && kept.considered !== false; // somebody changed the order, or said that it is meant
    this.#now = isWhole ? arrangement(structuredClone(kept)) : this.#begun(kept) ?? fresh;
    this.focused = items[0]?.id ?? null;
  }

  // What is ------------------------------------------------------------------

  get tiers() { return this.#now.tiers; }
  get strengths() { return this.#now.strengths; }
  get unrankable() { return this.#now.unrankable; }
  get ids() { return [...this.#letters.keys()]; }
  get canUndo() { return this.#past.length > 0; }
  get canRedo() { return this.#future.length > 0; }

  letter(id) { return this.#letters.get(id); }
  tierOf(id) { return this.tiers.findIndex((tier) => tier.includes(id)); }
  serialise() { return structuredClone(this.#now); }

  /** "rank 2, tied with C", or "unrankable". */
  standing(id) {
    const tier = this.tierOf(id);
    if (tier < 0) return gettext("unrankable");
    const mates = this.tiers[tier].filter((other) => other !== id);
    const said = mates.length ? gettext("rank %(rank)s, tied with %(mates)s") : gettext("rank %(rank)s");
    return filled(said, { rank: tier + 1, mates: this.#names(mates) });
  }

  /** "A is clearly better than B and C", for the boundary under tier `above`. */
  step(above) {
    const [upper, lower] = [this.tiers[above], this.tiers[above + 1]];
    const said = STEPS[this.strengths[above] ?? 0](upper.length);
    return filled(said, { upper: this.#names(upper), lower: this.#names(lower) });
  }

  // Where one looks ----------------------------------------------------------

  focus(id) { if (this.#letters.has(id)) this.focused = id; }

  focusNeighbour(step) {
    const at = this.ids.indexOf(this.focused) + step;
    this.focused = this.ids[Math.min(Math.max(at, 0), this.ids.length - 1)];
  }

  // What may be done ---------------------------------------------------------

  /** Give `id` the rank alone; what stood there and below moves down. */
  place(id, rank) {
    const tiers = this.#tiersWithout(id);
    tiers.splice(Math.min(rank, tiers.length + 1) - 1, 0, [id]);
    return this.#arrange(id, tiers);
  }

  /** Join the tier above the one that `id` stands in. */
  tie(id) {
    const tier = this.tierOf(id);
    if (tier < 0) return this.#say(gettext("%(letter)s is unrankable; give it a rank first"), id);
    if (tier === 0) return this.#say(gettext("%(letter)s has nothing above it to tie with"), id);
    return this.drop(id, { onto: tier - 1 });
  }

  /** Set `id` apart as not to be ranked; once more puts it back, last. */
  toggleUnrankable(id) {
    const tiers = this.#tiersWithout(id);
    const apart = this.unrankable.filter((other) => other !== id);
    if (this.unrankable.includes(id)) return this.#arrange(id, [...tiers, [id]], apart);
    return this.#arrange(id, tiers, [...apart, id]);
  }

  /** Half a rank up (-1) or down (1): out of a tie first, past the neighbour next. */
  move(id, direction) {
    const tier = this.tierOf(id);
    if (tier < 0) return direction < 0 ? this.toggleUnrankable(id) : this.#stays(id);
    const alone = this.tiers[tier].length === 1;
    const gap = direction < 0 ? tier - (alone ? 1 : 0) : tier + (alone ? 2 : 1);
    if (gap < 0 || gap > this.tiers.length) return this.#stays(id);
    return this.drop(id, { before: gap });
  }

  /** Where a drag ends: {onto: tier} ties, {before: tier} ranks alone, {apart: true} is unrankable; tiers as now shown. */
  drop(id, { onto, before, apart }) {
    if (apart) return this.unrankable.includes(id) ? this.#stays(id) : this.toggleUnrankable(id);
    const marked = this.tiers.map((tier) => tier.filter((other) => other !== id));
    if (onto !== undefined) marked[onto].push(id);
    else marked.splice(before, 0, [id]);
    return this.#arrange(id, marked.filter((tier) => tier.length > 0));
  }

  /** Make the boundary under tier `above` stronger (1) or weaker (-1); "not said" lies below "slightly". */
  changeStrength(above, by) {
    const then = Math.min(Math.max((this.strengths[above] ?? 0) + by, 0), STRONGEST);
    return this.setStrength(above, then || null);
  }

  setStrength(above, strength) {
    if (!(above in this.strengths)) return gettext("There are no two ranks to compare");
    const strengths = this.strengths.with(above, strength);
    this.#commit({ ...this.#now, strengths });
    return this.step(above);
  }

  /** The boundary that `[` and `]` speak of: under the focused tier, or above it when it is the last. */
  boundaryOf(id) {
    const tier = this.tierOf(id);
    return Math.min(tier < 0 ? Infinity : tier, this.tiers.length - 2);
  }

  /** Take a whole arrangement as one step; also the one that stands, while nobody has meant it. */
  take(next) {
    this.#commit(arrangement(structuredClone(next)), this.considered);
    return this.#order();
  }

  /** Say that the order as shown is meant. */
  confirm() { this.considered = true; }

  undo() { return this.#travel(this.#past, this.#future, gettext("Undone: %(order)s"), gettext("Nothing to undo")); }
  redo() { return this.#travel(this.#future, this.#past, gettext("Done again: %(order)s"), gettext("Nothing to do again")); }

  // How it is kept -----------------------------------------------------------

  #names(ids) { return listed(ids.map((id) => this.letter(id))); }

  #say(said, id) { return filled(said, { letter: this.letter(id), standing: this.standing(id) }); }

  #tiersWithout(id) {
    return this.tiers.map((tier) => tier.filter((other) => other !== id)).filter((tier) => tier.length > 0);
  }

  #arrange(id, tiers, unrankable = this.unrankable.filter((other) => other !== id)) {
    const shown = this.ids;
    const inOrder = (ids) => ids.toSorted((one, two) => shown.indexOf(one) - shown.indexOf(two));
    const ordered = tiers.map(inOrder);
    const changed = this.#commit(
      arrangement({ tiers: ordered, unrankable: inOrder(unrankable), strengths: this.#carried(ordered) }),
    );
    if (!changed) return this.#stays(id);
    return this.#say(this.tierOf(id) < 0 ? gettext("%(letter)s is unrankable") : gettext("%(letter)s moved to %(standing)s"), id);
  }

  #stays(id) {
    return this.#say(this.tierOf(id) < 0 ? gettext("%(letter)s stays unrankable") : gettext("%(letter)s stays at %(standing)s"), id);
  }

  #carried(tiers) {
    const said = new Map(this.strengths.map((strength, above) => [boundary(this.tiers, above), strength]));
    return noStrengths(tiers).map((_, above) => said.get(boundary(tiers, above)) ?? null);
  }

  #commit(next, isStepOnlyIfNew = true) {
    if (isStepOnlyIfNew && JSON.stringify(next) === JSON.stringify(this.#now)) return false;
    this.#past.push(this.#now);
    this.#future.length = 0;
    this.#now = next;
    this.considered = true;
    return true;
  }

  #travel(from, to, said, otherwise) {
    const there = from.pop();
    if (there === undefined) return otherwise;
    to.push(this.#now);
    this.#now = there;
    return filled(said, { order: this.#order() });
  }

  #order() {
    const ranks = this.tiers.map((tier) => tier.map((id) => this.letter(id)).join(" = ")).join(gettext(", then "));
    if (this.unrankable.length === 0) return ranks;
    return filled(gettext("%(ranks)s; unrankable: %(apart)s"), { ranks, apart: this.#names(this.unrankable) });
  }

  /** Whether what was kept speaks of exactly the answers on this page. */
  /** What was placed so far, and the others below it as they are shown; null where nothing was. */
  #begun(kept) {
    const placed = (kept?.tiers ?? []).flat();
    const isOdd = new Set(placed).size < placed.length || placed.some((id) => !this.#letters.has(id));
    if (!placed.length || isOdd) return null;
    const tiers = [...structuredClone(kept.tiers), ...this.ids.filter((id) => !placed.includes(id)).map((id) => [id])];
    return arrangement({ tiers, unrankable: [], strengths: noStrengths(tiers) });
  }

  #accounts({ tiers, strengths, unrankable }) {
    const named = [...(tiers ?? []).flat(), ...(unrankable ?? [])].toSorted();
    const whole = JSON.stringify(named) === JSON.stringify(this.ids.toSorted());
    return whole && Array.isArray(strengths) && strengths.length === noStrengths(tiers).length;
  }
}

/** One order of keys, so that two arrangements are equal exactly when their JSON is. */
function arrangement({ tiers, unrankable, strengths }) {
  return { tiers, unrankable, strengths };
}

function noStrengths(tiers) {
  return tiers.slice(1).map(() => null);
}

function boundary(tiers, above) {
  return JSON.stringify([tiers[above], tiers[above + 1]]);
}
