"""An expert who reads German ranks, writes and comes home, and no English stands on their way."""

import gettext
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind, Role
from annotate.models import Demonstration, Ranking
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    add_member,
    publish_instructions,
)
from commons.models import User
from tests.browser.conftest import OpenContext
from tests.factories import make_campaign, make_prompt, make_user

pytestmark = pytest.mark.browser

FORM: dict[str, object] = {
    "rank": {
        "ratings": [{"name": "gut", "label": "Hilfreich", "low": 1, "high": 7}],
        "flags": [{"name": "schaden", "label": "Könnte schaden"}],
        "spans": [{"name": "falsch", "label": "Falsch"}],
        "reason": "optional",
        "ideal": "optional",
    }
}
# Words that no German sentence has; those that are German too (in, an, am, die, war) are not here.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|you|your|yours|to|with|not|this|that|it|its|for|from|by|on|as|or|no|yes"
    r"|answer|answers|rank|ranks|item|items|keys|key|submit|skip|undo|redo|ask|close|write)\b",
    re.IGNORECASE,
)
# All that is said: as it is shown, and as it is read aloud.
SAID = """() => [document.title, ...document.body.innerText.split("\\n"),
  ...[...document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")]
    .filter((each) => each.checkVisibility())
    .flatMap((each) => ["aria-label", "placeholder", "title", "alt"].map(
      (name) => each.getAttribute(name) ?? "")),
].map((each) => each.trim()).filter(Boolean)"""


@pytest.fixture
def ada(live_server: LiveServer) -> User:
    """All that people have written is German: what is English then is the product's."""
    lead, ada = make_user("leitung"), make_user("ada")
    works = [Work(Kind.RANK, answers=3), Work(Kind.DEMONSTRATE)]
    campaign = make_campaign(name="Medizin", works=works, lead=lead)
    instructions = publish_instructions(
        campaign=campaign, guideline="Richtig geht vor kurz.", form=FORM, by=lead
    )
    add_member(campaign=campaign, person=ada, role=Role.ANNOTATOR, by=lead)
    acknowledge_instructions(instructions=instructions, by=ada)
    for question in ("Was ist ein Stent?", "Was ist eine Naht?"):
        make_prompt(campaign, text=question, answers=["Ein Rohr.", "Ein Zelt.", "Ein Faden."])
    return ada


@pytest.fixture(scope="module")
def in_english() -> set[str]:
    """What the catalogues say otherwise in German."""
    return set(translated("django")) | set(translated("djangojs"))


def translated(domain: str) -> Iterator[str]:
    [folder] = settings.LOCALE_PATHS
    catalogue = gettext.translation(domain, folder, ["de"])
    german = set(catalogue._catalog.values())  # type: ignore[attr-defined]  # it has no other list
    for said, means in catalogue._catalog.items():  # type: ignore[attr-defined]
        if isinstance(said, str) and said != means and said not in german:
            yield said


def english(page: Page, in_english: set[str]) -> list[str]:
    said: list[str] = page.evaluate(SAID)
    return [each for each in said if each in in_english or ENGLISH.search(each)]


def hand_in(page: Page) -> None:
    """Submit, and wait for the next item."""
    before = page.locator("form[data-item]").get_attribute("data-item") or ""
    page.keyboard.press("Control+Enter")
    expect(page.locator("form[data-item]")).not_to_have_attribute("data-item", before)


def test_one_item_is_ranked_and_one_written_without_a_word_of_english(
    ada: User, open_context: OpenContext, in_english: set[str]
) -> None:
    page = open_context(ada, locale="de-DE").new_page()
    in_another = open_context(ada, locale="en-GB").new_page()
    in_another.goto("/")
    assert "Start this" in english(in_another, in_english)  # these eyes see it where it stands
    found = {}

    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    found["desk"] = english(page, in_english)
    page.get_by_role("button", name="Antworten ordnen").click()
    page.locator("#ranking[data-ready]").wait_for()
    found["rank"] = english(page, in_english)
    for name, key in {"keys": "?", "guideline": "g", "skip": "s", "question": "q"}.items():
        page.keyboard.press(key)
        found[name] = english(page, in_english)
        page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(page.locator("[data-announce]")).not_to_be_empty()
    page.locator("[data-saved=saved]").wait_for()
    found["ranked"] = english(page, in_english)
    hand_in(page)

    page.goto("/")
    page.get_by_role("button", name="schreiben").click()
    page.locator("form[data-ready]").wait_for()
    page.keyboard.type("Ein *Rohr*.")
    expect(page.locator("#preview em")).to_have_text("Rohr")
    page.locator("[data-saved=saved]").wait_for()
    found["write"] = english(page, in_english)
    hand_in(page)
    page.goto("/")
    found["home"] = english(page, in_english)
    page.goto(reverse("annotate:stored"))
    found["stored"] = english(page, in_english)

    assert found == {name: [] for name in found}
    assert (Ranking.objects.count(), Demonstration.objects.count()) == (1, 1)
