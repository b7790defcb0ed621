"""A token is made, copied and revoked, by keyboard and by screen reader as well."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from commons.models import ApiToken, Scope
from commons.tokens import KEY, Lifetime, make_token
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import KEYS
from tests.browser.pictures import make_pictures

pytestmark = pytest.mark.browser

TOKENS = reverse("commons:tokens")


def test_a_key_is_shown_once_and_copied(scene: Scene, open_context: OpenContext) -> None:
    context = open_context(scene.ada, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(TOKENS)
    KEYS.write(page.get_by_label("What is it for?"), "Nightly import")
    KEYS.choose(page.get_by_label("Work: take items"))
    KEYS.press(page.get_by_role("button", name="Make it"))

    KEYS.press(page.get_by_role("button", name="Copy"))

    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert KEY.fullmatch(copied)
    assert seen_by_all(page) == []
    page.goto(TOKENS)
    make_pictures(page, "tokens")
    expect(page.get_by_role("cell", name="laurel_")).to_have_count(1)
    assert copied not in page.content()


def test_a_token_is_revoked_once_that_is_confirmed(scene: Scene, page: Page) -> None:
    make_token(by=scene.ada, name="Old laptop", scopes=[Scope.READ], lifetime=Lifetime.WEEK)
    page.goto(TOKENS)
    KEYS.press(page.get_by_role("link", name="Revoke Old laptop"))
    expect(page.get_by_role("button", name="Revoke it")).to_be_visible()
    assert seen_by_all(page) == []
    assert ApiToken.objects.get().revoked_at is None

    KEYS.press(page.get_by_role("button", name="Revoke it"))

    expect(page.get_by_text("“Old laptop” is revoked.")).to_be_visible()
    assert ApiToken.objects.get().revoked_at is not None


def test_an_odd_form_says_what_is_missing(scene: Scene, page: Page, watch: Watch) -> None:
    page.goto(TOKENS)
    page.get_by_label("What is it for?").fill("Nothing")

    with watch.expecting("422"):
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_text("Choose at least one.")).to_be_visible()

    assert seen_by_all(page) == []
