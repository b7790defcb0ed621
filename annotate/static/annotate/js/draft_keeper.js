/**
 * No keystroke is lost: each change goes to this browser at once and to the server after a short pause.
 *
 * The server answers PUT {version, content} with 200 {version, saved_at}, or with 409 {version, content, saved_at} when
 * another tab was first; then a person chooses between the two texts. A login that ran out or a network that is gone
 * keeps the text here and tries again.
 */

const PAUSE = 1500; // ms without a change before the server is told
const LONGEST_WAIT = 10_000; // ms that somebody may type without a pause before the server is told all the same
const LONGEST_PAUSE = 60_000;
const KEPT_DAYS = 30;
const PREFIX = "laurel:draft:";

export class DraftKeeper {
  #timer = null;
  #saving = null; // the promise of the save that is under way
  #unanswered = null; // what was sent when the connection broke: it may have arrived
  #unsavedSince = null;
  #failures = 0;
  #closed = false;

  /**
   * @param {object} options
   * @param {string} options.url where the draft lives
   * @param {string} options.key names the draft in this browser
   * @param {number} options.version the server's version that the page was drawn with
   * @param {() => object} options.read the content as it now stands
   * @param {(content: object) => void} options.write put content on the page
   * @param {(state: string, sentence: string) => void} options.tell show how safe the text is
   * @param {(theirs: object, savedAt: string) => Promise<"mine"|"theirs">} options.choose ask which text stays
   */
  constructor(options) {
    Object.assign(this, options);
    this.saved = canonical(this.read());
    addEventListener("online", () => this.#soon(0));
    addEventListener("focus", () => this.#failures && this.#soon(0));
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
  }

  /** Give back what this browser kept and the server never got; say whether there was anything. */
  async recover() {
    const kept = readKept(this.key);
    if (!kept || kept.safe || canonical(kept.content) === this.saved) return false;
    if (kept.version === this.version) {
      this.write(kept.content);
      this.tell("recovered", `Recovered what you had at ${clock(kept.at)}`);
      this.#soon(0);
    } else {
      const server = this.read();
      this.write(kept.content);
      await this.#settle({ version: this.version, content: server, saved_at: null });
    }
    return true;
  }

  /** Something changed. */
  touch() {
    if (this.#closed) return;
    this.#keep(false);
    this.tell("changed", "Not saved yet");
    this.#unsavedSince ??= Date.now();
    this.#soon(Math.max(Math.min(PAUSE, this.#unsavedSince + LONGEST_WAIT - Date.now()), 0));
  }

  /** Save now if anything is unsaved; the request outlives the page. */
  flush() {
    if (!this.#closed && canonical(this.read()) !== this.saved) this.#save();
  }

  get isSaving() { return this.#saving !== null; }

  /** Once no save is under way: only then is `version` the server's. */
  async idle() { await this.#saving; }

  /** The work is being submitted: stop saving. The kept copy goes once another page has loaded. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#keep(false, { submitted: true });
  }

  #keep(safe, more = {}) {
    const kept = { version: this.version, content: this.read(), at: new Date().toISOString(), safe, ...more };
    try {
      localStorage.setItem(PREFIX + this.key, JSON.stringify(kept));
    } catch (full) {
      console.warn("This browser keeps no copy of the draft:", full.message);
    }
  }

  #soon(pause) {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => this.#save(), pause);
  }

  #save() {
    clearTimeout(this.#timer);
    const content = this.read();
    if (this.#saving || this.#closed || canonical(content) === this.saved) return;
    this.#saving = this.#exchange(content).finally(() => { this.#saving = null; });
  }

  async #exchange(content) {
    const answer = await this.#put(content);
    if (answer.status === 200) this.#arrived(canonical(content), answer.body);
    else if (this.#closed) return;
    else if (answer.status === 409 && "content" in answer.body) this.#overtaken(answer.body);
    else {
      if (answer.status === 0) this.#unanswered = canonical(content);
      this.#failed(answer);
    }
  }

  async #put(content) {
    try {
      const response = await fetch(this.url, {
        method: "PUT",
        keepalive: JSON.stringify(content).length < 60_000, // browsers refuse larger requests that outlive a page
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ version: this.version, content }),
      });
      const isJson = response.headers.get("Content-Type")?.includes("json");
      const signedOut = response.redirected || !isJson;
      return { status: response.ok && signedOut ? 401 : response.status, body: isJson ? await response.json() : {} };
    } catch (unreachable) {
      return { status: 0, body: { detail: unreachable.message } };
    }
  }

  #arrived(sent, { version, saved_at }) {
    this.#failures = 0;
    this.#unsavedSince = null;
    this.saved = sent;
    this.version = version;
    const current = canonical(this.read()) === sent;
    this.#keep(current);
    this.tell("saved", `Saved ${clock(saved_at ?? new Date())}`);
    if (!current) this.#soon(PAUSE);
  }

  /** Another version is there: our own, whose answer got lost on the way, or another tab's. */
  #overtaken(there) {
    const theirs = canonical(there.content);
    if (theirs === this.#unanswered || theirs === canonical(this.read())) this.#arrived(theirs, there);
    else setTimeout(() => this.#settle(there)); // the choice may take long; this exchange is over
  }

  async #settle({ version, content, saved_at }) {
    this.tell("conflict", "Another tab saved a different text");
    const choice = await this.choose(content, saved_at ? clock(saved_at) : "");
    this.version = version;
    this.saved = canonical(content);
    if (choice === "theirs") this.write(content);
    this.#keep(choice === "theirs");
    if (choice === "theirs") this.tell("saved", "Took the other text");
    else this.#soon(0);
  }

  #failed({ status, body }) {
    this.#failures += 1;
    const again = Math.min(2000 * 2 ** (this.#failures - 1), LONGEST_PAUSE);
    const wait = `trying again in ${Math.round(again / 1000)} s`;
    if (status === 401 || status === 403) this.tell("signed-out", "Signed out: sign in again in another tab. Your text is kept here");
    else if (status === 0) this.tell("offline", `No connection: your text is kept in this browser; ${wait}`);
    else if (status >= 500 || status === 429) this.tell("offline", `The server is busy: your text is kept in this browser; ${wait}`);
    else return this.tell("refused", `Not saved: ${body.detail ?? `the server answered ${status}`}. Your text is kept in this browser`);
    this.#soon(again);
  }
}

/** Forget the copies of work that was submitted and those that are too old to be wanted. */
export function forgetFinishedDrafts(except = null) {
  const oldest = Date.now() - KEPT_DAYS * 86_400_000;
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
    const kept = readKept(key.slice(PREFIX.length));
    const done = !kept || kept.submitted || Date.parse(kept.at) < oldest;
    if (done && key !== PREFIX + except) localStorage.removeItem(key);
  }
}

export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-|__Secure-)?csrftoken=([^;]+)/)?.[1];
  return cookie ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** JSON with its keys in order: a database may have put them in another. */
function canonical(value) {
  const inOrder = (_, inner) => inner?.constructor === Object ? Object.fromEntries(Object.entries(inner).toSorted()) : inner;
  return JSON.stringify(value, inOrder);
}

function readKept(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch (torn) {
    return null;
  }
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString(document.documentElement.lang || undefined, { hour12: false });
}
