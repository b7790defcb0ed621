"""The pictures of a part's prompts: looked up by the prompt, and written beside its JSON lines."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from annotate.attachments import Attachment, attachments_in, file_name
from annotate.export.errors import LostPicture
from annotate.export.images import OF_LINES, Image, Images, path_in, write_beside
from annotate.export.manifest import Shard
from annotate.models import Picture, Prompt, SnapshotPart
from annotate.selectors.snapshot_answer import with_dashes
from annotate.selectors.snapshot_rows import MEMBER, Chunk, Member
from annotate.services.picture import picture_bytes
from annotate.services.snapshot import snapshot_store
from commons.stores import Heard, Staged, unheard


@dataclass
class PartImages:
    """``shards`` names the files that were written beside; of a dataset without pictures, nothing
    is looked up and everything passes as it is."""

    part: str
    staged: Staged
    is_on: bool
    is_beside: bool  # JSON lines are written
    heard: Heard = unheard  # after each file: hundreds of them may be of one chunk
    shards: list[Shard] = field(default_factory=list)

    def beside(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The chunks with the pictures of their prompts, looked up where the database is read."""
        if not self.is_on:
            yield from chunks
            return
        for chunk in chunks:
            prompts = {with_dashes(Member(*row[:MEMBER]).prompt) for row in chunk.rows}
            yield chunk._replace(images=self._images(prompts))

    def _images(self, prompts: set[str]) -> dict[str, Images]:
        """The pictures of each of these prompts, in their order."""
        rows = Prompt.objects.filter(uuid__in=prompts).values_list("uuid", "attachments")
        asked = {str(uuid): attachments_in(kept) for uuid, kept in rows}
        kept = _kept({each["sha256"] for kept in asked.values() for each in kept})
        images = {
            each["sha256"]: self._image(each, prompt, kept)
            for prompt, attachments in asked.items()
            for each in attachments
        }
        self._write({image.path: image for image in images.values()})
        return {
            uuid: [images[each["sha256"]] for each in attachments]
            for uuid, attachments in asked.items()
        }

    def _image(self, attachment: Attachment, prompt: str, kept: Mapping[str, Picture]) -> Image:
        picture = kept.get(attachment["sha256"])
        if picture is None:  # erased since, or lost
            raise LostPicture(attachment["sha256"], prompt)
        path = path_in(self.part, file_name(attachment))
        return Image(path, picture.size, partial(picture_bytes, picture))

    def _write(self, images: dict[str, Image]) -> None:
        """Beside the JSON lines, each once."""
        if not self.is_beside:
            return
        there = {shard.path for shard in self.shards}
        for path, image in sorted(images.items()):
            if f"{OF_LINES}/{path}" not in there:
                self.shards.append(write_beside(self.staged, image))
                self.heard()


def _kept(names: Collection[str]) -> dict[str, Picture]:
    return {each.sha256: each for each in Picture.objects.filter(sha256__in=names)}


def images_of(part: SnapshotPart, *, files: Sequence[str], heard: Heard = unheard) -> PartImages:
    return PartImages(
        part=part.name,
        staged=snapshot_store().staged(str(part.snapshot.uuid)),
        is_on=part.snapshot.with_images,
        is_beside=OF_LINES in files,
        heard=heard,
    )
