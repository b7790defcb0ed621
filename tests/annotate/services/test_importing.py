"""What is imported is there once, and apart from our experts' work."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, replace
from inspect import GEN_CLOSED, getgeneratorstate
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import uuid5

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from annotate.enums import CountsAs, Kind, Origin, RaterKind
from annotate.export.splits import side_of
from annotate.importing.records import (
    ImportedCandidate,
    ImportedDemonstration,
    ImportedPrompt,
    ImportedRanking,
    Record,
    Refusal,
)
from annotate.management.commands import import_prompts
from annotate.models import (
    Batch,
    Campaign,
    CampaignPrompt,
    Candidate,
    Demonstration,
    Lane,
    Prompt,
    Ranking,
    Tally,
    Task,
)
from annotate.services import importing
from annotate.services.candidate import add_candidate
from annotate.services.importing import ImportReport, import_records
from annotate.services.intake import arriving
from annotate.services.intake.dialects import dialect
from annotate.services.intake.judging import SPACE
from annotate.services.prompt import add_prompt
from annotate.services.rater import imported_rater
from commons.models import AuditEvent
from tests.factories import make_campaign, make_user

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


NASTY = [
    "back\\slash, \\n, \\N, \\., \\t and \\u0041",
    "\\.",
    "\\N",
    "tab\there, line\nfeed, carriage\rreturn, form\x0cfeed",
    '"quoted" \'and\' {json: [1, \\"2\\"]}',
    "🜁 👩‍🚀 日本語 עברית\u200f \u2028 \u2029 \ufeff \uffff \u0085 \x7e",
    "%s %(name)s ? ?? $1 :name {0}",
    "trailing backslash \\",
    "\ttab first",
]


def asked(text: str, **said: Any) -> ImportedPrompt:
    """A prompt that says this, and nothing else."""
    bare = replace(ROW, candidates=(), demonstrations=(), rankings=(), skill="", source="")
    return replace(bare, messages=({"role": "user", "content": text},), **said)


def answered(text: str, *answers: str, **said: Any) -> ImportedPrompt:
    candidates = tuple(
        ImportedCandidate(str(i), ({"role": "assistant", "content": each},), "model-a", {"n": i})
        for i, each in enumerate(answers)
    )
    return asked(text, candidates=candidates, **said)


@pytest.mark.django_db
def test_what_is_kept_is_what_was_said_to_the_letter() -> None:
    campaign = make_campaign()
    labels = ["a\tb", "\\N", "\\", "c\nd", "%s", "é", "\\.", "\r", "'"]
    rows = [
        answered(text, text + "!", skill=label, source=label, key=label, clearance=label)
        for text, label in zip(NASTY, labels, strict=True)
    ]

    report = import_records(campaign=campaign, records=rows)

    assert (report.made, report.candidates, report.refused) == (len(NASTY), len(NASTY), [])
    kept = Prompt.objects.order_by("pk").values_list(
        "messages", "skill", "source", "external_id", "clearance", "candidates__messages"
    )
    assert list(kept) == [
        (
            [{"role": "user", "content": text}],
            *[label] * 4,
            [{"role": "assistant", "content": text + "!"}],
        )
        for text, label in zip(NASTY, labels, strict=True)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("known", [False, True])
def test_answers_are_kept_to_the_letter_whether_or_not_their_prompt_is_known(known: bool) -> None:
    campaign = make_campaign()
    answers = tuple(
        ImportedCandidate(str(n), ({"role": "assistant", "content": text},), text, {text: text})
        for n, text in enumerate(NASTY)
    )
    if known:
        import_records(campaign=campaign, records=[asked("Why?")])

    report = import_records(campaign=campaign, records=[asked("Why?", candidates=answers)])

    assert (report.made, report.candidates) == (0 if known else 1, len(NASTY))
    kept = Candidate.objects.values_list("messages", "source", "sampling")
    assert sorted(kept, key=str) == sorted(
        (([{"role": "assistant", "content": text}], text, {text: text}) for text in NASTY), key=str
    )


@pytest.mark.django_db
def test_the_two_ways_in_know_one_another():
    """A prompt or an answer that came alone is found by an import, and the other way about."""
    campaign = make_campaign()
    first, second = answered(NASTY[0], "One.", "Two."), answered(NASTY[5], "Three.")
    prompt, _ = add_prompt(campaign=campaign, messages=list(first.messages))
    add_candidate(prompt=prompt, messages=list(first.candidates[0].messages), source="x")

    report = import_records(campaign=campaign, records=[first, second])

    assert (report.made, report.already_there, report.candidates) == (1, 1, 2)
    imported = Prompt.objects.get(candidates__messages__0__content="Three.")
    assert add_prompt(campaign=campaign, messages=list(second.messages)) == (imported, False)
    _, new = add_candidate(
        prompt=imported, messages=list(second.candidates[0].messages), source="x"
    )
    assert not new
    assert (imported.side, imported.tools) == (side_of(imported.digest), [])


@pytest.mark.django_db
def test_labels_and_priority_decide_the_lane() -> None:
    campaign = make_campaign()
    row = asked("Dose?", skill="medicine", language="de", clearance="ward", priority=2, key="q-1")

    import_records(campaign=campaign, records=[row])

    assert CampaignPrompt.objects.get().priority == 2
    lane = Lane.objects.get()
    assert (lane.skill, lane.language, lane.clearance, lane.band) == ("medicine", "de", "ward", 2)


@pytest.mark.django_db
def test_an_import_is_a_batch_with_a_report() -> None:
    campaign, lead = make_campaign(), make_user()
    import_records(campaign=campaign, records=[asked("Old?")])
    refusal = Refusal(line=2, reason="messages: give at least one.")

    report = import_records(
        campaign=campaign,
        records=[asked("Old?"), refusal, asked("New?", line=3)],
        name="rows.jsonl",
        by=lead,
    )

    batch = Batch.objects.latest("pk")
    assert (batch.campaign, batch.name, batch.created_by) == (campaign, "rows.jsonl", lead)
    assert batch.report == asdict(report)
    assert [place.prompt.question for place in batch.intake.all()] == ["New?"]
    event = AuditEvent.objects.get(subject=f"batch:{batch.uuid}")
    assert (event.actor, event.verb) == (lead, "batch.imported")
    assert event.detail == {"made": 1, "candidates": 0, "refused": 1}


@pytest.mark.django_db
def test_chunks_change_nothing_but_the_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "ROWS", 3)
    campaign = make_campaign()
    rows = [answered(f"{n % 7}?", f"{n}.", line=n) for n in range(1, 12)]
    seen: list[int] = []

    report = import_records(
        campaign=campaign,
        records=[*rows, Refusal(12, "no")],
        on_progress=lambda so_far: seen.append(so_far.read),
    )

    assert seen == [3, 6, 9, 12, 12]
    assert (report.read, report.made, report.already_there) == (12, 7, 4)
    assert (report.candidates, report.turned_away) == (11, 1)
    assert [each.question for each in Prompt.objects.order_by("pk")] == [
        f"{n}?" for n in (1, 2, 3, 4, 5, 6, 0)
    ]


LONG = "x" * 6000
SHOWN = ImportedDemonstration(({"role": "assistant", "content": "So."},), "ada")
ORDER = ImportedRanking("ada", (("0",), ("1",)))


@pytest.mark.parametrize(
    "row",
    [
        answered("?", LONG),
        asked(LONG[:3000]),
        asked("?", candidates=(ImportedCandidate("0", SHOWN.messages, "m", {"said": LONG}),)),
        answered("?", *map(str, range(9))),
        asked("?", demonstrations=(replace(SHOWN, messages=({"role": "", "content": LONG},)),)),
        asked("?", demonstrations=(SHOWN,) * 11),
        answered("?", "0.", "1.", rankings=(ORDER,) * 3),
        answered("?", "0.", "1.", rankings=(replace(ORDER, tiers=(("0", "1"),)),) * 3),
        answered("?", "0.", "1.", rankings=(replace(ORDER, tiers=(), unrankable=("0", "1")),) * 3),
        answered("?", "x" * 2500, rankings=(ORDER,)),
    ],
)
def test_a_chunk_of_long_rows_is_a_short_one(
    row: ImportedPrompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes from 5,000 to 10,000 characters, by all that it says and all that is made of it.

    An answer and a place in a ranking count 500 beside their words, as does a demonstration; what
    is judged is held twice, and what is asked too.
    """
    monkeypatch.setattr(arriving, "CHARACTERS", 10_000)

    chunks = list(arriving.chunks_of([replace(row, line=n) for n in range(5)], dialect()))

    assert [len(chunk.arrivals) for chunk in chunks] == [2, 2, 1]


@pytest.mark.django_db
def test_one_row_may_hold_several_prompts() -> None:
    report = import_records(campaign=make_campaign(), records=[asked("1?"), asked("2?")])

    assert (report.read, report.made) == (1, 2)


@pytest.mark.django_db
def test_what_asks_the_same_is_one_prompt_with_the_answers_of_both() -> None:
    campaign = make_campaign()
    rows = [
        answered("Same?", "One.", "Two.", skill="first", key="a"),
        answered("Same?", "Two.", "Three.", skill="second", key="b", line=2),
    ]

    report = import_records(campaign=campaign, records=rows)

    assert (report.made, report.already_there, report.candidates) == (1, 1, 3)
    prompt = Prompt.objects.get()
    assert (prompt.skill, prompt.external_id) == ("first", "a")
    assert [each.text for each in prompt.candidates.order_by("pk")] == ["One.", "Two.", "Three."]


@pytest.mark.django_db(transaction=True)
def test_of_what_asks_the_same_in_two_chunks_the_first_ones_labels_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first chunk waits for a prompt that another import brings; the second waits for it."""
    monkeypatch.setattr(arriving, "ROWS", 2)
    campaign = make_campaign()
    held, twice = sorted(("Held?", "Twice?"), key=digest_of_text)  # as a chunk inserts them
    rows = [
        asked(held),
        answered(twice, "One.", "Two.", clearance="ward", priority=2, key="a", line=2),
        answered(twice, "Three.", "Two.", key="b", line=3),
    ]

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            import_records(campaign=campaign, records=rows[:1])
            importing = pool.submit(import_here, campaign, rows)
            wait_for_none_of([importing])
        report = importing.result()

    place = CampaignPrompt.objects.select_related("prompt").get(priority=2)
    assert (report.made, report.already_there, report.candidates) == (1, 2, 3)
    assert (place.prompt.external_id, place.prompt.clearance) == ("a", "ward")
    answers = place.prompt.candidates.order_by("pk")
    assert [each.text for each in answers] == ["One.", "Two.", "Three."]


@pytest.mark.django_db
def test_an_imported_judgement_has_the_key_that_it_always_had() -> None:
    """Installations hold rows under these keys: another key would import them a second time."""
    campaign = make_campaign()

    import_records(campaign=campaign, records=[ROW])

    prompt, ranking, shown = (
        Prompt.objects.get(),
        Ranking.objects.get(),
        Demonstration.objects.get(),
    )
    said = [
        ("oasst", ranking.tiers),
        ("editors", [{"role": "assistant", "content": "Rayleigh scattering."}]),
    ]
    keys = [
        uuid5(SPACE, f"{campaign.uuid} {prompt.uuid} {orjson.dumps(one).decode()}") for one in said
    ]
    assert [ranking.key, shown.key] == keys
    assert [ranking.uuid, ranking.root, shown.uuid, shown.root] == [*keys[:1] * 2, *keys[1:] * 2]
    assert (ranking.strengths, ranking.unrankable, ranking.revision, ranking.current) == (
        [],
        [],
        1,
        True,
    )
    assert shown.messages == said[1][1]


@pytest.mark.django_db
def test_a_demonstration_is_kept_without_a_ranking_and_a_ranking_without_it() -> None:
    rows = [replace(ROW, rankings=()), replace(ROW, demonstrations=(), line=2)]
    campaign = make_campaign()

    first, second = (import_records(campaign=campaign, records=[row]) for row in rows)

    assert (first.demonstrations, first.rankings) == (1, 0)
    assert (second.demonstrations, second.rankings) == (0, 1)
    assert (Demonstration.objects.count(), Ranking.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_rankings_of_many_prompts_are_tallied_exactly() -> None:
    campaign = make_campaign()
    order = ImportedRanking(rater="oasst", tiers=(("0",), ("1",)))
    rows = [answered(f"{n}?", "One.", "Two.", rankings=(order, order)) for n in range(40)]

    first = import_records(campaign=campaign, records=rows)
    again = import_records(campaign=campaign, records=rows)

    assert (first.rankings, again.rankings) == (40, 0)
    assert sum(Tally.objects.values_list("imported", flat=True)) == 40
    assert Tally.objects.count() == Tally.SLOTS


@pytest.mark.django_db
def test_a_killed_import_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "ROWS", 2)
    campaign = make_campaign()
    rows = [answered(f"{n}?", "One.", line=n) for n in range(1, 8)]

    def until_killed() -> Iterator[ImportedPrompt]:
        yield from rows[:5]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_records(campaign=campaign, records=until_killed())
    kept, killed = Prompt.objects.count(), Batch.objects.get()
    report = import_records(campaign=campaign, records=rows)

    assert kept == 4  # two whole chunks
    assert killed.report == {}
    assert (report.made, report.already_there, report.candidates) == (3, 4, 3)
    assert Task.objects.filter(kind=Kind.DEMONSTRATE).count() == 7


@pytest.mark.django_db(transaction=True)
def test_four_imports_of_the_same_rows_at_once_make_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In different orders: each waits for the others, and no two for one another."""
    monkeypatch.setattr(arriving, "ROWS", 20)
    campaign = make_campaign()
    order = ImportedRanking(rater="oasst", tiers=(("0",), ("1",)))
    rows = [
        answered(f"{n}?", "One.", "Two.", "Three.", "Four.", rankings=(order,), line=n + 1)
        for n in range(60)
    ]

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda each: import_here(campaign, each), four_orders_of(rows)))

    assert sum(report.made for report in reports) == 60
    assert sum(report.candidates for report in reports) == Candidate.objects.count() == 240
    assert sum(report.rankings for report in reports) == Ranking.objects.count() == 60
    assert sum(report.tasks for report in reports) == Task.objects.count() == 120
    assert sum(Tally.objects.values_list("imported", flat=True)) == 60


@pytest.mark.django_db(transaction=True)
def test_rankings_of_known_prompts_that_come_twice_at_once_are_kept_once() -> None:
    """Both look for what is there while a third import, which fails, has the first ranking."""
    campaign = make_campaign()
    order = ImportedRanking(rater="oasst", tiers=(("0",), ("1",)))
    bare = [answered(f"{n}?", "One.", "Two.", line=n + 1) for n in range(10)]
    import_records(campaign=campaign, records=bare)
    imported_rater(name="oasst")  # who is new would be waited for
    rows = [replace(row, rankings=(order,)) for row in bare]

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            import_records(campaign=campaign, records=rows[:1])
            importing = [pool.submit(import_here, campaign, rows) for _ in range(2)]
            wait_for_none_of(importing)
            transaction.set_rollback(True)
        reports = [each.result() for each in importing]

    assert sum(report.rankings for report in reports) == Ranking.objects.count() == 10
    assert sum(Tally.objects.values_list("imported", flat=True)) == 10


@pytest.mark.django_db(transaction=True)
def test_new_prompts_come_from_both_ends_at_once() -> None:
    """Both wait for the prompt in the middle, which a third import brings; then for no other."""
    rows = [asked(f"{n}?", line=n + 1) for n in range(60)]
    campaign = make_campaign()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            third = import_records(campaign=campaign, records=rows[30:31])
            importing = [pool.submit(import_here, campaign, each) for each in (rows, rows[::-1])]
            wait_for_none_of(importing)
        reports = [third, *(each.result() for each in importing)]

    assert sum(report.made for report in reports) == Prompt.objects.count() == 60


@pytest.mark.django_db(transaction=True)
def test_known_prompts_enter_a_campaign_from_both_ends_at_once() -> None:
    """Both wait for the prompt in the middle, which a third import brings; then for no other."""
    rows = [asked(f"{n}?", line=n + 1) for n in range(9)]
    import_records(campaign=make_campaign(), records=rows)
    other = make_campaign()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            import_records(campaign=other, records=rows[4:5])
            importing = [pool.submit(import_here, other, each) for each in (rows, rows[::-1])]
            wait_for_none_of(importing)
        reports = [each.result() for each in importing]

    assert sum(report.made for report in reports) == 8
    assert other.intake.count() == 9


def digest_of_text(text: str) -> str:
    return arriving.arrival_of(asked(text), dialect()).digest


def wait_for_none_of(running: list[Future[Any]]) -> None:
    """Each of them waits for the transaction of the caller."""
    for each in running:
        with pytest.raises(TimeoutError):
            each.result(timeout=0.5)


def four_orders_of(rows: list[Any]) -> list[list[Any]]:
    half = len(rows) // 2
    return [rows, rows[::-1], rows[half:] + rows[:half], rows[::2] + rows[1::2]]


def import_here(campaign: Campaign, rows: Sequence[Record]) -> ImportReport:
    try:
        return import_records(campaign=campaign, records=rows)
    finally:
        connections.close_all()


@pytest.mark.django_db
def test_a_report_names_a_thousand_refusals_and_counts_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "NAMED", 3)
    refusals = [Refusal(n, "no") for n in range(1, 6)]

    report = import_records(campaign=make_campaign(), records=refusals)

    assert (report.read, report.turned_away, report.refused) == (5, 5, refusals[:3])


@pytest.mark.django_db(transaction=True)
def test_the_refusals_named_are_the_first_of_the_file_and_not_of_the_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first chunk waits for a prompt that another import brings; the second one does not."""
    monkeypatch.setattr(importing, "NAMED", 3)
    monkeypatch.setattr(arriving, "ROWS", 3)
    campaign, rows = make_campaign(), [asked("Held?")]
    refusals = [Refusal(n, "no") for n in range(2, 7)]

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            import_records(campaign=campaign, records=rows)
            running = pool.submit(import_here, campaign, [*rows, *refusals])
            wait_for_none_of([running])
        report = running.result()

    assert (report.turned_away, report.refused) == (5, refusals[:3])


@pytest.mark.django_db(transaction=True)
def test_progress_is_told_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "ROWS", 1)
    both, alone = Barrier(2), []

    def tell(report: ImportReport) -> None:
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.5)  # breaks the barrier where nobody else comes
            return
        alone.append(report.read)

    rows = [asked(f"{n}?", line=n) for n in range(1, 5)]
    import_records(campaign=make_campaign(), records=rows, on_progress=tell)

    assert alone == [1, 2, 3, 4, 4]


@pytest.mark.django_db
def test_the_command_names_its_batch_after_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = make_campaign()
    file = tmp_path / "sky.jsonl"
    file.write_text('{"prompt": "Why?", "priority": 1}\n{"prompt": "How?", "priority": 0}\n')

    call_command("import_prompts", str(file), "--campaign", campaign.name)

    told = capsys.readouterr().out
    assert "prompts made 1" in told
    assert "line 2: priority is 0; use 1 (comes first) to 9 (comes last)." in told
    assert Batch.objects.get().name == "sky.jsonl"


@pytest.mark.django_db
def test_a_file_that_is_not_there_leaves_no_batch(tmp_path: Path) -> None:
    campaign = make_campaign()

    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_prompts", str(tmp_path / "none"), "--campaign", campaign.name)

    assert not Batch.objects.exists()


@pytest.mark.django_db
def test_the_file_is_closed_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, opened = make_campaign(), []
    file = tmp_path / "sky.jsonl"
    file.write_text('{"prompt": "Why?"}\n{"prompt": "How?"}\n')

    def broken(*, records: Any, **said: Any) -> None:
        opened.append(records)
        next(records)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(import_prompts, "import_records", broken)
    with pytest.raises(CommandError, match="cannot be read: Input/output error"):
        call_command("import_prompts", str(file), "--campaign", campaign.name)

    assert [getgeneratorstate(each) for each in opened] == [GEN_CLOSED]
