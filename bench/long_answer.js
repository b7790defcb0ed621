// Scrolls what scrolls, a step in each frame, and gives the times between frames and the long tasks meanwhile.

(milliseconds) => new Promise((done) => {
  const STEP = 120;
  const isLong = (each) => each.scrollHeight > each.clientHeight + 1000 && /auto|scroll/.test(getComputedStyle(each).overflowY);
  const inner = [...document.querySelectorAll("main *")].filter(isLong).sort((one, two) => two.scrollHeight - one.scrollHeight)[0];
  const pane = inner ?? document.scrollingElement;
  pane.scrollTop = 0;
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  const frames = [];
  let [before, begun, scrolled] = [null, null, 0];
  const frame = (now) => {
    begun ??= now;
    if (before !== null) frames.push(now - before);
    before = now;
    const stood = pane.scrollTop;
    pane.scrollBy({ top: STEP, behavior: "instant" });
    scrolled += pane.scrollTop - stood;
    if (now - begun < milliseconds) return requestAnimationFrame(frame);
    setTimeout(() => {
      tasks.push(...observer.takeRecords().map(({ duration }) => duration));
      done({ frames, tasks, scrolled, height: pane.scrollHeight });
    }, 100);
  };
  requestAnimationFrame(frame);
});
