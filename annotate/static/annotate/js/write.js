/** The writing page's beginning: one text, its draft, its count. */

import { WorkPage } from "./work.js";

const form = document.getElementById("writing");
const text = form.elements.text;
const count = form.querySelector("[data-count]");

const words = new Intl.Segmenter(document.documentElement.lang || undefined, { granularity: "word" });

function tellCount() {
  const found = [...words.segment(text.value)].filter((part) => part.isWordLike).length;
  count.textContent = `${found} ${found === 1 ? "word" : "words"}`;
}

const page = new WorkPage(form, {
  drawn: { text: text.defaultValue },
  read: () => ({ text: text.value.toWellFormed() }), // half a character cannot be sent
  write: (content) => {
    text.value = content.text ?? "";
    text.dispatchEvent(new Event("input", { bubbles: true })); // the preview and the count follow
  },
  inWords: (content) => content.text ?? "",
  contentOf: (fields) => ({ text: fields.text }),
});

text.addEventListener("input", () => {
  tellCount();
  page.touch();
});
tellCount();
page.wakeKeys([]);
await page.begin();
