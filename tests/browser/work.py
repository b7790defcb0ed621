"""What the people of the browser tests do with an item, and what they see of it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from annotate.models import Assignment, Demonstration

SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")
OFFLINE = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "htmx:")
NEXT = "Which question comes next?"


def address(assignment: Assignment) -> str:
    return reverse(f"annotate:{assignment.task.kind}", args=[assignment.uuid])


def open_item(page: Page, assignment: Assignment) -> None:
    page.goto(address(assignment))
    page.locator("form[data-ready]").wait_for()


def write(page: Page, text: str) -> None:
    page.get_by_label("Your answer").fill(text)


def holds(page: Page, text: str) -> None:
    expect(page.get_by_label("Your answer")).to_have_value(text)


def is_saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text(SAVED)


def says(page: Page, state: str, words: str) -> None:
    expect(page.locator(f"[data-saved={state}]")).to_contain_text(words)


def is_next(page: Page) -> None:
    expect(page.locator(".conversation")).to_contain_text(NEXT)


def at_desk(page: Page) -> None:
    expect(page.get_by_role("heading", name="Ada Quill’s desk")).to_be_visible()


def rows() -> list[str]:
    """What was handed in: one row for each act."""
    return [each.text for each in Demonstration.objects.order_by("pk")]


def kept_in(page: Page) -> list[str]:
    """What this browser keeps still, in the one store or the other."""
    return page.evaluate(
        """async () => {
          const { copies } = await import("/static/annotate/js/copies.js");
          return (await copies()).map(([name]) => name.split(":")[1]);
        }"""
    )


def lose_the_answer(route: Route) -> None:
    """The server takes it; the browser hears nothing of that."""
    route.fetch(max_redirects=0)
    route.abort()


def choose(page: Page, button: str) -> None:
    """Walk to a button of the open dialog by the Tab key, and press it."""
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == button:
            page.keyboard.press("Enter")
            return
    pytest.fail(f"no way to “{button}” by keyboard")
