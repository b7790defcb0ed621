/** The ranking page's beginning: one form, one board, one draft. Two answers have a row of cells, more a rail. */

import { gettext } from "../../commons/js/gettext.js";
import { fetched, sheet } from "./fetched.js";
import { eachItem } from "./sequence.js";
import { WorkPage } from "./work.js";

async function begin(root, signal) {
  const form = root.querySelector("#ranking");
  const { View, Beside, scrollTogether } = await partsOf(form); // nothing is awake before all of it is
  const kept = JSON.parse(root.querySelector("#kept-draft").textContent);
  const onChange = () => page.touch();
  const view = new View(form, { kept, onChange });
  const beside = Beside ? new Beside(form, view, kept ?? {}, onChange, signal) : NOTHING;
  const page = new WorkPage(form, craftOf(root, form, view, beside), signal);
  beside.keepIn(page.slips);
  const show = wakeDeck(form, view);
  const compare = wakeComparing(root.querySelector("#difference"), view, signal);
  form.querySelector("[data-compare]")?.addEventListener("click", compare);
  const together = form.querySelector("[data-together]");
  if (together) scrollTogether([...form.querySelectorAll("[data-candidate]")], together);
  wakeUntouched(root, form, view);
  page.wakeKeys([
    ...(isPair(form) ? keysOfPair(view) : keysOfBoard(view)),
    ...beside.keys,
    ...keysOfBoth(root, view, { show, compare, together }),
  ]);
  await page.begin();
  return page;
}

const isPair = (form) => form.querySelector("[data-pair]") !== null;

/** What this page uses; the rest does not travel. */
async function partsOf(form) {
  const [view, beside, together] = await Promise.all([
    isPair(form) ? import("./pair_view.js") : import("./board_view.js"),
    "asks" in form.dataset ? import("./answers_view.js") : {},
    form.querySelector("[data-together]") ? import("./together.js") : {},
  ]);
  return { View: view.PairView ?? view.BoardView, Beside: beside.AnswersView, scrollTogether: together.scrollTogether };
}

/** Where the order alone is asked for. */
const NOTHING = { drawn: {}, read: () => ({}), write() {}, inWords: () => [], contentOf: () => ({}), mayGo: () => true, keepIn() {}, keys: [] };

function craftOf(root, form, view, beside) {
  return {
    drawn: { ...view.read(), ...beside.drawn }, // a board begins with its script
    read: () => ({ ...view.read(), ...beside.read() }),
    write: (content) => { view.write(content); beside.write(content); },
    inWords: (content) => [view.inWords(content), ...beside.inWords(content)].join("\n"),
    contentOf: (fields) => ({ ...JSON.parse(fields.ranking), considered: true, ...beside.contentOf(fields) }),
    mayGo: () => mayGo(root, form, view) && beside.mayGo(),
  };
}

/** An untouched order is asked about once; a shuffled order that nobody looked at is no judgement. */
function mayGo(root, form, view) {
  if (!view.board.considered) {
    if (isPair(form)) view.askToChoose();
    else root.querySelector("#untouched").showModal();
    return false;
  }
  form.elements.ranking.value = JSON.stringify(view.board.serialise());
  return true;
}

function wakeUntouched(root, form, view) {
  root.querySelector("#untouched")?.addEventListener("close", (event) => {
    if (event.target.returnValue !== "stands") return;
    view.board.confirm();
    form.requestSubmit();
  });
}

/** The buttons beside the answers. Returns what shows one of them, or all. */
function wakeDeck(form, view) {
  const deck = form.querySelector("[data-deck]");
  const show = (how = deck.dataset.view === "reader" ? "all" : "reader") => {
    deck.dataset.view = how;
    localStorage.setItem("laurel:deck", how);
    for (const button of form.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === how));
  };
  if (view.items.length > 3) show(localStorage.getItem("laurel:deck") ?? "reader");
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show], [data-undo], [data-redo]");
    if (button?.dataset.show) show(button.dataset.show);
    else if (button && "undo" in button.dataset) view.undo();
    else if (button) view.redo();
  });
  return show;
}

/** Two answers compared in a dialog, which travels when it is first opened. Returns what opens it. */
function wakeComparing(dialog, view, signal) {
  const fetch = () => Promise.all([import("./difference_view.js"), sheet(dialog.dataset.sheet)]);
  const difference = fetched(fetch, ([{ DifferenceView }]) => new DifferenceView(dialog, view, signal));
  return async () => (await difference())?.open();
}

const keysOfBoard = (view) => [
  { act: "next", keys: ["J"], says: gettext("next answer"), does: () => view.look(1), repeats: true },
  { act: "previous", keys: ["K"], says: gettext("previous answer"), does: () => view.look(-1), repeats: true },
  { keys: [..."123456789"], shown: ["1", "…", "9"], says: gettext("put it on that rank"), does: (key) => view.place(Number(key)) },
  { act: "tie", keys: ["="], says: gettext("tie it with the rank above"), does: () => view.tie() },
  { act: "apart", keys: ["0"], says: gettext("cannot be ranked (again: it can)"), does: () => view.apart() },
  { act: "up", keys: ["Shift+K"], says: gettext("half a rank up"), does: () => view.move(-1) },
  { act: "down", keys: ["Shift+J"], says: gettext("half a rank down"), does: () => view.move(1) },
  { act: "stronger", keys: ["]"], says: gettext("the step to its neighbour is stronger"), does: () => view.strength(1) },
  { act: "weaker", keys: ["["], says: gettext("… is weaker"), does: () => view.strength(-1) },
];

const keysOfPair = (view) => [
  ...view.cells.map(({ value, dataset: { key }, labels: [label] }) => (
    { act: `cell-${value}`, keys: [key], says: label.querySelector(".cell-words").textContent, does: () => view.press(key) })),
  { act: "read-a", keys: ["J"], says: gettext("read A"), does: () => view.look(0) },
  { act: "read-b", keys: ["K"], says: gettext("read B"), does: () => view.look(1) },
];

const keysOfBoth = (root, view, { show, compare, together }) => [
  { act: "undo", keys: ["Z"], says: gettext("undo"), does: () => view.undo() },
  { act: "redo", keys: ["Shift+Z"], says: gettext("redo"), does: () => view.redo() },
  { act: "view", keys: ["V"], says: gettext("one answer at a time, or all"), help: view.items.length > 3, does: () => view.items.length > 3 && show() },
  { act: "compare", keys: ["D"], says: gettext("compare it with the one ranked next to it"), does: compare },
  { act: "together", keys: ["T"], says: gettext("scroll the answers together, or each by itself"), help: together !== null, does: () => together?.click() },
  { act: "prompt", keys: ["P"], says: gettext("fold the prompt"), does: () => root.querySelector("#prompt").toggleAttribute("open") },
];

await eachItem(begin);
