"""What intake is measured with is the same for the same seed, and nobody else's."""

from itertools import islice

import pytest

from bench.intake import rows_of
from bench.intake_inside import refuse_rows
from tests.factories import make_user


def test_the_same_seed_gives_the_same_rows_and_none_of_them_twice() -> None:
    first, again, other = (list(islice(rows_of(seed, 4), 200)) for seed in (1, 1, 2))

    assert first == again
    assert len({str(row["prompt"]) for row in (*first, *other)}) == 400


def test_rows_are_of_the_size_that_is_promised() -> None:
    row = next(rows_of(1, 3))

    words = [len(str(said).split()) for said in (row["prompt"], *texts_of(row["candidates"]))]
    assert words[0] >= 60
    assert min(words[1:]) >= 120
    assert len(words) == 4


def texts_of(candidates):
    return [candidate["text"] for candidate in candidates]


@pytest.mark.django_db
def test_a_database_that_holds_anything_is_refused() -> None:
    make_user()

    with pytest.raises(SystemExit, match="holds rows already: name an empty database"):
        refuse_rows()
