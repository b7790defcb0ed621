/** The writing page's beginning: one text, its draft, its count. */

import { keepDraft, submitOnce, wakeKeys } from "./work.js";

const form = document.getElementById("writing");
const text = form.elements.text;
const count = form.querySelector("[data-count]");

const words = new Intl.Segmenter(document.documentElement.lang || undefined, { granularity: "word" });

function tellCount() {
  const found = [...words.segment(text.value)].filter((part) => part.isWordLike).length;
  count.textContent = `${found} ${found === 1 ? "word" : "words"}`;
}

const keeper = keepDraft(form, {
  read: () => ({ text: text.value }),
  write: (content) => {
    text.value = content.text;
    text.dispatchEvent(new Event("input", { bubbles: true })); // the preview and the count follow
  },
  inWords: (content) => content.text,
});

text.addEventListener("input", () => {
  tellCount();
  keeper.touch();
});
tellCount();
submitOnce(form, keeper);
wakeKeys(form, []);
form.dataset.ready = "";
await keeper.recover();
