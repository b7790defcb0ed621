"""Near-duplicates share the side of the first of them, for ever."""

import threading
from collections.abc import Iterable

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.enums import Kind, Pool, Side
from annotate.importing import laurel
from annotate.importing.records import ImportedPrompt
from annotate.models import Bridge, Campaign, Prompt, PromptBand, Task
from annotate.selectors.prompt import held_out_prompts, prompts_in
from annotate.services.campaign import Work
from annotate.services.importing import import_records
from annotate.services.intake.arriving import arrival_of
from annotate.services.intake.dialects import dialect
from annotate.services.intake.requests import take_in_prompts
from annotate.services.near.settling import settle
from annotate.services.prompt import add_prompt
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db

WORDS = 20


def text(name: str, *, changed: int | None = None, words: int = WORDS) -> str:
    """So many words of its own; with the word at ``changed`` exchanged it stays near: 17/21."""
    said = [f"{name}{number}" for number in range(words)]
    if changed is not None:
        said[changed] = "other"
    return " ".join(said)


def records(texts: Iterable[str]) -> list[ImportedPrompt]:
    return [laurel.prompt_in({"prompt": said}, n) for n, said in enumerate(texts, start=1)]


def bring(campaign: Campaign, *texts: str) -> list[Prompt]:
    """Import them and find them again, in the order in which they came."""
    import_records(campaign=campaign, records=records(texts))
    found = {prompt.question: prompt for prompt in Prompt.objects.all()}
    return [found[said] for said in texts]


def by_itself(said: str) -> str:
    """The side of a prompt that nothing is near to."""
    return arrival_of(records([said])[0], dialect()).side


def on(side: Side, campaign: Campaign) -> Prompt:
    """A prompt of a text of its own that this side falls to."""
    texts = (text(f"{side.value}{number}x") for number in range(1000))
    return add(campaign, next(said for said in texts if by_itself(said) == side))


def add(campaign: Campaign, said: str) -> Prompt:
    return add_prompt(campaign=campaign, messages=[{"role": "user", "content": said}])[0]


def near_to(prompt: Prompt, at: int) -> str:
    said = prompt.question.split()
    said[at] = "other"
    return " ".join(said)


def keys_kept_of(prompt: Prompt) -> list[int]:
    return list(PromptBand.objects.filter(prompt=prompt).values_list("key", flat=True))


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign(works=[Work(Kind.DEMONSTRATE)])


def test_a_near_duplicate_joins_the_first_and_its_side(campaign: Campaign):
    first = on(Side.TEST, campaign)
    far = on(Side.TRAIN, campaign)

    joined, same, other = bring(
        campaign, near_to(first, 9), f"“{first.question.upper()}”!", text("quite different")
    )

    assert (joined.side, joined.cluster) == (Side.TEST, first)
    assert (same.side, same.cluster) == (Side.TEST, first)
    assert (other.cluster, far.cluster) == (None, None)
    assert not Prompt.objects.filter(quarantined=True).exists()


def test_one_at_a_time_is_decided_as_by_the_thousand(campaign: Campaign):
    first = on(Side.VALIDATION, campaign)

    prompt = add(campaign, near_to(first, 3))

    assert (prompt.side, prompt.cluster_id, prompt.quarantined) == ("validation", first.pk, False)
    prompt.refresh_from_db()
    assert (prompt.side, prompt.cluster_id, prompt.quarantined) == ("validation", first.pk, False)


def test_who_is_near_to_a_member_joins_its_first(campaign: Campaign):
    """A chain: the third is not near to the first any more."""
    first = on(Side.TEST, campaign)
    second = near_to(first, 5)
    words = second.split()
    third = " ".join([*words[:12], "further", *words[13:]])

    found = bring(campaign, second, third)

    assert [(each.side, each.cluster) for each in found] == [(Side.TEST, first)] * 2


def two_sides(campaign: Campaign) -> tuple[Prompt, Prompt, str]:
    """Two prompts of two sides that share 26 of 30 words, and one that is near to both.

    Of the two 25 pairs are common, of 33; of the left one and that between 27 of 29; of the right
    one and that between 25 of 31.
    """
    for number in range(1000):
        common = [f"c{number}x{n}" for n in range(26)]
        one, other = (" ".join([*common, *(f"{tag}{n}" for n in range(4))]) for tag in "ab")
        if by_itself(one) != by_itself(other):
            return add(campaign, one), add(campaign, other), " ".join([*common, "a0", "a1"])
    raise AssertionError


def test_a_bridge_between_two_sides_is_quarantined_and_says_between_which(campaign: Campaign):
    left, right, between = two_sides(campaign)

    (bridge,) = bring(campaign, between)

    assert bridge.quarantined
    assert (bridge.side, bridge.cluster) == (left.side, left)
    found = Bridge.objects.get(prompt=bridge)
    assert (found.first, found.second) == (left, right)
    assert not Task.objects.filter(prompt=bridge).exists()
    assert bridge not in prompts_in([campaign.uuid])


def test_a_bridge_is_nobodys_neighbour(campaign: Campaign):
    """What comes is near to the bridge, 24 pairs of 30, and to neither end: 24 of 32 at most."""
    _, _, between = two_sides(campaign)
    (bridge,) = bring(campaign, between)

    (last,) = bring(campaign, " ".join([*between.split()[3:], "q0", "q1", "q2"]))

    assert bridge.quarantined
    assert (last.side, last.cluster, last.quarantined) == (by_itself(last.question), None, False)
    assert keys_are_shared(bridge, last)


def keys_are_shared(one: Prompt, other: Prompt) -> bool:
    keys = [set(keys_kept_of(each)) for each in (one, other)]
    return bool(keys[0] & keys[1])


def test_what_a_person_put_in_quarantine_still_holds_its_side(campaign: Campaign):
    aside = on(Side.TEST, campaign)
    Prompt.objects.filter(pk=aside.pk).update(quarantined=True)

    (found,) = bring(campaign, near_to(aside, 2))

    assert (found.side, found.cluster, found.quarantined) == (Side.TEST, aside, False)


def test_the_order_of_arrival_decides_within_a_chunk(campaign: Campaign):
    name = next(
        name
        for name in (f"n{number}x" for number in range(1000))
        if by_itself(text(name)) == Side.TEST and by_itself(text(name, changed=4)) == Side.TRAIN
    )

    first, second = bring(campaign, text(name, changed=4), text(name))

    assert (first.side, first.cluster) == (Side.TRAIN, None)
    assert (second.side, second.cluster) == (Side.TRAIN, first)


def test_a_later_turn_keeps_its_side_and_is_quarantined_near_another(campaign: Campaign):
    train, test = on(Side.TRAIN, campaign), on(Side.TEST, campaign)

    later, _ = add_prompt(
        campaign=campaign,
        messages=[{"role": "user", "content": near_to(test, 7)}],
        after=train,
    )

    assert (later.side, later.cluster, later.quarantined) == (Side.TRAIN, train, True)
    found = Bridge.objects.get(prompt=later)
    assert (found.first, found.second) == (test, None)


def test_who_joins_is_held_out_of_the_open_pool_as_the_first_is():
    campaign = make_campaign(works=[Work(Kind.DEMONSTRATE, held_out_share=0.5)])
    texts = [text(f"pool{number}x") for number in range(8)]

    bring(campaign, *texts, *(f"{said} please" for said in texts))

    pools = list(Task.objects.order_by("prompt").values_list("lane__pool", flat=True))
    assert pools[:8] == pools[8:]
    assert set(pools) == {Pool.HELD_OUT, Pool.OPEN}


def test_what_says_the_same_needs_no_keys(campaign: Campaign):
    first = on(Side.TRAIN, campaign)
    PromptBand.objects.exclude(prompt=first).delete()

    bring(campaign, first.question.upper(), "Why?", "why")

    keyed = Prompt.objects.filter(bands__isnull=False).distinct()
    counts = [len(keys_kept_of(each)) for each in keyed]
    assert sorted(counts) == [1, 9]


def test_three_weeks_of_near_duplicates_leave_what_is_held_out_alone(campaign: Campaign):
    """Each week brings new prompts, and near-duplicates of all that was held out before."""
    lead = make_user()
    for week in range(3):
        new = [text(f"w{week}x{n}y") for n in range(40)]
        again = [near_to(each, 4 * week + 2) for each in Prompt.objects.filter(side=Side.TEST)]
        rows = [{"prompt": said} for said in new + again]
        if week == 1:
            take_in_prompts(campaign=campaign, rows=rows, by=lead)
        else:
            import_records(campaign=campaign, records=records(new + again))
        for said in again:
            prompt = Prompt.objects.get(messages__0__content=said)
            assert prompt.side == Side.TEST or prompt.quarantined

    held_out = list(held_out_prompts([campaign.uuid]))
    firsts = {each.cluster_id or each.pk for each in held_out}
    train = prompts_in([campaign.uuid], side=Side.TRAIN)
    assert len(held_out) > len(firsts) > 0
    assert not train.filter(cluster__in=firsts).exists()


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, WORDS - 1), st.integers(0, 2)),
            min_size=1,
            max_size=5,
        ),
        min_size=2,
        max_size=4,
    )
)
def test_nothing_that_comes_later_moves_what_is_there(
    campaign: Campaign, weeks: list[list[tuple[int, int, int]]]
):
    with transaction.atomic():
        stood: dict[int, list[str | int | None]] = {}
        for week in weeks:
            texts = []
            for name, place, word in week:
                said = text(f"h{name}x").split()
                said[place] = f"other{word}"
                texts.append(" ".join(said))
            import_records(campaign=campaign, records=records(texts))
            rows = Prompt.objects.values_list("pk", "side", "cluster", "quarantined")
            stands = {pk: said for pk, *said in rows}
            assert {pk: stands[pk] for pk in stood} == stood
            stood = stands
        transaction.set_rollback(True)


def test_a_thousand_newcomers_are_settled_in_few_statements(
    campaign: Campaign, django_assert_max_num_queries
):
    texts = [text(f"few{n}x") for n in range(200)]
    with django_assert_max_num_queries(40):
        import_records(campaign=campaign, records=records(texts))


def test_nobody_to_settle_is_no_work(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert settle([], campaign=0) == {}


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_the_second_sees_the_first():
    """The first one is held open with its prompt kept; the other waits, and joins it."""
    campaign = make_campaign(works=[Work(Kind.DEMONSTRATE)])
    first = text("race")
    waits = threading.Event()

    def other() -> None:
        waits.set()
        import_records(campaign=campaign, records=records([text("race", changed=6)]))
        connections.close_all()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        add_prompt(campaign=campaign, messages=[{"role": "user", "content": first}])
        thread.start()
        waits.wait()
        while not _somebody_waits():
            pass
    thread.join()

    kept, joined = Prompt.objects.order_by("pk")
    assert (joined.cluster, joined.side) == (kept, kept.side)
    assert not Bridge.objects.exists()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])
