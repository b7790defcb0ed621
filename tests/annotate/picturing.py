"""Prompts with pictures, as they come in."""

from typing import Any, cast

from annotate.models import Campaign, Prompt
from annotate.services.intake.requests import Told, take_in_prompts
from commons.models import User
from tests.annotate.drawing import drawn, sent
from tests.factories import make_user


def told_of(report: Told) -> list[dict[str, Any]]:
    """What became of each row."""
    return cast("list[dict[str, Any]]", report["rows"])


def make_prompt_with_picture(
    campaign: Campaign,
    *,
    text: str = "What is this?",
    answers: tuple[str, ...] = (),
    alt: str = "A lung",
    data: bytes | None = None,
    by: User | None = None,
) -> Prompt:
    row = {
        "prompt": text,
        "images": [{"data": sent(drawn() if data is None else data), "alt": alt}],
        "candidates": [{"text": answer, "source": "model-a"} for answer in answers],
    }
    by = by or User.objects.filter(username="bringer").first() or make_user("bringer")
    report = take_in_prompts(campaign=campaign, rows=[row], by=by)
    [told] = told_of(report)
    assert told["status"] != "refused", told
    return Prompt.objects.get(uuid=told["id"])
