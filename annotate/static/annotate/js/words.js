/** What the line beside the work says: one place, so that it can be read as one text. */

import { filled, gettext } from "../../commons/js/gettext.js";

const language = document.documentElement.lang || undefined;

const clock = (moment) => new Date(moment).toLocaleTimeString(language, { hour12: false });

export const words = {
  unsaved: gettext("Not saved yet"),
  unsent: gettext("Kept in this browser until you save the change"),
  saved: (moment) => filled(gettext("Saved %(time)s"), { time: clock(moment) }),
  recovered: (moment) => filled(gettext("Recovered what you had at %(time)s"), { time: clock(moment) }),
  conflict: gettext("Another tab saved a different text"),
  tookOther: gettext("Took the other text"),
  refused: (why) => filled(gettext("Not saved: %(why)s Your text is kept in this browser"), { why }),
  answered: (status) => filled(gettext("the server answered %(status)s."), { status }),
  full: (said) => filled(gettext("%(said)s; this browser’s storage is full: it keeps no copy of its own"), { said }),
  fullAndUnsaved: gettext("This browser’s storage is full and the server cannot be reached: keep this page open"),

  /** Why a draft is not with the server yet. */
  notSaved(status, pause) {
    if (status === 401) return gettext("Signed out: sign in again in another tab. Your text is kept here");
    const said = gettext("%(why)s: your text is kept in this browser; trying again in %(seconds)s s");
    return filled(said, { why: why(status), seconds: Math.round(pause / 1000) });
  },

  away: why,
  clock,

  forbidden: gettext("You are not allowed to do this; ask your lead."),

  sending: gettext("Sending …"),
  sent: gettext("Handed in"),

  /** Why an answer is not with the server yet, and whether its page is needed for it. */
  notSent(status, isKept) {
    const out = gettext("Signed out: sign in again in another tab, and your answer is sent");
    const said = status === 401 ? out : filled(gettext("%(why)s: your answer is sent when it is back"), { why: why(status) });
    const kept = gettext("%(said)s, or when you next open Laurel: you may close this page");
    return filled(isKept ? kept : gettext("%(said)s. Keep this page open: this browser’s storage is full"), { said });
  },
  notAccepted(status, detail) {
    const why = detail ?? filled(gettext("the server answered %(status)s"), { status });
    return filled(gettext("Not sent: %(why)s Your text is kept in this browser"), { why });
  },
};

function why(status) {
  if (status === 0) return navigator.onLine ? gettext("The server cannot be reached") : gettext("No connection");
  return status === 429 ? gettext("The server is busy") : gettext("The server has trouble");
}
