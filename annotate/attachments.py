"""What a prompt brings beside its messages: pictures, each named by the SHA-256 of its bytes. PURE.

A prompt keeps them as a list, in the order in which they are shown:

    {"sha256": "9f86…", "type": "image/png", "width": 640, "height": 480, "alt": "A lung"}

The bytes are kept once (``services.picture``). What a prompt asks depends on which pictures it has
and not on how they are described: the same picture with better words is the same prompt.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

from annotate.pictures import ENDINGS, Picture


class Attachment(TypedDict):
    """A picture of a prompt. ``alt`` says what is to be seen; empty: nobody said."""

    sha256: str
    type: str
    width: int  # pixels
    height: int
    alt: str


def attachment_of(picture: Picture, alt: str) -> Attachment:
    return {
        "sha256": picture.sha256,
        "type": picture.type,
        "width": picture.width,
        "height": picture.height,
        "alt": alt,
    }


def attachments_in(kept: Sequence[Any]) -> list[Attachment]:
    """The pictures of a prompt, as its row keeps them."""
    return [cast(Attachment, each) for each in kept]


def identity_of(attachments: Sequence[Mapping[str, Any]]) -> list[str]:
    """What of them makes two prompts the same prompt."""
    return [str(each["sha256"]) for each in attachments]


def file_name(attachment: Attachment) -> str:
    return f"{attachment['sha256']}.{ENDINGS[attachment['type']]}"
