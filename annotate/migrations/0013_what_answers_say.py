"""Explore finds items by what their answers say as well: candidates and demonstrations.

As with the words of prompts, PostgreSQL has a GIN index, and on SQLite an FTS5 table stands beside
the words, which triggers keep. The words of what is there already are written by the next nudge.
"""

import annotate.models.words
import django.db.models.deletion
from django.db import migrations, models

TABLES = {
    "annotate_candidatewords": "candidate_id",
    "annotate_demonstrationwords": "demonstration_id",
}


def make(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table, key in TABLES.items():
        for statement in on_postgresql(table) if is_postgresql else on_sqlite(table, key):
            schema_editor.execute(statement)


def on_postgresql(table):
    return [f"CREATE INDEX {table}_index ON {table} USING gin (said)"]


def on_sqlite(table, key):
    index = f"{table}_index"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5("
        f"said, content='{table}', content_rowid='{key}', tokenize='unicode61')",
        f"CREATE TRIGGER {table}_come AFTER INSERT ON {table} BEGIN "
        f"INSERT INTO {index} (rowid, said) VALUES (NEW.{key}, NEW.said); END",
        f"CREATE TRIGGER {table}_go AFTER DELETE ON {table} BEGIN "
        f"INSERT INTO {index} ({index}, rowid, said) VALUES ('delete', OLD.{key}, OLD.said); END",
    ]


def unmake(apps, schema_editor):
    """Indexes and triggers go with their tables; FTS5 tables do not."""
    if schema_editor.connection.vendor != "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TABLE {table}_index")


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0012_near_duplicates'),
    ]

    operations = [
        migrations.CreateModel(
            name='CandidateWords',
            fields=[
                ('said', annotate.models.words.WordsField()),
                ('candidate', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='annotate.candidate')),
            ],
            options={
                'verbose_name_plural': 'words of candidates',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DemonstrationWords',
            fields=[
                ('said', annotate.models.words.WordsField()),
                ('demonstration', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='annotate.demonstration')),
            ],
            options={
                'verbose_name_plural': 'words of demonstrations',
                'abstract': False,
            },
        ),
        migrations.RunPython(make, unmake),
    ]
