"""By what near-duplicates are found. The keys of prompts that are there come by the next nudge.

On SQLite the rows are the index itself: a table beside it would be as large again.
"""

import django.db.models.deletion
from django.db import migrations, models

BANDS = "annotate_promptband"


def make(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(
        f"CREATE TABLE {BANDS} (key bigint NOT NULL, prompt_id bigint NOT NULL, "
        f"PRIMARY KEY (key, prompt_id)) {'WITHOUT ROWID' if is_sqlite else ''}"
    )


def unmake(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {BANDS}")


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0011_snapshot_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='BandWalk',
            fields=[
                ('version', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('after', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make, unmake)],
            state_operations=[
                migrations.CreateModel(
                    name='PromptBand',
                    fields=[
                        ('pk', models.CompositePrimaryKey('key', 'prompt_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('key', models.BigIntegerField()),
                        ('prompt', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='bands', to='annotate.prompt')),
                    ],
                ),
            ],
        ),
        migrations.CreateModel(
            name='Bridge',
            fields=[
                ('prompt', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='bridge', serialize=False, to='annotate.prompt')),
                ('found_at', models.DateTimeField(auto_now_add=True)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='annotate.prompt')),
                ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='annotate.prompt')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('prompt', models.F('first')), _negated=True), models.Q(('second__isnull', True), models.Q(models.Q(('prompt', models.F('second')), _negated=True), models.Q(('first', models.F('second')), _negated=True)), _connector='OR')), name='a_bridge_lies_between_others')],
            },
        ),
    ]
