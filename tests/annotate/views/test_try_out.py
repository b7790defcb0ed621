"""A try-out is the very page of work, and keeps nothing."""

import json
import re
from html import unescape
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import reverse

from annotate.enums import Kind
from annotate.models import Access, Task
from annotate.services.assignment import take_assignment
from tests.annotate.views.conftest import Cast
from tests.factories import make_prompt, make_task

OURS = "How do I keep a pot of basil alive"


def page_of(cast: Cast, kind: Kind = Kind.RANK) -> str:
    return reverse("annotate:try_out", args=[cast.campaign.uuid, kind])


def all_rows() -> dict[str, list[dict[str, object]]]:
    """Everything that is kept, but sessions."""
    labels = ("annotate", "commons")
    models = [model for model in apps.get_models() if model._meta.app_label in labels]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in models
    }


def sent(**said: object) -> dict[str, object]:
    return {"key": uuid4(), "version": 0, **said}


def kept_of(page: str) -> dict[str, object]:
    found = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert found
    said: dict[str, object] = json.loads(unescape(found[1]))
    return said


def test_a_lead_tries_an_order_of_a_real_item_and_nothing_is_kept(cast: Cast) -> None:
    task = make_task(cast.campaign)
    client = cast.client(cast.lead)
    before = all_rows()

    page = client.get(page_of(cast))
    answers = [answer.id for answer in page.context["answers"]]
    ranking = {"tiers": [[answers[2]], answers[:2]], "unrankable": answers[3:], "strengths": [3]}
    done = client.post(page_of(cast), sent(ranking=json.dumps(ranking)))

    assert task.prompt.question in page.content.decode()
    assert "A try-out: nothing of it is kept." in page.content.decode()
    assert not set(answers) & set(task.offered)
    assert "Nothing was kept: this is a try-out" in done.content.decode()
    said = kept_of(done.content.decode())
    assert {name: said[name] for name in ranking} == ranking
    assert {**all_rows(), "Access": []} == before  # that a lead has seen it is kept
    assert set(Access.objects.values_list("person", "part")) == {(cast.lead.pk, "try_out")}


def test_a_member_tries_an_item_of_ours_and_sees_none_early(cast: Cast) -> None:
    task = make_task(cast.campaign, kind=Kind.DEMONSTRATE)
    client = cast.client(cast.member)
    before = all_rows()

    page = client.get(page_of(cast, Kind.DEMONSTRATE)).content.decode()
    done = client.post(page_of(cast, Kind.DEMONSTRATE), sent(text="Light and water."))

    assert OURS in page
    assert task.prompt.question not in page
    assert kept_of(done.content.decode())["text"] == "Light and water."
    assert all_rows() == before


def test_it_takes_no_seat_and_renews_no_lease(cast: Cast) -> None:
    for _ in range(2):
        make_task(cast.campaign)
    take_assignment(by=cast.member, campaign=cast.campaign, kind=Kind.RANK)
    client = cast.client(cast.member)
    before = all_rows()

    page = client.get(page_of(cast))

    assert page.status_code == 200
    assert all_rows() == before


def test_what_is_refused_is_refused_as_in_earnest(cast: Cast) -> None:
    page = cast.client(cast.member).post(page_of(cast), sent())

    assert page.status_code == 422
    assert "candidate(s) are not placed yet" in page.content.decode()


def test_a_lead_tries_one_item_after_the_other(cast: Cast) -> None:
    for text in ("First?", "Second?"):
        make_prompt(cast.campaign, text=text, answers=["a", "b", "c", "d"])
    client = cast.client(cast.lead)

    pages = [
        client.get(page_of(cast), {"after": after}).content.decode() for after in ("0", "1", "2")
    ]

    shown = [next(each for each in ("First?", "Second?", OURS) if each in page) for page in pages]
    assert shown == ["First?", "Second?", OURS]


@pytest.mark.parametrize("kind", ["talk", "nothing"])
def test_what_cannot_be_tried_is_not_there(cast: Cast, kind: str) -> None:
    address = reverse("annotate:try_out", args=[cast.campaign.uuid, kind])

    assert cast.client(cast.lead).get(address).status_code == 404


def test_strangers_try_nothing(cast: Cast) -> None:
    client = cast.client(cast.stranger)

    assert client.get(page_of(cast)).status_code == 404
    assert client.post(page_of(cast), sent()).status_code == 404
    assert not Task.objects.exists()
