/** What a part that is asked for anew must not lose: the tables that its reader has opened, and how
 *  far they have scrolled. A log shows its end until its reader scrolls up. */

const SCROLLS = ".log[id], .table-scroll[id]";
const NEAR = 4; // px from its end at which a log goes on with it

let open = [];
let scrolled = new Map();

const isAtEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;

/** To where its reader had left a part; a log that they had not left goes on with its end. */
function scroll() {
  for (const part of document.querySelectorAll(SCROLLS)) {
    if (scrolled.has(part.id)) part.scrollTop = scrolled.get(part.id);
    else if (part.classList.contains("log")) part.scrollTop = part.scrollHeight;
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const parts = [...event.detail.target.querySelectorAll(SCROLLS)];
  const left = parts.filter((part) => !part.classList.contains("log") || !isAtEnd(part));
  open = [...event.detail.target.querySelectorAll("details[open][id]")].map((details) => details.id);
  scrolled = new Map(left.map((part) => [part.id, part.scrollTop]));
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  scroll();
});
scroll();
