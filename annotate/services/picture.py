"""Pictures are kept once, and go with the last prompt that has them.

The file is written before its row and lies under the row's uuid; what a process that died left
without a row is removed a day later. A row is locked before a prompt is given to it and before it
goes, so that neither happens behind the other's back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from annotate.models import Picture
from annotate.pictures import Picture as Drawn
from commons.artifacts import sha256_of
from commons.stores import BrokenCopy, FolderStore, Store, remote_store

FILE = "picture"  # the one file of each
WITHOUT_ROW = timedelta(days=1)  # a longer transaction keeps no prompts
BATCH = 1000  # names that the database is asked for at once


def picture_store() -> Store:
    """Where pictures lie."""
    said = settings.PICTURE_STORE
    if "://" in said:
        copies = Path(settings.VAR_DIR) / "pictures"
        return remote_store(said, last=FILE, copies=copies, verify=_verify_copy)
    return FolderStore(Path(said) if said else Path(settings.ARTIFACTS) / "pictures")


def _verify_copy(name: str, folder: Path) -> None:
    found = Picture.objects.filter(uuid=name).first()
    if found is None or sha256_of(folder / FILE) != found.sha256:
        raise BrokenCopy(f"{settings.PICTURE_STORE}/{name}", "it is not what was kept there.")


def keep_pictures(brought: Iterable[tuple[int, Drawn]]) -> None:
    """Give each of these prompts its picture, kept where it is not there yet.

    Call inside the transaction that keeps the prompts.
    """
    drawn: dict[str, Drawn] = {}
    held: set[tuple[int, str]] = set()
    for prompt, picture in brought:
        name = picture.sha256
        drawn[name] = picture
        held.add((prompt, name))
    if not held:
        return
    there = _locked(drawn)
    there |= _made({name: each for name, each in drawn.items() if name not in there})
    through = Picture.prompts.through
    through.objects.bulk_create(
        (through(prompt_id=prompt, picture_id=there[name]) for prompt, name in sorted(held)),
        ignore_conflicts=True,
    )


def _locked(names: Iterable[str]) -> dict[str, int]:
    """Those that are there, and stay until this transaction ends."""
    rows = Picture.objects.filter(sha256__in=sorted(names)).order_by("pk")
    return dict(rows.select_for_update().values_list("sha256", "pk"))


def _made(drawn: Mapping[str, Drawn]) -> dict[str, int]:
    """Files, then their rows; of two who make the same one at once the later one's file goes."""
    if not drawn:
        return {}
    rows = []
    for name, each in sorted(drawn.items()):
        row = Picture(
            uuid=uuid4(),
            sha256=name,
            type=each.type,
            width=each.width,
            height=each.height,
            size=len(each.data),
        )
        picture_store().staged(str(row.uuid)).publish(FILE, each.data)
        rows.append(row)
    Picture.objects.bulk_create(rows, ignore_conflicts=True)
    there = _locked(drawn)
    ours = {row.uuid for row in rows}
    kept = set(Picture.objects.filter(uuid__in=ours).values_list("uuid", flat=True))
    for uuid in ours - kept:
        _remove_later(uuid)
    return there


def picture_bytes(picture: Picture) -> bytes:
    """``FileNotFoundError`` or ``StoreError`` where its file is not there."""
    with picture_store().open(str(picture.uuid), FILE) as file:
        return file.read()


def bytes_of(names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The bytes of pictures by their SHA-256, one at a time."""
    for picture in Picture.objects.filter(sha256__in=names).order_by("sha256"):
        yield picture.sha256, picture_bytes(picture)


def forget_pictures(prompts: Sequence[int]) -> int:
    """Take the pictures of these prompts away; say how many went with the last prompt they had.

    Call inside a transaction; the files go when it is committed.
    """
    through = Picture.prompts.through
    held = through.objects.filter(prompt__in=prompts)
    pks = sorted(set(held.values_list("picture", flat=True)))
    list(Picture.objects.filter(pk__in=pks).order_by("pk").select_for_update())
    held.delete()
    gone = list(Picture.objects.filter(pk__in=pks, prompts__isnull=True))
    Picture.objects.filter(pk__in=[each.pk for each in gone]).delete()
    for each in gone:
        _remove_later(each.uuid)
    return len(gone)


def _remove_later(uuid: UUID) -> None:
    """Once the rows are gone for good. A store that is away keeps nobody from what else follows;
    a file that stays for that is pruned."""
    transaction.on_commit(lambda: remove_file(uuid), robust=True)


def remove_file(uuid: UUID) -> None:
    picture_store().remove(str(uuid))


def files_without_row() -> list[str]:
    """Names of what was written by a process that died before its transaction ended."""
    names, found = filter(is_uuid, picture_store().published(older_than=WITHOUT_ROW)), list[str]()
    while some := list(islice(names, BATCH)):
        found += _without_row(some)
    return found


def _without_row(names: Sequence[str]) -> list[str]:
    there = Picture.objects.filter(uuid__in=names).values_list("uuid", flat=True)
    return sorted(set(names) - {str(uuid) for uuid in there})


def half_written_files() -> list[str]:
    """Names of what was begun by a process that died before the file lay in its place."""
    return list(filter(is_uuid, picture_store().leftovers(older_than=WITHOUT_ROW)))


def prune_files_without_row() -> int:
    """Half-written ones are let go as well."""
    names, half = files_without_row(), half_written_files()
    for name in names:
        picture_store().remove(name)
    for name in half:
        picture_store().staged(name).discard()
    return len(names) + len(half)


def is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
