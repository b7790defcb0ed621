"""A prompt that names no skill has the campaign's, where that asks for one: however it comes."""

import json
from pathlib import Path

import pytest
from pytest_django import Settings

from annotate.importing.reading import read_records
from annotate.models import Campaign, Lane
from annotate.services.campaign import clone_campaign
from annotate.services.importing import import_records
from annotate.services.intake.requests import take_in_prompts
from annotate.services.upload import receive_upload
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db

ROWS = [{"prompt": "What is a stent?"}, {"prompt": "What is a lien?", "skill": "law"}]
FILE = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def asking_for(*skills: str) -> Campaign:
    campaign = make_campaign(lead=make_user("lead"))
    campaign.skills = list(skills)
    campaign.save(update_fields=["skills"])
    return campaign


def skills_of(campaign: Campaign) -> dict[str, str]:
    named = campaign.intake.select_related("prompt")
    return {each.prompt.question: each.prompt.skill for each in named}


@pytest.mark.parametrize(
    ("named", "expected"),
    [((), ""), (("medicine",), "medicine"), (("medicine", "chess"), "")],
)
def test_of_a_file(tmp_path: Path, named: tuple[str, ...], expected: str) -> None:
    campaign = asking_for(*named)
    path = tmp_path / "a.jsonl"
    path.write_bytes(FILE)

    import_records(campaign=campaign, records=read_records(path))

    assert skills_of(campaign) == {"What is a stent?": expected, "What is a lien?": "law"}
    assert set(Lane.objects.values_list("skill", flat=True)) == {expected, "law"}


def test_of_a_request() -> None:
    campaign = asking_for("medicine")

    take_in_prompts(campaign=campaign, rows=ROWS, by=make_user())

    assert skills_of(campaign) == {"What is a stent?": "medicine", "What is a lien?": "law"}


def test_an_upload_shows_it_before_the_yes(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path
    campaign = asking_for("medicine")

    upload = receive_upload(campaign=campaign, name="a.jsonl", chunks=[FILE], by=make_user())

    assert upload.checked["skills"] == [("medicine", 1), ("law", 1)]
    assert [each["skill"] for each in upload.checked["samples"]] == ["medicine", "law"]


def test_a_clone_asks_for_the_same() -> None:
    campaign = asking_for("medicine", "law")

    made = clone_campaign(campaign=campaign, name="Another", by=make_user())

    assert made.skills == ["medicine", "law"]
