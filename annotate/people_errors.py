"""What cannot be done about the people who judge: their checks, tests, pauses and voided work."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from annotate.errors import AnnotateError


class NoGold(AnnotateError):
    """An item cannot be made to check people; the message says why and what to do."""

    status = 409


class AlreadyGold(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("This item checks or trains people already; retire that one, or take another.")
        )


class NothingTold(AnnotateError):
    """The right order of an item is asked for that tells nobody."""

    status = 404

    def __init__(self) -> None:
        super().__init__(gettext("There is no answer to be shown for this item."))


class AnswerTold(AnnotateError):
    """Somebody would change what they handed in of an item whose answer they may have seen."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("What you hand in for training or a test stays as it is; go on with the next.")
        )


class AlreadyPaused(AnnotateError):
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext("%(name)s is paused already; decide over that pause.") % {"name": name}
        )


class Paused(AnnotateError):
    """Somebody who is paused asks for a test, or to talk with the models."""

    status = 409

    def __init__(self, campaign: str) -> None:
        super().__init__(
            gettext("You are paused in “%(name)s”; your desk says why, and you may answer there.")
            % {"name": campaign}
        )


class PauseDecided(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("Somebody has decided over this pause meanwhile; nothing was changed.")
        )


class AppealedBefore(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("You have said what you have to say; a lead answers it here."))


class NoTest(AnnotateError):
    """A test cannot be taken or made; the message says why and when or how it can."""

    status = 409


class NothingToVoid(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Nothing that counts was handed in here since then; name an earlier day, or "
                "leave it."
            )
        )


class VoidGoesOn(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "A worker still voids work of this person, or lets it count again; wait until it "
                "is done, then look again."
            )
        )


class AlreadyUndone(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("This was undone before; nothing was changed."))


class LimitReached(AnnotateError):
    """A campaign gives a person nothing more for now."""

    status = 409

    def __init__(self, campaign: str, *, per_day: int | None, percent: int | None) -> None:
        said = {"name": campaign, "per_day": per_day, "percent": percent}
        if per_day is not None:
            words = ngettext(
                "You have reached today's limit of “%(name)s”, %(per_day)d item; it begins anew "
                "at midnight UTC.",
                "You have reached today's limit of “%(name)s”, %(per_day)d items; it begins anew "
                "at midnight UTC.",
                per_day,
            )
        else:
            words = gettext(
                "You have done %(percent)d %% of “%(name)s”, as much as one person may; there is "
                "more for you when others have done more."
            )
        super().__init__(words % said)


class QuotaReached(AnnotateError):
    """A person's team has done what it is asked for in a campaign."""

    status = 409

    def __init__(
        self, campaign: str, team: str, *, per_week: int | None, in_all: int | None
    ) -> None:
        said = {"name": campaign, "team": team, "per_week": per_week, "in_all": in_all}
        if per_week is not None:
            words = ngettext(
                "Your team, %(team)s, has done or holds the %(per_week)d item that “%(name)s” asks "
                "of it this week; it begins anew on Monday at midnight UTC.",
                "Your team, %(team)s, has done or holds the %(per_week)d items that “%(name)s” "
                "asks of it this week; it begins anew on Monday at midnight UTC.",
                per_week,
            )
        else:
            words = ngettext(
                "Your team, %(team)s, has done or holds the %(in_all)d item that “%(name)s” asks "
                "of it in all; a lead of the campaign may ask it for more.",
                "Your team, %(team)s, has done or holds the %(in_all)d items that “%(name)s” asks "
                "of it in all; a lead of the campaign may ask it for more.",
                in_all or 0,
            )
        super().__init__(words % said)


class EnoughRead(LimitReached):
    """A campaign gives a person nothing more that may harm, for a while."""

    def __init__(
        self,
        campaign: str,
        *,
        per_day: int | None,
        in_a_row: int | None,
        minutes: int,
        until: datetime,
    ) -> None:
        said = {
            "name": campaign,
            "n": in_a_row or per_day or 0,
            "minutes": minutes,
            "until": date_format(until, "H:i"),
        }
        if per_day is not None:
            words = gettext(
                "You have read %(n)d items of “%(name)s” today that may hold harmful text, as many "
                "as one person reads on a day; there are more after midnight UTC."
            )
        else:
            words = gettext(
                "Those were %(n)d items of “%(name)s” in a row that may hold harmful text. Take a "
                "break of %(minutes)d minutes, away from the screen: there are more from %(until)s "
                "UTC on."
            )
        AnnotateError.__init__(self, words % said)


class NotAgreed(AnnotateError):
    """Somebody is to get what may harm and has not agreed to read it."""

    status = 409

    def __init__(self, campaign: str) -> None:
        super().__init__(
            gettext(
                "This holds text of “%(name)s” that may harm, which nobody is given who has not "
                "agreed to read it: see “What you agree to read” in the profile."
            )
            % {"name": campaign}
        )


class AgreedToOthers(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("The words have changed since you read them; read them once more.")
        )


class NobodyToTell(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("There is nobody to tell; invite people first."))


class AnnouncedBefore(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("This was announced before; nobody was told twice."))
