/** A conversation tried out: Ctrl+Enter says it; of a try-out nothing is kept, here either. */

const form = document.querySelector("[data-trial]");

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit();
});
let isSent = false;
form.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
});
addEventListener("pageshow", () => { isSent = false; });
form.elements.text?.focus();
