"""A dataset on a hub is the very dataset, once, and for nobody whom it is not meant for."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from annotate.enums import SnapshotKind
from annotate.export.manifest import Manifest, verify_snapshot
from annotate.export.rows import prompt_row
from annotate.export.texts import About
from commons.models import AuditEvent
from tests.annotate.export.freezing import write_snapshot
from tests.annotate.freezing import freeze
from tests.commons.standin_hub import TOKEN, Repo, StandIn, standin_hub
from tests.factories import make_campaign, make_member, make_ranking, make_user

# huggingface_hub 2.4 sends files as `data`, of which httpx2 says this.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")

REPO = "my-team/medicine"


@pytest.fixture
def hub(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Without the hub's own storage protocol, of which the stand-in knows nothing."""
    monkeypatch.setattr("huggingface_hub._commit_api.is_xet_available", lambda: False)
    settings.HUB_TOKEN = TOKEN
    with standin_hub() as hub:
        yield hub


def frozen(folder: Path, *questions: str) -> Manifest:
    rows = [
        prompt_row(About(str(n), [{"role": "user", "content": said}], "train", "", "en"))
        for n, said in enumerate(questions)
    ]
    return write_snapshot(folder, kind="prompts", rows={"train": rows}, max_rows=1)


def push(hub: StandIn, folder: Path, *more: str) -> None:
    call_command("push_snapshot", str(folder), "--repo", REPO, "--endpoint", hub.endpoint, *more)


def refused(hub: StandIn, folder: Path, *more: str) -> CommandError:
    with pytest.raises(CommandError) as answer:
        push(hub, folder, *more)
    return answer.value


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


def contents(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_the_hub_holds_the_very_bytes_in_one_commit_whose_last_file_is_the_manifest(
    hub, tmp_path, capsys
):
    folder = tmp_path / "s"
    manifest = frozen(folder, "Why?", "How?")

    push(hub, folder)

    repo = hub.repos[REPO]
    assert hashes(repo.files("main")) == hashes(contents(folder))
    assert repo.private
    (oid,) = repo.commits
    assert (repo.tags, repo.order[oid][-1]) == ({manifest.digest[:12]: oid}, "manifest.json")
    assert set(hub.stored) == {
        shard.sha256 for shard in manifest.shards if shard.path.endswith("parquet")
    }
    assert capsys.readouterr().out.splitlines() == [
        f"pushed: {hub.endpoint}/datasets/{REPO}/tree/{manifest.digest[:12]}",
        f"digest {manifest.digest}",
    ]


def test_what_is_there_already_is_not_sent_again(hub, tmp_path, capsys):
    folder = tmp_path / "s"
    manifest = frozen(folder, "Why?")
    push(hub, folder)
    sent = hub.sent()
    capsys.readouterr()

    push(hub, folder, "--json")

    (oid,) = hub.repos[REPO].commits
    assert hub.sent() == sent
    assert json.loads(capsys.readouterr().out) == {
        "url": f"{hub.endpoint}/datasets/{REPO}/tree/{manifest.digest[:12]}",
        "commit": oid,
        "tag": manifest.digest[:12],
        "was_there": True,
        "digest": manifest.digest,
    }


def test_the_next_dataset_takes_the_place_of_the_first_and_both_stay_under_their_tags(
    hub, tmp_path
):
    first, second = tmp_path / "first", tmp_path / "second"
    manifests = [frozen(first, "Why?", "How?"), frozen(second, "Who?")]
    hub.repos[REPO] = Repo(private=True, commits={"c0": {".gitattributes": b"*"}})
    hub.repos[REPO].branches["main"] = "c0"

    for folder in (first, second):
        push(hub, folder)

    repo = hub.repos[REPO]
    for manifest, folder in zip(manifests, (first, second), strict=True):
        there = dict(repo.files(manifest.digest[:12]))
        assert there.pop(".gitattributes") == b"*"
        assert there == contents(folder)
        copy = tmp_path / manifest.digest
        for path, content in there.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes(content)
        assert verify_snapshot(copy) == manifest


def test_a_public_repository_is_refused_before_anything_is_sent(hub, tmp_path):
    frozen(tmp_path / "s", "Why?")
    hub.repos[REPO] = Repo(private=False)

    answer = refused(hub, tmp_path / "s")

    assert answer.returncode == 1
    assert f"{REPO} is public: everybody could read it." in str(answer)
    assert hub.sent() == []

    push(hub, tmp_path / "s", "--public")
    assert len(hub.repos[REPO].commits) == 1


def test_a_repository_is_made_public_only_when_that_is_said(hub, tmp_path):
    frozen(tmp_path / "s", "Why?")

    push(hub, tmp_path / "s", "--public")

    assert not hub.repos[REPO].private


def test_a_branch_gets_it_where_one_is_named(hub, tmp_path):
    frozen(tmp_path / "s", "Why?")

    push(hub, tmp_path / "s", "--revision", "weekly")

    assert hub.repos[REPO].files("weekly") == contents(tmp_path / "s")
    assert "main" not in hub.repos[REPO].branches


def test_a_dataset_that_changed_never_leaves(hub, tmp_path):
    manifest = frozen(tmp_path / "s", "Why?")
    with (tmp_path / "s" / manifest.shards[0].path).open("ab") as shard:
        shard.write(b" ")

    answer = refused(hub, tmp_path / "s")

    assert (answer.returncode, hub.heard) == (1, [])
    assert "has changed" in str(answer)


def test_a_token_that_may_not_write_is_told_so(hub, tmp_path, settings):
    frozen(tmp_path / "s", "Why?")
    settings.HUB_TOKEN = "hf_read"

    answer = refused(hub, tmp_path / "s")

    assert answer.returncode == 1
    assert f"The hub lets this token not write to {REPO} (401)" in str(answer)


def test_without_a_token_nothing_is_asked(hub, tmp_path, settings):
    frozen(tmp_path / "s", "Why?")
    settings.HUB_TOKEN = ""

    answer = refused(hub, tmp_path / "s")

    assert (answer.returncode, hub.heard) == (2, [])
    assert str(answer).startswith("Set HF_TOKEN")


def test_a_hub_that_does_not_answer_is_said(tmp_path, settings):
    frozen(tmp_path / "s", "Why?")
    settings.HUB_TOKEN = TOKEN
    with standin_hub() as gone:
        pass

    answer = refused(gone, tmp_path / "s")

    assert answer.returncode == 1
    assert str(answer).startswith("The hub does not answer")


def test_that_a_dataset_of_ours_went_to_a_hub_is_written_down_once(hub, db, tmp_path, settings):
    settings.ARTIFACTS = tmp_path
    campaign = make_campaign(lead=make_user())
    make_ranking(campaign, make_member(campaign))
    snapshot = freeze(SnapshotKind.RANKED, campaign)
    said = (str(snapshot.uuid), "--repo", REPO, "--endpoint", hub.endpoint)

    for _ in range(2):
        call_command("push_snapshot", *said)

    event = AuditEvent.objects.get(verb="snapshot.pushed")
    assert event.subject == f"snapshot:{snapshot.uuid}"
    assert event.detail["public"] is False
    assert (event.detail["tag"], REPO in event.detail["url"]) == (snapshot.digest[:12], True)


def test_a_push_whose_note_was_lost_is_written_down_by_the_next(hub, db, tmp_path, settings):
    """As when the command is killed once the hub has everything."""
    settings.ARTIFACTS = tmp_path
    campaign = make_campaign(lead=make_user())
    make_ranking(campaign, make_member(campaign))
    snapshot = freeze(SnapshotKind.RANKED, campaign)
    said = (str(snapshot.uuid), "--repo", REPO, "--endpoint", hub.endpoint)
    with patch("annotate.management.commands.push_snapshot.record_push"):
        call_command("push_snapshot", *said)
    assert not AuditEvent.objects.filter(verb="snapshot.pushed").exists()

    call_command("push_snapshot", *said)

    assert AuditEvent.objects.get(verb="snapshot.pushed").subject == f"snapshot:{snapshot.uuid}"
