"""What comes and goes on the pages of work, and the pages that say no, are for everybody."""

from collections.abc import Callable
from typing import NoReturn

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Assignment, CampaignWork
from annotate.services.campaign import Work
from annotate.services.upload import LARGEST
from annotate.views import desk, upload
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene, Watch, make_scene
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import look_at
from tests.browser.texts import ANSWERS
from tests.browser.work import is_saved, open_item, write

pytestmark = pytest.mark.browser

Found = dict[str, list[str]]
NINE = [f"{text}\n\nVersion {at}." for at, text in enumerate(ANSWERS * 3)][:9]


def seen(page: Page, name: str) -> Found:
    """Looked at by eye and by axe; only what is wrong is told."""
    make_pictures(page, name)
    return {how: wrong for how, wrong in seen_in_windows(page).items() if wrong}


@pytest.mark.parametrize(("name", "answers"), [("rank-three", 3), ("rank-nine", 9)])
def test_tiers_of_three_and_of_nine(
    name: str, answers: int, live_server: LiveServer, open_context: OpenContext
) -> None:
    """With a tie, a step between two ranks, and one that cannot be ranked."""
    scene = make_scene([Work(Kind.RANK, answers=answers)], NINE[:answers])
    page = open_context(scene.ada).new_page()
    open_item(page, scene.hand(Kind.RANK))

    for key in "]", "j", "0", "j", "=":
        page.keyboard.press(key)
    page.locator("[data-saved=saved]").wait_for()

    assert seen(page, name) == {}


def compared(page: Page) -> None:
    page.keyboard.press("d")
    page.locator(".difference-row").first.wait_for()


def opened(key: str) -> Callable[[Page], None]:
    return lambda page: page.keyboard.press(key)


OVER_A_RANKING: dict[str, Callable[[Page], None]] = {
    "keys": opened("?"),
    "skip": opened("s"),
    "ask": opened("q"),
    "guideline-drawer": opened("g"),
    "compare": compared,
    "untouched": opened("Control+Enter"),
}


@pytest.mark.parametrize("name", OVER_A_RANKING)
def test_what_opens_over_a_ranking(name: str, page: Page, ranked: Assignment) -> None:
    open_item(page, ranked)

    OVER_A_RANKING[name](page)
    expect(page.locator(":modal, :popover-open")).to_be_visible()

    assert seen(page, name) == {}


def test_a_draft_that_was_changed_elsewhere(
    scene: Scene, page: Page, held: Assignment, open_context: OpenContext, watch: Watch
) -> None:
    other = open_context(scene.ada).new_page()
    open_item(page, held)
    open_item(other, held)
    write(page, "Aspirin first, **half an hour** before ibuprofen.")
    is_saved(page)

    with watch.expecting("409"):
        write(other, "Aspirin first.")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        choice.wait_for()
        found = seen(other, "draft-conflict")
        choice.get_by_role("button", name="Keep this one").click()
        is_saved(other)

    assert found == {}


def test_an_answer_is_read_once_more(page: Page, scene: Scene, held: Assignment) -> None:
    CampaignWork.objects.filter(kind=Kind.DEMONSTRATE).update(looks_again=True)
    open_item(page, held)
    write(page, ANSWERS[0])

    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-look] strong").first).to_be_visible()

    assert seen(page, "look-again") == {}


def test_what_a_try_out_would_have_kept(scene: Scene, open_context: OpenContext) -> None:
    page = open_context(scene.lead).new_page()
    page.goto(reverse("annotate:try_out", args=[scene.campaign.uuid, Kind.RANK]))
    page.locator("form[data-ready]").wait_for()

    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="Nothing was kept: this is a try-out").wait_for()

    assert seen(page, "tried") == {}


def test_a_file_that_is_not_taken(
    scene: Scene, open_context: OpenContext, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page lets none through that is too large: one sent all the same is refused."""
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:upload", args=[scene.campaign.uuid]))
    monkeypatch.setattr(upload, "AROUND", -LARGEST)
    file = {"name": "a.jsonl", "mimeType": "text/plain", "buffer": b"{}\n"}
    page.get_by_label("File").set_input_files(file)  # type: ignore[arg-type]  # as Playwright has it

    with watch.expecting("413"):
        page.get_by_role("button", name="Look at the file").click()
        page.get_by_role("heading", name="This file was not taken").wait_for()

    assert seen(page, "upload-refused") == {}


def not_allowed(*_: object, **__: object) -> NoReturn:
    raise PermissionDenied


def broken(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("The disk is on fire.")


@pytest.mark.parametrize(
    ("name", "status", "answers"),
    [("not-allowed", "403", not_allowed), ("broken", "500", broken)],
)
def test_a_page_that_says_no(
    name: str,
    status: str,
    answers: Callable[..., NoReturn],
    page: Page,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk, "open_assignments_of", answers)

    with watch.expecting(status):
        answer = page.goto("/")

    assert answer is not None
    assert answer.status == int(status)
    assert seen(page, name) == {}


def test_an_address_of_nothing(page: Page, watch: Watch) -> None:
    with watch.expecting("404"):
        look_at(page, "/nothing/")

    assert seen(page, "not-found") == {}


def test_a_form_that_was_open_too_long(page: Page, watch: Watch) -> None:
    """The token of a page that was drawn for another sign-in."""
    look_at(page, reverse("commons:profile"))
    page.context.clear_cookies(name="csrftoken")

    with watch.expecting("403"):
        page.evaluate("document.querySelector('main form').submit()")
        page.get_by_role("heading", name="This page was open too long").wait_for()

    assert seen(page, "open-too-long") == {}
