"""A picture is shown where its prompt is read, and given to nobody who may not see that."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from annotate.enums import Kind
from annotate.models import Picture, Prompt
from annotate.services.assignment import take_assignment
from annotate.services.picture import picture_store
from tests.annotate.picturing import make_prompt_with_picture
from tests.annotate.views.conftest import Cast


@pytest.fixture(autouse=True)
def _pictures_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.PICTURE_STORE = str(tmp_path)


@pytest.fixture
def prompt(cast: Cast) -> Prompt:
    return make_prompt_with_picture(
        cast.campaign, answers=("a", "b", "c", "d"), alt='A "lung" <b>', by=cast.lead
    )


def address() -> str:
    return reverse("annotate:picture", args=[Picture.objects.get().sha256])


def test_a_member_gets_it_as_a_picture_and_as_nothing_else(cast: Cast, prompt: Prompt) -> None:
    answer = cast.client(cast.member).get(address())

    said = {name: answer.headers[name] for name in ("Content-Type", "X-Content-Type-Options")}
    assert said == {"Content-Type": "image/png", "X-Content-Type-Options": "nosniff"}
    assert set(answer.headers["Content-Security-Policy"].split("; ")) == (
        {
            "default-src 'none'",
            "img-src 'self'",
            "style-src 'unsafe-inline'",
            "frame-ancestors 'none'",
            "sandbox",
        }
    )
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "private" in answer.headers["Cache-Control"]
    assert answer.content.startswith(b"\x89PNG")
    assert len(answer.content) == Picture.objects.get().size


def test_a_stranger_and_whoever_is_not_signed_in_get_nothing(cast: Cast, prompt: Prompt) -> None:
    assert cast.client(cast.stranger).get(address()).status_code == 404
    assert Client().get(address()).status_code == 302
    cast.campaign.memberships.filter(person=cast.member).update(active=False)
    assert cast.client(cast.member).get(address()).status_code == 404


def test_one_that_nobody_knows_is_not_there(cast: Cast, prompt: Prompt) -> None:
    client = cast.client(cast.lead)

    assert client.get(reverse("annotate:picture", args=["0" * 64])).status_code == 404
    picture_store().remove(str(Picture.objects.get().uuid))
    assert client.get(address()).status_code == 404


@pytest.mark.parametrize("kind", [Kind.RANK, Kind.DEMONSTRATE])
def test_pages_of_work_show_it_with_words_and_in_its_size(
    cast: Cast, prompt: Prompt, kind: Kind
) -> None:
    turn = take_assignment(by=cast.member, campaign=cast.campaign, kind=kind)

    page = cast.client(cast.member).get(reverse(f"annotate:{kind}", args=[turn.uuid]))

    assert images(page.content.decode()) == [
        f'<img src="{address()}" width="8" height="6" decoding="async" '
        'alt="A &quot;lung&quot; &lt;b&gt;">'
    ]


def test_an_items_life_shows_it(cast: Cast, prompt: Prompt) -> None:
    page = cast.client(cast.lead).get(reverse("annotate:life", args=[prompt.uuid]))

    assert len(images(page.content.decode())) == 1


def test_a_try_out_shows_it(cast: Cast, prompt: Prompt) -> None:
    page = cast.client(cast.lead).get(
        reverse("annotate:try_out", args=[cast.campaign.uuid, Kind.RANK])
    )

    assert len(images(page.content.decode())) == 1


def test_one_that_nobody_has_described_says_so(cast: Cast) -> None:
    prompt = make_prompt_with_picture(cast.campaign, alt="", by=cast.lead)

    page = cast.client(cast.lead).get(reverse("annotate:life", args=[prompt.uuid]))

    assert 'alt="Picture 1, which nobody has described"' in page.content.decode()
    assert "Nobody has described this picture." in page.content.decode()


def images(page: str) -> list[str]:
    return re.findall(r"<img [^>]*>", page)
