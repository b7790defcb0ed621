"""What may follow an answer, as OpenAPI links: programs and tests walk the work along them."""

from typing import Any

Links = dict[str, dict[str, Any]]

OF_ANSWER = {"uuid": "$response.body#/id"}
OF_REQUEST = {"uuid": "$request.path.uuid"}


def link(
    operation: str, parameters: dict[str, str], said: str, body: object | None = None
) -> dict[str, Any]:
    found = {"operationId": operation, "parameters": parameters, "description": said}
    return found if body is None else found | {"requestBody": body}


BEGUN = {"version": 0, "content": {"text": "Because"}}
RANKED = {
    "tiers": [["$response.body#/candidates/0/id"], ["$response.body#/candidates/1/id"]],
    "strengths": [2],
}

ROWS = {"rows": [{"external_id": "q-17", "prompt": "Why is the sky blue?"}]}
FURTHER = {"rows": [{"prompt": "q-17", "text": "Air scatters blue light more."}]}

FROM_ITEM: Links = {
    "look": link("getAssignment", OF_ANSWER, "Look at it again."),
    "keepDraft": link("keepDraft", OF_ANSWER, "Keep what you have so far.", BEGUN),
    "draft": link("getDraft", OF_ANSWER, "Read what you have kept of it."),
    "submit": link("submit", OF_ANSWER, "Hand in your judgement."),
    "submitRanking": link("submit", OF_ANSWER, "Rank two candidates.", RANKED),
    "submitAnswer": link("submit", OF_ANSWER, "Write an answer.", {"text": "Because it is so."}),
    "changeRanking": link("changeSubmission", OF_ANSWER, "Change what you handed in.", RANKED),
    "skip": link("skip", OF_ANSWER, "Give it up for a reason."),
    "extend": link("extend", OF_ANSWER, "Keep it for longer."),
    "release": link("release", OF_ANSWER, "Give it back."),
}
FROM_LIST: Links = {
    "look": link("getAssignment", {"uuid": "$response.body#/results/0/id"}, "Look at the newest."),
}
FROM_DRAFT: Links = {
    "look": link("getDraft", OF_REQUEST, "Read it again."),
    "submit": link("submit", OF_REQUEST, "Hand in your judgement."),
}
FROM_SUBMITTED: Links = {
    "change": link("changeSubmission", OF_REQUEST, "Change it while you may."),
    "look": link("getAssignment", OF_REQUEST, "Look at what was judged."),
    "next": link("submit", {"uuid": "$response.body#/next/id"}, "Judge the next item."),
}
FROM_CAMPAIGNS: Links = {
    "look": link("getCampaign", {"uuid": "$response.body#/results/0/id"}, "Look at the newest."),
    "progress": link("getProgress", {"uuid": "$response.body#/results/0/id"}, "See how far it is."),
}
FROM_CAMPAIGN: Links = {
    "progress": link("getProgress", OF_ANSWER, "See how far it is."),
    "prompts": link("bringPrompts", OF_ANSWER, "Bring prompts in.", ROWS),
    "candidates": link("bringCandidates", OF_ANSWER, "Bring candidates in.", FURTHER),
}
FROM_PROMPTS: Links = {
    "candidates": link("bringCandidates", OF_REQUEST, "Bring candidates in.", FURTHER),
    "progress": link("getProgress", OF_REQUEST, "See how far it is now."),
    "take": link("take", {}, "Take what has come to be open."),
}
FROM_SNAPSHOTS: Links = {
    "look": link("getSnapshot", {"uuid": "$response.body#/results/0/id"}, "Look at the newest."),
}
FROM_SNAPSHOT: Links = {
    "look": link("getSnapshot", OF_ANSWER, "See how far it is."),
    "cancel": link("cancelSnapshot", OF_ANSWER, "Stop it."),
    "letGo": link("letSnapshotFilesGo", OF_ANSWER, "Let its files go."),
    "makeAgain": link("makeSnapshotFilesAgain", OF_ANSWER, "Have its files made again."),
    "download": link(
        "getSnapshotFile",
        {**OF_ANSWER, "path": "$response.body#/files/0/path"},
        "Take its first file away.",
    ),
}
