"""Tasks are made once, appended, and drawn by chance that can be drawn again."""

import random
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.models import F
from django.utils import timezone

from annotate.enums import AssignmentState, Hold, Kind, Pool, Role
from annotate.errors import AskedAgain, NothingToDo
from annotate.models import (
    Assignment,
    Batch,
    Campaign,
    CampaignPrompt,
    CampaignWork,
    Lane,
    Prompt,
    Rater,
    Task,
)
from annotate.selectors.balance import tasks_out_of_balance
from annotate.selectors.task import last_asked_again
from annotate.services import task as service
from annotate.services.assignment import take_assignment
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    add_member,
    publish_instructions,
)
from annotate.services.candidate import add_candidate
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.intake.draws import gets_second_opinion, is_held_out
from annotate.services.prompt import add_prompt
from annotate.services.rater import rater_id_of
from annotate.services.task import open_round, open_tasks, open_tasks_of
from annotate.services.turn import release_assignment
from commons.models import AuditEvent
from tests.annotate.leading import make_batch
from tests.factories import (
    make_campaign,
    make_candidate,
    make_member,
    make_prompt,
    make_user,
    take_and_show,
)

RANK = (Work(Kind.RANK, answers=2),)
WRITE = (Work(Kind.DEMONSTRATE),)
BOTH = (*RANK, *WRITE)


def prompts_in(campaign: Campaign, *texts: str, priority: int = 5) -> list[Prompt]:
    """Prompts with a place and without a task."""
    said = [[{"role": "user", "content": text}] for text in texts]
    return [add_prompt(campaign=campaign, messages=one, priority=priority)[0] for one in said]


def set_shares(campaign: Campaign, **shares: float) -> None:
    CampaignWork.objects.filter(campaign=campaign).update(**shares)


@pytest.mark.django_db
def test_a_second_run_makes_nothing_and_the_places_only_append() -> None:
    campaign = make_campaign(works=WRITE)
    prompts_in(campaign, "One?", "Two?")

    first, again = open_tasks(campaign=campaign), open_tasks(campaign=campaign)
    last = max(Task.objects.values_list("place", flat=True))
    (late,) = prompts_in(campaign, "Three?")
    open_tasks(campaign=campaign)

    assert (first, again) == (2, 0)
    assert Task.objects.get(prompt=late).place > last
    assert Lane.objects.get().batch == Task.objects.get(prompt=late).place >> 32


@pytest.mark.django_db
def test_pages_and_chunks_leave_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAGE", 4)
    monkeypatch.setattr(service, "CHUNK", 3)
    campaign = make_campaign(works=WRITE)
    prompts = prompts_in(campaign, *(f"{n}?" for n in range(9)))

    made = open_tasks(campaign=campaign)

    assert made == 9
    assert set(Task.objects.values_list("prompt", flat=True)) == {each.pk for each in prompts}
    places = Task.objects.order_by("pk").values_list("place", flat=True)
    assert len({place >> 32 for place in places}) == 5  # chunks of 3, 1 | 3, 1 | 1


@pytest.mark.django_db
def test_each_priority_and_label_has_a_lane_of_its_own() -> None:
    campaign = make_campaign(works=WRITE)
    ask = [{"role": "user", "content": "Dose?"}]
    add_prompt(campaign=campaign, messages=ask, skill="medicine", clearance="ward", priority=2)
    prompts_in(campaign, "Other?")

    open_tasks(campaign=campaign)

    lanes = Lane.objects.order_by("band").values_list("skill", "clearance", "pool", "band")
    assert list(lanes) == [("medicine", "ward", "open", 2), ("", "", "open", 5)]


@pytest.mark.django_db
def test_the_offer_is_drawn_by_the_seed_of_the_prompt() -> None:
    campaign = make_campaign(works=RANK)
    (prompt,) = prompts_in(campaign, "Why?")
    candidates = [str(make_candidate(prompt, f"{n}.").uuid) for n in range(6)]

    open_tasks(campaign=campaign)

    assert Task.objects.get().offered == random.Random(prompt.digest).sample(candidates, 2)


@pytest.mark.django_db
def test_a_ranking_waits_for_its_last_candidate() -> None:
    campaign = make_campaign(works=RANK)
    (prompt,) = prompts_in(campaign, "Why?")
    make_candidate(prompt, "One.")

    assert open_tasks(campaign=campaign) == 0

    make_candidate(prompt, "Two.")
    assert open_tasks(campaign=campaign) == 1


@pytest.mark.django_db
def test_whoever_wrote_an_offered_answer_is_kept_away() -> None:
    campaign, author, reader = make_campaign(works=RANK), make_user(), make_user()
    (prompt,) = prompts_in(campaign, "Why?")
    for by in (author, reader):
        said = [{"role": "assistant", "content": f"Says {by}."}]
        add_candidate(
            prompt=prompt, messages=said, source="people", author=Rater(pk=rater_id_of(by))
        )

    open_tasks(campaign=campaign)

    kept_away = Assignment.objects.order_by("person").values_list("task", "person", "state")
    task = Task.objects.get().pk
    assert list(kept_away) == [
        (task, author.pk, AssignmentState.EXCLUDED),
        (task, reader.pk, AssignmentState.EXCLUDED),
    ]


@pytest.mark.django_db
def test_second_opinions_are_drawn_by_hash_and_every_task_knows_its_chance() -> None:
    campaign = make_campaign(works=(Work(Kind.DEMONSTRATE, wanted=2),))
    set_shares(campaign, second_opinion_share=0.5)
    prompts_in(campaign, *(f"{n}?" for n in range(20)))

    open_tasks(campaign=campaign)

    tasks = Task.objects.select_related("prompt")
    drawn = {each.prompt_id for each in tasks if each.second_opinion}
    assert 0 < len(drawn) < 20
    assert drawn == {
        each.prompt_id
        for each in tasks
        if gets_second_opinion(campaign.uuid, Kind.DEMONSTRATE, each.prompt.digest, share=0.5)
    }
    assert {(each.second_opinion, each.wanted, each.free, each.propensity) for each in tasks} == {
        (True, 3, 3, 0.5),
        (False, 2, 2, 0.5),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("share", "wanted", "propensity"), [(0.0, 1, None), (1.0, 2, 1.0)])
def test_a_share_of_nothing_draws_nothing_and_of_one_everything(
    share: float, wanted: int, propensity: float | None
) -> None:
    campaign = make_campaign(works=WRITE)
    set_shares(campaign, second_opinion_share=share)
    prompts_in(campaign, "One?", "Two?", "Three?")

    open_tasks(campaign=campaign)

    assert set(Task.objects.values_list("wanted", "propensity")) == {(wanted, propensity)}


@pytest.mark.django_db
def test_what_is_held_out_is_so_for_every_kind_of_work() -> None:
    """Were it not, demonstrations would train what the held-out raters are there to judge."""
    campaign = make_campaign(works=BOTH)
    CampaignWork.objects.filter(campaign=campaign, kind=Kind.RANK).update(held_out_share=0.5)
    for prompt in prompts_in(campaign, *(f"{n}?" for n in range(20))):
        make_candidate(prompt, "One.")
        make_candidate(prompt, "Two.")

    open_tasks(campaign=campaign)

    held_out = [
        set(Task.objects.filter(kind=kind, lane__pool=Pool.HELD_OUT).values_list("prompt__digest"))
        for kind in Kind
    ]
    assert held_out[0] == held_out[1]
    assert held_out[0] == {
        (digest,)
        for (digest,) in Prompt.objects.values_list("digest")
        if is_held_out(campaign.uuid, digest, share=0.5)
    }
    assert 0 < len(held_out[0]) < 20


def test_the_draws_are_independent_and_keep_their_share() -> None:
    """Of 4,000 prompts a fifth is 800; four standard deviations are 101."""
    campaign = Campaign().uuid
    prompts = [f"digest {n}" for n in range(4000)]

    twice = {each for each in prompts if gets_second_opinion(campaign, "rank", each, share=0.2)}
    held_out = {each for each in prompts if is_held_out(campaign, each, share=0.2)}

    assert abs(len(twice) - 800) < 101
    assert abs(len(held_out) - 800) < 101
    assert abs(len(twice & held_out) - 160) < 50  # 4,000 / 25, four deviations


@pytest.mark.django_db
def test_the_quarantined_and_the_withdrawn_get_no_task() -> None:
    campaign = make_campaign(works=WRITE)
    quarantined, withdrawn, standing, plain = prompts_in(campaign, "1?", "2?", "3?", "4?")
    Prompt.objects.filter(pk=quarantined.pk).update(quarantined=True)
    for prompt, at in ((withdrawn, timezone.now()), (standing, None)):
        batch = Batch.objects.create(campaign=campaign, name="rows", withdrawn_at=at)
        CampaignPrompt.objects.filter(prompt=prompt).update(batch=batch)

    open_tasks(campaign=campaign)

    assert set(Task.objects.values_list("prompt", flat=True)) == {standing.pk, plain.pk}


@pytest.mark.django_db
def test_tasks_of_some_prompts_are_those_of_no_other() -> None:
    campaign = make_campaign(works=WRITE)
    asked, other = prompts_in(campaign, "One?", "Two?")

    made = open_tasks_of(campaign=campaign, prompts=[asked.pk])

    assert made == 1
    assert Task.objects.get().prompt == asked
    assert open_tasks(campaign=campaign) == 1
    assert Task.objects.filter(prompt=other).exists()


def ask_again(campaign: Campaign, batch: Batch | None = None, *, seen: int | None = None) -> int:
    """As from a page that was drawn just now, unless it was drawn when ``seen`` was true."""
    now = last_asked_again(campaign, batch)
    return open_round(campaign=campaign, batch=batch, seen=now if seen is None else seen, by=None)


def rounds(*prompts: Prompt) -> list[tuple[int, str, int, int, int]]:
    """Of each task its prompt, kind and round, the turns wanted and those free."""
    tasks = Task.objects.filter(prompt__in=prompts).order_by("prompt", "kind", "round")
    return list(tasks.values_list("prompt", "kind", "round", "wanted", "free"))


@pytest.mark.django_db
def test_a_new_round_asks_again_what_was_begun_and_is_not_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "CHUNK", 2)
    campaign, lead = make_campaign(works=BOTH), make_user()
    asked = make_prompt(campaign, text="Asked?", answers=["One.", "Two."])
    written = make_prompt(campaign, text="Written alone?")
    held = make_prompt(campaign, text="Held?", answers=["One.", "Two."])
    withdrawn = make_prompt(campaign, text="Withdrawn?")
    for _ in range(6):
        take_and_show(make_member(campaign))
    make_prompt(campaign, text="Not begun?")
    Task.objects.filter(prompt=held, kind=Kind.RANK).update(held=Hold.UNCLEAR)
    batch = Batch.objects.create(campaign=campaign, name="rows", withdrawn_at=timezone.now())
    CampaignPrompt.objects.filter(prompt=withdrawn).update(batch=batch)
    before = set(Task.objects.values_list("pk", flat=True))

    made = open_round(campaign=campaign, batch=None, seen=0, by=lead)

    new = Task.objects.exclude(pk__in=before)
    assert made == 3
    assert set(new.values_list("prompt", "kind", "round")) == {
        (asked.pk, "rank", 2),
        (asked.pk, "demonstrate", 2),
        (written.pk, "demonstrate", 2),
    }
    event = AuditEvent.objects.get(verb="campaign.round-opened")
    assert (event.actor, event.detail) == (lead, {"tasks": 3, "given_up": 0})


@pytest.mark.django_db
def test_what_nobody_has_begun_is_not_asked_beside_itself() -> None:
    campaign, person = make_campaign(works=WRITE), make_user()
    prompt = make_prompt(campaign)
    add_member(campaign=campaign, person=person, role=Role.ANNOTATOR, by=None)
    newest = publish_instructions(campaign=campaign, guideline="Be kinder.", by=None)
    acknowledge_instructions(instructions=newest, by=person)

    made = ask_again(campaign)

    assert made == 0
    assert take_and_show(person).instructions == newest
    with pytest.raises(NothingToDo):
        take_assignment(by=person)
    assert rounds(prompt) == [(prompt.pk, "demonstrate", 1, 1, 0)]


@pytest.mark.django_db
def test_the_free_turns_of_the_round_before_are_given_up() -> None:
    """Three wanted: one is in somebody's hands; two are free in the new round alone."""
    campaign = make_campaign(works=(Work(Kind.DEMONSTRATE, wanted=3),))
    prompt, untouched = make_prompt(campaign), make_prompt(campaign)
    first, second = make_member(campaign), make_member(campaign)
    out = take_and_show(first)

    made = ask_again(campaign)

    assert made == 1
    assert rounds(prompt) == [
        (prompt.pk, "demonstrate", 1, 1, 0),
        (prompt.pk, "demonstrate", 2, 3, 3),
    ]
    assert rounds(untouched) == [(untouched.pk, "demonstrate", 1, 3, 3)]
    assert [take_and_show(second).task.prompt for _ in range(2)] == [untouched, prompt]
    answer = DemonstrationAnswer(text="As before.")
    submit_demonstration(assignment=out, answer=answer, by=first, key=uuid4())
    assert list(tasks_out_of_balance()) == []
    assert AuditEvent.objects.get(verb="campaign.round-opened").detail["given_up"] == 2


@pytest.mark.django_db
def test_a_turn_of_an_old_round_does_not_come_back_to_it() -> None:
    campaign = make_campaign(works=WRITE)
    prompt, person = make_prompt(campaign), make_member(campaign)
    out = take_and_show(person)
    ask_again(campaign)

    release_assignment(assignment=out, by=person)

    assert rounds(prompt) == [
        (prompt.pk, "demonstrate", 1, 0, 0),
        (prompt.pk, "demonstrate", 2, 1, 1),
    ]
    assert list(tasks_out_of_balance()) == []


@pytest.mark.django_db
def test_what_was_asked_again_since_the_page_was_drawn_is_not_asked_a_third_time() -> None:
    campaign = make_campaign(works=WRITE, name="Care")
    batch = make_batch(campaign, make_prompt(campaign))
    make_prompt(campaign)
    for _ in range(2):
        take_and_show(make_member(campaign))
    seen, seen_of_batch = last_asked_again(campaign, None), last_asked_again(campaign, batch)

    assert ask_again(campaign, batch, seen=seen_of_batch) == 1
    take_and_show(make_member(campaign))  # the new round is begun: it could be asked again
    with pytest.raises(AskedAgain, match="“spring.jsonl” was asked again"):
        ask_again(campaign, batch, seen=seen_of_batch)
    with pytest.raises(AskedAgain, match="“Care” was asked again"):
        ask_again(campaign, seen=seen)

    assert Task.objects.count() == 3
    assert AuditEvent.objects.filter(verb="campaign.round-opened").count() == 1
    assert ask_again(campaign) == 2  # who opens the page anew may


@pytest.mark.django_db
def test_an_import_meanwhile_is_no_reason_to_refuse() -> None:
    campaign = make_campaign(works=WRITE)
    make_prompt(campaign)
    take_and_show(make_member(campaign))
    seen = last_asked_again(campaign, None)
    make_prompt(campaign)

    assert ask_again(campaign, seen=seen) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_again_at_once_one_is_refused() -> None:
    campaign = make_campaign(works=WRITE)
    for _ in range(3):
        make_prompt(campaign)
        take_and_show(make_member(campaign))

    def ask(_: int) -> int | None:
        try:
            made = ask_again(campaign, seen=0)
            take_and_show(late)  # begins the new round before the other comes
            return made
        except AskedAgain:
            return None
        finally:
            connections.close_all()

    late = make_member(campaign)
    with ThreadPoolExecutor(2) as pool:
        made = sorted(pool.map(ask, range(2)), key=str)

    assert made == [3, None]
    assert Task.objects.count() == 6


@pytest.mark.django_db
def test_a_new_round_appends_in_the_order_in_which_the_prompts_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "CHUNK", 2)
    campaign = make_campaign(works=WRITE)
    prompts = [make_prompt(campaign, text=f"{n}?").pk for n in range(6)]
    Task.objects.update(free=0)  # somebody has begun them
    for prompt in prompts[::-1]:  # PostgreSQL writes a changed row behind the others
        CampaignPrompt.objects.filter(prompt=prompt).update(priority=5)

    read_tables_as_they_lie()
    ask_again(campaign)

    new = Task.objects.filter(round=2).order_by("pk").values_list("prompt", "place")
    assert [prompt for prompt, _ in new] == prompts
    arrivals = [place >> 32 for _, place in new]
    assert arrivals == sorted(arrivals)


@pytest.mark.django_db
def test_tasks_are_made_in_the_order_in_which_the_prompts_came() -> None:
    """However the rows lie: PostgreSQL writes a changed one behind the others."""
    campaign = make_campaign(works=WRITE)
    prompts = [each.pk for each in prompts_in(campaign, *(f"{n}?" for n in range(9)))]
    for prompt in prompts[::-1]:
        CampaignPrompt.objects.filter(prompt=prompt).update(priority=5)

    read_tables_as_they_lie()
    open_tasks_of(campaign=campaign, prompts=prompts)

    assert list(Task.objects.order_by("pk").values_list("prompt", flat=True)) == prompts


def read_tables_as_they_lie() -> None:
    if connection.vendor == "postgresql":  # until the test's transaction ends
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")


@pytest.mark.django_db(transaction=True)
def test_six_workers_at_once_make_each_task_once() -> None:
    campaign = make_campaign(works=BOTH)
    for prompt in prompts_in(campaign, *(f"{n}?" for n in range(60))):
        make_candidate(prompt, "One.")
        make_candidate(prompt, "Two.")

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: open_here(campaign), range(6)))

    assert sum(made) == Task.objects.count() == 120
    assert Lane.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_is_being_withdrawn_gets_no_task() -> None:
    campaign = make_campaign(works=WRITE)
    prompts_in(campaign, "One?", "Two?")
    batch = Batch.objects.create(campaign=campaign, name="rows")
    CampaignPrompt.objects.update(batch=batch)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Batch.objects.update(withdrawn_at=timezone.now())
            opening = pool.submit(open_here, campaign)
            with pytest.raises(TimeoutError):  # it waits for the end of the withdrawal
                opening.result(timeout=0.5)

        assert opening.result() == 0
    assert not Task.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ask", ["once", "again"])
def test_chosen_prompts_of_a_batch_that_is_being_withdrawn_get_no_task(ask: str) -> None:
    campaign = make_campaign(works=WRITE)
    prompts = prompts_in(campaign, "One?", "Two?")
    if ask == "again":
        open_tasks(campaign=campaign)
        Task.objects.update(free=0)  # somebody has begun them
    batch, before = Batch.objects.create(campaign=campaign, name="rows"), Task.objects.count()
    CampaignPrompt.objects.update(batch=batch)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Batch.objects.update(withdrawn_at=timezone.now())
            opening = (
                pool.submit(open_here, campaign, [each.pk for each in prompts])
                if ask == "once"
                else pool.submit(open_round_here, campaign)
            )
            with pytest.raises(TimeoutError):  # it waits for the end of the withdrawal
                opening.result(timeout=0.5)

        assert opening.result() == 0
    assert Task.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_an_arrival_is_behind_what_somebody_else_appends_meanwhile() -> None:
    campaign = make_campaign(works=WRITE)
    make_prompt(campaign, text="One?")
    (late,) = prompts_in(campaign, "Two?")
    far = 1_500_000_000  # seconds: decades after the first arrival

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Lane.objects.update(batch=far)
            opening = pool.submit(open_here, campaign)
            with pytest.raises(TimeoutError):
                opening.result(timeout=0.5)
        opening.result()

    assert Task.objects.get(prompt=late).place >> 32 == Lane.objects.get().batch == far + 1


@pytest.mark.django_db(transaction=True)
def test_two_requests_that_need_the_same_lanes_never_wait_for_one_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One prompt a chunk, lanes 1, 3, 2 and 2, 3, 1, and a third person in lane 3."""
    monkeypatch.setattr(service, "CHUNK", 1)
    campaign = make_campaign(works=WRITE)
    for band in (1, 2, 3):
        prompts_in(campaign, f"Makes lane {band}?", priority=band)
    open_tasks(campaign=campaign)
    requests = [
        [prompts_in(campaign, f"{bands} {n}?", priority=n)[0].pk for n in bands]
        for bands in ((1, 3, 2), (2, 3, 1))
    ]

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Lane.objects.filter(band=3).update(batch=F("batch") + 1)
            opening = [pool.submit(open_here, campaign, prompts) for prompts in requests]
            for each in opening:
                with pytest.raises(TimeoutError):
                    each.result(timeout=0.5)

        assert [each.result() for each in opening] == [3, 3]


def open_here(campaign: Campaign, prompts: list[int] | None = None) -> int:
    try:
        if prompts is None:
            return open_tasks(campaign=campaign)
        return open_tasks_of(campaign=campaign, prompts=prompts)
    finally:
        connections.close_all()


def open_round_here(campaign: Campaign) -> int:
    try:
        return open_round(campaign=campaign, batch=None, seen=0, by=None)
    finally:
        connections.close_all()
