"""Pictures travel with their prompts: one more file of the parcel, where there are any.

A line is {"data": base64, "sha256": …}. Which prompt has which stands in the prompts themselves.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator

import orjson
from django.db.models import QuerySet

from annotate.errors import NotCarriedIn
from annotate.models import Campaign, Picture, Prompt
from annotate.pictures import OddPicture, picture_of_ours
from annotate.pictures import Picture as Drawn
from annotate.selectors.carrying import prompts_carried
from annotate.services.picture import keep_pictures, picture_bytes

NAME = "pictures"  # of the file
COLUMNS = ("data", "sha256")


def pictures_of(campaign: Campaign) -> QuerySet[Picture]:
    """The pictures of all prompts that travel."""
    held = Picture.prompts.through.objects.filter(prompt__in=prompts_carried(campaign))
    return Picture.objects.filter(pk__in=held.values("picture")).order_by("sha256")


def lines_of(pictures: QuerySet[Picture]) -> Iterator[bytes]:
    for picture in pictures.iterator(chunk_size=100):
        row = {"data": b64encode(picture_bytes(picture)).decode(), "sha256": picture.sha256}
        yield orjson.dumps(row, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def keep_carried(lines: Iterable[bytes], *, campaign: Campaign) -> int:
    """Give the prompts that came their pictures; say how many of these came.

    ``NotCarriedIn`` where a prompt names one that did not come, or one is not what it is called.
    """
    wanted: dict[str, list[int]] = {}
    for prompt in Prompt.objects.filter(pk__in=prompts_carried(campaign)).exclude(attachments=[]):
        for each in prompt.attachments:
            wanted.setdefault(each["sha256"], []).append(prompt.pk)
    came = 0
    for line in lines:
        picture = _picture_in(line)
        keep_pictures((prompt, picture) for prompt in wanted.pop(picture.sha256, ()))
        came += 1
    if wanted:
        raise NotCarriedIn(
            f"{len(wanted)} pictures of its prompts are not in the file", "Export it anew."
        )
    return came


def _picture_in(line: bytes) -> Drawn:
    row = orjson.loads(line)
    try:
        picture = picture_of_ours(b64decode(row["data"], validate=True))
    except OddPicture as odd:
        said = str(odd).rstrip(".")
        raise NotCarriedIn(f"A picture of the file {said}", "Export the campaign anew.") from odd
    except (ValueError, KeyError, TypeError) as odd:
        raise NotCarriedIn("A picture of the file is none", "Export the campaign anew.") from odd
    if picture.sha256 != row["sha256"]:
        raise NotCarriedIn(
            "A picture of the file is not the one that it is called", "Export the campaign anew."
        )
    return picture
