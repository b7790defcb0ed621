"""Score answers with a reward model."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandError

from annotate import gateway
from rewards.errors import NothingToScoreWith, RewardsError
from rewards.models import RewardModel
from rewards.selectors.reward_model import newest_good_reward_model
from rewards.services.score_file import read_rows
from rewards.services.scored import Score, ToScore
from rewards.services.scoring import in_parts, score_candidates, score_rows

SHOWN = 60  # characters of an answer in the table


class Command(BaseCommand):
    help = """\
Score answers: those of a file, or the candidates of a campaign that were not scored yet.

A line of the file is {"prompt": "…", "answers": ["…", "…"]}; in place of "prompt" there may be
"messages", in place of "answers" one "answer". Only differences under one prompt mean something.
What was scored before is looked up."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="JSON lines")
        parser.add_argument("--campaign", help="score its candidates in place of a file, by name")
        parser.add_argument(
            "--model", type=UUID, help="a reward model; without it the newest good one"
        )
        parser.add_argument("--json", action="store_true", help="JSON lines, one a line of FILE")

    def handle(self, *args: object, **options: Any) -> None:
        if (options["file"] is None) == (options["campaign"] is None):
            raise CommandError("Name either a file or a --campaign.")
        try:
            model = _model(options["model"])
            if options["campaign"]:
                self._score_campaign(model, options["campaign"])
            else:
                self._score_file(model, options["file"], as_json=options["json"])
        except (RewardsError, OSError) as refused:
            raise CommandError(str(refused)) from refused

    def _score_campaign(self, model: RewardModel, name: str) -> None:
        named = gateway.campaigns_named([name])
        if not named:
            raise CommandError(
                f"There is no campaign “{name}”; see its page for how it is written."
            )
        ids = [each.id for each in named]
        new = score_candidates(reward_model=model, campaigns=ids, tell=self._tell)
        self.stderr.write("")
        self.stdout.write(f"{new} candidates scored by reward model {model.uuid}.")

    def _score_file(self, model: RewardModel, file: Path, *, as_json: bool) -> None:
        for part in in_parts(read_rows(file)):
            scores = score_rows(reward_model=model, rows=part, tell=self._tell)
            lines = _json_lines(scores) if as_json else _table(part, scores)
            self.stdout.write("".join(lines), ending="")

    def _tell(self, says: str, done: int, of: int) -> None:
        self.stderr.write(f"\r{done} of {of}: {says:<60.60}", ending="")


def _model(named: UUID | None) -> RewardModel:
    if named is not None:
        found = RewardModel.objects.filter(uuid=named).select_related("run").first()
        if found is None:
            raise NothingToScoreWith(f"There is no reward model {named}; see the page of them.")
        return found
    good = newest_good_reward_model()
    if good is None:
        raise NothingToScoreWith(
            "No reward model has a report card without a refusal; name one by --model."
        )
    return good


def _json_lines(scores: Sequence[Sequence[Score]]) -> Iterator[str]:
    for row in scores:
        yield orjson.dumps({"scores": [each.as_json() for each in row]}).decode() + "\n"


def _table(rows: Sequence[ToScore], scores: Sequence[Sequence[Score]]) -> Iterator[str]:
    """A line an answer, the best of each prompt first."""
    for row, found in zip(rows, scores, strict=True):
        yield f"{_line(row.prompt[-1]['content'])}\n"
        for at in sorted(range(len(found)), key=lambda at: -found[at].value):
            spread = found[at].spread
            told = "      " if spread is None else f"±{spread:5.2f}"
            yield f"{found[at].value:8.3f} {told}  {_line(row.answers[at][-1]['content'])}\n"


def _line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else f"{flat[: SHOWN - 1]}…"
