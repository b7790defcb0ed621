"""Parts of pages that htmx loads after them: they come, or say why not and are tried again."""

import re
from collections.abc import Callable
from re import Pattern

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from annotate.models import Ranking, Snapshot
from rewards.services.track import create_track
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import EVERY_HAND, At, Hand, sit
from tests.browser.intercepting import intercept
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import dataset
from tests.rewards.views.making import make_reward_model

pytestmark = pytest.mark.browser

PANEL = re.compile(reverse("rewards:models_of_snapshots"))
SAID = "this part of the page did not load"


def life(scene: Scene) -> str:
    """An item in a frozen dataset, from which a reward model has learned."""
    dataset(scene)
    model = make_reward_model(scene.campaign, by=scene.lead)
    type(model).objects.filter(pk=model.pk).update(snapshot=Snapshot.objects.earliest("pk"))
    return reverse("annotate:life", args=[Ranking.objects.get().prompt.uuid])


def erasing(scene: Scene) -> str:
    life(scene)
    return reverse("annotate:erase_prompt", args=[Ranking.objects.get().prompt.uuid])


def dashboard(scene: Scene) -> str:
    create_track(name="Everyday", campaigns=[scene.campaign.uuid], by=scene.lead)
    return reverse("annotate:dashboard")


PAGES: dict[str, tuple[Callable[[Scene], str], Pattern[str], str]] = {
    "life": (life, PANEL, "Models that learned from it"),
    "erasing": (erasing, PANEL, "Models that learned from it"),
    "dashboard": (dashboard, re.compile(reverse("rewards:dashboard_panel")), "The loop"),
}


def refuse(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body="<h1>Out of order</h1>")


def lose(route: Route) -> None:
    route.abort()


def panel(page: Page) -> Locator:
    return page.locator("[data-panel]")


def test_a_life_tells_the_datasets_that_have_it_and_the_models_that_learned_from_it(
    scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.lead).new_page()

    page.goto(life(scene))

    frozen = page.get_by_role("region", name="Datasets with it").get_by_role("link")
    expect(frozen).to_have_text(["Rankings, K-wise"])
    expect(panel(page).get_by_role("heading")).to_have_text("Models that learned from it")
    expect(panel(page).get_by_role("listitem")).to_have_count(1)
    expect(panel(page)).to_have_attribute("aria-busy", "false")
    panel(page).get_by_role("link").click()
    expect(page).to_have_url(re.compile("/rewards/"))


@pytest.mark.parametrize("name", PAGES)
@EVERY_HAND
def test_what_did_not_load_says_so_and_is_tried_again(
    scene: Scene, open_context: OpenContext, watch: Watch, hand: Hand, name: str
) -> None:
    make, pattern, heading = PAGES[name]
    at = sit(open_context, scene.lead, hand)
    address = make(scene)
    intercept(at.page, pattern, lose)

    with watch.expecting("ERR_FAILED", "htmx:", "500"):
        at.go(address)
        expect(panel(at.page)).to_have_text(f"The server cannot be reached: {SAID}. Try again")
        expect(panel(at.page)).to_have_attribute("aria-busy", "false")
        at.page.unroute(pattern, lose)
        intercept(at.page, pattern, refuse(500))
        at.press("Try again")
        expect(panel(at.page)).to_have_text(f"The server has trouble: {SAID}. Try again")
        at.page.unroute(pattern)
    at.press("Try again")

    expect(panel(at.page).get_by_role("heading", name=heading)).to_be_visible()
    expect(panel(at.page).get_by_text(SAID)).to_have_count(0)
    expect(panel(at.page)).to_be_focused()  # the button is gone, one's place is not


def test_whoever_was_signed_out_meanwhile_reads_that(
    scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.lead).new_page()
    address = life(scene)

    def sign_out_before(route: Route) -> None:
        page.context.clear_cookies()
        route.fallback()

    intercept(page, PANEL, sign_out_before)
    page.goto(address)

    expect(panel(page)).to_contain_text("You are signed out: sign in again in another tab")
    expect(panel(page).get_by_label("Password")).to_have_count(0)


def test_a_server_that_never_answers_is_given_up(
    scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    page = open_context(scene.lead).new_page()
    address = life(scene)

    def in_a_hurry(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, body=answer.text().replace('"timeout": 30000', '"timeout": 200')
        )

    intercept(page, f"**{address}", in_a_hurry)
    intercept(page, PANEL, lambda route: None)  # nobody answers

    with watch.expecting("htmx:"):
        page.goto(address)
        expect(panel(page)).to_contain_text(SAID)


def test_a_panel_that_comes_no_more_keeps_what_it_has_and_says_of_when(
    scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    at = At(open_context(scene.lead).new_page(), hand=Hand("mouse", {}))
    at.page.clock.install()
    at.go(dashboard(scene))
    expect(panel(at.page).get_by_role("heading", name="The loop")).to_be_visible()
    pattern = PAGES["dashboard"][1]
    intercept(at.page, pattern, lose)

    with watch.expecting("ERR_FAILED", "htmx:"):
        at.page.clock.run_for(16_000)
        notice = panel(at.page).locator("[data-failed]")
        expect(notice).to_contain_text("The server cannot be reached: this is how it stood at")
        expect(panel(at.page).get_by_role("heading", name="The loop")).to_be_visible()
        with at.page.expect_event("requestfailed"):
            at.page.clock.run_for(16_000)
        expect(notice).to_have_count(1)
        at.page.unroute(pattern, lose)
    at.page.clock.run_for(16_000)

    expect(notice).to_have_count(0)


def test_a_panel_that_did_not_load_is_for_everybody(
    scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    page = open_context(scene.lead).new_page()
    address = life(scene)
    intercept(page, PANEL, lose)
    with watch.expecting("ERR_FAILED", "htmx:"):
        page.goto(address)
        expect(panel(page)).to_contain_text(SAID)
    make_pictures(page, "panel-failed")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}
