"""A record is written as the database will hold it, apart from the database."""

from uuid import RFC_4122, UUID

from annotate.services.intake.arriving import answer_of
from annotate.services.intake.dialects import dialect
from tests.annotate.services.test_importing import answered


def test_an_answer_has_a_uuid_of_the_kind_that_is_drawn_by_chance() -> None:
    (candidate,) = answered("Why?", "So.").candidates

    ids = {UUID(answer_of(candidate, dialect()).uuid) for _ in range(100)}

    assert len(ids) == 100
    assert {(each.version, each.variant) for each in ids} == {(4, RFC_4122)}
