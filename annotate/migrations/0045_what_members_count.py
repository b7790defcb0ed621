from django.db import migrations, models


class Migration(migrations.Migration):
    """No constraint beside the column: to add one, PostgreSQL reads the whole table."""

    dependencies = [
        ('annotate', '0044_skips_by_time'),
    ]

    operations = [
        migrations.AddField(
            model_name='snapshotmember',
            name='agreement_weight',
            field=models.FloatField(blank=True, help_text='What a ranking counts where people are measured against each other, as it was when this was written; empty where it is not known or was not asked for.', null=True),
        ),
    ]
