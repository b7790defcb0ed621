"""What was said, by whom, when and under what is never written over: the database refuses it.

Only ``current`` may go from true to false, when the next revision comes. SQLite makes a table anew
when a later migration alters it and loses its triggers: such a migration makes them again, and a
test looks whether they are there.
"""

from django.db import migrations

SAID = {
    "annotate_ranking": ["tiers", "unrankable", "strengths", "answers", "reason"],
    "annotate_demonstration": ["messages", "started_from_id"],
}
WHO_AND_WHEN = [
    "uuid", "root", "revision", "key", "schema_version", "campaign_id", "prompt_id", "rater_id",
    "instructions_id", "created_at",
]
WORDS = "a judgement is kept as it was given: write its next revision"

POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION annotate_judgement_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""

POSTGRESQL = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW
WHEN ({differs} OR (NEW.current AND NOT OLD.current))
EXECUTE FUNCTION annotate_judgement_is_kept()
"""

SQLITE = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table}
WHEN ({differs} OR (NEW.current AND NOT OLD.current))
BEGIN SELECT RAISE(ABORT, '{words}'); END
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
    make_triggers(schema_editor, SAID)


def unmake(apps, schema_editor):
    drop_triggers(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION annotate_judgement_is_kept()")


def make_triggers(schema_editor, kept):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    unlike = "OLD.{0} IS DISTINCT FROM NEW.{0}" if is_postgresql else "OLD.{0} IS NOT NEW.{0}"
    for table, said in kept.items():
        differs = " OR ".join(unlike.format(name) for name in [*said, *WHO_AND_WHEN])
        statement = POSTGRESQL if is_postgresql else SQLITE
        schema_editor.execute(statement.format(table=table, differs=differs, words=WORDS))


def drop_triggers(schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in SAID:
        on_table = f" ON {table}" if is_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {table}_is_kept{on_table}")


class Migration(migrations.Migration):

    dependencies = [
        ("annotate", "0003_exact_work"),
    ]

    operations = [
        migrations.RunPython(make, unmake),
    ]
