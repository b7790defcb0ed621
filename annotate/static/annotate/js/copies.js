/**
 * What this browser keeps until the server has it: drafts and what is being handed in, by item and page.
 *
 * Each record is written twice. localStorage takes it at once, so that it survives its page; but a browser writes that to
 * the disk only now and then, and a browser that is killed forgets minutes of it. IndexedDB is on the disk some
 * milliseconds later. The newer of the two counts; `gone` marks what is not wanted any more, for the same reason.
 *
 * However old, nothing is thrown away that the server has not got: a person forgets it, or it is sent.
 */

const NAMES = /^laurel:(draft|change|act|slip|begin):/;
const GONE = 3_600_000; // ms; by then the first store has forgotten it on the disk too
const PATIENCE = 10_000; // ms that a page waits for what the second store has; a browser that has just begun is slow
const HELD = 700; // ms until a store that could not be opened is tried again
const STORE = "copies";

const page = newKey(); // two tabs on one item keep their copies apart
const pending = new Map(); // what the second store has not taken yet
let writing = false;
let latest = 0; // the newest moment of all that this page has written or read

/** @param {"draft"|"change"|"act"|"slip"|"begin"} kind */
export function nameOf(kind, item) {
  return `laurel:${kind}:${item}:${page}`;
}

/** Keep a record, and say whether localStorage took it: it may be full. */
export function keep(name, record) {
  latest = Math.max(Date.now(), latest + 1); // newer than what it follows, also where a clock was put back
  return write(name, { ...record, at: latest });
}

/** Forget a record as it was read, or this page's own as it stands. A newer one of that name is not known here: it stays. */
export function forget(name, { at } = { at: latest }) {
  if ((parsed(localStorage.getItem(name))?.at ?? 0) > at) return;
  const gone = { gone: true, at: at + 0.5, since: Date.now() }; // after what is forgotten and before all that may follow
  if (!write(name, gone)) localStorage.removeItem(name);
}

/** Every record that is wanted still, the oldest first, as [name, record]. */
export async function copies() {
  const second = await secondStore();
  const found = new Map(second);
  for (const name of Object.keys(localStorage).filter((each) => NAMES.test(each))) {
    const record = parsed(localStorage.getItem(name));
    if (record && record.at >= (found.get(name)?.at ?? 0)) found.set(name, record);
  }
  for (const [name, { at, gone, since }] of found) {
    latest = Math.max(latest, Math.ceil(at));
    if (second && gone && Date.now() - since > GONE) throwAway(name); // it may have more than a mark where it was not heard
  }
  return [...found].filter(([, record]) => !record.gone).toSorted(([, one], [, two]) => one.at - two.at);
}

function write(name, dated) {
  pending.set(name, dated);
  writeSecond();
  try {
    localStorage.setItem(name, JSON.stringify(dated));
    return true;
  } catch (full) {
    return false;
  }
}

/** A short name of a content, equal for equal ones: 64 bits of it, by FNV-1a with two beginnings. */
export function fingerprint(content) {
  const text = canonical(content);
  let [one, two] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x85ebca6b);
  }
  return `${text.length}-${(one >>> 0).toString(36)}-${(two >>> 0).toString(36)}`;
}

/** JSON with its keys in order: a database may have put them in another. */
export function canonical(value) {
  const inOrder = (_, inner) => inner?.constructor === Object ? Object.fromEntries(Object.entries(inner).toSorted()) : inner;
  return JSON.stringify(value, inOrder);
}

/** A random UUID, also where a page is not served over TLS and the browser makes none itself. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; // version 4
  bytes[8] = (bytes[8] & 0x3f) | 0x80; // variant 1
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// The second store ----------------------------------------------------------

let opened = null;

function open() {
  opened ??= openOnce().catch(again).catch(again).catch(again).catch(() => null); // a private window may have none
  return opened;
}

function openOnce() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("laurel", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** What is left of a browser that was killed may hold the store for a moment. */
async function again() {
  await new Promise((resolve) => setTimeout(resolve, HELD));
  return openOnce();
}

/** One transaction at a time, with the newest of each name: typing is faster than a disk. */
async function writeSecond() {
  if (writing) return;
  writing = true;
  const database = await open();
  while (database && pending.size > 0) {
    const now = [...pending];
    pending.clear();
    await written(database, (store) => now.forEach(([name, record]) => putNewer(store, name, record)));
  }
  writing = false;
}

/** What another page wrote meanwhile, or this one never saw, is not overwritten by something older. */
function putNewer(store, name, record) {
  store.get(name).onsuccess = ({ target: { result } }) => { if (!(result?.at > record.at)) store.put(record, name); };
}

/** What the second store has, or null where it does not say so in time. */
function secondStore() {
  const late = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE));
  return Promise.race([open().then((database) => database && allOf(database)), late]);
}

function allOf(database) {
  return new Promise((resolve) => {
    const found = [];
    const transaction = database.transaction(STORE);
    transaction.objectStore(STORE).openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      found.push([cursor.key, cursor.value]);
      cursor.continue();
    };
    transaction.oncomplete = () => resolve(found);
    transaction.onabort = () => resolve(null);
  }).catch(() => null);
}

/** Throw away a mark, unless something new has been kept under its name. */
function throwAway(name) {
  localStorage.removeItem(name);
  const deleteMark = (store) => { store.get(name).onsuccess = ({ target: { result } }) => { if (result?.gone) store.delete(name); }; };
  open().then((database) => database && written(database, deleteMark));
}

function written(database, act) {
  return new Promise((resolve) => {
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    act(transaction.objectStore(STORE));
    transaction.oncomplete = transaction.onabort = resolve; // a full disk: localStorage is left
  }).catch(() => { opened = null; }); // the person has cleared the browser's data: open anew
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (torn) {
    return null;
  }
}
