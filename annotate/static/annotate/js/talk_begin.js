/** The first thing that is said: Ctrl+Enter says it, and this browser keeps it until it is said. */

const NAME = "laurel:talk-begin"; // talk.js forgets it: by then it is said
const form = document.querySelector("[data-begin]");
const text = form?.elements.text;

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
  });
  addEventListener("pageshow", () => { isSent = false; });
  text.focus();
}
