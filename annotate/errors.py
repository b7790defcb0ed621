"""What annotate refuses, in words that say what to do next. Services raise, the edge translates."""

from datetime import datetime

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError as AnnotateError
from annotate.answer_errors import IncompleteAnswers as IncompleteAnswers
from annotate.answer_errors import StrangeAnswers as StrangeAnswers
from annotate.enums import AssignmentState


class NotAllowed(AnnotateError):
    """The person's role does not allow this act."""

    status = 403


class NothingToDo(AnnotateError):
    status = 404

    def __init__(self) -> None:
        super().__init__(
            gettext("There is nothing waiting for you right now; new work appears here.")
        )


class SeatsTaken(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("You already hold two open items; finish or release one of them first.")
        )


class GuidelineNotAcknowledged(AnnotateError):
    status = 409

    def __init__(self, campaign: str) -> None:
        self.campaign = campaign
        super().__init__(
            gettext("The guideline of “%(campaign)s” is new to you; read and accept it first.")
            % {"campaign": campaign}
        )


class AlreadySubmitted(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("This item is already submitted, perhaps in another tab; nothing is lost.")
        )


class NotYours(AnnotateError):
    status = 404

    def __init__(self) -> None:
        super().__init__(gettext("There is no such item in your hands; take the next one."))


class NotSubmitted(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("This item is not submitted yet, or not yours; submit it instead.")
        )


class EditTimeOver(AnnotateError):
    status = 409

    def __init__(self, minutes: int) -> None:
        super().__init__(
            gettext(
                "A submission can be changed for %(minutes)s minutes; after that, tell the lead."
            )
            % {"minutes": minutes}
        )


class AssignmentClosed(AnnotateError):
    status = 409

    def __init__(self, state: str) -> None:
        what = str(AssignmentState(state).label).lower()
        said = gettext("This item is no longer yours (%(state)s); take the next one.")
        super().__init__(said % {"state": what})


class WrongKind(AnnotateError):
    def __init__(self, kind: str) -> None:
        self.field = "tiers" if kind == "rank" else "text"
        self.remedy = f"Send {self.field}."
        ranking = gettext("This item asks for a ranking; send tiers.")
        answer = gettext("This item asks for an answer of your own; send text.")
        super().__init__(ranking if kind == "rank" else answer)


class IncompleteRanking(AnnotateError):
    field = "tiers"
    remedy = "Put every answer that the item offers into a tier, or among the unrankable."

    def __init__(self, missing: int) -> None:
        super().__init__(
            gettext("%(missing)s candidate(s) are not placed yet; rank every one.")
            % {"missing": missing}
        )


class StrangeRanking(AnnotateError):
    """The order names answers that were not offered, twice the same one, or odd strengths."""

    REMEDIES = {
        "tiers": "Name each answer that the item offers once: in a tier or among the unrankable.",
        "strengths": "Give 1, 2, 3 or null for each tier but the last, or leave strengths out.",
    }

    def __init__(self, said: str, *, field: str = "tiers") -> None:
        self.field, self.remedy = field, self.REMEDIES[field]
        super().__init__(said)


class EmptyDemonstration(AnnotateError):
    field = "text"
    remedy = "Write something into it, or skip the item."

    def __init__(self) -> None:
        super().__init__(gettext("The answer is empty; write something or skip the item."))


class StrangeConversation(AnnotateError):
    """A block of the answer is not as it has to be; the message names it and what helps."""

    remedy = "Mend that block, or remove it."

    def __init__(self, said: str, *, at: str) -> None:
        self.field = f"messages.{at}"
        super().__init__(said)


class StrangeStart(AnnotateError):
    """The answer says that it began with a candidate that nobody could begin with here."""

    field = "started_from"
    remedy = "Leave it out, or name a candidate of the prompt where the campaign allows it."

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Nobody may start from that answer here; take the text over by hand, or start anew."
            )
        )


class DraftConflict(AnnotateError):
    """Another tab or machine saved this draft first; ``theirs`` is what it kept."""

    status = 409

    def __init__(self, *, theirs: dict[str, object], version: int, saved_at: datetime) -> None:
        self.theirs = theirs
        self.version = version
        self.facts = {"version": version, "content": theirs, "saved_at": saved_at}
        super().__init__(
            gettext(
                "This draft was changed elsewhere; compare both texts and keep the one you want."
            )
        )


class KeyReused(AnnotateError):
    field = "key"
    remedy = "Make a new key for each act."

    def __init__(self) -> None:
        super().__init__(
            gettext("This submission key was used for another answer; reload the page.")
        )


class BadPrompt(AnnotateError):
    """The prompt cannot be kept as given; the message names the field and the remedy."""


class CampaignNotReady(AnnotateError):
    """The campaign lacks something that the act needs."""


class PolicyRefused(AnnotateError):
    """What was chosen for a dataset cannot be done; ``field`` names the choice."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


class SnapshotEnded(AnnotateError):
    """What is to be stopped has ended by itself."""

    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(
            gettext("It has ended already (%(state)s); there is nothing to stop.")
            % {"state": state}
        )


class CheckGone(AnnotateError):
    """What is to be discarded has become files, or is not there any more."""

    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("Only a check that has ended can be discarded."))


class OtherKind(AnnotateError):
    """Datasets of two kinds have nothing in common that could be compared."""

    def __init__(self, older: str, newer: str) -> None:
        super().__init__(
            gettext("“%(older)s” and “%(newer)s” hold different things; compare two of one kind.")
            % {"older": older, "newer": newer}
        )


class MembersUnknown(AnnotateError):
    """What is in a dataset is written down when it is frozen."""

    def __init__(self, snapshot: str) -> None:
        super().__init__(
            gettext("What is in %(snapshot)s is not written down yet; wait until it is frozen.")
            % {"snapshot": snapshot}
        )


class NoSuchFile(AnnotateError):
    """A snapshot has no such file, or its artifact is gone."""

    status = 404

    def __init__(self, path: str) -> None:
        super().__init__(
            gettext("There is no file “%(path)s” in this dataset; its manifest names all of them.")
            % {"path": path}
        )


class OddFreezeRule(AnnotateError):
    """What a campaign cannot ask of its datasets; ``field`` names the rule."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


class NothingToFreeze(AnnotateError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            gettext(
                "There is nothing to freeze as “%(kind)s” in these campaigns yet; collect or "
                "import judgements first."
            )
            % {"kind": kind}
        )


class NameTaken(AnnotateError):
    def __init__(self, name: str) -> None:
        super().__init__(
            gettext("There is a campaign called “%(name)s” already; choose another name.")
            % {"name": name}
        )


class AlreadyDecided(AnnotateError):
    """Another person decided first, or the report is about something else by now."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("Somebody has decided over this report meanwhile; nothing more was changed.")
        )


class TurnOver(AnnotateError):
    """The turn that a lead acts on has ended or changed hands meanwhile."""

    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(
            gettext("This turn is %(state)s by now; nothing was changed.") % {"state": state}
        )


class NotAskable(AnnotateError):
    """A named person cannot be given this item; the message says why and what to do."""


class NoTurnFree(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("Every turn of this item is done or in somebody’s hands; take one back first.")
        )


class ItemHeld(AnnotateError):
    status = 409

    def __init__(self, why: str) -> None:
        super().__init__(
            gettext("This item is held (%(why)s); it can be handed out when that is decided.")
            % {"why": why}
        )


class BatchMoved(AnnotateError):
    """The batch is already as it was to be made."""

    status = 409


class AskedAgain(AnnotateError):
    """A round was opened after the page was drawn on which this one was decided."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext(
                "“%(name)s” was asked again since this page was opened; nothing more was made. "
                "Open it anew to see what once more would touch."
            )
            % {"name": name}
        )


class SettingsMoved(AnnotateError):
    """Another lead changed the settings after the page was drawn."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext(
                "The settings of “%(name)s” were changed by somebody else meanwhile; nothing was "
                "changed. Open them anew and make your change there."
            )
            % {"name": name}
        )


class EmptyMessage(AnnotateError):
    field = "text"
    remedy = "Write what you want to say."

    def __init__(self) -> None:
        super().__init__(gettext("The message is empty; write what you want to say."))


class ConversationMoved(AnnotateError):
    """The conversation is not where the page was that this was sent from."""

    status = 409

    def __init__(self, said: str = "") -> None:
        super().__init__(
            said
            or gettext(
                "This conversation has gone on elsewhere, perhaps in another tab; look again."
            )
        )


class NoReply(AnnotateError):
    """The answer to go on with is missing, or is none of those that were judged."""

    field = "reply"
    remedy = "Name one of the answers of the last turn, or send your own wording of one."


class ReviewTaken(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("Somebody else is reading this item; take the next one."))


class AlreadyReviewed(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("This item needs no review any more; nothing was changed. Take the next.")
        )


class VersionsMoved(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "A judgement of this item was changed or added since you opened it; look again."
            )
        )


class OddVerdict(AnnotateError):
    """The decision is not whole; the message says what is missing."""


class InvitationMadeBefore(AnnotateError):
    """The same form was sent twice."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This link was made a moment ago and shown once; if it was not copied, revoke it "
                "and make another."
            )
        )


class InvitationOver(AnnotateError):
    status = 410

    def __init__(self, why: str) -> None:
        said = gettext("%(why)s; ask whoever sent it to you for a new one.")
        super().__init__(said % {"why": why})


class MembershipEnded(AnnotateError):
    status = 403

    def __init__(self, campaign: str) -> None:
        super().__init__(
            gettext(
                "You are no longer in “%(campaign)s”; a lead of it can let you in again on its "
                "page of people."
            )
            % {"campaign": campaign}
        )


class UsernameTaken(AnnotateError):
    status = 409

    def __init__(self, username: str) -> None:
        super().__init__(
            gettext("Somebody is called “%(username)s” already; choose another user name.")
            % {"username": username}
        )


class MemberMoved(AnnotateError):
    """Another lead changed this member after the page was drawn."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Somebody else changed this person meanwhile; nothing was changed. Open the page "
                "anew and make your change there."
            )
        )


class LastLead(AnnotateError):
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext("%(name)s is the only lead; make somebody else a lead first.") % {"name": name}
        )


class UploadTooLarge(AnnotateError):
    status = 413

    def __init__(self, *, size: int = 0, rows: int = 0) -> None:
        most = f"{rows:,}" if rows else size // 1024**2
        too_long = gettext(
            "The file has more than %(most)s rows. Cut it into several, or ask an admin to import "
            "it with “manage.py import_prompts”, which takes files of any size."
        )
        too_large = gettext(
            "The file has more than %(most)s MiB. Cut it into several, or ask an admin to import "
            "it with “manage.py import_prompts”, which takes files of any size."
        )
        super().__init__((too_long if rows else too_large) % {"most": most})


class NothingInFile(AnnotateError):
    def __init__(self, *, packed: bool = False) -> None:
        is_packed = gettext("The file is packed (gzip); unpack it and upload it again.")
        is_empty = gettext("The file holds no row; fill it and upload it again.")
        super().__init__(is_packed if packed else is_empty)


class EmptyText(AnnotateError):
    """Something that has to be written is empty; the message says what."""


class AlreadyAnswered(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("Another lead has answered this question meanwhile; nothing was changed.")
        )


class GuidelineMoved(AnnotateError):
    """Another lead published a version after the page was drawn."""

    status = 409

    def __init__(self, version: int) -> None:
        super().__init__(
            gettext(
                "Somebody else published version %(version)s meanwhile. Below is how yours differs "
                "from it; take over what you want to keep of theirs, then publish."
            )
            % {"version": version}
        )


class Uncarriable(AnnotateError):
    """Something of a campaign cannot be put into a file."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The campaign cannot be carried: {what}. No file was made; correct that row first."
        )


class NotCarriedIn(AnnotateError):
    """A campaign cannot be taken in as it is; the message says why and what to do."""

    def __init__(self, why: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(f"{why}. Nothing was changed. {remedy}")


class ItemErased(AnnotateError):
    """Somebody would change what they said of something that was erased meanwhile."""

    status = 410

    def __init__(self) -> None:
        super().__init__(gettext("This item was erased; nothing of it can be changed any more."))


class AlreadyErased(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("This was erased before; nothing was changed."))


class NeededStill(AnnotateError):
    """A person cannot go before somebody else has what only they may do."""

    status = 409


class NotAffected(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "The files of this dataset are gone already, are being written, or hold nothing "
                "that was erased; nothing was changed."
            )
        )
