"""Texts that mean to take for ever are drawn in Chromium, one after the other, and each soon.

What the renderer makes of them is asked without a browser (tests/hostile); here a page takes it in
and lays it out, under the policy that the product sends.
"""

from collections.abc import Mapping

import pytest
from django.urls import reverse
from playwright.sync_api import CDPSession, Page
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.harm import assert_drawn_as_text, readers
from tests.browser.work import open_item
from tests.hostile import LARGEST, LONG

pytestmark = pytest.mark.browser

# Seconds of the page's own thread; what needs quadratic time takes minutes of it.
SOON, LATER = 5.0, 20.0
SHORTER = {name: text[:20_000] for name, text in LONG.items()}
DRAW = """async ([address, text]) => {
  const headers = { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value };
  const body = new URLSearchParams({ text });
  const answer = await fetch(address, { method: "POST", body, headers });
  const preview = document.querySelector("#preview");
  preview.innerHTML = await answer.text();
  preview.getBoundingClientRect();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return answer.status;
}"""


def busy(session: CDPSession) -> float:
    """For how long the page's thread had the processor: what else runs here slows nothing down."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    [seconds] = [each["value"] for each in metrics if each["name"] == "ThreadTime"]
    return float(seconds)


@pytest.mark.parametrize(
    ("texts", "longest"),
    [
        pytest.param(SHORTER, SOON, id="20,000 characters of each"),
        pytest.param(LARGEST, LATER, id="200,000 characters"),
        pytest.param(LONG, LATER, id="100,000 characters of each", marks=pytest.mark.nightly),
    ],
)
def test_a_text_that_means_to_take_for_ever_is_drawn_soon(
    scene: Scene,
    open_context: OpenContext,
    watch: Watch,
    live_server: LiveServer,
    texts: Mapping[str, str],
    longest: float,
) -> None:
    page = readers(open_context, watch, live_server.url)(scene.ada)
    open_item(page, scene.hand(Kind.DEMONSTRATE))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    took = {name: drawn(page, session, text) for name, text in texts.items()}

    slow = {name: seconds for name, seconds in took.items() if seconds > longest}
    assert slow == {}


def drawn(page: Page, session: CDPSession, text: str) -> float:
    before = busy(session)
    assert page.evaluate(DRAW, [reverse("annotate:preview"), text]) == 200
    took = busy(session) - before
    assert_drawn_as_text(page, 1)
    return took
