"""A campaign is carried in while others bring the same: they wait, and never in a ring."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from django.db import connection

from annotate.digests import prompt_digest
from annotate.models import Campaign, Picture, Prompt
from annotate.pictures import Picture as Drawn
from annotate.pictures import picture_in
from annotate.services.carrying import entering, pictures
from annotate.services.carrying.arriving import import_campaign
from annotate.services.carrying.entering import Terms
from annotate.services.intake.requests import take_in_prompts
from annotate.services.picture import keep_pictures
from tests.annotate.carrying import exported
from tests.annotate.drawing import drawn, sent
from tests.annotate.picturing import make_prompt_with_picture
from tests.annotate.waiting import Beside
from tests.emptying import empty
from tests.factories import make_campaign, make_user

pytestmark = [
    pytest.mark.postgresql,  # SQLite has one writer at a time
    pytest.mark.django_db(transaction=True),
]

TEXTS = ["How long is a day on Mars?", "Who wrote the Iliad?"]


def digest(text: str) -> str:
    messages = [{"role": "user", "content": text}]
    return prompt_digest(messages=messages, tools=[], attachments=[])


def carry_in(source: Path, beside: list[dict[str, object]], *, at: str) -> Beside:
    """Another campaign takes these rows in once the first row of this table is there."""
    other, by = make_campaign(), make_user()
    begun: list[Beside] = []

    def heard(table: str, done: int, total: int) -> None:
        if table == at and done and not begun:
            begun.append(Beside(lambda: take_in_prompts(campaign=other, rows=beside, by=by)))

    import_campaign(source=source, terms=Terms(), heard=heard)
    [arriving] = begun
    return arriving


def test_the_same_prompts_arrive_in_another_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrivals keep them by digest; the campaign as they came, the later digest first."""
    monkeypatch.setattr(entering, "ROWS", 1)
    campaign = make_campaign(name="There")
    texts = sorted(TEXTS, key=digest, reverse=True)
    for text in texts:
        take_in_prompts(campaign=campaign, rows=[{"prompt": text}], by=make_user())
    source = exported(campaign, tmp_path / "there")
    empty(connection)

    arriving = carry_in(source, [{"prompt": text} for text in texts], at="prompts")

    assert arriving.ended() == []
    assert Prompt.objects.count() == 2
    assert Campaign.objects.get(name="There").intake.count() == 2


def test_the_same_pictures_arrive_in_another_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are here already. Arrivals lock them by their rows, the campaign by their SHA-256."""
    drawings = sorted((drawn(shade=9), drawn(shade=99)), key=sha256_of)
    campaign = make_campaign(name="There")
    for number, data in enumerate(drawings):
        make_prompt_with_picture(campaign, text=f"What is {number}?", data=data)
    source = exported(campaign, tmp_path / "there")
    empty(connection)
    here = make_campaign()
    for number, data in enumerate(reversed(drawings)):
        make_prompt_with_picture(here, text=f"Where is {number}?", data=data)
    rows: list[dict[str, object]] = [
        {"prompt": f"Who is {number}?", "images": [{"data": sent(data)}]}
        for number, data in enumerate(drawings)
    ]
    begun: list[Beside] = []
    by = make_user()

    def keep(brought: Iterable[tuple[int, Drawn]]) -> None:
        keep_pictures(brought)
        if not begun:
            begun.append(Beside(lambda: take_in_prompts(campaign=here, rows=rows, by=by)))

    monkeypatch.setattr(pictures, "keep_pictures", keep)

    import_campaign(source=source, terms=Terms(), heard=lambda *_: None)

    assert begun[0].ended() == []
    assert sorted(each.prompts.count() for each in Picture.objects.all()) == [3, 3]


def sha256_of(data: bytes) -> str:
    """Of the picture as it is kept: drawn anew."""
    return picture_in(data).sha256
