"""What the description says of each operation: one decorator for each method of a view.

    @schema.take
    def post(self, request): …

Every operation has the usual problems besides (``commons.openapi``); here stand its own.
"""

from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)

from annotate.api import answers, examples, links
from annotate.api.serializers import (
    ConversationSerializer,
    DemonstrationSerializer,
    DraftSerializer,
    RankingSerializer,
    SkipSerializer,
    TakeSerializer,
)
from annotate.enums import AssignmentState
from commons.openapi import LIST_PARAMETERS, example, problems

JUDGEMENT = PolymorphicProxySerializer(
    component_name="Judgement",
    serializers=[RankingSerializer, DemonstrationSerializer, ConversationSerializer],
    resource_type_field_name=None,
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "format": "uuid"},
    OpenApiParameter.HEADER,
    description="In place of `key` in the body: a new UUID for each act. If both are there, they "
    "are the same.",
)
STATE = OpenApiParameter(
    "state",
    {"type": "string", "enum": [each for each in AssignmentState if each != "excluded"]},
    description="Only those that are in this state.",
)
CLOSED = "`assignment-closed`: it is no longer yours, or done already; take the next one."
UNFIT = (
    "`incomplete-ranking`, `strange-ranking`, `incomplete-answers`, `strange-answers`, "
    "`empty-demonstration`, `strange-conversation`, `strange-start`, `wrong-kind`: `detail` says "
    "what is missing."
)
REUSED = "`key-reused`: this key was used for something else; make a new one for each act."


def answer(serializer: Any, said: str) -> OpenApiResponse:
    return OpenApiResponse(serializer, description=said)


take = extend_schema(
    operation_id="take",
    tags=["Work"],
    summary="Take the next item",
    description="Leases you the next item that is open to you: of one campaign or kind where you "
    "name it, else of all of yours. It is yours alone until `expires_at`. You hold two at most. An "
    "item that was leased to you and never fetched is handed out again instead of a new one.",
    parameters=[KEY],
    request=TakeSerializer,
    responses={
        200: answer(
            answers.AssignmentSerializer,
            "The item: a new one, or the one that you were given before under the same key, or one "
            "that you never saw.",
        ),
        **problems(
            {
                404: "`nothing-to-do`: there is nothing for you right now; ask again later. "
                "`not-found`: there is no such campaign, or it is not yours to see.",
                409: "`seats-taken`: you hold two items; finish or release one. "
                "`limit-reached`: you have done as much here as one person may for now. "
                "`quota-reached`: your team has done what it is asked for. "
                "`guideline-not-acknowledged`: read and accept the guideline in the browser.",
                422: REUSED,
            }
        ),
    },
    examples=[
        example("Whatever comes", {}, request=True),
        example("A ranking, safe to send again", examples.TAKE, request=True),
        example("A ranking", examples.ASSIGNMENT),
    ],
    extensions={"x-links": {"200": links.FROM_ITEM}},
)

assignments = extend_schema(
    operation_id="listAssignments",
    tags=["Work"],
    summary="Your items",
    description="All that you hold or ever held, the newest first; with `state=open` what you hold "
    "now.",
    parameters=[STATE, *LIST_PARAMETERS],
    responses={200: answer(answers.AssignmentsSerializer, "A page.")},
    extensions={"x-links": {"200": links.FROM_LIST}},
)

assignment = extend_schema(
    operation_id="getAssignment",
    tags=["Work"],
    summary="One item",
    responses={
        200: answer(answers.AssignmentSerializer, "The item."),
        **problems({409: "`not-agreed`: it may harm, and you have not agreed to read it."}),
    },
    extensions={"x-links": {"200": links.FROM_ITEM}},
)

draft = extend_schema(
    operation_id="getDraft",
    tags=["Work"],
    summary="Your draft",
    responses={200: answer(answers.KeptDraftSerializer, "What was kept last.")},
)

keep_draft = extend_schema(
    operation_id="keepDraft",
    tags=["Work"],
    summary="Keep a draft",
    description="Keeps what you have so far. `version` is the version that it was made from, 0 at "
    "first. Keeping a draft renews the time that the item is yours.",
    request=DraftSerializer,
    responses={
        200: answer(answers.SavedDraftSerializer, "Kept."),
        **problems(
            {
                409: "`draft-conflict`: another tab or program kept a newer one; the problem "
                f"brings its `version` and `content`. {CLOSED}",
            }
        ),
    },
    examples=[example("The first draft", examples.DRAFT, request=True)],
    extensions={"x-links": {"200": links.FROM_DRAFT}},
)

submit = extend_schema(
    operation_id="submit",
    tags=["Work"],
    summary="Hand in a judgement",
    description="A ranking names every candidate once: in `tiers`, best first, equals in one tier, "
    "or among the `unrankable`. `strengths` say how much better each tier is than the next, 1 to 3 "
    "or null. What the item `asks` beside goes into `answers`, by candidate: `ratings` on their "
    "scales, `flags` true or false, `spans` of the raw text (the contents of the candidate's "
    "assistant messages, an empty line between two; `start` and `end` in Unicode code points, "
    "`quote` what stands there). What is left out is not answered. `ideal` is the best one as it "
    "should be. A demonstration is a `text`, or `messages` that end with one: calls of the "
    "prompt’s tools, their results, follow-up questions. With `next: true` the answer brings the "
    "next item of the same campaign and kind. Late work is kept: `counts_as` says whether it still "
    "counted.",
    parameters=[KEY],
    request=JUDGEMENT,
    responses={
        201: answer(
            answers.SubmittedSerializer,
            "Handed in, now or before by a request with this key.",
        ),
        **problems(
            {
                409: "`already-submitted`: under another key, perhaps in another tab. "
                f"`draft-conflict`: a newer draft than your `version` says otherwise. {CLOSED}",
                422: f"{UNFIT} {REUSED}",
            }
        ),
    },
    examples=[
        example("A ranking", examples.RANKING, request=True),
        example("A ranking with all that may be asked", examples.RANKING_WITH_MORE, request=True),
        example("A demonstration", examples.DEMONSTRATION, request=True),
        example("One that calls a tool", examples.CONVERSATION, request=True),
        example("Handed in", examples.SUBMITTED),
    ],
    extensions={"x-links": {"201": links.FROM_SUBMITTED}},
)

change = extend_schema(
    operation_id="changeSubmission",
    tags=["Work"],
    summary="Change what you handed in",
    description="For as long as the campaign lets you (`edit_minutes`). The former judgement is "
    "kept as a revision. `version` is the revision that your change was made from: where another "
    "was written since, you get it with a 409 in place of writing over it.",
    parameters=[KEY],
    request=JUDGEMENT,
    responses={
        200: answer(answers.ChangedSerializer, "Changed, or it said this already."),
        **problems(
            {
                409: "`not-submitted`: submit it instead. `edit-time-over`: tell the lead. "
                "`answer-told`: what you hand in for training or a test stays. "
                "`draft-conflict`: another revision than your `version` stands.",
                422: f"{UNFIT} {REUSED}",
            }
        ),
    },
    examples=[example("A ranking", examples.RANKING, request=True)],
)

skip = extend_schema(
    operation_id="skip",
    tags=["Work"],
    summary="Skip an item",
    description="Gives it up for a reason. `not-my-field` passes it on to somebody else; every "
    "other reason holds it until a lead, or whoever is in charge of such reports, has decided.",
    parameters=[KEY],
    request=SkipSerializer,
    responses={
        200: answer(answers.NextSerializer, "Skipped."),
        **problems({409: CLOSED, 422: REUSED}),
    },
    examples=[example("Unclear", examples.SKIP, request=True)],
)

extend = extend_schema(
    operation_id="extend",
    tags=["Work"],
    summary="Keep an item for longer",
    description="Gives the item its full time again from now. Call it when you begin an item that "
    "came as `next`, and while you are at a long one.",
    request=None,
    responses={
        200: answer(answers.ExtendedSerializer, "Until when it is yours."),
        **problems({409: CLOSED}),
    },
)

release = extend_schema(
    operation_id="release",
    tags=["Work"],
    summary="Give an item back",
    description="Without a reason and without a trace on the item; somebody else gets it.",
    request=None,
    responses={204: OpenApiResponse(description="Given back."), **problems({409: CLOSED})},
)

told = extend_schema(
    operation_id="getRightOrder",
    tags=["Work"],
    summary="What was right in training",
    description="Of an item of training that you have handed in: how many of its pairs you ordered "
    "as they should be, the right order, and why. No other item tells it.",
    responses={
        200: answer(answers.ToldSerializer, "The right order."),
        **problems({404: "`nothing-told`: there is nothing to be told of this item."}),
    },
)

campaigns = extend_schema(
    operation_id="listCampaigns",
    tags=["Campaigns"],
    summary="Your campaigns",
    parameters=LIST_PARAMETERS,
    responses={200: answer(answers.CampaignsSerializer, "A page.")},
    extensions={"x-links": {"200": links.FROM_CAMPAIGNS}},
)

campaign = extend_schema(
    operation_id="getCampaign",
    tags=["Campaigns"],
    summary="One campaign",
    responses={200: answer(answers.CampaignSerializer, "The campaign.")},
    extensions={"x-links": {"200": links.FROM_CAMPAIGN}},
)

progress = extend_schema(
    operation_id="getProgress",
    tags=["Campaigns"],
    summary="How far a campaign is",
    responses={200: answer(answers.ProgressSerializer, "The numbers as they are now.")},
)

PARTS = (
    "A row with an error is refused by itself, with its field, what is wrong and what to do, and "
    "stops no other. What is there already is found and not made twice, so a file may be sent "
    "again."
)

prompts = extend_schema(
    operation_id="bringPrompts",
    tags=["Intake"],
    summary="Bring prompts in",
    description=f"Up to 5,000 prompts at once, with candidates or without. For leads. {PARTS}",
    parameters=[KEY],
    request=answers.PromptRowsSerializer,
    responses={
        200: answer(answers.BatchReportSerializer, "What became of each row."),
        **problems({422: REUSED}),
    },
    examples=[
        example("Two prompts", examples.PROMPTS, request=True),
        example("Of two rows one is refused", examples.REPORT),
    ],
    extensions={"x-links": {"200": links.FROM_PROMPTS}},
)

candidates = extend_schema(
    operation_id="bringCandidates",
    tags=["Intake"],
    summary="Bring candidates in",
    description="Up to 5,000 further candidates of prompts that the campaign has. For leads. "
    f"{PARTS}",
    parameters=[KEY],
    request=answers.CandidateRowsSerializer,
    responses={
        200: answer(answers.BatchReportSerializer, "What became of each row."),
        **problems({422: REUSED}),
    },
    examples=[example("Two candidates", examples.CANDIDATES, request=True)],
)
