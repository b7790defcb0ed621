"""A part that reads as before is not sent again."""

from django.test import RequestFactory

from rewards.views.live import live_answer, live_part

TEMPLATE, AT = "rewards/_no_worker.html", "/there/"


def test_a_part_asks_for_its_next_state_and_names_the_one_it_shows():
    request = RequestFactory().get("/")

    html = live_part(request, TEMPLATE, {"no_worker": True}, url=AT)

    assert html.startswith('<div class="live" hx-get="/there/?seen=')
    assert "No train worker" in html


def test_nothing_is_answered_while_nothing_changes():
    html = live_part(RequestFactory().get("/"), TEMPLATE, {"no_worker": True}, url=AT)
    asks = html.partition('hx-get="')[2].partition('"')[0]

    same = live_answer(RequestFactory().get(asks), TEMPLATE, {"no_worker": True}, url=AT)
    changed = live_answer(RequestFactory().get(asks), TEMPLATE, {"no_worker": False}, url=AT)

    assert (same.status_code, same.content) == (204, b"")
    assert changed.status_code == 200
