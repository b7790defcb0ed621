"""Every hostile text on the pages where people work, under the policy that the product sends."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.harm import (
    NAME,
    OpenReader,
    assert_drawn_as_text,
    in_four,
    readers,
    staged,
    storable,
)
from tests.browser.test_rank import open_board, say
from tests.browser.work import open_item
from tests.factories import make_campaign
from tests.hostile import SHORT

pytestmark = pytest.mark.browser

TOGETHER = 12  # texts of one preview
PATIENCE = 60_000  # ms: each of a thousand lines is typed as an input of its own
PREVIEWED = """async ([address, text]) => {
  const settled = new Promise((done) => addEventListener("htmx:afterSettle", done, { once: true }));
  await htmx.ajax("POST", address, { target: "#preview", values: { text } });
  await settled;
}"""


@pytest.fixture
def open_reader(open_context: OpenContext, watch: Watch, live_server: LiveServer) -> OpenReader:
    return readers(open_context, watch, live_server.url)


def test_nothing_hostile_does_anything_where_people_read(
    scene: Scene, open_reader: OpenReader
) -> None:
    campaign = make_campaign(lead=scene.lead, name=NAME)
    harm = staged(campaign, scene, list(SHORT.values()), in_four())
    page = open_reader(harm.ada)

    ranking = harm.hand(Kind.RANK)
    open_board(page, ranking)
    assert_drawn_as_text(page, len(SHORT) + 4)
    page.keyboard.press("j")
    page.keyboard.press("1")
    say(page, "B moved to rank 1")
    page.goto(reverse("annotate:guideline", args=[harm.campaign.uuid]))
    assert_drawn_as_text(page, 1)
    page.goto("/")

    leads = open_reader(harm.lead)
    for address in (
        reverse("annotate:item", args=[ranking.task.uuid]),
        reverse("annotate:campaign", args=[harm.campaign.uuid]),
    ):
        leads.goto(address)
        assert_drawn_as_text(leads, 1)


def test_nothing_hostile_does_anything_in_the_preview(
    scene: Scene, open_reader: OpenReader
) -> None:
    page = open_reader(scene.ada)
    open_item(page, scene.hand(Kind.DEMONSTRATE))
    everything = storable("\n\n".join(SHORT.values()))
    page.get_by_label("Your answer").fill(everything, timeout=PATIENCE)
    expect(page.locator("#preview")).to_contain_text("alert(1)")
    expect(page.locator("#preview .htmx-added")).to_have_count(0)
    assert_drawn_as_text(page, 1)

    texts = list(SHORT.values())
    for start in range(0, len(texts), TOGETHER):
        together = "\n\n".join(texts[start : start + TOGETHER])
        page.evaluate(PREVIEWED, [reverse("annotate:preview"), together])
        assert_drawn_as_text(page, 1)
