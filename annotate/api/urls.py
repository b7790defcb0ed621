"""Addresses of the API, below ``api/v1/``."""

from django.urls import path

from annotate.api.assignment import Assignments, Extend, OneAssignment, Release, Skip, Take
from annotate.api.campaign import Campaigns, OneCampaign
from annotate.api.draft import OneDraft
from annotate.api.intake import BulkCandidates, BulkPrompts
from annotate.api.judgement import Submission, Submit
from annotate.api.machine import ItemsOfMachine, JudgementsOfMachine, Machines, OneMachine
from annotate.api.progress import CampaignProgress
from annotate.api.right_order import RightOrder
from annotate.api.snapshot import (
    CancelSnapshot,
    FilesOfSnapshot,
    OneFile,
    OneSnapshot,
    Snapshots,
)
from annotate.api.team import OnePart, OneTeam, PeopleOfTeam, Teams
from commons.views.api_docs import Description, Nothing, console, docs

app_name = "api"

ONE = "assignments/<uuid:uuid>"
CAMPAIGN = "campaigns/<uuid:uuid>"
MACHINE = "machines/<uuid:uuid>"
TEAM = "teams/<uuid:uuid>"
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
    path(f"{CAMPAIGN}/machines", Machines.as_view(), name="machines"),
    path(MACHINE, OneMachine.as_view(), name="machine"),
    path(f"{MACHINE}/items", ItemsOfMachine.as_view(), name="items_of_machine"),
    path(f"{MACHINE}/judgements", JudgementsOfMachine.as_view(), name="judge_by_machine"),
    path("teams", Teams.as_view(), name="teams"),
    path(TEAM, OneTeam.as_view(), name="team"),
    path(f"{TEAM}/people", PeopleOfTeam.as_view(), name="people_of_team"),
    path("team-parts/<uuid:uuid>", OnePart.as_view(), name="team_part"),
    path("snapshots", Snapshots.as_view(), name="snapshots"),
    path(SNAPSHOT, OneSnapshot.as_view(), name="snapshot"),
    path(f"{SNAPSHOT}/cancel", CancelSnapshot.as_view(), name="cancel_snapshot"),
    path(f"{SNAPSHOT}/files", FilesOfSnapshot.as_view(), name="files_of_snapshot"),
    path(f"{SNAPSHOT}/files/<path:path>", OneFile.as_view(), name="snapshot_file"),
    path("schema", Description.as_view(), name="schema"),
    path("docs", docs, name="docs"),
    path("docs/console", console, name="console"),
    path("<path:elsewhere>", Nothing.as_view()),
]
