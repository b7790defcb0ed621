// Runs in each document first. A lap goes from the key to the frame after the next item stands.

if (window.isWithout) {
  const send = window.fetch;
  window.fetch = (url, how) => (url.endsWith("/ahead/") ? Promise.reject(new TypeError("not loaded ahead")) : send(url, how));
}

const moment = () => performance.timeOrigin + performance.now();
const stored = window.stored = (name) => JSON.parse(sessionStorage.getItem(name) ?? "[]");
const add = (name, value) => sessionStorage.setItem(name, JSON.stringify([...stored(name), value]));

function arrived(at) {
  const begun = sessionStorage.getItem("begun");
  sessionStorage.removeItem("begun");
  if (begun) add("laps", at - Number(begun));
}

function observe(type, hear) {
  new PerformanceObserver((list) => list.getEntries().forEach(hear)).observe({ type, buffered: true });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) sessionStorage.setItem("begun", String(moment()));
}, { capture: true });
observe("paint", (each) => each.name === "first-contentful-paint" && arrived(performance.timeOrigin + each.startTime));
observe("layout-shift", (each) => add(each.hadRecentInput ? "afterInput" : "shifts", each.value));
document.addEventListener("laurel:next", () => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = () => arrived(moment());
  port1.postMessage("");
}));
