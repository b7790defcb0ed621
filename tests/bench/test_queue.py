"""What ``python -m bench.queue`` says about exactness, and that it runs from end to end."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from annotate.models import Tally, Task
from bench.queue.facts import judged_twice, read_turns, tally_drift
from bench.queue.report import MUST_BE_ZERO, is_exact
from bench.queue.statements import HEALTH, TOKEN, TRANSACTION, WORK, kind_of
from bench.queue.texts import items
from bench.queue.verdict import (
    Acknowledged,
    Kept,
    Turn,
    Verdict,
    judged,
    kept,
    most_at_once,
    percentiles,
)
from bench.queue.wiretap import statements_in
from tests.factories import make_campaign, make_member, make_ranking

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

OPEN = Turn(
    uuid="turn-1",
    task=7,
    person=1,
    state="open",
    taken_at=NOON,
    closed_at=None,
    expires_at=NOON + 60 * MINUTE,
)
DONE = replace(
    OPEN,
    state="submitted",
    closed_at=NOON + MINUTE,
    ranking="ranking-1",
    counts_as="work",
    tiers=[["b"], ["a"]],
)
RELEASED = replace(OPEN, state="released", closed_at=NOON + MINUTE)
SURPLUS = replace(DONE, counts_as="surplus")


def by(person, turn, **changes):
    return replace(turn, person=person, uuid=f"turn-{person}", **changes)


def test_more_counted_judgements_than_wanted_are_excess_and_surplus_is_told_apart():
    turns = [by(1, DONE), by(2, DONE), by(3, DONE), by(4, SURPLUS)]

    found = judged(turns, wanted={7: 1}, free={7: 0})

    assert (found.excess, found.excess_judgements, found.surplus) == (1, 2, 1)


def test_exact_work_is_found_exact():
    expired = by(4, SURPLUS, taken_at=NOON - 60 * MINUTE, expires_at=NOON)

    found = judged([by(1, DONE), by(2, OPEN), by(3, RELEASED), expired], wanted={7: 3}, free={7: 1})

    assert found == Verdict(
        excess=0,
        excess_judgements=0,
        surplus=1,
        over_wanted=set(),
        same_person_twice=0,
        free_drift=0,
    )


def test_a_task_leased_twice_at_once_is_over_wanted_even_if_one_lease_was_given_back():
    turns = [by(1, RELEASED), by(2, DONE, taken_at=NOON + MINUTE / 2)]

    found = judged(turns, wanted={7: 1}, free={7: 0})

    assert (found.excess, found.over_wanted) == (0, {7})


def test_a_lease_that_ends_makes_room_for_one_that_begins_at_the_same_moment():
    assert most_at_once([by(1, RELEASED), by(2, OPEN, taken_at=NOON + MINUTE)]) == 1


def test_a_late_judgement_used_nothing_up_between_its_lease_and_its_arrival():
    late = by(1, DONE, expires_at=NOON + MINUTE, closed_at=NOON + 3 * MINUTE)
    between = by(2, RELEASED, taken_at=NOON + MINUTE, closed_at=NOON + 2 * MINUTE)

    assert most_at_once([late, between]) == 1


def test_a_person_with_two_turns_at_one_task_is_counted():
    turns = [by(1, DONE), replace(by(1, RELEASED), uuid="turn-9")]

    assert judged(turns, wanted={7: 2}, free={7: 1}).same_person_twice == 1


def test_a_turn_that_is_neither_free_nor_held_is_drift():
    assert judged([DONE], wanted={7: 2}, free={7: 0}).free_drift == 1


SAID = Acknowledged("ranking-1", "turn-1", "work", ["b", "a"])


@pytest.mark.parametrize(
    ("said", "exported", "expected"),
    [
        (SAID, {"ranking-1"}, Kept(lost=0, altered=0)),
        (SAID, set(), Kept(lost=1, altered=0)),
        (replace(SAID, ranking="ranking-2"), {"ranking-1", "ranking-2"}, Kept(lost=1, altered=0)),
        (replace(SAID, turn="turn-2"), {"ranking-1"}, Kept(lost=1, altered=0)),
        (replace(SAID, placed=["a", "b"]), {"ranking-1"}, Kept(lost=0, altered=1)),
    ],
)
def test_what_was_acknowledged_must_be_in_the_dataset_as_it_was_sent(said, exported, expected):
    assert kept([said], turns=[DONE], exported=exported) == expected


def test_two_submissions_cannot_be_kept_as_one_row():
    assert kept([SAID, SAID], turns=[DONE], exported={"ranking-1"}) == Kept(lost=1, altered=0)


def test_an_acknowledged_surplus_judgement_must_be_kept_but_not_exported():
    said = replace(SAID, counts_as="surplus")

    assert kept([said], turns=[SURPLUS], exported=set()) == Kept(lost=0, altered=0)
    assert kept([said], turns=[], exported=set()) == Kept(lost=1, altered=0)


@pytest.mark.parametrize("name", MUST_BE_ZERO)
def test_one_figure_above_zero_is_not_exact(name):
    figures = dict.fromkeys(MUST_BE_ZERO, 0)

    assert is_exact(figures)
    assert not is_exact(figures | {name: 1})


def test_percentiles_are_values_that_were_measured():
    # nearest rank of 1..200 ms: the 100th, the 190th and the 198th
    assert percentiles([ms / 1000 for ms in range(200, 0, -1)]) == {
        "p50": 100.0,
        "p95": 190.0,
        "p99": 198.0,
        "n": 200,
    }
    assert percentiles([]) is None


def test_texts_have_the_sizes_that_were_promised_and_are_the_same_for_the_same_seed():
    (item,) = items(seed=3, first=8, last=9)

    (question,) = json.loads(item.messages)
    answers = [json.loads(each.messages)[0]["content"] for each in item.answers]

    assert len(question["content"].split()) == 60
    assert [len(each.split()) for each in answers] == [120, 120, 120, 120]
    assert len(set(answers)) == 4
    assert list(items(seed=3, first=8, last=9)) == [item]


TRACE = """\
F\t10\tQuery\t "BEGIN"
B\t10\tCommandComplete\t "BEGIN"
B\t5\tReadyForQuery\t T
F\t33\tParse\t "_pg3_0" "select
 $1::int" 1 21
F\t4\tSync
B\t5\tReadyForQuery\t T
F\t28\tBind\t "" "_pg3_0" 1 1 1 2 '\\x00\\x05' 1 0
F\t6\tDescribe\t P ""
F\t9\tExecute\t "" 0
F\t4\tSync
B\t11\tDataRow\t 1 1 '5'
B\t13\tCommandComplete\t "SELECT 1"
B\t5\tReadyForQuery\t T
F\t28\tQuery\t "UPDATE a SET b = '"'; SELECT 2"
B\t13\tCommandComplete\t "UPDATE 1"
B\t13\tCommandComplete\t "SELECT 1"
B\t5\tReadyForQuery\t T
"""
AGAIN = """\
F\t28\tBind\t "" "_pg3_0" 1 1 1 2 '\\x00\\x06' 1 0
F\t9\tExecute\t "" 0
B\t13\tCommandComplete\t "SELECT 1"
B\t5\tReadyForQuery\t I
"""


def test_every_statement_of_a_trace_is_heard_prepared_and_joined_ones_too():
    prepared = {}

    assert list(statements_in(TRACE, prepared)) == [
        "BEGIN",
        "select\n $1::int",
        "UPDATE 1 of UPDATE a SET b = '\"'; SELECT 2",
        "SELECT 1 of UPDATE a SET b = '\"'; SELECT 2",
    ]
    assert list(statements_in(AGAIN, prepared)) == ["select\n $1::int"]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("BEGIN IMMEDIATE", TRANSACTION),
        ('RELEASE SAVEPOINT "s1"', TRANSACTION),
        ("SELECT 1", HEALTH),
        ("SELECT a\nFROM commons_apitoken token", TOKEN),
        ("SELECT 1 FROM annotate_task", WORK),
    ],
)
def test_statements_are_told_apart(statement, kind):
    assert kind_of(statement) == kind


@pytest.mark.django_db
def test_the_rows_are_read_as_they_are_and_their_counters_held_against_them():
    campaign = make_campaign()
    ranking = make_ranking(campaign, make_member(campaign))
    task = ranking.assignment.task

    (turn,) = read_turns()

    assert (turn.task, turn.ranking, turn.tiers, turn.counts) == (
        task.pk,
        str(ranking.uuid),
        ranking.tiers,
        True,
    )
    assert (judged_twice(), tally_drift()) == (0, {})

    Tally.objects.update(rankings=3, ties=1)
    Task.objects.filter(pk=task.pk).update(free=1)

    assert tally_drift() == {"rankings": 2, "ties": 1}
    assert judged([turn], wanted={task.pk: 1}, free={task.pk: 1}).free_drift == 1


def test_two_people_work_for_a_second_and_everything_they_did_is_found(tmp_path, migrated):
    asked = ["--annotators", "2", "--overlap", "2", "--tasks", "300", "--seconds", "1"]
    file = tmp_path / "measured.sqlite3"
    migrated.give(file)
    url = f"sqlite:///{file}"

    ran = subprocess.run(
        [sys.executable, "-m", "bench.queue", "--database-url", url, "--warm-up", "0.5", *asked],
        cwd=settings.BASE_DIR,
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )

    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert {name: told[name] for name in MUST_BE_ZERO} == dict.fromkeys(MUST_BE_ZERO, 0)
    assert told["acknowledged"] == told["stored"] == told["exported"] > told["submissions"] > 0
    assert told["sql_per_take"] > 0
    assert told["cpu_ms_per_cycle"] > 0
