/** Times in the reader's own zone and language; the page was drawn in the server's. */

const language = document.documentElement.lang || undefined;
const HALF_A_DAY = 12 * 60 * 60 * 1000; // ms
const STYLES = {
  date: { dateStyle: "medium" },
  time: { timeStyle: "short" },
  both: { dateStyle: "medium", timeStyle: "short" },
};

export function tellTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-told])")) tellTime(time);
}

const isToday = (moment) => moment.toDateString() === new Date().toDateString();
const isSoon = (moment) => Math.abs(moment - new Date()) < HALF_A_DAY;

/** `near` leaves the day out when it is today, `soon` also when it is a few hours away: what somebody
 *  holds until after midnight is told as briefly as the server did, and nothing moves. */
function styleOf(time, moment) {
  const style = time.dataset.style ?? "both";
  if (style === "near") return isToday(moment) ? "time" : "both";
  if (style === "soon") return isToday(moment) || isSoon(moment) ? "time" : "both";
  return style;
}

export function tellTime(time) {
  const moment = new Date(time.dateTime);
  time.dataset.told = "";
  time.title = moment.toLocaleString(language);
  time.textContent = moment.toLocaleString(language, STYLES[styleOf(time, moment)]);
}
