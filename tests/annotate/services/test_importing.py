"""What is imported is there once, and apart from our experts' work."""

import pytest

from annotate.enums import CountsAs, Kind, Origin, RaterKind
from annotate.importing.records import (
    ImportedCandidate,
    ImportedDemonstration,
    ImportedPrompt,
    ImportedRanking,
    Refusal,
)
from annotate.models import Candidate, Demonstration, Prompt, Ranking, Tally, Task
from annotate.services.importing import import_records
from tests.factories import make_campaign

ROW = ImportedPrompt(
    key="tree-1",
    messages=({"role": "user", "content": "Why is the sky blue?"},),
    skill="physics",
    language="en",
    source="oasst",
    candidates=tuple(
        ImportedCandidate(
            key=str(i),
            messages=({"role": "assistant", "content": f"Answer {i}."},),
            source="human",
            sampling={},
        )
        for i in range(4)
    ),
    demonstrations=(
        ImportedDemonstration(
            messages=({"role": "assistant", "content": "Rayleigh scattering."},), rater="editors"
        ),
    ),
    rankings=(ImportedRanking(rater="oasst", tiers=(("2",), ("0", "3"), ("1",))),),
    line=1,
)


@pytest.mark.django_db
def test_a_second_import_makes_nothing_twice() -> None:
    campaign = make_campaign()

    first = import_records(campaign=campaign, records=[ROW])
    second = import_records(campaign=campaign, records=[ROW])

    assert (first.read, first.made, first.already_there) == (1, 1, 0)
    assert (first.candidates, first.demonstrations, first.rankings, first.tasks) == (4, 1, 1, 2)
    assert (second.made, second.already_there) == (0, 1)
    assert (second.candidates, second.demonstrations, second.rankings, second.tasks) == (0, 0, 0, 0)
    counts = [model.objects.count() for model in (Prompt, Candidate, Ranking, Demonstration, Task)]
    assert counts == [1, 4, 1, 1, 2]


@pytest.mark.django_db
def test_imported_rankings_are_by_an_imported_rater_and_counted_apart() -> None:
    campaign = make_campaign()

    import_records(campaign=campaign, records=[ROW])

    ranking, tally = Ranking.objects.get(), Tally.objects.get()
    by_key = {candidate.text: str(candidate.uuid) for candidate in Candidate.objects.all()}
    assert ranking.tiers == [
        [by_key["Answer 2."]],
        [by_key["Answer 0."], by_key["Answer 3."]],
        [by_key["Answer 1."]],
    ]
    assert (ranking.rater.kind, ranking.rater.name) == (RaterKind.IMPORTED, "oasst")
    assert (ranking.origin, ranking.counts_as, ranking.assignment) == (
        Origin.IMPORTED,
        CountsAs.WORK,
        None,
    )
    assert (tally.imported, tally.rankings, tally.comparisons) == (1, 0, 0)


@pytest.mark.django_db
def test_a_refused_row_leaves_the_others_as_they_are() -> None:
    campaign = make_campaign()
    refusal = Refusal(line=2, reason="messages: give at least one.")

    report = import_records(campaign=campaign, records=[ROW, refusal])

    assert (report.read, report.made, report.refused) == (2, 1, [refusal])


@pytest.mark.django_db
def test_a_ranking_task_waits_until_there_are_enough_candidates() -> None:
    campaign = make_campaign()
    poor = ImportedPrompt(
        key="p",
        messages=ROW.messages,
        skill="",
        language="en",
        source="",
        candidates=ROW.candidates[:3],
        demonstrations=(),
        rankings=(),
        line=1,
    )

    import_records(campaign=campaign, records=[poor])
    assert list(Task.objects.values_list("kind", flat=True)) == [Kind.DEMONSTRATE]

    import_records(campaign=campaign, records=[ROW])
    task = Task.objects.get(kind=Kind.RANK)
    assert sorted(task.offered) == sorted(str(each.uuid) for each in Candidate.objects.all())
