/** The writing page's beginning: one text, its draft, its count. */

import { eachItem } from "./sequence.js";
import { WorkPage } from "./work.js";

const words = new Intl.Segmenter(document.documentElement.lang || undefined, { granularity: "word" });

async function begin(root, signal) {
  const form = root.querySelector("#writing");
  const { text } = form.elements;
  const page = new WorkPage(form, craftOf(text), signal);
  const tellCount = () => { form.querySelector("[data-count]").textContent = counted(text.value); };
  text.addEventListener("input", () => {
    tellCount();
    page.touch();
  });
  tellCount();
  page.wakeKeys([]);
  await page.begin();
  return page;
}

function craftOf(text) {
  return {
    drawn: { text: text.defaultValue },
    read: () => ({ text: text.value.toWellFormed() }), // half a character cannot be sent
    write: (content) => {
      text.value = content.text ?? "";
      text.dispatchEvent(new Event("input", { bubbles: true })); // the preview and the count follow
    },
    inWords: (content) => content.text ?? "",
    contentOf: (fields) => ({ text: fields.text }),
  };
}

function counted(text) {
  const found = [...words.segment(text)].filter((part) => part.isWordLike).length;
  return `${found} ${found === 1 ? "word" : "words"}`;
}

await eachItem(begin);
