"""From numbers of the dashboard to the rows behind them, by keyboard and in every window."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind, SkipReason
from annotate.models import Campaign
from annotate.services.rollup import roll_up
from annotate.services.turn import skip_assignment
from commons.models import User
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext
from tests.browser.test_pages import look_at
from tests.factories import (
    make_campaign,
    make_member,
    make_ranking,
    make_task,
    make_user,
    take_and_show,
)

pytestmark = pytest.mark.browser

WHY = "Of which law? The guideline has none, and what was asked names a place and not a year."


@pytest.fixture
def lead(live_server: LiveServer) -> User:
    return make_user("lead")


@pytest.fixture
def campaigns(lead: User) -> list[Campaign]:
    """Two, with a ranking, a skip and what waits in each."""
    found = [make_campaign(lead=lead, name=name) for name in ("Medicine", "Law and order")]
    for campaign in found:
        member = make_member(campaign)
        make_ranking(campaign, member)
        make_task(campaign)
        turn = take_and_show(member, campaign, kind=Kind.RANK)
        skip_assignment(assignment=turn, reason=SkipReason.UNCLEAR, by=member, note=WHY)
        make_task(campaign)
        roll_up(campaign=campaign)
    return found


def follow(page: Page, name: str) -> None:
    """The number beside a name, by keyboard."""
    look_at(page, reverse("annotate:dashboard"))
    page.locator(f"dt:text-is('{name}') + dd a").focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def test_numbers_of_all_campaigns_lead_to_their_rows(
    lead: User, campaigns: list[Campaign], open_context: OpenContext
) -> None:
    page = open_context(lead).new_page()

    follow(page, "Skips")

    expect(page.locator(".found .lines > li")).to_have_count(2)
    expect(page.locator(".found")).to_contain_text(WHY)
    expect(page.locator(".found")).to_contain_text("Law and order")
    expect(page.get_by_role("link", name="Skips")).to_have_attribute("aria-current", "page")
    expect(page.locator("#campaign option:checked")).to_have_text("all that you lead")


def test_what_is_found_of_several_campaigns_is_for_everybody(
    lead: User, campaigns: list[Campaign], open_context: OpenContext
) -> None:
    explore = reverse("annotate:explore") + "?campaign=led&show="
    page, found = open_context(lead).new_page(), {}

    for asked in ("skips", "judged&sort=handed-in", "prompts&sort=waits-rank&days=0"):
        look_at(page, explore + asked)
        expect(page.locator(".found .lines > li").first).to_be_visible()
        found[asked] = [each for seen in seen_in_windows(page).values() for each in seen]
    look_at(page, reverse("annotate:dashboard"))
    found["overview"] = [each for seen in seen_in_windows(page).values() for each in seen]

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
