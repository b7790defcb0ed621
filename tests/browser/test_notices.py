"""A lead sets up a webhook by keyboard, copies its secret once, and sees what was sent."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from commons.notices.sending import send_waiting
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import KEYS
from tests.browser.pictures import make_pictures
from tests.commons.notices.receiving import receiving

pytestmark = pytest.mark.browser

NOTICES = reverse("annotate:notices")


def test_a_webhook_is_added_and_tested(
    scene: Scene, open_context: OpenContext, settings: Settings
) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    page = open_context(scene.lead, viewport={"width": 320, "height": 800}).new_page()
    page.goto(NOTICES)
    expect(page.get_by_text("No mail is set up here")).to_be_visible()
    with receiving() as receiver:
        KEYS.write(page.get_by_label("Address"), receiver.url)
        added = page.locator("form", has_text="Add a webhook")
        KEYS.choose(added.get_by_label("A cycle held its policy"))
        KEYS.press(added.get_by_role("button", name="Add it"))
        secret = page.get_by_role("textbox", name="Secret").input_value()
        assert secret.startswith("whsec_")
        assert seen_by_all(page) == []

        KEYS.press(page.get_by_role("button", name="Send a test"))
        expect(page.get_by_text("A test is on its way")).to_be_visible()
        send_waiting()

    page.goto(NOTICES)
    expect(page.get_by_text("Delivered")).to_be_visible()
    assert len(receiver.got) == 1
    make_pictures(page, "notices")
    assert seen_by_all(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320
