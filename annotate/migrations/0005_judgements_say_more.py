"""Judgements say what they took; rankings may carry the best answer as its rater would have it."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

history = import_module("annotate.migrations.0004_history_is_kept")
KEPT = {
    table: [*said, "effort", *(["ideal_id"] if table == "annotate_ranking" else [])]
    for table, said in history.SAID.items()
}


def keep_what_is_new(apps, schema_editor):
    history.drop_triggers(schema_editor)
    history.make_triggers(schema_editor, KEPT)


def keep_what_was(apps, schema_editor):
    history.drop_triggers(schema_editor)
    history.make_triggers(schema_editor, history.SAID)


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0004_history_is_kept'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='campaignwork',
            name='a_share_is_0_to_1',
        ),
        migrations.AddField(
            model_name='campaignwork',
            name='looks_again',
            field=models.BooleanField(db_default=False, default=False, help_text='Writers see their answer once more as it will read before they hand it in.'),
        ),
        migrations.AddField(
            model_name='campaignwork',
            name='may_start_from',
            field=models.BooleanField(db_default=False, default=False, help_text='Writers may begin with a candidate.'),
        ),
        migrations.AddField(
            model_name='campaignwork',
            name='reviewed_share',
            field=models.FloatField(db_default=0, default=0, help_text='Share of judgements drawn for review (0–1).'),
        ),
        migrations.AddField(
            model_name='campaignwork',
            name='turns',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text='The most turns of one conversation.'),
        ),
        migrations.AddField(
            model_name='demonstration',
            name='effort',
            field=models.JSONField(blank=True, help_text='What it took, as the page measured it; empty where no script ran.', null=True),
        ),
        migrations.AddField(
            model_name='ranking',
            name='effort',
            field=models.JSONField(blank=True, help_text='What it took, as the page measured it; empty where no script ran.', null=True),
        ),
        migrations.AddField(
            model_name='ranking',
            name='ideal',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotate.demonstration'),
        ),
        migrations.AlterField(
            model_name='campaignwork',
            name='kind',
            field=models.CharField(choices=[('demonstrate', 'Write an answer'), ('rank', 'Rank answers'), ('talk', 'Talk with the models')], max_length=11),
        ),
        migrations.AlterField(
            model_name='lane',
            name='kind',
            field=models.CharField(choices=[('demonstrate', 'Write an answer'), ('rank', 'Rank answers'), ('talk', 'Talk with the models')], max_length=11),
        ),
        migrations.AlterField(
            model_name='task',
            name='kind',
            field=models.CharField(choices=[('demonstrate', 'Write an answer'), ('rank', 'Rank answers'), ('talk', 'Talk with the models')], max_length=11),
        ),
        migrations.AddIndex(
            model_name='ranking',
            index=models.Index(condition=models.Q(('ideal__isnull', False)), fields=['ideal'], name='rankings_with_an_ideal'),
        ),
        migrations.AddConstraint(
            model_name='campaignwork',
            constraint=models.CheckConstraint(condition=models.Q(('held_out_share__gte', 0), ('held_out_share__lte', 1), ('reviewed_share__gte', 0), ('reviewed_share__lte', 1), ('second_opinion_share__gte', 0), ('second_opinion_share__lte', 1)), name='a_share_is_0_to_1'),
        ),
        migrations.RunPython(keep_what_is_new, keep_what_was),
    ]
