/** The writing page's beginning: one answer, its draft, what is asked before it is handed in. */

import { gettext } from "../../commons/js/gettext.js";
import { AnswerView, contentSent, sayOf } from "./answer_view.js";
import { keepBeside } from "./beside.js";
import { LookAgain } from "./look_again.js";
import { eachItem } from "./sequence.js";
import { Starting } from "./starting.js";
import { WorkPage } from "./work.js";

async function begin(root, signal) {
  const form = root.querySelector("#writing");
  const handIn = () => form.requestSubmit();
  let page = null; // while the answer is drawn, nothing of it has changed
  const answer = new AnswerView(form, { onChange: () => page?.touch() });
  const [starting, looking] = [new Starting(answer, handIn), new LookAgain(answer, handIn)];
  page = new WorkPage(form, craftOf(answer, () => starting.mayGo() && looking.mayGo()), signal);
  keepBeside(root.querySelector("#guideline"), signal);
  page.wakeKeys(keysOf(form));
  await page.begin();
  return page;
}

const craftOf = (answer, mayGo) => ({
  drawn: answer.drawn,
  read: () => answer.read(),
  write: (content) => answer.write(content),
  inWords: sayOf,
  contentOf: contentSent,
  mayGo,
});

const keysOf = (form) => [ // the list of blocks hears it
  { keys: ["Alt+↑"], shown: ["Alt+↑", "Alt+↓"], says: gettext("move the block that you are in"), help: form.querySelector("[data-add]") !== null, does: () => {} },
];

await eachItem(begin);
