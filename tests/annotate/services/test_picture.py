"""Pictures come with prompts, are kept once, and go with the last prompt that has them."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from annotate.enums import Role
from annotate.models import Campaign, Picture, Prompt
from annotate.services import picture as pictures
from annotate.services.erasure import erase_prompt
from annotate.services.intake.requests import take_in_prompts
from annotate.services.near.settling import settle
from annotate.services.picture import picture_bytes, prune_files_without_row
from commons.models import User
from commons.stores import FolderStore, StoreError
from tests.annotate.carrying import emptied, exported, imported, lines_of
from tests.annotate.drawing import drawn, sent
from tests.annotate.picturing import make_prompt_with_picture, told_of
from tests.factories import make_campaign, make_member, make_user


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.PICTURE_STORE = str(tmp_path)
    return tmp_path


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    campaign = make_campaign(lead=lead)
    make_member(campaign, Role.LEAD, name="other-lead")
    return campaign


def files(store: Path) -> int:
    return len(list(store.glob("*/picture")))


def test_a_row_of_the_api_brings_one(campaign: Campaign, lead: User, store: Path) -> None:
    prompt = make_prompt_with_picture(campaign, by=lead)

    kept = Picture.objects.get()
    assert prompt.attachments == [
        {"sha256": kept.sha256, "type": "image/png", "width": 8, "height": 6, "alt": "A lung"}
    ]
    assert list(kept.prompts.all()) == [prompt]
    assert (len(picture_bytes(kept)), files(store)) == (kept.size, 1)


def test_a_row_that_brings_none_of_ours_is_refused_by_its_field(
    campaign: Campaign, lead: User, store: Path
) -> None:
    rows = [{"prompt": "a", "images": [{"data": sent(b"GIF89a")}]}, {"prompt": "b"}]

    report = take_in_prompts(campaign=campaign, rows=rows, by=lead)

    [refused, made] = told_of(report)
    assert (refused["field"], made["status"]) == ("images.0.data", "made")
    assert not Picture.objects.exists()
    assert files(store) == 0


def test_a_file_beside_rows_is_not_read_by_the_api(campaign: Campaign, lead: User) -> None:
    rows = [{"prompt": "a", "images": [{"file": "/etc/passwd"}]}]

    [told] = told_of(take_in_prompts(campaign=campaign, rows=rows, by=lead))

    assert "names a file, and none comes along" in told["detail"]


def test_what_one_request_may_bring_is_bounded(
    campaign: Campaign, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.services.intake.requests.MOST_DRAWN", len(drawn()) + 8 * 6 + 1)
    rows = [
        {"prompt": "a", "images": [{"data": sent(drawn())}]},
        {"prompt": "b", "images": [{"data": sent(drawn(shade=9))}]},
        {"prompt": "c"},
    ]

    told = told_of(take_in_prompts(campaign=campaign, rows=rows, by=lead))

    assert [each["status"] for each in told] == ["made", "refused", "made"]
    assert "more than is drawn of one file or request" in told[1]["detail"]


def test_equal_words_about_other_pictures_are_other_questions(
    campaign: Campaign, lead: User
) -> None:
    """And none is near to another: each may be held out by itself."""
    text = "Which organ of the body is to be seen on this picture, and from which side is it?"
    one = make_prompt_with_picture(campaign, text=text, by=lead)
    other = make_prompt_with_picture(campaign, text=text, data=drawn(shade=9), by=lead)
    again = make_prompt_with_picture(campaign, text=text, alt="Other words", by=lead)
    nearly = make_prompt_with_picture(campaign, text=text.replace("Which", "What"), by=lead)
    [bare] = told_of(take_in_prompts(campaign=campaign, rows=[{"prompt": text}], by=lead))

    assert len({one.pk, other.pk, Prompt.objects.get(uuid=bare["id"]).pk}) == 3
    assert again == one
    assert again.attachments[0]["alt"] == "A lung"
    assert (other.cluster_id, nearly.cluster_id) == (None, one.pk)
    assert Picture.objects.count() == 2


def test_erasing_a_prompt_takes_what_no_other_prompt_has(
    campaign: Campaign, lead: User, store: Path, django_capture_on_commit_callbacks: object
) -> None:
    one = make_prompt_with_picture(campaign, text="What is this?", by=lead)
    other = make_prompt_with_picture(campaign, text="Where is this?", by=lead)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        erase_prompt(prompt=one, by=None)
    first = (Picture.objects.count(), files(store))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        erase_prompt(prompt=other, by=None)

    one.refresh_from_db()
    assert one.attachments == []
    assert (first, Picture.objects.count(), files(store)) == ((1, 1), 0, 0)


def test_what_comes_again_after_it_was_erased_is_kept_anew(
    campaign: Campaign, lead: User, store: Path, django_capture_on_commit_callbacks: object
) -> None:
    erase_prompt(prompt=make_prompt_with_picture(campaign, by=lead), by=None)
    again = make_prompt_with_picture(campaign, by=lead)  # before the file has gone
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        pass

    assert picture_bytes(again.pictures.get())


@pytest.mark.django_db(transaction=True)
def test_an_arrival_that_is_undone_leaves_a_file_for_a_day(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = make_user("lead")
    campaign = make_campaign(lead=lead)
    kept = make_prompt_with_picture(campaign, by=lead)
    with transaction.atomic():
        make_prompt_with_picture(campaign, text="b", data=drawn(shade=9), by=lead)
        transaction.set_rollback(True)
    before = files(store)

    young = prune_files_without_row()
    monkeypatch.setattr(pictures, "WITHOUT_ROW", timedelta(seconds=-1))
    old = prune_files_without_row()

    assert (before, young, old, files(store)) == (2, 0, 1, 1)
    assert picture_bytes(kept.pictures.get())


@pytest.mark.django_db(transaction=True)
def test_a_store_that_is_away_keeps_nobody_from_what_follows_an_erasure(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rendered texts, say; the file stays for a day."""
    lead = make_user("lead")
    prompt = make_prompt_with_picture(make_campaign(lead=lead), by=lead)
    followed: list[str] = []
    remove = FolderStore.remove

    def away(*given: object) -> None:
        raise StoreError("it is away")

    monkeypatch.setattr(FolderStore, "remove", away)
    with transaction.atomic():
        erase_prompt(prompt=prompt, by=None)
        transaction.on_commit(lambda: followed.append("said"))

    assert (followed, Picture.objects.count(), files(store)) == (["said"], 0, 1)
    monkeypatch.setattr(FolderStore, "remove", remove)
    monkeypatch.setattr(pictures, "WITHOUT_ROW", timedelta(seconds=-1))
    assert (prune_files_without_row(), files(store)) == (1, 0)


@pytest.mark.django_db
def test_a_file_that_was_half_written_goes_after_a_day(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = store / f".{uuid4()}.staged"
    aside.mkdir()
    (aside / ".abc.part").write_bytes(b"half")
    young = prune_files_without_row()

    monkeypatch.setattr(pictures, "WITHOUT_ROW", timedelta(seconds=-1))
    old = prune_files_without_row()

    assert (young, old, list(store.iterdir())) == (0, 1, [])


@pytest.mark.django_db
def test_files_are_looked_up_by_the_thousand(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(pictures, "WITHOUT_ROW", timedelta(seconds=-1))
    monkeypatch.setattr(pictures, "BATCH", 2)
    for _ in range(5):
        pictures.picture_store().staged(str(uuid4())).publish("picture", b"a")

    with django_assert_num_queries(3):
        assert prune_files_without_row() == 5


class Elsewhere(threading.Thread):
    """What is done on a connection of its own; ``join`` raises what it raised."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self.work, self.raised = work, list[BaseException]()

    def run(self) -> None:
        try:
            self.work()
        except DatabaseError as broken:
            self.raised.append(broken)
        finally:
            connections.close_all()

    def begin(self) -> None:
        """Back when it waits for a lock, or did not have to."""
        self.start()
        while self.is_alive() and not somebody_waits():
            pass

    def end(self) -> None:
        self.join()
        assert self.raised == []


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_an_arrival_and_an_erasure_of_one_picture_wait_and_never_deadlock(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The arrival has the picture and is about to look for near-duplicates."""
    lead = make_user("lead")
    campaign = make_campaign(lead=lead)
    there = make_prompt_with_picture(campaign, text="Where is this?", by=lead)
    erasing = Elsewhere(lambda: erase_prompt(prompt=Prompt.objects.get(pk=there.pk), by=None))

    def settle_while_it_is_erased(*given: Any, **named: Any) -> Any:
        erasing.begin()
        return settle(*given, **named)

    monkeypatch.setattr("annotate.services.intake.keeping.settle", settle_while_it_is_erased)
    came = make_prompt_with_picture(campaign, text="What is this?", by=lead)
    erasing.end()

    there.refresh_from_db()
    assert there.attachments == []
    assert list(Picture.objects.get().prompts.all()) == [came]
    assert files(store) == 1


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_what_is_sent_again_while_it_is_erased_comes_anew(store: Path) -> None:
    """Nothing is given to a prompt of which everything goes."""
    lead = make_user("lead")
    campaign = make_campaign(lead=lead)
    there = make_prompt_with_picture(campaign, by=lead)
    sending = Elsewhere(
        lambda: make_prompt_with_picture(
            Campaign.objects.get(pk=campaign.pk), answers=("A lung.",), by=lead
        )
    )

    with transaction.atomic():
        erase_prompt(prompt=there, by=None)
        sending.begin()
        assert sending.is_alive()
    sending.end()

    again = Prompt.objects.exclude(pk=there.pk).get()
    assert again.candidates.count() == 1
    assert picture_bytes(again.pictures.get())
    assert not there.candidates.exists()


def test_a_campaign_travels_with_its_pictures(
    campaign: Campaign, lead: User, store: Path, tmp_path: Path
) -> None:
    """JPEG too, which drawn once more would be another file."""
    prompt = make_prompt_with_picture(campaign, data=drawn("JPEG"), by=lead)
    [name] = Picture.objects.values_list("sha256", flat=True)
    before = picture_bytes(Picture.objects.get())
    folder = exported(campaign, tmp_path / "campaign")
    emptied()

    said = imported(folder, "--people", "placeholder")

    arrived = Prompt.objects.get(uuid=prompt.uuid)
    assert [each.sha256 for each in arrived.pictures.all()] == [name]
    assert picture_bytes(arrived.pictures.get()) == before
    assert said["rows"]["pictures"] == 1  # type: ignore[index]  # as JSON has it
    assert {each["sha256"] for each in lines_of(folder, "pictures")} == {name}
