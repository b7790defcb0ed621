/**
 * Columns that scroll as one: each shows the same share of its text, so that all begin and end together.
 *
 * A person may let them go, and this browser remembers it.
 */

const SWITCH = "laurel:together";

/** @param {HTMLElement[]} columns @param {HTMLInputElement} box the switch */
export function scrollTogether(columns, box) {
  const led = new Map(); // column -> where it was put, so that it does not lead in turn
  const follow = (column) => {
    if (led.get(column) === column.scrollTop) return led.delete(column);
    if (!box.checked) return;
    const share = column.scrollTop / Math.max(rangeOf(column), 1);
    for (const other of columns) {
      if (other === column) continue;
      other.scrollTop = share * rangeOf(other);
      led.set(other, other.scrollTop);
    }
  };
  box.checked = localStorage.getItem(SWITCH) !== "off";
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  for (const column of columns) column.addEventListener("scroll", () => follow(column), { passive: true });
}

const rangeOf = (column) => column.scrollHeight - column.clientHeight;
