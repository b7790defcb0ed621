"""A dataset whose prompts ask about pictures holds them; one without is what it always was."""

import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from annotate.attachments import attachments_in
from annotate.enums import Kind, SnapshotKind
from annotate.export.images import write_beside
from annotate.export.manifest import verify_snapshot
from annotate.export.policy import Policy
from annotate.models import Campaign, Picture, Prompt, Snapshot
from annotate.services.campaign import Work
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.erasure import erase_prompt
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.snapshot import snapshot_folder
from annotate.services.snapshot_part import Beats
from commons.models import RunState
from tests.annotate.drawing import drawn
from tests.annotate.freezing import freeze
from tests.annotate.picturing import make_prompt_with_picture
from tests.factories import make_campaign, make_member, make_prompt, take_and_show

datasets = pytest.importorskip("datasets")

KINDS = ["sft", "preference", "ranked", "unpaired", "prompts"]
QUIET = Policy(report=False)


@pytest.fixture(autouse=True)
def _artifacts(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path / "artifacts"
    settings.PSEUDONYM_KEY = "a key of the test"


@pytest.fixture
def campaign(db: None) -> Campaign:
    """Two prompts, judged in every way; one of them asks about a picture."""
    campaign = make_campaign(works=[Work(Kind.RANK, answers=2), Work(Kind.DEMONSTRATE)])
    make_prompt_with_picture(campaign, answers=("A lung.", "A heart."))
    make_prompt(campaign, text="What is a lung?", answers=["An organ.", "A vessel."])
    Prompt.objects.update(side="train")
    person = make_member(campaign)
    for _ in range(2):
        turn = take_and_show(by=person, campaign=campaign, kind=Kind.RANK)
        order = [[each] for each in turn.task.offered]
        submit_ranking(assignment=turn, answer=RankingAnswer(tiers=order), by=person)
        turn = take_and_show(by=person, campaign=campaign, kind=Kind.DEMONSTRATE)
        submit_demonstration(assignment=turn, answer=DemonstrationAnswer("It is."), by=person)
    return campaign


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_with_its_pictures(
    campaign: Campaign, kind: str, tmp_path: Path
) -> None:
    frozen = freeze(SnapshotKind(kind), campaign, QUIET)

    assert (frozen.state, frozen.error) == (RunState.DONE, "")
    folder = snapshot_folder(frozen)
    rows = datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert rows.features["images"] == datasets.List(datasets.Image())
    seen = sorted({tuple(each.size for each in row["images"]) for row in rows})
    assert seen == [(), ((8, 6),)]
    verify_snapshot(folder)


def test_json_lines_name_files_beside_them(campaign: Campaign) -> None:
    folder = snapshot_folder(freeze(SnapshotKind.PREFERENCE, campaign, QUIET))

    file = folder / "jsonl" / "train-00000.jsonl"
    named = [
        path for line in file.read_bytes().splitlines() for path in orjson.loads(line)["images"]
    ]
    [path] = named
    assert path == f"images/train-00000/{Picture.objects.get().sha256}.png"
    assert Image.open(io.BytesIO((file.parent / path).read_bytes())).size == (8, 6)
    assert f"jsonl/{path}" in {shard.path for shard in verify_snapshot(folder).shards}


def test_the_card_says_what_the_pictures_are(campaign: Campaign) -> None:
    card = (snapshot_folder(freeze(SnapshotKind.SFT, campaign, QUIET)) / "README.md").read_text()

    assert "  - name: images\n    list: image\n" in card
    assert "`images`" in card


@pytest.mark.parametrize("form", ["openai", "openrlhf", "transcript"])
def test_a_form_without_pictures_is_refused_in_words(campaign: Campaign, form: str) -> None:
    policy = Policy(form=form, files=("jsonl",), report=False)

    frozen = freeze(SnapshotKind.PREFERENCE, campaign, policy)

    assert frozen.state == RunState.FAILED
    assert "freeze the dataset in TRL's form" in frozen.error


def test_a_dataset_without_pictures_has_no_column_of_them(campaign: Campaign) -> None:
    elsewhere = make_campaign(name="Elsewhere", works=[Work(Kind.RANK, answers=2)])
    make_prompt(elsewhere, text="Why?", answers=["a", "b"])
    Prompt.objects.update(side="train")

    frozen = freeze(SnapshotKind.PROMPTS, elsewhere, QUIET)

    assert not Snapshot.objects.get(pk=frozen.pk).with_images
    assert "images" not in (snapshot_folder(frozen) / "README.md").read_text()


def test_equal_pictures_give_equal_bytes(campaign: Campaign) -> None:
    one, other = (freeze(SnapshotKind.SFT, campaign, QUIET) for _ in range(2))

    assert one.digest == other.digest


def test_two_prompts_share_one_file_within_a_part(campaign: Campaign) -> None:
    make_prompt_with_picture(campaign, text="Where is this?")
    make_prompt_with_picture(campaign, text="And what is this?", data=drawn(shade=9))
    Prompt.objects.update(side="train")

    folder = snapshot_folder(freeze(SnapshotKind.PROMPTS, campaign, QUIET))

    assert len(list((folder / "jsonl" / "images" / "train-00000").iterdir())) == 2


def test_who_writes_many_pictures_is_heard_after_each(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow store needs longer for those of one chunk than a silent worker is taken for alive."""
    for shade in range(1, 4):
        make_prompt_with_picture(campaign, text=f"What is {shade}?", data=drawn(shade=shade))
    Prompt.objects.update(side="train")
    said: list[str] = []
    heard = Beats.heard

    def told_write(*given: Any) -> Any:
        said.append("file")
        return write_beside(*given)

    def told_heard(beats: Beats, more: int) -> None:
        said.append("heard")
        heard(beats, more)

    monkeypatch.setattr("annotate.services.snapshot_images.write_beside", told_write)
    monkeypatch.setattr(Beats, "heard", told_heard)
    freeze(SnapshotKind.PROMPTS, campaign, QUIET)

    assert said.count("file") == 4
    assert all(said[at + 1] == "heard" for at, each in enumerate(said) if each == "file")


def test_what_is_erased_while_its_pictures_are_looked_up_leaves_no_file(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """The part fails; that it does is not all that is said."""
    asks = Prompt.objects.exclude(attachments=[]).get()

    def erase_and_read(kept: Any) -> Any:
        asks.refresh_from_db()
        if asks.attachments:
            erase_prompt(prompt=asks, by=None)
        return attachments_in(kept)

    monkeypatch.setattr("annotate.services.snapshot_images.attachments_in", erase_and_read)
    frozen = freeze(SnapshotKind.PROMPTS, campaign, QUIET)

    assert (frozen.state, frozen.erasures.count()) == (RunState.FAILED, 1)
    assert "erased while it was being written" in frozen.error
    left = (Path(settings.ARTIFACTS) / "snapshots").rglob("*")
    assert [path for path in left if path.is_file()] == []


def test_a_picture_that_is_lost_ends_the_freeze_in_words(campaign: Campaign) -> None:
    [name] = Picture.objects.values_list("sha256", flat=True)
    asks = Prompt.objects.exclude(attachments=[]).get()
    elsewhere = make_prompt_with_picture(campaign, text="Where is this?", data=drawn(shade=9))
    Prompt.objects.update(side="train")
    Picture.objects.filter(sha256=name).delete()  # by hand

    frozen = freeze(SnapshotKind.PROMPTS, campaign, QUIET)

    assert elsewhere.pictures.exists()
    assert frozen.state == RunState.FAILED
    assert f"The picture {name} of the prompt {asks.uuid} is not in the database" in frozen.error
