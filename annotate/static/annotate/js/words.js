/** What the line beside the work says: one place, so that it can be read as one text. */

const language = document.documentElement.lang || undefined;

const clock = (moment) => new Date(moment).toLocaleTimeString(language, { hour12: false });
const inSeconds = (pause) => `trying again in ${Math.round(pause / 1000)} s`;

export const words = {
  unsaved: "Not saved yet",
  unsent: "Kept in this browser until you save the change",
  saved: (moment) => `Saved ${clock(moment)}`,
  recovered: (moment) => `Recovered what you had at ${clock(moment)}`,
  conflict: "Another tab saved a different text",
  tookOther: "Took the other text",
  refused: (why) => `Not saved: ${why} Your text is kept in this browser`,
  full: "this browser’s storage is full: it keeps no copy of its own",
  fullAndUnsaved: "This browser’s storage is full and the server cannot be reached: keep this page open",

  /** Why a draft is not with the server yet. */
  notSaved(status, pause) {
    if (status === 401) return "Signed out: sign in again in another tab. Your text is kept here";
    return `${why(status)}: your text is kept in this browser; ${inSeconds(pause)}`;
  },

  forbidden: "You are not allowed to do this; ask your lead.",

  sending: "Sending …",
  sent: "Handed in",

  /** Why an answer is not with the server yet, and whether its page is needed for it. */
  notSent(status, isKept) {
    const out = "Signed out: sign in again in another tab, and your answer is sent";
    const said = status === 401 ? out : `${why(status)}: your answer is sent when it is back`;
    return isKept ? `${said}, or when you next open Laurel: you may close this page` : `${said}. Keep this page open: this browser’s storage is full`;
  },
  notAccepted: (status, detail) => `Not sent: ${detail ?? `the server answered ${status}`} Your text is kept in this browser`,
};

function why(status) {
  if (status === 0) return navigator.onLine ? "The server cannot be reached" : "No connection";
  return status === 429 ? "The server is busy" : "The server has trouble";
}
