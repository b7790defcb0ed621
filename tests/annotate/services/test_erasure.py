"""A prompt or a person is erased: no word is left in the database, and nothing else is lost."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from annotate.enums import AssignmentState, Hold, Kind, PauseCause, Role, SnapshotKind
from annotate.erased import ERASED, erased_answer, erased_question
from annotate.errors import AlreadyErased, ItemErased, NeededStill, NotAllowed
from annotate.export.manifest import Manifest
from annotate.export.policy import Policy
from annotate.models import (
    Assignment,
    Batch,
    Campaign,
    CampaignPrompt,
    ConversationTurn,
    Demonstration,
    Draft,
    Erasure,
    Gold,
    ItemQuestion,
    Membership,
    Precedent,
    Prompt,
    PromptBand,
    Ranking,
    Snapshot,
    Tombstone,
)
from annotate.prose import markdown_of_answer
from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.selectors.erasure import counts_of, reach_of_person, reach_of_prompt
from annotate.selectors.snapshot import to_freeze
from annotate.services import freezing
from annotate.services.batch import restore_batch, withdraw_batch
from annotate.services.campaign import acknowledge_instructions, add_member
from annotate.services.candidate import add_candidate
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.draft import save_draft
from annotate.services.erasure import erase_person, erase_prompt
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.hold import withdraw_task
from annotate.services.ledger import correct_ledger
from annotate.services.pause import appeal_pause, pause_member
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.snapshot import request_snapshot, snapshot_store
from annotate.services.snapshot_erasure import rebuild_snapshot, remove_files
from annotate.services.snapshot_member import freeze_members
from annotate.services.words import keep_words
from commons.markdown.keeping import kept_markdown, name_of
from commons.models import RunState, User
from commons.tokens import Lifetime, make_token
from tests.annotate.asking import called, make_asking_item
from tests.annotate.golden import gold_of
from tests.annotate.test_conversation import calls, gives, says
from tests.annotate.waiting import held_up
from tests.conversations import answer, judge, said, talking_campaign
from tests.factories import (
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_user,
    take_and_show,
)

pytestmark = pytest.mark.django_db

SECRET = "zanzibar"
STEPS = {"helpful": 6}


def everything_kept() -> Iterator[tuple[str, str]]:
    """Every row of every table as text, its indexes of words too."""
    for model in apps.get_models():
        for row in model._default_manager.values():
            yield model.__name__, str(row).lower()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table in ("prompt", "candidate", "demonstration"):
                cursor.execute(
                    f"SELECT count(*) FROM annotate_{table}words_index WHERE said MATCH %s",
                    [SECRET],
                )
                yield f"index of {table}s", SECRET * cursor.fetchone()[0]


def places_of(secret: str = SECRET) -> set[str]:
    return {name for name, said in everything_kept() if secret in said}


@pytest.fixture
def asked() -> tuple[Assignment, User]:
    """An item with four answers and every question, on a person's screen."""
    turn, person = make_asking_item()
    prompt = turn.task.prompt
    Prompt.objects.filter(pk=prompt.pk).update(
        messages=[{"role": "user", "content": f"Where is {SECRET}?"}], external_id=SECRET
    )
    for candidate in prompt.candidates.all():
        candidate.messages[0]["content"] += f" In {SECRET}."
        candidate.sampling = {"prompt": SECRET}
        candidate.save()
    return turn, person


@pytest.fixture
def ranked(asked: tuple[Assignment, User]) -> Ranking:
    turn, person = asked
    first, *rest = turn.task.offered
    answers = {first: {"ratings": STEPS, "flags": {"harmful": False}}}
    order = RankingAnswer(tiers=[[first], *([each] for each in rest)], answers=answers)
    submit_ranking(assignment=turn, answer=order, by=person)
    Prompt.objects.update(side="train")
    return Ranking.objects.get()


def make_spans(ranking: Ranking) -> Ranking:
    """A later revision, as one that marked words and gave a reason has it."""
    first = ranking.tiers[0][0]
    span = {"name": "wrong", "start": 0, "end": 8, "quote": SECRET, "why": SECRET}
    Ranking.objects.filter(pk=ranking.pk).update(current=False)
    return Ranking.objects.create(
        root=ranking.root,
        revision=ranking.revision + 1,
        campaign=ranking.campaign,
        prompt=ranking.prompt,
        rater=ranking.rater,
        origin=ranking.origin,
        counts_as=ranking.counts_as,
        assignment=ranking.assignment,
        tiers=ranking.tiers,
        strengths=ranking.strengths,
        answers={first: {"ratings": STEPS, "spans": [span]}},
        reason=f"{SECRET} is nearer",
        effort={"seconds": 7},
    )


def test_no_word_of_a_prompt_is_left_in_any_table(ranked: Ranking, admin: User) -> None:
    make_spans(ranked)
    prompt, campaign = ranked.prompt, ranked.campaign
    writer = reader_of(campaign)
    make_everything_beside(prompt, campaign, writer)
    keep_words()
    assert places_of() >= {
        *("Prompt", "Candidate", "Ranking", "Demonstration", "Draft", "ItemQuestion", "Precedent"),
        *("Assignment", "ActNote", "Batch", "PromptWords", "CandidateWords", "DemonstrationWords"),
    }

    erase_prompt(prompt=prompt, by=admin)
    keep_words()

    assert places_of() == set()
    assert list(tasks_out_of_balance()) == []
    assert list(mismatched_turns()) == []


def reader_of(campaign: Campaign) -> User:
    """A member who has accepted the guideline."""
    person = make_member(campaign)
    acknowledge_instructions(instructions=campaign.instructions.get(), by=person)
    return person


def make_everything_beside(prompt: Prompt, campaign: Campaign, writer: User) -> None:
    """What may stand beside a prompt, each with the secret in it."""
    batch = Batch.objects.create(
        campaign=campaign, name="a.jsonl", report={"made": 1, "rows": [{"external_id": SECRET}]}
    )
    CampaignPrompt.objects.filter(prompt=prompt).update(batch=batch)
    writing = take_and_show(writer, campaign, kind=Kind.DEMONSTRATE)
    assert writing.task.prompt == prompt
    submit_demonstration(assignment=writing, answer=DemonstrationAnswer(f"In {SECRET}."), by=writer)
    asked = ItemQuestion.objects.create(
        assignment=writing, campaign=campaign, text=f"{SECRET}?", key=uuid4()
    )
    Precedent.objects.create(
        campaign=campaign, question=asked, asked=SECRET, answer=SECRET, words=[SECRET]
    )
    turn = Assignment.objects.get(task__prompt=prompt, task__kind=Kind.RANK)
    Assignment.objects.filter(pk=turn.pk).update(skip_note=SECRET)
    Draft.objects.create(assignment=turn, body={"reason": SECRET})
    task = turn.task
    task.held = Hold.BROKEN
    task.save()
    withdraw_task(task=task, seen=Hold.BROKEN, by=make_user(admin=True), note=SECRET)


@pytest.fixture
def admin() -> User:
    return make_user("admin", admin=True)


def test_orders_ratings_and_flags_stay(ranked: Ranking, admin: User) -> None:
    later = make_spans(ranked)

    erase_prompt(prompt=ranked.prompt, by=admin)

    kept = Ranking.objects.get(pk=later.pk)
    first = later.tiers[0][0]
    assert (kept.tiers, kept.answers) == (later.tiers, {first: {"ratings": STEPS}})
    assert (kept.reason, kept.effort, kept.created_at) == ("", None, later.created_at)


def test_what_was_erased_says_only_that(ranked: Ranking, admin: User) -> None:
    prompt = ranked.prompt

    erasure = erase_prompt(prompt=prompt, by=admin)

    prompt.refresh_from_db()
    assert (prompt.messages, prompt.digest) == (erased_question(), f"erased-{prompt.uuid}")
    assert (prompt.quarantined, prompt.external_id, prompt.side) == (True, "", "train")
    assert [each.messages for each in prompt.candidates.all()] == [erased_answer()] * 4
    assert (erasure.counts["prompts"], erasure.counts["candidates"]) == (1, 4)
    assert (erasure.by, erasure.kind, erasure.counts["rankings"]) == (admin, "prompt", 1)


CHANGES = [
    {"reason": "another"},
    {"answers": {}},
    {"effort": None},
    {"tiers": [], "reason": "", "effort": None},
    {"reason": "", "effort": None, "answers": {}},
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_tombstone_lets_nothing_else_through(ranked: Ranking, change: dict[str, object]) -> None:
    later = make_spans(ranked)
    erasure = Erasure.objects.create(kind="prompt", prompt=later.prompt)
    Tombstone.objects.create(judgement=later.uuid, erasure=erasure)

    with pytest.raises(IntegrityError, match="kept as it was given"), transaction.atomic():
        Ranking.objects.filter(pk=later.pk).update(**change)


def test_without_a_tombstone_nothing_is_erased(ranked: Ranking) -> None:
    later = make_spans(ranked)
    wiped = {"reason": "", "effort": None, "answers": {later.tiers[0][0]: {"ratings": STEPS}}}

    with pytest.raises(IntegrityError, match="kept as it was given"), transaction.atomic():
        Ranking.objects.filter(pk=later.pk).update(**wiped)


def test_what_is_on_a_screen_cannot_be_handed_in_any_more(
    asked: tuple[Assignment, User], admin: User
) -> None:
    turn, person = asked
    save_draft(assignment=turn, body={"reason": SECRET}, version=0, by=person)

    erase_prompt(prompt=turn.task.prompt, by=admin)

    turn.refresh_from_db()
    turn.task.refresh_from_db()
    assert (turn.state, turn.task.held) == (AssignmentState.RELEASED, Hold.WITHDRAWN)
    assert (turn.task.wanted, turn.task.free, Draft.objects.count()) == (0, 0, 0)


def test_what_was_handed_in_cannot_be_changed_any_more(ranked: Ranking, admin: User) -> None:
    assert ranked.assignment is not None
    person = ranked.assignment.person
    erase_prompt(prompt=ranked.prompt, by=admin)

    changed = RankingAnswer(tiers=list(reversed(ranked.tiers)))
    with pytest.raises(ItemErased):
        revise_ranking(assignment=ranked.assignment, answer=changed, by=person)


def test_a_batch_that_is_restored_brings_nothing_back(
    asked: tuple[Assignment, User], admin: User
) -> None:
    task = asked[0].task
    batch = Batch.objects.create(campaign=task.campaign, name="a.jsonl")
    CampaignPrompt.objects.filter(prompt=task.prompt).update(batch=batch)
    erase_prompt(prompt=task.prompt, by=admin)

    withdraw_batch(batch=batch, by=admin)
    restore_batch(batch=batch, by=admin)

    task.refresh_from_db()
    assert (task.wanted, task.free) == (0, 0)


def test_later_turns_of_a_conversation_go_with_it(admin: User) -> None:
    campaign = talking_campaign()
    person = make_member(campaign)
    conversation = said(campaign, person, f"Where is {SECRET}?")
    first = conversation.turns.get()
    ConversationTurn.objects.update(draft={"text": SECRET}, draft_version=1)

    erase_prompt(prompt=first.prompt, by=admin)

    conversation.refresh_from_db()
    assert (conversation.state, places_of()) == ("abandoned", set())


def test_whoever_said_the_same_is_still_found(admin: User) -> None:
    """The one that came first had the keys for both."""
    campaign = make_campaign()
    first = make_prompt(campaign, text="Name the seven hills of Rome, please, in order.")
    second = make_prompt(campaign, text="Name the seven hills of Rome please in order")
    assert set(PromptBand.objects.values_list("prompt", flat=True)) == {first.pk}
    keys = set(PromptBand.objects.values_list("key", flat=True))

    erase_prompt(prompt=first, by=admin)

    assert set(PromptBand.objects.values_list("prompt", "key")) == {(second.pk, k) for k in keys}


def test_rendered_html_is_let_go(
    ranked: Ranking, admin: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    text = ranked.prompt.messages[0]["content"]
    kept_markdown([text])
    assert caches["rendered"].get(name_of(text))

    with django_capture_on_commit_callbacks(execute=True):
        erase_prompt(prompt=ranked.prompt, by=admin)

    assert caches["rendered"].get(name_of(text)) is None


def test_rendered_calls_and_results_are_let_go_too(
    admin: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    campaign = make_campaign()
    prompt = make_prompt(campaign, text="How much for Ada Quill?")
    answer = [calls({"who": "Ada Quill"}), gives('{"who": "Ada Quill"}'), says("1 mg.")]
    made, _ = add_candidate(prompt=prompt, messages=answer, source="model-a")
    texts = markdown_of_answer(made.messages)
    kept_markdown(texts)
    names = [name_of(text) for text in texts if text]
    assert len(caches["rendered"].get_many(names)) == 3

    with django_capture_on_commit_callbacks(execute=True):
        erase_prompt(prompt=prompt, by=admin)

    assert caches["rendered"].get_many(names) == {}


def test_only_who_leads_every_campaign_of_a_prompt_erases_it() -> None:
    lead = make_user()
    campaign, other = make_campaign(lead=lead), make_campaign()
    prompt = make_prompt(campaign)
    shared = make_prompt(campaign)
    CampaignPrompt.objects.create(campaign=other, prompt=shared)

    with pytest.raises(NotAllowed, match="every campaign"):
        erase_prompt(prompt=shared, by=lead)
    with pytest.raises(NotAllowed):
        erase_prompt(prompt=prompt, by=make_member(campaign))
    erase_prompt(prompt=prompt, by=lead)
    with pytest.raises(AlreadyErased):
        erase_prompt(prompt=prompt, by=lead)


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.ARTIFACTS = tmp_path
    settings.PSEUDONYM_KEY = "a key of the test"
    return tmp_path


def frozen(campaign: Campaign, kind: SnapshotKind = SnapshotKind.RANKED) -> Snapshot:
    request_snapshot(kind=kind, campaigns=[campaign], by=None, policy=Policy(report=False))
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_snapshot(snapshot=claimed)
    claimed.refresh_from_db()
    return claimed


def test_a_dataset_that_holds_it_is_marked_and_rebuilt_without_it(
    ranked: Ranking,
    admin: User,
    store: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_ranking(ranked.campaign, reader_of(ranked.campaign))
    Prompt.objects.update(side="train")
    old = frozen(ranked.campaign)
    assert old.manifest["rows"] == {"train": 2, "validation": 0, "test": 0}

    erasure = erase_prompt(prompt=ranked.prompt, by=admin)
    new = rebuild_snapshot(snapshot=old, by=admin)
    freeze_snapshot(snapshot=claimed(new))
    with django_capture_on_commit_callbacks(execute=True):
        remove_files(snapshot=old, by=admin)

    new.refresh_from_db()
    old.refresh_from_db()
    assert (list(old.erasures.all()), list(new.erasures.all())) == ([erasure], [])
    assert (new.instead_of, new.kind, new.policy) == (old, old.kind, old.policy)
    assert new.manifest["rows"] == {"train": 1, "validation": 0, "test": 0}
    assert (snapshot_store().has(str(old.uuid)), old.members.count()) == (False, 2)
    assert old.removed_at is not None
    assert old.digest


def claimed(snapshot: Snapshot) -> Snapshot:
    found = claim_snapshot()
    assert found == snapshot
    return found


def test_a_dataset_under_way_that_holds_it_fails_with_words(
    ranked: Ranking, admin: User, store: Path
) -> None:
    request_snapshot(kind=SnapshotKind.RANKED, campaigns=[ranked.campaign], by=None)
    under_way = claim_snapshot()
    assert under_way is not None
    freeze_members(snapshot=under_way)

    erase_prompt(prompt=ranked.prompt, by=admin)
    freeze_snapshot(snapshot=under_way)

    under_way.refresh_from_db()
    assert (under_way.state, under_way.erasures.count()) == (RunState.FAILED, 1)
    assert "erased while it was being written" in under_way.error
    assert list(store.rglob("*.parquet")) == []


def test_members_that_were_frozen_beside_the_erasure_are_found(
    ranked: Ranking, admin: User, store: Path
) -> None:
    request_snapshot(kind=SnapshotKind.RANKED, campaigns=[ranked.campaign], by=None)
    under_way = claim_snapshot()
    assert under_way is not None
    freeze_members(snapshot=under_way)
    erasure = erase_prompt(prompt=ranked.prompt, by=admin)
    erasure.snapshots.clear()  # as if it had not seen them yet

    freeze_snapshot(snapshot=under_way)

    assert list(erasure.snapshots.all()) == [under_way]


def test_what_is_erased_after_the_files_were_made_is_not_handed_out(
    ranked: Ranking, admin: User, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the folder and the row that says so: the last moment that there is."""
    request_snapshot(kind=SnapshotKind.RANKED, campaigns=[ranked.campaign], by=None)
    under_way = claim_snapshot()
    assert under_way is not None
    publish = freezing._published

    def publish_and_erase(snapshot: Snapshot) -> Manifest:
        made = publish(snapshot)
        assert snapshot_store().has(str(snapshot.uuid))
        erase_prompt(prompt=ranked.prompt, by=admin)
        return made

    monkeypatch.setattr(freezing, "_published", publish_and_erase)
    freeze_snapshot(snapshot=under_way)

    under_way.refresh_from_db()
    assert (under_way.state, under_way.erasures.count()) == (RunState.FAILED, 1)
    assert "erased while it was being written" in under_way.error
    assert [path for path in store.rglob("*") if path.is_file()] == []


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_who_freezes_waits_for_an_erasure_that_is_under_way(
    ranked: Ranking, admin: User, store: Path
) -> None:
    """It was begun before the dataset was asked for, and ends after: unseen, its words would be
    frozen and nothing would ever say so."""
    with transaction.atomic():
        erase_prompt(prompt=ranked.prompt, by=admin)
        before = Erasure.objects.get().at
        Erasure.objects.update(at=before - timedelta(minutes=1))
        other = held_up(lambda: frozen_elsewhere(ranked.campaign))
        assert other.is_alive()
    other.join()

    made = Snapshot.objects.get()
    assert (made.state, made.members.count()) == (RunState.FAILED, 0)
    assert "nothing to freeze" in made.error
    assert list(store.rglob("*.parquet")) == []


def frozen_elsewhere(campaign: Campaign) -> None:
    frozen(Campaign.objects.get(pk=campaign.pk))


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_who_erases_waits_for_members_that_are_being_written_and_finds_them(
    ranked: Ranking, admin: User, store: Path
) -> None:
    request_snapshot(kind=SnapshotKind.RANKED, campaigns=[ranked.campaign], by=None)
    under_way = claim_snapshot()
    assert under_way is not None

    with transaction.atomic():
        freeze_members(snapshot=under_way)
        other = held_up(lambda: erase_prompt(prompt=ranked.prompt, by=admin))
        assert other.is_alive()
    other.join()

    assert list(Erasure.objects.get().snapshots.all()) == [under_way]
    freeze_snapshot(snapshot=under_way)
    under_way.refresh_from_db()
    assert under_way.state == RunState.FAILED
    assert list(store.rglob("*.parquet")) == []


def named_person(campaign: Campaign) -> User:
    person = make_member(campaign, name=SECRET)
    person.first_name, person.email = "Zanzibar", "zanzibar@example.org"
    person.time_zone = "Africa/Zanzibar"
    person.save()
    return person


def test_nothing_names_a_person_any_more(admin: User) -> None:
    campaign = make_campaign()
    person = named_person(campaign)
    make_token(by=person, name=SECRET, scopes=[], lifetime=Lifetime.WEEK)
    ranking = make_ranking(campaign, person)
    client = Client()
    client.force_login(person)

    erase_person(person=person, texts=False, by=admin)

    person.refresh_from_db()
    assert places_of() <= {"AuditEvent"}  # what they called their token
    assert (person.username, person.is_active) == (f"erased-{person.uuid.hex[:12]}", False)
    assert not person.has_usable_password()
    assert not SessionStore(client.session.session_key).load()
    assert Ranking.objects.get(pk=ranking.pk).rater.user == person
    assert Ranking.objects.get(pk=ranking.pk).counts_as == "work"


def test_a_persons_texts_go_where_that_is_asked_and_votes_stay(admin: User) -> None:
    turn, person = make_asking_item()
    first, *rest = turn.task.offered
    order = RankingAnswer(
        tiers=[[first], *([each] for each in rest)], ideal=f"{called(turn, 'One.') and SECRET}"
    )
    ranking = submit_ranking(assignment=turn, answer=order, by=person)
    ranking = make_spans(ranking)
    prompt = ranking.prompt

    erase_person(person=person, texts=True, by=admin)

    prompt.refresh_from_db()
    kept = Ranking.objects.get(pk=ranking.pk)
    assert places_of() == set()
    assert (kept.tiers, kept.reason, prompt.quarantined) == (ranking.tiers, "", False)
    policy = Policy()
    assert list(to_freeze("ranked", [kept.campaign], policy)) == [kept]
    assert list(to_freeze("sft", [kept.campaign], policy)) == []
    assert {each.text for each in Demonstration.objects.all()} == {ERASED}


def test_an_erased_ideal_answer_is_in_no_row(admin: User, store: Path) -> None:
    turn, person = make_asking_item()
    first, *rest = turn.task.offered
    order = RankingAnswer(tiers=[[first], *([each] for each in rest)], ideal="Better.")
    submit_ranking(assignment=turn, answer=order, by=person)
    Prompt.objects.update(side="train")
    assert frozen(turn.task.campaign, SnapshotKind.PREFERENCE).rows == 6 + 4

    erase_person(person=person, texts=True, by=admin)

    assert frozen(turn.task.campaign, SnapshotKind.PREFERENCE).rows == 6


def test_a_persons_conversations_are_their_texts(admin: User) -> None:
    campaign = talking_campaign()
    person = make_member(campaign)
    conversation = said(campaign, person, f"Where is {SECRET}?")
    answer(campaign)
    judge(conversation.turns.get(), person)

    erase_person(person=person, texts=True, by=admin)

    assert places_of() == set()
    assert conversation.turns.get().prompt.quarantined


def test_who_is_needed_is_not_erased(admin: User) -> None:
    lead = make_user()
    campaign = make_campaign(lead=lead, name="Medicine")

    with pytest.raises(NeededStill, match="own account"):
        erase_person(person=admin, texts=False, by=admin)
    with pytest.raises(NeededStill, match="only admin"):
        erase_person(person=admin, texts=False, by=None)
    with pytest.raises(NeededStill, match="Nobody else leads “Medicine”"):
        erase_person(person=lead, texts=False, by=admin)
    with pytest.raises(NotAllowed):
        erase_person(person=make_user(), texts=False, by=lead)
    add_member(campaign=campaign, person=admin, role=Role.LEAD, by=None)
    erase_person(person=lead, texts=False, by=admin)
    erase_person(person=lead, texts=True, by=admin)  # what was written may go later
    with pytest.raises(AlreadyErased):
        erase_person(person=lead, texts=True, by=admin)


def test_a_preview_counts_and_changes_nothing(ranked: Ranking) -> None:
    before = list(everything_kept())

    counts = counts_of(reach_of_prompt(ranked.prompt))
    theirs = counts_of(reach_of_person(ranked.assignment.person, texts=True))  # type: ignore[union-attr]

    assert list(everything_kept()) == before
    assert (counts["prompts"], counts["candidates"], counts["rankings"]) == (1, 4, 1)
    assert (theirs["prompts"], theirs["candidates"], theirs["rankings"]) == (0, 0, 1)


def test_why_an_order_is_right_goes_with_its_prompt_and_with_who_said_so(admin: User) -> None:
    campaign = make_campaign()
    author = make_member(campaign, Role.LEAD)
    one, other = (gold_of(campaign, by=author, explanation=f"In {SECRET}.") for _ in range(2))

    erase_prompt(prompt=one.task.prompt, by=admin)
    assert [Gold.objects.get(pk=each.pk).explanation for each in (one, other)] == [
        "",
        f"In {SECRET}.",
    ]
    erase_person(person=author, texts=True, by=admin)

    assert "Gold" not in places_of()


def test_why_somebody_was_paid_otherwise_goes_with_its_person_and_the_amount_stays(
    admin: User,
) -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    correction = correct_ledger(
        campaign=campaign,
        person=person,
        amount=Decimal("5.00"),
        currency="EUR",
        reason=f"For {SECRET}.",
        by=admin,
        uuid=uuid4(),
    )

    erase_person(person=person, texts=True, by=admin)

    correction.refresh_from_db()
    assert (correction.reason, correction.amount) == ("", Decimal("5.00"))
    assert not places_of()


def test_what_was_said_over_a_pause_goes_with_its_person(admin: User) -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    membership = Membership.objects.get(campaign=campaign, person=person)
    pause = pause_member(
        membership=membership, cause=PauseCause.LEAD, reason=f"In {SECRET}.", by=admin
    )
    appeal_pause(pause=pause, text=f"Never in {SECRET}.")

    erase_person(person=person, texts=True, by=admin)

    pause.refresh_from_db()
    assert (pause.reason, pause.appeal) == ("", ERASED)
    assert not places_of()
