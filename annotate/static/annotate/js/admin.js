/** What Django's admin leaves without a name for whoever hears the page: cells of inlines, parts of times, lists to search in. */

const FIELDS = "input:not([type=hidden]), select, textarea";

const hasName = (field) => field.labels?.length > 0 || field.hasAttribute("aria-label") || field.hasAttribute("aria-labelledby");
const wordsOf = (element) => element?.textContent.trim().replace(/\s+/g, " ").replace(/:$/, "") ?? "";

/** A cell of an inline is called as its column is. */
function nameCells(table) {
  const columns = [...(table.tHead?.rows[0]?.cells ?? [])].filter((each) => !each.classList.contains("hidden"));
  for (const row of table.querySelectorAll("tbody tr.form-row")) {
    const cells = [...row.cells].filter((each) => !each.classList.contains("hidden"));
    for (const [place, cell] of cells.entries())
      for (const field of cell.querySelectorAll(FIELDS)) if (!hasName(field)) field.setAttribute("aria-label", wordsOf(columns[place]));
  }
}

/** "Expires at: Date" and "Expires at: Time"; the words before each part stand in the page as mere text. */
function nameTimes(time) {
  const whole = wordsOf(time.closest(".form-row, td")?.querySelector("legend, label"));
  for (const field of time.querySelectorAll("input")) {
    const part = wordsOf(field.previousSibling).replace(/:$/, "");
    if (!hasName(field)) field.setAttribute("aria-label", [whole, part].filter(Boolean).join(": "));
  }
}

/** The lists that are searched in show what was chosen; what they are for stands in the label. */
function nameSearched(shown) {
  const select = shown.closest(".select2")?.previousElementSibling;
  const label = select?.labels?.[0];
  const said = label ? wordsOf(label) : select?.getAttribute("aria-label");
  if (!said) return;
  shown.querySelector("[role=textbox]")?.setAttribute("aria-label", said);
  const list = shown.getAttribute("aria-owns"); // while it is open
  if (list) shown.setAttribute("aria-controls", list);
  else shown.removeAttribute("aria-controls");
  if (list) document.querySelector(".select2-container--open .select2-search__field")?.setAttribute("aria-label", said);
  shown.removeAttribute("aria-labelledby");
  shown.setAttribute("aria-label", [said, wordsOf(shown)].filter(Boolean).join(": "));
}

function nameAll() {
  for (const empty of document.querySelectorAll(".tabular th:empty")) empty.replaceWith(Object.assign(document.createElement("td"), { className: empty.className }));
  for (const table of document.querySelectorAll(".tabular table")) nameCells(table);
  for (const time of document.querySelectorAll(".datetime")) nameTimes(time);
  for (const shown of document.querySelectorAll(".select2-selection[role=combobox]")) nameSearched(shown);
  for (const picture of document.querySelectorAll(".search-label-icon[aria-label]")) picture.setAttribute("role", "img");
}

let waits = false;

/** Django wakes its widgets late, adds rows of inlines and draws anew what is chosen: each is something new in the page. */
new MutationObserver(() => {
  if (waits) return;
  waits = true;
  requestAnimationFrame(() => { waits = false; nameAll(); });
}).observe(document.body, { childList: true, subtree: true });
nameAll();
