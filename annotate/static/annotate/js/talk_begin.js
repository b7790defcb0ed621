/** The first thing that is said: Ctrl+Enter says it, and this browser keeps it until it is said. */

const NAME = `laurel:talk-begin:${document.body.dataset.person}`; // talk.js forgets it once it is said
const SAID = "laurel:talk-said";
const form = document.querySelector("[data-begin]");
const text = form?.elements.text;

sessionStorage.removeItem(SAID); // whoever comes back to this page has not said it
if (text) {
  text.value ||= localStorage.getItem(NAME) ?? "";
  text.addEventListener("input", () => localStorage.setItem(NAME, text.value));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  let isSent = false; // one press is one conversation, and the key sees to it as well
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
    sessionStorage.setItem(SAID, text.value);
  });
  addEventListener("pageshow", () => { isSent = false; });
  text.focus();
}
