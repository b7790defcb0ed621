"""A judgement that is imported keeps the time at which it was made elsewhere.

Django alone is told: the column has no default and stays as it is, and a table that SQLite makes
anew would lose the triggers that keep judgements from being written over.
"""

from django.db import migrations, models

import annotate.models.judgement


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0009_what_is_searched'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name=name,
                    name='created_at',
                    field=models.DateTimeField(db_index=True, default=annotate.models.judgement.made_now, editable=False, help_text='When it was made, wherever.'),
                )
                for name in ('demonstration', 'ranking')
            ]
        ),
    ]
