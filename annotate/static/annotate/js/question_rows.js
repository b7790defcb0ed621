/**
 * Rows of questions that are added and taken away. The server draws one empty row in a template; without scripts the
 * page has a few to spare, and a row without a text is left out.
 */

const LETTERS = /[^a-z0-9]+/g;

/** As the server derives it: small letters, digits and hyphens, a letter first. */
export function nameFrom(label) {
  const plain = label.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(LETTERS, "-").replace(/^[^a-z]+/, "").slice(0, 40).replace(/-+$/, "");
}

function wakeRows(group) {
  const total = group.querySelector("[name$=-TOTAL_FORMS]");
  const list = group.querySelector("[data-list]");
  const adds = group.querySelector("[data-adds]");
  const most = Number(group.querySelector("[name$=-MAX_NUM_FORMS]").value);
  const tell = () => { adds.disabled = list.children.length >= most; };

  adds.hidden = false;
  for (const row of [...list.children]) {
    if (isToSpare(row)) row.remove();
    else wakeRow(row);
  }
  adds.addEventListener("click", () => {
    const fresh = group.querySelector("template").content.firstElementChild.cloneNode(true);
    const number = Number(total.value);
    for (const one of fresh.querySelectorAll("[name], [id], [for], [aria-describedby]"))
      for (const { name, value } of [...one.attributes]) one.setAttribute(name, value.replace("__prefix__", number));
    fresh.setAttribute("aria-label", `${fresh.getAttribute("aria-label")} ${list.children.length + 1}`);
    total.value = number + 1;
    list.append(fresh);
    wakeRow(fresh);
    fresh.querySelector("input").focus();
    tell();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-removes]");
    if (!button) return;
    const row = button.closest("[data-row]");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("input") ?? adds).focus();
    tell();
  });
}

function isToSpare(row) {
  return !row.querySelector(".errorlist") && [...row.querySelectorAll("input")].every((one) => one.value === "");
}

function wakeRow(row) {
  const [label, name, scale] = ["label", "name", "scale"].map((each) => row.querySelector(`[name$=-${each}]`));
  const suggest = () => { name.placeholder = nameFrom(label.value); };
  label.addEventListener("input", suggest);
  suggest();
  row.querySelector("[data-removes]").hidden = false;
  if (!scale) return;
  const ends = [...row.querySelectorAll("[name$=-low], [name$=-high]")].map((one) => one.closest(".field"));
  const meanings = [...row.querySelectorAll("[name$=-low_means], [name$=-high_means]")].map((one) => one.closest(".field"));
  const fold = () => {
    for (const end of ends) end.hidden = scale.value !== "own";
    for (const meaning of meanings) meaning.hidden = scale.value === "none";
  };
  scale.addEventListener("change", fold);
  fold();
}

for (const group of document.querySelectorAll("[data-question-rows] [data-rows]")) wakeRows(group);
