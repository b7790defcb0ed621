"""A record is written as the database will hold it, apart from the database."""

from dataclasses import replace
from uuid import RFC_4122, UUID

from annotate.importing.records import ImportedPicture
from annotate.pictures import Picture
from annotate.services.intake.arriving import CHARACTERS, answer_of, chunks_of
from annotate.services.intake.dialects import dialect
from tests.annotate.services.test_importing import answered


def test_an_answer_has_a_uuid_of_the_kind_that_is_drawn_by_chance() -> None:
    (candidate,) = answered("Why?", "So.").candidates

    ids = {UUID(answer_of(candidate, dialect()).uuid) for _ in range(100)}

    assert len(ids) == 100
    assert {(each.version, each.variant) for each in ids} == {(4, RFC_4122)}


def test_a_chunk_of_large_pictures_is_short_however_well_they_are_packed() -> None:
    """Each of 16 million pixels counts as 4 of a chunk's 8 million characters, and more."""
    asked = answered("Why?", "So.")
    large = Picture(b"small", "image/png", 4000, 4000)
    records = [
        replace(asked, line=n, key=str(n), pictures=(ImportedPicture(large, ""),))
        for n in range(1, 6)
    ]

    chunks = list(chunks_of(records, dialect()))

    assert CHARACTERS == 8_000_000
    assert [len(chunk.arrivals) for chunk in chunks] == [2, 2, 1]
