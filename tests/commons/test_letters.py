"""What other apps add to a letter."""

from datetime import UTC, datetime

from pytest_django import Settings

from commons.letters import Line, Part, parts_of_letters
from commons.models import User

SINCE, UNTIL = datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)


def something(person: User, since: datetime, until: datetime) -> Part:
    return Part("Something", [Line(f"{person.username}, {since:%d} to {until:%d}")])


def nothing(_person: User, _since: datetime, _until: datetime) -> Part:
    return Part("Nothing", [])


def test_who_has_nothing_to_say_is_left_out(settings: Settings) -> None:
    settings.LETTER_PARTS = [f"{__name__}.nothing", f"{__name__}.something"]

    found = parts_of_letters(User(username="ada"), SINCE, UNTIL)

    assert found == [Part("Something", [Line("ada, 16 to 23")])]
