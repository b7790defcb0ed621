"""The HTTP API: JSON only, problem documents for errors, a limit on how often one may ask.

How it is described to its users stands in ``commons.openapi``, which only a reader of the
description loads.
"""

from typing import Any

from config.settings.env import environment
from config.settings.security import HTTPS

__all__ = [
    "API_BODY",
    "API_BULK_BODY",
    "API_RATE",
    "API_RATE_ANONYMOUS",
    "REST_FRAMEWORK",
    "SPECTACULAR_SETTINGS",
]

# Requests a minute: of one person, and of one address that nobody has logged in from.
API_RATE = environment.integer("API_RATE", default=600, at_most=1_000_000)
API_RATE_ANONYMOUS = environment.integer("API_RATE_ANONYMOUS", default=60, at_most=1_000_000)

MIB = 1024 * 1024
API_BODY = MIB  # bytes in the body of a request: the longest answer with room to spare
API_BULK_BODY = 64 * MIB  # where thousands of prompts come at once

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "commons.authentication.TokenAuthentication",
        "commons.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["commons.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["commons.bodies.JsonAnswer"],
    "DEFAULT_PARSER_CLASSES": ["commons.bodies.JsonBody"],
    "DEFAULT_PAGINATION_CLASS": "commons.pagination.NewestFirst",
    "DEFAULT_THROTTLE_CLASSES": ["commons.throttling.PerMinute"],
    "DEFAULT_METADATA_CLASS": "commons.metadata.Methods",
    "DEFAULT_SCHEMA_CLASS": "commons.openapi.Described",
    "EXCEPTION_HANDLER": "commons.problems.problem_response",
    "NUM_PROXIES": 1 if HTTPS else 0,  # whose word on the visitor's address is taken
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}

DESCRIPTION = """
Laurel gives people and programs *items* of work: a prompt to be answered, or answers to be put in
order. You **take** an item, which is yours alone for a while; you **submit** your judgement, and
may be given the next item in the same answer.

**Who you are.** A program sends `Authorization: Bearer laurel_…` with a token from your profile
page; a browser's login works as well, with the header `X-CSRFToken` on whatever changes something.
A token does what its scopes say and you yourself may do.

**Sending again.** Give each act a new UUID as `key` in the body, or as the header
`Idempotency-Key`. The same request with the same key is done once, however often it is sent; so
after a broken connection or a 5xx, send it again.

**Errors** are problem documents (RFC 9457): compare `type`, show `detail`, mend what `errors`
names.

**Lists** come in pages: follow `next` until it is null.

**Limits.** After a 429, wait as many seconds as `Retry-After` says.
"""

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Laurel API",
    "DESCRIPTION": DESCRIPTION.strip(),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "TAGS": [
        {"name": "Work", "description": "Take an item, keep a draft, submit, skip, give back."},
        {"name": "Campaigns", "description": "What is collected, and how far it is."},
        {"name": "Machines", "description": "What machines judge beside people."},
        {"name": "Teams", "description": "What teams are asked for, and how far they are."},
        {"name": "Intake", "description": "Bring prompts and candidates in."},
        {"name": "Snapshots", "description": "Freeze datasets, watch them, take them away."},
        {"name": "Reward models", "description": "Have answers scored."},
        {"name": "Arena", "description": "How policies fare where people choose between two."},
    ],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATIONS": False,  # as the addresses are listed: in the order of the work
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Asked": "annotate.questions.Asked",
        "AssignmentState": "annotate.enums.AssignmentState",
        "CampaignState": "annotate.enums.CampaignState",
        "CountsAs": "annotate.enums.CountsAs",
        "Kind": "annotate.enums.Kind",
        "Purpose": "annotate.enums.Purpose",
        "Role": "annotate.enums.Role",
        "RoleOfTurn": "rewards.api.serializers.ROLES",
        "RunState": "commons.models.RunState",
        "SkipReason": "annotate.enums.SkipReason",
        "SnapshotKind": "annotate.enums.SnapshotKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "commons.openapi.tell_truly",
        "commons.openapi.add_problems",
    ],
}
