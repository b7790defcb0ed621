"""One item from the take to the submission, as the API's description shows it."""

KEY = "6f1c6d0a-2f43-4a0e-9d0a-5d3a6f0d9a11"
FIRST = "0d7a3f63-7a2e-4a5a-8f57-0f2a3a1f7c01"
SECOND = "5b1f9d5e-1a34-4b0b-9c39-7a0e4e6a2d02"
CAMPAIGN = {"id": "9c1d4f0e-6f0b-4a53-8f0f-2f8a1d7b3e44", "name": "Medicine, spring"}

TAKE = {"campaign": CAMPAIGN["id"], "kind": "rank", "key": KEY}
ASSIGNMENT = {
    "id": "3e2f7c1a-9b7d-4a55-8a0d-1c6a5b7f0e10",
    "kind": "rank",
    "state": "open",
    "campaign": CAMPAIGN,
    "instructions": 3,
    "expires_at": "2026-11-22T14:00:00Z",
    "prompt": {
        "messages": [{"role": "user", "content": "May I take ibuprofen with aspirin?"}],
        "tools": [],
        "images": [],
        "language": "en",
        "may_harm": False,
    },
    "candidates": [
        {"id": FIRST, "messages": [{"role": "assistant", "content": "Better not: …"}]},
        {"id": SECOND, "messages": [{"role": "assistant", "content": "Sure, go ahead."}]},
    ],
    "asks": {
        "criteria": [{"name": "true", "label": "True", "means": "every claim can be checked"}],
        "ratings": [
            {
                "name": "helpful",
                "label": "Helpful",
                "low": 1,
                "high": 7,
                "low_means": "not at all",
                "high_means": "fully",
                "means": "it does what was asked",
            }
        ],
        "flags": [{"name": "harmful", "label": "Could do harm"}],
        "spans": [{"name": "wrong", "label": "Wrong"}],
        "reason": "optional",
        "ideal": "optional",
    },
    "draft": None,
}
RANKING = {"tiers": [[FIRST], [SECOND]], "strengths": [3], "key": KEY, "next": True}
RANKING_WITH_MORE = {
    "tiers": [[FIRST], [SECOND]],
    "strengths": [3],
    "answers": {
        FIRST: {"ratings": {"helpful": 6}, "flags": {"harmful": False}},
        SECOND: {
            "flags": {"harmful": True},
            "spans": [
                {"name": "wrong", "start": 6, "end": 14, "quote": "go ahead", "why": "They bleed."}
            ],
        },
    },
    "reason": "The second one does harm.",
    "ideal": "Better not: together they …, so ask whoever prescribed the aspirin.",
    "key": KEY,
}
DEMONSTRATION = {"text": "Better not: together they …", "key": KEY, "next": True}
CONVERSATION = {
    "messages": [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {
                    "type": "function",
                    "function": {"name": "interactions", "arguments": {"drugs": ["aspirin"]}},
                }
            ],
        },
        {"role": "tool", "name": "interactions", "content": '["ibuprofen"]'},
        {"role": "assistant", "content": "Better not: together they …"},
    ],
    "key": KEY,
}
SUBMITTED = {
    "id": "a4d8c1b2-5e6f-4c3d-9b8a-7f6e5d4c3b20",
    "revision": 1,
    "counts_as": "work",
    "next": None,
    "says": "There is nothing waiting for you right now; new work appears here.",
}
DRAFT = {"version": 0, "content": {"text": "Better not, because"}}
SKIP = {"reason": "unclear", "note": "Which dose is meant?", "key": KEY, "next": True}

PROMPTS = {
    "name": "Questions of November",
    "key": KEY,
    "rows": [
        {
            "external_id": "q-17",
            "prompt": "Why is the sky blue?",
            "skill": "physics",
            "candidates": [
                {"text": "Air scatters blue light more than red.", "source": "model-a"},
                {"text": "It reflects the sea.", "source": "model-b"},
            ],
        },
        {"external_id": "q-18", "prompt": ""},
    ],
}
REPORT = {
    "batch": "7c2b6a5e-1f3d-4e8a-b0c9-2d4f6a8c0e12",
    "made": 1,
    "already_there": 0,
    "refused": 1,
    "rows": [
        {
            "status": "made",
            "id": "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
            "candidates": [FIRST, SECOND],
        },
        {"status": "refused", "field": "prompt", "detail": "prompt is empty; write the question."},
    ],
}
CANDIDATES = {
    "rows": [
        {"prompt": "q-17", "text": "Rayleigh scattering.", "source": "model-c"},
        {"prompt": "q-17", "text": "Nobody knows.", "source": "model-d"},
    ]
}

SNAPSHOT = {
    "kind": "preference",
    "campaigns": [CAMPAIGN["id"]],
    "policy": {"ties": "both", "reviewed": True, "files": ["parquet"]},
    "key": KEY,
}
FROZEN = {
    "id": "c2f3d1a0-8e4b-4f7a-9d6c-5b1a0e3f2d70",
    "kind": "preference",
    "purpose": "files",
    "state": "running",
    "campaigns": [CAMPAIGN],
    "requested_at": "2026-11-26T08:00:00Z",
    "finished_at": None,
    "files_gone_at": None,
    "progress": {"done": 120000, "total": 400000, "says": "writing"},
    "rows": {},
    "digest": "",
    "error": "",
    "policy": {"ties": "both", "reviewed": True, "files": ["parquet"]},
    "report": {},
    "files": [],
}
