/** Times in the reader's own zone and language; the page was drawn in the server's. */

const language = document.documentElement.lang || undefined;
const STYLES = {
  date: { dateStyle: "medium" },
  time: { timeStyle: "short" },
  both: { dateStyle: "medium", timeStyle: "short" },
};

export function tellTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-told])")) tellTime(time);
}

/** `near` leaves the day out when it is today. */
export function tellTime(time) {
  const moment = new Date(time.dateTime);
  const near = moment.toDateString() === new Date().toDateString() ? "time" : "both";
  const style = time.dataset.style ?? "both";
  time.dataset.told = "";
  time.title = moment.toLocaleString(language);
  time.textContent = moment.toLocaleString(language, STYLES[style === "near" ? near : style]);
}
