"""What the description says of each operation: one decorator for each method of a view."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema

from commons.openapi import example, problems
from rewards.api.serializers import ArenaSerializer, ScoreSerializer, ScoresSerializer

ASKED = {
    "rows": [
        {
            "messages": [{"role": "user", "content": "Why is the sky blue?"}],
            "answers": ["Air scatters blue light more than red.", "It is painted."],
        }
    ]
}
FOUND = {
    "id": "5b3c2f7e-7c39-4f1e-9a55-0d4a3b1c2d3e",
    "reward_model": "9f0d1f0e-4a8e-4a64-8c35-0a6a1f0f7f11",
    "state": "done",
    "requested_at": "2026-11-26T09:00:00Z",
    "finished_at": "2026-11-26T09:00:07Z",
    "says": "scoring answers",
    "error": "",
    "scores": [
        [{"score": 1.31, "uncertainty": 0.22}, {"score": -0.87, "uncertainty": 0.3}],
    ],
}
FROM_REQUEST: dict[str, dict[str, Any]] = {
    "look": {
        "operationId": "getScores",
        "parameters": {"uuid": "$response.body#/id"},
        "description": "Look whether they are there.",
    }
}

score = extend_schema(
    operation_id="scoreAnswers",
    tags=["Reward models"],
    summary="Score answers",
    description="Asks a reward model for the scores of answers. What it has scored before is there "
    "at once; a worker computes the rest: look at the request until its `state` is `done`. The "
    "same rows sent again are the same request, so no key is needed.",
    request=ScoreSerializer,
    responses={
        202: OpenApiResponse(ScoresSerializer, description="Asked for, now or before."),
        **problems(
            {
                422: "`nothing-to-score-with`: the model is not trained. "
                "`nothing-to-answer`: a prompt ends with the assistant’s turn."
            }
        ),
    },
    examples=[
        example("Two answers to one question", ASKED, request=True),
        example("They were known", FOUND),
    ],
    extensions={"x-links": {"202": FROM_REQUEST}},
)

scores = extend_schema(
    operation_id="getScores",
    tags=["Reward models"],
    summary="The scores of a request",
    responses={200: OpenApiResponse(ScoresSerializer, description="The scores, or how far it is.")},
    examples=[example("They are there", FOUND)],
    extensions={"x-links": {"200": FROM_REQUEST}},
)

STANDS = {
    "track": "9f0d1f0e-4a8e-4a64-8c35-0a6a1f0f7f11",
    "campaign": "5b3c2f7e-7c39-4f1e-9a55-0d4a3b1c2d3e",
    "waiting": 17,
    "refusal": "",
    "pairs": [
        {
            "newer": "0d6f8f0a-3f0e-4d3c-9b1e-2f8f3f1c7a11",
            "older": "7a1c5c53-8a8e-4b55-9a40-6a1c0f9e2b22",
            "drawn": 0,
            "answered": 90,
            "void": 2,
            "votes": 73,
            "prompts": 73,
            "won": 0.62,
            "low": 0.5,
            "high": 0.72,
            "chance": 1.0,
        }
    ],
    "ratings": [],
}

arena = extend_schema(
    operation_id="getArena",
    tags=["Arena"],
    summary="How the policies of a track fare",
    description="For who leads all campaigns of the track. The contests themselves are ordinary "
    "items: whoever belongs to the arena’s campaign takes one with `take` and votes by handing "
    "it in, and no answer of theirs says whose the two are.",
    responses={200: OpenApiResponse(ArenaSerializer, description="As it stands now.")},
    examples=[example("Two have met", STANDS)],
)
