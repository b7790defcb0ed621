"""The demo: a campaign with real prompts and candidates, and three people to try it."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from annotate.enums import CampaignState, Facet, Kind, Role
from annotate.importing.records import (
    ImportedCandidate,
    ImportedDemonstration,
    ImportedPrompt,
    Message,
)
from annotate.models import Campaign
from annotate.services.campaign import (
    Work,
    add_member,
    change_campaign_state,
    create_campaign,
    grant_competence,
    publish_instructions,
)
from annotate.services.importing import import_records
from commons.models import User

FILES = Path(__file__).parent.parent / "demo"
NAME = "Demo"
PEOPLE = {"lead": Role.LEAD, "annotator": Role.ANNOTATOR, "reviewer": Role.REVIEWER}


@dataclass(frozen=True)
class Login:
    """A demo login; the password is generated, shown once and kept nowhere."""

    username: str
    role: str
    password: str


def load_demo() -> list[Login]:
    """Load the demo once; empty when it is already there. Killed in the middle, run it again."""
    if Campaign.objects.filter(name=NAME).exists():
        return []
    with transaction.atomic():
        logins, lead = _people()
        campaign = create_campaign(
            name=NAME,
            summary="Six fields, seventy-two prompts, four answers each: rank them, or write.",
            works=[Work(Kind.RANK, wanted=2), Work(Kind.DEMONSTRATE)],
            by=lead,
        )
        for login in logins:
            person = User.objects.get(username=login.username)
            add_member(campaign=campaign, person=person, role=Role(login.role), by=lead)
        guideline = (FILES / "guideline.md").read_text(encoding="utf-8")
        publish_instructions(campaign=campaign, guideline=guideline, by=lead)
        import_records(campaign=campaign, records=demo_records(), name="demo", by=lead)
        change_campaign_state(campaign=campaign, to=CampaignState.RUNNING, by=lead)
    return logins


def demo_records() -> Iterator[ImportedPrompt]:
    """The demo's prompts with their candidates and the editors' demonstrations."""
    candidates = {row["prompt"]: row["candidates"] for row in _rows("candidates.jsonl")}
    written = {row["prompt"]: row["text"] for row in _rows("demonstrations.jsonl")}
    for line, row in enumerate(_rows("prompts.jsonl"), start=1):
        name = row["id"]
        text = written.get(name)
        yield ImportedPrompt(
            key=name,
            messages=tuple(row["messages"]),
            skill=row["skill"],
            language=row["language"],
            source=row["source"],
            candidates=tuple(
                ImportedCandidate(str(i), _answer(each["text"]), each["source"], each["sampling"])
                for i, each in enumerate(candidates.get(name, []))
            ),
            demonstrations=(ImportedDemonstration(_answer(text), "demo editors"),) if text else (),
            rankings=(),
            line=line,
        )


def _people() -> tuple[list[Login], User]:
    skills = sorted({row["skill"] for row in _rows("prompts.jsonl")})
    logins = []
    for name, role in PEOPLE.items():
        password = secrets.token_urlsafe(9)
        person = User.objects.create_user(
            name, password=password, is_superuser=name == "lead", is_staff=name == "lead"
        )
        grant_competence(person=person, facet=Facet.LANGUAGE, values=["en", "de"])
        grant_competence(person=person, facet=Facet.SKILL, values=skills)
        logins.append(Login(name, role.value, password))
    return logins, User.objects.get(username="lead")


def _answer(text: str) -> tuple[Message, ...]:
    return (Message(role="assistant", content=text),)


def _rows(name: str) -> Iterator[dict[str, Any]]:
    with (FILES / name).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
