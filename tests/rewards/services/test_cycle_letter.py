"""What leads are told weekly of cycles, from the very acts of a cycle."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Role
from annotate.models import Campaign
from commons.letters import Line, Part, parts_of_letters
from commons.models import User
from rewards.enums import Act, Stage
from rewards.models import Cycle, Track
from rewards.runner import EngineCrashed
from rewards.services.cycle import open_cycle
from rewards.services.cycle_letter import cycles_between
from rewards.services.policy import decide
from rewards.tasks import advance_open_cycles
from tests.factories import make_member
from tests.rewards.services.conftest import FakeEngine

HOUR = timedelta(hours=1)
EVEN = {"value": 0.5, "low": 0.44, "high": 0.56}


@pytest.fixture
def lead(campaign: Campaign) -> User:
    return make_member(campaign, name="lead", role=Role.LEAD)


def lately(person: User) -> Part:
    now = timezone.now()
    return cycles_between(person, now - HOUR, now + HOUR)


def gone_round(track: Track) -> Cycle:
    cycle = open_cycle(track=track)
    advance_open_cycles()
    cycle.refresh_from_db()
    return cycle


def page_of(track: Track) -> str:
    return reverse("rewards:one_cycle", args=[track.uuid, 1])


def test_a_promoted_policy_is_told_with_its_page(track: Track, lead: User) -> None:
    gone_round(track)

    assert lately(lead) == Part(
        "Cycles", [Line("“Main”: cycle 1 promoted its policy.", page_of(track))]
    )


def test_letters_have_it_by_the_setting(track: Track, lead: User) -> None:
    gone_round(track)
    now = timezone.now()

    assert parts_of_letters(lead, now - HOUR, now + HOUR) == [lately(lead)]


def test_a_held_policy_is_told_with_every_reason(
    track: Track, lead: User, engine: FakeEngine
) -> None:
    engine.results["evaluate_policy"]["win_rate"] = EVEN
    cycle = gone_round(track)

    [line] = lately(lead).lines
    with override("de"):
        [german] = lately(lead).lines

    assert len(cycle.reasons) >= 1
    assert line.says == f"“Main”: cycle 1 held its policy: {'; '.join(cycle.reasons)}."
    assert german.says != line.says


def test_a_held_policy_that_a_person_promoted_since_is_told_so(
    track: Track, lead: User, engine: FakeEngine
) -> None:
    engine.results["evaluate_policy"]["win_rate"] = EVEN
    cycle = gone_round(track)
    assert cycle.policy is not None
    decide(policy=cycle.policy, act=Act.PROMOTE, by=lead)

    [line] = lately(lead).lines

    assert line.says.endswith(". It was put in service by a person afterwards.")


def test_a_policy_that_waits_for_a_person_is_told_so(track: Track, lead: User) -> None:
    Track.objects.update(person_promotes=True)
    gone_round(track)

    [line] = lately(lead).lines

    said = "“Main”: the policy of cycle 1 passed the gate and waits for a person."
    assert line.says == said


def test_a_week_of_too_few_judgements_is_held_with_what_is_missing(
    track: Track, lead: User
) -> None:
    Track.objects.update(quorum=1000)
    gone_round(track)

    [line] = lately(lead).lines

    assert line.says == (
        "“Main”: cycle 1 held its policy: only 6 new judgements since the last cycle that trained; "
        "the track asks for 1000. Collect more, or lower the quorum in the track's settings."
    )


def test_a_failed_cycle_is_told_with_the_step_and_why(
    track: Track, lead: User, engine: FakeEngine
) -> None:
    def crash(module: str) -> None:
        if module == "train_policy":
            raise EngineCrashed("the engine ran out of memory.")

    engine.before = crash
    gone_round(track)

    assert [line.says for line in lately(lead).lines] == [
        "“Main”: cycle 1 has failed: Improve the policy: the engine ran out of memory."
    ]


def test_what_was_held_before_it_failed_is_told_both(
    track: Track, lead: User, engine: FakeEngine
) -> None:
    """The reasons of the failure stand in place of those of the gate, which its decision keeps."""

    def crash(module: str) -> None:
        if module == "generate":
            raise EngineCrashed("the disk is full")

    engine.results["evaluate_policy"]["win_rate"] = EVEN
    engine.before = crash
    cycle = gone_round(track)
    assert cycle.stage == Stage.FAILED
    assert cycle.policy is not None
    [decision] = cycle.policy.decisions.all()

    held, failed = lately(lead).lines

    assert held.says == f"“Main”: cycle 1 held its policy: {'; '.join(decision.reasons)}."
    assert failed.says == "“Main”: cycle 1 has failed: Write next candidates: the disk is full."


def test_another_week_is_another_letter_s(track: Track, lead: User) -> None:
    gone_round(track)
    now = timezone.now()

    def told(since: datetime, until: datetime) -> int:
        return len(cycles_between(lead, since, until).lines)

    assert [told(now - 9 * HOUR, now - HOUR), told(now + HOUR, now + 9 * HOUR)] == [0, 0]


def test_nobody_hears_of_tracks_that_they_do_not_lead(track: Track, campaign: Campaign) -> None:
    gone_round(track)

    assert lately(make_member(campaign, name="annotator")).lines == []


@pytest.mark.parametrize("cycles", [1, 3])
def test_several_cycles_cost_no_more_queries(
    track: Track,
    lead: User,
    engine: FakeEngine,
    cycles: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    engine.results["evaluate_policy"]["win_rate"] = EVEN
    for _ in range(cycles):
        gone_round(track)
        Cycle.objects.filter(closed_at__isnull=True).update(closed_at=timezone.now())

    with django_assert_num_queries(8):
        assert len(lately(lead).lines) == cycles
