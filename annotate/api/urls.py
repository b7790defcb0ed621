"""Addresses of the API, below ``api/v1/``."""

from django.urls import path

from annotate.api.assignment import Assignments, Extend, OneAssignment, Release, Skip, Take
from annotate.api.campaign import Campaigns, OneCampaign
from annotate.api.draft import OneDraft
from annotate.api.intake import BulkCandidates, BulkPrompts
from annotate.api.judgement import Submission, Submit
from annotate.api.progress import CampaignProgress
from annotate.api.right_order import RightOrder
from annotate.api.snapshot import CancelSnapshot, OneFile, OneSnapshot, Snapshots
from commons.views.api_docs import Description, Nothing, console, docs

app_name = "api"

ONE = "assignments/<uuid:uuid>"
CAMPAIGN = "campaigns/<uuid:uuid>"
SNAPSHOT = "snapshots/<uuid:uuid>"

urlpatterns = [
    path("tasks/take", Take.as_view(), name="take"),
    path("assignments", Assignments.as_view(), name="assignments"),
    path(ONE, OneAssignment.as_view(), name="assignment"),
    path(f"{ONE}/draft", OneDraft.as_view(), name="draft"),
    path(f"{ONE}/submit", Submit.as_view(), name="submit"),
    path(f"{ONE}/submission", Submission.as_view(), name="submission"),
    path(f"{ONE}/skip", Skip.as_view(), name="skip"),
    path(f"{ONE}/extend", Extend.as_view(), name="extend"),
    path(f"{ONE}/release", Release.as_view(), name="release"),
    path(f"{ONE}/right-order", RightOrder.as_view(), name="told"),
    path("campaigns", Campaigns.as_view(), name="campaigns"),
    path(CAMPAIGN, OneCampaign.as_view(), name="campaign"),
    path(f"{CAMPAIGN}/progress", CampaignProgress.as_view(), name="progress"),
    path(f"{CAMPAIGN}/prompts", BulkPrompts.as_view(), name="prompts"),
    path(f"{CAMPAIGN}/candidates", BulkCandidates.as_view(), name="candidates"),
    path("snapshots", Snapshots.as_view(), name="snapshots"),
    path(SNAPSHOT, OneSnapshot.as_view(), name="snapshot"),
    path(f"{SNAPSHOT}/cancel", CancelSnapshot.as_view(), name="cancel_snapshot"),
    path(f"{SNAPSHOT}/files/<path:path>", OneFile.as_view(), name="snapshot_file"),
    path("schema", Description.as_view(), name="schema"),
    path("docs", docs, name="docs"),
    path("docs/console", console, name="console"),
    path("<path:elsewhere>", Nothing.as_view()),
]
