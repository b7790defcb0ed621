"""What the page Explore looks things up by: words of prompts, time, language, flags that say yes.

PostgreSQL has both GIN indexes itself; on SQLite an FTS5 table stands beside the words, which
triggers keep. The words of prompts that are there already are written by the next nudge.
"""

import annotate.models.words
import django.db.models.deletion
from django.db import migrations, models

WORDS, INDEX, RANKINGS = "annotate_promptwords", "annotate_promptwords_index", "annotate_ranking"
FLAGGED = (
    "jsonb_path_query_array(answers, "
    "'$.*.flags.keyvalue() ? (@.value == true).key', '{}', true)"
)

POSTGRESQL = [
    f"CREATE INDEX {INDEX} ON {WORDS} USING gin (said)",
    f"CREATE INDEX rankings_by_flag ON {RANKINGS} USING gin (({FLAGGED})) "
    "WHERE answers <> '{}'::jsonb",
]
SQLITE = [
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5("
    f"said, content='{WORDS}', content_rowid='prompt_id', tokenize='unicode61')",
    f"CREATE TRIGGER {WORDS}_come AFTER INSERT ON {WORDS} BEGIN "
    f"INSERT INTO {INDEX} (rowid, said) VALUES (NEW.prompt_id, NEW.said); END",
    f"CREATE TRIGGER {WORDS}_go AFTER DELETE ON {WORDS} BEGIN "
    f"INSERT INTO {INDEX} ({INDEX}, rowid, said) "
    "VALUES ('delete', OLD.prompt_id, OLD.said); END",
]


def make(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    """The index and the triggers of the words go with their table."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX rankings_by_flag")
    else:
        schema_editor.execute(f"DROP TABLE {INDEX}")


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0008_invitations_and_uploads'),
    ]

    operations = [
        migrations.CreateModel(
            name='PromptWords',
            fields=[
                ('prompt', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='annotate.prompt')),
                ('said', annotate.models.words.WordsField()),
            ],
            options={
                'verbose_name_plural': 'words of prompts',
            },
        ),
        migrations.AddIndex(
            model_name='campaignprompt',
            index=models.Index(fields=['campaign', 'added_at', 'prompt'], name='intake_by_time'),
        ),
        migrations.AddIndex(
            model_name='demonstration',
            index=models.Index(condition=models.Q(('current', True)), fields=['campaign', 'created_at', 'id'], name='current_demonstrations_by_time'),
        ),
        migrations.AddIndex(
            model_name='demonstration',
            index=models.Index(condition=models.Q(('current', True)), fields=['campaign', 'rater', 'created_at', 'id'], name='demonstrations_by_rater'),
        ),
        migrations.AddIndex(
            model_name='prompt',
            index=models.Index(fields=['language'], name='prompts_by_language'),
        ),
        migrations.AddIndex(
            model_name='ranking',
            index=models.Index(condition=models.Q(('current', True)), fields=['campaign', 'created_at', 'id'], name='current_rankings_by_time'),
        ),
        migrations.AddIndex(
            model_name='ranking',
            index=models.Index(condition=models.Q(('current', True)), fields=['campaign', 'rater', 'created_at', 'id'], name='rankings_by_rater'),
        ),
        migrations.RunPython(make, unmake),
    ]
