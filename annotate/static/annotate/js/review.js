/** The page of a review: walk the versions, accept, correct or turn down, say why, decide. Half written, it is kept. */

import { filled, gettext } from "../../commons/js/gettext.js";
import { BoardView } from "./board_view.js";
import { wakeCover } from "./cover.js";
import { wakeKeys } from "./keys.js";
import { PairView } from "./pair_view.js";
import { ReviewDraft } from "./review_draft.js";

const form = document.getElementById("review");
const versions = [...form.querySelectorAll("[data-version]")];
const saying = form.querySelector("[data-announce]");
const reason = form.elements.reason;
const said = (id) => JSON.parse(document.getElementById(id).textContent) || null;
const texts = said("texts");
const kept = said("kept-correction");
const isPair = form.querySelector("[data-pair]") !== null;
const ranks = "answers" in form.dataset;
const view = ranks ? new (isPair ? PairView : BoardView)(form, { kept, onChange: () => draft?.touch() }) : null;

const cover = wakeCover();
let at = 0;
let draft = null; // what keeps it, once the page stands
let isBegun = kept !== null || (!ranks && form.elements.text.value !== ""); // what was sent before comes back

const decision = () => form.elements.decision.value;
const isCorrecting = () => decision() === "correct";
const say = (sentence) => { saying.textContent = sentence; };
const boxOf = (version, name) => version.querySelector(`[name=${name}]`);

// What is kept of it -----------------------------------------------------------

const nameOf = (id) => versions.find((version) => version.dataset.version === id)?.dataset.name ?? "";
const noteOf = (version) => version.querySelector("textarea");
const marked = (name) => versions.filter((version) => boxOf(version, name).checked).map((version) => version.dataset.version);

function read() {
  const notes = versions.map((version) => [version.dataset.version, noteOf(version).value.toWellFormed()]);
  return {
    decision: decision(),
    reason: reason.value,
    accepted: marked("accepted")[0] ?? "",
    rejected: marked("rejected"),
    notes: Object.fromEntries(notes.filter(([, text]) => text)),
    ...(ranks ? { order: isBegun ? view.read() : null } : { text: form.elements.text.value.toWellFormed() }),
  };
}

function write(content) {
  for (const box of form.elements.decision) box.checked = box.value === content.decision;
  reason.value = content.reason ?? "";
  for (const version of versions) {
    const id = version.dataset.version;
    boxOf(version, "accepted").checked = content.accepted === id;
    boxOf(version, "rejected").checked = (content.rejected ?? []).includes(id);
    noteOf(version).value = content.notes?.[id] ?? "";
  }
  isBegun = Boolean(ranks ? content.order : content.text);
  if (ranks && isBegun) view.write(content.order);
  else if (!ranks) writeText(content.text ?? "");
  show();
}

/** The same, of the fields of a form that was sent. */
function contentOf({ decision, reason, accepted = "", rejected = "", ranking, text, ...rest }) {
  const notes = Object.entries(rest).filter(([name, said]) => name.startsWith("note_") && said);
  return {
    decision,
    reason,
    accepted,
    rejected: rejected.split(",").filter(Boolean),
    notes: Object.fromEntries(notes.map(([name, said]) => [name.slice("note_".length), said])),
    ...(ranks ? { order: ranking ? { ...JSON.parse(ranking), considered: true } : null } : { text }),
  };
}

function inWords({ decision, reason: why, accepted, rejected = [], notes = {}, order, text }) {
  const labels = new Map([...form.elements.decision].map((box) => [box.value, box.labels[0].dataset.words]));
  return [
    [labels.get(decision), [...reason.options].find(({ value }) => value && value === why)?.text].filter(Boolean).join(" – "),
    ...[accepted].filter(Boolean).map((id) => filled(gettext("%(version)s is accepted"), { version: nameOf(id) })),
    ...rejected.map((id) => filled(gettext("%(version)s is turned down"), { version: nameOf(id) })),
    ...Object.entries(notes).map(([id, said]) => `${nameOf(id)}: ${said}`),
    order ? view.inWords(order) : text,
  ].filter(Boolean).join("\n");
}

// What is done -------------------------------------------------------------------

function look(to, { moves = true } = {}) {
  at = Math.min(Math.max(to, 0), versions.length - 1);
  for (const [index, version] of versions.entries()) {
    version.classList.toggle("is-focused", index === at);
    version.tabIndex = index === at ? 0 : -1;
  }
  if (!moves) return;
  versions[at].focus({ preventScroll: true });
  versions[at].scrollIntoView({ block: "nearest" });
}

function decide(value) {
  form.elements.decision.value = value;
  show();
}

/** What the boxes say, on the page: the board only where an order is corrected. */
function show() {
  form.dataset.decision = decision();
  const isTurnedDown = versions.some((version) => boxOf(version, "rejected").checked);
  reason.required = isTurnedDown || decision() !== "accept";
  draft?.touch();
}

function accept() {
  const version = versions[at];
  boxOf(version, "accepted").checked = true;
  boxOf(version, "rejected").checked = false;
  decide("accept");
  say(filled(gettext("%(version)s is accepted"), { version: version.dataset.name }));
}

function turnDown() {
  const version = versions[at];
  const box = boxOf(version, "rejected");
  box.checked = !box.checked;
  settleTurnedDown(version);
}

/** Nothing that is turned down stands; and where nothing is accepted or corrected, that is the decision. */
function settleTurnedDown(version) {
  const isDown = boxOf(version, "rejected").checked;
  if (isDown && boxOf(version, "accepted").checked) {
    boxOf(version, "accepted").checked = false;
    form.elements.decision.value = "reject";
  } else if (isDown && !decision()) form.elements.decision.value = "reject";
  show();
  const said = isDown ? gettext("%(version)s is turned down") : gettext("%(version)s is not turned down");
  say(filled(said, { version: version.dataset.name }));
}

/** Begin with the version that was being read; what one has changed already stays. */
function correct() {
  decide("correct");
  say(filled(gettext("What should stand instead: it begins as the %(version)s had it"), { version: versions[at].dataset.name }));
  if (!isBegun && ranks) view.write(JSON.parse(versions[at].dataset.order));
  else if (!isBegun) writeText(texts[versions[at].dataset.version]);
  isBegun = true;
  draft.touch();
  if (!ranks) form.elements.text.focus();
  else form.querySelector(".deciding-order").scrollIntoView({ block: "start" });
}

function writeText(text) {
  form.elements.text.value = text;
  form.elements.text.dispatchEvent(new Event("input", { bubbles: true })); // the preview follows
}

for (const [index, version] of versions.entries()) {
  version.addEventListener("focusin", () => look(index, { moves: false }));
  version.addEventListener("pointerdown", () => look(index, { moves: false }));
  boxOf(version, "accepted").addEventListener("change", () => { look(index, { moves: false }); accept(); });
  boxOf(version, "rejected").addEventListener("change", () => settleTurnedDown(version));
}
for (const box of form.elements.decision) box.addEventListener("change", () => (isCorrecting() ? correct() : show()));
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-undo], [data-redo]");
  if (button) view["undo" in button.dataset ? "undo" : "redo"]();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!cover.mayGo()) return;
  if (decision() === "accept" && !marked("accepted").length && versions.length === 1) accept();
  if (ranks && isCorrecting()) form.elements.ranking.value = JSON.stringify(view.board.serialise());
  if (decision() !== "accept" || marked("accepted").length) return draft.send();
  say(gettext("Say which version you accept"));
  look(at);
});

/** A digit is a rank while an order is corrected, and a reason otherwise. */
function digit(key) {
  if (isCorrecting() && ranks) return isPair ? view.press(key) : view.place(Number(key));
  const option = reason.options[Number(key)];
  if (!option) return;
  reason.value = option.value;
  draft.touch();
  say(filled(gettext("Reason: %(reason)s"), { reason: option.text }));
}

const onBoard = (act) => () => isCorrecting() && ranks && act();
const walk = (step) => () => (isCorrecting() && ranks && !isPair ? view.look(step) : look(at + step));
const bindings = [
  { act: "next", keys: ["J"], says: gettext("next version; while you correct, the next answer"), does: walk(1), repeats: true },
  { act: "previous", keys: ["K"], says: gettext("the one before"), does: walk(-1), repeats: true },
  { act: "accept", keys: ["A"], says: gettext("accept this version"), does: accept },
  { act: "correct", keys: ["C"], says: gettext("correct, beginning with this version"), does: correct },
  { act: "turn-down", keys: ["R"], says: gettext("turn this version down, or not"), does: turnDown },
  { keys: [..."123456789"], shown: ["1", "…", "9"], says: gettext("a reason; while you correct, a rank"), does: digit },
  { act: "apart", keys: ["0"], says: gettext("cannot be ranked"), help: ranks, does: onBoard(() => (isPair ? view.press("0") : view.apart())) },
  { act: "tie", keys: ["="], says: gettext("tie it with the rank above"), help: ranks && !isPair, does: onBoard(() => isPair || view.tie()) },
  { act: "stronger", keys: ["]"], says: gettext("the step to its neighbour is stronger"), help: ranks && !isPair, does: onBoard(() => isPair || view.strength(1)) },
  { act: "weaker", keys: ["["], says: gettext("… is weaker"), help: ranks && !isPair, does: onBoard(() => isPair || view.strength(-1)) },
  { act: "undo", keys: ["Z"], says: gettext("undo"), help: ranks, does: onBoard(() => view.undo()) },
  { act: "redo", keys: ["Shift+Z"], says: gettext("redo"), help: ranks, does: onBoard(() => view.redo()) },
  { act: "note", keys: ["N"], says: gettext("write a note to this rater"), does: () => versions[at].querySelector("textarea").focus() },
  { act: "prompt", keys: ["P"], says: gettext("fold the prompt"), does: () => { const prompt = document.getElementById("prompt"); prompt.open = !prompt.open; } },
  { act: "guideline", keys: ["G"], says: gettext("guideline"), does: () => document.getElementById("guideline").togglePopover() },
  ...cover.keys,
  { keys: ["Ctrl+Enter"], says: gettext("decide"), does: () => form.requestSubmit() },
];
wakeKeys(bindings);
show();
look(0, { moves: false });
draft = new ReviewDraft(form, { read, write, inWords, contentOf });
await draft.begin();
form.dataset.ready = "";
