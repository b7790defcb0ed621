"""What annotate refuses, in words that say what to do next. Services raise, the edge translates."""

from datetime import datetime

from commons.errors import Refusal


class AnnotateError(Refusal):
    """The root of every refusal; ``str(error)`` may be shown to the person as it is."""


class NotAllowed(AnnotateError):
    """The person's role does not allow this act."""

    status = 403


class NothingToDo(AnnotateError):
    status = 404

    def __init__(self) -> None:
        super().__init__("There is nothing waiting for you right now; new work appears here.")


class SeatsTaken(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__("You already hold two open items; finish or release one of them first.")


class GuidelineNotAcknowledged(AnnotateError):
    status = 409

    def __init__(self, campaign: str) -> None:
        self.campaign = campaign
        super().__init__(f"The guideline of “{campaign}” is new to you; read and accept it first.")


class AlreadySubmitted(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__("This item is already submitted, perhaps in another tab; nothing is lost.")


class NotYours(AnnotateError):
    status = 404

    def __init__(self) -> None:
        super().__init__("There is no such item in your hands; take the next one.")


class NotSubmitted(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__("This item is not submitted yet, or not yours; submit it instead.")


class EditTimeOver(AnnotateError):
    status = 409

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"A submission can be changed for {minutes} minutes; after that, tell the lead."
        )


class AssignmentClosed(AnnotateError):
    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(f"This item is no longer yours ({state}); take the next one.")


class WrongKind(AnnotateError):
    def __init__(self, kind: str) -> None:
        self.field = "tiers" if kind == "rank" else "text"
        self.remedy = f"Send {self.field}."
        asked = "a ranking" if kind == "rank" else "an answer of your own"
        super().__init__(f"This item asks for {asked}; send {self.field}.")


class IncompleteRanking(AnnotateError):
    field = "tiers"
    remedy = "Put every answer that the item offers into a tier, or among the unrankable."

    def __init__(self, missing: int) -> None:
        super().__init__(f"{missing} candidate(s) are not placed yet; rank every one.")


class StrangeRanking(AnnotateError):
    """The order names answers that were not offered, twice the same one, or odd strengths."""

    REMEDIES = {
        "tiers": "Name each answer that the item offers once: in a tier or among the unrankable.",
        "strengths": "Give 1, 2, 3 or null for each tier but the last, or leave strengths out.",
    }

    def __init__(self, said: str, *, field: str = "tiers") -> None:
        self.field, self.remedy = field, self.REMEDIES[field]
        super().__init__(said)


class StrangeAnswers(AnnotateError):
    """What is said of an answer is not what was asked of it."""

    def __init__(self, said: str, *, field: str, remedy: str) -> None:
        self.field, self.remedy = field, remedy
        super().__init__(f"{said} {remedy}")


class IncompleteAnswers(AnnotateError):
    """Something is required beside the order."""

    def __init__(self, field: str, remedy: str) -> None:
        self.field, self.remedy = field, remedy
        super().__init__(f"This campaign asks for more than the order. {remedy}")


class EmptyDemonstration(AnnotateError):
    field = "text"
    remedy = "Write something into it, or skip the item."

    def __init__(self) -> None:
        super().__init__("The answer is empty; write something or skip the item.")


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
            "Nobody may start from that answer here; take the text over by hand, or start anew."
        )


class DraftConflict(AnnotateError):
    """Another tab or machine saved this draft first; ``theirs`` is what it kept."""

    status = 409

    def __init__(self, *, theirs: dict[str, object], version: int, saved_at: datetime) -> None:
        self.theirs = theirs
        self.version = version
        self.facts = {"version": version, "content": theirs, "saved_at": saved_at}
        super().__init__(
            "This draft was changed elsewhere; compare both texts and keep the one you want."
        )


class KeyReused(AnnotateError):
    field = "key"
    remedy = "Make a new key for each act."

    def __init__(self) -> None:
        super().__init__("This submission key was used for another answer; reload the page.")


class BadPrompt(AnnotateError):
    """The prompt cannot be kept as given; the message names the field and the remedy."""


class CampaignNotReady(AnnotateError):
    """The campaign lacks something that the act needs."""


class NothingToFreeze(AnnotateError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            f"There is nothing to freeze as “{kind}” in these campaigns yet; collect or import "
            "judgements first."
        )


class NameTaken(AnnotateError):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is a campaign called “{name}” already; choose another name.")


class AlreadyDecided(AnnotateError):
    """Another person decided first, or the report is about something else by now."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "Somebody has decided over this report meanwhile; nothing more was changed."
        )


class TurnOver(AnnotateError):
    """The turn that a lead acts on has ended or changed hands meanwhile."""

    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(f"This turn is {state} by now; nothing was changed.")


class NotAskable(AnnotateError):
    """A named person cannot be given this item; the message says why and what to do."""


class NoTurnFree(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            "Every turn of this item is done or in somebody’s hands; take one back first."
        )


class ItemHeld(AnnotateError):
    status = 409

    def __init__(self, why: str) -> None:
        super().__init__(f"This item is held ({why}); it can be handed out when that is decided.")


class BatchMoved(AnnotateError):
    """The batch is already as it was to be made."""

    status = 409


class AskedAgain(AnnotateError):
    """A round was opened after the page was drawn on which this one was decided."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}” was asked again since this page was opened; nothing more was made. Open it "
            "anew to see what once more would touch."
        )


class SettingsMoved(AnnotateError):
    """Another lead changed the settings after the page was drawn."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The settings of “{name}” were changed by somebody else meanwhile; nothing was "
            "changed. Open them anew and make your change there."
        )


class EmptyMessage(AnnotateError):
    field = "text"
    remedy = "Write what you want to say."

    def __init__(self) -> None:
        super().__init__("The message is empty; write what you want to say.")


class ConversationMoved(AnnotateError):
    """The conversation is not where the page was that this was sent from."""

    status = 409

    def __init__(self, said: str = "") -> None:
        super().__init__(
            said or "This conversation has gone on elsewhere, perhaps in another tab; look again."
        )


class NoReply(AnnotateError):
    """The answer to go on with is missing, or is none of those that were judged."""

    field = "reply"
    remedy = "Name one of the answers of the last turn, or send your own wording of one."


class ReviewTaken(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__("Somebody else is reading this item; take the next one.")


class AlreadyReviewed(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__("This item needs no review any more; nothing was changed. Take the next.")


class VersionsMoved(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            "A judgement of this item was changed or added since you opened it; look again."
        )


class OddVerdict(AnnotateError):
    """The decision is not whole; the message says what is missing."""


class InvitationMadeBefore(AnnotateError):
    """The same form was sent twice."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "This link was made a moment ago and shown once; if it was not copied, revoke it and "
            "make another."
        )


class InvitationOver(AnnotateError):
    status = 410

    def __init__(self, why: str) -> None:
        super().__init__(f"This link {why}; ask whoever sent it to you for a new one.")


class MembershipEnded(AnnotateError):
    status = 403

    def __init__(self, campaign: str) -> None:
        super().__init__(
            f"You are no longer in “{campaign}”; a lead of it can let you in again on its page of "
            "people."
        )


class UsernameTaken(AnnotateError):
    status = 409

    def __init__(self, username: str) -> None:
        super().__init__(f"Somebody is called “{username}” already; choose another user name.")


class LastLead(AnnotateError):
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is the only lead; make somebody else a lead first.")


class UploadTooLarge(AnnotateError):
    status = 413

    def __init__(self, *, size: int = 0, rows: int = 0) -> None:
        most = f"{rows:,} rows" if rows else f"{size // 1024**2} MiB"
        super().__init__(
            f"The file has more than {most}. Cut it into several, or ask an admin to import it "
            "with “manage.py import_prompts”, which takes files of any size."
        )


class NothingInFile(AnnotateError):
    def __init__(self, *, packed: bool = False) -> None:
        wrong = "is packed (gzip); unpack it" if packed else "holds no row; fill it"
        super().__init__(f"The file {wrong} and upload it again.")


class EmptyText(AnnotateError):
    """Something that has to be written is empty; the message says what."""


class AlreadyAnswered(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__("Another lead has answered this question meanwhile; nothing was changed.")


class GuidelineMoved(AnnotateError):
    """Another lead published a version after the page was drawn."""

    status = 409

    def __init__(self, version: int) -> None:
        super().__init__(
            f"Somebody else published version {version} meanwhile. Below is how yours differs "
            "from it; take over what you want to keep of theirs, then publish."
        )
