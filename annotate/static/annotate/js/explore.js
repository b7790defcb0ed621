/** Explore: "/" goes to the search box, as everywhere where one searches. */

import { Keymap, listen } from "./keys.js";

const SAYS = "to the search box";

const box = document.querySelector("[data-search] input[type=search]");
if (box) listen(new Keymap([{ keys: ["/"], says: SAYS, does: () => { box.focus(); box.select(); } }], {}));
