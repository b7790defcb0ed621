"""How long a person waits for the next item, and what a page of work weighs.

    python -m bench.next_item [--items 20]

A real Chromium ranks the demo's four answers on a server of its own (gunicorn, SQLite, a cache of
files), as many with the next item loaded ahead as without:

1. from Ctrl+Enter to the next item painted; shifts of the layout while it is read and after it came
2. what the first visit to a ranking transfers, with an empty cache
3. the server's time for the page and for loading ahead, with rendered texts kept, filled and
   without

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
from typing import TYPE_CHECKING, Any

import django
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.next_item_server import p95, server_times

if TYPE_CHECKING:
    from bench.queue.serving import Server

Figures = dict[str, object]

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
READING = 800  # ms between an item's coming and its being handed in
WAIT_FOR_NEXT = """(asked) => performance.getEntriesByType('resource')
  .filter((each) => each.name.endsWith('/ahead/') && each.responseEnd).length >= asked"""

WATCH = Path(__file__).with_suffix(".js")


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m bench.next_item")
    reader.add_argument("--items", type=int, default=20, help="with loading ahead, and without")
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
        figures = measured(asked.items, Path(folder))
    print(json.dumps(figures))


def measured(items: int, state: Path) -> Figures:
    inside = importlib.import_module("bench.next_item_inside")  # Django's models, once it is set up
    serving = importlib.import_module("bench.queue.serving").serving
    inside.prepare()
    cookie = inside.session()
    found = next(filter(None, map(shutil.which, BROWSERS)))
    with serving(state, workers=None, threads=None) as server:
        times = server_times(server, cookie, inside.item, state, inside.fill)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
            where = (browser, server, cookie)
            weight = weighed(*where, inside.item())
            ways = {"without": ranked(*where, inside.item(), items, is_ahead=False)}
            ways["ahead"] = ranked(*where, inside.item(), items, is_ahead=True)
            version = browser.version
            browser.close()
    surroundings = {"chromium": version, "python": platform.python_version()}
    figures = {**ways, "page": weight, "server": times, **surroundings, "cores": os.cpu_count()}
    for name, said in figures.items():
        say(f"{name}: {said}")
    return {"bench": "next_item", "items": items, **figures}


# What a person waits for ---------------------------------------------------------


def visit(browser: Browser, server: "Server", cookie: dict[str, str]) -> BrowserContext:
    url = f"http://localhost:{server.port}"
    context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800})
    context.add_cookies([{"url": url, "name": cookie["name"], "value": cookie["value"]}])
    return context


def ranked(
    browser: Browser,
    server: "Server",
    cookie: dict[str, str],
    item: str,
    items: int,
    *,
    is_ahead: bool,
) -> Figures:
    context = visit(browser, server, cookie)
    way = f"window.isWithout = {str(not is_ahead).lower()};\n"
    context.add_init_script(way + WATCH.read_text(encoding="utf-8"))
    page = context.new_page()
    page.goto(f"{item}/rank/")
    for lap in range(1, items + 1):
        page.locator("#ranking[data-ready]").wait_for()
        if is_ahead:
            page.wait_for_function(WAIT_FOR_NEXT, arg=lap)
        page.wait_for_timeout(READING)
        page.keyboard.press("2")
        page.wait_for_timeout(READING)
        page.keyboard.press("Control+Enter")
        page.wait_for_function("(lap) => stored('laps').length >= lap", arg=lap)
    page.wait_for_timeout(READING)
    laps, shifts, after = (kept(page, name) for name in ("laps", "shifts", "afterInput"))
    context.close()
    return {
        "median_ms": round(statistics.median(laps), 1),
        "p95_ms": round(p95(laps), 1),
        "slowest_ms": round(max(laps), 1),
        "cls": round(sum(shifts), 4),
        "shifts_after_a_key": round(sum(after), 4),
    }


def kept(page: Page, name: str) -> list[float]:
    return [float(each) for each in page.evaluate("(name) => stored(name)", name)]


# What it weighs --------------------------------------------------------------------


def weighed(browser: Browser, server: "Server", cookie: dict[str, str], item: str) -> Figures:
    context = visit(browser, server, cookie)
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    asked: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def count(event: dict[str, Any]) -> None:
        sizes[asked[event["requestId"]]] = event["encodedDataLength"] / 1000

    network.on(
        "Network.requestWillBeSent",
        lambda event: asked.update({event["requestId"]: event["request"]["url"]}),
    )
    network.on("Network.loadingFinished", count)
    page.goto(f"{item}/rank/", wait_until="networkidle")
    context.close()
    ours = f"http://localhost:{server.port}/"
    ahead = sum(size for url, size in sizes.items() if url.endswith("/ahead/"))
    return {
        "kilobytes": round(sum(sizes.values()) - ahead, 1),
        "kilobytes_ahead": round(ahead, 1),
        "requests": len(asked),
        "off_host": sum(not url.startswith((ours, "data:")) for url in asked.values()),
    }


def say(words: str) -> None:
    importlib.import_module("bench.queue.processes").say(words)


if __name__ == "__main__":
    main()
