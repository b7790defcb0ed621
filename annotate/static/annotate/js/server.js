/** One way to speak to the server: with the token as it now stands, for a limited time, never following a redirect. */

import { words } from "./words.js";

const PATIENCE = 30_000; // ms
const MOST_BEYOND_PAGE = 60_000; // bytes; browsers refuse requests that outlive their page above 64 KiB
const LONGEST_PAUSE = 60_000; // ms
const SIGNED_OUT = { status: 401, body: {} };

/**
 * @param {{method?: string, json?: object, fields?: Record<string, string>}} options
 * @returns {Promise<{status: number, body: object}>} status 0 where nobody of ours answered, 401 for whoever is signed out
 */
export async function ask(url, { method = "GET", json, fields } = {}) {
  const body = fields ? new URLSearchParams(fields).toString() : json && JSON.stringify(json);
  const type = fields ? "application/x-www-form-urlencoded" : "application/json";
  try {
    const response = await fetch(url, {
      method,
      body,
      redirect: "manual",
      keepalive: bytes(body ?? "") < MOST_BEYOND_PAGE,
      signal: AbortSignal.timeout(PATIENCE),
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken(), ...(body && { "Content-Type": type }) },
    });
    return await understood(response);
  } catch (unreachable) {
    return { status: 0, body: { detail: unreachable.message } };
  }
}

async function understood(response) {
  if (response.type === "opaqueredirect") return SIGNED_OUT; // to the sign-in
  const isJson = response.headers.get("Content-Type")?.includes("json");
  if (response.ok && !isJson) return { status: 0, body: { detail: "something else answered" } };
  if (response.status === 403) return forbidden(await response.text(), isJson);
  return { status: response.status, body: isJson ? await response.json() : {} };
}

/** A token that is older than the sign-in is replaced by signing in; whatever else is forbidden stays so. */
function forbidden(text, isJson) {
  const body = isJson ? JSON.parse(text) : {};
  const isStale = body.detail?.startsWith("CSRF Failed") || body.type === "urn:laurel:not-authenticated";
  if (isStale || text.includes("data-csrf-failed")) return SIGNED_OUT;
  return { status: 403, body: { detail: words.forbidden, ...body } };
}

/** Whether it helps to ask again later. */
export function mayPass(status) {
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

/** How long to wait after so many failures in a row, in ms. */
export function pauseAfter(failures) {
  return Math.min(2000 * 2 ** (failures - 1), LONGEST_PAUSE);
}

/** The cookie is read anew each time: a sign-in in another tab has changed it. */
export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-|__Secure-)?csrftoken=([^;]+)/)?.[1];
  return cookie ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

function bytes(text) {
  return new TextEncoder().encode(text).length;
}
