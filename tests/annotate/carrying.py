"""A campaign in which everything has happened, and an installation to which nothing has."""

import io
import json
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import orjson
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from annotate.enums import Kind, LanePurpose, MachineWay, SkipReason
from annotate.importing.formats import Format
from annotate.importing.reading import read_records
from annotate.models import Batch, Campaign, Review, Tally
from annotate.selectors.machine import items_for
from annotate.services.assignment import take_assignment
from annotate.services.batch import withdraw_batch
from annotate.services.campaign import Work
from annotate.services.cap import set_caps
from annotate.services.care import set_care
from annotate.services.conversation import go_on
from annotate.services.conversation_turn import Reply
from annotate.services.demonstration import DemonstrationAnswer, revise_demonstration
from annotate.services.draft import save_draft
from annotate.services.gold import set_gold_rules
from annotate.services.importing import import_records
from annotate.services.lease import reserve_turn
from annotate.services.machine import MachineSaid, add_machine, keep_verdict
from annotate.services.mix import want_mix
from annotate.services.qualification import make_test
from annotate.services.question import answer_question, ask_question
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.review import claim_review, decide_review
from annotate.services.reviewing import find_reviews
from annotate.services.tally import COUNTED
from annotate.services.turn import skip_assignment
from annotate.services.voiding import void_work
from commons.models import User
from tests.annotate.asking import ask
from tests.annotate.golden import gold_of
from tests.annotate.leading import make_batch
from tests.annotate.reviewing import accepting, make_review, make_reviewer, write_as
from tests.conversations import answer, judge, said
from tests.factories import (
    make_campaign,
    make_member,
    make_task,
    make_user,
    take_and_show,
)

WORKS = [
    Work(Kind.RANK, answers=4, wanted=2, reviewed_share=0.5),
    Work(Kind.DEMONSTRATE),
    Work(Kind.TALK, answers=2, turns=3),
]
FOREIGN = {
    "id": "q1",
    "prompt": "Comment ça va ?",
    "skill": "small talk",
    "candidates": [{"text": text, "source": "others"} for text in ("Bien.", "Mal.")],
    "rankings": [{"rater": "others", "tiers": [[0], [1]]}],
    "demonstrations": [{"text": "Ça va bien.", "rater": "others"}],
}


def make_everything(folder: Path, name: str = "Everything") -> Campaign:
    """Every table of a campaign has a row: what is there of each is made by the work itself."""
    lead = make_user("lead")
    campaign = make_campaign(works=WORKS, name=name, lead=lead)
    review_two(campaign)
    import_one(campaign, folder)
    revised = write_as(campaign, "First thought.")
    assert revised.assignment is not None
    revise_demonstration(
        assignment=revised.assignment,
        answer=DemonstrationAnswer("Second thought."),
        by=revised.assignment.person,
    )
    talk_twice(campaign)
    check_and_void(campaign, lead)
    want_mix(campaign=campaign, skills={"law": 0.5}, languages={"en": 1.0}, by=lead)
    judge_in_full(campaign)
    skip_and_ask(campaign)
    hold_turns(campaign)
    judge_by_machine(campaign, lead)
    withdraw_batch(batch=make_batch(campaign, name="withdrawn.jsonl"), by=lead)
    find_reviews()
    set_care(campaign=campaign, skills=["law"], words="Of crimes.", by=lead)
    return campaign


def judge_by_machine(campaign: Campaign, lead: User) -> None:
    judge = add_machine(campaign=campaign, name="Judge", way=MachineWay.PROGRAM, share=1.0, by=lead)
    for item in items_for(judge).items:
        keep_verdict(judge=judge, task=item.task, said=MachineSaid(orders=[[item.task.offered]]))


def check_and_void(campaign: Campaign, lead: User) -> None:
    """A test of one item, and a person whose one ranking counts for nothing."""
    set_gold_rules(campaign=campaign, by=lead, share=0.1)
    set_caps(campaign=campaign, per_day=1000, percent=None, by=lead)
    test = make_test(campaign=campaign, skill="law", by=lead)
    gold_of(campaign, purpose=LanePurpose.TEST, by=lead, qualification=test)
    careless = make_member(campaign, name="careless")
    make_task(campaign)
    turn = take_and_show(careless, campaign, kind=Kind.RANK)
    best, *others = turn.order
    order = RankingAnswer(tiers=[[best], others], strengths=[1])
    submit_ranking(assignment=turn, answer=order, by=careless, key=uuid4())
    void_work(
        campaign=campaign,
        person=careless,
        since=timezone.now() - timedelta(days=1),
        reason="At random.",
        by=lead,
    )


def review_two(campaign: Campaign) -> None:
    """One is decided, its other version turned down; the other one is claimed."""
    decided, claimed = make_review(campaign), make_review(campaign)
    reviewer = make_reviewer(campaign, "reviewer")
    claim_review(review=decided, by=reviewer)
    verdict = accepting(decided)
    [other] = set(verdict.seen) - {verdict.accepted}
    decide_review(
        review=decided,
        verdict=accepting(decided, rejected=[other], notes={other: "Read the question again."}),
        by=reviewer,
    )
    claim_review(review=Review.objects.get(pk=claimed.pk), by=reviewer)


def import_one(campaign: Campaign, folder: Path) -> Batch:
    file = folder / "foreign.jsonl"
    file.write_text(json.dumps(FOREIGN))
    with closing(read_records(file, Format.AUTO)) as records:
        import_records(campaign=campaign, records=records, name=file.name)
    return Batch.objects.get(campaign=campaign, name=file.name)


def talk_twice(campaign: Campaign) -> None:
    """The first turn is judged, the answers to the second one are being written."""
    person = make_member(campaign, name="talker")
    talk = said(campaign, person)
    answer(campaign)
    ranking = judge(talk.turns.get(number=1), person)
    go_on(
        conversation=talk,
        number=1,
        reply=Reply(ranking.tiers[0][0], "Two."),
        text="Why?",
        by=person,
    )


def judge_in_full(campaign: Campaign) -> None:
    """All that can be said of a ranking, and another opinion a moment later."""
    person = ask(campaign, reason="required")
    make_task(campaign)
    turn = take_and_show(person, campaign, kind=Kind.RANK)
    best, *others = turn.order
    order = RankingAnswer(
        tiers=[[best], others[:2]],
        unrankable=others[2:],
        strengths=[2],
        answers={best: {"ratings": {"helpful": 6}, "flags": {"harmful": True}}},
        reason="It says so.",
        ideal="The best of them, better.",
    )
    submit_ranking(assignment=turn, answer=order, by=person, key=uuid4())
    again = RankingAnswer(
        tiers=[[best], [others[0]], [others[1]]],
        unrankable=others[2:],
        strengths=[1, 3],
        answers={best: {"ratings": {"helpful": 7}}},
        reason="It says so, twice.",
        ideal="The best of them, better still.",
    )
    revise_ranking(assignment=turn, answer=again, by=person, key=uuid4())


def skip_and_ask(campaign: Campaign) -> None:
    lead = campaign.created_by
    assert lead is not None
    person = ask(campaign)
    make_task(campaign)
    turn = take_and_show(person, campaign, kind=Kind.RANK)
    question = ask_question(assignment=turn, text="Which one?", by=person, key=uuid4())
    answer_question(question=question, answer="The first.", by=lead, precedent="Which of them?")
    skip_assignment(assignment=turn, reason=SkipReason.UNCLEAR, by=person, note="as I asked")


def hold_turns(campaign: Campaign) -> None:
    """A lease with a draft, one loaded ahead and not seen, and a turn set aside for somebody."""
    lead = campaign.created_by
    assert lead is not None
    person = ask(campaign)
    task = make_task(campaign)
    lease = take_and_show(person, campaign, kind=Kind.RANK)
    save_draft(assignment=lease, body={"reason": "half a thought"}, version=0, by=person)
    make_task(campaign)
    take_assignment(by=person, campaign=campaign, kind=Kind.RANK, key=uuid4())
    reserve_turn(task=task, person=make_member(campaign, name="named"), by=lead)


def emptied() -> None:
    """The same installation as if nothing had ever come into it; its keys go on as they were."""
    kept = {MigrationRecorder.Migration._meta.db_table, "django_content_type", "auth_permission"}
    with connection.cursor() as cursor, connection.constraint_checks_disabled():
        for table in connection.introspection.table_names(cursor):
            if table not in kept and "promptwords_index" not in table:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def exported(campaign: Campaign, target: Path, *options: str) -> Path:
    call_command(
        *("export_campaign", campaign.name, "--out", str(target), *options),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
    )
    return target


def imported(source: Path, *options: str) -> dict[str, object]:
    """What the command says of it, as JSON."""
    out = io.StringIO()
    with suppress(SystemExit):  # 3, where not all could be kept
        call_command(
            *("import_campaign", str(source), "--json", *options), stdout=out, stderr=io.StringIO()
        )
    said: dict[str, object] = orjson.loads(out.getvalue())
    return said


def tallied() -> list[tuple[object, ...]]:
    """What all tallies say, by day."""
    sums: dict[object, list[int]] = {}
    for day, *counts in Tally.objects.values_list("day", *COUNTED):
        before = sums.setdefault(day, [0] * len(counts))
        sums[day] = [one + other for one, other in zip(before, counts, strict=True)]
    return sorted((day, *counts) for day, counts in sums.items())


def lines_of(folder: Path, table: str) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in (folder / f"{table}.jsonl").read_bytes().splitlines()]
