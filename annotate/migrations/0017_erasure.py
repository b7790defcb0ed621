"""What was said may be erased, and still not be written over.

The triggers that keep judgements let one change through: where a tombstone stands for that very
revision, its words may become what says that they are gone, all of them at once and nothing else.
The order of a ranking, its ratings and flags, who gave it, when and under what stay refused.
"""

from importlib import import_module

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

history = import_module("annotate.migrations.0004_history_is_kept")
said_more = import_module("annotate.migrations.0005_judgements_say_more")

ERASED = '[{"role": "assistant", "content": "[erased]"}]'
WORDS = {
    "annotate_ranking": ["reason", "answers", "effort"],
    "annotate_demonstration": ["messages", "effort"],
}
BECOMES = {
    "postgresql": {
        "annotate_ranking": "NEW.reason = '' AND NEW.effort IS NULL AND NEW.answers = ("
        "SELECT coalesce(jsonb_object_agg(key, value - 'spans'), '{}'::jsonb)"
        " FROM jsonb_each(OLD.answers))",
        "annotate_demonstration": f"NEW.effort IS NULL AND NEW.messages = '{ERASED}'::jsonb",
    },
    "sqlite": {
        "annotate_ranking": "NEW.reason = '' AND NEW.effort IS NULL AND NEW.answers IS ("
        "SELECT json_group_object(key, json_remove(value, '$.spans'))"
        " FROM json_each(OLD.answers))",
        "annotate_demonstration": f"NEW.effort IS NULL AND json(NEW.messages) = json('{ERASED}')",
    },
}
POSTGRESQL_FUNCTION = """
CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {erased} THEN RETURN NEW; END IF;
    RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW
WHEN ({differs}) EXECUTE FUNCTION {table}_is_kept()
"""
SQLITE = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} WHEN ({differs}) AND NOT ({erased})
BEGIN SELECT RAISE(ABORT, '{words}'); END
"""


def let_words_be_erased(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    unlike = "OLD.{0} IS DISTINCT FROM NEW.{0}" if vendor == "postgresql" else "OLD.{0} IS NOT NEW.{0}"
    history.drop_triggers(schema_editor)
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION annotate_judgement_is_kept()")
    for table, said in said_more.KEPT.items():
        columns = [*said, *history.WHO_AND_WHEN]
        differ = {name: unlike.format(name) for name in columns}
        back = "(NEW.current AND NOT OLD.current)"
        others = [differ[name] for name in columns if name not in WORDS[table]]
        names = {
            "table": table,
            "words": history.WORDS,
            "differs": " OR ".join([*differ.values(), back]),
            "erased": f"EXISTS (SELECT 1 FROM annotate_tombstone WHERE judgement = OLD.uuid)"
            f" AND {BECOMES[vendor][table]} AND NOT ({' OR '.join([*others, back])})",
        }
        statements = [POSTGRESQL_FUNCTION, POSTGRESQL] if vendor == "postgresql" else [SQLITE]
        for statement in statements:
            schema_editor.execute(statement.format(**names))


def let_nothing_be_erased(apps, schema_editor):
    history.drop_triggers(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        for table in WORDS:
            schema_editor.execute(f"DROP FUNCTION {table}_is_kept()")
        schema_editor.execute(history.POSTGRESQL_FUNCTION)
    history.make_triggers(schema_editor, said_more.KEPT)


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0016_snapshots_are_asked_for_once'),
        ('commons', '0004_keys_of_ones_own'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ActNote',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='commons.auditevent')),
                ('text', models.TextField()),
            ],
        ),
        migrations.AddField(
            model_name='snapshot',
            name='instead_of',
            field=models.ForeignKey(blank=True, help_text='The one that it was rebuilt from, without what was erased since.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rebuilt', to='annotate.snapshot'),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='removed_at',
            field=models.DateTimeField(blank=True, help_text='When its files were taken away; the manifest stays.', null=True),
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('prompt', 'A prompt'), ('person', 'A person')], max_length=6)),
                ('texts', models.BooleanField(default=True, help_text='What was written went as well.')),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('counts', models.JSONField(default=dict, help_text='How much of each sort was touched.')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prompt', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='annotate.prompt')),
                ('snapshots', models.ManyToManyField(blank=True, help_text='That hold some of it.', related_name='erasures', to='annotate.snapshot')),
            ],
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('judgement', models.UUIDField(help_text='Of the very revision.', primary_key=True, serialize=False)),
                ('erasure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tombstones', to='annotate.erasure')),
            ],
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'prompt'), ('person__isnull', True), ('prompt__isnull', False)), models.Q(('kind', 'person'), ('person__isnull', False), ('prompt__isnull', True)), _connector='OR'), name='an_erasure_is_of_one_thing'),
        ),
        migrations.RunPython(let_words_be_erased, let_nothing_be_erased),
    ]
