"""A phone, and whether a finger hits what stands on a page."""

from playwright.sync_api import Page

PHONES = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "small": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
}

LEAST = 24  # CSS px either way (WCAG 2.2, 2.5.8)
MAIN = 44  # of what a page is for (WCAG 2.2, 2.5.5)

# A label is part of its field's target; a link within a sentence is as high as its line.
SMALL = """([least, main]) => {
  const TARGETS = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  const drawn = { visibilityProperty: true, opacityProperty: true };
  const boxesOf = (one) => {
    const labels = one.matches("[type=checkbox], [type=radio]") ? one.labels : [];
    const boxes = [one, ...labels].map((each) => each.getBoundingClientRect());
    return boxes.filter(({ width }) => width > 1);
  };
  const span = (boxes, from, to) =>
    Math.max(...boxes.map((box) => box[to])) - Math.min(...boxes.map((box) => box[from]));
  const lengthOf = (one) => one?.textContent.trim().length;
  const isInSentence = (one) => one.matches("a") && getComputedStyle(one).display === "inline"
    && lengthOf(one.closest("p, li, td, dd, .prose")) > lengthOf(one);
  return [...document.querySelectorAll(TARGETS)].flatMap((one) => {
    if (!one.checkVisibility(drawn) || one.matches(".skip-link, :disabled")) return [];
    const boxes = boxesOf(one);
    if (!boxes.length || isInSentence(one)) return [];
    const [width, height] = [span(boxes, "left", "right"), span(boxes, "top", "bottom")];
    const wanted = one.matches(".button-primary") ? main : least;
    if (height >= wanted - 0.5 && width >= least - 0.5) return [];
    return [`${Math.round(width)} × ${Math.round(height)}: ${one.outerHTML.slice(0, 120)}`];
  });
}"""


def hard_to_hit(page: Page) -> list[str]:
    """What is smaller than a finger needs, and whether the page scrolls sideways."""
    small: list[str] = page.evaluate(SMALL, [LEAST, MAIN])
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return small + ([f"{wider} px wider than the window"] if wider > 0 else [])
