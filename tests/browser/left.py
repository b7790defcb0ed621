"""What the people of the browser tests leave in their browser, and how they find it again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from annotate.enums import AssignmentState
from annotate.models import Assignment, Draft
from tests.browser.leaving import leave
from tests.browser.work import (
    kept_in,
    says,
)


def hand_in_and_close(page: Page) -> None:
    """Press the keys that hand in, where nobody answers, and go away."""
    page.keyboard.press("Control+Enter")
    says(page, "offline", "you may close this page")
    leave(page)


def take_back(assignment: Assignment) -> None:
    """A lead takes the turn back."""
    Assignment.objects.filter(pk=assignment.pk).update(
        state=AssignmentState.RELEASED, closed_at=timezone.now()
    )


def end_edit_time(assignment: Assignment) -> None:
    """An hour and a minute have passed."""
    Assignment.objects.filter(pk=assignment.pk).update(
        closed_at=timezone.now() - timedelta(minutes=61)
    )


def open_desk(page: Page) -> Page:
    """Another window of the same browser, with a connection."""
    page.context.set_offline(False)
    desk = page.context.new_page()
    desk.goto("/")
    return desk


def only_notice(page: Page, says_so: str) -> Locator:
    notice = page.locator("[data-unsent] .notice")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text(says_so)
    return notice


def reads(notice: Locator, text: str) -> None:
    """The text itself can be read, and copied from there."""
    notice.get_by_text("Show it").click()
    expect(notice.locator("pre")).to_be_visible()
    expect(notice.locator("pre")).to_have_text(text)


def choice_in(page: Page, *, mine: str, theirs: str) -> None:
    choice = page.get_by_role("dialog", name="This draft was changed elsewhere")
    expect(choice.locator("[data-mine]")).to_have_text(mine)
    expect(choice.locator("[data-theirs]")).to_have_text(theirs)


def is_kept(page: Page, text: str) -> None:
    """The server has exactly this, and the browser nothing more."""
    for _ in range(50):
        if [each.body for each in Draft.objects.all()] == [{"text": text}] and not kept_in(page):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{list(Draft.objects.values('body'))} and {kept_in(page)} after five seconds")
