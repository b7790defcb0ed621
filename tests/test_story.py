"""The whole product, told once: what people say becomes the policy that asks them next.

A model of a few thousand parameters goes through every station with the real engine, the real
commands and the real files.
"""

import io
import json
from pathlib import Path
from uuid import UUID

import datasets
import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from annotate.enums import Facet, Kind, Role
from annotate.models import Assignment, Campaign, Candidate, Demonstration, Ranking, Task
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, add_member, grant_competence
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.ranking import RankingAnswer, submit_ranking
from commons.models import User
from rewards.enums import Outcome, PolicyState, Stage
from rewards.models import Cycle, Evaluation, Policy, Track
from tests.factories import make_campaign, make_user
from tests.rewards.tiny import make_tiny_base

KNOBS = {
    "teaching": {"max_steps": 2},
    "rewarding": {"max_steps": 2, "layers": None},
    "appointing": {"max_steps": 2, "layers": 1},
    "stopping": {"max_steps": 2, "layers": 1},
    "reinforcing": {"max_steps": 2, "max_new_tokens": 4, "samples": 2},
    "evaluating": {"max_new_tokens": 4, "samples": 1, "rounds": 200},
    "answering": {"max_new_tokens": 4},
}


def foreign_rows() -> list[dict[str, object]]:
    """Forty prompts that others have ranked, eight that they answered, one without answers."""
    rows: list[dict[str, object]] = [
        {
            "id": f"q{number}",
            "prompt": f"What is {number} plus {number}?",
            "candidates": [
                {"text": f"It is {number * factor}.", "source": "others"} for factor in (2, 3, 4, 5)
            ],
            "rankings": [{"rater": "others", "tiers": [[0], [1, 2], [3]]}],
            "demonstrations": [{"text": f"{number} and {number} make {2 * number}."}][
                : number <= 8
            ],
        }
        for number in range(1, 41)
    ]
    return [*rows, {"id": "q-open", "prompt": "What is nothing plus nothing?"}]


def told(command: str, *args: str) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def ranked(person: User, campaign: Campaign) -> tuple[Assignment, Ranking]:
    """One group of four with a tie at the top."""
    assignment = take_assignment(by=person, campaign=campaign, kind=Kind.RANK)
    a, b, c, d = assignment.order
    answer = RankingAnswer(tiers=[[a, b], [c]], unrankable=[d], strengths=[2])
    return assignment, submit_ranking(assignment=assignment, answer=answer, by=person)


def written(person: User, campaign: Campaign) -> Demonstration:
    assignment = take_assignment(by=person, campaign=campaign, kind=Kind.DEMONSTRATE)
    return submit_demonstration(
        assignment=assignment, answer=DemonstrationAnswer("Count on your fingers."), by=person
    )


@pytest.mark.django_db(transaction=True)
def test_what_people_say_becomes_the_policy_that_asks_them_next(
    settings: Settings, tmp_path: Path, client: Client
) -> None:
    settings.ARTIFACTS = tmp_path / "artifacts"
    settings.BASE_MODEL = str(make_tiny_base(tmp_path / "base"))
    lead, expert = make_user("lead"), make_user("expert")
    works = (Work(Kind.RANK, answers=4), Work(Kind.DEMONSTRATE))
    campaign = make_campaign(name="Sums", lead=lead, works=works)
    add_member(campaign=campaign, person=expert, role=Role.ANNOTATOR, by=lead)
    grant_competence(person=expert, facet=Facet.LANGUAGE, values=["en"])

    # prompts and candidates come from elsewhere
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in foreign_rows()))
    assert "prompts made 41" in told("import_prompts", str(file), "--campaign", "Sums")
    assert "already there 41" in told("import_prompts", str(file), "--campaign", "Sums")

    # an expert ranks and writes
    _, ranking = ranked(expert, campaign)
    demonstration = written(expert, campaign)

    # both leave as datasets that a stranger can load
    told("export_sft", "--campaign", "Sums", "--out", str(tmp_path / "sft"))
    said = told("export_preferences", "--campaign", "Sums", "--format", "ranked")
    told("export_preferences", "--campaign", "Sums", "--out", str(tmp_path / "pairs"))
    sft = rows_of(tmp_path / "sft", tmp_path)
    pairs = rows_of(tmp_path / "pairs", tmp_path)
    assert str(demonstration.uuid) in {row["demonstration_id"] for row in sft}
    assert [row["ranking_id"] for row in pairs].count(str(ranking.uuid)) == 2  # a > c, b > c
    assert len(pairs) == 40 * 5 + 2

    # a reward model learns them and is measured on prompts it never saw
    snapshot = UUID(said.split()[1])
    assert "accuracy" in told("train_reward_model", str(snapshot), "--max-steps", "2")
    card = Evaluation.objects.get()
    held_out = Ranking.objects.exclude(prompt__side="train")
    assert card.run.result["prompts"] == held_out.values("prompt").distinct().count()

    # the weekly cycle goes round
    told("create_track", "Sums", "--campaign", "Sums")
    Track.objects.update(knobs=KNOBS)
    told("run_cycle")
    cycle = Cycle.objects.get()
    policy = Policy.objects.get(number=1)
    assert (cycle.stage, cycle.policy) == (Stage.DONE, policy)
    assert cycle.outcome == (Outcome.HELD if cycle.reasons else Outcome.PROMOTED)
    assert policy.state == (PolicyState.HELD if cycle.reasons else PolicyState.PROMOTED)

    # and the prompt that nobody had answered can be ranked now
    answers = Candidate.objects.filter(prompt__external_id="q-open")
    task = Task.objects.get(kind=Kind.RANK, prompt__external_id="q-open")
    assert sorted(task.offered) == sorted(str(answer.uuid) for answer in answers)


def rows_of(folder: Path, tmp_path: Path) -> list[dict[str, object]]:
    """The rows of every side, as ``datasets`` loads them."""
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    return [row for side in loaded.values() for row in side]
