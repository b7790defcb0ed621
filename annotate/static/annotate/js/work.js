/** What Write and Rank share: the draft beside the work, the choice between two drafts, the skip panel, the keys. */

import { DraftKeeper } from "./draft_keeper.js";
import * as keys from "./keys.js";

/** @param {HTMLFormElement} form with data-draft-url, data-draft-key and data-draft-version */
export function keepDraft(form, { read, write, inWords }) {
  const line = document.querySelector("[data-saved]");
  const keeper = new DraftKeeper({
    url: form.dataset.draftUrl,
    key: form.dataset.draftKey,
    version: Number(form.dataset.draftVersion),
    read,
    write,
    tell: (state, sentence) => { line.dataset.saved = state; line.textContent = sentence; },
    choose: (theirs, when) => chooseDraft(inWords(read()), inWords(theirs), when),
  });
  form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || keeper.flush());
  if ("posted" in form.dataset) keeper.touch(); // the page holds what was refused: it is in no draft yet
  return keeper;
}

function chooseDraft(mine, theirs, when) {
  const dialog = document.getElementById("draft-conflict");
  dialog.querySelector("[data-mine]").textContent = mine;
  dialog.querySelector("[data-theirs]").textContent = theirs;
  dialog.querySelector("[data-when]").textContent = when;
  dialog.showModal();
  return new Promise((resolve) => {
    const keepBoth = (event) => event.preventDefault(); // Escape must not choose for the person
    dialog.addEventListener("cancel", keepBoth);
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("cancel", keepBoth);
      resolve(dialog.returnValue === "theirs" ? "theirs" : "mine");
    }, { once: true });
  });
}

/** Submit with the version that the server knows, once. */
export function submitOnce(form, keeper, mayGo = () => true) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending !== undefined || !mayGo()) return event.preventDefault();
    if (keeper.isSaving) {
      event.preventDefault();
      return keeper.idle().then(() => form.requestSubmit());
    }
    form.dataset.sending = "";
    keeper.close();
    form.elements.version.value = keeper.version;
    for (const button of form.querySelectorAll("[data-submit]")) button.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // back to a page that was sent
}

const everywhere = (form) => [
  { keys: ["Ctrl+Enter"], says: "submit", does: () => form.requestSubmit() },
  { keys: ["S"], says: "skip, with a reason", does: () => document.getElementById("skip").togglePopover() },
  { keys: ["G"], says: "guideline", does: () => document.getElementById("guideline")?.togglePopover() },
  { keys: ["?"], says: "these keys", does: () => document.getElementById("keys").showModal() },
];

export function wakeKeys(form, bindings) {
  const all = [...bindings, ...everywhere(form)];
  keys.listen(all);
  keys.describe(all, document.getElementById("keys"));
}
