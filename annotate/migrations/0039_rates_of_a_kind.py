"""A rate may name a kind of work, and what is counted, settled and corrected says of which kind.

What was settled before names no kind. SQLite makes the tables of lines and corrections anew and
loses their triggers, and on PostgreSQL a correction's trigger knows the columns of before: both are
made again. What a roll-up counted knows no kind: until it is counted anew, pages read the judgements.
"""

from importlib import import_module

from django.db import migrations, models

ledger = import_module("annotate.migrations.0026_ledger")
never_emptied = import_module("annotate.migrations.0034_ledger_is_never_emptied")

KINDS = [
    ("demonstrate", "Write an answer"),
    ("rank", "Rank answers"),
    ("talk", "Talk with the models"),
    ("review", "Review items"),
]
TABLES = ["annotate_ledgerline", "annotate_correction"]


def kind_field(help_text):
    return models.CharField(
        blank=True, choices=KINDS, default="", db_default="", help_text=help_text, max_length=11
    )


def loosen(apps, schema_editor):
    """On SQLite they would go with their tables, but for what reads them while those are made."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        on_table = f" ON {table}" if is_postgresql else ""
        for name in (f"{table}_is_kept", f"{table}_is_never_removed"):
            schema_editor.execute(f"DROP TRIGGER {name}{on_table}")


def keep(apps, schema_editor, *, also=("kind",)):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    unlike = "OLD.{0} IS DISTINCT FROM NEW.{0}" if is_postgresql else "OLD.{0} IS NOT NEW.{0}"
    conditions = ledger.conditions(is_postgresql)
    for name in also:
        conditions["annotate_correction"] += f" OR ({unlike.format(name)})"
    made = (ledger, never_emptied)
    for table in TABLES:
        for each in made:
            statement = each.POSTGRESQL if is_postgresql else each.SQLITE
            schema_editor.execute(
                statement.format(table=table, when=conditions[table], words=ledger.WORDS)
            )


def keep_as_before(apps, schema_editor):
    keep(apps, schema_editor, also=())


def forget_counts(apps, schema_editor):
    apps.get_model("annotate", "RollupTime").objects.update(done_at=None)
    apps.get_model("annotate", "RollupMark").objects.filter(of__startswith="done").delete()


def forget_kinds(apps, schema_editor):
    """Rows of several kinds would be one row: they are counted anew."""
    forget_counts(apps, schema_editor)
    apps.get_model("annotate", "DoneRollup").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0038_pauses_of_each_side"),
    ]

    operations = [
        migrations.AddField(
            model_name="rate",
            name="kind",
            field=kind_field("Empty: whatever people hand in."),
        ),
        migrations.RemoveConstraint(model_name="rate", name="one_rate_from_a_day"),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.UniqueConstraint(
                fields=("campaign", "kind", "holds_from"), name="one_rate_of_a_kind_from_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "review"), _negated=True), ("per_hour", 0), _connector="OR"
                ),
                name="reviews_have_no_hours",
            ),
        ),
        migrations.RunPython(loosen, keep_as_before),
        migrations.AddField(
            model_name="ledgerline",
            name="kind",
            field=kind_field("Empty: settled before kinds were told apart."),
        ),
        migrations.RemoveConstraint(
            model_name="ledgerline", name="a_week_of_a_person_is_paid_once"
        ),
        migrations.AddConstraint(
            model_name="ledgerline",
            constraint=models.UniqueConstraint(
                fields=(
                    "statement",
                    "person",
                    "week",
                    "kind",
                    "currency",
                    "per_item",
                    "per_hour",
                ),
                name="a_kind_of_a_week_of_a_person_is_paid_once",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="kind",
            field=kind_field("Empty: about no kind of work alone."),
        ),
        migrations.RunPython(keep, loosen),
        migrations.RunPython(migrations.RunPython.noop, forget_kinds),
        migrations.AddField(
            model_name="donerollup",
            name="kind",
            field=models.CharField(choices=KINDS[:3], db_default="", max_length=11),
        ),
        migrations.RemoveConstraint(
            model_name="donerollup", name="one_day_of_a_person_is_counted_once"
        ),
        migrations.AddConstraint(
            model_name="donerollup",
            constraint=models.UniqueConstraint(
                fields=("campaign", "day", "person", "kind"),
                name="one_kind_of_a_day_of_a_person_is_counted_once",
            ),
        ),
        migrations.RunPython(forget_counts, migrations.RunPython.noop),
    ]
