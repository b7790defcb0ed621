"""What Laurel itself is told: where its state lies, what it aims at, what it starts from."""

from zoneinfo import available_timezones

from config.settings.env import BASE_DIR, environment

__all__ = [
    "ACCESSES_KEPT_DAYS",
    "ADMIN_LOOKS",
    "ARTIFACTS",
    "BASE_DIR",
    "BASE_MODEL",
    "DASHBOARD_PANELS",
    "DESK_LINES",
    "DRAFTS_KEPT_DAYS",
    "EVALUATIONS",
    "HUB_TOKEN",
    "ITEM_PANELS",
    "LANGUAGES",
    "LANGUAGE_CODE",
    "LETTER_PARTS",
    "LOCALE_PATHS",
    "MACHINE_PANELS",
    "MODELS_KEPT_WEEKS",
    "PICTURE_STORE",
    "REPORTS_KEPT_DAYS",
    "REPORT_MAX_LENGTH",
    "REPORT_TOKENIZER",
    "RETENTION_RULES",
    "SNAPSHOT_COPIES_GB",
    "SNAPSHOT_CYCLES",
    "SNAPSHOT_NEEDS",
    "SNAPSHOT_STORE",
    "TIME_ZONE",
    "UPLOADS",
    "USE_I18N",
    "USE_TZ",
    "VAR_DIR",
    "WEB_HOST",
    "WEB_PORT",
    "WEB_THREADS",
    "WEB_WORKERS",
    "WEEKLY_TARGETS",
]

# Everything that Laurel writes lies in this one folder, unless a URL below says otherwise.
VAR_DIR = environment.path("LAUREL_VAR", default=BASE_DIR / "var")
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

ARTIFACTS = environment.path("ARTIFACTS", default=VAR_DIR / "artifacts")
# Where datasets lie: a folder or a URL; not set: snapshots in ARTIFACTS. What is read of a URL by
# path is copied to this host, and the longest unused copies go when they are more than so many GB.
SNAPSHOT_STORE = environment.store("SNAPSHOT_STORE")
SNAPSHOT_COPIES_GB = environment.integer("SNAPSHOT_COPIES_GB", default=50)
# Where pictures of prompts lie: a folder or a URL; not set: pictures in ARTIFACTS.
PICTURE_STORE = environment.store("PICTURE_STORE")
UPLOADS = environment.path("UPLOADS", default=VAR_DIR / "uploads")  # until they are imported
BASE_MODEL = environment.text("BASE_MODEL")
HUB_TOKEN = environment.text("HF_TOKEN")  # for push_snapshot

# What a dataset's report measures with: a tokenizer.json or its folder (the base model's, once it
# is there; without one, no tokens),
# the length that trainers will be told, a folder of evaluation sets (NAME.jsonl or NAME.txt).
REPORT_TOKENIZER = environment.path("REPORT_TOKENIZER", default=ARTIFACTS / "models" / "base")
REPORT_MAX_LENGTH = environment.integer("REPORT_MAX_LENGTH", default=1024)
EVALUATIONS = environment.path("EVALUATIONS", default=VAR_DIR / "evaluations")

WEEKLY_TARGETS = {
    "demonstrations": environment.integer("TARGET_DEMONSTRATIONS", default=100_000),
    "comparisons": environment.integer("TARGET_COMPARISONS", default=1_000_000),
    "prompts": environment.integer("TARGET_PROMPTS", default=100_000),
}
# Each writes down that somebody reads a table in Django's admin: (by=person, page=address).
ADMIN_LOOKS = ["annotate.services.access.note_admin_page"]
# In this order; each app says what of its own is kept for a while only.
RETENTION_RULES = [
    "annotate.services.retention.RULES",
    "rewards.services.retention.RULES",
    "commons.retention.RULES",
]
# Each says whose files somebody needs still: public ids of datasets. These are not let go.
SNAPSHOT_NEEDS = ["rewards.services.keeping.needed_snapshots"]
# Each knows what cycles froze: a cycle as it is said -> public ids of datasets, None for no cycle.
SNAPSHOT_CYCLES = ["rewards.services.cycle_dataset.datasets_of_cycle"]
MACHINE_PANELS = ["rewards:judgings"]  # each is asked with ?campaign=
DASHBOARD_PANELS = ["rewards:dashboard_panel"]
DESK_LINES = ["rewards.services.told_votes.desk_lines"]  # what other apps add to a person's desk
LETTER_PARTS = ["rewards.services.cycle_letter.cycles_between"]  # what other apps tell leads weekly
ITEM_PANELS = ["rewards:models_of_snapshots"]  # each is asked with ?snapshot=, as often as needed

# After the end of the turn that a draft belongs to; after the import that a report is about.
DRAFTS_KEPT_DAYS = environment.integer("DRAFTS_KEPT_DAYS", default=90, at_most=36_500)
REPORTS_KEPT_DAYS = environment.integer("REPORTS_KEPT_DAYS", default=30, at_most=36_500)
# After somebody saw or downloaded something.
ACCESSES_KEPT_DAYS = environment.integer("ACCESSES_KEPT_DAYS", default=400, at_most=36_500)
# After the end of the run that made them, where nothing needs them; a track may set its own. The
# files of datasets that cycles froze stay as long.
MODELS_KEPT_WEEKS = environment.integer("MODELS_KEPT_WEEKS", default=8, at_most=5_200)

WEB_HOST = environment.text("WEB_HOST", "127.0.0.1")
WEB_PORT = environment.integer("WEB_PORT", default=8000, at_most=65_535)
WEB_WORKERS = environment.integer("WEB_WORKERS", default=2, at_most=256)
WEB_THREADS = environment.integer("WEB_THREADS", default=4, at_most=256)

TIME_ZONE = environment.choice("TIME_ZONE", among=available_timezones(), default="UTC")
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # by their own names; the API speaks English
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True

environment.reserve("TORCH_INDEX_URL", "ENV_FILE")  # the Makefile's, and env.py's own
