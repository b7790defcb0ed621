"""People and raters of a file become people and raters here.

Nobody comes to have a password, an e-mail address or a name by a file unless both sides ask for
it, and nobody becomes an admin, is let in, or is cleared for anything.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

from annotate.enums import RaterKind
from annotate.errors import NotCarriedIn
from annotate.models import Competence, Rater
from annotate.services.carrying.naming import Journey
from annotate.services.carrying.tables import PERSONAL
from commons.models import User

Row = dict[str, Any]


class People(StrEnum):
    """Who the people of a file are here, where nobody has their uuid."""

    PLACEHOLDER = "placeholder"  # inactive and without a name
    MATCH = "match"  # whoever has the e-mail address, else inactive under their own name


def refuse_nameless(*, people: People, with_people: bool) -> None:
    if people == People.MATCH and not with_people:
        raise NotCarriedIn(
            "The file has no e-mail addresses by which people could be matched",
            "Export it with --with-people, or let people come as placeholders.",
        )


def join_people(rows: list[Row], journey: Journey, *, people: People) -> frozenset[str]:
    """Find these people here or make them; say whom it made, by the uuid in the file."""
    asked = {row["uuid"] for row in rows}
    here = {
        str(uuid) for uuid in User.objects.filter(uuid__in=asked).values_list("uuid", flat=True)
    }
    left = [row for row in rows if row["uuid"] not in here]
    matched = _matched(left) if people == People.MATCH else {}
    journey.names.rename(User, matched.items())
    new = [row for row in left if row["uuid"] not in matched]
    _make(new, named=people == People.MATCH)
    journey.report.rows["people"] += len(new)
    journey.report.joined["people"] += len(rows) - len(new)
    return frozenset(row["uuid"] for row in new)


def _matched(rows: Iterable[Row]) -> dict[str, str]:
    """uuid there -> uuid here, where exactly one person on either side has the e-mail address."""
    there: dict[str, list[str]] = {}
    for row in rows:
        if row["email"]:
            there.setdefault(row["email"].casefold(), []).append(row["uuid"])
    here: dict[str, list[str]] = {}
    for uuid, email in User.objects.exclude(email="").values_list("uuid", "email"):
        here.setdefault(email.casefold(), []).append(str(uuid))
    return {
        uuids[0]: here[email][0]
        for email, uuids in there.items()
        if len(uuids) == len(here.get(email, ())) == 1
    }


def _make(rows: Collection[Row], *, named: bool) -> None:
    said = {_placeholder(row) for row in rows} | {row.get("username", "") for row in rows}
    taken = set(User.objects.filter(username__in=said).values_list("username", flat=True))
    users = []
    for row in rows:
        user = User(uuid=row["uuid"], is_active=False, username=_username(row, taken, named=named))
        if named:
            for name in PERSONAL[1:]:
                setattr(user, name, row[name])
        user.set_unusable_password()
        taken.add(user.username)
        users.append(user)
    User.objects.bulk_create(users)


def _placeholder(row: Row) -> str:
    return f"person-{row['uuid'][:8]}"


def _username(row: Row, taken: Collection[str], *, named: bool) -> str:
    wanted: list[str] = [row["username"]] if named else []
    wanted += [_placeholder(row), f"person-{row['uuid']}"]
    return next(each for each in wanted if each not in taken)


def keep_competences(rows: Iterable[Row], journey: Journey, *, made: Collection[str]) -> int:
    """Skills and languages of those who came; what others hold is for people here to say."""
    theirs = [row for row in rows if row["person"] in made]
    pks = journey.names.rows_named(User, {row["person"] for row in theirs})
    return len(
        Competence.objects.bulk_create(
            Competence(
                person_id=pks[row["person"]],
                facet=row["facet"],
                value=row["value"],
                expires_at=row.get("expires_at"),
            )
            for row in theirs
        )
    )


def join_raters(rows: list[Row], journey: Journey) -> list[Row]:
    """Those that are not here yet. A person is one rater, and so is a source by kind and name."""
    users = journey.names.rows_named(User, {row["user"] for row in rows if row["user"]})
    persons = dict(Rater.objects.filter(user__in=users.values()).values_list("user", "uuid"))
    sources = _sources(rows)
    new, joined = [], {}
    for row in rows:
        is_person = row["kind"] == RaterKind.PERSON
        here = (
            persons.get(users[row["user"]])
            if is_person
            else sources.get((row["kind"], row["name"]))
        )
        if here is None:
            new.append(row)
        else:
            joined[row["uuid"]] = str(here)
    journey.names.rename(Rater, joined.items())
    journey.report.joined["raters"] += len(joined)
    return new


def _sources(rows: Iterable[Row]) -> Mapping[tuple[str, str], object]:
    named = {row["name"] for row in rows if row["kind"] != RaterKind.PERSON}
    found = Rater.objects.filter(name__in=named).exclude(kind=RaterKind.PERSON)
    return {(kind, name): uuid for kind, name, uuid in found.values_list("kind", "name", "uuid")}
