"""Addresses of the API, below ``api/``."""

from django.urls import path

from annotate.api.assignment import Assignments, OneAssignment, Release, Skip
from annotate.api.draft import OneDraft
from annotate.api.judgement import SubmitDemonstration, SubmitRanking

app_name = "api"

ONE = "assignments/<uuid:uuid>/"

urlpatterns = [
    path("assignments/", Assignments.as_view(), name="assignments"),
    path(ONE, OneAssignment.as_view(), name="assignment"),
    path(f"{ONE}draft/", OneDraft.as_view(), name="draft"),
    path(f"{ONE}demonstration/", SubmitDemonstration.as_view(), name="demonstration"),
    path(f"{ONE}ranking/", SubmitRanking.as_view(), name="ranking"),
    path(f"{ONE}skip/", Skip.as_view(), name="skip"),
    path(f"{ONE}release/", Release.as_view(), name="release"),
]
