"""How smoothly a page scrolls beside answers of 100 KB and 2,000 lines of code.

    python -m bench.long_answer [--laps 3]

A real Chromium opens a ranking of four such answers and the review of two rankings of them, on a
server of its own (gunicorn, SQLite, a cache of files). It scrolls for three seconds, a step in
each frame, and keeps the time between frames and the tasks over 50 ms: in each lap once with every
block of an answer drawn, and once with those out of sight left undrawn
(``content-visibility: auto``), on the same page, one right after the other.

Figures for people go to standard error; the last line on standard output is one JSON object.
"""

import argparse
import importlib
import json
import os
import platform
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import django
from playwright.sync_api import Browser, Page, sync_playwright

from bench.next_item import BROWSERS, FLAGS, visit
from bench.next_item_server import p95

if TYPE_CHECKING:
    from bench.queue.serving import Server

Figures = dict[str, object]

SECONDS = 3
PATIENCE = 180_000  # ms: nothing of the texts is rendered yet
WAYS = {
    "drawn": ".prose > * { content-visibility: visible !important; }",
    "left_undrawn": ".prose > * { content-visibility: auto; contain-intrinsic-size: auto 6rem; }",
}
SCROLL = Path(__file__).with_suffix(".js")


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m bench.long_answer")
    reader.add_argument("--laps", type=int, default=3, help="of each page, each way")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        os.environ |= {
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # the browser's loop runs in this thread
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": "",
            "LAUREL_VAR": folder,
            "DATABASE_URL": "",
            "REDIS_URL": "",
        }
        django.setup()
        figures = measured(asked.laps, Path(folder))
    print(json.dumps(figures))


def measured(laps: int, state: Path) -> Figures:
    inside = importlib.import_module("bench.long_answer_inside")  # Django's, once it is set up
    serving = importlib.import_module("bench.queue.serving").serving
    people = inside.prepare()
    pages: dict[str, list[Figures]] = {}
    found = next(filter(None, map(shutil.which, BROWSERS)))
    with serving(state, workers=None, threads=None) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        for name, (cookie, address) in people.items():
            page = opened(browser, server, cookie, address)
            for lap in range(laps):
                for way in sorted(WAYS, reverse=bool(lap % 2)):
                    pages.setdefault(f"{name}_{way}", []).append(scrolled(page, way))
            page.context.close()
        version = browser.version
        browser.close()
    surroundings: Figures = {"chromium": version, "python": platform.python_version()}
    surroundings |= {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "laps": laps}
    return {"bench": "long_answer", **{name: middle(each) for name, each in pages.items()}} | (
        surroundings
    )


def opened(browser: Browser, server: "Server", cookie: dict[str, str], address: str) -> Page:
    context = visit(browser, server, cookie)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.locator("form[data-ready]").wait_for()
    if page.get_by_role("button", name="All", exact=True).count():
        page.get_by_role("button", name="All", exact=True).click()
    return page


def scrolled(page: Page, way: str) -> Figures:
    """Milliseconds: the time between two frames, and the longest task, while it scrolls."""
    sheet = f"""(() => {{ const made = new CSSStyleSheet(); made.replaceSync({WAYS[way]!r});
      document.adoptedStyleSheets = [made]; }})()"""
    page.evaluate(sheet)
    page.wait_for_timeout(1000)
    found = page.evaluate(SCROLL.read_text(encoding="utf-8"), 1000 * SECONDS)
    frames = found["frames"]
    return {
        "p50_ms": round(statistics.median(frames), 1),
        "p95_ms": round(p95(frames), 1),
        "longest_task_ms": round(max(found["tasks"], default=0)),
        "frames": len(frames),
        "scrolled_px": round(found["scrolled"]),
        "height_px": found["height"],
    }


def middle(laps: list[Figures]) -> Figures:
    """The median over the laps of each figure."""
    found = {name: statistics.median(float(str(each[name])) for each in laps) for name in laps[0]}
    importlib.import_module("bench.queue.processes").say(str(laps))
    return dict(found)


if __name__ == "__main__":
    main()
