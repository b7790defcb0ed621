"""Where a table stands in Django's admin, and what it is called there: in words, by rooms.

A table that is named nowhere stands under "Everything else"; a name that is not installed is
passed over.
"""

from django.utils.translation import gettext_lazy as _

__all__ = ["ADMIN_ROOMS"]

ADMIN_ROOMS = [
    (
        _("Campaigns"),
        {
            "annotate.Campaign": _("Campaigns"),
            "annotate.CampaignWork": _("Kinds of work"),
            "annotate.Instructions": _("Guidelines"),
            "annotate.Acknowledgement": _("Who accepted which guideline"),
            "annotate.Announcement": _("Announcements"),
            "annotate.AnnouncementReader": _("Who read announcements"),
            "annotate.WantedShare": _("Wanted mix"),
            "annotate.CapRules": _("Limits per person"),
            "annotate.CareRules": _("Rules of care"),
            "annotate.HarmfulSkill": _("Skills that may harm"),
            "annotate.GoldRules": _("Rules of checks"),
        },
    ),
    (
        _("People and teams"),
        {
            "commons.User": _("People"),
            "auth.Group": _("Groups of rights"),
            "annotate.Membership": _("Memberships"),
            "annotate.Competence": _("Competences"),
            "annotate.Invitation": _("Invitations"),
            "annotate.Team": _("Teams"),
            "annotate.TeamLead": _("Leads of teams"),
            "annotate.TeamPart": _("Teams in campaigns"),
            "annotate.Rater": _("Raters"),
            "annotate.Pause": _("Pauses"),
            "annotate.Qualification": _("Tests"),
            "annotate.Attempt": _("Attempts at tests"),
            "annotate.CareConsent": _("Yes to harmful texts"),
            "annotate.CareChoice": _("How harmful texts are shown"),
            "commons.Availability": _("Hours that people have"),
            "commons.Absence": _("Absences"),
        },
    ),
    (
        _("Prompts and candidates"),
        {
            "annotate.Prompt": _("Prompts"),
            "annotate.CampaignPrompt": _("Prompts of campaigns"),
            "annotate.Batch": _("Batches"),
            "annotate.Upload": _("Uploads"),
            "annotate.Picture": _("Pictures"),
            "annotate.Candidate": _("Candidates"),
            "annotate.CandidateRequest": _("Requests for answers"),
            "annotate.Conversation": _("Conversations"),
            "annotate.ConversationTurn": _("Turns of conversations"),
            "annotate.Bridge": _("Prompts between two sides"),
        },
    ),
    (
        _("Work"),
        {
            "annotate.Task": _("Tasks"),
            "annotate.Assignment": _("Assignments"),
            "annotate.Draft": _("Drafts"),
            "annotate.Lane": _("Lanes"),
            "annotate.Demonstration": _("Demonstrations"),
            "annotate.Ranking": _("Rankings"),
            "annotate.ItemQuestion": _("Questions about items"),
            "annotate.Precedent": _("Precedents"),
            "annotate.Note": _("Notes to people"),
        },
    ),
    (
        _("Quality"),
        {
            "annotate.Review": _("Reviews"),
            "annotate.ReviewDraft": _("Drafts of reviews"),
            "annotate.Rejection": _("Judgements turned down"),
            "annotate.Gold": _("Checks"),
            "annotate.GoldResult": _("Results of checks"),
            "annotate.Void": _("Work that was voided"),
            "annotate.VoidRun": _("Voiding at work"),
            "annotate.Voided": _("Judgements that were voided"),
            "annotate.QualityReport": _("Reports of quality"),
            "annotate.AgreementSlice": _("Agreement by slices"),
            "annotate.SmallSlice": _("Slices without a figure"),
            "annotate.RaterQuality": _("Quality of raters"),
            "annotate.RaterPart": _("Raters by part of the work"),
            "annotate.RaterPair": _("Pairs of raters"),
            "annotate.StoppedTask": _("Tasks that were sure early"),
            "annotate.MachineJudge": _("Machines that judge"),
            "annotate.MachineVerdict": _("Verdicts of machines"),
            "rewards.Judging": _("Judging by models"),
        },
    ),
    (
        _("Pay"),
        {
            "annotate.Rate": _("Rates"),
            "annotate.Statement": _("Statements"),
            "annotate.StatementTeam": _("Teams in statements"),
            "annotate.LedgerLine": _("Lines of statements"),
            "annotate.Correction": _("Corrections"),
        },
    ),
    (
        _("Datasets"),
        {
            "annotate.Snapshot": _("Snapshots"),
            "annotate.SnapshotPart": _("Parts of snapshots"),
            "annotate.SnapshotMember": _("Rows of snapshots"),
            "annotate.SnapshotWeight": _("Weights in snapshots"),
        },
    ),
    (
        _("Reward models"),
        {
            "rewards.RewardModel": _("Reward models"),
            "rewards.Evaluation": _("Report cards"),
            "rewards.RewardComparison": _("Comparisons of models"),
            "rewards.Benchmark": _("Benchmarks"),
            "rewards.CandidateScore": _("Scores of candidates"),
            "rewards.CandidateScoring": _("Scoring of candidates"),
            "rewards.AnswerScore": _("Scores of answers"),
            "rewards.ScoreRequest": _("Requests for scores"),
        },
    ),
    (
        _("Tracks, cycles and policies"),
        {
            "rewards.Track": _("Tracks"),
            "rewards.Cycle": _("Cycles"),
            "rewards.CycleStep": _("Steps of cycles"),
            "rewards.Policy": _("Policies"),
            "rewards.Decision": _("Decisions"),
            "rewards.EngineRun": _("Runs of the engine"),
            "rewards.Metric": _("Points of curves"),
            "rewards.TalkSession": _("Processes that talk"),
        },
    ),
    (
        _("Arena"),
        {
            "rewards.Arena": _("Arenas"),
            "rewards.Contest": _("Contests"),
        },
    ),
    (
        _("Notices and letters"),
        {
            "commons.Notice": _("Notices"),
            "commons.Channel": _("Channels"),
            "commons.Delivery": _("Deliveries"),
            "commons.DeliveryTry": _("Tries of deliveries"),
            "annotate.Digest": _("Weekly letters"),
            "annotate.DigestRefusal": _("Who wants no letter"),
        },
    ),
    (
        _("What was done, and by whom"),
        {
            "commons.AuditEvent": _("Audit events"),
            "annotate.ActNote": _("Notes beside acts"),
            "annotate.Access": _("Who saw and downloaded what"),
            "annotate.Erasure": _("Erasures"),
            "annotate.Tombstone": _("Judgements that were erased"),
            "admin.LogEntry": _("Changes on these pages"),
        },
    ),
    (
        _("Access by programs"),
        {
            "commons.ApiToken": _("Tokens"),
        },
    ),
    (
        _("Workers and schedules"),
        {
            "commons.WorkerHeartbeat": _("Workers"),
            "django_celery_beat.PeriodicTask": _("Periodic tasks"),
            "django_celery_beat.CrontabSchedule": _("Crontabs"),
            "django_celery_beat.IntervalSchedule": _("Intervals"),
            "django_celery_beat.ClockedSchedule": _("Fixed times"),
            "django_celery_beat.SolarSchedule": _("Times of the sun"),
        },
    ),
    (
        _("Counted and found by workers"),
        {
            "annotate.Tally": _("Tallies of days"),
            "annotate.WorkRollup": _("Judgements by week"),
            "annotate.DoneRollup": _("Work done by day"),
            "annotate.IntakeRollup": _("Prompts by week"),
            "annotate.QueueRollup": _("Waiting work"),
            "annotate.RollupMark": _("Marks of what was counted"),
            "annotate.RollupTime": _("When it was counted"),
            "annotate.ReviewCursor": _("How far reviews were drawn"),
            "annotate.PromptWords": _("Words of prompts"),
            "annotate.CandidateWords": _("Words of candidates"),
            "annotate.DemonstrationWords": _("Words of demonstrations"),
            "annotate.BandWalk": _("How far near-duplicates were sought"),
        },
    ),
]
