"""Artifacts in an object store: whole or not there, whoever dies and whoever comes second."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest
from fsspec.implementations.local import LocalFileSystem

from commons.artifacts import ArtifactExists
from commons.stores import BrokenCopy, RemoteStore, StoreError
from commons.stores.errors import StoreAway, StoreFull, StoreMissing, StoreRefuses, in_words
from commons.stores.remote import creates_once
from tests.commons.stores.conftest import opened

_names = count()


class Killed(BaseException):
    """What a process that is killed does: nothing more."""


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> RemoteStore:
    if request.param == "s3":
        return opened(request.getfixturevalue("bucket"), tmp_path)
    return opened(f"memory://test-{next(_names)}", tmp_path)


def write(store: RemoteStore, name: str = "one") -> None:
    with store.staged(name).writing("a.txt") as out:
        out.write(b"0123456789")


def die_while_writing(store: RemoteStore) -> None:
    with store.staged("one").writing("b.txt") as out:
        out.write(b"half")
        raise Killed


def publish(store: RemoteStore, name: str = "one", last: bytes = b"{}") -> None:
    write(store, name)
    store.staged(name).publish("last.json", last)


def test_what_is_written_is_there_once_its_last_file_is(store):
    write(store)
    assert not store.has("one")

    store.staged("one").publish("last.json", b"{}")

    assert store.has("one")
    assert sorted(store.files("one")) == ["a.txt", "last.json"]
    with store.open("one", "last.json") as file:
        assert file.read() == b"{}"


def test_a_block_that_breaks_puts_nothing_and_another_writer_goes_on(store):
    with pytest.raises(Killed):
        die_while_writing(store)
    assert store.files("one") == []
    assert list(store.copies.root.iterdir()) == []

    publish(store)
    write(store)  # by somebody who was thought dead: the same bytes

    with store.open("one", "a.txt") as file:
        assert file.read() == b"0123456789"


def test_of_two_who_publish_one_after_the_other_the_first_wins(store):
    publish(store, last=b"first")

    with pytest.raises(ArtifactExists):
        store.staged("one").publish("last.json", b"second")

    with store.open("one", "last.json") as file:
        assert file.read() == b"first"


def test_of_two_who_publish_at_once_one_wins(bucket, tmp_path):
    store, both = opened(bucket, tmp_path), Barrier(2)

    def publishes(said: bytes) -> bool:
        both.wait()
        try:
            store.staged("one").publish("last.json", said)
        except ArtifactExists:
            return False
        return True

    with ThreadPoolExecutor(2) as two:
        won = list(two.map(publishes, [b"first", b"second"]))

    assert sorted(won) == [False, True]
    with store.open("one", "last.json") as file:
        assert file.read() == [b"first", b"second"][won.index(True)]


def test_a_file_is_read_from_any_place(store):
    publish(store)

    with store.open("one", "a.txt") as file:
        file.seek(3)
        assert file.read(4) == b"3456"
    with pytest.raises(FileNotFoundError):
        store.open("one", "b.txt")


def test_what_is_discarded_is_gone_and_what_is_published_stays(store):
    write(store, "two")
    publish(store)

    store.staged("one").discard()
    store.staged("two").discard()

    assert (store.has("one"), store.files("two")) == (True, [])
    store.remove("one")
    store.remove("one")
    assert (store.has("one"), store.files("one")) == (False, [])


def test_what_was_begun_and_left_is_found_once_it_is_old(store):
    publish(store)
    write(store, "two")

    assert list(store.leftovers(older_than=timedelta(days=1))) == []
    assert list(store.leftovers(older_than=timedelta(seconds=-2))) == ["two"]


def test_what_has_been_there_for_long_is_found_by_one_list(store, monkeypatch):
    """Not by two questions about each: there may be a million of them."""
    publish(store)
    publish(store, "two")
    write(store, "three")
    asked = []
    monkeypatch.setattr(type(store.system), "modified", lambda *given: asked.append(given))

    young = list(store.published(older_than=timedelta(days=1)))
    old = list(store.published(older_than=timedelta(seconds=-2)))

    assert (young, old, asked) == ([], ["one", "two"], [])


def test_a_driver_whose_list_says_no_time_is_asked(store, monkeypatch):
    publish(store)
    system = store.system
    bare = {path: {} for path in system.find(store.root)}
    monkeypatch.setattr(type(system), "find", lambda *given, **named: bare)

    assert list(store.published(older_than=timedelta(days=1))) == []
    assert list(store.published(older_than=timedelta(seconds=-2))) == ["one"]


def test_nothing_has_been_where_nothing_is(store):
    assert list(store.published(older_than=timedelta(0))) == []


def test_a_copy_is_made_once_and_found_again(store):
    publish(store)
    beats = []

    place = store.local("one", lambda: beats.append(1))
    with_beats = len(beats)

    assert (place / "a.txt").read_bytes() == b"0123456789"
    assert store.local("one", lambda: beats.append(1)) == place
    assert with_beats >= 2
    assert len(beats) == with_beats
    assert [path.name for path in store.copies.root.iterdir()] == [place.name]


def test_an_object_that_was_tampered_with_is_refused_and_no_copy_stays(store):
    publish(store)
    store.system.pipe_file(store.place("one", "a.txt"), b"0123456780")

    with pytest.raises(BrokenCopy, match="one is not what was frozen"):
        store.local("one")

    assert list(store.copies.root.iterdir()) == []


def test_the_longest_unused_copies_go_when_all_are_too_much(store):
    days = {"old": 9, "older": 12, "new": 0}
    places = {}
    for name, ago in days.items():
        publish(store, name, last=name.encode())
        places[name] = store.local(name)
        then = time.time() - ago * 86_400
        os.utime(places[name], (then, then))

    assert store.copies.due(most=100) == []
    assert store.copies.due(most=30) == [places["older"]]
    assert store.copies.prune(most=0) == 2  # the new one may be in use
    assert list(store.copies.root.iterdir()) == [places["new"]]


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (PermissionError("Access Denied"), StoreRefuses),
        (OSError(28, "No space left on device"), StoreFull),
        (FileNotFoundError("NoSuchBucket"), StoreMissing),
        (ConnectionRefusedError("refused"), StoreAway),
    ],
)
def test_what_a_store_does_not_do_is_said_with_its_remedy(broken, kind):
    with (
        pytest.raises(kind, match="s3://bucket.*ask again|s3://bucket.*versions"),
        in_words("s3://bucket"),
    ):
        raise broken


def test_a_bucket_that_is_not_there_is_said(bucket, tmp_path):
    with pytest.raises(StoreError, match="s3://no-such-bucket/one/a.txt is not there"):
        write(opened("s3://no-such-bucket", tmp_path))


def test_a_file_system_without_a_put_that_only_creates_is_known(store):
    assert creates_once(store.system)
    assert not creates_once(LocalFileSystem())
