"""Django's admin in the product's design: for eyes and ears, by keyboard, in a narrow window, and
in the colours that a person chose. A breach of the content security policy fails each of them."""

from collections.abc import Callable
from typing import Literal

import pytest
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule
from playwright.sync_api import Page, expect

from annotate.enums import CampaignState
from annotate.models import Assignment, Competence
from commons.models import User
from tests.browser.axe import COLOURS, broken, seen_in_windows
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import KEYS, walk_to
from tests.browser.pictures import make_pictures
from tests.factories import make_ranking, make_user

pytestmark = pytest.mark.browser

CAMPAIGNS = reverse("admin:annotate_campaign_changelist")
MEMBERS = reverse("admin:annotate_membership_changelist")
# Axe looks into style sheets that style sheets import, as Django's do, with a style of its own.
OF_AXE = ("Applying inline style", "Couldn't load preload assets")
NOTHING: dict[str, list[str]] = {
    f"{window}, {what}": [] for window in ("wide", "narrow") for what in (*COLOURS, "sideways")
}
Show = Callable[[Page, Scene], None]


@pytest.fixture
def root(scene: Scene) -> User:
    return make_user("root", admin=True)


@pytest.fixture
def desk(root: User, open_context: OpenContext) -> Page:
    return open_context(root).new_page()


def all_tables(page: Page, scene: Scene) -> None:
    page.goto(reverse("admin:index"))


def members(page: Page, scene: Scene) -> None:
    """Many filters, an action, and something found."""
    page.goto(f"{MEMBERS}?q=ada")


def campaign(page: Page, scene: Scene) -> None:
    """A form with rows of two other tables, and lists to search in."""
    page.goto(reverse("admin:annotate_campaign_change", args=[scene.campaign.pk]))
    page.locator("#memberships-group .select2-selection").first.wait_for()


def person(page: Page, scene: Scene) -> None:
    """Lists of which many are chosen, days and times."""
    page.goto(reverse("admin:commons_user_change", args=[scene.ada.pk]))
    page.locator(".selector-chosen").first.wait_for()


def beat_task(page: Page, scene: Scene) -> None:
    page.goto(reverse("admin:django_celery_beat_periodictask_add"))


def ranking(page: Page, scene: Scene) -> None:
    made = make_ranking(scene.campaign, scene.ada)
    page.goto(reverse("admin:annotate_ranking_change", args=[made.pk]))


def history(page: Page, scene: Scene) -> None:
    page.goto(reverse("admin:annotate_campaign_history", args=[scene.campaign.pk]))


def asked(page: Page, scene: Scene) -> None:
    page.goto(CAMPAIGNS)
    page.get_by_role("row", name="Medicine, spring").get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option("Close the chosen campaigns")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("This cannot be undone")).to_be_visible()


def deleting(page: Page, scene: Scene) -> None:
    held = Competence.objects.create(person=scene.ada, facet="skill", value="medicine")
    page.goto(reverse("admin:annotate_competence_delete", args=[held.pk]))


PAGES: dict[str, Show] = {
    "admin": all_tables,
    "admin-list": members,
    "admin-form": campaign,
    "admin-person": person,
    "admin-beat": beat_task,
    "admin-read": ranking,
    "admin-history": history,
    "admin-asks": asked,
    "admin-deleting": deleting,
}
PICTURED = ("admin", "admin-asks")


@pytest.mark.parametrize("name", PAGES)
def test_its_pages_are_for_everybody(scene: Scene, desk: Page, watch: Watch, name: str) -> None:
    PAGES[name](desk, scene)
    assert watch.complaints == []

    with watch.expecting(*OF_AXE):
        assert seen_in_windows(desk) == NOTHING
    if name in PICTURED:
        make_pictures(desk, name)


@pytest.mark.parametrize("name", ["admin", "admin-list", "admin-form", "admin-asks"])
def test_whoever_chose_contrast_has_it_there_too(
    scene: Scene, desk: Page, watch: Watch, name: str
) -> None:
    desk.context.add_cookies([{"name": "theme", "value": "contrast", "url": desk_url(desk)}])

    PAGES[name](desk, scene)

    assert desk.locator("html").get_attribute("data-theme") == "contrast"
    assert watch.complaints == []
    with watch.expecting(*OF_AXE):
        faint = {colours: faint_in(desk, colours) for colours in COLOURS}
    assert faint == {"light": [], "dark": []}


def faint_in(page: Page, colours: Literal["light", "dark"]) -> list[str]:
    """What has less than 7 : 1."""
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    found = broken(page, "rule", ["color-contrast-enhanced"])
    return [each[:160] for _, _, at in found for each in at]


def desk_url(page: Page) -> str:
    page.goto("/")
    return page.url


def test_the_colours_are_chosen_where_they_always_are(scene: Scene, desk: Page) -> None:
    desk.emulate_media(color_scheme="light")
    all_tables(desk, scene)
    light = ground(desk)

    desk.get_by_label("Account of root").click()
    desk.get_by_role("button", name="Dark").click()
    at_once = ground(desk)
    desk.goto(CAMPAIGNS)

    assert desk.locator("html").get_attribute("data-theme") == "dark"
    assert light != at_once == ground(desk)


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_a_campaign_is_found_and_paused_by_keyboard_alone(scene: Scene, desk: Page) -> None:
    desk.goto(CAMPAIGNS)
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="Skip to the content")).to_be_focused()
    desk.keyboard.press("Enter")
    KEYS.write(desk.locator("#searchbar"), "medicine")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**q=medicine*")

    desk.get_by_role("main").focus()
    KEYS.choose(desk.get_by_role("row", name="Medicine, spring").get_by_role("checkbox"))
    walk_to(desk.get_by_label("Action:"), back=True)
    desk.keyboard.type("Pause")
    KEYS.press(desk.get_by_role("button", name="Go"))
    KEYS.press(desk.get_by_role("button", name="Yes, do it"))

    expect(desk.get_by_role("status")).to_contain_text("is paused now")
    scene.campaign.refresh_from_db()
    assert scene.campaign.state == CampaignState.PAUSED
    assert not Assignment.objects.exists()


def test_a_person_is_looked_up_in_a_list_that_says_what_it_is_for(scene: Scene, desk: Page) -> None:
    desk.goto(reverse("admin:annotate_competence_add"))
    box = desk.get_by_role("combobox", name="Person")
    box.focus()
    desk.keyboard.press("Enter")
    desk.get_by_role("searchbox", name="Person").fill("ada")
    expect(desk.get_by_role("option", name="ada")).to_have_count(1)
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("combobox", name="Person: ada")).to_be_visible()
    expect(desk.get_by_label("Expires at: Date")).to_be_visible()


def test_a_day_is_chosen_in_the_calendar(scene: Scene, desk: Page) -> None:
    desk.goto(reverse("admin:annotate_competence_add"))

    desk.get_by_role("link", name="Choose a Date").click()
    desk.locator(".calendarbox").get_by_role("link", name="10", exact=True).click()

    assert desk.get_by_label("Expires at: Date").input_value().endswith("-10")


def test_what_its_scripts_say_is_german_too(
    scene: Scene, root: User, open_context: OpenContext
) -> None:
    page = open_context(root, locale="de-DE").new_page()
    page.goto(reverse("admin:annotate_competence_add"))

    page.get_by_role("link", name="Heute", exact=True).first.click()

    assert page.locator("#id_expires_at_0").input_value()


def test_a_row_is_added_and_its_cells_have_names(scene: Scene, desk: Page) -> None:
    campaign(desk, scene)
    desk.get_by_text("Add another Membership").click()

    rows = desk.locator("#memberships-group tr.form-row:not(.empty-form)")
    roles = rows.get_by_label("Role")
    expect(roles).to_have_count(3)


def test_a_crontab_is_said_in_words(scene: Scene, desk: Page) -> None:
    weekly = CrontabSchedule.objects.create(minute="30", hour="4", day_of_week="1")
    beat_task(desk, scene)
    desk.get_by_label("Crontab Schedule:").select_option(str(weekly.pk))

    expect(desk.locator(".field-crontab [role=status]")).to_have_text(weekly.human_readable)


def test_the_way_back_leads_to_the_desk(scene: Scene, desk: Page) -> None:
    desk.goto(CAMPAIGNS)
    desk.get_by_role("link", name="Laurel", exact=True).click()

    expect(desk).to_have_title("Desk · Laurel")
