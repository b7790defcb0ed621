"""On a scale from 0 to 4, zero is an answer; what nobody has answered is none."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Ranking
from tests.annotate.asking import called
from tests.browser.conftest import OpenContext
from tests.browser.hands import EVERY_HAND, Hand
from tests.browser.test_answers import ANSWERS, DOSE, asking_scene, come_to, sheet_of
from tests.browser.work import at_desk, is_saved, open_item

pytestmark = pytest.mark.browser

HELPFUL = {"name": "helpful", "label": "Helpful", "low": 0, "high": 4}


@EVERY_HAND
def test_zero_is_kept_and_comes_back_and_what_is_missing_is_never_zero(
    hand: Hand, live_server: LiveServer, open_context: OpenContext
) -> None:
    scene = asking_scene(4, ratings=[HELPFUL])
    held = scene.hand(Kind.RANK)
    dose, ten = called(held, DOSE), called(held, ANSWERS[1])
    page = open_context(scene.ada, **hand.window).new_page()
    open_item(page, held)

    for name, said in ((dose, "0"), (ten, "4")):
        card = come_to(hand, page, name)
        for rank in "41":
            hand.do(rank, card.get_by_role("button", name=f"on rank {rank}"))
        with sheet_of(hand, card):
            hand.choose(card.get_by_role("radio", name=said, exact=True))
    is_saved(page)
    open_item(page, held)

    expect(page.locator(f"[data-candidate='{dose}'] [value='0']:checked")).to_have_count(1)
    hand.do("Control+Enter", page.get_by_role("button", name="Submit"))
    at_desk(page)
    assert Ranking.objects.get().answers == {
        dose: {"ratings": {"helpful": 0}},
        ten: {"ratings": {"helpful": 4}},
    }
