"""The record of who did what is only ever added to: the database refuses to write over it."""

from django.db import migrations

WORDS = "the audit record is only ever added to"

POSTGRESQL = f"""
CREATE FUNCTION commons_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER commons_auditevent_is_kept BEFORE UPDATE ON commons_auditevent
FOR EACH ROW EXECUTE FUNCTION commons_audit_is_kept()
"""

SQLITE = f"""
CREATE TRIGGER commons_auditevent_is_kept BEFORE UPDATE ON commons_auditevent
BEGIN SELECT RAISE(ABORT, '{WORDS}'); END
"""


def make(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL if is_postgresql else SQLITE)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION commons_audit_is_kept() CASCADE")
    else:
        schema_editor.execute("DROP TRIGGER commons_auditevent_is_kept")


class Migration(migrations.Migration):

    dependencies = [
        ("commons", "0002_api_tokens"),
    ]

    operations = [
        migrations.RunPython(make, unmake),
    ]
