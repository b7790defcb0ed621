"""What was settled, and every correction, is never removed either: the database refuses it.

0026 refuses to write over them. SQLite makes a table anew when a later migration alters it and
loses its triggers: such a migration makes them again.
"""

from django.db import migrations

WORDS = "what was settled stays as it is: write a correction"
TABLES = [
    "annotate_statement",
    "annotate_ledgerline",
    "annotate_statementteam",
    "annotate_correction",
]

POSTGRESQL = """
CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table} FOR EACH ROW
EXECUTE FUNCTION annotate_ledger_is_kept()
"""
SQLITE = """
CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{words}'); END
"""


def make(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        statement = POSTGRESQL if is_postgresql else SQLITE
        schema_editor.execute(statement.format(table=table, words=WORDS))


def unmake(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        on_table = f" ON {table}" if is_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {table}_is_never_removed{on_table}")


class Migration(migrations.Migration):

    dependencies = [
        ("annotate", "0033_care"),
    ]

    operations = [
        migrations.RunPython(make, unmake),
    ]
